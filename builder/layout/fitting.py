"""Fits a text onto pages: lays it out once on an endless page, plans pages from what stands there, lays it out again.

What may be parted is said in the style sheet and nowhere else: `avoid` is never, `avoid-page` is better not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from builder.layout.paging import LEVELS, NEVER, Piece, Sheet, plan
from builder.pages.figures import Sizing
from builder.units import PIXELS_PER_MM

_ENDLESS_MM = 100_000.0
ENDLESS = f"@page{{margin-bottom:{-_ENDLESS_MM:.0f}mm!important}}"
"""The rules of a page on which nothing is parted."""
_SLACKS = (0.0, 0.02, 0.05, 0.1)
"""By how much pages are planned lower than they are, one round after the other, until text and plan agree."""
_EDGE = 24 * PIXELS_PER_MM
"""So little of a step is better not left alone at the foot or the head of a page."""
_EDGE_PENALTY = 3.0
_BETTER_NOT = 3.0
_PRICES = {"section": 0.0, "h3": 0.4, "li": 1.4, "tr": 2.0}
_BULLET_PENALTY = 2.6
_OTHER_PENALTY = 0.9
_LINE_PENALTY = 2.5
_LOOSE_LINES = 1.04
"""A caption's lines are never quite full."""
_TIGHT = "tight"
"""The class of an opener that would not go onto its page otherwise."""
_SECTION_GIVES, _BLOCK_GIVES, _ENTRY_GIVES = (most * PIXELS_PER_MM for most in (12.0, 5.0, 1.5))
"""How much more space than usual there may be on a page with room: above a section, above what it consists of, and
between a list's entries."""
_SECTION_YIELDS = 1 * PIXELS_PER_MM
"""How much less than usual there may be above a section where its page would not hold it otherwise."""
_HEADINGS = frozenset({"h1", "h2", "h3"})
_FREE = 4 * PIXELS_PER_MM
"""What is left free below a page whose spaces have grown."""
_NEARLY_FULL = 0.75
"""How much of a last page the text takes where its spaces grow as on the others."""
_BRIEF, _SHORT = "brief", 0.88
"""The class of an opener that would leave more than this part of its page empty: the text begins under it."""
_TEXT = frozenset({_BRIEF, "body"})
"""The classes of what is parted into pages."""


@dataclass(slots=True)
class _Part:
    """A piece as it stands on the endless page: from `top` to `bottom` in CSS pixels, beginning with `element`.

    The space above it may grow by `gives` and shrink by `yields`.
    """

    element: Any
    boxes: list[Any]
    top: float
    bottom: float
    penalty: float
    flows: bool = False
    repeated: float = 0.0
    parts_whole: bool = False
    gives: float = 0.0
    yields: float = 0.0


_DRAWING = "article"
_FIGURES = frozenset({"img", _DRAWING})
"""What is set larger or smaller: pictures, and drawings, which scale as pictures do."""
Foretold = Callable[[int, dict[str, int]], None]
"""Told the number of pages, and on which of them, from 0, each id will stand."""


def fitted(
    render: Callable[[str], Any], sizings: Sequence[Sizing], room_mm: float, foretell: Foretold | None = None
) -> Any:
    """The document that `render` makes of some further rules, with its breaks and its figures' widths well chosen.

    `foretell` is called when the pages are planned and not yet made; they nearly always become so.
    """
    room = room_mm * PIXELS_PER_MM
    comfortable = "".join(sizing.css(sizing.comfortable_mm) for sizing in sizings)
    endless = render(comfortable + ENDLESS)
    if _fit_openers(endless, room):
        endless = render(comfortable + ENDLESS)
    known = {sizing.id: sizing for sizing in sizings}
    parts: list[_Part] = []
    for root in _roots(endless.pages):
        found = _parts(root, 0.0, room, known)
        found[0].gives = _SECTION_GIVES
        parts += found
    pieces = list(_pieces(parts, known))
    document = None
    for slack in _SLACKS:
        sheets = plan(pieces, room * (1 - slack))
        if foretell and slack == _SLACKS[0]:
            foretell(*_foretold(parts, sheets, room, len(endless.pages) - _text_pages(endless)))
        with _Styled([*_breaks(parts, sheets), *_spaces(parts, sheets, room * (1 - slack))]):
            document = render(comfortable + "".join(_widths(parts, sheets, known)))
        if _text_pages(document) == sum(max(math.ceil(sheet.height / room), 1) for sheet in sheets):
            break
    return document


