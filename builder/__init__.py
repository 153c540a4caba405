"""Builds branded PDF handbooks from Markdown guides with screenshots."""

__version__ = "0.1.0"
