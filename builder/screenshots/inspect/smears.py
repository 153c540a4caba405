"""Find what somebody tried to make unreadable: mosaics, blurs, bars that are too short or too low, see-through bars.

A smear is no mask: mosaics and blurs can be undone, and what a bar leaves tells the rest. On a screenshot everything is
sharp, so what is soft or laid out in blocks was made so by hand. Pictures that are soft as a whole tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from builder.screenshots.inspect.extent import Pixels
from builder.screenshots.inspect.finds import same_row
from builder.screenshots.inspect.words import CERTAIN, Line
from builder.screenshots.model import Box

Plane = NDArray[np.uint8]  # (height, width)

_SPAN = 24  # grey levels that something written spans at least
_SOFT = 0.42  # of that span: the greatest step from pixel to pixel in a blur; of sharp letters it is 0.6 and more
_WINDOW = 9  # px
_HEIGHTS = (6, 90)  # px: of a line of text that was smeared
_WELL = 0.95  # score of a line that was read without any doubt: no smear
_BLOCKS = (3, 26)  # px: sides of a mosaic's blocks
_MANY = 8  # steps that do not stand at equal distances by chance
_FAINT = 80  # of 255: letters under a see-through bar differ less from it than any on a button
_MARGIN = 4  # px


def grey_of(pixels: Pixels) -> Plane:
    return np.asarray(cv2.cvtColor(pixels.astype(np.uint8), cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def off_ground(grey: Plane) -> Plane:
    """How much each pixel differs from what would be there if nothing were written on the picture."""
    smooth = cv2.medianBlur(grey, 5)
    ground = cv2.medianBlur(cv2.resize(smooth, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), 15)
    ground = cv2.resize(ground, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.absdiff(grey, ground), dtype=np.uint8)


def blurred(grey: Plane, lines: Sequence[Line]) -> list[Box]:
    """The places that are written on and soft, on a picture that is sharp elsewhere."""
    around = np.ones((_WINDOW, _WINDOW), np.uint8)
    span = np.asarray(cv2.subtract(cv2.dilate(grey, around), cv2.erode(grey, around)), dtype=np.uint8)
    step = np.zeros_like(grey)
    step[:, 1:] = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    step[1:] = cv2.max(step[1:], cv2.absdiff(grey[1:], grey[:-1]))
    steps = np.asarray(cv2.dilate(step, around), dtype=np.uint8)
    usual = _usual_sharpness(span, steps, lines)
    least = min(_SOFT, 0.5 * usual)
    soft = (span >= _SPAN) & ((steps <= least * span) | _drawn_out(grey, span, 0.7 * least))
    read = [line.word.box for line in lines if line.word.score >= _WELL and len(line.word.text) > 2]
    joined = cv2.morphologyEx(soft.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 13), np.uint8))
    found = []
    for box, area in _regions(joined):
        low, high = _HEIGHTS
        line_like = low <= box.height <= high and box.width >= 1.2 * box.height and box.width >= 18
        code_like = 30 <= box.height <= 420 and 0.6 <= box.width / box.height <= 1.6
        if any(2 * one.within(box).area > min(one.area, box.area) for one in read):
            continue
        if not _stands_on_even_ground(grey, box.grown(_WINDOW)):
            continue
        if (line_like or code_like) and area >= 0.35 * box.area and _waves(grey, box, both=not line_like):
            found.append(box.grown(_WINDOW // 2 + 3))
    return found


def _drawn_out(grey: Plane, span: Plane, least: float) -> NDArray[np.bool_]:
    """Where something is soft along its rows alone, as what was blurred by a movement."""
    row = np.ones((1, _WINDOW + 6), np.uint8)
    along = cv2.subtract(cv2.dilate(grey, row), cv2.erode(grey, row))
    step = np.zeros_like(grey)
    step[:, 1:] = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    steps = cv2.dilate(step, np.ones((_WINDOW, _WINDOW), np.uint8))
    soft = (span >= _SPAN) & (np.asarray(along) >= 0.3 * span) & (np.asarray(steps) <= least * span)
    joined = cv2.morphologyEx(soft.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 13), np.uint8))
    # A few columns of an icon are as soft.
    return np.asarray(cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 33), np.uint8)) > 0)


def _stands_on_even_ground(grey: Plane, box: Box) -> bool:
    """Whether most of what is around a place has one tone: around a line of text it has, around an ornament not."""
    box = box.within(Box(0, 0, grey.shape[1], grey.shape[0]))
    part = grey[box.top : box.bottom, box.left : box.right].astype(np.int16)
    rim = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
    return float((np.abs(rim - np.median(rim)) <= 12).mean()) >= 0.75


def _usual_sharpness(span: Plane, steps: Plane, lines: Sequence[Line]) -> float:
    """The greatest step from pixel to pixel as a share of what letters span, where words were read; the median."""
    shares = []
    for line in lines:
        box = line.word.box.within(Box(0, 0, span.shape[1], span.shape[0]))
        if line.word.score >= 0.9 and len(line.word.text) > 2 and box.area:
            there = np.s_[box.top : box.bottom, box.left : box.right]
            shares.append(float(steps[there].max()) / max(float(span[there].max()), 1.0))
    return float(np.median(shares)) if shares else 1.0


def _waves(grey: Plane, box: Box, *, both: bool) -> bool:
    """Whether dark and light alternate across a place, and down it as well: no shadow, no gradient does."""
    part = grey[box.top : box.bottom, box.left : box.right].astype(np.int16)
    across = _turns(part[:: max(1, box.height // 6)])
    if not both:
        return across >= max(3, box.width / (3.0 * box.height))
    return across >= 6 and _turns(part.T[:: max(1, box.width // 6)]) >= 6


def _turns(rows: NDArray[np.int16]) -> float:
    """The mean number of rises and falls of 5 grey levels or more along some of the rows, the best third of them."""
    counts = []
    for row in rows:
        level, way, turns = int(row[0]), 0, 0
        for value in row.tolist():
            if way >= 0 and value < level - 5:
                way, turns, level = -1, turns + 1, value
            elif way <= 0 and value > level + 5:
                way, turns, level = 1, turns + 1, value
            elif (way > 0 and value > level) or (way < 0 and value < level):
                level = value
        counts.append(turns)
    best = sorted(counts)[-max(1, len(counts) // 3) :]
    return sum(best) / len(best)


def _regions(mask: Plane | cv2.typing.MatLike) -> Iterator[tuple[Box, int]]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(mask, dtype=np.uint8), connectivity=8)
    for left, top, width, height, area in stats[1:count].tolist():
        if width >= 8 and height >= 5:
            yield Box(left, top, left + width, top + height), area


def mosaics(grey: Plane) -> list[Box]:
    """The places that consist of even blocks of many tones."""
    busy = np.zeros_like(grey)
    busy[:, 1:] = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    busy[1:] = cv2.max(busy[1:], cv2.absdiff(grey[1:], grey[:-1]))
    joined = cv2.dilate((busy > 4).astype(np.uint8), np.ones((3, 3), np.uint8))
    return [
        box.grown(_MARGIN)
        for box, _ in _regions(joined)
        if any(_is_mosaic(grey, part, whole=part == box) for part in _parts(box))
    ]


def _parts(box: Box) -> Iterator[Box]:
    """A place, and what is left of it without the first or last letters, which a mosaic may have left."""
    yield box
    if 3 * box.height < box.width and box.height <= _HEIGHTS[1]:
        for share in (0.2, 0.35, 0.5):
            yield Box(box.left + round(share * box.width), box.top, box.right, box.bottom)
            yield Box(box.left, box.top, box.right - round(share * box.width), box.bottom)


def _is_mosaic(grey: Plane, box: Box, *, whole: bool) -> bool:
    if box.width < 14 or box.height < 7 or box.height > 420:
        return False
    part = grey[box.top : box.bottom, box.left : box.right].astype(np.int16)
    across = np.abs(np.diff(part, axis=1)).mean(axis=0)
    down = np.abs(np.diff(part, axis=0)).mean(axis=1)
    if not (_is_lattice(across, 4, whole=whole) and _is_lattice(down, 2, whole=True)):
        return False
    tones = np.unique(part[:: max(1, box.height // 12), ::2] >> 3)
    return len(tones) >= 4


def _is_lattice(steps: NDArray[np.float64], least: int, *, whole: bool) -> bool:
    """Whether steps stand in a few places only, at distances that are multiples of one.

    Of a part of a place (not `whole`) more is asked.
    """
    strongest = float(steps.max(initial=0.0))
    if strongest < 3:
        return False
    places = np.flatnonzero(steps > 0.12 * strongest)
    if len(places) < least or len(places) > 0.4 * len(steps) + 1:
        return False
    # The energy between the lines must be next to nothing, unlike that of letters.
    if float(np.delete(steps, places).sum()) > 0.2 * float(steps.sum()):
        return False
    gaps = np.diff(places)
    gaps = gaps[gaps > 1]
    if len(gaps) < least - 1:
        return False
    block = float(np.percentile(gaps, 15))
    if not _BLOCKS[0] <= block <= _BLOCKS[1]:
        return False
    off = np.abs(gaps - block * np.round(gaps / block))
    return (whole and float((off <= 1.05).mean()) >= 0.85) or _is_even_lattice(places, block)


def _is_even_lattice(places: NDArray[np.intp], block: float) -> bool:
    """Whether many steps stand at equal distances from the first to the last, in whole numbers of pixels or not."""
    if len(places) < _MANY:
        return False
    along = places - places[0]
    for count in range(round(along[-1] / (block + 1.5)), round(along[-1] / max(block - 0.5, 1)) + 1):
        side = along[-1] / max(count, 1)
        off = np.abs(along - side * np.round(along / side))
        if len(places) >= 0.5 * count and float((off <= min(0.75, 0.2 * side)).mean()) >= 0.9:
            return True
    return False


def bars(pixels: Pixels) -> list[Box]:
    """The even rectangles in the shape of a line of text: bars, and also buttons, fields and switches."""
    even = _even(pixels)
    found = []
    count, _, stats, _ = cv2.connectedComponentsWithStats(even, connectivity=4)
    wide = (stats[:, 2] >= 14) & (stats[:, 3] >= 4) & (stats[:, 3] <= 90) & (stats[:, 2] >= 1.2 * stats[:, 3])
    full = stats[:, 4] >= 0.3 * stats[:, 2] * stats[:, 3]
    for left, top, width, height, _ in stats[1:count][(wide & full)[1:count]].tolist():
        box = Box(left - 1, top - 1, left + width, top + height).within(_frame(pixels))
        if _stands_out(pixels, box):
            found.append(box)
    return found


def _stands_out(pixels: Pixels, box: Box) -> bool:
    """Whether a rectangle has one tone along its rim and another all around it: no ground between letters has.

    The tone may be another one in each column: some bars run from one colour into another.
    """
    outer = box.grown(3).within(_frame(pixels))
    inner = box.shrunk(2)
    if inner.width < 4 or inner.height < 2:
        return False
    tones = np.median(pixels[inner.top : inner.bottom, inner.left : inner.right], axis=0)
    return (
        float((_off_tones(pixels, inner, inner, tones) <= 10).mean()) >= 0.75
        and float((_off_tones(pixels, outer, inner, tones) >= 10).mean()) >= 0.8
    )


def _off_tones(pixels: Pixels, box: Box, inner: Box, tones: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much the rim of a box differs from the tones of the columns of what is within it."""
    columns = np.arange(box.left, box.right).clip(inner.left, inner.right - 1) - inner.left
    along = np.abs(pixels[[box.top, box.bottom - 1], box.left : box.right] - tones[columns])
    ends = np.abs(pixels[box.top : box.bottom, [box.left, box.right - 1]] - tones[[0, -1]])
    return np.concatenate([along.max(axis=2).ravel(), ends.max(axis=2).ravel()])


