"""Lengths in the units of those who take them: pages are planned in mm, PDFs have points, style sheets pixels."""

POINTS_PER_MM = 72 / 25.4
PIXELS_PER_MM = 96 / 25.4
"""Of CSS."""
