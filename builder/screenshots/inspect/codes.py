"""Find QR codes and their kin on a picture, readable or not. The only user of zxing-cpp.

A smeared code still leaks: modules survive in patches, and what does not decode today may tomorrow. So a code is
looked for in three ways: decoded at several scales, reported by the decoder as found but unreadable, and by the
three concentric squares in the corners of every QR code, which we look for ourselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import hypot
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from builder.screenshots.inspect.words import INSTALL, ToolMissing
from builder.screenshots.model import Box

Grey = NDArray[np.int16]  # (height, width), 0 black to 255 white

_SCALES = (1.0, 0.5, 2.0)
_MAX_PIXELS = 30_000_000  # a picture is not enlarged beyond this
_CLOSE_SCALES = (2.0, 3.0, 4.0)  # for codes that were found but not read
_QUIET = 0.14  # of a code's side: how far its blank border can reach (4 of at least 29 modules)
_MARGIN = 3  # px beyond the blank border
_STRONG_BARS = {"EAN-13", "EAN-8", "UPC-A", "UPC-E", "Code 128", "Code 93", "PDF417", "Compact PDF417", "MaxiCode"}
_SPOT = 24  # of 255: the least step at the edge of a module, in the channel that differs most
_NEAR = (17, 17)  # px about a place in which edges are counted
_MIN_PATCH = 16  # px: no code is smaller
_PATCH_SCALES = (1, 2, 3)  # how much the picture is shrunk to see codes with large modules
_BUSY = 0.07  # share of pixels there that are edges, across and down
_MAX_CORNERS = 100  # codes have three, screens without one seven at most; to combine many hundreds takes minutes
CROWD = "crowd"  # the form of a picture with more corners than that: it is one place, and can't be read
_CONTRAST = 60  # grey levels between the modules and their ground, at least


@dataclass(frozen=True, slots=True)
class Code:
    """A code and, where it could be read, what it says. `box` covers all of it with its blank border."""

    box: Box
    form: str
    text: str = ""
    readable: bool = False


@dataclass(frozen=True, slots=True)
class _Corner:
    """A finder pattern: its centre and the width of one module, in pixels."""

    x: float
    y: float
    module: float


def find_codes(image: Image.Image) -> tuple[Code, ...]:
    """The codes on an RGB picture, top to bottom, each once. Raises `ToolMissing`."""
    grey = image.convert("L")
    pixels = np.asarray(grey).astype(np.int16)
    frame = Box(0, 0, *image.size)
    corners = _corners(pixels)
    if len(corners) > _MAX_CORNERS:
        return (Code(frame, CROWD),)
    decoded: list[Code] = []
    suspected: list[Box] = []
    for scale in _SCALES:
        if scale > 1 and grey.width * grey.height * scale * scale > _MAX_PIXELS:
            continue
        for code in _look(_resized(grey, scale), scale):
            if code.readable and _believable(code, pixels):
                decoded.append(code)
            elif not code.readable and _is_textured(pixels, code.box.within(frame)):
                suspected.append(code.box)
    suspected += _squares(pixels, corners)
    if min(image.size) >= _MIN_PATCH:
        suspected += _stripes(pixels)
        for scale in _PATCH_SCALES:
            suspected += _patches(_resized(image, 1 / scale), scale)
    found = _each_once(decoded)
    for box in _merged(box for box in suspected if not _is_known(box, found)):
        found += _looked_closer(image, box)
    boxed = [Code(_with_border(pixels, code).within(frame), code.form, code.text, code.readable) for code in found]
    return tuple(sorted(boxed, key=lambda code: (code.box.top, code.box.left, code.text)))


def _resized(grey: Image.Image, scale: float) -> Image.Image:
    if scale == 1:
        return grey
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return grey.resize(size, Image.Resampling.LANCZOS)


def _look(grey: Image.Image, scale: float, binarizers: tuple[str, ...] = ("LocalAverage",)) -> Iterator[Code]:
    """What the decoder reports, light on dark as well, in pixels of the picture before scaling."""
    zxing = _decoder()
    for binarizer in binarizers:
        seen = zxing.read_barcodes(
            grey, return_errors=True, text_mode=zxing.TextMode.Plain, binarizer=getattr(zxing.Binarizer, binarizer)
        )
        for code in seen:
            yield Code(_corner_box(code.position, scale), str(code.format), code.text, bool(code.valid))


def _decoder() -> Any:
    try:
        import zxingcpp
    except ImportError as error:
        raise ToolMissing(f"the code reader is not installed (zxingcpp); install it with: {INSTALL}") from error
    return zxingcpp


def _corner_box(position: Any, scale: float) -> Box:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    xs, ys = [point.x / scale for point in points], [point.y / scale for point in points]
    return Box(int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1)


def _believable(code: Code, pixels: Grey) -> bool:
    """Whether a decoded code is one: rows of letters pass for short bar codes without a check digit."""
    if _is_matrix(code.form):
        return True
    if not _is_striped(pixels, code.box):
        return False
    return code.form in _STRONG_BARS or len(code.text) >= 6


def _is_matrix(form: str) -> bool:
    return any(name in form for name in ("QR", "Aztec", "Matrix", "PDF417", "Maxi"))


def _is_striped(pixels: Grey, box: Box) -> bool:
    """Whether a box holds upright (or lying) bars: many changes along a line and the same ones a few pixels on."""
    part = _part(pixels, box.grown(3))
    if part.size == 0:
        return False
    for view in (part, part.T):
        middle = view.shape[0] // 2
        rows = view[max(0, middle - 3) : middle + 4]
        dark = rows < (int(rows.min()) + int(rows.max())) / 2
        changes = int((dark[0, 1:] != dark[0, :-1]).sum())
        same = float((dark == dark[0]).mean())
        if changes >= 20 and same > 0.93 and int(rows.max()) - int(rows.min()) >= _CONTRAST:
            return True
    return False


def _is_textured(pixels: Grey, box: Box) -> bool:
    """Whether every part of a box is busy with two tones, as a code's modules are and a dialog's words are not."""
    if min(box.width, box.height) < 12 or max(box.width, box.height) > 4 * min(box.width, box.height):
        return False
    part = _part(pixels, box)
    low, high = np.percentile(part, (5, 95))
    if high - low < _CONTRAST:
        return False
    dark = part < (low + high) / 2
    if not 0.2 < dark.mean() < 0.8:
        return False
    cells = [cell for row in np.array_split(dark, 5, axis=0) for cell in np.array_split(row, 5, axis=1)]
    return sum(bool(0.1 < cell.mean() < 0.9) for cell in cells) >= 22


def _squares(pixels: Grey, corners: Sequence[_Corner]) -> list[Box]:
    """The squares spanned by finder patterns: three at the corners of a code, or two where one was painted over."""
    boxes = [box for three in combinations(corners, 3) if (box := _square_of_three(three))]
    frame = Box(0, 0, pixels.shape[1], pixels.shape[0])
    for pair in combinations(corners, 2):
        if not any(_inside(corner, box) for corner in pair for box in boxes):
            candidates = [box.within(frame) for box in _squares_of_two(*pair)]
            boxes += [box for box in candidates if _is_textured(pixels, box)]
    return boxes


def _corners(pixels: Grey) -> list[_Corner]:
    """Places where dark and light alternate as 1:1:3:1:1 along a row and, through its middle, along the column.

    The picture is cut into two tones by one level at a time: codes are black on white wherever they stand. No more are
    looked for than show that there are too many.
    """
    found: list[_Corner] = []
    for level in (96, 128, 176):
        for tone in (pixels < level, pixels >= level):
            for corner in _corners_of(tone):
                if not any(hypot(corner.x - old.x, corner.y - old.y) < 2 * old.module for old in found):
                    found.append(corner)
                    if len(found) > _MAX_CORNERS:
                        return found
    return found


def _corners_of(dark: NDArray[np.bool_]) -> Iterator[_Corner]:
    columns = np.ascontiguousarray(dark.T)
    for y in range(0, dark.shape[0], 2):
        row = dark[y]
        edges = np.flatnonzero(row[1:] != row[:-1]) + 1
        if len(edges) < 6:
            continue
        runs = np.diff(edges)
        for index in _ratio_starts(runs):
            if not row[edges[index]]:
                continue
            module = float(runs[index : index + 5].sum()) / 7
            x = float(edges[index + 2] + edges[index + 3]) / 2
            centre = _middle_of_ratio(columns[int(x)], y, module)
            if centre is not None and _middle_of_ratio(dark[int(centre)], int(x), module) is not None:
                yield _Corner(x, centre, module)


def _ratio_starts(runs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where five runs in a row have lengths like 1:1:3:1:1, within half a module each."""
    if len(runs) < 5:
        return np.empty(0, dtype=np.intp)
    five = np.lib.stride_tricks.sliding_window_view(runs, 5).astype(np.float32)
    module = five.sum(axis=1, keepdims=True) / 7
    wrong = np.abs(five - module * np.array([1, 1, 3, 1, 1], dtype=np.float32))
    allowed = module * np.array([0.6, 0.6, 0.9, 0.6, 0.6], dtype=np.float32)
    return np.flatnonzero((wrong <= allowed).all(axis=1) & (module[:, 0] >= 1.4))