def _foretold(parts: Sequence[_Part], sheets: Sequence[Sheet], room: float, before: int) -> tuple[int, dict[str, int]]:
    """The number of pages in a plan and the page of each id, with so many pages before those of the plan."""
    page, anchors = before, dict[str, int]()
    for sheet in sheets:
        boxes = (box for part in parts[sheet.first : sheet.end] for whole in part.boxes for box in _descendants(whole))
        elements = (element for box in boxes if (element := getattr(box, "element", None)) is not None)
        for name in (name for element in elements if (name := element.get("id"))):
            anchors.setdefault(name, page)
        page += max(math.ceil(sheet.height / room), 1)
    return page, anchors


def _breaks(parts: Sequence[_Part], sheets: Sequence[Sheet]) -> Iterator[tuple[Any, str]]:
    """The elements that begin a page, with what says so."""
    for sheet in sheets[1:]:
        if not parts[sheet.first].flows:
            yield parts[sheet.first].element, "break-before:page;margin-break:discard"


def _spaces(parts: Sequence[_Part], sheets: Sequence[Sheet], room: float) -> Iterator[tuple[Any, str]]:
    """The elements above which there is more or less space than usual, so that each page is full, with that space.

    A last page that is much emptier than the others ends where the text ends; nothing is spread there.
    """
    for number, sheet in enumerate(sheets, 1):
        ends_early = number == len(sheets) and sheet.height < _NEARLY_FULL * room
        spaces = [(part, part.top - above.bottom) for above, part in pairwise(parts[sheet.first : sheet.end])]
        least = sum(part.yields for part, _ in spaces)
        most = least if ends_early else least + sum(part.gives for part, _ in spaces)
        spare = min(max(room - sheet.height - _FREE, 0.0), most)
        for part, space in spaces:
            if spare < least:
                own = space - part.yields * (1 - spare / least)
            else:
                own = space + part.gives * (spare - least) / max(most - least, 1.0)
            if own != space:
                yield part.element, f"margin-top:{own:.2f}px"


class _Styled:
    """Elements have some more style while this lasts."""

    def __init__(self, styles: Iterable[tuple[Any, str]]) -> None:
        self.more = list(styles)
        self.before = [(element, element.get("style", "")) for element, _ in self.more]

    def __enter__(self) -> None:
        for element, style in self.more:
            element.set("style", f"{element.get('style', '')};{style}")

    def __exit__(self, *_: object) -> None:
        for element, style in self.before:
            element.set("style", style)


def _fit_openers(document: Any, room: float) -> bool:
    """Makes tall openers tight, and short ones brief; whether there was one of these, which moves the text."""
    moved = False
    for box in _roots(document.pages, {"opener"}):
        height = box.margin_height()
        if height > room:
            box.element.set("class", f"opener {_TIGHT}")
        elif height < _SHORT * room:
            box.element.set("class", f"opener {_BRIEF}")
            moved = True
    return moved


def _text_pages(document: Any) -> int:
    """How many pages have something of the text that is planned."""
    return sum(1 for page in document.pages if any(True for _ in _roots([page])))


def _roots(pages: Sequence[Any], names: Set[str] = _TEXT) -> Iterator[Any]:
    """The boxes of the elements of some classes that stand directly in the pages' text."""
    for page in pages:
        for html in page._page_box.children:
            for body in html.children if html.element_tag == "html" else ():
                yield from (box for box in body.children if names & _classes(box))


