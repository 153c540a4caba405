"""What is on the pages of a real PDF: words, pictures and glyphs with their places, and what is wrong with them.

Each `…_faults` function returns what it found wrong, in words; lengths are points from the page's top left.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf

from builder.guides.blocks import Callout, Figure, Listing, Paragraph, Together, figures_in, plain
from builder.guides.guide import Guide

MM = 72 / 25.4
TOP, BOTTOM, SIDE = 25 * MM, 22 * MM, 166 * MM  # margins above and below, width of the column
BINDING = 5 * MM  # by how much a bound page's margin at the spine is wider
LEAST_FILL = 0.45


@dataclass(frozen=True)
class Glyph:
    text: str
    top: float
    bottom: float
    x: float


@dataclass(frozen=True)
class Sheet:
    """A trimmed page: its glyphs in order of painting, its pictures' and drawings' boxes as (x0, top, x1, bottom).

    `shift` is by how far its column stands to the right of the middle.
    """

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    pictures: tuple[tuple[float, float, float, float], ...]
    drawings: tuple[tuple[float, float, float, float], ...]
    shift: float = 0.0

    @property
    def text(self) -> str:
        """All characters without white space, glyph by glyph."""
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def left(self) -> float:
        return (self.width - SIDE) / 2 + self.shift

    @property
    def right(self) -> float:
        return self.left + SIDE

    @property
    def fill(self) -> float:
        """How much of the text area's height is in use, 0 to 1."""
        floor, right = self.height - BOTTOM, self.right
        bottoms = [glyph.bottom for glyph in self.glyphs if TOP < glyph.bottom < floor + 1 and glyph.x < right]
        boxes = (*self.pictures, *self.drawings)
        bottoms += [bottom for x0, _, _, bottom in boxes if TOP < bottom < floor + 1 and x0 < right]
        return (max(bottoms, default=TOP) - TOP) / (floor - TOP)


@dataclass(frozen=True)
class Printed:
    """A PDF as it is read from disk. `names` are named destinations, `outline` titles, with pages from 0."""

    sheets: tuple[Sheet, ...]
    names: dict[str, int]
    outline: tuple[tuple[str, int], ...]
    links: tuple[tuple[int, tuple[float, float, float, float], str], ...]  # page, box, name of the destination
    labels: tuple[str, ...]
    glyphs_missing: int


def squeezed(text: str) -> str:
    """A text without white space and soft hyphens."""
    return re.sub(r"[\s\u00ad]+", "", text)


def read(path: Path) -> Printed:
    """Everything that the tests ask of a PDF."""
    with pdfplumber.open(path) as plumbed:
        sheets = tuple(_sheet(page, number) for number, page in enumerate(plumbed.pages))
    with pikepdf.open(path) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
        names = {name: numbers[target[0].objgen] for name, target in _named(pdf).items()}
        seen: set[Any] = set()
        return Printed(
            sheets,
            names,
            tuple(_outline(pdf, names, numbers)),
            tuple(_links(pdf)),
            tuple(page.label for page in pdf.pages),
            sum(_missing_glyphs(page.obj, seen) for page in pdf.pages),
        )


def _sheet(page: Any, number: int) -> Sheet:
    """A page as it is when it has been cut along its marks."""
    left, top, right, bottom = page.trimbox

    def moved(one: Any) -> tuple[float, float, float, float]:
        return one["x0"] - left, one["top"] - top, one["x1"] - left, one["bottom"] - top

    glyphs = (
        Glyph(squeezed(char["text"]), char["top"] - top, char["bottom"] - top, char["x0"] - left)
        for char in page.chars
        if squeezed(char["text"])
    )
    is_bound = page.trimbox != page.mediabox
    return Sheet(
        float(right - left),
        float(bottom - top),
        tuple(glyphs),
        tuple(moved(one) for one in page.images),
        tuple(moved(one) for one in [*page.rects, *page.lines, *page.curves]),
        (BINDING if number % 2 == 0 else -BINDING) if is_bound else 0.0,
    )


def _named(pdf: pikepdf.Pdf) -> dict[str, Any]:
    tree = pdf.Root.get("/Names", {}).get("/Dests")
    return {str(name): target for name, target in pikepdf.NameTree(tree).items()} if tree is not None else {}


