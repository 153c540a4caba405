"""Where pages end and how large their figures are: one plan for a whole text, made from the heights of its pieces.

All ways to part the text are weighed against each other, as Knuth and Plass do with the lines of a paragraph (Breaking
Paragraphs into Lines, 1981): an empty page, a small figure and a break in a bad place each have their penalty, and the
whole with the least wins, found by dynamic programming. The work grows with the length of the text, not with the
number of ways.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

LEVELS = (-1.0, 0.0, 1.0)
"""How figures may be set: 0 is comfortable, 1 as small as they may be, -1 as large.

Nothing lies between, so that the figures of a text share a few widths.
"""
NEVER = math.inf
"""The penalty of a break where there must be none."""

_FULL = 0.88
"""A page this full has nothing to pay; emptier ones pay with the square of what is missing."""
_HALF = 0.47
"""A page emptier than this pays so much that nearly everything else is better."""
_SHORT = 0.3
"""A last page that holds less is better saved."""
_PARTED, _NEARLY_EMPTY = 4.0, 0.6
"""What parting something costs that would go onto a page, and how full the page before is where it is worth it."""
_STICKS_OUT = 1e6


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands on one page in any case.

    `heights` has an entry for each of LEVELS; `gap` is the space above the piece where it doesn't begin a page, and
    `repeated` what is repeated above it where it does. `penalty` is that of a page break before it. A piece that
    `flows` is a line or a row: the engine breaks before it when the page is full, and nobody can ask it to. A break
    before one that `parts_whole` parts what would go onto one page. What hangs `below` it takes room only where nothing
    follows it.
    """

    heights: tuple[float, ...]
    gap: float
    penalty: float
    flows: bool = False
    repeated: float = 0.0
    parts_whole: bool = False
    below: float = 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the plan: the pieces `first` up to, but not including, `end`, with its figures at a level."""

    first: int
    end: int
    level: int  # index into LEVELS
    height: float  # of what stands on it


def plan(pieces: Sequence[Piece], page_height: float) -> list[Sheet]:
    """The pieces parted into pages of one height with the least penalty; only a piece taller than that sticks out."""
    groups = _groups(pieces)
    joined = [_joined([pieces[each] for each in group]) for group in groups]
    sheets = _parted(joined, page_height)
    return [Sheet(groups[each.first][0], groups[each.end - 1][-1] + 1, each.level, each.height) for each in sheets]


def _groups(pieces: Sequence[Piece]) -> list[range]:
    """The pieces between which there may be breaks."""
    starts = [number for number, piece in enumerate(pieces) if number == 0 or piece.penalty != NEVER]
    return [range(start, end) for start, end in zip(starts, [*starts[1:], len(pieces)], strict=True)]


def _joined(pieces: Sequence[Piece]) -> Piece:
    gaps = sum(piece.gap for piece in pieces[1:])
    heights = tuple(gaps + sum(each) for each in zip(*(piece.heights for piece in pieces), strict=True))
    return replace(pieces[0], heights=heights, below=pieces[-1].below)


def _parted(pieces: Sequence[Piece], page_height: float) -> list[Sheet]:
    levels = range(len(LEVELS))
    sums = [[0.0, *accumulate(piece.gap + piece.heights[level] for piece in pieces)] for level in levels]
    total = [0.0] + [math.inf] * len(pieces)
    reached: list[Sheet | None] = [None] * (len(pieces) + 1)
    for first, piece in enumerate(pieces):
        above = piece.repeated - piece.gap
        for end in range(first + 1, len(pieces) + 1):
            used = [each[end] - each[first] + above + pieces[end - 1].below for each in sums]
            after = pieces[end] if end < len(pieces) else None
            if used[-1] <= page_height:
                penalty, level = _cheapest(used, page_height, after)
            elif end == first + 1:
                penalty, level = _STICKS_OUT, len(LEVELS) - 1
            else:
                break
            if total[first] + penalty < total[end]:
                total[end], reached[end] = total[first] + penalty, Sheet(first, end, level, used[level])
    sheets: list[Sheet] = []
    while not sheets or sheets[-1].first:
        last = reached[sheets[-1].first if sheets else len(pieces)]
        assert last is not None
        sheets.append(last)
    return sheets[::-1]


def _cheapest(used: Sequence[float], page_height: float, after: Piece | None) -> tuple[float, int]:
    """The penalty of a page and the level for it; `after` is the piece that the next page begins with, if any."""
    choices = []
    for level, height in enumerate(used):
        if height <= page_height:
            penalty = _penalty_of_level(LEVELS[level]) + _penalty_of_fill(height / page_height, last=after is None)
            if after is not None and after.flows and height + after.gap + after.heights[level] <= page_height:
                continue  # the engine would not break here
            choices.append((penalty, level))
    if not choices:
        return math.inf, 0
    penalty, level = min(choices)
    if after is None:
        return penalty, level
    is_dear = after.parts_whole and used[level] / page_height >= _NEARLY_EMPTY
    return penalty + after.penalty + (_PARTED if is_dear else 0.0), level


def _penalty_of_level(level: float) -> float:
    return 2.5 * level**1.5 if level > 0 else 0.2 * level**2


def _penalty_of_fill(fill: float, *, last: bool) -> float:
    if last:
        return 5.0 + 10.0 * (_SHORT - fill) if fill < _SHORT else 0.0
    missing = max(_FULL - fill, 0.0) / (_FULL - _HALF)
    return 4.0 * missing**2 + (300.0 * (_HALF - fill) + 10.0 if fill < _HALF else 0.0)