def _frame(pixels: Pixels) -> Box:
    return Box(0, 0, pixels.shape[1], pixels.shape[0])


def _even(pixels: Pixels) -> Plane:
    """1 where a pixel is like its left and upper neighbours."""
    view = pixels.astype(np.uint8)
    differs = np.zeros(view.shape[:2], np.uint8)
    for first, second, into in (
        (view[:, 1:], view[:, :-1], differs[:, 1:]),
        (view[1:], view[:-1], differs[1:]),
    ):
        red, green, blue = cv2.split(cv2.absdiff(first, second))
        np.maximum(into, np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8), out=into)
    return (differs <= 2).astype(np.uint8)


def leaking(pixels: Pixels, rectangles: Sequence[Box], lines: Sequence[Line]) -> list[Box]:
    """See-through bars, and bars over whose long edge letters stand out; with what they leave to be seen."""
    sure = [line.word.box for line in lines if line.word.score >= CERTAIN and len(line.word.text) > 1]
    found = []
    for bar in rectangles:
        if bar.width < max(28, 1.5 * bar.height):
            continue
        if _shows_through(pixels, bar, sure):
            found.append(bar.grown(2))
        elif (left_over := _beyond_long_edge(pixels, bar)) and not _is_of_longer_line(left_over, lines):
            found.append(bar.union(left_over).grown(2))
    return found


