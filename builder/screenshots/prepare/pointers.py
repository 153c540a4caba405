"""The team's marks drawn anew: rubbed out in the pixels, and given as lines that pages draw in one style.

Bars stay as they are: they cover something.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from builder.screenshots.inspect.marks import arrow_points
from builder.screenshots.model import Box, Mark, MarkKind, Pointer, Word
from builder.screenshots.prepare.legible import POINTS_PER_MM
from builder.screenshots.prepare.mark_targets import STUB, Arrow, targets, written
from builder.screenshots.prepare.plate import Plate

LINE_PT = 2.4
"""The thickness of a frame's line with its outline."""
DISC_MM = 5.2
"""The diameter of a number's disc."""
_THICKEST = 26  # px of a frame's line
_LEAN = 0.3  # how much of the colour a blend at a mark's rim has
_STUB_MM = 7.0  # how much of an arrow is drawn at least, and outside of what is shown at most

Pixels = NDArray[np.uint8]
Point = tuple[int, int]


def arrows_of(image: Image.Image, marks: Sequence[Mark], colour: tuple[int, int, int]) -> tuple[Arrow, ...]:
    """The arrows among the marks of an RGB picture, with the way they point."""
    return tuple(Arrow(mark.box, arrow_points(image, mark, colour)) for mark in marks if mark.kind is MarkKind.ARROW)


