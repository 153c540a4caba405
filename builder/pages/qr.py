"""A web address → the drawing of its QR code."""

from __future__ import annotations

from typing import Any


def qr_code(address: str) -> dict[str, Any]:
    """The dark modules of a QR code as one SVG path of strokes, a module being one unit."""
    import segno

    code = segno.make(address, error="m", micro=False)
    rows = [list(row) for row in code.matrix]
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                strokes.append(f"M{start} {y + 0.5}h{x - start}")
            x += 1
    return {"size": len(rows), "drawing": "".join(strokes)}
