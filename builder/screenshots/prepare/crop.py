"""Choose the part of a screenshot to print: the dialog, panel or menu that holds the marks, large enough to read.

The way: what do the marks mean (anchors), which words must be read (labels), which surface holds them (panel), does
it print large enough? If not, which smaller rectangle does, cuts nothing and keeps the title (view)? If none does,
the surface becomes an overview and its parts become details.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from builder.screenshots.inspect.marks import GOLD, arrow_points
from builder.screenshots.model import Box, Crop, Mark, MarkKind, Word
from builder.screenshots.prepare.mark_targets import Arrow, labels_meant, pointed_at
from builder.screenshots.prepare.surfaces import (
    Mask,
    Pixels,
    coloured_surfaces,
    even_ground,
    even_surfaces,
    things_on,
    trim,
)

POINTS_PER_MM = 72 / 25.4

Numbers = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Print:
    """What the page allows a figure. Lengths in mm, text heights in pt (the height of the text's box)."""

    column_mm: float = 166
    tallest_mm: float = 150
    narrowest_mm: float = 45
    sharpest_dpi: float = 110  # screen pixels are not set wider apart than this
    least_pt: float = 8
    comfort_pt: float = 8.5


PRINT = Print()

_MARGIN = 12  # px around the panel
_CONTEXT = 6  # words besides the labels
_FLAT = 0.2  # height of a view as a part of its width under which it shows too little around a line of words
_NEAR = 280  # px up or down (half across) in which a word tells something of what is marked
_OVERVIEW = 0.28  # the least height of an overview, as a part of its width
_STANDS_OUT = 1.2  # times the usual height of a word: a title
_MENU = 560  # px: a picture no wider than this is a menu cut out by its author; it stays whole


def label_height_pt(label: Box, crop: Box, printed_width_mm: float) -> float:
    """The printed height of a text box in pt when the crop is set `printed_width_mm` wide."""
    return label.height * printed_width_mm * POINTS_PER_MM / max(crop.width, 1)


def most_width_mm(
    crop: Box,
    *,
    column_mm: float = PRINT.column_mm,
    tallest_mm: float = PRINT.tallest_mm,
    sharpest_dpi: float = PRINT.sharpest_dpi,
) -> float:
    """The greatest width that column, page and sharpness allow."""
    return min(column_mm, tallest_mm * crop.width / max(crop.height, 1), crop.width * 25.4 / sharpest_dpi)


def printed_width_mm(
    crop: Box,
    labels: Iterable[Box],
    *,
    column_mm: float = PRINT.column_mm,
    tallest_mm: float = PRINT.tallest_mm,
    sharpest_dpi: float = PRINT.sharpest_dpi,
    least_pt: float = PRINT.comfort_pt,
) -> float:
    """The width at which the figure should be set: small, but its labels comfortable to read, where the page allows.

    `labels` outside the crop do not count. Without labels the crop is set as wide as it may be.
    """
    most = most_width_mm(crop, column_mm=column_mm, tallest_mm=tallest_mm, sharpest_dpi=sharpest_dpi)
    heights = [label.height for label in labels if crop.contains(label)]
    wanted = least_pt / POINTS_PER_MM * crop.width / min(heights) if heights else most
    return min(max(wanted, PRINT.narrowest_mm), most)


def least_width_mm(
    crop: Box,
    labels: Iterable[Box],
    *,
    column_mm: float = PRINT.column_mm,
    tallest_mm: float = PRINT.tallest_mm,
    sharpest_dpi: float = PRINT.sharpest_dpi,
) -> float:
    """The width at which the smallest label still prints at 8 pt: the layout may shrink a figure to this."""
    return printed_width_mm(
        crop,
        labels,
        column_mm=column_mm,
        tallest_mm=tallest_mm,
        sharpest_dpi=sharpest_dpi,
        least_pt=PRINT.least_pt,
    )


def choose_crop(
    image: Image.Image,
    content: Box,
    words: Sequence[Word],
    marks: Sequence[Mark],
    *,
    colour: tuple[int, int, int] = GOLD,
    page: Print = PRINT,
) -> Crop:
    """The part of an RGB picture to print.

    `content` is the picture less its letterbox; `colour` is the colour of the marks.
    """
    rgb = image.convert("RGB")
    pixels = np.asarray(rgb)
    trimmed = trim(pixels, content, _MARGIN)
    arrows = tuple(Arrow(mark.box, arrow_points(rgb, mark, colour)) for mark in marks if mark.kind is MarkKind.ARROW)
    drawn = tuple(mark.box for mark in marks if mark.kind is not MarkKind.ARROW)
    # The reader of words takes an arrow for a letter now and then.
    words = [word for word in words if content.meets(word.box) and not _is_drawing(word.box, marks)]
    labels = labels_meant(words, marks, arrows)
    if not marks:
        return Crop(trimmed, "nothing is marked: the whole picture")
    if content.width <= _MENU:
        return Crop(content, "a narrow menu: the whole picture", labels=labels)
    alone = [arrow.target for arrow in arrows if not pointed_at(arrow, [*drawn, *labels])]
    anchors = tuple(box.within(trimmed) for box in (*drawn, *labels, *alone))
    even = even_ground(pixels, trimmed)
    anchors = tuple(box for box in anchors if box.area)
    if not anchors:
        return Crop(trimmed, "the marks mean nothing on the screen: the whole picture", labels=labels)
    scene = _Scene(
        content=trimmed,
        words=tuple(word.box for word in words),
        names=tuple(word.box for word in words if sum(map(str.isalpha, word.text)) >= 3),
        things=things_on(even, trimmed, marks),
        anchors=anchors,
        labels=labels,
        arrows=arrows,
        page=page,
    )
    panel = _panel(pixels, even, scene, drawn)
    if panel == trimmed:
        return _part(scene, panel) or _whole_panel(scene, panel) or _overview(scene, panel)
    return (
        _whole_panel(scene, _headed(scene, panel))
        or _whole_panel(scene, panel)
        or _part(scene, panel)
        or _overview(scene, panel)
    )


def _whole_panel(scene: _Scene, panel: Box) -> Crop | None:
    """The panel with its arrows, or with their heads only, if its labels print large enough."""
    for with_tails in (True, False):
        box = _edged(scene, panel, with_tails)
        if _readable(scene, box, scene.labels):
            return Crop(box, "the panel that holds the marks", labels=scene.labels)
    return None


def _part(scene: _Scene, panel: Box) -> Crop | None:
    """The part of a panel that is too large: all marks, and the title or else enough to know where one is."""
    title = _title(scene, panel) or _first_name(scene, panel)
    if panel.height < _FLAT * panel.width:
        panel = scene.content
    for least in (scene.page.comfort_pt, scene.page.least_pt):
        for must in ((*scene.anchors, title),) if title else (scene.anchors,):
            box = _view(scene, panel, must, scene.labels, least, _FLAT)
            if box and (title or _oriented(scene, box)):
                return Crop(box, "the part of the panel that holds the marks and its title", labels=scene.labels)
    box = _view(scene, panel, scene.anchors, scene.labels, scene.page.least_pt, _FLAT)
    if box and _oriented(scene, box):
        return Crop(box, "the part of the panel that holds the marks", labels=scene.labels)
    return None


def _oriented(scene: _Scene, box: Box) -> bool:
    """Whether a view holds enough besides what is marked for the reader to know it on the screen."""
    return sum(box.contains(word) and word not in scene.labels for word in scene.names) >= _CONTEXT


def _overview(scene: _Scene, panel: Box) -> Crop:
    """Everything that matters in one view too small to read, and closer views of groups of marks."""
    title = _title(scene, panel) or _first_name(scene, panel)
    must = (*scene.anchors, title) if title else scene.anchors
    box = _view(scene, scene.content, must, (), 0, _OVERVIEW) or _edged(scene, panel, True)
    details: list[Box] = []
    group: list[Box] = []
    for anchor in sorted(scene.anchors, key=lambda anchor: (anchor.top, anchor.left)):
        joined = _detail(scene, box, [*group, anchor])
        if joined and group:
            details[-1] = joined
            group.append(anchor)
            continue
        alone = _detail(scene, box, [anchor])
        if alone:
            details.append(alone)
            group = [anchor]
    details = [detail for detail in details if detail.area < 0.8 * box.area]
    why = "too wide to read: an overview and details" if details else "no part of it prints large enough"
    return Crop(box, why, tuple(dict.fromkeys(details)), scene.labels)


def _detail(scene: _Scene, panel: Box, group: Sequence[Box]) -> Box | None:
    bounds = Box.around(group)
    return _view(scene, panel, group, [label for label in scene.labels if bounds.contains(label)], scene.page.least_pt)


def _readable(scene: _Scene, crop: Box, labels: Iterable[Box]) -> bool:
    page = scene.page
    width = most_width_mm(crop, column_mm=page.column_mm, tallest_mm=page.tallest_mm, sharpest_dpi=page.sharpest_dpi)
    return all(label_height_pt(label, crop, width) >= page.least_pt for label in labels)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the choice of a crop looks at."""

    content: Box
    words: tuple[Box, ...]
    names: tuple[Box, ...]  # the words that are more than a counter or an icon
    things: tuple[Box, ...]  # icons, fields, buttons
    anchors: tuple[Box, ...]  # what must be in
    labels: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    page: Print


def _is_drawing(word: Box, marks: Sequence[Mark]) -> bool:
    return any(mark.kind is MarkKind.ARROW and word.within(mark.box).area * 2 > word.area for mark in marks)


def _apart(one: Box, other: Box) -> int:
    """The gap between two boxes in px; across counts twice, since screens are lists more often than rows."""
    across, down = one.gaps(other)
    return max(2 * across, down)


def _panel(pixels: Pixels, even: Mask, scene: _Scene, drawn: Sequence[Box]) -> Box:
    """The smallest surface that holds all anchors and something above them, with its title; else the content."""
    core = Box.around(box.shrunk(10) for box in scene.anchors)
    outer = Box.around(scene.anchors).grown(3)
    flat = even_surfaces(even, scene.content)
    surfaces = {*flat, *coloured_surfaces(pixels, scene.content, drawn or scene.anchors)}
    surfaces |= {_pile(surface, flat, scene.content) for surface in surfaces}
    for surface in sorted(surfaces, key=lambda box: (box.area, box)):
        if not surface.contains(core) or outer.contains(surface) or surface.area < 1.1 * core.area:
            continue
        if any(surface.holds(word) and word not in scene.labels and word.top < core.top for word in scene.words):
            return _pile(surface, flat, scene.content)
    return scene.content


def _pile(surface: Box, flat: Sequence[Box], content: Box) -> Box:
    """A surface and those that lie above and below it with the same sides: parts of a dialog that lines divide."""
    pile = surface
    if surface.width > 0.9 * content.width:
        return pile
    for part in [*sorted(flat, key=lambda box: -box.bottom), *sorted(flat, key=lambda box: box.top)]:
        alike = abs(part.left - pile.left) <= 6 and abs(part.right - pile.right) <= 6
        if alike and max(part.top - pile.bottom, pile.top - part.bottom) <= 8:
            pile = pile.union(part)
    return pile


def _headed(scene: _Scene, panel: Box) -> Box:
    """A panel without a title of its own, and the heading of the page right above it."""
    if _title(scene, panel):
        return panel
    heights = [word.height for word in scene.words if panel.holds(word)]
    headings = [
        word
        for word in scene.names
        if panel.left <= word.left + 8
        and word.right <= panel.right
        and 0 <= panel.top - word.bottom <= 110
        and heights
        and word.height >= 0.9 * statistics.median(heights)
    ]
    return panel.union(max(headings, key=lambda word: (word.height, -word.top)).grown(4)) if headings else panel


def _edged(scene: _Scene, panel: Box, with_tails: bool) -> Box:
    """The panel with a margin, moved where it would cut a word of the page behind; with its arrows or their heads."""
    needed = Box.around([panel, *(box.grown(2) for box in scene.anchors)])
    wanted = needed.grown(_MARGIN)
    for arrow in scene.arrows:
        if with_tails:
            wanted = wanted.union(arrow.box.grown(6))
        needed = needed.union(arrow.shown)
    wanted = wanted.union(needed).within(scene.content)
    needed = needed.within(scene.content)
    box = wanted
    for side in range(4):
        box = box._replace(**{box._fields[side]: _edge(scene, box, side, needed[side], wanted[side])})
    return box


def _edge(scene: _Scene, box: Box, side: int, needed: int, wanted: int) -> int:
    """Where to put one side (0 left, 1 top, 2 right, 3 bottom): near `wanted`, not inside `needed`, through no word."""
    sign = -1 if side < 2 else 1
    limit = scene.content[side]
    far = wanted + sign * 80
    far = max(far, limit) if side < 2 else min(far, limit)
    low, high = min(needed, far), max(needed, far)
    along, across = side % 2, (side + 1) % 2
    words = [word for word in scene.words if word[across] < box[across + 2] - 2 and word[across + 2] > box[across] + 2]

    def cost(place: int) -> float:
        """Words of the page behind a dialog are cut by the dialog already; a sliver of one costs little."""
        slivers = [
            word[along + 2] - place if side < 2 else place - word[along]
            for word in words
            if word[along] < place - 1 and word[along + 2] > place + 1
        ]
        tails = [
            place - arrow.box[along] if side < 2 else arrow.box[along + 2] - place
            for arrow in scene.arrows
            if arrow.box[along] < place < arrow.box[along + 2]
        ]
        return sum(1 + 0.1 * min(sliver, 60) for sliver in slivers) + 0.02 * sum(tails) + 0.05 * abs(place - wanted)

    return min(range(low, high + 1), key=cost)


def _title(scene: _Scene, panel: Box) -> Box | None:
    """The word of a panel that stands out by its size, not below the first mark; None where none does."""
    inside = [word for word in scene.names if panel.holds(word)]
    first = min((box.bottom for box in scene.anchors), default=0)
    above = [word for word in inside if word.top < first and word not in scene.labels]
    if not above:
        return None
    usual = statistics.median(word.height for word in inside)
    highest = max(word.height for word in above)
    if highest < _STANDS_OUT * usual:
        return None
    return min((word for word in above if word.height >= 0.9 * highest), key=lambda word: (word.top, word.left))


def _first_name(scene: _Scene, panel: Box) -> Box | None:
    """The first word of a panel (not of the page, whose first word is in its menu)."""
    if panel == scene.content:
        return None
    first = min((box.bottom for box in scene.anchors), default=0)
    above = [word for word in scene.names if panel.holds(word) and word.top < first and word not in scene.labels]
    return min(above, key=lambda word: (word.top, word.left), default=None)


def _view(
    scene: _Scene, panel: Box, must: Sequence[Box], labels: Sequence[Box], least_pt: float, least_height: float = 0
) -> Box | None:
    """The best rectangle in a panel around what must be in: cuts nothing, shows what is near, prints `labels` legibly.

    Every rectangle whose sides run beside some word or thing is weighed. Whether one cuts a box depends on its left
    and right for the one half and on its top and bottom for the other, so that two small tables multiplied give
    the counts for all of them. None when no rectangle prints the labels large enough.
    """
    field = panel.grown(_MARGIN).within(scene.content)
    arrows = [arrow for arrow in scene.arrows if arrow.points_into(must)]
    needed = Box.around([*(box.grown(8) for box in must), *(arrow.shown for arrow in arrows)]).within(field)
    words = [word.grown(3).within(scene.content) for word in scene.words]
    boxes = [*words, *scene.things, *(arrow.box for arrow in arrows)]
    sides = _pairs(field, needed, boxes, 0)
    ends = _pairs(field, needed, boxes, 1)
    table = np.array(boxes, dtype=np.int64).reshape(-1, 4)
    meets_x, inside_x = _overlap(sides, table[:, 0], table[:, 2])
    meets_y, inside_y = _overlap(ends, table[:, 1], table[:, 3])
    # A cut word costs most, a cut arrow or button something; a word that is in brings the more the nearer it is.
    weight = np.array([60.0] * len(words) + [4.0] * len(scene.things) + [8.0] * len(arrows), dtype=np.float32)
    near = np.zeros(len(boxes), dtype=np.float32)
    near[: len(words)] = [max(0.0, 1 - _apart(needed, word) / _NEAR) for word in words]
    score = (inside_x * (near + weight)) @ inside_y.T - (meets_x * weight) @ meets_y.T
    widths, heights = (sides[:, 1] - sides[:, 0]).astype(np.float32), (ends[:, 1] - ends[:, 0]).astype(np.float32)
    score -= 3 * widths[:, None] / scene.content.width + 3 * heights[None, :] / scene.content.height
    if labels:
        score[~_legible(scene.page, widths, heights, min(label.height for label in labels), least_pt)] = -np.inf
    score[heights[None, :] < np.minimum(least_height * widths[:, None], field.height - 1)] = -np.inf
    best = int(np.argmax(score))
    if not np.isfinite(score.flat[best]):
        return None
    side, end = divmod(best, score.shape[1])
    return Box(int(sides[side, 0]), int(ends[end, 0]), int(sides[side, 1]), int(ends[end, 1]))


def _legible(page: Print, widths: Numbers, heights: Numbers, label: int, least_pt: float) -> NDArray[np.bool_]:
    """For every width and height of a crop in px, whether a label of `label` px prints large enough."""
    by_width = np.minimum(page.column_mm / widths, 25.4 / page.sharpest_dpi)
    scale = np.minimum(by_width[:, None], page.tallest_mm / heights[None, :])  # mm per px
    legible: NDArray[np.bool_] = label * scale * POINTS_PER_MM >= least_pt
    return legible


def _pairs(field: Box, needed: Box, boxes: Sequence[Box], axis: int) -> Integers:
    """Pairs of places for left and right (axis 0) or top and bottom (axis 1)."""
    gap = 10
    edges = [box[axis] - gap for box in boxes] + [box[axis + 2] + gap for box in boxes]
    low = _spread([needed[axis] - gap, field[axis], *edges], field[axis], needed[axis])
    high = _spread([needed[axis + 2] + gap, field[axis + 2], *edges], needed[axis + 2], field[axis + 2])
    return np.array([(one, other) for one in low for other in high], dtype=np.int64)


def _spread(places: Iterable[int], low: int, high: int) -> list[int]:
    """The places between two bounds, at most about 40 of them, the ends among them."""
    inside = sorted({min(max(place, low), high) for place in places if low - 10 <= place <= high + 10} | {low, high})
    step = (high - low) / 40
    kept = [inside[0]]
    for place in inside[1:-1]:
        if place - kept[-1] > step:
            kept.append(place)
    return list(dict.fromkeys([*kept, inside[-1]]))


def _overlap(pairs: Integers, low: Integers, high: Integers) -> tuple[Numbers, Numbers]:
    """For each pair and each box: whether they meet, and whether the pair holds the box, as 0 or 1."""
    start, end = pairs[:, :1], pairs[:, 1:]
    meets = (low[None, :] < end - 1) & (high[None, :] > start + 1)
    inside = (low[None, :] >= start - 1) & (high[None, :] <= end + 1)
    return meets.astype(np.float32), (meets & inside).astype(np.float32)
