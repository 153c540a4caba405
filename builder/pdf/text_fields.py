"""Text fields for a document that a client fills in: real ones, tagged, with an appearance and a typeface of their own.

The engine would embed a whole typeface for each and leave the appearance to the viewer, which PDF/A does not allow. So
pages keep room for a field as they do for a value (`field.NAME` in place of `slot.…`), and the field is put there.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from builder.pages.slots import FIELD_HEIGHT, FIELD_PREFIX, FIELD_WIDTH
from builder.pdf import subsetting
from builder.pdf.writing import destinations, keep_destinations

_FONT, _SIZE = "/FieldText", 10
_MARKED = re.compile(
    rb"/\w+\s+<</MCID (\d+)>>\s+BDC|BT\s+1 0 0 -1 (-?[\d.]+) (-?[\d.]+) Tm\s+/\S+ [\d.]+ Tf\s+\[[^\]]*\] TJ\s+ET"
)
_POINTS, _NEAR = 0.75, 0.6
_MAX_LETTERS = 80
_PRINTED = 4


def add(pdf: Pdf, meanings: Mapping[str, str]) -> None:
    """Put a text field into all room that a part keeps for one; `meanings` are read aloud, by the fields' names.

    ValueError where one has no meaning, or nothing stands where it should be.
    """
    places = destinations(pdf)
    wanted = {name: place for name, place in places.items() if name.startswith(FIELD_PREFIX)}
    if not wanted:
        return
    font = pdf.make_indirect(_embedded(pdf))
    if Name.AcroForm not in pdf.Root:
        pdf.Root.AcroForm = Dictionary(Fields=Array())
    pdf.Root.AcroForm.DR = Dictionary(Font=Dictionary({_FONT: font}))
    tree = pdf.Root.StructTreeRoot.ParentTree
    owners = {int(key): owner for key, owner in zip(list(tree.Nums)[::2], list(tree.Nums)[1::2], strict=True)}
    for page in pdf.pages:
        here = {name: place for name, place in wanted.items() if place[0].objgen == page.objgen}
        if here:
            contents = _without_placeholders(page, here)
            for name, content in contents.items():
                meaning = meanings[name.removeprefix(FIELD_PREFIX)]
                element = owners[int(page.obj.StructParents)][content]
                key = max(owners) + 1
                owners[key] = _field(pdf, page.obj, element, here[name], name.removeprefix(FIELD_PREFIX), meaning, key)
    tree.Nums = Array([part for key in sorted(owners) for part in (key, owners[key])])
    keep_destinations(pdf, {name: place for name, place in places.items() if name not in wanted})


def _without_placeholders(page: Any, here: Mapping[str, Any]) -> dict[str, int]:
    """Takes the placeholders out of a page; the numbers of their pieces of marked content, by the fields' names."""
    drawing = page.obj.Contents.read_bytes()
    height = float(page.mediabox[3])
    found: dict[str, int] = {}
    kept, end, content = [], 0, -1
    for match in _MARKED.finditer(drawing):
        if match[1] is not None:
            content = int(match[1])
            continue
        x, y = float(match[2]) * _POINTS, float(match[3]) * _POINTS
        for name, place in here.items():
            left, top = float(place[2]), height - float(place[3])
            if name not in found and abs(x - left) < _NEAR and -_NEAR < y - top < FIELD_HEIGHT:
                found[name] = content
                kept.append(drawing[end : match.start()])
                end = match.end()
                break
    if found.keys() != here.keys():
        raise ValueError(f"nothing stands where the fields {sorted(here.keys() - found.keys())} are")
    page.obj.Contents.write(b"".join([*kept, drawing[end:]]))
    return found


def _field(pdf: Pdf, page: Object, parent: Object, place: Any, name: str, meaning: str, key: int) -> Object:
    """A field with its place among the tags; the element that owns it."""
    left, top = float(place[2]), float(place[3])
    look = pdf.make_stream(b"/Tx BMC EMC", Type=Name.XObject, Subtype=Name.Form)
    look.BBox = Array([0, 0, FIELD_WIDTH, FIELD_HEIGHT])
    look.Resources = Dictionary()
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String(name),
            TU=String(meaning),
            V=String(""),
            DA=String(f"{_FONT} {_SIZE} Tf 0 g"),
            MaxLen=_MAX_LETTERS,
            Rect=Array([left, round(top - FIELD_HEIGHT, 3), round(left + FIELD_WIDTH, 3), top]),
            F=_PRINTED,
            P=page,
            AP=Dictionary(N=look),
            StructParent=key,
        )
    )
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=parent, Pg=page))
    element.K = Array([Dictionary(Type=Name.OBJR, Obj=widget, Pg=page)])
    parent.K = Array([*(parent.K if isinstance(parent.K, Array) else [parent.K]), element])
    if Name.Annots not in page:
        page.Annots = Array()
        page.Tabs = Name.S
    page.Annots.append(widget)
    pdf.Root.AcroForm.Fields.append(widget)
    return element


@functools.cache
def _typeface() -> tuple[bytes, tuple[int, ...], tuple[int, ...]]:
    """A typeface for what people type: its file with the letters of Western languages, their widths, its measures."""
    from importlib.resources import files

    data = (files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.ttf").read_bytes()
    font = subsetting.opened(data)
    upem, cmap = font["head"].unitsPerEm, font.getBestCmap()
    letters = [bytes([code]).decode("cp1252", "ignore") for code in range(32, 256)]
    known = [ord(letter) for letter in letters if letter and ord(letter) in cmap]
    widths = tuple(
        round(font["hmtx"][cmap[ord(letter)]][0] * 1000 / upem) if letter and ord(letter) in cmap else 0
        for letter in letters
    )
    head, lines = font["head"], font["hhea"]
    box = (head.xMin, head.yMin, head.xMax, head.yMax, lines.ascent, lines.descent)
    measures = tuple(round(value * 1000 / upem) for value in box)
    return subsetting.cut(font, known), widths, measures


def _embedded(pdf: Pdf) -> Dictionary:
    """The typeface as a simple font, since viewers can set what is typed in such only."""
    data, widths, (*box, ascent, descent) = _typeface()
    name = Name("/FIELDS+SourceSansPro-Regular")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=32,  # no signs of its own
        FontBBox=Array(box),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=660,
        StemV=80,
        FontFile2=pdf.make_stream(data, Length1=len(data)),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=name,
        FirstChar=32,
        LastChar=255,
        Widths=Array(widths),
        Encoding=Name.WinAnsiEncoding,
        FontDescriptor=pdf.make_indirect(descriptor),
    )