def _parts(box: Any, penalty: float, room: float, known: dict[str, Sizing]) -> list[_Part]:
    """The pieces of a box, the first of which has a break of this penalty before it."""
    table = box.get_wrapped_table() if box.is_table_wrapper else None
    top, bottom = box.border_box_y(), box.border_box_y() + box.border_height()
    whole = [_Part(box.element, [box], top, bottom, penalty)]
    style = (table or box).style
    if style["break_inside"] == "avoid" and _least_height(box, bottom - top, known) <= room:
        return whole
    if table is not None:
        found = _rows(table, penalty, room, known)
    elif any(type(child).__name__ == "LineBox" for child in box.children):
        found = _lines(box, penalty)
    else:
        found = _children(box, penalty, room, known)
    if not found:
        return whole
    found[0].element, found[0].top = box.element, min(found[0].top, top)
    found[-1].bottom = max(found[-1].bottom, bottom)
    if box.element_tag == "section":
        _spare_edges(found)
        _keep_whole(found, room)
    return found


def _children(box: Any, penalty: float, room: float, known: dict[str, Sizing]) -> list[_Part]:
    found: list[_Part] = []
    before = None
    for child in box.children:
        if child.is_in_normal_flow() and hasattr(child, "children"):
            price = penalty if before is None else _price(before, child)
            parts = _parts(child, price, room, known)
            if before is not None:
                _loosen(parts[0], before, child, box)
            found += parts
            before = child
    return found


def _loosen(part: _Part, before: Any, child: Any, parent: Any) -> None:
    """Says how the space between two siblings may change, of which the second begins with a part.

    What leads to something stays close to it; a callout stands apart from both.
    """
    if child.element_tag == "section":
        part.gives, part.yields = _SECTION_GIVES, _SECTION_YIELDS
    elif part.penalty == NEVER and not any("callout" in _classes(each) for each in (before, child)):
        return
    elif child.element_tag == "li":
        part.gives = _ENTRY_GIVES
    elif parent.element_tag == "section" and before.element_tag not in _HEADINGS:
        part.gives = _BLOCK_GIVES


def _classes(box: Any) -> set[str]:
    return {*(box.element.get("class") or "").split()}


def _rows(table: Any, penalty: float, room: float, known: dict[str, Sizing]) -> list[_Part]:
    """A table's rows; its head stays with the first two and is repeated, and the last two stay together."""
    head = sum(group.height for group in table.children if group.is_header)
    rows = [row for group in table.children if not group.is_header for row in group.children]
    found: list[_Part] = []
    for number, row in enumerate(rows):
        own = penalty if number == 0 else NEVER if number in (1, len(rows) - 1) else _PRICES["tr"]
        bottom = row.position_y + row.height
        found.append(_Part(row.element, [row], row.position_y, bottom, own, repeated=head if number else 0.0))
    return found


def _lines(box: Any, penalty: float) -> list[_Part]:
    """A paragraph's lines, of which some stay together at both ends."""
    lines = [child for child in box.children if type(child).__name__ == "LineBox"]
    orphans, widows = box.style["orphans"], box.style["widows"]
    found: list[_Part] = []
    for number, line in enumerate(lines):
        bound = number < orphans or number > len(lines) - widows
        own = penalty if number == 0 else NEVER if bound else _LINE_PENALTY
        found.append(_Part(box.element, [], line.position_y, line.position_y + line.height, own, flows=number > 0))
    return found


def _price(before: Any, after: Any) -> float:
    """The penalty of a page break between two siblings."""
    values = {*_break_values(before, "after"), *_break_values(after, "before")}
    if "avoid" in values:
        return NEVER
    in_bullets = after.element_tag == "li" and before.style["list_style_type"] == "disc"
    penalty = _BULLET_PENALTY if in_bullets else _PRICES.get(after.element_tag, _OTHER_PENALTY)
    return penalty + (_BETTER_NOT if "avoid-page" in values else 0.0)


def _break_values(box: Any, side: str) -> Iterator[str]:
    while box is not None:
        yield box.style[f"break_{side}"]
        inner = [child for child in getattr(box, "children", ()) if child.is_in_normal_flow()]
        box = inner[-1 if side == "after" else 0] if inner and not box.is_table_wrapper else None


def _spare_edges(parts: Sequence[_Part]) -> None:
    """Makes breaks dear that leave little of a section behind or take little along."""
    top, bottom = parts[0].top, parts[-1].bottom
    for part in parts[1:]:
        if part.top - top < _EDGE or bottom - part.top < _EDGE:
            part.penalty += _EDGE_PENALTY


