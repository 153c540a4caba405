"""How far the ink of a value reaches: the reader's boxes end too early where a character is cut or covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from builder.screenshots.model import Box

Pixels = NDArray[np.int16]  # (height, width, 3)

_MIN_CONTRAST = 30  # of 255, in the channel that differs most: fainter than this is no ink
_FAINT = 0.3  # of the strongest contrast in the box: what differs less belongs to the ground
_MAX_CONTRAST = 60  # beside a bright bar, dim characters are ink too
_CLEAR_GAP = 0.85  # text heights: more than a space between words
_MIN_MARGIN = 4  # px
_GAP_AT_BAR = 3  # px
_ROOM_AFTER = 1.4  # heights of the box: clear ground that is covered after a value
_FURTHEST = 40  # text heights: what is cut all along is read in part, and looks half as high as it is


@dataclass(frozen=True, slots=True)
class Ground:
    """What a value stands on: its colour, and how much a pixel must differ from it to be ink."""

    colour: tuple[int, int, int]
    contrast: int


def full_extent(pixels: Pixels, box: Box, barriers: Sequence[Box] = (), bars: Sequence[Box] = ()) -> Box:
    """The box grown to all ink that follows on without a gap of a character's height, plus a margin.

    `barriers` are things known to be no part of the value (marks, other words); the box does not grow into them.
    `bars` are solid bars that are part of the box: where one ends the box, only ink that touches it belongs to the
    value. The margin is at least 4 px wherever the picture has them.
    """
    frame = Box(0, 0, pixels.shape[1], pixels.shape[0])
    box = _clear_of_lines(box.within(frame), barriers)
    if not box.area:
        return box
    ground = _ground(pixels, box)
    ink = _ink_rows(pixels, box, ground)
    height = max(ink.height, 6)
    grown = _grown_up_and_down(pixels, box, ground, height, barriers)
    ends = {bar.left for bar in bars}, {bar.right for bar in bars}
    room = round(_ROOM_AFTER * box.height)
    for side, at_bar in ((-1, box.left in ends[0]), (1, box.right in ends[1])):
        gap = _GAP_AT_BAR if at_bar else round(_CLEAR_GAP * height)
        grown = _grown_along(pixels, grown, ink, ground, barriers, side, gap)
        if side > 0 and not at_bar:
            grown = _with_room(pixels, grown, ink, ground, barriers, room)
    return grown.grown(max(_MIN_MARGIN, round(0.15 * height))).within(frame)


def _clear_of_lines(box: Box, barriers: Sequence[Box]) -> Box:
    """The box without the upright lines that the reader took in at its ends: they would count as ink of every row."""
    left, top, right, bottom = box
    for line in barriers:
        if line.meets(box) and line.width <= box.height // 3 and line.height >= box.height:
            if line.right - box.left <= box.height // 2:
                left = max(left, line.right)
            elif box.right - line.left <= box.height // 2:
                right = min(right, line.left)
    return Box(left, top, right, bottom)


def ink_touching(pixels: Pixels, bar: Box, reach: int = 3) -> bool:
    """Whether ink sticks out of either end of a solid bar, within `reach` pixels of it: the rim of a character.

    The bar's own soft edge (one pixel) is passed over, and ink must be a spot, not a rim along the whole bar.
    """
    frame = Box(0, 0, pixels.shape[1], pixels.shape[0])
    for strip in (
        Box(bar.left - reach - 1, bar.top, bar.left - 1, bar.bottom).within(frame),
        Box(bar.right + 1, bar.top, bar.right + reach + 1, bar.bottom).within(frame),
    ):
        if strip.width < reach:
            continue
        part = _part(pixels, strip)
        ground = np.median(part.reshape(-1, 3), axis=0)
        ink = np.abs(part - ground).max(axis=2) > 2 * _MIN_CONTRAST
        if ink.sum() >= 3 and 0.05 < ink.any(axis=1).mean() < 0.9:
            return True
    return False


def unread_ink(pixels: Pixels, region: Box, height: int) -> Box | None:
    """The box of the first line of ink in a region, if it is as long as several characters; else None.

    `height` is that of a label's line: what is much higher or lower is no value. Rules and the edges of fields are
    passed over.
    """
    region = region.within(Box(0, 0, pixels.shape[1], pixels.shape[0]))
    if region.width < 4 or region.height < 4:
        return None
    part = _part(pixels, region)
    ground = np.median(part.reshape(-1, 3), axis=0)
    ink = np.abs(part - ground).max(axis=2) > _MIN_CONTRAST  # smears are faint at their ends
    ink[ink.mean(axis=1) > 0.7] = False
    ink[:, ink.mean(axis=0) > 0.97] = False
    for top, bottom in _runs(ink.any(axis=1), 1):
        if not 0.3 * height <= bottom - top <= 2.2 * height:
            continue
        for first, last in _runs(ink[top:bottom].any(axis=0), round(1.3 * height)):
            if last - first >= 2.5 * min(height, bottom - top) and float(ink[top:bottom, first:last].mean()) > 0.04:
                return Box(region.left + first, region.top + top, region.left + last, region.top + bottom)
            break  # only what comes first stands in a value's place
    return None


def is_blank(pixels: Pixels, region: Box) -> bool:
    """Whether a region has one tone, so that nothing can stand there."""
    part = _part(pixels, region)
    return not part.size or int(np.ptp(part.reshape(-1, 3), axis=0).max()) < _MIN_CONTRAST // 2


def clear_runs(pixels: Pixels, box: Box) -> list[tuple[int, int]]:
    """The columns of a line of text without any ink, as half-open runs from the picture's left edge."""
    box = box.within(Box(0, 0, pixels.shape[1], pixels.shape[0]))
    if not box.area:
        return []
    off = np.abs(_part(pixels, box) - np.array(_ground(pixels, box).colour)).max(axis=2)
    clear = off.max(axis=0) <= max(_MIN_CONTRAST, int(0.35 * np.percentile(off, 99)))
    return [(box.left + start, box.left + end) for start, end in _runs(clear, 0)]


