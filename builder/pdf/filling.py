"""Puts a client's values into the room that a laid-out part keeps for them.

The placeholder is a piece of tagged text; its drawing is replaced by the value's, so that the value has the tag that
was made for it. Each letter is drawn from a typeface that is the same for all clients: no ligature, no hyphen, and
nothing of a client in the typeface. A value of several lines is one piece of text to whoever copies it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from builder.pages.slots import PREFIX, SLOTS, WIDTH_EM
from builder.pdf import subsetting
from builder.pdf.writing import destinations, keep_destinations

_NAME = "/ClientValue"
_POINTS = 0.75  # to a pixel, in which the engine draws
_TEXT = re.compile(rb"BT\s+1 0 0 -1 (?P<x>-?[\d.]+) (?P<y>-?[\d.]+) Tm\s+/\S+ [\d.]+ Tf\s+\[[^\]]*\] TJ\s+ET")
_NEAR = 0.6  # points by which places of the same thing may differ
_ASCII = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True)
class Value:
    """A text as it is copied, and as it is set in lines."""

    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typeface:
    """The typeface of all values: an OpenType file and its glyphs by character."""

    data: bytes
    glyphs: Mapping[str, int]
    ascent: float  # em
    descent: float
    cap_height: float
    box: tuple[int, ...]  # of all glyphs, in thousandths of an em


def printable(text: str) -> bool:
    """Whether the values' typeface has all characters of a text."""
    known = _known()
    return all(ord(letter) in known for letter in text)


def warm() -> None:
    """Makes ready what all values are set in, so that processes begun after that have it."""
    _whole()


def fill(pdf: Pdf, values: Mapping[tuple[str, str], Value]) -> None:
    """Put values, by slug and kind, into all slots of a part. ValueError for a slot that can't be filled, or is lost.

    The values of several parts may be given at once; those of other slugs are passed over.
    """
    places = destinations(pdf)
    slots = {name: place for name, place in places.items() if name.startswith(PREFIX)}
    if not slots:
        return
    wanted = {name: values[_addressed(name)] for name in slots if _addressed(name) in values}
    if wanted.keys() != slots.keys():
        raise ValueError(f"there is no value for {sorted(slots.keys() - wanted.keys())}")
    letters = {letter for value in wanted.values() for line in value.lines for letter in line}
    face = _ascii() if letters <= _ascii().glyphs.keys() else _whole()
    font = _embedded(pdf, face)
    pages: dict[tuple[int, int], dict[str, Any]] = {}
    place: Any
    for name, place in slots.items():
        pages.setdefault(place[0].objgen, {})[name] = place
    for page in pdf.pages:
        number: Any = page.objgen
        if found := pages.get(number):
            page.obj.Contents = pdf.make_stream(_filled(page, found, wanted, face))
            if Name.Font not in page.Resources:
                page.Resources.Font = Dictionary()
            page.Resources.Font[_NAME] = font
    keep_destinations(pdf, {name: place for name, place in places.items() if name not in slots})


def _addressed(name: str) -> tuple[str, str]:
    _, slug, kind, _ = name.split(".")
    return slug, kind


def _filled(page: Any, slots: Mapping[str, Any], values: Mapping[str, Value], face: Typeface) -> bytes:
    """The page's drawing with the placeholders of the slots replaced."""
    drawing = b"\n".join(part.read_bytes() for part in _streams(page.obj.Contents))
    height = float(page.mediabox[3])
    waiting = {name: (float(place[2]), height - float(place[3])) for name, place in slots.items()}

    def replaced(match: re.Match[bytes]) -> bytes:
        x, y = float(match["x"]), float(match["y"])
        for name, (left, top) in waiting.items():
            if abs(x * _POINTS - left) < _NEAR and -_NEAR < y * _POINTS - top < SLOTS.leading + _NEAR:
                del waiting[name]
                if top + len(values[name].lines) * SLOTS.leading > height:
                    raise ValueError("a value reaches beyond its page")
                return _drawn(values[name], x, top / _POINTS, face)
        return match[0]

    filled = _TEXT.sub(replaced, drawing)
    if waiting:
        raise ValueError(f"nothing stands where the slots {sorted(waiting)} are")
    return filled


