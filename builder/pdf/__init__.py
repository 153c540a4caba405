"""Finished PDFs: bound from parts, folded, read back, and what they say of themselves.

pikepdf is known here and to `verify`.
"""
