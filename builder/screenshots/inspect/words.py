"""Read the words on a picture, with the place of every character. The only user of rapidocr; needs no network.

The reader's models come inside its wheel. Two of its habits are switched off: the test for lines that stand on
their head, which turned long sentences of real screenshots upside down and would do the same to a key, and the
batching of lines, which pads short ones to the longest and costs a quarter of the time on a single thread.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from builder.screenshots.model import Box, Word

INSTALL = 'python -m pip install "rapidocr>=3.10,<4" "onnxruntime>=1.20" "zxing-cpp>=3,<4"'

_LONGEST_SIDE = 2000  # px: what the detector takes at once; larger pictures are shrunk to it
_TILE = 1800  # px: the side of a part of a larger picture, read at its full size
_OVERLAP = 200  # px between neighbouring tiles
_GUTTER = 24  # px between regions on a sheet; even, so that places on it divide by the scale
_WORTH_TILING = 1.3  # how much a picture must be shrunk before its parts are looked at as well
_LEAST_CANVAS = 600  # px: smaller pictures are put on ground of their own colour
_SMALL = 700_000  # pixels: a picture no larger than this is looked at enlarged as well
_FEW_LINES = 15  # with fewer, a picture may hold others that the detector missed for want of company
_COMPANY = "Read Only Trade Withdraw Confirm 0123456789 Settings Dashboard"
_LEAST_SIDE = 8  # px: nothing can be written on less
_SURE = 0.5  # score below which a line is taken for an icon or a pattern
_SURE_WHEN_CLOSE = 0.3  # the same on a closer look at a place where a value is expected


class CannotInspect(Exception):
    """A picture could not be looked at; it must then enter no document. The message says why."""


class ToolMissing(CannotInspect):
    """What inspection needs is not installed; `INSTALL` is the command that mends it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A word (a line of text) with the left and right pixel of each of its characters, half-open."""

    word: Word
    letters: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, word: Word) -> Line:
        """The line with its characters spread evenly: good to about one character in a proportional typeface."""
        count = max(len(word.text), 1)
        edges = [word.box.left + word.box.width * index // count for index in range(count + 1)]
        return cls(word, tuple(pairwise(edges)))

    def part(self, start: int, end: int) -> Box:
        """The box of the characters `start` up to `end`; at the line's ends it reaches to the line's own edges."""
        box = self.word.box
        left = box.left if start == 0 else self.letters[start][0]
        right = box.right if end >= len(self.word.text) else self.letters[end - 1][1]
        return Box(left, box.top, max(right, left + 1), box.bottom)


def read_lines(image: Image.Image) -> tuple[Line, ...]:
    """The lines of a picture, top to bottom; a large picture is read in parts as well, a small one enlarged as well.

    A line may be there twice when both looks saw it: what one look misread the other may have got right.
    """
    if min(image.size) < _LEAST_SIDE:
        return ()
    lines = _look(image)
    if image.width * image.height <= _SMALL:
        lines += _read(image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS), 2, _SURE)
    if max(image.size) > _LONGEST_SIDE * _WORTH_TILING:
        # What was found on the shrunk picture is read again at full size; what was lost in it is looked for in parts.
        lines += read_closer(image, [piece for line in lines for piece in _pieces(line.word.box)], 1)
        for tile in _tiles(image.size):
            lines += [_moved(line, tile.left, tile.top) for line in _look(image.crop(tile))]
    return _in_order(lines)


def read_closer(image: Image.Image, regions: Sequence[Box], scale: int = 2) -> tuple[Line, ...]:
    """What a second look at enlarged regions shows, in the picture's pixels; keeps what is barely readable.

    The regions are read from one sheet, because the detector enlarges a narrow strip by itself to many times its
    size: nine strips by themselves took longer than five whole pictures.
    """
    frame = Box(0, 0, *image.size)
    wanted = [region.within(frame) for region in regions]
    waiting = [region for region in wanted if min(region.width, region.height) >= _LEAST_SIDE]
    lines: list[Line] = []
    while waiting:
        sheet: list[tuple[Box, int]] = []  # the regions and their tops on the sheet
        bottom = 0
        while waiting and (not sheet or bottom + waiting[0].height * scale <= _LONGEST_SIDE):
            region = waiting.pop(0)
            sheet.append((region, bottom))
            bottom += region.height * scale + _GUTTER
        lines += _read_sheet(image, sheet, bottom, scale)
    return _in_order(lines)


def _read_sheet(image: Image.Image, sheet: list[tuple[Box, int]], height: int, scale: int) -> Iterator[Line]:
    paper = Image.new("RGB", (max(region.width for region, _ in sheet) * scale, height), (128, 128, 128))
    for region, top in sheet:
        size = (region.width * scale, region.height * scale)
        paper.paste(image.crop(region).resize(size, Image.Resampling.LANCZOS), (0, top))
    for line in _read(paper, scale, _SURE_WHEN_CLOSE):
        middle = (line.word.box.top + line.word.box.bottom) * scale // 2
        region, top = next((place for place in reversed(sheet) if place[1] <= middle), sheet[0])
        yield _moved(line, region.left, region.top - top // scale)


def without_repeats(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines less those that mostly repeat a surer one, for users who want every word once."""
    kept: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.word.score):
        box = line.word.box
        if not any(2 * box.within(other.word.box).area > min(box.area, other.word.box.area) for other in kept):
            kept.append(line)
    return _in_order(kept)


