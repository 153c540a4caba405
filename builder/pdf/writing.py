"""What every PDF of ours goes through: it is opened, drawn as a form, described, packed and saved."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from builder.pdf import provenance
from builder.pdf.metadata import Description, Schema, packet, pdf_date
from builder.store import write_whole

_RECORD = Schema("What a handbook was made of", provenance.NAMESPACE, provenance.PREFIX, provenance.PROPERTIES)
_MARKS = {"BMC", "BDC", "EMC", "MP", "DP"}  # operators that mark content
CUT = b"\r\nendstream"
"""How a stream ends of which careless readers lose a byte."""
_MOVES, _FEW = 4, 200  # with more streams than a few, one of them will end so wherever the objects are


def opened(path: Path) -> Pdf:
    """A PDF; ValueError if it can't be read."""
    try:
        return Pdf.open(BytesIO(path.read_bytes()))  # from memory: hundreds of parts would use up the open files
    except (OSError, pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise ValueError(f"{path} can't be read as a PDF: {error}") from error


def as_form(book: Pdf, page: pikepdf.Page, box: Array) -> Object:
    """What a page draws within a box of its own, tags left out, as something that can be drawn on a page of `book`."""
    instructions = [each for each in pikepdf.parse_content_stream(page) if str(each.operator) not in _MARKS]
    return book.make_stream(
        pikepdf.unparse_content_stream(instructions),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array(box),
        Resources=book.copy_foreign(page.Resources),
    )


def destinations(pdf: Pdf) -> dict[str, Object]:
    """The named destinations of a part, which keeps them in one leaf."""
    names: Any = pdf.Root.get(Name.Names, Dictionary()).get(Name.Dests, Dictionary()).get(Name.Names, Array())
    items = list(names)
    return dict(zip(map(str, items[::2]), items[1::2], strict=True))


def keep_destinations(pdf: Pdf, kept: Mapping[str, Object]) -> None:
    """Leaves a part no other named destinations than these."""
    pdf.Root.Names.Dests.Names = Array([part for name, place in kept.items() for part in (String(name), place)])


def write_metadata(book: Pdf, said: Description, made_of: provenance.MadeOf | None, *, tagged: bool = True) -> None:
    """Write the document information and an XMP packet that says the same. ValueError for one without a date."""
    if said.created is None or said.created.tzinfo is None:
        raise ValueError("the date of creation needs a time zone")
    date = pdf_date(said.created)
    entries = {
        "Title": said.title,
        "Author": said.author,
        "Subject": said.subject,
        "Keywords": said.keywords,
        "Creator": said.creator,
        "Producer": said.producer,
        "CreationDate": date,
        "ModDate": date,
    }
    for key, value in {**said.further, **entries}.items():
        if value:
            book.docinfo[f"/{key}"] = String(value)
    xmp = packet(
        said,
        tagged=tagged,
        schema=_RECORD if made_of else None,
        entries=provenance.described(made_of) if made_of else (),
    )
    book.Root.Metadata = Stream(book, xmp, Type=Name.Metadata, Subtype=Name.XML)


def pack(book: Pdf) -> None:
    """Compress what is not compressed yet, before the pages' digests are made and the metadata, which stay as text.

    No stream ends in a carriage return then: readers that trust line ends more than /Length take it for one. A byte
    after the end of compressed data is no part of the data.
    """
    for each in book.objects:
        if isinstance(each, Stream):
            packing: Any = each.get(Name.Filter)
            settings: Any = each.get(Name.DecodeParms)
            data = each.read_raw_bytes()
            packed = data if packing is not None else zlib.compress(data)
            if packed.endswith(b"\r"):
                packed += b"\0"
            if packed != data:
                each.write(packed, filter=packing or Name.FlateDecode, decode_parms=settings)


def save(book: Pdf, out: Path, *, sealed: bool) -> int:
    """Write the whole of a book that was packed, or nothing, and return the file's size in bytes."""
    data = _written(book, pikepdf.ObjectStreamMode.generate)
    moves = _MOVES if data.count(b"/ObjStm") <= _FEW else 0
    for number in range(moves):
        if CUT not in data:
            break
        # Only a stream that qpdf has packed objects into can still end so. One object more moves all others on.
        book.Root[f"/A{number}"] = book.make_indirect(Dictionary())
        data = _written(book, pikepdf.ObjectStreamMode.generate)
    if CUT in data:
        data = _written(book, pikepdf.ObjectStreamMode.disable)
    write_whole(out, provenance.sealed(data) if sealed else data)
    return len(data)


def _written(book: Pdf, mode: pikepdf.ObjectStreamMode) -> bytes:
    written = BytesIO()
    book.save(written, min_version="1.7", deterministic_id=True, object_stream_mode=mode, fix_metadata_version=False)
    return written.getvalue()