def _links(pdf: pikepdf.Pdf) -> Iterator[tuple[int, tuple[float, float, float, float], str]]:
    for number, page in enumerate(pdf.pages):
        left, _, _, upper = (float(each) for each in page.trimbox)
        for note in page.get("/Annots", ()):
            if note.Subtype == "/Link" and (target := _target(note)) is not None:
                x0, y0, x1, y1 = (float(each) for each in note.Rect)
                yield number, (x0 - left, upper - y1, x1 - left, upper - y0), target


def _target(note: Any) -> str | None:
    """Where a link within the file leads; None for one that leads to the web."""
    if "/Dest" in note:
        return str(note.Dest)
    return None if note.A.S == "/URI" and "://" in str(note.A.URI) else str(note.A.get("/D", note.A.get("/URI", "")))


def _outline(pdf: pikepdf.Pdf, names: dict[str, int], numbers: dict[Any, int]) -> Iterator[tuple[str, int]]:
    def walk(items: Sequence[pikepdf.OutlineItem]) -> Iterator[tuple[str, int]]:
        for item in items:
            target = item.destination if item.destination is not None else item.action.D
            is_page = isinstance(target, pikepdf.Array)
            yield item.title, numbers[target[0].objgen] if is_page else names.get(str(target), -1)
            yield from walk(item.children)

    with pdf.open_outline() as outline:
        yield from walk(outline.root)


def pictures_named(path: Path, alt: str) -> int:
    """How many pictures are tagged with an alternative text, which may go on with what is marked, details included."""
    with pikepdf.open(path) as pdf:
        found = [str(each.Alt) for each in pdf.objects if _is_figure(each)]
    return sum(each == alt or each.startswith((f"{alt}, detail ", f"{alt}. Marked: ")) for each in found)