def _is_of_longer_line(part: Box, lines: Sequence[Line]) -> bool:
    """Whether letters belong to a line that was read and goes on far beyond them, as a sentence over a bar does."""
    return any(
        line.word.score >= CERTAIN
        and len(line.word.text) > 3
        and line.word.box.meets(part)
        and line.word.box.width - line.word.box.within(part).width > 2 * line.word.box.height
        for line in lines
    )


def _shows_through(pixels: Pixels, bar: Box, sure: Sequence[Box]) -> bool:
    """Whether something fainter than any writing stands on a bar, and nothing on it was read."""
    inner = bar.shrunk(3)
    if inner.height < 5 or inner.width < 12 or any(2 * box.within(bar).area > box.area for box in sure):
        return False
    part = pixels[inner.top : inner.bottom, inner.left : inner.right]
    tone = np.median(part.reshape(-1, 3), axis=0)
    off = np.abs(part - tone).max(axis=2)
    strongest = float(np.percentile(off, 99))
    if not 5 <= strongest <= _FAINT:
        return False
    ink = off > 0.45 * strongest
    columns = ink.any(axis=0)
    runs = int((np.diff(columns.astype(np.int8)) == 1).sum())
    return runs >= 3 and 0.03 < float(ink.mean()) < 0.6 and float(columns.mean()) > 0.25


