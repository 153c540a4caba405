"""Choose the part of a screenshot to print: the dialog, panel or menu that holds the marks, large enough to read.

The way: what do the marks mean (anchors), which words must be read (labels), which surface holds them (panel), does
it print large enough? If not, which smaller rectangle does, cuts nothing and keeps the title (view)? If none does,
the surface becomes an overview and its parts become details.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from builder.screenshots.marks import GOLD, arrow_points
from builder.screenshots.model import Box, Crop, Mark, MarkKind, Word

POINTS_PER_MM = 72 / 25.4

Pixels = NDArray[np.uint8]  # (height, width, 3)
Mask = NDArray[np.uint8]  # (height, width): 0 or 1
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
_HEAD = 26  # px of an arrow that are shown at least
_SIGHT = 320  # px on an arrow's line in which it can mean something
_REACH = 60  # px around an arrow's tip in which it can mean something beside its line
_SURFACE = 3000  # px: the least area of an even surface that can be a panel
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
    trimmed = _trimmed(pixels, content)
    arrows = tuple(_Arrow(mark.box, arrow_points(rgb, mark, colour)) for mark in marks if mark.kind is MarkKind.ARROW)
    drawn = tuple(mark.box for mark in marks if mark.kind is not MarkKind.ARROW)
    # The reader of words takes an arrow for a letter now and then.
    words = [word for word in words if content.meets(word.box) and not _is_drawing(word.box, marks)]
    labels = _labels(words, marks, arrows)
    if not marks:
        return Crop(trimmed, "nothing is marked: the whole picture")
    if content.width <= _MENU:
        return Crop(content, "a narrow menu: the whole picture", labels=labels)
    alone = [arrow.target for arrow in arrows if not _ahead(arrow, [*drawn, *labels])]
    anchors = tuple(box.within(trimmed) for box in (*drawn, *labels, *alone))
    even = _even(pixels, trimmed)
    anchors = tuple(box for box in anchors if box.area)
    if not anchors:
        return Crop(trimmed, "the marks mean nothing on the screen: the whole picture", labels=labels)
    scene = _Scene(
        content=trimmed,
        words=tuple(word.box for word in words),
        names=tuple(word.box for word in words if sum(map(str.isalpha, word.text)) >= 3),
        things=_things(even, trimmed, marks),
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
    bounds = _bounds(group)
    return _view(scene, panel, group, [label for label in scene.labels if bounds.contains(label)], scene.page.least_pt)


def _readable(scene: _Scene, crop: Box, labels: Iterable[Box]) -> bool:
    page = scene.page
    width = most_width_mm(crop, column_mm=page.column_mm, tallest_mm=page.tallest_mm, sharpest_dpi=page.sharpest_dpi)
    return all(label_height_pt(label, crop, width) >= page.least_pt for label in labels)


@dataclass(frozen=True, slots=True)
class _Arrow:
    """An arrow and the way it points: (-1, 0 or 1 to the right; -1, 0 or 1 downwards)."""

    box: Box
    way: tuple[int, int]

    @property
    def tip(self) -> tuple[int, int]:
        middle = ((self.box.left + self.box.right) // 2, (self.box.top + self.box.bottom) // 2)
        ends = ((self.box.left, middle[0], self.box.right), (self.box.top, middle[1], self.box.bottom))
        return ends[0][self.way[0] + 1], ends[1][self.way[1] + 1]

    @property
    def target(self) -> Box:
        """The arrow's head and a little of what it points to."""
        x, y = self.tip
        x, y = x + 4 * self.way[0], y + 4 * self.way[1]
        return Box(x - 14, y - 14, x + 14, y + 14)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the choice of a crop looks at."""

    content: Box
    words: tuple[Box, ...]
    names: tuple[Box, ...]  # the words that are more than a counter or an icon
    things: tuple[Box, ...]  # icons, fields, buttons
    anchors: tuple[Box, ...]  # what must be in
    labels: tuple[Box, ...]
    arrows: tuple[_Arrow, ...]
    page: Print


def _is_drawing(word: Box, marks: Sequence[Mark]) -> bool:
    return any(mark.kind is MarkKind.ARROW and word.within(mark.box).area * 2 > word.area for mark in marks)


def _bounds(boxes: Iterable[Box]) -> Box:
    found = list(boxes)
    return Box(
        min(box.left for box in found),
        min(box.top for box in found),
        max(box.right for box in found),
        max(box.bottom for box in found),
    )


def _distance(one: Box, other: Box) -> int:
    """The gap between two boxes in px, the larger of across and down; 0 where they touch."""
    across = max(other.left - one.right, one.left - other.right, 0)
    down = max(other.top - one.bottom, one.top - other.bottom, 0)
    return max(across, down)


def _apart(one: Box, other: Box) -> int:
    """The gap between two boxes in px; across counts twice, since screens are lists more often than rows."""
    across = max(other.left - one.right, one.left - other.right, 0)
    down = max(other.top - one.bottom, one.top - other.bottom, 0)
    return max(2 * across, down)


def _centre(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _holds(outer: Box, inner: Box) -> bool:
    x, y = _centre(inner)
    return outer.left <= x < outer.right and outer.top <= y < outer.bottom


def _trimmed(pixels: Pixels, content: Box) -> Box:
    """The content without rows and columns of a single colour at its edges; a little of a page's own ground stays."""
    left, top, right, bottom = content
    view = pixels[top:bottom, left:right]
    if view.size == 0:
        return content
    rows, columns = _plain(view, 1), _plain(view, 0)
    if rows.all() or columns.all():
        return content
    top, bottom = _kept(view, rows)
    left, right = _kept(view.transpose(1, 0, 2), columns)
    return Box(content.left + left, content.top + top, content.left + right, content.top + bottom)


