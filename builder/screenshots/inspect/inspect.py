"""Look at every downloaded picture once: codes, words, marks, and from these the places to be covered.

Fails closed: a picture that could not be looked at has no `Inspection`, and without one it enters no document.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np
from PIL import Image, ImageFile, ImageOps

from builder.problems import Place, Problem
from builder.processes import end_with_parent, fresh
from builder.screenshots.inspect.marks import find_marks
from builder.screenshots.inspect.record import Rules, from_json, to_json
from builder.screenshots.inspect.seeing import everything_on
from builder.screenshots.inspect.words import (
    INSTALL,
    CannotInspect,
    Line,
    ToolMissing,
    without_repeats,
)
from builder.screenshots.model import Box, Inspection, Screenshot, Secret, Word

HIDDEN = "•••"
FORMATS = ("PNG", "JPEG", "WEBP")
_MAX_PICTURES = 60  # for one process: the reader's engine is said to lose memory
_MAX_SECONDS = 600  # for one picture, by the clock: two of work took over 120 on a machine that was busy with others


class TooLarge(CannotInspect):
    """A picture has more pixels than may be decoded."""


@dataclass(frozen=True, slots=True)
class Task:
    """A picture to inspect, and the place in a guide to name when that fails."""

    screenshot: Screenshot
    rules: Rules
    place: Place


Report = Callable[[int, int, str], None]  # done, total, name of the picture
Keep = Callable[[int, Inspection], None]  # the task's number, what was seen


def open_original(data: bytes, pixel_limit: int) -> tuple[Image.Image, Box]:
    """A picture turned as its EXIF says and flattened on white, as RGB without metadata; and its content box.

    Raises `TooLarge` before anything is decoded, `CannotInspect` when it can't be decoded.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches this on for a whole process
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a decompression bomb; our own limit is lower and raises.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > pixel_limit:
                    megapixels = opened.width * opened.height / 1e6
                    raise TooLarge(f"it has {megapixels:.0f} megapixels; the limit is {pixel_limit / 1e6:.0f}")
                opened.load()
                turned = ImageOps.exif_transpose(opened).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise TooLarge("it has far too many pixels") from error
    except CannotInspect:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, MemoryError) as error:
        raise CannotInspect("it can't be decoded as a picture") from error
    flat = Image.new("RGBA", turned.size, "white")
    flat.alpha_composite(turned)
    return _without_metadata(flat.convert("RGB")), _content(np.asarray(turned))


def _without_metadata(image: Image.Image) -> Image.Image:
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _content(pixels: Any) -> Box:
    """The picture (height, width, RGBA of 8 bits) without its letterbox, be that transparent or of one colour."""
    height, width = pixels.shape[:2]
    top, bottom = _letterbox(pixels), _letterbox(pixels[::-1])
    if top + bottom >= height:
        return Box(0, 0, width, height)
    columns = pixels[top : height - bottom].transpose(1, 0, 2)
    return Box(_letterbox(columns), top, width - _letterbox(columns[::-1]), height - bottom)


def _letterbox(rows: Any) -> int:
    """How many rows at the beginning are transparent or, give or take two shades, of the first pixel's colour.

    Rows of one colour count only if they end at an edge as long as they are: the blank margin of a page does not.
    """
    transparent = rows[0, 0, 3] == 0
    first = rows[0, 0].astype(np.int16)
    for number, row in enumerate(rows):
        differs = row[:, 3] > 0 if transparent else (np.abs(row.astype(np.int16) - first) > 2).any(axis=1)
        if differs.any():
            return number if transparent or differs.mean() > 0.6 else 0
    return len(rows) if transparent else 0


def inspect(data: bytes, *, sha256: str, rules: Rules) -> Inspection:
    """Everything seen on a picture. The words that lie in a secret are already replaced by dots.

    Raises `CannotInspect` and its kinds.
    """
    image, content = open_original(data, rules.pixel_limit)
    marks = find_marks(image, rules.colour)
    lines, covered = everything_on(image, marks, rules)
    words = tuple(concealed(line, covered) for line in without_repeats(lines))
    return Inspection(sha256, image.size, content, words, marks, covered)


