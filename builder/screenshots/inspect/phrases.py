"""Find recovery phrases: words of the BIP-39 lists, in a line, in lines, or in a grid with or without numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from statistics import median

from builder.screenshots.inspect.words import Line
from builder.screenshots.model import Box

_LANGUAGES = (
    "english", "spanish", "french", "italian", "portuguese", "czech", "chinese_simplified", "chinese_traditional",
    "japanese", "korean", "turkish", "russian",
)  # fmt: skip
_IN_A_ROW = 5  # words of a list one after the other in a line: no sentence has so many without "the" or "of"
_IN_A_SENTENCE = 7  # the same with other words before or after them
_IN_A_GRID = 6  # cells
_HAN_IN_A_ROW = 8
_APART = 0.82  # heights of the line from one Chinese character to the next; 0.7 where nothing parts them
_CELL = re.compile(r"^(?:#?\s?\d{1,2}\s?[.):、．-]?\s*|[（(]\d{1,2}[)）]\s*)?([^\W\d_]{1,10})$")
_NUMBERED = re.compile(r"^(?:#?\d{1,2}\s?[.):、．-]?\s*)([^\W\d_]{2,14})$")


@cache
def _lists() -> tuple[frozenset[str], ...]:
    from mnemonic import Mnemonic

    return tuple(frozenset(_plain(word) for word in Mnemonic(language).wordlist) for language in _LANGUAGES)


@cache
def _words() -> frozenset[str]:
    return frozenset().union(*_lists())


@cache
def _han() -> frozenset[str]:
    return frozenset(word for word in _words() if not word.isascii() and len(word) == 1)


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _is_seed_word(word: str) -> bool:
    return _plain(word) in _words()


def phrases_in(lines: Sequence[Line]) -> Iterator[tuple[Line, int, int]]:
    """The parts of lines (start, end) that belong to a recovery phrase."""
    loose: list[Line] = []
    for line in lines:
        spans = [(0, len(line.word.text))] if _is_spaced_han(line) else list(_runs(line.word.text))
        yield from ((line, start, end) for start, end in spans)
        if not spans:
            loose.append(line)
    phrase = [line.word.box for line in lines if _is_spaced_han(line) or any(_runs(line.word.text))]
    cells = [line for line in loose if _is_cell(line.word.text)]
    for group in _grids(cells):
        yield from ((line, 0, len(line.word.text)) for line in group)
    # What is left of the last line, below or above the others.
    for line in loose:
        words = re.findall(r"[^\W\d_]+", line.word.text)
        near = any(_is_next(line.word.box, box) for box in phrase)
        if words and near and all(_is_seed_word(word) for word in words) and line.word.text.islower():
            yield line, 0, len(line.word.text)


def _is_spaced_han(line: Line) -> bool:
    """Whether a line consists of Chinese characters of the list that stand apart, be the spaces read or not."""
    letters = [letter for letter in line.word.text if not letter.isspace() and not letter.isdigit() and letter != "."]
    known = sum(letter in _han() for letter in letters)
    if known < _HAN_IN_A_ROW or known < 0.85 * len(letters):
        return False
    spaced = len(line.word.text.split()) >= 0.8 * len(letters)
    return spaced or line.word.box.width >= _APART * line.word.box.height * len(letters)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where words of a list stand one after the other, with or without numbers between them."""
    run: list[re.Match[str]] = []
    for match in [*re.finditer(r"[^\W\d_]+|[^\w\s.,):、#-]", text), None]:
        if match is not None and _is_seed_word(match.group()) and not match.group().isupper():
            run.append(match)
            continue
        lower = sum(one.group().islower() for one in run)
        whole = run and not re.search(r"[^\W\d_]", text[: run[0].start()] + text[run[-1].end() :])
        if len(run) >= (_IN_A_ROW if whole else _IN_A_SENTENCE) and lower >= 0.8 * len(run) and _of_one_list(run):
            yield run[0].start(), run[-1].end()
        run = []


def _of_one_list(run: Sequence[re.Match[str]]) -> bool:
    words = {_plain(one.group()) for one in run}
    return any(words <= known for known in _lists())


def _is_cell(text: str) -> bool:
    match = _CELL.match(text.strip())
    if match is None:
        return False
    word = match.group(1)
    return (word.islower() or not word.isascii()) and (_is_seed_word(word) or _NUMBERED.match(text.strip()) is not None)


def _grids(cells: Sequence[Line]) -> Iterator[list[Line]]:
    """Cells that stand in rows and columns: of like height, each near others."""
    waiting = list(cells)
    while waiting:
        group = [waiting.pop()]
        for one in group:
            near = [other for other in waiting if _is_near(one.word.box, other.word.box)]
            group += near
            waiting = [other for other in waiting if other not in near]
        heights = median(line.word.box.height for line in group)
        alike = [line for line in group if 0.6 * heights <= line.word.box.height <= 1.6 * heights]
        if _different(alike) >= _IN_A_GRID:
            yield alike


def _different(lines: Sequence[Line]) -> int:
    return len({_plain(line.word.text) for line in lines})


def _is_near(one: Box, two: Box) -> bool:
    across, down = one.gaps(two)
    height = min(one.height, two.height)
    return across <= 10 * height and down <= 2.5 * height and (across == 0 or down == 0)


def _is_next(one: Box, two: Box) -> bool:
    across, down = one.gaps(two)
    return across == 0 and down <= 1.2 * min(one.height, two.height)
