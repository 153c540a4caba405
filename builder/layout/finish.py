"""What WeasyPrint's PDF still needs before it is written: prepared pictures as they are, forms, metadata and tags.

WeasyPrint re-encodes every PNG and places a JPEG as it is. So the fetcher hands it `placeholder(png)`, a JPEG without
pixels that has the picture's size and names its digest, and `finisher` puts the PNG's own data in its place.

Lay out with `pdf_variant=VARIANT` (for `render` and for `write_pdf`) and `pdf_forms=True` where there are checkboxes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pydyf

from builder import png
from builder.layout import press, tagging
from builder.layout.struct_tree import number
from builder.pdf.metadata import Description, joined, packet

if TYPE_CHECKING:
    from weasyprint import Document

VARIANT = "pdf/a-2a"

_GREY, _RGB, _PALETTE = 0, 2, 3
_MARK = (
    b"\xff\xd8\xff\xfe\x00\x4apicture:"  # start of image, then a comment of 74 bytes: its length, the tag, the digest
)
_DIGEST_LENGTH = 64


def digest(picture: bytes) -> str:
    """The key under which `finisher` looks for a picture: the SHA-256 of its file, in hexadecimal."""
    return sha256(picture).hexdigest()


def placeholder(picture: bytes) -> bytes:
    """A JPEG without pixels that stands for a PNG during layout: same width and height, and the digest as a comment.

    ValueError if the PNG can't be placed unchanged: broken, interlaced, with transparency, or 16 bits a sample.
    """
    read = _read_png(picture)
    comment = _MARK + digest(picture).encode()
    components = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    frame = struct.pack(">HBHHB", 8 + len(components), 8, read.height, read.width, 3) + components
    scan = struct.pack(">HB", 12, 3) + bytes((1, 0, 2, 0, 3, 0, 0, 63, 0))
    return comment + b"\xff\xc0" + frame + b"\xff\xda" + scan + b"\xff\xd9"


def finisher(
    pictures: Mapping[str, bytes], *, press_bleed: float | None = None
) -> Callable[[Document, pydyf.PDF], None]:
    """The hook for `Document.write_pdf(finisher=…)`.

    `pictures` maps `digest(png)` to the PNG files whose placeholders were served; it may be filled while the document
    is laid out; `press_bleed`, in mm, makes colours and boxes ready for a press. A document laid out without tags gets
    no more than that. ValueError for a placeholder whose picture is missing, a form field that is no checkbox, a link
    or field outside every element, and text under CSS `opacity`.
    """

    def finish(document: Document, pdf: pydyf.PDF) -> None:
        _place_pictures(pdf, pictures)
        if "StructTreeRoot" in pdf.catalog:
            _mend_form(document, pdf)
            tagging.mend(document, pdf)
            _identify(document, pdf)
        if press_bleed is not None:
            press.make_ready(pdf, press_bleed)

    return finish


_MAX_LETTERS = 80
"""What may be typed into a field."""


@dataclass(frozen=True, slots=True)
class _Png:
    width: int  # pixels
    height: int
    bits: int  # a sample
    colour: int  # PNG colour type
    palette: bytes  # RGB triples; empty without palette
    data: bytes  # IDAT: zlib stream of filtered rows, which is what FlateDecode with predictor 15 reads


def _read_png(picture: bytes) -> _Png:
    header, palette, data = b"", b"", []
    for kind, body in png.chunks(picture):
        if kind == b"IHDR":
            header = body
        elif kind == b"PLTE":
            palette = body
        elif kind == b"IDAT":
            data.append(body)
        elif kind == b"tRNS":
            raise ValueError("the PNG has transparency; flatten it first")
    if len(header) != 13 or not data:
        raise ValueError("the PNG lacks a chunk")
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if colour not in (_GREY, _RGB, _PALETTE):
        raise ValueError("the PNG has transparency; flatten it first")
    if bits > 8:
        raise ValueError("the PNG has 16 bits a sample; reduce it to 8")
    if interlaced:
        raise ValueError("the PNG is interlaced")
    if not 0 < max(width, height) < 1 << 16:
        raise ValueError(f"the PNG is {width} × {height} px; a placeholder holds at most 65535")
    if colour == _PALETTE and not palette:
        raise ValueError("the PNG has no palette")
    return _Png(width, height, bits, colour, palette, b"".join(data))


def _place_pictures(pdf: pydyf.PDF, pictures: Mapping[str, bytes]) -> None:
    for image in pdf.objects:
        if not isinstance(image, pydyf.Stream) or image.extra.get("Subtype") != "/Image":
            continue
        image.extra["Interpolate"] = "false"  # PDF/A; viewers would smear the screenshots' text
        if image.extra.get("Filter") != "/DCTDecode":
            continue
        content = image.stream[0] if isinstance(image.stream[0], bytes) else image.stream[0].data
        if content.startswith(_MARK):
            name = content[len(_MARK) : len(_MARK) + _DIGEST_LENGTH].decode()
            if name not in pictures:
                raise ValueError(f"no picture was given for the placeholder {name}")
            _replace(image, _read_png(pictures[name]))


def _replace(image: pydyf.Stream, picture: _Png) -> None:
    image.stream = [picture.data]
    image.extra.update(
        Width=picture.width,
        Height=picture.height,
        BitsPerComponent=picture.bits,
        ColorSpace=_colour_space(picture),
        Filter="/FlateDecode",
        DecodeParms=pydyf.Dictionary(
            {
                "Predictor": 15,
                "Columns": picture.width,
                "Colors": 3 if picture.colour == _RGB else 1,
                "BitsPerComponent": picture.bits,
            }
        ),
    )


def _colour_space(picture: _Png) -> Any:
    if picture.colour == _PALETTE:
        last = len(picture.palette) // 3 - 1
        return pydyf.Array(["/Indexed", "/DeviceRGB", last, f"<{picture.palette.hex()}>"])
    return "/DeviceRGB" if picture.colour == _RGB else "/DeviceGray"


def _mend_form(document: Document, pdf: pydyf.PDF) -> None:
    """Fields that need nothing from the viewer: a name that is read aloud, and appearances of their own."""
    if "AcroForm" not in pdf.catalog:
        return
    form = pydyf.Dictionary({"Fields": pdf.catalog["AcroForm"]["Fields"]})
    pdf.catalog["AcroForm"] = form
    labels = tagging.input_labels(document)
    for page in document.pages:
        for fields in page.forms.values():
            for box, _ in fields:
                _mend_checkbox(pdf, box.widget_annotation, labels.get(box.element, ""))
                if box.element.get("data-text") is not None:
                    _make_text_field(pdf, form, box.widget_annotation)


def _make_text_field(pdf: pydyf.PDF, form: pydyf.Dictionary, field: pydyf.Dictionary) -> None:
    """Make a mended checkbox an empty field to type in.

    The engine's own text fields would embed a whole typeface each. Here nothing is drawn until somebody types, and
    then by the viewer, in one of the typefaces that every viewer has; PDF/A asks for those alone that are drawn with.
    """
    field["AP"] = pydyf.Dictionary({"N": field["AP"]["N"]["Off"]})
    field.update(FT="/Tx", V=pydyf.String(""), DA=pydyf.String("/Helv 10 Tf 0 g"), MaxLen=_MAX_LETTERS)
    del field["AS"]
    if "DR" not in form:
        font = pydyf.Dictionary(
            {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}
        )
        pdf.add_object(font)
        form["DR"] = pydyf.Dictionary({"Font": pydyf.Dictionary({"Helv": font.reference})})


def _mend_checkbox(pdf: pydyf.PDF, field: pydyf.Dictionary, label: str) -> None:
    if field.get("FT") != "/Btn" or "Parent" in field or "AP" not in field:
        raise ValueError(f"the form field {field['T'].string!r} is no checkbox; only checkboxes can be filled in")
    if not label:
        raise ValueError(f"the checkbox {field['T'].string!r} has no label")
    field["TU"] = pydyf.String(label)
    ticked = pdf.objects[number(field["AP"]["N"]["on"])]
    # A plain filled shape needs nothing from the pages' resources, of which WeasyPrint takes its opacity.
    ticked.stream = [item for item in ticked.stream if not item.endswith(b" gs")]
    ticked.extra["Resources"] = pydyf.Dictionary()
    empty = pydyf.Stream([], dict(ticked.extra))
    pdf.add_object(empty)
    field["AP"]["N"]["Off"] = empty.reference
    del field["MK"]  # the frame is drawn on the page; a viewer must not draw another one


def _identify(document: Document, pdf: pydyf.PDF) -> None:
    metadata = document.metadata
    stream = pdf.objects[number(pdf.catalog["Metadata"])]
    stream.compress = False  # PDF/A: readable without inflating
    stream.stream = [
        packet(
            Description(
                title=metadata.title or "",
                created=datetime.fromisoformat(metadata.created) if metadata.created else None,
                author=joined(metadata.authors),
                subject=metadata.description or "",
                keywords=joined(metadata.keywords),
                creator=metadata.generator or "",
                producer=pdf.info["Producer"].string,
            )
        )
    ]
    if "CreationDate" in pdf.info:
        pdf.info["ModDate"] = pdf.info["CreationDate"]