def _streams(contents: Any) -> list[Any]:
    return list(contents) if isinstance(contents, Array) else [contents]


def _drawn(value: Value, x: float, top: float, face: Typeface) -> bytes:
    """The lines of a value, in pixels from the top left; as one text to a reader."""
    if len(value.lines) * SLOTS.columns < len(value.text) or any(len(line) > SLOTS.columns for line in value.lines):
        raise ValueError("a value has more letters than there is room for")
    size, leading = SLOTS.size / _POINTS, SLOTS.leading / _POINTS
    first = top + leading / 2 + size * (face.ascent + face.descent) / 2  # the descent is below zero
    pieces = [
        f"BT {_NAME} {size:.4f} Tf 1 0 0 -1 {x:.4f} {first + number * leading:.4f} Tm <{_coded(line, face)}> Tj ET"
        for number, line in enumerate(value.lines)
    ]
    drawing = "\n".join(pieces)
    if len(pieces) > 1 and "\n" not in value.text:
        whole = (b"\xfe\xff" + value.text.encode("utf-16-be")).hex()
        drawing = f"/Span <</ActualText <{whole}>>> BDC\n{drawing}\nEMC"
    return drawing.encode()


def _coded(line: str, face: Typeface) -> str:
    return "".join(f"{face.glyphs[letter]:04x}" for letter in line)


@functools.cache
def _ascii() -> Typeface:
    return _subset(_known() & set(_ASCII))


@functools.cache
def _whole() -> Typeface:
    return _subset(_known())


def _opened() -> Any:
    from pymupdf_fonts import FiraMono_Regular

    return subsetting.opened(FiraMono_Regular.fontbuffer)


@functools.cache
def _known() -> frozenset[int]:
    """The characters that the typeface has in the width of a letter, by their code."""
    font = _opened()
    advances, usual = font["hmtx"], round(WIDTH_EM * font["head"].unitsPerEm)
    cmap = font.getBestCmap()
    return frozenset(code for code, glyph in cmap.items() if chr(code).isprintable() and advances[glyph][0] == usual)


def _subset(codes: Set[int]) -> Typeface:
    """The typeface with these of its characters."""
    font = _opened()
    upem, head, lines = font["head"].unitsPerEm, font["head"], font["hhea"]
    capital = getattr(font["OS/2"], "sCapHeight", 0) or round(0.7 * upem)
    data = subsetting.cut(font, codes)
    order = {name: number for number, name in enumerate(font.getGlyphOrder())}
    glyphs = {chr(code): order[glyph] for code, glyph in font.getBestCmap().items() if code in codes}
    box = tuple(round(value * 1000 / upem) for value in (head.xMin, head.yMin, head.xMax, head.yMax))
    return Typeface(data, glyphs, lines.ascent / upem, lines.descent / upem, capital / upem, box)


def _embedded(pdf: Pdf, face: Typeface) -> Object:
    """The typeface as an object of a PDF."""
    name = Name("/CVALUE+FiraMono-Regular")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=5,  # all letters as wide as each other, and signs of its own
        FontBBox=Array(face.box),
        ItalicAngle=0,
        Ascent=round(face.ascent * 1000),
        Descent=round(face.descent * 1000),
        CapHeight=round(face.cap_height * 1000),
        StemV=80,
        FontFile3=pdf.make_stream(face.data, Subtype=Name.OpenType),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        DW=round(WIDTH_EM * 1000),
        FontDescriptor=pdf.make_indirect(descriptor),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_to_unicode(face)),
        )
    )


def _to_unicode(face: Typeface) -> bytes:
    """The map from glyphs to characters, by which text is copied."""
    rows = [f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, glyph in sorted(face.glyphs.items())]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
