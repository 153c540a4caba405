"""Choose the part of a screenshot to print: the dialog, panel or menu that holds the marks, large enough to read.

The way: what do the marks mean (anchors), which words must be read (labels), which surface holds them (panel), does
it print large enough? If not, which smaller rectangle does, cuts nothing and keeps the title (view)? If none does, the
marks are shown in several views, as few as can be read.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from builder.screenshots.inspect.marks import GOLD, arrow_points
from builder.screenshots.model import Box, Crop, Mark, MarkKind, Word
from builder.screenshots.prepare.legible import (
    POINTS_PER_MM,
    PRINT,
    Print,
    comfortable_scale,
    is_legible,
    least_scale,
    room_scale,
)
from builder.screenshots.prepare.mark_targets import Arrow, labels_meant, pointed_at, written
from builder.screenshots.prepare.surfaces import (
    Mask,
    Pixels,
    coloured_surfaces,
    even_ground,
    even_surfaces,
    things_on,
    trim,
)
from builder.screenshots.prepare.type_size import type_sizes

Numbers = NDArray[np.float32]
Integers = NDArray[np.int64]


_MARGIN = 12  # px of a page's ground around what is on it
_CONTEXT = 6  # words besides the labels
_FLAT = 0.2  # height of a view as a part of its width under which it shows too little around a line of words
_LOW = 0.27  # the same for a view that has to show by itself where it is
_NEAR = 280  # px up or down (half across) in which a word tells something of what is marked
_SLIVER = 0.45  # up to this part of a word within an edge, nothing of it is shown
_STANDS_OUT = 1.2  # times the usual height of a word: a title
_EDGE_MM = 3.5  # ground beside what is shown
_LITTLE = 0.3  # of a view's height
_MENU = 560  # px: a picture no wider than this is a menu cut out by its author; it stays whole


def choose_crop(
    image: Image.Image,
    content: Box,
    words: Sequence[Word],
    marks: Sequence[Mark],
    *,
    colour: tuple[int, int, int] = GOLD,
    covers: Sequence[Box] = (),
    page: Print = PRINT,
) -> Crop:
    """The part of an RGB picture to print.

    `content` is the picture less its letterbox; `colour` is the colour of the marks, `covers` hide its secrets.
    """
    rgb = image.convert("RGB")
    pixels = np.asarray(rgb)
    trimmed = trim(pixels, content, _MARGIN)
    arrows = tuple(Arrow(mark.box, arrow_points(rgb, mark, colour)) for mark in marks if mark.kind is MarkKind.ARROW)
    drawn = tuple(mark.box for mark in marks if mark.kind is not MarkKind.ARROW)
    words = [word for word in written(words, marks) if content.meets(word.box)]
    labels = labels_meant(words, marks, arrows, covers)
    sizes = type_sizes(pixels, words, labels)
    if not marks:
        return Crop(trimmed, "nothing is marked: the whole picture")
    alone = [arrow.target for arrow in arrows if not pointed_at(arrow, [*drawn, *labels])]
    anchors = tuple(box.within(trimmed) for box in (*drawn, *labels, *alone))
    even = even_ground(pixels, trimmed)
    anchors = tuple(box for box in anchors if box.area)
    if not anchors:
        return Crop(trimmed, "the marks mean nothing on the screen: the whole picture", labels=labels, sizes=sizes)
    scene = _Scene(
        pixels=pixels,
        content=trimmed,
        words=tuple(word.box for word in words),
        names=tuple(word.box for word in words if sum(map(str.isalpha, word.text)) >= 3),
        things=things_on(even, trimmed, marks),
        anchors=anchors,
        labels=labels,
        sizes=sizes,
        vague=tuple(arrow.box.within(trimmed) for arrow in arrows if not any(arrow.way)),
        stubs=tuple(box for arrow in arrows if any(arrow.way) and (box := arrow.stub.within(trimmed)).area),
        page=page,
    )
    if content.width <= _MENU:
        crop = _menu(replace(scene, content=content), arrows)
    else:
        crop = _chosen(scene, _panel(pixels, even, scene, drawn))
    return replace(crop, slivers=_slivers(scene, (crop.box, *crop.more)))


def _menu(scene: _Scene, arrows: Sequence[Arrow]) -> Crop:
    """A menu whole, or its part with the marks where only that can stand beside its text."""
    whole = Crop(scene.content, "a narrow menu: the whole picture", labels=scene.labels, sizes=scene.sizes)
    narrow = replace(scene.page, column_mm=scene.page.narrow_mm - 2 * _EDGE_MM)
    if is_legible(scene.content, scene.sizes, narrow):
        return whole
    must = (*scene.anchors, *(arrow.box.within(scene.content) for arrow in arrows))
    box = _view(replace(scene, page=narrow), scene.content, must, least_scale(scene.sizes, narrow), _LOW)
    if box is None or _cut(scene, box):
        return whole
    return Crop(box, "the part of a menu that holds the marks", labels=scene.labels, sizes=scene.sizes)


def _chosen(scene: _Scene, panel: Box) -> Crop:
    if panel == scene.content:
        return _part(scene, panel) or _whole_panel(scene, panel) or _several(scene)
    return (
        _whole_panel(scene, _headed(scene, panel))
        or _whole_panel(scene, panel)
        or _part(scene, panel)
        or _several(scene)
    )


def _whole_panel(scene: _Scene, panel: Box) -> Crop | None:
    """The panel, if its labels print large enough."""
    panel = _with_whole_words(scene, panel)
    shown = Box.around([panel, *(box.grown(2) for box in (*scene.anchors, *scene.vague))]).within(scene.content)
    if not is_legible(shown, scene.sizes, scene.page):
        return None
    return Crop(shown, "the panel that holds the marks", labels=scene.labels, sizes=scene.sizes)


def _part(scene: _Scene, panel: Box) -> Crop | None:
    """The part of a panel that is too large: all marks, and the title or else enough to know where one is."""
    title = _title(scene, panel) or _first_name(scene, panel)
    if panel.height < _FLAT * panel.width:
        panel = scene.content
    least, wish = least_scale(scene.sizes, scene.page), comfortable_scale(scene.sizes, scene.page)
    whole = "the part of the panel that holds the marks and its title"
    tries = [(scale, (*scene.anchors, *((title,) if title else ())), whole) for scale in (wish, least)]
    tries.append((least, scene.anchors, "the part of the panel that holds the marks"))
    found = []
    for scale, must, why in tries:
        box = _view(scene, panel, must, scale, _FLAT)
        knows = box and (_oriented(scene, box) or (len(must) > len(scene.anchors)) or len(scene.anchors) > 2)
        if box and knows:
            box = _to_the_end(scene, box, panel, least)
            found.append(Crop(box, why, labels=scene.labels, sizes=scene.sizes))
    return min(found, key=lambda crop: len(_cut(scene, crop.box)), default=None)


def _to_the_end(scene: _Scene, box: Box, panel: Box, least: float) -> Box:
    """A part of a panel that leaves little of it above or below, with that too if it can still be read."""
    for wider in (box._replace(bottom=panel.bottom), box._replace(top=panel.top)):
        is_little = wider.height <= (1 + _LITTLE) * box.height and wider.contains(box)
        if is_little and room_scale(wider, scene.page.column_mm, scene.page) >= least:
            box = wider if len(_cut(scene, wider)) <= len(_cut(scene, box)) else box
    return box


def _oriented(scene: _Scene, box: Box) -> bool:
    """Whether a view holds enough besides what is marked for the reader to know it on the screen."""
    return sum(box.contains(word) and word not in scene.labels for word in scene.names) >= _CONTEXT


def _several(scene: _Scene) -> Crop:
    """As few views as show all marks large enough to read; where each lies on the screen, its locator tells."""
    groups: list[list[Box]] = []
    for anchor in sorted(scene.anchors, key=lambda anchor: (anchor.top, anchor.left)):
        home = next((group for group in groups if _group_view(scene, [*group, anchor])), None)
        if home is None:
            groups.append([anchor])
        else:
            home.append(anchor)
    views: list[Box] = []
    for group in groups:
        view = _group_view(scene, group) or Box.around(group).grown(_MARGIN).within(scene.content)
        views.append(_apart_from(view, views, Box.around(group)))
    views = list(dict.fromkeys(views))
    why = "too wide to read at once: a view for each group of marks" if len(views) > 1 else "what is around the marks"
    return Crop(views[0], why, tuple(views[1:]), scene.labels, scene.sizes)


def _group_view(scene: _Scene, group: Sequence[Box]) -> Box | None:
    sizes = scene.sizes_in(Box.around(group)) or scene.sizes
    least, wish = least_scale(sizes, scene.page), comfortable_scale(sizes, scene.page)
    return _view(scene, scene.content, group, wish, _LOW) or _view(scene, scene.content, group, least)


def _apart_from(view: Box, others: Iterable[Box], needed: Box) -> Box:
    """A view less what other views show already, as far as it must not show that itself."""
    for other in others:
        if not view.meets(other):
            continue
        cuts = [
            view._replace(top=min(max(view.top, other.bottom), needed.top)),
            view._replace(left=min(max(view.left, other.right), needed.left)),
            view._replace(bottom=max(min(view.bottom, other.top), needed.bottom)),
            view._replace(right=max(min(view.right, other.left), needed.right)),
        ]
        view = min(cuts, key=lambda cut: (cut.within(other).area, -cut.area))
    return view


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the choice of a crop looks at."""

    pixels: Pixels
    content: Box
    words: tuple[Box, ...]
    names: tuple[Box, ...]  # the words that are more than a counter or an icon
    things: tuple[Box, ...]  # icons, fields, buttons
    anchors: tuple[Box, ...]  # what must be in
    labels: tuple[Box, ...]
    sizes: tuple[float, ...]  # of the labels' type, px
    vague: tuple[Box, ...]  # arrows that point nowhere we know of: they are shown whole
    stubs: tuple[Box, ...]  # what is shown of the others at least
    page: Print

    def sizes_in(self, box: Box) -> list[float]:
        """The sizes of the labels in a part of the screen."""
        return [size for label, size in zip(self.labels, self.sizes, strict=True) if box.contains(label)]


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


