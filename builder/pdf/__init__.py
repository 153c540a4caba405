"""Finished PDFs: bound from parts, folded, read back, and what they say of themselves. pikepdf is used here, and by `verify`."""