def _in_order(lines: list[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (line.word.box, line.word.text)))


def _tiles(size: tuple[int, int]) -> Iterator[Box]:
    width, height = size
    for top in _starts(height):
        for left in _starts(width):
            yield Box(left, top, min(left + _TILE, width), min(top + _TILE, height))


def _pieces(box: Box) -> Iterator[Box]:
    """The surroundings of a line, in parts no wider than a tile."""
    room = box.grown(box.height // 2)
    for left in range(room.left, max(room.right - _OVERLAP, room.left + 1), _TILE - _OVERLAP):
        yield Box(left, room.top, min(left + _TILE, room.right), room.bottom)


def _starts(length: int) -> range:
    return range(0, max(length - _OVERLAP, 1), _TILE - _OVERLAP)


def _moved(line: Line, x: int, y: int) -> Line:
    box = line.word.box
    moved = Box(box.left + x, box.top + y, box.right + x, box.bottom + y)
    letters = tuple((left + x, right + x) for left, right in line.letters)
    return Line(Word(line.word.text, moved, line.word.score), letters)


def _read(image: Image.Image, scale: int, least_score: float) -> list[Line]:
    """One look; `scale` is how much the picture was enlarged, by which the boxes are brought back."""
    pixels = np.ascontiguousarray(np.asarray(_on_canvas(image.convert("RGB")))[:, :, ::-1])
    found = _reader()(pixels, text_score=least_score)
    if found.boxes is None or found.txts is None:
        return []
    letters = found.word_results if found.word_results else [()] * len(found.txts)
    return [
        _line(str(text), corners, float(score), places, scale)
        for text, corners, score, places in zip(found.txts, found.boxes, found.scores, letters, strict=True)
    ]


def _look(image: Image.Image) -> list[Line]:
    """The lines of a picture at its own size."""
    lines = _read(image, 1, _SURE)
    return lines if len(lines) >= _FEW_LINES else lines + _read_in_company(image)


def _read_in_company(image: Image.Image) -> list[Line]:
    """The lines of a picture that is read with words of ours below it, which are left out again.

    The detector weighs a place by the whole picture: one key alone on an empty screen of 1920 by 1080 px it does not
    see, whatever its size, and sees at once when a row of other words is there.
    """
    corner = image.convert("L").getpixel((image.width - 1, image.height - 1))
    dark = isinstance(corner, int | float) and corner < 128
    paper = Image.new("RGB", (max(image.width, _LEAST_CANVAS), image.height + 60), "black" if dark else "white")
    paper.paste(image, (0, 0))
    draw, x = ImageDraw.Draw(paper), 20.0
    for word in _COMPANY.split():
        draw.text((x, image.height + 25), word, font=ImageFont.load_default(16), fill="white" if dark else "black")
        x += draw.textlength(word, font=ImageFont.load_default(16)) + 25
    return [line for line in _read(paper, 1, _SURE) if line.word.box.bottom <= image.height + 4]


def _on_canvas(image: Image.Image) -> Image.Image:
    """The picture at the upper left of a canvas that is large enough.

    The detector enlarges a picture until its shorter side has 736 px, and misses words in what was small and empty:
    of "API Key" above a bar, 700 by 200 px in all, it then saw nothing.
    """
    if min(image.size) >= _LEAST_CANVAS:
        return image
    size = (max(image.width, _LEAST_CANVAS), max(image.height, _LEAST_CANVAS))
    corner = image.getpixel((image.width - 1, image.height - 1))
    canvas = Image.new("RGB", size, corner)
    canvas.paste(image, (0, 0))
    return canvas


def _line(text: str, corners: Any, score: float, places: Any, scale: int) -> Line:
    xs, ys = [point[0] / scale for point in corners], [point[1] / scale for point in corners]
    box = Box(int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1)
    word = Word(text, box, round(score, 4))
    spans = [
        (int(min(point[0] for point in quad) / scale), int(max(point[0] for point in quad) / scale) + 1)
        for _, _, quad in places
    ]
    # The reader leaves out the places of spaces; when the rest does not match the text its places are no use.
    if len(spans) != sum(not letter.isspace() for letter in text):
        return Line.of(word)
    return Line(word, _with_spaces(text, spans, box))


def _with_spaces(text: str, spans: list[tuple[int, int]], box: Box) -> tuple[tuple[int, int], ...]:
    letters: list[tuple[int, int]] = []
    waiting = iter(spans)
    for letter in text:
        end = letters[-1][1] if letters else box.left
        letters.append((end, end) if letter.isspace() else next(waiting))
    return tuple(letters)


@lru_cache(maxsize=1)
def _reader() -> Any:
    """The reader, one per process: loading its models takes two seconds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import onnxruntime  # type: ignore[import-untyped, unused-ignore]
            from rapidocr import RapidOCR
    except ImportError as error:
        raise ToolMissing(f"the text reader is not installed ({error.name}); install it with: {INSTALL}") from error
    onnxruntime.set_default_logger_severity(4)
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": _LONGEST_SIDE,
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "Rec.rec_batch_num": 1,
            # One thread each: pictures are inspected in parallel, and the same sums in the same order give the
            # same words on every machine.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
