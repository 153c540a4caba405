"""The frames of fields, buttons, boxes and switches on a screenshot, found by their edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np

from builder.screenshots.model import Box

_SMALL = (9, 27)  # px, the side of a box to tick
_LOW, _HIGH = 8, 26  # thresholds of edges: dark screens have little contrast
_SAME = 0.75  # the part that two boxes share when they are one


class Form(StrEnum):
    """What a frame can be by its size and form."""

    FRAME = "frame"
    SQUARE = "square"
    CIRCLE = "circle"
    PILL = "pill"


@dataclass(frozen=True, slots=True)
class Shape:
    """A frame in pixels of the picture. `filled` says that it has a colour of its own, or something in it."""

    form: Form
    box: Box
    filled: bool


def panel(pixels: Any, region: Box, marked: Sequence[Box]) -> Box:
    """The smallest large frame within a region that holds what is marked, such as a dialog's; else the region."""
    boxes = [
        Box(x, y, x + w, y + h).moved(*region[:2]) for x, y, w, h in map(cv2.boundingRect, _contours(pixels, region))
    ]
    large = [box for box in boxes if box.width >= 240 and box.height >= 150 and box.area < 0.85 * region.area]
    around = [box for box in large if all(box.holds(one) for one in marked)] if marked else []
    return min(around, key=lambda box: box.area, default=region)


def shapes(pixels: Any, region: Box, drawn: Sequence[Box]) -> list[Shape]:
    """What looks like a control within a region of a picture, from top to bottom; not what was `drawn` on it."""
    view = np.ascontiguousarray(pixels[region.top : region.bottom, region.left : region.right])
    grey = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)
    colour = cv2.cvtColor(view, cv2.COLOR_RGB2HSV)[:, :, 1]
    found: list[Shape] = []
    for contour in sorted(_contours(pixels, region), key=cv2.contourArea, reverse=True):
        shape = _shape(contour, colour, grey)
        if shape is None or any(_is_drawn(shape.box.moved(*region[:2]), mark) for mark in drawn):
            continue
        if not any(_is_same(shape.box, other.box) for other in found):
            found.append(shape)
    moved = (Shape(one.form, one.box.moved(*region[:2]), one.filled) for one in found)
    return sorted(moved, key=lambda one: (one.box.top, one.box.left))


def _contours(pixels: Any, region: Box) -> Sequence[Any]:
    view = np.ascontiguousarray(pixels[region.top : region.bottom, region.left : region.right])
    edges = cv2.Canny(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY), _LOW, _HIGH)
    closed = cv2.dilate(edges, np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    return contours


def _is_drawn(box: Box, mark: Box) -> bool:
    """Whether a frame is the line that somebody drew: its outer or its inner edge."""
    near = 10
    return all(abs(one - other) <= near for one, other in zip(box, mark, strict=True))


def _shape(contour: Any, colour: Any, grey: Any) -> Shape | None:
    left, top, width, height = cv2.boundingRect(contour)
    full = cv2.contourArea(contour) / (width * height)
    box = Box(left, top, left + width, top + height)
    inside = (slice(top + 2, top + height - 2), slice(left + 2, left + width - 2))
    if _SMALL[0] <= height <= _SMALL[1] and 0.85 < width / height < 1.18 and full > 0.6:
        form = Form.SQUARE if full > 0.81 else Form.CIRCLE
        middle = grey[top + height // 3 : top + height - height // 3, left + width // 3 : left + width - width // 3]
        rim = grey[inside]
        filled = colour[inside].mean() > 90 or abs(float(middle.mean()) - float(np.median(rim))) > 28
        return Shape(form, box, bool(filled))
    if _SMALL[0] <= height <= _SMALL[1] and 1.5 < width / height < 2.4 and full > 0.75:
        return Shape(Form.PILL, box, bool(colour[inside].mean() > 70))
    if 22 <= height <= 150 and width >= 44 and width > height and full > 0.8:
        return Shape(Form.FRAME, box, bool(colour[inside].mean() > 90))
    return None


def _is_same(one: Box, other: Box) -> bool:
    return one.within(other).area > _SAME * max(one.area, other.area)


def beside(shapes: list[Shape], word: Box) -> Iterator[Shape]:
    """The small shapes that stand directly before a word."""
    for shape in shapes:
        gap = word.left - shape.box.right
        middle = (shape.box.top + shape.box.bottom) / 2
        if shape.form is not Form.FRAME and -2 <= gap <= 1.6 * word.height and word.top <= middle < word.bottom:
            yield shape
