"""What a press wants of colours and boxes: greys in black ink alone, and to know how far the colours bleed.

An RGB black becomes all four inks on a press, which blurs small type wherever they don't meet. Device grey is printed
with the black one only, and PDF/A lets it stand beside RGB.
"""

from __future__ import annotations

from typing import Any

import pydyf

from builder.units import POINTS_PER_MM

NEUTRAL = 0.06
"""Channels that differ by no more than this are taken for a grey; 1 is the whole range."""
BLACK = 0.2
"""A grey darker than this is printed black: a screen of dots would fray the edges of letters."""
_OPERATORS = {b"rg": b"g", b"RG": b"G"}
_LUMINANCE = (0.2126, 0.7152, 0.0722)


def make_ready(pdf: pydyf.PDF, bleed_mm: float) -> None:
    """Turn the greys of all drawings into device grey and tell the bleed of all pages. Pictures stay as they are."""
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and thing.extra.get("Subtype") != "/Image":
            thing.stream = [_grey(item) for item in thing.stream]
        elif isinstance(thing, dict) and "TrimBox" in thing:
            left, bottom, right, top = thing["TrimBox"]
            bleed = bleed_mm * POINTS_PER_MM
            thing["BleedBox"] = pydyf.Array([left - bleed, bottom - bleed, right + bleed, top + bleed])


def _grey(item: Any) -> Any:
    """A setting of a grey by its three channels as one of device grey; anything else as it is."""
    if not isinstance(item, bytes):
        return item
    *values, operator = item.split(b" ")
    if operator not in _OPERATORS or len(values) != 3:
        return item
    channels = [float(value) for value in values]
    if max(channels) - min(channels) > NEUTRAL:
        return item
    grey = sum(channel * weight for channel, weight in zip(channels, _LUMINANCE, strict=True))
    return f"{grey if grey >= BLACK else 0:.4g} ".encode() + _OPERATORS[operator]
