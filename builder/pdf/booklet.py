"""Lays the pages of a bound PDF two and two onto sheets that are printed on both sides and folded.

Sheets that are folded once and lie one in the other make a signature; signatures lie one behind the other. What comes
out is for the printer alone: it has the pages' drawing, and no tags, links or form fields.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from builder.pdf import provenance
from builder.pdf.metadata import Description, moment_of
from builder.pdf.writing import as_form, opened, pack, save, write_metadata
from builder.units import POINTS_PER_MM

_PAGES_A_SHEET = 4
_TICK = 8 * POINTS_PER_MM  # long, since most printers leave the outer 4 mm of a sheet white
_TICK_WIDTH = 0.25  # pt
_FREE = 12 * POINTS_PER_MM  # from the edge to the first collating mark
_MARK_WIDTH, _MARK_HEIGHT = 1 * POINTS_PER_MM, 6 * POINTS_PER_MM
_SAME = Decimal("0.01")  # pt: sizes that differ by less are the same one, rounded


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: the numbers of the pages on it, from 1; None where it stays blank."""

    left: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet before it is folded. The front is outside afterwards; turned about the fold, it shows the back."""

    front: Side
    back: Side


Signature = tuple[Sheet, ...]
"""Sheets that lie one in the other, the outermost first."""


def order(pages: int, sheets: int) -> tuple[Signature, ...]:
    """Where `pages` pages come to lie, in the fewest signatures of at most `sheets` sheets, as evenly as can be.

    Sides that are too many stay blank before the last page, so that the back of the whole is the back cover.
    ValueError if there is no page, or no sheet in a signature.
    """
    if pages < 1 or sheets < 1:
        raise ValueError(f"{pages} pages can't be laid onto signatures of {sheets} sheets")
    total = -(-pages // _PAGES_A_SHEET)
    numbers: list[int | None] = [*range(1, pages + 1)]
    last = max(1, pages - 1)  # a single page is the front cover
    numbers[last:last] = [None] * (total * _PAGES_A_SHEET - pages)
    count = -(-total // sheets)
    least, thicker = divmod(total, count)
    signatures: list[Signature] = []
    start = 0
    for index in range(count):
        end = start + (least + (index < thicker)) * _PAGES_A_SHEET
        signatures.append(_nested(numbers[start:end]))
        start = end
    return tuple(signatures)


def _nested(numbers: Sequence[int | None]) -> Signature:
    """The sheets of a signature from its pages in reading order."""
    first = range(0, len(numbers) // 2, 2)
    return tuple(
        Sheet(Side(numbers[-1 - index], numbers[index]), Side(numbers[index + 1], numbers[-2 - index]))
        for index in first
    )


def impose(source: Path, out: Path, *, sheets: int, made_of: provenance.MadeOf | None = None) -> int:
    """Write a bound PDF as a booklet in signatures of at most `sheets` sheets; returns the number of its sides.

    A side is two pages wide and one high, as they are when trimmed, and nothing is scaled. Fronts and backs alternate,
    to be printed on both sides and turned on the short edge. On the fold, outside, stand ticks to fold by and, where
    there are several signatures, a bar in each, a step lower than that before: seen from the spine they make a stair.

    The file is PDF/A-2b. It says of itself what `source` does, and in its title that it is a booklet. `made_of` is
    written into the metadata, completed by the sides' digests, and the file is sealed. The same inputs give the same
    bytes. `out` is replaced only once the new file is whole.

    ValueError for a source that can't be read, was not bound by `binding.bind` or has pages that are turned or of
    several sizes, and for `sheets` below 1. OSError if `out` can't be written.
    """
    with opened(source) as book, Pdf.new() as booklet:
        width, height = _size(book, source)
        said = _described(book, source)
        signatures = order(len(book.pages), sheets)
        forms = [_form(booklet, book, page) for page in book.pages]
        for index, signature in enumerate(signatures):
            for sheet in signature:
                is_outermost = sheet is signature[0] and len(signatures) > 1
                marks = _ticks(width, height) + (_mark(width, height, index) if is_outermost else "")
                _add_side(booklet, forms, sheet.front, (width, height), marks)
                _add_side(booklet, forms, sheet.back, (width, height))
        root = booklet.Root
        root.Lang = String(str(book.Root.Lang))
        root.OutputIntents = booklet.copy_foreign(book.make_indirect(book.Root.OutputIntents))
        root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None")
        )
        pack(booklet)
        if made_of is not None:
            made_of = replace(made_of, pages=provenance.page_digests(booklet))
        write_metadata(booklet, said, made_of, tagged=False)
        save(booklet, out, sealed=made_of is not None)
        return len(booklet.pages)


def _size(book: Pdf, source: Path) -> tuple[Decimal, Decimal]:
    """The width and height of all pages when they are trimmed, in points."""
    sizes = []
    for number, page in enumerate(book.pages, 1):
        if page.get(Name.Rotate, 0) != 0:
            raise ValueError(f"page {number} of {source} is turned")
        left, bottom, right, top = _edges(page.trimbox)
        sizes.append((right - left, top - bottom))
        if max(abs(one - other) for one, other in zip(sizes[0], sizes[-1], strict=True)) > _SAME:
            raise ValueError(f"page {number} of {source} is of another size than page 1")
    if not sizes:
        raise ValueError(f"{source} has no pages")
    return sizes[0]


def _edges(box: Any) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Left, bottom, right and top, in points; a box is given by any two corners that lie across."""
    first_x, first_y, second_x, second_y = (Decimal(edge) for edge in box)
    return min(first_x, second_x), min(first_y, second_y), max(first_x, second_x), max(first_y, second_y)