def _keep_whole(parts: Sequence[_Part], room: float) -> None:
    """Says of each break in a section that goes onto one page that it parts what is whole."""
    if parts[-1].bottom - parts[0].top <= room:
        for part in parts[1:]:
            part.parts_whole = True


def _pieces(parts: Sequence[_Part], known: dict[str, Sizing]) -> Iterator[Piece]:
    last = parts[0].top if parts else 0.0
    for part in parts:
        height = part.bottom - part.top
        grown = [sum(_grown(box, level, known) for box in part.boxes) for level in LEVELS]
        heights = tuple(height + each for each in grown)
        gap = max(part.top - last - part.yields, 0.0)
        below = max((_foot(box) - part.bottom for box in part.boxes), default=0.0)
        yield Piece(heights, gap, part.penalty, part.flows, part.repeated, part.parts_whole, max(below, 0.0))
        last = part.bottom


def _foot(box: Any) -> float:
    """How far down what hangs at the side of a box reaches, such as a figure's locator."""
    return max((each.position_y + each.margin_height() for each in _descendants(box) if each.is_floated()), default=0.0)


def _least_height(box: Any, height: float, known: dict[str, Sizing]) -> float:
    return height + _grown(box, 1.0, known)


def _grown(box: Any, level: float, known: dict[str, Sizing]) -> float:
    """How much taller a box becomes with its figures at a level, in CSS pixels."""
    if not level or not any(_image_ids(box, known)):
        return 0.0
    sizing = known.get(_image_id(box))
    if sizing:
        return (_width(sizing, level) - sizing.comfortable_mm) * sizing.aspect * PIXELS_PER_MM
    if box.element_tag == "figure":
        first = known[next(_image_ids(box, known))]
        return _caption_grown(box, first, level) + sum(_grown(child, level, known) for child in box.children)
    if type(box).__name__ == "TableRowBox":
        now = max(float(cell.height) for cell in box.children)
        return max(float(cell.height) + _grown(cell, level, known) for cell in box.children) - now
    return sum(_grown(child, level, known) for child in getattr(box, "children", ()))


def _caption_grown(figure: Any, sizing: Sizing, level: float) -> float:
    """How much taller the lines of a figure's caption become in all when the figure becomes narrower."""
    caption = next(child for child in figure.children if child.element_tag == "figcaption")
    lines = [each for each in _descendants(caption) if type(each).__name__ == "LineBox"]
    beside = sum(each.margin_width() for each in _descendants(caption) if each.is_floated())
    words = _LOOSE_LINES * sum(line.width for line in lines)
    now, then = sizing.comfortable_mm * PIXELS_PER_MM - beside, _width(sizing, level) * PIXELS_PER_MM - beside
    more = math.ceil(words / max(then, 1.0)) - math.ceil(words / max(now, 1.0))
    return more * float(lines[0].height) if lines else 0.0


def _width(sizing: Sizing, level: float) -> float:
    """A picture's width in mm at a level."""
    if level < 0:
        return sizing.comfortable_mm - level * (sizing.max_mm - sizing.comfortable_mm)
    return sizing.comfortable_mm - level * (sizing.comfortable_mm - sizing.min_mm)


def _widths(parts: Sequence[_Part], sheets: Sequence[Sheet], known: dict[str, Sizing]) -> Iterator[str]:
    for sheet in sheets:
        for part in parts[sheet.first : sheet.end]:
            for name in (name for box in part.boxes for name in _image_ids(box, known)):
                yield known[name].css(_width(known[name], LEVELS[sheet.level]))


def _image_id(box: Any) -> str:
    element = getattr(box, "element", None)
    return element.get("id", "") if element is not None and box.element_tag in _FIGURES else ""


def _image_ids(box: Any, known: dict[str, Sizing]) -> Iterator[str]:
    return (name for each in _descendants(box) if (name := _image_id(each)) in known)


def _descendants(box: Any) -> Iterator[Any]:
    """The box and all below it, but not what a drawing is made of."""
    yield box
    for child in () if box.element_tag == _DRAWING else getattr(box, "children", ()):
        yield from _descendants(child)