def _is_figure(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure" and "/Alt" in thing


def _missing_glyphs(holder: Any, seen: set[Any]) -> int:
    """How many codes painted by a page or a form mean glyph 0, which is what a face shows for what it lacks.

    Pages of a part share their resources; forms that were `seen` are not counted again.
    """
    resources = holder.get("/Resources", {})
    empty = {name: _codes_of_glyph_0(font) for name, font in resources.get("/Font", {}).items()}
    missing, codes_of_font = 0, {b"\0\0"}
    for operands, operator in pikepdf.parse_content_stream(holder):
        if str(operator) == "Tf":
            codes_of_font = empty[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            for shown in operands[0] if str(operator) == "TJ" else operands:
                codes = bytes(shown) if isinstance(shown, pikepdf.String) else b""
                missing += sum(codes[at : at + 2] in codes_of_font for at in range(0, len(codes), 2))
    for form in resources.get("/XObject", {}).values():
        if form.get("/Subtype") == "/Form" and form.objgen not in seen:
            seen.add(form.objgen)
            missing += _missing_glyphs(form, seen)
    return missing


def _codes_of_glyph_0(font: Any) -> set[bytes]:
    """The two-byte codes that a font's encoding leads to glyph 0."""
    if not isinstance(font.Encoding, pikepdf.Stream):
        return {b"\0\0"}
    return {bytes.fromhex(code.decode()) for code in re.findall(rb"<([0-9a-fA-F]{4})> 0\b", font.Encoding.read_bytes())}


def link_faults(printed: Printed) -> list[str]:
    """Links that lead nowhere; a mail address is somewhere."""
    return [
        f"page {page}: a link leads to {name!r}"
        for page, _, name in printed.links
        if name not in printed.names and not name.startswith("mailto:")
    ]


def outline_faults(printed: Printed) -> list[str]:
    """Outline entries that don't lead to the page on which their words stand."""
    return [
        f"the outline's {title!r} leads to page {page}"
        for title, page in printed.outline
        if page < 0 or squeezed(title).removeprefix(_leading_number(title)) not in printed.sheets[page].text
    ]


def _leading_number(title: str) -> str:
    found = re.match(r"\d+\s+", title)
    return squeezed(found[0]) if found else ""


def contents_faults(printed: Printed) -> list[str]:
    """Lines of the contents whose number is not the label of the page they lead to, and chapters parted from steps."""
    pages = range(printed.names["-contents"], printed.names["-at-a-glance"])
    listed = {name: page for page, _, name in reversed(printed.links) if page in pages}
    faults = [
        f"{name} and its first step are parted in the contents"
        for name, page in listed.items()
        if listed.get(f"{name}--step-1", page) != page
    ]
    if sum(page == listed.get("-glossary") for page in listed.values()) < 3:
        faults.append("the last entry of the contents stands alone on a page")
    for page, (_, top, _, bottom), name in printed.links:
        if page not in pages:
            continue
        sheet, middle = printed.sheets[page], (top + bottom) / 2
        edge = sheet.right - 12 * MM
        right = [glyph for glyph in sheet.glyphs if glyph.top < middle < glyph.bottom and glyph.x > edge]
        found = re.search(r"\d+$", "".join(glyph.text for glyph in sorted(right, key=lambda glyph: glyph.x)))
        label = printed.labels[printed.names.get(name, 0)]
        if not found or found[0] != label:
            faults.append(f"the contents say {found and found[0]} for {name}, which is on {label}")
    return faults


def figure_faults(printed: Printed, guide: Guide, views: dict[int, int]) -> list[str]:
    """Figures that are split, go beyond the margins, or stand apart from caption or sentence.

    `views` tells how many pictures each figure has.
    """
    faults = []
    inside = chapter(printed, guide)
    for number in inside:
        sheet = printed.sheets[number]
        right, floor = sheet.right, sheet.height - BOTTOM
        for x0, top, x1, bottom in sheet.pictures:
            if x0 < sheet.left - 1 or x1 > right + 1 or top < TOP - 1 or bottom > floor + 1:
                faults.append(f"page {number}: a picture from {x0:.0f}, {top:.0f} to {x1:.0f}, {bottom:.0f}")
        captions = _captions_on(sheet, guide)
        if sum(views[each] for each in captions) != len(sheet.pictures):
            faults.append(f"page {number}: {len(sheet.pictures)} pictures for the captions of {captions}")
    for words, figure in _introductions(guide):
        page = _page_of_caption(printed, figure, inside)
        if page is None:
            faults.append(f"figure {figure.number} has no caption")
        elif squeezed(words)[-30:] not in printed.sheets[page].text:
            faults.append(f"figure {figure.number} stands on page {page}, “{words[-40:]}” elsewhere")
    return faults


def edge_faults(printed: Printed, guide: Guide) -> list[str]:
    """More widths and left edges of a guide's figures than a reader takes for a rule."""
    boxes = [
        (sheet, round(x0 - sheet.left), round(x1 - x0))
        for sheet in (printed.sheets[number] for number in chapter(printed, guide))
        for x0, _, x1, _ in sheet.pictures
    ]
    widths = _apart(width for _, _, width in boxes)
    edges = _apart(edge for _, edge, _ in boxes)
    faults = [f"figures have the widths {widths}"] if len(widths) > 3 else []
    return faults + ([f"figures begin at {edges}"] if len(edges) > 2 else [])


def _apart(lengths: Iterable[int]) -> list[int]:
    """The lengths that differ by more than a point."""
    kept: list[int] = []
    for length in sorted(set(lengths)):
        if not kept or length - kept[-1] > 1:
            kept.append(length)
    return kept


def _captions_on(sheet: Sheet, guide: Guide) -> list[int]:
    return [figure.number for figure in guide.figures if _caption(figure) in sheet.text]


def _caption(figure: Figure) -> str:
    return squeezed(f"Figure {figure.number} {figure.alt}")


def _page_of_caption(printed: Printed, figure: Figure, pages: Sequence[int]) -> int | None:
    return next((page for page in pages if _caption(figure) in printed.sheets[page].text), None)


def _introductions(guide: Guide) -> Iterator[tuple[str, Figure]]:
    """The sentences before figures, each with its figure."""
    for group in _blocks(guide):
        if isinstance(group, Together):
            words = [plain(each.spans) for each in group.blocks if isinstance(each, Paragraph)]
            if words:
                yield words[-1], next(figures_in(group.blocks))


def _blocks(guide: Guide) -> Iterator[Any]:
    """All blocks of the steps and sections, at any depth."""

    def walk(blocks: Sequence[Any]) -> Iterator[Any]:
        for block in blocks:
            yield block
            if isinstance(block, Together | Callout):
                yield from walk(block.blocks)
            elif isinstance(block, Listing):
                for item in block.items:
                    yield from walk(item.blocks)

    for part in (*guide.steps, *guide.sections):
        yield from walk(part.blocks)


def chapter(printed: Printed, guide: Guide) -> range:
    """The pages of a guide after its opener."""
    steps = [page for name, page in printed.names.items() if name.startswith(f"{guide.slug}--step-")]
    first = min(steps) if steps else printed.names[guide.slug] + 1
    last = next((number for number in range(first, len(printed.sheets)) if _ends(printed.sheets[number], guide)), None)
    assert last is not None, "the chapter has no checklist"
    return range(first, last + 1)


def _ends(sheet: Sheet, guide: Guide) -> bool:
    return squeezed(f"Before you close {guide.exchange}") in sheet.text


def heading_faults(printed: Printed, guide: Guide) -> list[str]:
    """Step headings that are parted from the first words under them, and callouts from what they warn of."""
    faults = []
    for position, step in enumerate(guide.steps, 1):
        page = printed.names.get(f"{guide.slug}--step-{position}")
        words = next(iter(_words(step.blocks)), "")
        text = printed.sheets[page].text if page is not None else ""
        if squeezed(plain(step.title)) not in text or squeezed(words)[:24] not in text:
            faults.append(f"step {position} on page {page} is parted from “{words[:40]}”")
    for blocks in [part.blocks for part in (*guide.steps, *guide.sections)]:
        for callout, after in itertools.pairwise(blocks):
            if isinstance(callout, Callout) and callout.kind in {"warning", "important"}:
                ends, begins = list(_words([callout])), list(_words([after]))
                if ends and begins and not _share_page(printed, guide, ends[-1][-24:], begins[0][:24]):
                    faults.append(f"“{ends[-1][:40]}” is parted from “{begins[0][:40]}”")
    return faults


def _share_page(printed: Printed, guide: Guide, one: str, other: str) -> bool:
    texts = [printed.sheets[page].text for page in chapter(printed, guide)]
    return any(squeezed(one) in text and squeezed(other) in text for text in texts)


def _words(blocks: Sequence[Any]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield plain(block.spans)
        elif isinstance(block, Together | Callout):
            yield from _words(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from _words(item.blocks)


def fill_faults(printed: Printed, guide: Guide) -> list[str]:
    """Pages inside a chapter that are emptier than they may be."""
    return [
        f"page {number} is {printed.sheets[number].fill:.0%} full"
        for number in chapter(printed, guide)[:-1]
        if printed.sheets[number].fill < LEAST_FILL
    ]


def lonely_line_faults(printed: Printed, guide: Guide) -> list[str]:
    """Paragraphs of four lines and more that leave a single one on a page."""
    faults = []
    pages = chapter(printed, guide)
    for words in _words([block for part in (*guide.steps, *guide.sections) for block in part.blocks]):
        text = squeezed(words)
        counts = [count for count in _lines_by_page(printed, pages, text) if count]
        if sum(counts) >= 4 and min(counts) == 1:
            faults.append(f"“{words[:40]}” has {counts} lines on its pages")
    return faults


def _lines_by_page(printed: Printed, pages: Sequence[int], text: str) -> list[int]:
    """How many lines of a text stand on each page, found by its characters one after the other."""
    counts = []
    rest = text
    for page in pages:
        sheet = printed.sheets[page]
        start = sheet.text.find(rest[:24]) if rest else -1
        length = 0
        while start >= 0 and length < len(rest) and sheet.text[start + length : start + length + 1] == rest[length]:
            length += 1
        # The glyphs of a page may each be several characters; this maps a place in the text back to its glyph.
        tops: set[int] = set()
        at = 0
        for glyph in sheet.glyphs:
            if start >= 0 and start <= at < start + length:
                tops.add(round(glyph.bottom))
            at += len(glyph.text)
        counts.append(len(tops))
        rest = rest[length:] if start >= 0 else rest
    return counts if not rest else []
