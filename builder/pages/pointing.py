"""The marks drawn over a figure: one style for all, and the numbers of the instructions they belong to.

A number stands on a figure only when every mark on it is surely that of one instruction. An instruction that names
nothing on the screen goes on at the place of the one before it.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from builder.guides.blocks import (
    Block,
    Callout,
    Figure,
    Heading,
    Item,
    Listing,
    Paragraph,
    Permissions,
    Spans,
    Together,
    figures_in,
    plain,
)
from builder.guides.guide import Guide
from builder.screenshots.model import MarkKind, Picture, View
from builder.units import POINTS_PER_MM

_ALIKE = 0.85
"""How like a name the words at a mark must be, 0 to 1: readers of words err in a letter."""
_LONG = 6
"""Letters from which on a name may be the beginning of longer words at a mark."""
_LINE_PT = 1.7
_HEAD_PT = (8.0, 4.4)  # length, half of the width

Numbers = Mapping[int, str]
"""The numbers of a picture's targets, such as "3" or "3–4"."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """An entry of a numbered list; `names` are what it names on the screen."""

    number: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is drawn over a view, in its pixels; `unit` is one pt of paper. A disc is x, y and what stands on it."""

    left: float
    top: float
    width: float
    height: float
    unit: float
    frames: tuple[tuple[int, int, int, int], ...]
    arrows: tuple[str, ...]
    discs: tuple[tuple[int, int, str], ...]


def overlay(view: View, numbers: Numbers) -> Overlay | None:
    """The drawing over a view, a little larger than it on all sides; None where nothing is marked."""
    if not view.pointers:
        return None
    unit = view.width / (view.comfortable_mm * POINTS_PER_MM)
    frames = tuple(each.line for each in view.pointers if each.kind is MarkKind.FRAME)
    arrows = tuple(_arrow(each.line, unit) for each in view.pointers if each.kind is MarkKind.ARROW)
    discs = tuple((*each.disc, numbers[each.target]) for each in view.pointers if each.disc and each.target in numbers)
    more = 0.02
    return Overlay(
        left=-more * view.width,
        top=-more * view.height,
        width=(1 + 2 * more) * view.width,
        height=(1 + 2 * more) * view.height,
        unit=unit,
        frames=frames,
        arrows=arrows,
        discs=discs,
    )


def _arrow(line: tuple[int, int, int, int], unit: float) -> str:
    """The outline of an arrow as an SVG path."""
    x, y, tip_x, tip_y = line
    length = math.hypot(tip_x - x, tip_y - y) or 1.0
    along, across = ((tip_x - x) / length, (tip_y - y) / length), (-(tip_y - y) / length, (tip_x - x) / length)
    head, half = min(_HEAD_PT[0] * unit, length), _HEAD_PT[1] * unit
    shaft = _LINE_PT * unit * 0.6

    def point(back: float, aside: float) -> str:
        return f"{tip_x - back * along[0] + aside * across[0]:.1f} {tip_y - back * along[1] + aside * across[1]:.1f}"

    outline = [
        (length, shaft),
        (head, shaft),
        (head, half),
        (0.0, 0.0),
        (head, -half),
        (head, -shaft),
        (length, -shaft),
    ]
    return "M" + "L".join(point(back, aside) for back, aside in outline) + "Z"


def numbers(picture: Picture, instructions: Sequence[Instruction]) -> dict[int, str]:
    """The numbers of a picture's targets; none at all unless each belongs to one instruction, and there are several."""
    means: dict[int, tuple[str, ...]] = {}
    has_disc: set[int] = set()
    for pointer in (each for view in picture.views for each in view.pointers):
        means[pointer.target] = pointer.means
        has_disc |= {pointer.target} if pointer.disc else set()
    if len(means) < 2 or has_disc != means.keys():
        return {}
    if len({each.number for each in instructions}) != len(instructions):
        return {}
    found: dict[int, int] = {}
    for target, words in means.items():
        meant = _meant(words, instructions)
        if meant is None:
            return {}
        found[target] = meant
    if len(set(found.values())) < 2:
        return {}
    return {target: _range(place, instructions, set(found.values())) for target, place in found.items()}


