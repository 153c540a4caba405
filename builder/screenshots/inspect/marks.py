"""Find what a guide's author drew on a screenshot: frames, arrows and solid bars in the team's marking colour.

Frames are found as four lines and not as connected regions: an arrow that touches a frame, a gap in one or a
divider inside one must not change what it is. What is left once the frames are rubbed out falls apart into
arrows and bars. A line drawn between two rows of pixels has no pixel of the pure colour, so thin lines are also
recognised by their blend with the ground on both of their sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from builder.screenshots.model import Box, Mark, MarkKind

GOLD = (229, 199, 62)

Pixels = NDArray[np.uint8]  # (height, width, 3)
Colour = NDArray[np.int16]  # (3,)
Ink = NDArray[np.float32]  # (height, width): how much of a pixel the marking colour covers, 0 to 1
Mask = NDArray[np.uint8]  # (height, width): 0 or 1

_BLEND_REACHES = (1, 2, 3)  # px: where the ground beside a line one or two pixels wide is looked at
_MIN_BLEND = 0.3
_BLEND_ERROR = 14  # per channel
_MIN_SIDE = 14  # px: the least side of a frame
_THICKEST_LINE = 24  # px
_MIN_ARROW = 60  # px of ink
_MIN_BAR = (16, 7)  # px: width, height


def find_marks(image: Image.Image, colour: tuple[int, int, int] = GOLD, tolerance: int = 12) -> tuple[Mark, ...]:
    """The marks on an RGB picture, top to bottom. `tolerance` is the greatest difference per channel, 0 to 255."""
    ink = _ink(np.asarray(image.convert("RGB")), np.array(colour, dtype=np.int16), tolerance)
    frames = _frames(ink)
    rest = (ink >= _MIN_BLEND).astype(np.uint8)
    for frame, thickness in frames:
        _rub_out(rest, frame, thickness)
    marks = [Mark(MarkKind.FRAME, frame) for frame, _ in frames]
    marks += _shapes(rest, ink)
    return tuple(sorted(marks, key=lambda mark: (mark.box.top, mark.box.left, mark.box.right)))


def _ink(pixels: Pixels, colour: Colour, tolerance: int) -> Ink:
    pure = np.asarray(
        cv2.inRange(pixels, np.clip(colour - tolerance, 0, 255), np.clip(colour + tolerance, 0, 255)), dtype=np.uint8
    ).astype(np.bool_)
    ink: Ink = pure.astype(np.float32)
    # Only pixels that lean the way the colour leans can be blends of it; they are few, and the rest costs nothing.
    high, low = int(np.argmax(colour)), int(np.argmin(colour))
    channels = cv2.split(pixels)
    lean = cv2.subtract(channels[high], channels[low]) >= max(20, (int(colour[high]) - int(colour[low])) // 6)
    ys, xs = np.nonzero(lean & ~pure)
    blend = np.maximum(_line_blend(pixels, colour, ys, xs, (1, 0)), _line_blend(pixels, colour, ys, xs, (0, 1)))
    ink[ys, xs] = np.where(blend >= _MIN_BLEND, blend, 0)
    return ink


def _line_blend(
    pixels: Pixels, colour: Colour, ys: NDArray[np.intp], xs: NDArray[np.intp], step: tuple[int, int]
) -> Ink:
    """How much of the colour lies over the ground on both sides; 0 where one side says it is no such blend.

    Asking both sides tells a thin line from the rim of a button in a like colour, which is a blend on one side only.
    """
    sides: list[Ink] = []
    for sign in (-1, 1):
        grounds = [
            _blend_over(pixels, colour, ys, xs, (sign * reach * step[0], sign * reach * step[1]))
            for reach in _BLEND_REACHES
        ]
        sides.append(np.maximum.reduce(grounds))
    both: Ink = np.minimum(sides[0], sides[1])
    return both


def _blend_over(
    pixels: Pixels, colour: Colour, ys: NDArray[np.intp], xs: NDArray[np.intp], away: tuple[int, int]
) -> Ink:
    """How much of the colour lies over the ground that is seen `away` (y, x) from each pixel."""
    height, width = pixels.shape[:2]
    ground = pixels[np.clip(ys + away[0], 0, height - 1), np.clip(xs + away[1], 0, width - 1)].astype(np.float32)
    way = colour.astype(np.float32) - ground
    moved = pixels[ys, xs].astype(np.float32) - ground
    blend = (moved * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1)
    error = np.abs(moved - blend[:, None] * way).max(axis=1)
    fits = (error <= _BLEND_ERROR) & (blend <= 1.1)
    return np.where(fits, np.clip(blend, 0, 1), 0).astype(np.float32)


def _frames(ink: Ink) -> list[tuple[Box, int]]:
    """Hollow rectangles and the thickness of their lines, the inner ones of a nest left out."""
    seen = (ink >= _MIN_BLEND).astype(np.uint8)
    bands = list(_bands(seen, ink))
    found = []
    for upper, lower in combinations(sorted(bands, key=lambda band: band.top), 2):
        thickness = max(upper.height, lower.height)
        slack = thickness + 4
        if lower.bottom - upper.top < _MIN_SIDE or lower.top - upper.bottom < 4:
            continue
        left, right = max(upper.left, lower.left), min(upper.right, lower.right)
        if right - left < 0.8 * max(upper.width, lower.width):
            continue
        box = _closed(seen, Box(left, upper.top, right, lower.bottom), slack)
        if box and not _filled(seen, box, thickness):
            found.append((box, thickness))
    found.sort(key=lambda pair: pair[0].area)
    kept: list[tuple[Box, int]] = []
    for box, thickness in found:
        # Two lines of stacked frames also make a rectangle, of which the real frames are parts.
        if not any(box.within(other).area > 0.5 * other.area for other, _ in kept):
            kept.append((box, thickness))
    return kept


def _bands(seen: Mask, ink: Ink) -> Iterator[Box]:
    """Horizontal lines, each long enough to be a frame's side and no thicker than a line is drawn."""
    bridged = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((1, 7), np.uint8))
    long = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, _MIN_SIDE + 8), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    for left, top, width, height, _ in stats[1:count].tolist():
        if height > _THICKEST_LINE:
            continue
        box = Box(left, top, left + width, top + height)
        covered = ink[max(top - 1, 0) : box.bottom + 1, left : box.right].sum(axis=0)
        if float(np.median(covered)) >= 0.8:  # a full pixel's worth, in one row or shared by two
            yield box