def _middle_of_ratio(line: NDArray[np.bool_], at: int, module: float) -> float | None:
    """The middle of the dark run through `at` if the runs about it are as a finder pattern's of that module."""
    if not line[at]:
        return None
    reach = int(6 * module) + 2
    start = max(0, at - reach)
    part = line[start : at + reach]
    edges = np.flatnonzero(part[1:] != part[:-1]) + 1 + start
    before, after = edges[edges <= at], edges[edges > at]
    if len(before) < 3 or len(after) < 3:
        return None
    runs = np.diff(np.concatenate([before[-3:], after[:3]]))
    size = float(runs.sum()) / 7
    if len(_ratio_starts(runs)) == 0 or not 0.7 < size / module < 1.4:
        return None
    return float(before[-1] + after[0]) / 2


def _square_of_three(corners: tuple[_Corner, ...]) -> Box | None:
    """The code whose three finder patterns these are, if they form a right angle with equal arms."""
    for corner, one, two in ((corners[i], corners[i - 1], corners[i - 2]) for i in range(3)):
        modules = (corner.module, one.module, two.module)
        if max(modules) > 1.5 * min(modules):
            continue
        a, b = (one.x - corner.x, one.y - corner.y), (two.x - corner.x, two.y - corner.y)
        arms = hypot(*a), hypot(*b)
        across = a[0] * b[0] + a[1] * b[1]
        module = sum(modules) / 3
        if min(arms) < 10 * module or max(arms) > 1.15 * min(arms) or abs(across) > 0.12 * arms[0] * arms[1]:
            continue
        fourth = (one.x + two.x - corner.x, one.y + two.y - corner.y)
        xs, ys = (corner.x, one.x, two.x, fourth[0]), (corner.y, one.y, two.y, fourth[1])
        half = 3.5 * module * (abs(a[0]) + abs(a[1])) / arms[0]  # a turned code's corner reaches further out
        return _rounded(min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)
    return None