def _beyond_long_edge(pixels: Pixels, bar: Box) -> Box | None:
    """The box of letters that are cut by a bar's upper or lower edge; None where there are none."""
    frame = _frame(pixels)
    if not _is_plain(pixels, bar):
        return None
    # Past the bar's soft edge, or right beside it, where of letters without tails one row may be left.
    for sign, at, high in ((-1, bar.top - 3, 2), (1, bar.bottom + 1, 2), (-1, bar.top - 1, 1), (1, bar.bottom, 1)):
        top, bottom = (at - 6, at + high) if sign < 0 else (at, at + high + 6)
        strip = Box(bar.left + 2, top, bar.right - 2, bottom).within(frame)
        if strip.height < high + 6 or strip.width < 16:
            continue
        ground, ink = _ink_of(pixels, strip)
        touching = (ink[-high:] if sign < 0 else ink[:high]).all(axis=0)
        runs = int((np.diff(np.concatenate([[0], touching.astype(np.int8)])) == 1).sum())
        spread = np.flatnonzero(touching)
        if runs < 4 or not 0.06 < touching.mean() < 0.7 or np.ptp(spread) < 0.3 * strip.width:
            continue
        reach = round(1.6 * max(bar.height, 6))
        far = (
            Box(bar.left, bar.top - reach, bar.right, bar.top)
            if sign < 0
            else Box(bar.left, bar.bottom, bar.right, bar.bottom + reach)
        )
        far = far.within(frame)
        rows = (np.abs(pixels[far.top : far.bottom, far.left : far.right] - ground).max(axis=2) > 30).any(axis=1)
        rows = rows[::-1] if sign < 0 else rows
        gaps = np.flatnonzero(~rows[2:])
        height = min(int(gaps[0]) + 4 if len(gaps) else len(rows), far.height)
        return (
            Box(far.left, bar.top - height, far.right, bar.top)
            if sign < 0
            else Box(far.left, bar.bottom, far.right, bar.bottom + height)
        )
    return None