def _described(book: Pdf, source: Path) -> Description:
    """What the booklet of a source says of itself."""
    said = {key.removeprefix("/"): str(value) for key, value in book.docinfo.items()}
    if not ({"/OutputIntents", "/Lang"} <= book.Root.keys() and {"Title", "CreationDate"} <= said.keys()):
        raise ValueError(f"{source} was not bound by this program")
    return Description(
        title=f"{said['Title']} – booklet",
        author=said.get("Author", ""),
        subject=said.get("Subject", ""),
        keywords=said.get("Keywords", ""),
        creator=said.get("Creator", ""),
        producer=said.get("Producer", ""),
        created=moment_of(said["CreationDate"]),
        further=said,
    )


def _form(booklet: Pdf, book: Pdf, page: pikepdf.Page) -> Object:
    """A page of `book` as it looks when it is trimmed."""
    if not page.Resources.is_indirect:
        page.Resources = book.make_indirect(page.Resources)  # nothing else can be copied
    form = as_form(booklet, page, page.trimbox)
    names = provenance.names_in(form.read_bytes())
    # The pages of a part share their resources. Only what this one draws is its own, and changes its digest.
    form.Resources = booklet.make_indirect(
        Dictionary({kind: _drawn(pool, names) for kind, pool in form.Resources.items()})
    )
    return form


def _drawn(pool: Any, names: Collection[bytes]) -> Any:
    """The entries of a pool of resources with these names."""
    if not isinstance(pool, Dictionary):
        return pool
    return Dictionary({name: value for name, value in pool.items() if name.encode() in names})


def _add_side(
    booklet: Pdf, forms: Sequence[Object], side: Side, size: tuple[Decimal, Decimal], marks: str = ""
) -> None:
    """Add a side of a sheet with its two pages and, over them, its marks."""
    width, height = size
    placed = Dictionary()
    drawing = ""
    for name, number, start in (("/Left", side.left, Decimal(0)), ("/Right", side.right, width)):
        if number is not None:
            placed[name] = forms[number - 1]
            left, bottom, _, _ = _edges(forms[number - 1].BBox)
            drawing += f"q 1 0 0 1 {start - left:f} {0 - bottom:f} cm {name} Do Q\n"
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 2 * width, height]),
        Resources=Dictionary(XObject=placed),
        Contents=booklet.make_stream(f"{drawing}{marks}".encode()),
    )
    booklet.pages.append(pikepdf.Page(page))


def _ticks(width: Decimal, height: Decimal) -> str:
    """Fine lines on the fold, at the head and at the foot of a sheet."""
    fold, top = float(width), float(height)
    lines = f"{fold:.3f} 0 m {fold:.3f} {_TICK:.3f} l {fold:.3f} {top:.3f} m {fold:.3f} {top - _TICK:.3f} l"
    return f"q 0 G {_TICK_WIDTH} w {lines} S Q\n"


def _mark(width: Decimal, height: Decimal, index: int) -> str:
    """The bar on the fold of signature `index`, from 0; at the foot of the spine the stair begins at its head again."""
    fold, top = float(width), float(height)
    steps = max(1, int((top - 2 * _FREE) / _MARK_HEIGHT))
    foot = top - _FREE - (index % steps + 1) * _MARK_HEIGHT
    return f"q 0 g {fold - _MARK_WIDTH / 2:.3f} {foot:.3f} {_MARK_WIDTH:.3f} {_MARK_HEIGHT:.3f} re f Q\n"