def _kept(lines: Pixels, plain: NDArray[np.bool_]) -> tuple[int, int]:
    """The first line to keep and the line after the last: all that is not plain, and a margin of the page's ground.

    A bar beside the page has another colour than the ground next to what is on the page, and goes.
    """
    busy = np.nonzero(~plain)[0]
    first, last = int(busy[0]), int(busy[-1])
    before = _same(lines, plain, first, range(first - 1, max(first - 1 - _MARGIN, -1), -1))
    after = _same(lines, plain, last, range(last + 1, min(last + 1 + _MARGIN, len(plain))))
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


def _labels(words: Sequence[Word], marks: Sequence[Mark], arrows: Sequence[_Arrow]) -> tuple[Box, ...]:
    """The words that the marks mean: inside frames, what arrows point to, captions directly above fields and bars."""
    boxes = [word.box for word in words if word.score >= 0.6 and sum(map(str.isalnum, word.text)) >= 2]
    bars = [mark.box for mark in marks if mark.kind is MarkKind.BAR]
    drawn = [mark.box for mark in marks if mark.kind is not MarkKind.ARROW]
    boxes = [box for box in boxes if not any(bar.within(box).area > box.area // 3 for bar in bars)]
    found: list[Box] = []
    for mark in marks:
        if mark.kind is MarkKind.FRAME:
            held = [box for box in boxes if _holds(mark.box, box)]
            found += held
            if _in_list(held, boxes):
                continue
        if mark.kind is not MarkKind.ARROW:
            found += _captions(mark.box, boxes, before=16 if mark.kind is MarkKind.FRAME else 160)
    for arrow in arrows:
        meant = _ahead(arrow, [*drawn, *boxes])
        if meant and meant not in drawn:
            found += [meant, *_captions(meant, boxes, before=16)]
    return tuple(sorted(dict.fromkeys(found), key=lambda box: (box.top, box.left)))


def _in_list(held: Sequence[Box], words: Sequence[Box]) -> bool:
    """Whether a framed word is an item of a list: words as far above it as below it begin where it begins."""
    if len(held) != 1:
        return False
    beside = [word.top - held[0].top for word in words if abs(word.left - held[0].left) <= 12 and word != held[0]]
    above, below = [-gap for gap in beside if gap < 0], [gap for gap in beside if gap > 0]
    return bool(above and below) and abs(min(above) - min(below)) <= 8


def _captions(field: Box, words: Sequence[Box], before: int) -> list[Box]:
    """The words directly above a field that begin where it begins, or up to `before` px to the left of it.

    A bar covers the end of a value whose beginning may show, so its caption begins farther left.
    """
    return [
        word
        for word in words
        if -word.height // 2 <= field.top - word.bottom <= max(word.height, 16)
        and word.bottom < field.bottom
        and -before <= word.left - field.left <= 48
    ]


def _ahead(arrow: _Arrow, boxes: Sequence[Box]) -> Box | None:
    """What an arrow points to: the first box on its line, else the nearest one in front of it; None far from any."""
    x, y = arrow.tip
    across = 1 if arrow.way[0] else 0  # the axis across the arrow's line; a diagonal arrow means what is nearest
    tip = (x, y)

    def ahead(box: Box) -> bool:
        # A diagonal arrow's tip is only a corner of its box, so a box need not begin ahead of it, only reach there.
        near, far = (0, 2) if not all(arrow.way) else (2, 0)
        starts = [
            box[axis + near] - tip[axis] if arrow.way[axis] > 0 else tip[axis] - box[axis + far] for axis in (0, 1)
        ]
        return all(start >= (0 if all(arrow.way) else -12) for start, way in zip(starts, arrow.way, strict=True) if way)

    def on_line(box: Box) -> bool:
        return not all(arrow.way) and box[across] - 6 <= tip[across] <= box[across + 2] + 6

    def effort(box: Box) -> float:
        gap = _distance(Box(x, y, x + 1, y + 1), box)
        if on_line(box):
            return gap if gap <= _SIGHT else math.inf
        # Beside the line: what stands right of an icon or check box names it, so what stands left of it counts less.
        reach = _REACH if all(arrow.way) else _REACH // 2
        return 1.5 * gap + 10 + (20 if box.right < x and arrow.way[1] else 0) if gap <= reach else math.inf

    if not any(arrow.way):
        return None
    meant = min((box for box in boxes if ahead(box)), key=effort, default=None)
    return meant if meant and math.isfinite(effort(meant)) else None


def _even(pixels: Pixels, content: Box) -> Mask:
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


def _regions(mask: NDArray[np.uint8], offset: Box, least: int, connectivity: int) -> list[Box]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    return [
        Box(left + offset.left, top + offset.top, left + width + offset.left, top + height + offset.top)
        for left, top, width, height, area in stats[1:count].tolist()
        if area >= least
    ]


def _things(even: Mask, content: Box, marks: Sequence[Mark]) -> tuple[Box, ...]:
    """Icons, buttons, fields: what is not even ground, as boxes, without the marks and without panels."""
    busy = 1 - even
    for mark in marks:
        x, y = mark.box.left - content.left, mark.box.top - content.top
        busy[max(y - 2, 0) : y + mark.box.height + 2, max(x - 2, 0) : x + mark.box.width + 2] = 0
    joined = np.asarray(cv2.dilate(busy, np.ones((3, 5), np.uint8)), dtype=np.uint8)
    found = _regions(joined, content, 20, 8)
    return tuple(box for box in found if box.width < content.width * 0.35 and box.height < content.height * 0.35)


def _panel(pixels: Pixels, even: Mask, scene: _Scene, drawn: Sequence[Box]) -> Box:
    """The smallest surface that holds all anchors and something above them, with its title; else the content."""
    core = _bounds(_inset(box, 10) for box in scene.anchors)
    outer = _bounds(scene.anchors).grown(3)
    flat = _regions(even, scene.content, _SURFACE, 4)
    surfaces = {*flat, *_coloured(pixels, scene.content, drawn or scene.anchors)}
    surfaces |= {_pile(surface, flat, scene.content) for surface in surfaces}
    for surface in sorted(surfaces, key=lambda box: (box.area, box)):
        if not surface.contains(core) or outer.contains(surface) or surface.area < 1.1 * core.area:
            continue
        if any(_holds(surface, word) and word not in scene.labels and word.top < core.top for word in scene.words):
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
    heights = [word.height for word in scene.words if _holds(panel, word)]
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


def _inset(box: Box, by: int) -> Box:
    across, down = min(by, box.width // 2 - 1), min(by, box.height // 2 - 1)
    return Box(box.left + across, box.top + down, box.right - across, box.bottom - down)


def _coloured(pixels: Pixels, content: Box, drawn: Sequence[Box]) -> list[Box]:
    """Surfaces of the colours around the marks.

    Even ground finds panels with a gradient and panels that only a line parts from the page, but leaks through a gap
    in an edge. Ground of one colour does not leak, and knows no gradients.
    """
    view = pixels[content.top : content.bottom, content.left : content.right]
    found = []
    for colour in _grounds(pixels, content, drawn):
        low, high = np.clip(colour - 4, 0, 255), np.clip(colour + 4, 0, 255)
        alike = np.asarray(cv2.inRange(view, low, high), dtype=np.uint8)
        found += _regions(alike, content, _SURFACE, 4)
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


def _edged(scene: _Scene, panel: Box, with_tails: bool) -> Box:
    """The panel with a margin, moved where it would cut a word of the page behind; with its arrows or their heads."""
    needed = _bounds([panel, *(box.grown(2) for box in scene.anchors)])
    wanted = needed.grown(_MARGIN)
    for arrow in scene.arrows:
        if with_tails:
            wanted = wanted.union(arrow.box.grown(6))
        needed = needed.union(_shown(arrow))
    wanted = wanted.union(needed).within(scene.content)
    needed = needed.within(scene.content)
    box = wanted
    for side in range(4):
        box = box._replace(**{box._fields[side]: _edge(scene, box, side, needed[side], wanted[side])})
    return box


def _shown(arrow: _Arrow) -> Box:
    """The part of an arrow that is shown at least."""
    x, y = arrow.tip
    back = Box(
        min(x, x - _HEAD * arrow.way[0]),
        min(y, y - _HEAD * arrow.way[1]),
        max(x, x - _HEAD * arrow.way[0]),
        max(y, y - _HEAD * arrow.way[1]),
    )
    return back.grown(12).within(arrow.box.grown(4))


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
    inside = [word for word in scene.names if _holds(panel, word)]
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
    above = [word for word in scene.names if _holds(panel, word) and word.top < first and word not in scene.labels]
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
    arrows = [arrow for arrow in scene.arrows if _points_into(arrow, must)]
    needed = _bounds([*(box.grown(8) for box in must), *(_shown(arrow) for arrow in arrows)]).within(field)
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


def _points_into(arrow: _Arrow, boxes: Iterable[Box]) -> bool:
    return any(_distance(arrow.target, box) <= 30 for box in boxes)


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
