"""The settings and the brand: declared once, checked, with their meanings."""