def concealed(line: Line, secrets: Sequence[Secret]) -> Word:
    """The line as a word, with every run of characters that reaches into a secret replaced by dots."""
    word = line.word
    hiding = [secret.box for secret in secrets if _shares_row(word.box, secret.box)]
    if not hiding:
        return word
    parts = re.split(r"(\s+|(?<=[:：=]))", word.text)
    said: list[str] = []
    start = 0
    for part in parts:
        end = start + len(part)
        hidden = bool(part.strip()) and any(_reaches_into(line.part(start, end), box) for box in hiding)
        said.append(HIDDEN if hidden else part)
        start = end
    return Word("".join(said), word.box, word.score)


def _shares_row(one: Box, two: Box) -> bool:
    overlap = min(one.bottom, two.bottom) - max(one.top, two.top)
    return one.meets(two) and 3 * overlap >= min(one.height, two.height)


def _reaches_into(part: Box, secret: Box) -> bool:
    # A box's margin also reaches over the last pixels of the label before it.
    overlap = part.within(secret).width
    return overlap > part.height or 2 * overlap > part.width


def inspect_many(
    tasks: Sequence[Task],
    *,
    report: Report | None = None,
    keep: Keep | None = None,
    seconds: float = _MAX_SECONDS,
    workers: int = 0,
) -> tuple[tuple[Inspection | None, ...], tuple[Problem, ...]]:
    """The inspection of each task in its order, None where it failed, and a problem for each that failed.

    Works in `workers` processes (0: one per core), each on one thread. A picture that takes longer than `seconds`
    is given up, and its process ended: a reader that hangs in native code can't be stopped otherwise. What was seen
    goes to `keep` at once, so that what ends this process costs no more than the pictures at work.
    """
    results: dict[int, Inspection] = {}
    problems: dict[int, Problem] = {}
    waiting = list(range(len(tasks)))[::-1]
    crew: list[_Worker] = []
    count = min(workers or os.cpu_count() or 1, len(tasks))
    try:
        while waiting or any(worker.task is not None for worker in crew):
            crew = [worker for worker in crew if worker.serves() or worker.task is not None]
            while len(crew) < count and waiting:
                crew.append(_Worker())
            for worker in crew:
                if worker.task is None and waiting:
                    worker.give(waiting.pop(), tasks, seconds)
            for worker in _answered(crew):
                number, answer = worker.take(tasks, seconds)
                if answer is None:
                    continue
                if isinstance(answer, Problem):
                    problems[number] = answer
                else:
                    results[number] = answer
                    if keep is not None:
                        keep(number, answer)
                if report is not None:
                    report(len(results) + len(problems), len(tasks), tasks[number].place.file)
            if any(problem.code == "I01" for problem in problems.values()):
                break  # what is not installed for one picture is installed for none
    finally:
        for worker in crew:
            worker.dismiss()
    missing = next((problem for problem in problems.values() if problem.code == "I01"), None)
    if missing is not None:
        return tuple(results.get(number) for number in range(len(tasks))), (missing,)
    return tuple(results.get(number) for number in range(len(tasks))), tuple(problems[n] for n in sorted(problems))


