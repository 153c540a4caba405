"""Read the words on a picture, with the place of every character. The only user of rapidocr; needs no network.

The reader's models come inside its wheel. They run on OpenVINO, which takes six tenths of the time of ONNX Runtime for
nearly the same words; where it can't be had, ONNX Runtime serves. Two of its habits are switched off: the test for
lines that stand on their head, which turned long sentences of real screenshots upside down and would do the same to a
key, and the batching of lines, which pads short ones to the longest and costs a quarter of the time on a single thread.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from builder.screenshots.model import Box, Word

INSTALL = 'python -m pip install "rapidocr>=3.10,<4" "onnxruntime>=1.20" "openvino>=2026.1" "zxing-cpp>=3,<4"'

_LONGEST_SIDE = 2000  # px: what the detector takes at once; larger pictures are shrunk to it
_TILE = 1800  # px: the side of a part of a larger picture, read at its full size
_OVERLAP = 200  # px between neighbouring tiles
_GUTTER = 24  # px between regions on a sheet; even, so that places on it divide by the scale
_WORTH_TILING = 1.3  # how much a picture must be shrunk before its parts are looked at as well
_MIN_CANVAS = 600  # px: smaller pictures are put on ground of their own colour
_SMALL = 700_000  # pixels: a picture no larger than this is looked at enlarged as well
_FEW_LINES = 15  # with fewer, a picture may hold others that the detector missed for want of company
_COMPANY = "Read Only Trade Withdraw Confirm 0123456789 Settings Dashboard"
_MIN_SIDE = 8  # px: nothing can be written on less
_SURE = 0.5  # score below which a line is taken for an icon or a pattern
_SURE_WHEN_CLOSE = 0.3  # the same on a closer look at a place where a value is expected
_DOUBTFUL = 0.8  # score below which a line may stand on its head, or be of a script the reader does not know
CERTAIN = 0.85  # score from which a line is what it says; smears are read as words, too, with less
_SPACE = 0.2  # heights of a line's box: what is narrower is the room between two letters
_A_COLUMN = 4  # letters
_BEYOND = 2.5  # heights of a line's box: what is wider at its ends is no icon beside it
_NEXT = 2  # px around letters


# Upright Latin letters are read as the wide ones of Chinese and Japanese; the colon stays, as labels end with it.
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if wide != 0xFF1A}


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


def without_spaces(line: Line, clear: Sequence[tuple[int, int]]) -> Line | None:
    """The line less the spaces for which there is no room, which the reader put into words; None if it has none such.

    `clear` are the columns without ink, as runs.
    """
    box, text = line.word.box, line.word.text
    room, near = _SPACE * box.height, round(0.4 * box.height)
    false = [
        index
        for index, letter in enumerate(text)
        if letter.isspace()
        and 0 < index < len(text) - 1
        and not any(
            end - start >= room
            and start <= line.letters[index + 1][0] + near
            and end >= line.letters[index - 1][1] - near
            for start, end in clear
        )
    ]
    if not false:
        return None
    kept = [index for index in range(len(text)) if index not in false]
    closed = "".join(text[index] for index in kept)
    return Line(Word(closed, box, line.word.score), tuple(line.letters[index] for index in kept))


def columns(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Letters that stand one below the other, each read by itself, as lines; their letters are as wide as the line."""
    if sum(len(line.word.text.strip()) == 1 for line in lines) < _A_COLUMN:
        return ()
    single = [line for line in without_repeats(tuple(lines)) if len(line.word.text.strip()) == 1]
    waiting = sorted(single, key=lambda line: line.word.box.top)
    found: list[Line] = []
    while waiting:
        pile = [waiting.pop(0)]
        for line in list(waiting):
            last, box = pile[-1].word.box, line.word.box
            beside = min(last.right, box.right) - max(last.left, box.left)
            if 2 * beside > min(last.width, box.width) and -0.5 * last.height <= box.top - last.bottom <= last.height:
                pile.append(line)
                waiting.remove(line)
        if len(pile) >= _A_COLUMN:
            box = Box.around(line.word.box for line in pile)
            text = "".join(line.word.text.strip() for line in pile)
            word = Word(text, box, min(line.word.score for line in pile))
            found.append(Line(word, ((box.left, box.right),) * len(text)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read on a picture, and the places where letters stand that could not be read."""

    lines: tuple[Line, ...] = ()
    unread: tuple[Box, ...] = ()


def read_lines(image: Image.Image) -> tuple[Line, ...]:
    """The lines of a picture, top to bottom."""
    return read(image).lines


def read(image: Image.Image) -> Reading:
    """The lines of a picture, top to bottom; a large picture is read in parts as well, a small one enlarged as well.

    A line may be there twice when both looks saw it: what one look misread the other may have got right.
    """
    if min(image.size) < _MIN_SIDE:
        return Reading()
    lines, unread = _look(image)
    if image.width * image.height <= _SMALL:
        twice = image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS)
        larger_lines, larger_unread = _read(twice, 2, _SURE)
        lines += larger_lines
        unread += larger_unread
    if max(image.size) > _LONGEST_SIDE * _WORTH_TILING:
        # What was found on the shrunk picture is read again at full size; what was lost in it is looked for in parts.
        lines += read_closer(image, [piece for line in lines for piece in _pieces(line.word.box)], 1)
        for tile in _tiles(image.size):
            seen_lines, seen_unread = _look(image.crop(tile))
            lines += [_moved(line, tile.left, tile.top) for line in seen_lines]
            unread += [box.moved(tile.left, tile.top) for box in seen_unread]
    sure = [
        line.word.box for line in lines if line.word.score >= CERTAIN and not _is_sparse(line.word.text, line.word.box)
    ]
    places = dict.fromkeys(box for box in unread if not any(2 * box.within(one).area > box.area for one in sure))
    return Reading(_in_order(lines), tuple(sorted(places, key=lambda box: (box.top, box.left, box))))


def read_closer(image: Image.Image, regions: Sequence[Box], scale: int = 2) -> tuple[Line, ...]:
    """What a second look at enlarged regions shows, in the picture's pixels; keeps what is barely readable.

    The regions are read from one sheet, because the detector enlarges a narrow strip by itself to many times its
    size: nine strips by themselves took longer than five whole pictures.
    """
    frame = Box(0, 0, *image.size)
    wanted = [region.within(frame) for region in regions]
    waiting = [region for region in wanted if min(region.width, region.height) >= _MIN_SIDE]
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


def read_faint(image: Image.Image, regions: Sequence[Box]) -> tuple[Line, ...]:
    """What regions with hardly any contrast show once it is stretched, twice as large."""
    bold = image.copy()
    for region in regions:
        part = region.within(Box(0, 0, *image.size))
        if part.area:
            bold.paste(ImageOps.autocontrast(image.crop(part).convert("L"), cutoff=1).convert("RGB"), part[:2])
    return read_closer(bold, regions)


def read_pieces(image: Image.Image, boxes: Sequence[Box]) -> tuple[Line, ...]:
    """Words read one by one, without being looked for; those that make no sense are left out."""
    wanted = [box for box in boxes if min(box.width, box.height) >= _MIN_SIDE]
    if not wanted:
        return ()
    pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
    said = _reader().recognize_txt([pixels[box.top : box.bottom, box.left : box.right] for box in wanted])
    return tuple(
        Line.of(Word(str(text).translate(_HALF_WIDTH), box, round(float(score), 4)))
        for box, text, score in zip(wanted, said.txts, said.scores, strict=True)
        if score >= _DOUBTFUL + 0.1 and text.strip()
    )


def _read_sheet(image: Image.Image, sheet: list[tuple[Box, int]], height: int, scale: int) -> Iterator[Line]:
    paper = Image.new("RGB", (max(region.width for region, _ in sheet) * scale, height), (128, 128, 128))
    for region, top in sheet:
        size = (region.width * scale, region.height * scale)
        paper.paste(image.crop(region).resize(size, Image.Resampling.LANCZOS), (0, top))
    for line in _read(paper, scale, _SURE_WHEN_CLOSE)[0]:
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
    return tuple(sorted(lines, key=lambda line: (line.word.box.top, line.word.box.left, line.word.box, line.word.text)))


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
    moved = line.word.box.moved(x, y)
    letters = tuple((left + x, right + x) for left, right in line.letters)
    return Line(Word(line.word.text, moved, line.word.score), letters)


def _read(image: Image.Image, scale: int, least_score: float) -> tuple[list[Line], list[Box]]:
    """One look: the lines, and the places of what could not be read.

    `scale` is how much the picture was enlarged, by which the boxes are brought back. The reader's steps are taken one
    by one, because as a whole it says nothing of the places where it read nothing.
    """
    pixels = np.ascontiguousarray(np.asarray(_on_canvas(image.convert("RGB")))[:, :, ::-1])
    reader = _reader()
    reader.update_params(text_score=least_score)
    prepared, record = reader.preprocess_img(pixels)
    try:
        crops, places = reader.detect_and_crop(prepared, record)
        said = reader.recognize_txt(crops)
    except _nothing_found():
        return [], []
    turned = _read_turned(reader, crops, said)
    corners = _mapped(places.boxes, record, pixels.shape)
    unread = [
        _box_of(quad, scale)
        for number, (quad, text, score) in enumerate(zip(corners, said.txts, said.scores, strict=True))
        if number not in turned and (score < _DOUBTFUL or _is_sparse(text, _box_of(quad, scale)))
    ]
    lines = [Line.of(Word(text, _box_of(corners[n], scale), score)) for n, (text, score) in turned.items()]
    found = reader.build_final_output(pixels, places, _no_turns(), said, crops, record)
    if found.boxes is None or found.txts is None:
        return lines, unread
    letters = found.word_results if found.word_results else [()] * len(found.txts)
    upright = {_box_of(corners[number], scale) for number in turned}
    for text, quad, score, spans in zip(found.txts, found.boxes, found.scores, letters, strict=True):
        line = _line(str(text), quad, float(score), spans, scale)
        if line.word.box not in upright:
            lines.append(line)
    return lines, unread


def _is_sparse(text: str, box: Box) -> bool:
    """Whether a line has room for far more letters than were read: those of a script the reader does not know."""
    letters = sum(not letter.isspace() for letter in text)
    long, high = max(box.width, box.height), max(min(box.width, box.height), 1)
    return letters < 0.6 * (long / high - 0.5)


def _read_turned(reader: Any, crops: Sequence[Any], said: Any) -> dict[int, tuple[str, float]]:
    """What doubtful lines say when they are turned round or, if they stand upright, laid out: by number, with scores.

    The reader lays an upright line on its side, one way only; letters that stand one below the other it does not know.
    """
    tries: list[tuple[int, Any]] = []
    for number, (crop, score) in enumerate(zip(crops, said.scores, strict=True)):
        if score < _DOUBTFUL and crop.shape[1] >= 1.5 * crop.shape[0]:
            tries.append((number, np.ascontiguousarray(crop[::-1, ::-1])))
    if not tries:
        return {}
    again = reader.recognize_txt([picture for _, picture in tries])
    found: dict[int, tuple[str, float]] = {}
    for (number, _), text, score in zip(tries, again.txts, again.scores, strict=True):
        best = max(float(said.scores[number]), found[number][1] if number in found else 0.0)
        if len(text.strip()) >= 4 and score > _DOUBTFUL and score > best + 0.1:
            found[number] = (str(text).translate(_HALF_WIDTH), round(float(score), 4))
    return found


def _mapped(quads: Any, record: Any, shape: tuple[int, ...]) -> Any:
    from rapidocr.utils.process_img import map_boxes_to_original

    return map_boxes_to_original(quads.copy(), record, shape[0], shape[1])


def _nothing_found() -> type[Exception]:
    from rapidocr.main import RapidOCRError

    return RapidOCRError


def _no_turns() -> Any:
    from rapidocr.ch_ppocr_cls import TextClsOutput

    return TextClsOutput()


def _look(image: Image.Image) -> tuple[list[Line], list[Box]]:
    """The lines of a picture at its own size, and what could not be read."""
    lines, unread = _read(image, 1, _SURE)
    return (lines, unread) if len(lines) >= _FEW_LINES else (lines + _read_in_company(image), unread)


def _read_in_company(image: Image.Image) -> list[Line]:
    """The lines of a picture that is read with words of ours below it, which are left out again.

    The detector weighs a place by the whole picture: one key alone on an empty screen of 1920 by 1080 px it does not
    see, whatever its size, and sees at once when a row of other words is there.
    """
    corner = image.convert("L").getpixel((image.width - 1, image.height - 1))
    dark = isinstance(corner, int | float) and corner < 128
    paper = Image.new("RGB", (max(image.width, _MIN_CANVAS), image.height + 60), "black" if dark else "white")
    paper.paste(image, (0, 0))
    draw, x = ImageDraw.Draw(paper), 20.0
    for word in _COMPANY.split():
        draw.text((x, image.height + 25), word, font=ImageFont.load_default(16), fill="white" if dark else "black")
        x += draw.textlength(word, font=ImageFont.load_default(16)) + 25
    return [line for line in _read(paper, 1, _SURE)[0] if line.word.box.bottom <= image.height + 4]


def _on_canvas(image: Image.Image) -> Image.Image:
    """The picture at the upper left of a canvas that is large enough.

    The detector enlarges a picture until its shorter side has 736 px, and misses words in what was small and empty:
    of "API Key" above a bar, 700 by 200 px in all, it then saw nothing.
    """
    if min(image.size) >= _MIN_CANVAS:
        return image
    size = (max(image.width, _MIN_CANVAS), max(image.height, _MIN_CANVAS))
    corner = image.getpixel((image.width - 1, image.height - 1))
    canvas = Image.new("RGB", size, corner)
    canvas.paste(image, (0, 0))
    return canvas


def _box_of(corners: Any, scale: int) -> Box:
    xs, ys = [point[0] / scale for point in corners], [point[1] / scale for point in corners]
    return Box(int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1)


def _line(text: str, corners: Any, score: float, places: Any, scale: int) -> Line:
    box = _box_of(corners, scale)
    text = text.translate(_HALF_WIDTH)
    word = Word(text, box, round(score, 4))
    spans = [
        (int(min(point[0] for point in quad) / scale), int(max(point[0] for point in quad) / scale) + 1)
        for _, _, quad in places
    ]
    # The reader leaves out the places of spaces; when the rest does not match the text its places are no use.
    if len(spans) != sum(not letter.isspace() for letter in text):
        return Line.of(word)
    return _as_far_as_read(Line(word, _with_spaces(text, spans, box)))


def _as_far_as_read(line: Line) -> Line:
    """A line without what stands in its box before its first or behind its last letter and is none, as a scribble."""
    if not line.letters:
        return line
    box, room = line.word.box, _BEYOND * line.word.box.height
    left, right = line.letters[0][0], line.letters[-1][1]
    left = left - _NEXT if left - box.left > room else box.left
    right = right + _NEXT if box.right - right > room else box.right
    if right - left <= box.height:
        return line
    return Line(Word(line.word.text, Box(left, box.top, right, box.bottom), line.word.score), line.letters)


def _with_spaces(text: str, spans: list[tuple[int, int]], box: Box) -> tuple[tuple[int, int], ...]:
    letters: list[tuple[int, int]] = []
    waiting = iter(spans)
    for letter in text:
        end = letters[-1][1] if letters else box.left
        letters.append((end, end) if letter.isspace() else next(waiting))
    return tuple(letters)


def engine() -> str:
    """The runtime that serves the reader, with its version."""
    for name in ("openvino", "onnxruntime"):
        if importlib.util.find_spec(name) is not None:
            return f"{name} {importlib.metadata.version(name)}"
    return "none"


@lru_cache(maxsize=1)
def _reader() -> Any:
    """The reader, one per process: loading its models takes two seconds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from rapidocr import RapidOCR
    except ImportError as error:
        raise ToolMissing(f"the text reader is not installed ({error.name}); install it with: {INSTALL}") from error
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    params = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.max_side_len": _LONGEST_SIDE,
        "Global.return_word_box": True,
        "Global.return_single_char_box": True,
        "Rec.rec_batch_num": 1,
    }
    return RapidOCR(params=params | _engine_params())


def _engine_params() -> dict[str, Any]:
    """OpenVINO where it works, else ONNX Runtime, each on one thread.

    Pictures are inspected in parallel, and the same sums in the same order give the same words on every machine.
    """
    from rapidocr.utils.typings import EngineType

    if engine().startswith("openvino"):
        try:
            import openvino

            openvino.Core().get_property("CPU", "FULL_DEVICE_NAME")
        except Exception:  # whatever its library lacks on this machine: the other engine serves
            logging.getLogger("RapidOCR").debug("OpenVINO can't be used here")
        else:
            return {
                "Det.engine_type": EngineType.OPENVINO,
                "Rec.engine_type": EngineType.OPENVINO,
                "EngineConfig.openvino.inference_num_threads": 1,
            }
    try:
        import onnxruntime  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise ToolMissing(f"the text reader is not installed ({error.name}); install it with: {INSTALL}") from error
    onnxruntime.set_default_logger_severity(4)
    return {
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
