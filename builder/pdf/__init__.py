"""Finished PDFs: bound from parts, folded, read back, and what they say of themselves.

pikepdf is known here, to `verify`, and to `packets/` and `mail/attachment.py`, which open what was made here.
"""