def _closed(seen: Mask, box: Box, slack: int) -> Box | None:
    """The box with its real left and right sides, or None where they are not drawn.

    A side may be missing where the picture ends.
    """
    width = seen.shape[1]
    left = _upright(seen, box, box.left, slack)
    right = _upright(seen, box, box.right - 1, slack)
    if left is None and box.left <= slack:
        left = box.left
    if right is None and box.right >= width - slack:
        right = box.right - 1
    if left is None or right is None or right - left < _MIN_SIDE:
        return None
    return Box(left, box.top, right + 1, box.bottom)


def _upright(seen: Mask, box: Box, near: int, slack: int) -> int | None:
    """The column nearest the outside at which an upright line joins the box's top and bottom."""
    start = max(near - slack, 0)
    columns = seen[box.top : box.bottom, start : near + slack + 1]
    joined = cv2.dilate(columns, np.ones((1, 3), np.uint8)).mean(axis=0) >= 0.7
    hits = np.nonzero(joined)[0]
    if not hits.size:
        return None
    outer = hits[0] + 1 if near - box.left < box.right - near else hits[-1] - 1
    return int(min(max(start + outer, 0), seen.shape[1] - 1))


def _filled(seen: Mask, box: Box, thickness: int) -> bool:
    inner = box.grown(-thickness - 1)
    inside = seen[inner.top : inner.bottom, inner.left : inner.right]
    return inside.size == 0 or float(inside.mean()) > 0.4


