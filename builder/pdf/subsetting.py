"""Cuts a typeface down to the letters that a PDF needs of it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

_NEEDED = {"head", "hhea", "maxp", "hmtx", "cmap", "post", "name", "CFF ", "glyf", "loca", "cvt ", "fpgm", "prep"}


def opened(data: bytes) -> Any:
    """A typeface, as fontTools opens it, to be measured and cut."""
    from fontTools.ttLib import TTFont

    # A box around all letters is around some of them too; to measure it anew takes longer than everything else.
    return TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)


def cut(font: Any, codes: Iterable[int]) -> bytes:
    """The file of a typeface with these characters only. The typeface itself is cut by that.

    What sets letters otherwise than one after the other (ligatures, kerning) is left out unread, and so are the hints
    for coarse screens: a PDF draws each glyph by its number.
    """
    from fontTools import subset

    for tag in set(font.keys()) - _NEEDED - {"GlyphOrder"}:
        del font[tag]
    cutter = subset.Subsetter(subset.Options(layout_features=[], name_IDs=[], notdef_outline=True, hinting=False))
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    written = io.BytesIO()
    font.save(written, reorderTables=True)
    return written.getvalue()
