"""Find recovery phrases: words of the BIP-39 lists, in a line, in lines, or in a grid with or without numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
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
    phrase: list[Box] = []
    for line in lines:
        spans = [(0, len(line.word.text))] if _is_whole(line) else list(_runs(line.word.text))
        yield from ((line, start, end) for start, end in spans)
        phrase += [line.word.box] if spans else []
        if not spans:
            loose.append(line)
    cells = [line for line in loose if _is_cell(line.word.text)]
    upright = [line for line in loose if _is_upright_han(line)]
    for group in _grids(cells):
        # One that was misread stands among the others.
        area = Box.around(line.word.box for line in group)
        among = [line for line in loose if area.holds(line.word.box) and _is_small(line.word.text)]
        among += [line for line in upright if _is_column_beside(area, line.word.box)]
        yield from ((line, 0, len(line.word.text)) for line in (*group, *(one for one in among if one not in group)))
    # What is left of the last line, below or above the others.
    for line in loose:
        words = re.findall(r"[^\W\d_]+", line.word.text)
        near = any(_is_next(line.word.box, box) for box in phrase)
        if words and near and all(_is_seed_word(word) for word in words) and line.word.text.islower():
            yield line, 0, len(line.word.text)


def _is_whole(line: Line) -> bool:
    return _is_spaced_han(line) or _is_words_run_together(line.word.text)


@lru_cache(maxsize=1024)
def _is_words_run_together(text: str) -> bool:
    """Whether a line is nothing but words of a list, wherever the reader saw spaces between or within them."""
    words = re.findall(r"[^\W\d_]+", text)
    letters = _plain("".join(words))
    if len(letters) < 30 or text.count(" ") < 4 or not all(word.islower() for word in words) or _LITTLE & {*words}:
        return False
    return letters.isascii() and any(_covered_by(known, letters) for known in _lists())


def _covered_by(known: frozenset[str], letters: str) -> bool:
    """Whether letters are words of a list one after the other, all but a tenth of them."""
    best = [(0, 0)]  # letters in words, and words, up to each place
    for end in range(1, len(letters) + 1):
        here = best[end - 1]
        for start in range(max(0, end - 9), end - 2):
            if letters[start:end] in known:
                here = max(here, (best[start][0] + end - start, best[start][1] + 1))
        best.append(here)
    return best[-1][0] >= 0.9 * len(letters) and best[-1][1] >= 8


def _is_spaced_han(line: Line) -> bool:
    """Whether a line consists of Chinese characters of the list that stand apart, be the spaces read or not."""
    letters = [letter for letter in line.word.text if not letter.isspace() and not letter.isdigit() and letter != "."]
    known = sum(letter in _han() for letter in letters)
    # Stars are read as one character again and again.
    if known < _HAN_IN_A_ROW or known < 0.85 * len(letters) or len({*letters}) < _HAN_IN_A_ROW / 2:
        return False
    spaced = len(line.word.text.split()) >= 0.8 * len(letters)
    return spaced or line.word.box.width >= _APART * line.word.box.height * len(letters)


def _is_upright_han(line: Line) -> bool:
    """Whether a line is a column of a phrase whose characters were read from top to bottom."""
    return line.word.box.height >= 1.5 * line.word.box.width and all(letter in _han() for letter in line.word.text)


def _is_column_beside(area: Box, column: Box) -> bool:
    across, _ = area.gaps(column)
    shared = min(area.bottom, column.bottom) - max(area.top, column.top)
    return across <= area.width and shared >= 0.6 * column.height


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where words of a list stand one after the other, with or without numbers between them.

    One among them may be misread, and what follows them up to the line's end belongs to them if it looks like them.
    """
    run: list[re.Match[str]] = []
    known = 0
    for match in [*re.finditer(r"[^\W\d_]+|[^\w\s.,):、#-]", text), None]:
        is_known = match is not None and not match.group().isupper() and _is_seed_word(match.group())
        is_doubtful = match is not None and bool(run) and match.group().islower() and match.group() not in _LITTLE
        if match is not None and (is_known or (is_doubtful and run[-1].end() < match.start() and _doubts(run) < 1)):
            run.append(match)
            known += is_known
            continue
        if known >= _IN_A_ROW and _is_phrase(run, text):
            yield run[0].start(), run[-1].end()
        run, known = [], 0


# What sentences have between their words, and no phrase has.
_LITTLE = frozenset(["the", "of", "and", "is", "are", "to", "in", "your", "with", "for", "on", "be", "not", "or", "it"])


def _doubts(run: Sequence[re.Match[str]]) -> int:
    """How many words at a run's end are in no list."""
    return next((n for n, one in enumerate(reversed(run)) if _is_seed_word(one.group())), len(run))


def _is_phrase(run: Sequence[re.Match[str]], text: str) -> bool:
    seeds = [one for one in run if _is_seed_word(one.group())]
    lower = sum(one.group().islower() for one in seeds)
    whole = not re.search(r"[^\W\d_]", text[: run[0].start()] + text[run[-1].end() :])
    least = _IN_A_ROW if whole else _IN_A_SENTENCE
    return len(seeds) >= max(least, 0.75 * len(run)) and lower >= 0.8 * len(seeds) and _of_one_list(seeds)


def _of_one_list(run: Sequence[re.Match[str]]) -> bool:
    """Whether nearly all words are of one list: a misread one may be of another."""
    words = {_plain(one.group()) for one in run}
    return any(len(words & known) >= 0.8 * len(words) for known in _lists())


def _is_small(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    return 0 < len(words) <= 3 and all(word.islower() for word in words)


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
