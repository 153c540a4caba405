"""Read the pixels of a screenshot: its even surfaces, what stands on them, and the plain edges around it all."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from builder.screenshots.model import Box, Mark

Pixels = NDArray[np.uint8]  # (height, width, 3)
Mask = NDArray[np.uint8]  # (height, width): 0 or 1

_SURFACE = 3000  # px: the least area of an even surface that can be a panel


def trim(pixels: Pixels, content: Box, margin: int) -> Box:
    """The content without rows and columns of a single colour at its edges; `margin` px of a page's own ground stay."""
    left, top, right, bottom = content
    view = pixels[top:bottom, left:right]
    if view.size == 0:
        return content
    rows, columns = _plain(view, 1), _plain(view, 0)
    if rows.all() or columns.all():
        return content
    top, bottom = _kept(view, rows, margin)
    left, right = _kept(view.transpose(1, 0, 2), columns, margin)
    return Box(content.left + left, content.top + top, content.left + right, content.top + bottom)


def _kept(lines: Pixels, plain: NDArray[np.bool_], margin: int) -> tuple[int, int]:
    """The first line to keep and the line after the last: all that is not plain, and a margin of the page's ground.

    A bar beside the page has another colour than the ground next to what is on the page, and goes.
    """
    busy = np.nonzero(~plain)[0]
    first, last = int(busy[0]), int(busy[-1])
    before = _same(lines, plain, first, range(first - 1, max(first - 1 - margin, -1), -1))
    after = _same(lines, plain, last, range(last + 1, min(last + 1 + margin, len(plain))))
    return first - before, last + 1 + after


def _same(lines: Pixels, plain: NDArray[np.bool_], busy: int, places: range) -> int:
    """How many plain lines, one after the other, have the colour of the ground of a line that is not plain."""
    ground = np.median(lines[busy], axis=0)
    for count, place in enumerate(places):
        if not plain[place] or np.abs(lines[place, 0] - ground).max() > 6:
            return count
    return len(places)


def _plain(view: Pixels, across: int) -> NDArray[np.bool_]:
    """Which rows (`across` 1) or columns (0) have one colour, within the noise of a compressed picture."""
    spread = cv2.subtract(cv2.reduce(view, across, cv2.REDUCE_MAX), cv2.reduce(view, across, cv2.REDUCE_MIN))
    even: NDArray[np.bool_] = np.asarray(spread).reshape(-1, 3).max(axis=1) <= 6
    return even


def even_ground(pixels: Pixels, content: Box) -> Mask:
    """1 where a pixel is like its left and upper neighbours."""
    view = pixels[content.top : content.bottom, content.left : content.right]
    even = np.ones(view.shape[:2], np.uint8)
    if view.shape[1] > 1:
        even[:, 1:] &= _most(cv2.absdiff(view[:, 1:], view[:, :-1])) <= 3
    if view.shape[0] > 1:
        even[1:] &= _most(cv2.absdiff(view[1:], view[:-1])) <= 3
    return even


def _most(pixels: cv2.typing.MatLike) -> Mask:
    """The greatest channel of each pixel."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8)


def even_surfaces(even: Mask, content: Box) -> list[Box]:
    """The surfaces of even ground that are large enough for a panel."""
    return _regions(even, content, _SURFACE, 4)


def things_on(even: Mask, content: Box, marks: Sequence[Mark]) -> tuple[Box, ...]:
    """Icons, buttons, fields: what is not even ground, as boxes, without the marks and without panels."""
    busy = 1 - even
    for mark in marks:
        x, y = mark.box.left - content.left, mark.box.top - content.top
        busy[max(y - 2, 0) : y + mark.box.height + 2, max(x - 2, 0) : x + mark.box.width + 2] = 0
    joined = np.asarray(cv2.dilate(busy, np.ones((3, 5), np.uint8)), dtype=np.uint8)
    found = _regions(joined, content, 20, 8)
    return tuple(box for box in found if box.width < content.width * 0.35 and box.height < content.height * 0.35)


def coloured_surfaces(pixels: Pixels, content: Box, drawn: Sequence[Box]) -> list[Box]:
    """Surfaces of the colours around the marks.

    Even ground finds panels with a gradient and panels that only a line parts from the page, but leaks through a gap
    in an edge. Ground of one colour does not leak, and knows no gradients.
    """
    view = pixels[content.top : content.bottom, content.left : content.right]
    found = []
    for colour in _grounds(pixels, content, drawn):
        low, high = np.clip(colour - 4, 0, 255), np.clip(colour + 4, 0, 255)
        alike = np.asarray(cv2.inRange(view, low, high), dtype=np.uint8)
        found += even_surfaces(alike, content)
    return found


def _grounds(pixels: Pixels, content: Box, drawn: Sequence[Box]) -> list[NDArray[np.int16]]:
    """The commonest colours just outside what was drawn, at most four."""
    rings = []
    for box in drawn:
        ring = box.grown(5).within(content)
        if not ring.area:
            continue
        rings += [pixels[ring.top, ring.left : ring.right], pixels[ring.bottom - 1, ring.left : ring.right]]
        rings += [pixels[ring.top : ring.bottom, ring.left], pixels[ring.top : ring.bottom, ring.right - 1]]
    if not rings:
        return []
    colours, counts = np.unique(np.concatenate(rings).astype(np.int16), axis=0, return_counts=True)
    picked: list[NDArray[np.int16]] = []
    for index in np.argsort(-counts, kind="stable")[:40]:
        if len(picked) < 4 and all(int(np.abs(colours[index] - other).max()) > 2 for other in picked):
            picked.append(colours[index])
    return picked


def _regions(mask: NDArray[np.uint8], offset: Box, least: int, connectivity: int) -> list[Box]:
    """The boxes of what hangs together in a mask whose corner lies at that of `offset`, from `least` pixels."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    return [
        Box(left + offset.left, top + offset.top, left + width + offset.left, top + height + offset.top)
        for left, top, width, height, area in stats[1:count].tolist()
        if area >= least
    ]