def rubbed_out(
    image: Image.Image,
    marks: Sequence[Mark],
    arrows: Sequence[Arrow],
    keep: Iterable[Box],
    colour: tuple[int, int, int],
) -> Image.Image:
    """The picture without its frames and arrows, what is around them drawn together; `keep` is not touched.

    Only arrows that point somewhere go, since others can't be drawn anew.
    """
    pixels = np.asarray(image)
    gold = _leaning(pixels, colour)
    there = np.zeros_like(gold)
    pointing = {arrow.box for arrow in arrows if any(arrow.way)}
    for mark in marks:
        if mark.kind is MarkKind.FRAME:
            _take_rim(there, gold, mark.box)
        elif mark.box in pointing:
            left, top, right, bottom = mark.box.grown(3).within(Box(0, 0, *image.size))
            there[top:bottom, left:right] |= gold[top:bottom, left:right]
    there = np.asarray(cv2.dilate(there, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    for left, top, right, bottom in keep:
        there[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0
    if not there.any():
        return image
    return Image.fromarray(np.asarray(cv2.inpaint(pixels, there, 2, cv2.INPAINT_TELEA), dtype=np.uint8))


def _leaning(pixels: Pixels, colour: tuple[int, int, int]) -> Pixels:
    """255 where a pixel leans the way a colour leans: it, and its blends with grey grounds."""
    high, low = int(np.argmax(colour)), int(np.argmin(colour))
    middle = 3 - high - low
    channels = cv2.split(pixels)
    lean = np.asarray(cv2.subtract(channels[high], channels[low]), dtype=np.int16)
    part = np.asarray(cv2.subtract(channels[middle], channels[low]), dtype=np.int16)
    wanted = (colour[middle] - colour[low]) / (colour[high] - colour[low])
    gold = (lean >= _LEAN * (colour[high] - colour[low])) & (np.abs(part - wanted * lean) <= 0.22 * lean + 6)
    return (gold * 255).astype(np.uint8)


def _take_rim(there: Pixels, gold: Pixels, frame: Box) -> None:
    """Takes a frame's line, and not what has its colour inside it, such as a button."""
    height, width = gold.shape
    outer = frame.grown(2).within(Box(0, 0, width, height))
    part = gold[outer.top : outer.bottom, outer.left : outer.right] > 0
    thick = min(_thickness(part), _THICKEST, outer.height // 3) + 3
    rim = np.ones_like(part)
    rim[thick:-thick, thick:-thick] = False
    there[outer.top : outer.bottom, outer.left : outer.right] |= (part & rim).astype(np.uint8) * 255


def _thickness(part: NDArray[np.bool_]) -> int:
    """How many rows from the top have mostly a frame's colour."""
    rows = part.mean(axis=1) > 0.5
    first = int(np.argmax(rows)) if rows.any() else 0
    rest = rows[first:]
    return first + (int(np.argmin(rest)) if not rest.all() else len(rest))


def sides(arrows: Sequence[Arrow], shown: Box) -> set[int]:
    """On which sides arrows into a part of a screen need room: 0 left, 1 top, 2 right, 3 bottom."""
    found = set()
    for arrow in arrows:
        if not any(arrow.way) or not arrow.target.grown(24).meets(shown):
            continue
        x, y = arrow.tail
        tip_x, tip_y = arrow.tip
        x, y = tip_x - arrow.way[0] * max(abs(x - tip_x), STUB), tip_y - arrow.way[1] * max(abs(y - tip_y), STUB)
        outside = {0: shown.left - x, 1: shown.top - y, 2: x - shown.right, 3: y - shown.bottom}
        side = max(outside, key=lambda each: outside[each])
        if outside[side] > 0:
            found.add(side)
    return found


def pointers(
    words: Sequence[Word], marks: Sequence[Mark], arrows: Sequence[Arrow], on: Plate, hidden: Sequence[Box]
) -> tuple[Pointer, ...]:
    """The marks of a plate in its own pixels, with places for numbers; words that are `hidden` are not named."""
    known = {arrow.box: arrow for arrow in arrows}
    words = written(words, marks)
    texts = {word.box: word.text for word in words if not any(_core(word.box).meets(box) for box in hidden)}
    found: list[Pointer] = []
    for number, target in enumerate(targets(words, marks, arrows, hidden)):
        named = tuple(texts[box] for box in target.words if box in texts)
        own = [_line(marks[place], known, on, words) for place in target.marks]
        for kind, line in (each for each in own if each is not None):
            found.append(Pointer(kind, line, number, named))
    return tuple(_with_discs(found, words, on))


def _core(word: Box) -> Box:
    """The middle third of a line of text: what covers a caption's foot only covers nothing that it says."""
    third = word.height // 3
    return word._replace(top=word.top + third, bottom=max(word.bottom - third, word.top + third + 1))


def clear_of_captions(frame: Box, words: Iterable[Word], pad: int) -> Box:
    """A frame whose upper and lower lines run through no words: they draw back behind what they would cross.

    By at most a fifth of its height on either side, so that it still holds what it was drawn around.
    """
    most = frame.height // 5
    top, bottom = frame.top, frame.bottom
    for word in words:
        box = word.box
        if box.right <= frame.left or box.left >= frame.right:
            continue
        if box.top < frame.top < box.bottom + pad and box.bottom + pad - frame.top <= most:
            top = max(top, box.bottom + pad)
        if box.top - pad < frame.bottom < box.bottom and frame.bottom - box.top + pad <= most:
            bottom = min(bottom, box.top - pad)
    return frame._replace(top=top, bottom=bottom)


def _line(
    mark: Mark, arrows: Mapping[Box, Arrow], on: Plate, words: Iterable[Word]
) -> tuple[MarkKind, tuple[int, int, int, int]] | None:
    """A mark on a plate, or None where it is not on it or is not drawn anew."""
    left, top = on.box.left, on.box.top
    if mark.kind is MarkKind.FRAME:
        box = mark.box.within(on.shown.grown(2))
        if box.area * 2 < mark.box.area:
            return None
        # The line lies within the frame that was drawn: what is around it is often a caption.
        half = min(round(LINE_PT / 2 * on.px_per_mm / POINTS_PER_MM), box.height // 6)
        box = clear_of_captions(box.shrunk(half), words, half + 1)
        return mark.kind, (box.left - left, box.top - top, box.right - left, box.bottom - top)
    arrow = arrows.get(mark.box)
    if arrow is None or not any(arrow.way) or not arrow.target.grown(24).meets(on.shown):
        return None
    tail, tip = _shortened(arrow, on)
    return mark.kind, (tail[0] - left, tail[1] - top, tip[0] - left, tip[1] - top)


def _shortened(arrow: Arrow, on: Plate) -> tuple[Point, Point]:
    """An arrow's tail and tip: outside of what is shown it is short, and nowhere is it but a stub."""
    stub = round(_STUB_MM * on.px_per_mm)
    (x, y), (tip_x, tip_y) = arrow.tail, arrow.tip
    box = on.shown.grown(stub)
    x, y = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
    disc = round((DISC_MM / 2 + 0.5) * on.px_per_mm)
    field = on.box.shrunk(disc)
    if arrow.way[0]:
        x = tip_x - arrow.way[0] * max(abs(tip_x - x), stub)
        x = min(max(x, field.left), field.right)
    if arrow.way[1]:
        y = tip_y - arrow.way[1] * max(abs(tip_y - y), stub)
        y = min(max(y, field.top), field.bottom)
    return (x, y), (tip_x, tip_y)


def _with_discs(found: Sequence[Pointer], words: Sequence[Word], on: Plate) -> Iterator[Pointer]:
    """The pointers with places for their targets' numbers: on no word, on no other mark's number, on the plate."""
    half = round((DISC_MM / 2 + 0.2) * on.box.width / on.min_mm)
    plate = Box(0, 0, on.box.width, on.box.height)
    inside = [word.box.within(on.shown) for word in words if word.box.meets(on.shown)]
    shift = (-on.box.left, -on.box.top)
    taken = [box.moved(*shift) for box in inside]
    frames = [Box(*each.line) for each in found if each.kind is MarkKind.FRAME]
    placed: set[int] = set()
    for pointer in sorted(found, key=lambda each: (each.target, each.kind is MarkKind.FRAME)):
        spot = None
        if pointer.target not in placed:
            own = Box(*pointer.line) if pointer.kind is MarkKind.FRAME else None
            for x, y in _spots(pointer, half):
                disc = Box(x - half, y - half, x + half, y + half)
                others = [frame for frame in frames if frame != own]
                if plate.contains(disc) and not any(disc.meets(box) for box in (*taken, *others)):
                    spot = (x, y)
                    taken.append(disc)
                    placed.add(pointer.target)
                    break
        yield dataclasses.replace(pointer, disc=spot)


def _spots(pointer: Pointer, half: int) -> Iterator[Point]:
    """Where a number may stand, the best place first."""
    one, two, three, four = pointer.line
    if pointer.kind is MarkKind.ARROW:
        away = round(1.5 * half)
        yield from ((one + away * x, two + away * y) for x, y in ((0, 0), (1, -1), (-1, -1), (1, 1), (-1, 1)))
        yield from ((one + 2 * away * x, two + 2 * away * y) for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)))
        return
    middle = (two + four) // 2
    yield from ((one, two), (one, middle), (three, two), (three, middle), (one, four), (three, four))
    yield from ((one - half, middle), (three + half, middle), (one + half, two - half), (one + half, four + half))
