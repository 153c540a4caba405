"""What the marks on a screenshot mean: the words in frames, what arrows point to, and the captions of fields."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from builder.screenshots.model import Box, Mark, MarkKind, Word

STUB = 36  # px of an arrow that are shown at least
_SIGHT = 320  # px on an arrow's line in which it can mean something
_REACH = 60  # px around an arrow's tip in which it can mean something beside its line


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow and the way it points: (-1, 0 or 1 to the right; -1, 0 or 1 downwards)."""

    box: Box
    way: tuple[int, int]

    @property
    def tip(self) -> tuple[int, int]:
        middle = ((self.box.left + self.box.right) // 2, (self.box.top + self.box.bottom) // 2)
        ends = ((self.box.left, middle[0], self.box.right), (self.box.top, middle[1], self.box.bottom))
        return ends[0][self.way[0] + 1], ends[1][self.way[1] + 1]

    @property
    def target(self) -> Box:
        """The arrow's head and a little of what it points to."""
        x, y = self.tip
        x, y = x + 4 * self.way[0], y + 4 * self.way[1]
        return Box(x - 14, y - 14, x + 14, y + 14)

    @property
    def stub(self) -> Box:
        """The head and as much of the shaft as is shown at least."""
        x, y = self.tip
        back_x, back_y = x - STUB * self.way[0], y - STUB * self.way[1]
        return Box(min(x, back_x), min(y, back_y), max(x, back_x) + 1, max(y, back_y) + 1)

    @property
    def tail(self) -> tuple[int, int]:
        """The end that does not point."""
        across, down = 2 * ((self.box.left + self.box.right) // 2), 2 * ((self.box.top + self.box.bottom) // 2)
        return across - self.tip[0], down - self.tip[1]


@dataclass(frozen=True, slots=True)
class Target:
    """What a frame or a bar and the arrows at it, or arrows alone, mean: marks by their place, and boxes of words."""

    marks: tuple[int, ...]
    words: tuple[Box, ...]


def targets(
    words: Sequence[Word], marks: Sequence[Mark], arrows: Sequence[Arrow], covers: Sequence[Box] = ()
) -> tuple[Target, ...]:
    """What each group of marks means, top to bottom: words inside frames, what arrows point to, captions of fields.

    An arrow at one of the `covers` that hide a secret means the caption above it.
    """
    boxes = [word.box for word in words if word.score >= 0.6 and sum(map(str.isalnum, word.text)) >= 2]
    bars = [mark.box for mark in marks if mark.kind is MarkKind.BAR]
    boxes = [box for box in boxes if not any(bar.within(box).area > box.area // 3 for bar in (*bars, *covers))]
    found: dict[Box, tuple[list[int], list[Box]]] = {}
    for place, mark in enumerate(marks):
        if mark.kind is not MarkKind.ARROW:
            found[mark.box] = ([place], _meant_by(mark, boxes))
    pointing = {arrow.box: arrow for arrow in arrows}
    drawn = list(found)
    for place, mark in enumerate(marks):
        if mark.kind is not MarkKind.ARROW or mark.box not in pointing:
            continue
        meant = pointed_at(pointing[mark.box], [*drawn, *covers, *boxes])
        # A word in a frame and the frame are one thing.
        home = next((box for box in drawn if meant and (meant == box or meant in found[box][1])), meant)
        if home in found:
            found[home][0].append(place)
        elif home is not None:
            held = [] if home in covers else [home]
            found[home] = ([place], [*held, *_captions(home, boxes, before=16)])
        else:
            found[mark.box] = ([place], [])
    return tuple(
        Target(tuple(places), tuple(dict.fromkeys(held))) for _, (places, held) in sorted(found.items(), key=_down)
    )


def written(words: Sequence[Word], marks: Sequence[Mark]) -> list[Word]:
    """The words without those that are arrows: the reader takes one for a letter now and then."""
    arrows = [mark.box for mark in marks if mark.kind is MarkKind.ARROW]
    return [word for word in words if not any(word.box.within(box).area * 2 > word.box.area for box in arrows)]


def _down(entry: tuple[Box, object]) -> tuple[int, int]:
    return entry[0].top, entry[0].left


def _meant_by(mark: Mark, boxes: Sequence[Box]) -> list[Box]:
    """The words in a frame and the caption above it, or that of a bar."""
    if mark.kind is MarkKind.BAR:
        return _captions(mark.box, boxes, before=160)
    held = [box for box in boxes if mark.box.holds(box)]
    return held if _in_list(held, boxes) else [*held, *_captions(mark.box, boxes, before=16)]


def labels_meant(
    words: Sequence[Word], marks: Sequence[Mark], arrows: Sequence[Arrow], covers: Sequence[Box] = ()
) -> tuple[Box, ...]:
    """The words that the marks mean, top to bottom."""
    found = (box for target in targets(words, marks, arrows, covers) for box in target.words)
    return tuple(sorted(dict.fromkeys(found), key=lambda box: (box.top, box.left)))


def _in_list(held: Sequence[Box], words: Sequence[Box]) -> bool:
    """Whether a framed word is an item of a list: words as far above it as below it begin where it begins."""
    if len(held) != 1:
        return False
    beside = [word.top - held[0].top for word in words if abs(word.left - held[0].left) <= 5 and word != held[0]]
    above, below = [-gap for gap in beside if gap < 0], [gap for gap in beside if gap > 0]
    return bool(above and below) and abs(min(above) - min(below)) <= 8


def _captions(field: Box, words: Sequence[Box], before: int) -> list[Box]:
    """The words directly above a field that begin where it begins, or up to `before` px to the left of it.

    A bar covers the end of a value whose beginning may show, so its caption begins farther left.
    """
    return [
        word
        for word in words
        if -word.height // 2 <= field.top - word.bottom <= max(word.height, 16)
        and word.bottom < field.bottom
        and -before <= word.left - field.left <= 48
    ]


def pointed_at(arrow: Arrow, boxes: Sequence[Box]) -> Box | None:
    """What an arrow points to: the first box on its line, else the nearest one in front of it; None far from any."""
    x, y = arrow.tip
    across = 1 if arrow.way[0] else 0  # the axis across the arrow's line; a diagonal arrow means what is nearest
    tip = (x, y)

    def ahead(box: Box) -> bool:
        # A diagonal arrow's tip is only a corner of its box, so a box need not begin ahead of it, only reach there.
        near, far = (0, 2) if not all(arrow.way) else (2, 0)
        starts = [
            box[axis + near] - tip[axis] if arrow.way[axis] > 0 else tip[axis] - box[axis + far] for axis in (0, 1)
        ]
        return all(start >= (0 if all(arrow.way) else -12) for start, way in zip(starts, arrow.way, strict=True) if way)

    def on_line(box: Box) -> bool:
        return not all(arrow.way) and box[across] - 6 <= tip[across] <= box[across + 2] + 6

    def effort(box: Box) -> float:
        gap = max(Box(x, y, x + 1, y + 1).gaps(box))
        if on_line(box):
            return gap if gap <= _SIGHT else math.inf
        # Beside the line: what stands right of an icon or check box names it, so what stands left of it counts less.
        reach = _REACH if all(arrow.way) else _REACH // 2
        return 1.5 * gap + 10 + (20 if box.right < x and arrow.way[1] else 0) if gap <= reach else math.inf

    if not any(arrow.way):
        return None
    meant = min((box for box in boxes if ahead(box)), key=effort, default=None)
    return meant if meant and math.isfinite(effort(meant)) else None
