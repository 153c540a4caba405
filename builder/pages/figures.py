"""How a guide's blocks stand on a page: what stands beside what, how wide figures may be, what leads to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.guides.blocks import (
    Block,
    Callout,
    Figure,
    Given,
    Item,
    Listing,
    Paragraph,
    Permissions,
    PictureKey,
    Table,
    Together,
    plain,
)
from builder.guides.guide import Guide
from builder.pages.paper import Paper
from builder.screenshots.model import Picture

LIST_MM = 7.0
"""How far a list entry's text stands in."""
NARROW_MM = 73.0
"""A figure up to this width stands beside its text: both take half of the width of the text."""
BESIDE_ENTRIES = 4
"""So many of a list's entries at most stand beside the figure of the last one."""
TYPE_PT, MIN_TYPE_PT, MAX_TYPE_PT = 9.0, 8.0, 10.0
"""The size of a drawing's labels where it is as wide as it says, and where it is as narrow and as wide as may be."""
PAIR_GAP_MM = 6.0
"""What is free between two figures in one row."""
AROUND_MM = 62.0
"""What a page keeps free around its highest figure: a step's heading, the sentence before it and the caption."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """How wide a picture may be set, in mm, and how far in its text stands; layout chooses within the bounds."""

    id: str
    figure: str  # the figure's own id when this is its first picture, else empty
    aspect: float  # height / width
    comfortable_mm: float
    min_mm: float
    max_mm: float
    indent_mm: float | None  # from where text begins; None where the figure stands in a cell of its own
    type_pt: float = 0.0  # of a drawing: the size of its labels at the comfortable width

    def css(self, width_mm: float) -> str:
        """The rules that set the picture `width_mm` wide, with its figure where text begins."""
        size = self.type_pt * width_mm / self.comfortable_mm
        type_size = f";font-size:{size:.3f}pt!important" if self.type_pt else ""
        rules = f"#{self.id}{{width:{width_mm:.2f}mm!important{type_size}}}"
        if self.figure:
            offset = -(self.indent_mm or 0.0)
            rules += f"#{self.figure}{{width:{width_mm:.2f}mm!important;margin-left:{offset:.2f}mm!important}}"
        return rules


@dataclass(frozen=True, slots=True)
class Beside:
    """A narrow figure with the text that stands beside it."""

    blocks: tuple[Any, ...]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Pair:
    """Two narrow figures in one row."""

    figures: tuple[Figure, Figure]


def arranged(guide: Guide, pictures: Mapping[PictureKey, Picture]) -> Guide:
    """The guide with its figures put beside their text, or two of them in one row, where they are narrow."""
    beside = _Arranger(pictures)
    return replace(
        guide,
        introduction=beside.arrange(guide.introduction),
        steps=tuple(replace(step, blocks=beside.arrange(step.blocks)) for step in guide.steps),
        sections=tuple(replace(part, blocks=beside.arrange(part.blocks)) for part in guide.sections),
    )


def sizings(guide: Guide, pictures: Mapping[PictureKey, Picture], paper: Paper) -> Iterator[Sizing]:
    """How wide each picture of an arranged guide may be on pages of some paper."""
    yield from _sizings_in(guide.introduction, guide.slug, pictures, None, paper)
    for blocks in (*(step.blocks for step in guide.steps), *(part.blocks for part in guide.sections)):
        for block in blocks:
            # A section's own children stand in where text begins; what they hold stands in with them.
            indent = -paper.measures.gutter if isinstance(block, Figure) else 0.0
            yield from _sizings_in((block,), guide.slug, pictures, indent, paper)


def introduces(block: Any, following: Any) -> bool:
    """Whether a block announces the next one, or warns of it, and must not be parted from it; None follows the last."""
    if isinstance(block, Callout) and block.kind in {"warning", "important"}:
        return following is not None
    if isinstance(following, Table | Permissions):
        return isinstance(block, Paragraph | Listing)
    if isinstance(following, Given):
        return True
    return isinstance(block, Paragraph) and plain(block.spans).rstrip().endswith(":")


def belongs(items: Sequence[Item], position: int) -> bool:
    """Whether a list entry belongs to the figure of one of the next two: all are done on the screen that it shows."""
    if _has_figure(items[position].blocks):
        return False
    return any(_has_figure(item.blocks) for item in items[position + 1 : position + 3])


class _Arranger:
    """Puts narrow figures beside their text, or two of them in one row."""

    def __init__(self, pictures: Mapping[PictureKey, Picture]) -> None:
        self.pictures = pictures

    def arrange(self, blocks: Sequence[Block]) -> tuple[Any, ...]:
        return tuple(arranged for block in blocks for arranged in self._arranged(block))

    def _arranged(self, block: Block) -> list[Any]:
        if isinstance(block, Together):
            return self._together(block)
        if isinstance(block, Listing):
            return self._listing(block)
        if isinstance(block, Callout):
            return [replace(block, blocks=self.arrange(block.blocks))]
        return [block]

    def _together(self, block: Together) -> list[Any]:
        """The text with the first row of its figures; further rows may go onto another page."""
        figures = [each for each in block.blocks if isinstance(each, Figure)]
        text = block.blocks[: len(block.blocks) - len(figures)]
        if len(figures) == 1 and self._is_narrow(figures[0]) and not _has_figure(text):
            return [Beside(text, figures[0])]
        rows = self._rows(figures)
        return [replace(block, blocks=(*self.arrange(text), rows[0])), *rows[1:]]

    def _rows(self, figures: Sequence[Figure]) -> list[Any]:
        rows: list[Any] = []
        for figure in figures:
            last = rows[-1] if rows else None
            if isinstance(last, Figure) and self._is_narrow(last) and self._is_narrow(figure):
                rows[-1] = Pair((last, figure))
            else:
                rows.append(figure)
        return rows

    def _listing(self, listing: Listing) -> list[Any]:
        """A list, parted where a narrow figure stands beside the entries that lead to it."""
        arranged: list[Any] = []
        items: list[Item] = []
        for item in listing.items:
            beside = self._beside(item)
            if beside is None:
                items.append(replace(item, blocks=self.arrange(item.blocks)))
                continue
            start = len(items)
            while start > max(len(items) - BESIDE_ENTRIES + 1, 0) and not _has_figure(items[start - 1].blocks):
                start -= 1
            if start:
                arranged.append(replace(listing, items=tuple(items[:start])))
            text = replace(item, blocks=beside.blocks)
            arranged.append(Beside((replace(listing, items=(*items[start:], text)),), beside.figure))
            items = []
        return [*arranged, *([replace(listing, items=tuple(items))] if items else [])]

    def _beside(self, item: Item) -> Beside | None:
        """A list entry that ends with a narrow figure."""
        last = item.blocks[-1] if item.blocks else None
        arranged = self._together(last) if isinstance(last, Together) else []
        if len(arranged) != 1 or not isinstance(arranged[0], Beside):
            return None
        return replace(arranged[0], blocks=(*self.arrange(item.blocks[:-1]), *arranged[0].blocks))

    def _is_narrow(self, figure: Figure) -> bool:
        picture = self.pictures[figure.picture]
        if len(picture.views) != 1:
            return False
        (view,) = picture.views
        return (view.min_mm if picture.drawn else view.comfortable_mm) <= NARROW_MM


def _sizings_in(
    blocks: Sequence[Any], slug: str, pictures: Mapping[PictureKey, Picture], indent: float | None, paper: Paper
) -> Iterator[Sizing]:
    for block in blocks:
        if isinstance(block, Figure):
            yield from _figure_sizings(block, slug, pictures, indent, paper.text, paper)
        elif isinstance(block, Beside):
            yield from _figure_sizings(block.figure, slug, pictures, None, NARROW_MM, paper)
        elif isinstance(block, Pair):
            widest = (paper.text - PAIR_GAP_MM) / 2
            for figure in block.figures:
                yield from _figure_sizings(figure, slug, pictures, None, widest, paper)
        elif isinstance(block, Together | Callout):
            yield from _sizings_in(block.blocks, slug, pictures, indent, paper)
        elif isinstance(block, Listing):
            for item in block.items:
                inner = None if indent is None else indent + LIST_MM
                yield from _sizings_in(item.blocks, slug, pictures, inner, paper)


def _figure_sizings(
    figure: Figure,
    slug: str,
    pictures: Mapping[PictureKey, Picture],
    indent: float | None,
    widest_mm: float,
    paper: Paper,
) -> Iterator[Sizing]:
    """How large a figure's pictures may be: as they wish, as long as all of them go onto one page with their text."""
    picture = pictures[figure.picture]
    views = picture.views
    highest = max(paper.room - AROUND_MM, 20.0)

    def allowed(wishes: Sequence[float]) -> list[float]:
        widths = [min(wish, widest_mm) for wish in wishes]
        height = sum(width * view.height / view.width for width, view in zip(widths, views, strict=True))
        return [width * min(1.0, highest / height) for width in widths]

    least = allowed([view.min_mm for view in views])
    comfortable = allowed([view.comfortable_mm for view in views])
    most = allowed([view.max_mm for view in views])
    for position, view in enumerate(views):
        yield Sizing(
            id=f"{slug}--figure-{figure.number}-{position + 1}",
            figure=f"{slug}--figure-{figure.number}" if position == 0 else "",
            aspect=view.height / view.width,
            comfortable_mm=comfortable[position],
            min_mm=min(least[position], comfortable[position]),
            max_mm=max(most[position], comfortable[position]),
            indent_mm=indent,
            type_pt=TYPE_PT * comfortable[position] / view.comfortable_mm if picture.drawn else 0.0,
        )


def _has_figure(blocks: Sequence[Any]) -> bool:
    """Whether there is a figure, or a client's value, which is as wide, in some arranged blocks, at any depth."""
    return any(
        isinstance(block, Figure | Beside | Pair | Given)
        or (isinstance(block, Together | Callout) and _has_figure(block.blocks))
        or (isinstance(block, Listing) and any(_has_figure(item.blocks) for item in block.items))
        for block in blocks
    )