def _squares_of_two(one: _Corner, two: _Corner) -> Iterator[Box]:
    """The upright codes that two finder patterns can belong to: on either side of them, or across."""
    module = (one.module + two.module) / 2
    if max(one.module, two.module) > 1.4 * min(one.module, two.module):
        return
    dx, dy = abs(one.x - two.x), abs(one.y - two.y)
    side, reach = max(dx, dy), 3.5 * module
    if not 13 * module <= side <= 175 * module:
        return
    left, top, right, bottom = min(one.x, two.x), min(one.y, two.y), max(one.x, two.x), max(one.y, two.y)
    if min(dx, dy) > 0.9 * side:
        yield _rounded(left - reach, top - reach, right + reach, bottom + reach)
    elif dy < 0.05 * side:
        yield _rounded(left - reach, top - reach, right + reach, top + side + reach)
        yield _rounded(left - reach, top - side - reach, right + reach, top + reach)
    elif dx < 0.05 * side:
        yield _rounded(left - reach, top - reach, left + side + reach, bottom + reach)
        yield _rounded(left - side - reach, top - reach, left + reach, bottom + reach)


def _rounded(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(int(left), int(top), int(right) + 1, int(bottom) + 1)


def _inside(corner: _Corner, box: Box) -> bool:
    return box.left <= corner.x < box.right and box.top <= corner.y < box.bottom


def _each_once(codes: Iterable[Code]) -> list[Code]:
    """One code for each text in each place; their boxes, which differ by the scale, are united."""
    kept: list[Code] = []
    for code in codes:
        same = [old for old in kept if old.text == code.text and old.box.meets(code.box)]
        for old in same:
            kept.remove(old)
            code = Code(old.box.union(code.box), old.form, old.text, True)
        kept.append(code)
    return kept


def _merged(boxes: Iterable[Box]) -> list[Box]:
    """Boxes that overlap become one: the decoder reports an unreadable code in pieces and several times."""
    merged: list[Box] = []
    for box in boxes:
        while touching := [other for other in merged if other.meets(box)]:
            for other in touching:
                merged.remove(other)
                box = box.union(other)
        merged.append(box)
    return merged


def _is_known(box: Box, codes: Iterable[Code]) -> bool:
    """Whether a suspected place is for the most part a code that was read; beside it in the place may be another."""
    return any(2 * box.within(code.box).area > box.area for code in codes)


def _looked_closer(image: Image.Image, box: Box) -> list[Code]:
    """What stands in a suspected place: the code read there, or one that nobody can read beside it."""
    read = _closer_look(image, box)
    if read is None:
        return [Code(box, "code")]
    if 2 * read.box.within(box).area <= box.area:
        return [read, Code(box, "code")]
    # What was suspected around it stays covered if it is a secret.
    return [Code(read.box.union(box), read.form, read.text, True)]


def _closer_look(image: Image.Image, box: Box) -> Code | None:
    """What an unreadable code says once it is enlarged by itself; a harmless one must not be masked for its size.

    In grey, and in each colour by itself: red on blue has next to no contrast in grey.
    """
    room = box.grown(max(box.width, box.height) // 6 + 4).within(Box(0, 0, *image.size))
    part = image.crop(room)
    planes = [part.convert("L")]
    if _is_coloured(part):
        planes += part.split()
    for plane, scale in ((plane, scale) for plane in planes for scale in _CLOSE_SCALES):
        if max(plane.size) * scale > 4000:
            continue
        for code in _look(_resized(plane, scale), scale, ("LocalAverage", "GlobalHistogram")):
            if code.readable and _is_matrix(code.form):
                return Code(code.box.moved(room.left, room.top), code.form, code.text, True)
    return None


def _is_coloured(part: Image.Image) -> bool:
    pixels = np.asarray(part).astype(np.int16)
    return float(np.ptp(pixels, axis=2).mean()) > 40


def _patches(image: Image.Image, scale: int) -> list[Box]:
    """The squarish patches that are busy all over with even spots, whatever their colours: what a code looks like.

    `scale` is how much the picture was shrunk, by which the boxes are brought back.
    """
    pixels = np.asarray(image)
    across = np.zeros(pixels.shape[:2], np.float32)
    down = np.zeros(pixels.shape[:2], np.float32)
    across[:, 1:] = _strongest(cv2.absdiff(pixels[:, 1:], pixels[:, :-1])) > _SPOT
    down[1:] = _strongest(cv2.absdiff(pixels[1:], pixels[:-1])) > _SPOT
    busy = np.minimum(cv2.blur(across, _NEAR), cv2.blur(down, _NEAR)) > _BUSY
    solid = cv2.morphologyEx(busy.astype(np.uint8), cv2.MORPH_OPEN, np.ones((15, 15), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    found = []
    for left, top, width, height, area in stats[1:count].tolist():
        box = Box(left, top, left + width, top + height)
        if (
            min(width, height) >= _MIN_PATCH + 4
            and max(width, height) <= 2.6 * min(width, height)
            and area >= 0.55 * box.area
        ):
            inner = _inked(pixels, box)
            if inner.area and _is_spotted(pixels[inner.top : inner.bottom, inner.left : inner.right]):
                found.append(Box(*(side * scale for side in inner)))
    return found


def _strongest(pixels: Any) -> Any:
    """The greatest channel of each pixel."""
    red, green, blue = cv2.split(pixels)
    return cv2.max(cv2.max(red, green), blue)


def _inked(pixels: Any, box: Box) -> Box:
    """The box narrowed to the rows and columns that hold edges."""
    part = _strongest(pixels[box.top : box.bottom, box.left : box.right]).astype(np.int16)
    rows = np.flatnonzero((np.abs(np.diff(part, axis=1)) > _SPOT).sum(axis=1) >= 3)
    columns = np.flatnonzero((np.abs(np.diff(part, axis=0)) > _SPOT).sum(axis=0) >= 3)
    if not len(rows) or not len(columns):
        return Box(0, 0, 0, 0)
    left, top = box.left + int(columns[0]), box.top + int(rows[0])
    return Box(left, top, box.left + int(columns[-1]) + 1, box.top + int(rows[-1]) + 1)


def _is_spotted(part: Any) -> bool:
    """Whether a patch has two tones that alternate in every row and every column, as between lines of text none do."""
    if min(part.shape[:2]) < 16:
        return False
    plane = part[..., int(np.argmax(part.reshape(-1, 3).std(axis=0)))]
    _, tones = cv2.threshold(np.ascontiguousarray(plane), 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if not 0.25 < float(tones.mean()) < 0.75 or np.ptp(plane) < _CONTRAST:
        return False
    level = (float(plane[tones == 0].mean()) + float(plane[tones == 1].mean())) / 2
    # Two tones only: what lies between them is the rim of a spot.
    between = float((np.abs(plane.astype(np.int16) - level) < 0.2 * np.ptp(plane)).mean())
    # Of a large one a part may be painted over; a small one is told from an icon by its number of spots.
    large = min(part.shape[:2]) >= 56
    busy = [
        float(
            (
                np.abs(np.diff(view.astype(np.int8), axis=1)).sum(axis=1)
                >= max(4, view.shape[1] / (28 if large else 16))
            ).mean()
        )
        for view in (tones, tones.T)
    ]
    return between < 0.35 and min(busy) >= (0.8 if large else 0.93)


def _stripes(pixels: Grey) -> list[Box]:
    """Upright bars of the same height, as many as no border or chart has: a bar code, or what is left of one."""
    across = np.zeros(pixels.shape, np.float32)
    across[:, 1:] = np.abs(np.diff(pixels, axis=1)) > _CONTRAST
    down = np.zeros(pixels.shape, np.float32)
    down[1:] = np.abs(np.diff(pixels, axis=0)) > _SPOT
    striped = (cv2.blur(across, (25, 5)) > 0.12) & (cv2.blur(down, (25, 5)) < 0.02)
    solid = cv2.morphologyEx(striped.astype(np.uint8), cv2.MORPH_OPEN, np.ones((9, 41), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    boxes = [Box(left, top, left + width, top + height) for left, top, width, height, _ in stats[1:count].tolist()]
    return [box.grown(8) for box in boxes if _is_striped(pixels, box) and _varies(pixels, box)]


def _varies(pixels: Grey, box: Box) -> bool:
    """Whether bars and gaps have three widths or more, unlike those of a hatching."""
    row = _part(pixels, box)[box.height // 2]
    dark = row < (int(row.min()) + int(row.max())) / 2
    widths, counts = np.unique(np.diff(np.flatnonzero(dark[1:] != dark[:-1])), return_counts=True)
    common = widths[counts >= 0.06 * counts.sum()]
    return len(common) >= 3 and int(common.max()) - int(common.min()) >= 3


def _with_border(pixels: Grey, code: Code) -> Box:
    """The code's box with the blank border around it, as far as it is blank, and a margin."""
    box = code.box.within(Box(0, 0, pixels.shape[1], pixels.shape[0]))
    furthest = max(2, round(max(box.width, box.height) * _QUIET))
    frame = Box(0, 0, pixels.shape[1], pixels.shape[0])
    tone: float | None = None  # of the border; what follows it may be blank too, but is no part of the code
    for side in range(4):
        for _ in range(furthest):
            strip = _beyond(box, side).within(frame)
            if not strip.area or not _is_blank(_part(pixels, strip), tone):
                break
            tone = float(np.median(_part(pixels, strip))) if tone is None else tone
            box = box.union(strip)
    return box.grown(_MARGIN)


def _beyond(box: Box, side: int) -> Box:
    """The one pixel wide strip just outside the left (0), top, right or bottom (3) side of a box."""
    left, top, right, bottom = box
    return (
        Box(left - 1, top, left, bottom),
        Box(left, top - 1, right, top),
        Box(right, top, right + 1, bottom),
        Box(left, bottom, right, bottom + 1),
    )[side]


def _is_blank(strip: Grey, tone: float | None) -> bool:
    return bool((np.abs(strip - (np.median(strip) if tone is None else tone)) < 40).mean() > 0.9)


def _part(pixels: Grey, box: Box) -> Grey:
    inside = box.within(Box(0, 0, pixels.shape[1], pixels.shape[0]))
    return pixels[inside.top : inside.bottom, inside.left : inside.right]
