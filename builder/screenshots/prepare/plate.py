"""A part of a screen as it is printed: on even ground of one of the three widths that figures have.

The ground stands for all that lies behind a dialog: nothing there matters, and nothing there is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from builder.screenshots.model import Box
from builder.screenshots.prepare.legible import (
    POINTS_PER_MM,
    PRINT,
    Print,
    comfortable_scale,
    least_scale,
    room_scale,
)

GROUND = (233, 233, 229)
EDGE = (160, 162, 168)
_MARGIN_MM = 3.5
"""Ground around a part, so that its edges can be seen."""
_ARROW_MM = 13.0
"""The same where an arrow comes from outside: for the arrow and its number."""
_STUB_MM = 8.0
"""The same where there is less room: for the arrow's head and its number."""
_CORNER_MM = 1.0
_UPRIGHT = 1.15
"""Height by width from which on a figure stands beside its text if only its labels can be read there."""
_NEAR_ENOUGH = 0.82
"""How much of the comfortable scale is enough for a place beside the text."""

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Plate:
    """What is printed, `shown` on the even ground of `box`, both in px of the original; `box` may reach beyond it."""

    box: Box
    shown: Box
    width_mm: float
    min_mm: float

    @property
    def px_per_mm(self) -> float:
        """At the greatest width."""
        return self.box.width / self.width_mm

    @property
    def is_bare(self) -> bool:
        """Whether there is no ground around what is shown."""
        return self.box == self.shown


def plate(shown: Box, sizes: Sequence[float], sides: Iterable[int] = (), page: Print = PRINT) -> Plate:
    """The plate for a part of a screen whose labels have type of such sizes in px.

    `sides` are those from which arrows come: 0 left, 1 top, 2 right, 3 bottom.
    """
    least, wish = least_scale(sizes, page), comfortable_scale(sizes, page)
    edges = [_ARROW_MM if side in sides else _MARGIN_MM for side in range(4)]
    beside = _scale(shown, page.narrow_mm, edges, wish, page)
    is_upright = shown.height >= _UPRIGHT * shown.width
    if sizes and beside >= (least if is_upright else max(least, _NEAR_ENOUGH * wish)):
        return _around(shown, page.narrow_mm, page.narrow_mm, edges, beside)
    scale = _scale(shown, page.column_mm, edges, wish, page)
    for room in (_ARROW_MM, _STUB_MM, 0.0):
        if scale >= least and (sizes or room == 0.0):
            break
        edges = [room if side in sides and sizes else 0.0 for side in range(4)]
        scale = _scale(shown, page.column_mm, edges, wish, page)
    shrunk = page.lesser_mm / page.column_mm
    min_mm = page.lesser_mm if scale * shrunk >= least else page.column_mm
    return _around(shown, page.column_mm, min_mm, edges, scale)


def _scale(shown: Box, width_mm: float, edges: Sequence[float], wish: float, page: Print) -> float:
    return min(room_scale(shown, width_mm - edges[0] - edges[2], page), wish)


def _around(shown: Box, width_mm: float, min_mm: float, edges: Sequence[float], scale: float) -> Plate:
    """The plate of a width with what is shown in the middle of what its edges leave free."""
    px = POINTS_PER_MM / scale
    full = max(round(width_mm * px), shown.width)
    spare = full - shown.width - round((edges[0] + edges[2]) * px)
    left = shown.left - round(edges[0] * px) - spare // 2 if spare > 2 else shown.left - round(edges[0] * px)
    top, bottom = shown.top - round(edges[1] * px), shown.bottom + round(edges[3] * px)
    if spare > 2 and not edges[1]:  # ground at the sides only would look like a fault
        top, bottom = shown.top - round(_MARGIN_MM * px), shown.bottom + round(_MARGIN_MM * px)
    return Plate(Box(left, top, max(left + full, shown.right), bottom), shown, width_mm, min_mm)


def draw(image: Image.Image, on: Plate, slivers: Iterable[Box] = ()) -> Image.Image:
    """The picture of a plate; what edges leave of words and things is painted over in the colour around it."""
    part = image.crop(on.shown)
    pen = ImageDraw.Draw(part)
    for sliver in slivers:
        left, top, right, bottom = sliver.within(on.shown)
        if right > left and bottom > top:
            here = Box(left - on.shown.left, top - on.shown.top, right - on.shown.left, bottom - on.shown.top)
            pen.rectangle((here.left, here.top, here.right - 1, here.bottom - 1), fill=_ground(part, here))
    if on.is_bare:
        return part
    radius = round(_CORNER_MM * on.px_per_mm)
    picture = Image.new("RGB", (on.box.width, on.box.height), GROUND)
    stencil = Image.new("L", part.size, 0)
    ImageDraw.Draw(stencil).rounded_rectangle((0, 0, part.width - 1, part.height - 1), radius, fill=255)
    corner = (on.shown.left - on.box.left, on.shown.top - on.box.top)
    picture.paste(part, corner, stencil)
    edge = (*corner, corner[0] + part.width - 1, corner[1] + part.height - 1)
    ImageDraw.Draw(picture).rounded_rectangle(edge, radius, outline=EDGE)
    return picture


def _ground(part: Image.Image, box: Box) -> Colour:
    """The commonest colour around a place."""
    around = part.crop(box.grown(3).within(Box(0, 0, *part.size)))
    counted: dict[Colour, int] = {}
    for strip in (
        (0, 0, around.width, 2),
        (0, around.height - 2, around.width, around.height),
        (0, 0, 2, around.height),
        (around.width - 2, 0, around.width, around.height),
    ):
        for count, colour in around.crop(strip).getcolors(around.width * around.height) or []:
            assert isinstance(colour, tuple)
            counted[colour[0], colour[1], colour[2]] = counted.get((colour[0], colour[1], colour[2]), 0) + count
    return max(counted, key=lambda colour: counted[colour])
