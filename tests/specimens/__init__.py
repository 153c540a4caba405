"""Draws screens with made-up secrets of many shapes, each with the pixels that would tell it, and innocent ones."""
