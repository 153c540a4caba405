"""Markdown and front matter → plain values."""