class _Worker:
    """A process that inspects one picture after the other, and the picture it is busy with."""

    def __init__(self) -> None:
        context = fresh()
        self.line: Connection
        self.line, other_end = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(other_end,), daemon=True)
        self.process.start()
        other_end.close()
        self.task: int | None = None
        self.deadline = 0.0
        self.looked_at = 0

    def serves(self) -> bool:
        # On a busy machine a killed process lives on for a while; its line is closed all the same.
        return not self.line.closed and self.process.is_alive()

    def give(self, number: int, tasks: Sequence[Task], seconds: float) -> None:
        self.task = number
        self.deadline = time.monotonic() + seconds
        try:
            self.line.send(tasks[number])
        except (BrokenPipeError, OSError):
            self.deadline = 0.0  # it died before it began; `take` says so

    def take(self, tasks: Sequence[Task], seconds: float) -> tuple[int, Inspection | Problem | None]:
        """The answer for the picture at work: an inspection, or the problem; None while there is none."""
        number = self.task
        if number is None:
            return 0, None
        place = tasks[number].place
        try:
            if self.line.poll():
                answer: Inspection | Problem | None = self._understood(self.line.recv(), place)
            elif not self.process.is_alive():
                answer = _crashed(place)
            elif time.monotonic() >= self.deadline:
                answer = _too_slow(place, seconds)
            else:
                answer = None
        except (EOFError, OSError):
            answer = _crashed(place)
        if answer is not None:
            self.task = None
            self.looked_at += 1
        if self.looked_at >= _MAX_PICTURES or (isinstance(answer, Problem) and answer.code in ("I04", "I05")):
            self.dismiss()
        return number, answer

    def _understood(self, message: tuple[str, str], place: Place) -> Inspection | Problem:
        word, text = message
        return from_json(text) if word == "ok" else _failed(place, word, text)

    def dismiss(self) -> None:
        self.process.kill()
        self.process.join(5)
        self.line.close()


def _answered(crew: Sequence[_Worker]) -> list[_Worker]:
    """The workers that have answered, died or run out of time, waiting until there is one."""
    busy = [worker for worker in crew if worker.task is not None]
    if not busy:
        return []
    left = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
    by_source: Mapping[Any, _Worker] = {worker.line: worker for worker in busy} | {
        worker.process.sentinel: worker for worker in busy
    }
    ready = wait(list(by_source), timeout=left)
    late = [worker for worker in busy if time.monotonic() >= worker.deadline]
    return list(dict.fromkeys([*(by_source[source] for source in ready), *late]))


def _work(line: Connection) -> None:
    """The life of a worker: tasks in, answers out, until the line is closed."""
    end_with_parent()
    while True:
        try:
            task: Task = line.recv()
        except (EOFError, OSError):
            return
        line.send(_answer(task))


def _answer(task: Task) -> tuple[str, str]:
    """("ok", JSON) or (problem code, message). Messages never hold anything that was read on the picture."""
    try:
        data = task.screenshot.path.read_bytes()
        if hashlib.sha256(data).hexdigest() != task.screenshot.sha256:
            return "I06", "the downloaded file is not what was downloaded: its digest differs"
        return "ok", to_json(inspect(data, sha256=task.screenshot.sha256, rules=task.rules))
    except ToolMissing as error:
        return "I01", str(error)
    except TooLarge as error:
        return "I03", str(error)
    except CannotInspect as error:
        return "I02", str(error)
    except OSError as error:
        return "I02", f"it can't be read: {error.strerror or type(error).__name__}"
    except Exception as error:  # whatever goes wrong, the picture stays out and the others go on
        return "I05", f"the inspection failed with {type(error).__name__}"


_HINTS = {
    "I01": f"run: {INSTALL}",
    "I02": "download it again (`handbook build --refresh`), or save it anew as PNG",
    "I03": "scale the picture down, or raise the limit in the configuration",
    "I05": "please report it with the picture's address; until then the guide prints without this picture",
    "I06": "delete the download folder and build again",
}


def _failed(place: Place, code: str, message: str) -> Problem:
    if code == "I01":
        return Problem(place, code, f"no picture can be inspected, so none is printed: {message}", _HINTS[code])
    return Problem(place, code, f"the picture could not be inspected and is not printed: {message}", _HINTS[code])


def _too_slow(place: Place, seconds: float) -> Problem:
    message = f"the picture could not be inspected within {seconds:.0f} seconds and is not printed"
    return Problem(place, "I04", message, "build again when the machine has less to do, or scale the picture down")


def _crashed(place: Place) -> Problem:
    message = "the picture could not be inspected and is not printed: the process that read it ended"
    return Problem(place, "I05", message, "free some memory (a reader takes about 900 MB) and build again")