def _cut(scene: _Scene, box: Box) -> list[Box]:
    """The words that a box has only a part of."""
    return [word for word in scene.words if box.meets(word.shrunk(1)) and not box.grown(2).contains(word)]


def _with_whole_words(scene: _Scene, panel: Box) -> Box:
    """A panel of which a line cuts off a row, such as its title's, with that row."""
    grown = panel
    for word in _cut(scene, panel):
        edge = panel.top if word.top < panel.top else panel.bottom
        if panel.left <= word.left and word.right <= panel.right and _goes_on(scene, panel, edge):
            grown = grown.union(Box(panel.left, word.top - _MARGIN, panel.right, word.bottom + _MARGIN))
    return grown.within(scene.content)


def _goes_on(scene: _Scene, panel: Box, edge: int) -> bool:
    """Whether above and below an edge the ground has one colour."""
    strips = [scene.pixels[max(edge + by, 0) : edge + by + 4, panel.left + 24 : panel.right - 24] for by in (-9, 5)]
    if not all(strip.size for strip in strips):
        return False
    one, other = (np.median(strip.reshape(-1, 3), axis=0) for strip in strips)
    return bool(np.abs(one - other).max() <= 5)


def _slivers(scene: _Scene, boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Words and things of which an edge leaves so little that it is better left out."""
    found = []
    for box in boxes:
        for thing in (*scene.words, *scene.things):
            inside = thing.grown(2).within(box)
            crosses = inside.area and not box.grown(1).contains(thing)
            is_sliver = crosses and inside.area <= _SLIVER * thing.grown(2).area
            if is_sliver and not any(inside.meets(kept) for kept in (*scene.anchors, *scene.labels)):
                found.append(inside)
    return tuple(dict.fromkeys(found))


def _headed(scene: _Scene, panel: Box) -> Box:
    """A panel without a title of its own, and the heading of the page right above it."""
    if _title(scene, panel):
        return panel
    heights = [word.height for word in scene.words if panel.holds(word)]
    headings = [
        word
        for word in scene.names
        if panel.left <= word.left + 8
        and word.left <= panel.left + panel.width // 4
        and word.right <= panel.right
        and 0 <= panel.top - word.bottom <= 110
        and heights
        and word.height >= 0.9 * statistics.median(heights)
    ]
    if not headings:
        return panel
    headed = panel.union(max(headings, key=lambda word: (word.height, -word.top)).grown(4))
    return headed if len(_cut(scene, headed)) <= len(_cut(scene, panel)) else panel


def _title(scene: _Scene, panel: Box) -> Box | None:
    """The word of a panel that stands out by its size, not below the first mark; None where none does."""
    inside = [word for word in scene.names if panel.holds(word)]
    first = min((box.bottom for box in scene.anchors), default=0)
    right = max((box.right for box in scene.anchors), default=panel.right)  # what stands beside has a title of its own
    above = [word for word in inside if word.top < first and word.left < right and word not in scene.labels]
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


def _view(scene: _Scene, panel: Box, must: Sequence[Box], scale: float, least_height: float = 0) -> Box | None:
    """The best rectangle in a panel around what must be in: cuts nothing, shows what is near, prints at a scale.

    Every rectangle whose sides run beside some word or thing is weighed. Whether one cuts a box depends on its left
    and right for the one half and on its top and bottom for the other, so that two small tables multiplied give
    the counts for all of them. None when no rectangle goes onto the page at that scale.
    """
    field = panel.grown(_MARGIN).within(scene.content)
    stubs = [stub for stub in scene.stubs if any(max(stub.gaps(box)) <= 30 for box in must)]
    needed = Box.around([*(box.grown(8) for box in must), *stubs]).within(field)
    words = [word.grown(3).within(scene.content) for word in scene.words]
    boxes = [*words, *scene.things, *scene.vague]
    sides = _pairs(field, needed, boxes, 0)
    ends = _pairs(field, needed, boxes, 1)
    table = np.array(boxes, dtype=np.int64).reshape(-1, 4)
    meets_x, inside_x = _overlap(sides, table[:, 0], table[:, 2])
    meets_y, inside_y = _overlap(ends, table[:, 1], table[:, 3])
    # A cut word costs most, a cut button something; a word that is in brings the more the nearer it is.
    weight = np.array([60.0] * len(words) + [4.0] * len(scene.things) + [8.0] * len(scene.vague), dtype=np.float32)
    near = np.zeros(len(boxes), dtype=np.float32)
    near[: len(words)] = [max(0.0, 1 - _apart(needed, word) / _NEAR) for word in words]
    score = (inside_x * (near + weight)) @ inside_y.T - (meets_x * weight) @ meets_y.T
    widths, heights = (sides[:, 1] - sides[:, 0]).astype(np.float32), (ends[:, 1] - ends[:, 0]).astype(np.float32)
    full = scene.page.column_mm * POINTS_PER_MM / max(scale, 0.01)  # px that fill the column
    score -= 4 * np.abs(widths - full)[:, None] / full + 3 * heights[None, :] / scene.content.height
    score[~_fits(scene.page, widths, heights, scale)] = -np.inf
    score[heights[None, :] < np.minimum(least_height * widths[:, None], field.height - 1)] = -np.inf
    best = int(np.argmax(score))
    if not np.isfinite(score.flat[best]):
        return None
    side, end = divmod(best, score.shape[1])
    return Box(int(sides[side, 0]), int(ends[end, 0]), int(sides[side, 1]), int(ends[end, 1]))


def _fits(page: Print, widths: Numbers, heights: Numbers, scale: float) -> NDArray[np.bool_]:
    """For every width and height of a crop in px, whether it goes onto the page at a scale."""
    across = page.column_mm * POINTS_PER_MM / scale if scale else np.inf
    down = page.tallest_mm * POINTS_PER_MM / scale if scale else np.inf
    fits: NDArray[np.bool_] = (widths <= across)[:, None] & (heights <= down)[None, :]
    return fits


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
