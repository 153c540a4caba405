"""Find what was drawn through letters: strokes of another tone than theirs, and strokes that tie them together.

On a screen letters stand apart, each in the tone of its line. A stroke through them joins what is apart, in whatever
colour it was drawn, or has a tone of its own that letters of another one touch all along it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from builder.screenshots.inspect.extent import Pixels
from builder.screenshots.inspect.words import CERTAIN, Line
from builder.screenshots.model import Box

Plane = NDArray[np.uint8]  # (height, width)

_SATURATED = 90  # of 255, between the channels: no letter on a screen is as bright as a marker's stroke
_OTHER = 60  # of 255: how much ink differs from the ground and from the stroke
_MARGIN = 4  # px
# A stroke through a sign is read as one more.
_AMOUNT = re.compile(r"[$€£¥₩]\d[\d.,:]*|(?:\d[\d.,]*%|\d+[.,]\d+).?|\d[\d.,]*[A-Z]{3,4}|\d{1,3}(?:,\d{3})+")
_LINE = (7, 36)  # px: heights of a line that was drawn over
_NARROWEST = 22  # px
_INKED = 6  # of 255: what differs more from the ground is ink
_FULL = 0.7  # of a place: more than this no strokes fill, but buttons and bars
_CLEAR = 90  # of 255: letters of less contrast run into each other without a stroke


def strokes(pixels: Pixels) -> list[Box]:
    """Lines drawn in a bright colour through or over letters of another one, which can be read beside them."""
    red, green, blue = cv2.split(pixels.astype(np.uint8))
    most, least = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    bright = (cv2.subtract(most, least) > _SATURATED).astype(np.uint8)
    _, marked, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=8)
    labels = np.asarray(marked, dtype=np.int32)
    long = (stats[:, 2] >= 28) & (stats[:, 3] <= 50) & (stats[:, 2] >= 2.5 * stats[:, 3])
    thin = (stats[:, 4] < 0.75 * stats[:, 2] * stats[:, 3]) | (stats[:, 3] <= 8)
    found = []
    for number in np.flatnonzero(long & thin):
        left, top, width, height, _ = stats[number].tolist()
        box = Box(left, top, left + width, top + height)
        if number and (written := _written_under(pixels, labels, int(number), box)) is not None:
            found.append(written)
    return found


def _written_under(pixels: Pixels, labels: NDArray[np.int32], number: int, box: Box) -> Box | None:
    """The box of a stroke with the letters that it is drawn through, above and below its middle; None without such."""
    room = Box(box.left, box.top - 12, box.right, box.bottom + 12).within(Box(0, 0, labels.shape[1], labels.shape[0]))
    part = pixels[room.top : room.bottom, room.left : room.right]
    drawn = labels[room.top : room.bottom, room.left : room.right] == number
    ground = np.median(part[~drawn].reshape(-1, 3), axis=0)
    rim = cv2.dilate(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    colour = np.median(part[drawn], axis=0)
    ink = (np.abs(part - ground).max(axis=2) > _OTHER) & (np.abs(part - colour).max(axis=2) > _OTHER) & ~rim
    middle = np.where(drawn.any(axis=0), np.argmax(drawn, axis=0) + drawn.sum(axis=0) // 2, room.height // 2)
    rows = np.arange(room.height)[:, None]
    near = np.abs(rows - middle) <= 12
    above, below = ((ink & near & side).any(axis=0) for side in (rows < middle, rows > middle))
    runs = int((np.diff((above | below).astype(np.int8)) == 1).sum())
    letters = 14 if box.height <= 14 else box.height
    on_both_sides = min(float(above.mean()), float(below.mean())) >= 0.15
    if runs < max(4, box.width / (1.5 * letters)) or not (on_both_sides or _cuts(drawn, ink)):
        return None
    inked = np.flatnonzero((ink & near).any(axis=1))
    return box.union(Box(room.left, room.top + int(inked[0]), room.right, room.top + int(inked[-1]) + 1)).grown(_MARGIN)


def _cuts(drawn: NDArray[np.bool_], ink: NDArray[np.bool_]) -> bool:
    """Whether letters end at a stroke all along it: at a line under words none but a few do, at a frame none."""
    around = cv2.dilate(drawn.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return float((ink & around).any(axis=0).mean()) >= 0.3


def tied(pixels: Pixels, off: Plane, lines: Sequence[Line], *, foreign: bool) -> list[Box]:
    """Places in the shape of a line of text in which letters hang together, unread or tied by one stroke.

    `off` is how much each pixel differs from its ground. On a `foreign` page, that nothing was read tells nothing.
    """
    read = [line for line in lines if line.word.score >= CERTAIN and len(line.word.text) > 1]
    _, marked, stats, _ = cv2.connectedComponentsWithStats((off > _INKED).astype(np.uint8), connectivity=8)
    labels = np.asarray(marked, dtype=np.int32)
    low, high = _LINE
    width, height = stats[:, 2], stats[:, 3]
    like_a_line = (height >= low) & (height <= high) & (width >= _NARROWEST) & (width >= 2.2 * height)
    found = []
    for number in np.flatnonzero(like_a_line):
        left, top, wide, tall, _ = stats[number].tolist()
        box = Box(left, top, left + wide, top + tall)
        there = np.s_[box.top : box.bottom, box.left : box.right]
        if any(line.word.box.meets(box) and 1.6 * line.word.box.height < tall for line in read):
            continue  # two lines of text that touch
        if any(_AMOUNT.fullmatch(_part_in(line, box)) for line in lines):
            continue  # a price of before
        if (
            number
            and _hangs_together(
                np.where(labels[there] == number, off[there], 0),
                unread=not foreign and not any(_says(line, box) for line in read),
            )
            and not is_bright(pixels, box)
        ):
            found.append(box.grown(_MARGIN))
    return found


def _says(line: Line, box: Box) -> bool:
    """Whether a line tells what stands in a place: enough letters, and not one again and again, as loops are read."""
    if 2 * box.within(line.word.box).area <= min(box.area, line.word.box.area):
        return False
    said = _part_in(line, box)
    return len(said) >= 0.6 * box.width / box.height and (len(said) <= 2 or len({*said}) > 2)


def _part_in(line: Line, box: Box) -> str:
    """What a line says within a place, without spaces."""
    if not line.word.box.meets(box):
        return ""
    letters = zip(line.word.text, line.letters, strict=True)
    inside = [letter for letter, (left, right) in letters if box.left <= (left + right) // 2 < box.right]
    return "".join(inside).replace(" ", "")


def _hangs_together(off: NDArray[np.uint8], *, unread: bool) -> bool:
    """Whether the ink of a place is one tangle, and no frame, button or rule."""
    height, width = off.shape
    ink = off > 0
    contrast = float(np.percentile(off[ink], 98))
    rows = ink.mean(axis=1)
    edge = max(2, round(0.18 * height))
    if contrast < _CLEAR or min(rows[:edge].max(), rows[-edge:].max()) > 0.93:
        return False
    if width >= 3 * height and _has_tone_between(off, contrast):
        return True
    hard = off > 0.4 * contrast
    turns = int(np.abs(np.diff(hard.astype(np.int8), axis=1)).sum(axis=1).max()) * height / width
    layers = float((np.diff(np.pad(hard, ((1, 0), (0, 0))).astype(np.int8), axis=0) == 1).sum(axis=0).mean())
    if float(hard.mean()) > _FULL:
        return unread and width >= 3.2 * height and _is_written_on(off)
    if turns < 1.5 or layers < 1.04:
        return False
    if unread:  # letters stand apart: between two of them is a column without ink
        return bool(hard.any(axis=0).mean() > 0.95) and (width >= 3.2 * height or _widest(hard) > 0.95 * width)
    # Small letters of one line run into each other, but not for long, and less in the middle of their strokes.
    core = cv2.dilate((off[edge:-edge] > 0.6 * contrast).astype(np.uint8), np.ones((3, 1), np.uint8))
    return bool(_longest_run(core) >= 3.5 * height)


def _is_written_on(off: NDArray[np.uint8]) -> bool:
    """Whether letters can be told from a marker's broad stroke over them."""
    tone = int(np.median(off[off > 0]))
    core = np.abs(off[off.shape[0] // 4 : -(off.shape[0] // 4)].astype(np.int16) - tone) > 15
    columns = core.any(axis=0)
    return float(columns.mean()) > 0.25 and int((np.diff(columns.astype(np.int8)) == 1).sum()) >= 3


def _has_tone_between(off: NDArray[np.uint8], contrast: float) -> bool:
    """Whether one tone that is not the letters' goes through most of a place, and letters stand out from it."""
    tones = np.bincount(off[off > 0] >> 2, minlength=66)
    tones = tones[:-1] + tones[1:]
    tone = 4 * int(tones[: round(0.2 * contrast)].argmax()) + 4  # the letters' rims have all tones, each a little
    own = _largest(np.abs(off.astype(np.int16) - tone) <= 5)
    letters = off > max(tone + 40, 0.6 * contrast)
    from_above, from_below = np.maximum.accumulate(own, axis=0), np.maximum.accumulate(own[::-1], axis=0)[::-1]
    over, under = (letters & ~from_above & from_below).any(axis=0), (letters & from_above & ~from_below).any(axis=0)
    ends = int((np.diff((over | under).astype(np.int8)) == 1).sum())
    along = float(own.any(axis=0).mean()) >= 0.55 and float(own.mean()) > 0.12
    return bool(along and min(float(over.mean()), float(under.mean())) > 0.12 and ends >= 3)


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part of a mask."""
    _, marked, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    largest: NDArray[np.bool_] = np.asarray(marked) == 1 + int(stats[1:, 4].argmax()) if len(stats) > 1 else mask
    return largest


def _longest_run(mask: Plane | cv2.typing.MatLike) -> int:
    """The longest run of true pixels in any row."""
    longest = 0
    for row in np.asarray(mask):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row, [0]]).astype(np.int8)))
        longest = max(longest, int(np.diff(edges)[::2].max(initial=0)))
    return longest


def _widest(mask: NDArray[np.bool_]) -> int:
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return int(stats[1:, 2].max(initial=0))


# A scribble read as letters: these alone go to and fro.
_TO_AND_FRO = re.compile(r"[vwmnuVWMNU/\\|zZ]{5,}\S*")


def scribbled(pixels: Pixels, lines: Sequence[Line]) -> list[Box]:
    """Places that were read as strokes going to and fro, as no word does.

    Bright ones with no other ink are the curve of a price.
    """
    return [
        line.part(*match.span()).grown(2)
        for line in lines
        for match in _TO_AND_FRO.finditer(line.word.text)
        if re.search(r"[vwVWmM]{4}", match.group()) and not is_bright(pixels, line.part(*match.span()))
    ]


def is_bright(pixels: Pixels, box: Box) -> bool:
    """Whether nothing but bright colour stands in a place: a curve, an ornament."""
    part = pixels[box.top : box.bottom, box.left : box.right]
    ink = np.abs(part - np.median(part.reshape(-1, 3), axis=0)).max(axis=2) > _OTHER
    return bool(ink.any()) and float((np.ptp(part, axis=2)[ink] > _SATURATED).mean()) > 0.95