def _rub_out(seen: Mask, frame: Box, thickness: int) -> None:
    reach = thickness + 1
    height, width = seen.shape
    left, top = max(frame.left - 1, 0), max(frame.top - 1, 0)
    right, bottom = min(frame.right + 1, width), min(frame.bottom + 1, height)
    seen[top : top + reach + 1, left:right] = 0
    seen[bottom - reach - 1 : bottom, left:right] = 0
    seen[top:bottom, left : left + reach + 1] = 0
    seen[top:bottom, right - reach - 1 : right] = 0


def _shapes(rest: Mask, ink: Ink) -> Iterator[Mark]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    for label in range(1, count):
        left, top, width, height, area = stats[label].tolist()
        if area < _MIN_ARROW:
            continue
        shape = labels[top : top + height, left : left + width] == label
        box = Box(left, top, left + width, top + height)
        # A rim of blends without a pure pixel inside is some other yellow thing.
        if float((ink[top : box.bottom, left : box.right][shape] == 1).mean()) < 0.4:
            continue
        if area >= 0.8 * width * height:
            if width >= _MIN_BAR[0] and height >= _MIN_BAR[1]:
                yield Mark(MarkKind.BAR, box)
        elif _is_arrow(shape):
            yield Mark(MarkKind.ARROW, box)


def _is_arrow(shape: NDArray[np.bool_]) -> bool:
    """Whether a shape is a shaft of even width that ends in a head at least 1.6 times as wide."""
    widths, _ = _widths(shape)
    if widths.size < 1.3 * widths.max() or int((widths == 0).sum()) > 2:
        return False
    head = _head(widths)
    if head.size < 2:
        return False
    middle = float(np.median(head)) / widths.size
    return (middle < 0.45 or middle > 0.55) and float(widths.max()) <= 14 * _shaft(widths)


def _widths(shape: NDArray[np.bool_]) -> tuple[NDArray[np.intp], Ink]:
    """The width of a shape, px of ink, at every px of its longer axis, and that axis as a unit vector (x, y)."""
    ys, xs = np.nonzero(shape)
    points = np.stack([xs, ys], axis=1).astype(np.float32)
    points -= points.mean(axis=0)
    _, axes = np.linalg.eigh(points.T @ points)
    along = points @ axes[:, 1]
    return np.bincount(np.floor(along - along.min()).astype(int)), axes[:, 1]


def _shaft(widths: NDArray[np.intp]) -> float:
    return float(np.percentile(widths[widths > 0], 30))  # not the median: a head may be longer than its shaft


def _head(widths: NDArray[np.intp]) -> NDArray[np.intp]:
    """The places that are wide."""
    return np.nonzero(widths >= 1.6 * _shaft(widths))[0]


def arrow_points(
    image: Image.Image, arrow: Mark, colour: tuple[int, int, int] = GOLD, tolerance: int = 12
) -> tuple[int, int]:
    """Which way an arrow points: (-1, 0 or 1 to the right; -1, 0 or 1 downwards)."""
    pixels = np.asarray(image.convert("RGB").crop(arrow.box)).astype(np.int16)
    shape = np.abs(pixels - np.array(colour, dtype=np.int16)).max(axis=2) <= tolerance
    if int(shape.sum()) < 8:
        return (0, 0)
    widths, axis = _widths(shape)
    if min(abs(axis)) > 0.3:  # a slanting shape has more and fewer pixels by turns
        widths = np.convolve(widths, np.ones(3, dtype=np.intp), "same")
    head = _head(widths)
    if not head.size:
        return (0, 0)
    # A head is widest where it meets the shaft, so its ink lies on that side of its middle.
    heavy = float(np.average(head, weights=widths[head]))
    way = axis if heavy < (head[0] + head[-1]) / 2 else -axis
    return (int(np.round(way[0])), int(np.round(way[1])))