def _meant(words: Sequence[str], instructions: Sequence[Instruction]) -> int | None:
    """The place of the only instruction that names the first of the words that any names; None if several do."""
    for word in words:
        places = [place for place, each in enumerate(instructions) if _is_meant((word,), _own(each, instructions))]
        if places:
            return places[0] if len(places) == 1 else None
    return None


def _range(place: int, instructions: Sequence[Instruction], taken: set[int]) -> str:
    """An instruction's number, and that of the last one after it that names nothing and so goes on in its place."""
    last = place
    while last + 1 < len(instructions) and last + 1 not in taken and not instructions[last + 1].names:
        last += 1
    first = instructions[place].number
    return str(first) if last == place else f"{first}–{instructions[last].number}"


def named(picture: Picture, instructions: Sequence[Instruction]) -> tuple[str, ...]:
    """What the numbers on a picture stand at, in their order: "1 API Name"."""
    found = numbers(picture, instructions)
    means = {each.target: each.means for view in picture.views for each in view.pointers}
    said = []
    for target, number in found.items():
        first = int(number.split("–")[0])
        one = next(each for each in instructions if each.number == first)
        said.append(
            (first, f"{number} {next(name for name in _own(one, instructions) if _is_meant(means[target], (name,)))}")
        )
    return tuple(text for _, text in sorted(said))


def _own(one: Instruction, instructions: Sequence[Instruction]) -> tuple[str, ...]:
    """The names that no other instruction has."""
    others = {name for each in instructions if each is not one for name in each.names}
    return tuple(name for name in one.names if name not in others)


def _is_meant(words: Sequence[str], names: Sequence[str]) -> bool:
    return any(_alike(_letters(word), _letters(name)) for word in words for name in names)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _alike(word: str, name: str) -> bool:
    if not word or not name:
        return False
    if len(name) >= _LONG and (word.startswith(name) or word.endswith(name)):
        return True
    return difflib.SequenceMatcher(None, word, name, autojunk=False).ratio() >= _ALIKE


def instructions(guide: Guide) -> dict[int, tuple[Instruction, ...]]:
    """The instructions that each figure of a guide shows, by the figure's number: those since the figure before it.

    A figure that stands before all of its step's instructions shows those up to the next one.
    """
    found: dict[int, tuple[Instruction, ...]] = {}
    for step in guide.steps:
        since: list[Instruction] = []
        waiting: Figure | None = None
        for each in _walk(step.blocks):
            if isinstance(each, Instruction):
                since.append(each)
                continue
            if isinstance(each, Permissions):
                if since:  # what a table lists is set where the instruction before it is carried out
                    rows = tuple(plain(row.name) for row in each.rows)
                    since[-1] = replace(since[-1], names=(*since[-1].names, *rows))
                continue
            if waiting is not None:
                found[waiting.number] = tuple(since)
            waiting = None if since else each
            found[each.number] = tuple(since)
            since = []
        if waiting is not None:
            found[waiting.number] = tuple(since)
        elif since:
            _go_on(found, step.blocks, since)
    return found


def _go_on(found: dict[int, tuple[Instruction, ...]], blocks: Sequence[Block], since: Sequence[Instruction]) -> None:
    """Gives a step's only figure also the instructions that follow it."""
    figures = list(figures_in(blocks))
    if len(figures) == 1:
        found[figures[0].number] += tuple(since)


def _walk(blocks: Sequence[Block]) -> Iterator[Instruction | Permissions | Figure]:
    """The instructions and figures of some blocks in reading order; an entry's own figure comes after it."""
    for block in blocks:
        if isinstance(block, Figure | Permissions):
            yield block
        elif isinstance(block, Together | Callout):
            yield from _walk(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                if block.ordered:
                    yield Instruction(item.number, tuple(_names(item)))
                yield from figures_in(item.blocks)


def _names(item: Item) -> Iterator[str]:
    for spans in _spans(item.blocks):
        yield from (span.text for span in spans if span.strong)


def _spans(blocks: Sequence[Block]) -> Iterator[Spans]:
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            yield block.spans
        elif isinstance(block, Together):
            yield from _spans(block.blocks)