def _runs(true: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """The runs of true places, half-open; those no more than `gap` apart are one."""
    places = np.flatnonzero(true)
    if not len(places):
        return []
    cuts = np.flatnonzero(np.diff(places) > gap + 1)
    starts = [int(places[0]), *(int(places[cut + 1]) for cut in cuts)]
    ends = [*(int(places[cut]) + 1 for cut in cuts), int(places[-1]) + 1]
    return list(zip(starts, ends, strict=True))


def _part(pixels: Pixels, box: Box) -> Pixels:
    return pixels[box.top : box.bottom, box.left : box.right]


def _ground(pixels: Pixels, box: Box) -> Ground:
    """The commonest colour on the box's rim, near shades counted as one. Not within it: a bar may fill the box."""
    rim = rim_of(pixels, box)
    coarse = (rim >> 3).astype(np.int32) @ np.array([1024, 32, 1], dtype=np.int32)
    values, counts = np.unique(coarse, return_counts=True)
    colour = np.median(rim[coarse == values[counts.argmax()]], axis=0)
    strongest = int(np.percentile(np.abs(_part(pixels, box) - colour).max(axis=2), 98))
    red, green, blue = (int(channel) for channel in colour)
    return Ground((red, green, blue), min(max(_MIN_CONTRAST, round(_FAINT * strongest)), _MAX_CONTRAST))


def rim_of(pixels: Pixels, box: Box) -> Pixels:
    """The pixels on the edge of a box, as (n, 3)."""
    part = _part(pixels, box)
    return np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])


def _is_ink(pixels: Pixels, box: Box, ground: Ground) -> NDArray[np.bool_]:
    differs: NDArray[np.bool_] = np.abs(_part(pixels, box) - np.array(ground.colour)).max(axis=2) > ground.contrast
    return differs


def _ink_rows(pixels: Pixels, box: Box, ground: Ground) -> Box:
    """The box narrowed to the rows that hold ink."""
    rows = np.flatnonzero(_is_ink(pixels, box, ground).any(axis=1))
    if not len(rows):
        return box
    return Box(box.left, box.top + int(rows[0]), box.right, box.top + int(rows[-1]) + 1)


def _grown_up_and_down(pixels: Pixels, box: Box, ground: Ground, height: int, barriers: Sequence[Box]) -> Box:
    """The box with the rows above and below that go on with ink, at most half a character's height."""
    frame = Box(0, 0, pixels.shape[1], pixels.shape[0])
    for _ in range(height // 2):
        strip = Box(box.left, box.top - 1, box.right, box.top).within(frame)
        if not _goes_on(pixels, strip, ground, barriers):
            break
        box = box.union(strip)
    for _ in range(height // 2):
        strip = Box(box.left, box.bottom, box.right, box.bottom + 1).within(frame)
        if not _goes_on(pixels, strip, ground, barriers):
            break
        box = box.union(strip)
    return box


def _goes_on(pixels: Pixels, strip: Box, ground: Ground, barriers: Sequence[Box]) -> bool:
    if not strip.area or any(strip.meets(barrier) for barrier in barriers):
        return False
    share = float(_is_ink(pixels, strip, ground).mean())
    return 0 < share < 0.8  # a row that is all ink is the edge of a panel


def _grown_along(
    pixels: Pixels, box: Box, ink: Box, ground: Ground, barriers: Sequence[Box], side: int, gap: int
) -> Box:
    """The box with the ink to its left (side -1) or right (1), up to the first clear gap wider than `gap`."""
    # The reader's box ends in clear ground; the gap is counted from the ink.
    inside = np.flatnonzero(_is_ink(pixels, Box(box.left, ink.top, box.right, ink.bottom), ground).any(axis=0))
    clear = 0
    if len(inside):
        clear = int(inside[0]) if side < 0 else box.width - 1 - int(inside[-1])
    reached = box
    for step in range(_FURTHEST * max(ink.height, 6)):
        x = box.left - 1 - step if side < 0 else box.right + step
        strip = _column(pixels, x, ink)
        if not strip.area or any(strip.meets(barrier) for barrier in barriers):
            break
        if _is_ink(pixels, strip, ground).any():
            clear, reached = 0, reached.union(Box(x, box.top, x + 1, box.bottom))
        else:
            clear += 1
        if clear > gap:
            break
    return reached


def _with_room(pixels: Pixels, box: Box, ink: Box, ground: Ground, barriers: Sequence[Box], room: int) -> Box:
    """The box with clear ground to its right, for last characters too faint to be told from it."""
    for _ in range(room):
        # The margin comes on top: it must not touch what follows.
        strip = _column(pixels, box.right + _MIN_MARGIN, ink)
        if not strip.area or any(strip.meets(barrier) for barrier in barriers):
            break
        if _is_ink(pixels, strip, ground).any():
            break
        box = Box(box.left, box.top, box.right + 1, box.bottom)
    return box


def _column(pixels: Pixels, x: int, rows: Box) -> Box:
    return Box(x, rows.top, x + 1, rows.bottom).within(Box(0, 0, pixels.shape[1], pixels.shape[0]))