def _is_plain(pixels: Pixels, bar: Box) -> bool:
    """Whether nothing stands on a bar, whose ends may be round and whose tone may change along it."""
    ends = min(max(bar.height // 2, 2), bar.width // 4)
    part = pixels[bar.top + 2 : bar.bottom - 2, bar.left + ends : bar.right - ends]
    if not part.size:
        return False
    return float((np.abs(part - np.median(part, axis=0)).max(axis=2) > 6).mean()) < 0.02


def _ink_of(pixels: Pixels, strip: Box) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    part = pixels[strip.top : strip.bottom, strip.left : strip.right]
    ground = np.median(part.reshape(-1, 3), axis=0)
    return ground, np.abs(part - ground).max(axis=2) > 40


def short_bars(pixels: Pixels, rectangles: Sequence[Box], lines: Sequence[Line]) -> list[Box]:
    """Plain bars right beside which a word of their row ends or begins, as if it went on under them."""
    found = []
    for bar in rectangles:
        if bar.width < 1.5 * bar.height or bar.height < 7 or not _is_plain(pixels, bar):
            continue
        for line in lines:
            box = line.word.box
            near = min(abs(box.right - bar.left), abs(bar.right - box.left)) <= 0.7 * min(box.height, bar.height)
            if near and same_row(box, bar) and 0.5 * box.height <= bar.height <= 2.2 * box.height:
                found.append(bar)
                break
    return found


def left_beside(pixels: Pixels, rectangles: Sequence[Box], lines: Sequence[Line], drawn: Sequence[Box]) -> list[Box]:
    """Plain bars at whose end letters stand that nobody could read, or a piece of a value: both in one box.

    `drawn` are a team's marks.
    """
    words = [line for line in lines if line.word.score >= CERTAIN]
    found = []
    for bar in rectangles:
        if bar.width < 1.2 * bar.height or not 8 <= bar.height <= 44 or not _is_plain(pixels, bar):
            continue
        for side in (-1, 1):
            beside, gap = _letters_beside(pixels, bar, side)
            if beside is None or any(beside.meets(mark) for mark in drawn):
                continue
            read = [
                line for line in words if 2 * line.word.box.within(beside).area > min(beside.area, line.word.box.area)
            ]
            said = " ".join(line.word.text for line in read).split()
            # Neither words nor icons touch a bar: what does is cut by it.
            left_over = _is_piece(said[0 if side > 0 else -1]) if said else beside.width >= bar.height
            if left_over or gap <= 1:
                found.append(bar.union(beside).grown(2))
    return found


def _is_piece(said: str) -> bool:
    """Whether what stands at a bar's end is what it left of a value: digits or cases mixed, and no amount or share."""
    mixed = re.search(r"\d", said) is not None or len(re.findall(r"[a-z][A-Z]", said)) >= 2
    return mixed and re.fullmatch(r"[A-Za-z0-9+/=_-]+", said) is not None


def _letters_beside(pixels: Pixels, bar: Box, side: int) -> tuple[Box | None, int]:
    """The box of letters that end (side -1) or begin (1) within a third of a bar's height of it, no higher than it.

    And the gap between them and the bar, in pixels.
    """
    reach, near = 6 * bar.height, max(2, round(0.35 * bar.height))
    room = (
        Box(bar.left - reach, bar.top, bar.left - 1, bar.bottom)
        if side < 0
        else Box(bar.right + 1, bar.top, bar.right + reach, bar.bottom)
    )
    room = room.within(_frame(pixels))
    if room.width < bar.height:
        return None, 0
    _, ink = _ink_of(pixels, room)
    inked = np.flatnonzero(ink.any(axis=0))
    inked = room.width - 1 - inked[::-1] if side < 0 else inked
    if not len(inked) or inked[0] > near:
        return None, 0
    cuts = np.flatnonzero(np.diff(inked) > max(4, 0.5 * bar.height))
    end = int(inked[cuts[0]]) if len(cuts) else int(inked[-1])
    near_end = room.width - end - 1
    rows = ink[:, near_end:] if side < 0 else ink[:, : end + 1]
    if rows[0].any() or rows[-1].any():
        return None, 0  # it goes on above or below the bar's rows: no line of letters
    turns = int(np.abs(np.diff(rows.any(axis=0).astype(np.int8))).sum())
    long = end >= bar.height and turns >= 3
    least = 3 if inked[0] <= 1 else 0.3 * bar.height  # what a bar cuts may be any part of a letter
    if not (long or least <= end < bar.height) or not 0.08 < float(rows.mean()) < 0.6:
        return None, 0
    left, right = (room.right - end - 2, room.right) if side < 0 else (room.left, room.left + end + 2)
    return Box(left, bar.top, right, bar.bottom), int(inked[0])


def faint_places(off: Plane, lines: Sequence[Line]) -> list[Box]:
    """Where something is written so faintly that it was not read: line-like regions of little contrast.

    `off` is how much each pixel differs from its ground.
    """
    faint = ((off >= 5) & (off <= 60)).astype(np.uint8)
    strong = cv2.dilate((off > 60).astype(np.uint8), np.ones((5, 5), np.uint8))
    faint[strong > 0] = 0
    joined = cv2.morphologyEx(faint, cv2.MORPH_CLOSE, np.ones((3, 15), np.uint8))
    known = [line.word.box for line in lines if line.word.score >= 0.6]
    found = []
    for box, area in _regions(joined):
        line_like = 6 <= box.height <= 40 and box.width >= 2 * box.height and 0.3 * box.area <= area
        if line_like and not any(2 * box.within(one).area > box.area for one in known) and _has_strokes(faint, box):
            found.append(box.grown(6))
    return found


def _has_strokes(faint: Plane, box: Box) -> bool:
    """Whether a region is written on: no rule, no edge, no even patch."""
    part = faint[box.top : box.bottom, box.left : box.right]
    changes = np.abs(np.diff(part.astype(np.int8), axis=1)).sum(axis=1).max(initial=0)
    return bool(changes >= 2 * box.width / box.height and 0.08 < float(part.mean()) < 0.75)
