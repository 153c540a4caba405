"""Whether a picture shows some words: OCR as it is, with misread letters, wrapped labels and all.

Letters that readers of pictures take for one another count as one. A label is looked for word by word, in lines and
in lines joined with the ones they run on into; longer labels may differ in a few letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from builder.screenshots.model import Box, Inspection, Word

_WORD = re.compile(r"[^\W_]+")
_ALIKE = str.maketrans({"l": "i", "1": "i", "|": "i", "j": "i", "0": "o"})
_FREE = 1 / 6  # the share of a label's letters that may be misread
_MIN_FREE = 6  # letters below which none may be: "Save" and "Name" are two labels
_SHORT = 6  # words up to which a line is a name rather than a sentence
_MAX_LINES = 3  # of which a wrapped label consists


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be read on a picture: its lines, and lines joined as they wrap, each as a list of words."""

    lines: tuple[tuple[str, ...], ...]
    words: frozenset[str]
    names: frozenset[str]  # words of short lines: titles, buttons, fields
    flat: str  # all lines, each written together: what is not in here stands nowhere letter by letter

    def shows(self, label: str) -> bool:
        """Whether the label stands on the picture."""
        return self.reads(label) or any(self._resembles("".join(form)) for form in _forms(label))

    def hints_at(self, label: str) -> bool:
        """Whether each of its words stands somewhere on the picture: its place may be covered by a mark."""
        words = _words(label)
        return len(words) > 1 and all(self.has(word) for word in words)

    def has(self, word: str) -> bool:
        """Whether a single word stands on the picture."""
        return all(
            part in self.words or any(within(part, other, _free(part)) for other in self.words if _free(part))
            for part in _words(word)
        )

    def names_with(self, word: str) -> bool:
        """Whether a single word stands in a title, on a button, at a field: not in the midst of a sentence."""
        return all(part in self.names for part in _words(word))

    def reads(self, label: str) -> bool:
        """Whether the label stands on the picture letter by letter."""
        wanted = ["".join(form) for form in _forms(label)]
        return any(one in self.flat and any(_in_line(line, one, 0) for line in self.lines) for one in wanted)

    def _resembles(self, wanted: str) -> bool:
        free = _free(wanted)
        return free > 0 and any(_in_line(line, wanted, free) for line in self.lines)


def sight_of(inspection: Inspection) -> Sight:
    """What can be read on an inspected picture."""
    return _sight(inspection.words)


def sight_of_lines(lines: Sequence[str]) -> Sight:
    """The same of lines that were not read on a picture and do not run on into one another."""
    words = (Word(text, Box(0, 1000 * at, 1, 1000 * at + 1), 1.0) for at, text in enumerate(lines))
    return _sight(tuple(words))


@lru_cache(maxsize=1024)
def _sight(shown: tuple[Word, ...]) -> Sight:
    lines = [_words(word.text) for word in shown]
    joined = tuple(line for line in (*lines, *_joined(shown)) if line)
    words = frozenset(word for line in lines for word in line)
    names = frozenset(word for line in lines if len(line) <= _SHORT for word in line)
    return Sight(joined, words, names, "\n".join("".join(line) for line in joined))


def _joined(words: Sequence[Word]) -> list[tuple[str, ...]]:
    """Lines run on into the one below or beside them."""
    ordered = sorted(words, key=lambda word: word.box.top)
    found: list[tuple[str, ...]] = []
    for position, word in enumerate(ordered):
        chain = [word]
        for later in ordered[position + 1 :]:
            last = chain[-1].box
            if later.box.top > last.bottom + last.height or len(chain) == _MAX_LINES:
                break
            if _runs_on(last, later.box):
                chain.append(later)
                found.append(_together(chain))
            elif later.box.top <= word.box.bottom:
                found += [_together(pair) for pair in ((word, later), (later, word)) if _is_beside(*pair)]
    return found


def _together(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(part for word in words for part in _words(word.text))


def _runs_on(upper: Box, lower: Box) -> bool:
    """Whether a line may be the next of a paragraph: just below, and set flush or centred with the one above."""
    near = -upper.height // 3 <= lower.top - upper.bottom <= upper.height
    flush = abs(lower.left - upper.left) <= upper.height * 2
    centred = abs(lower.left + lower.right - upper.left - upper.right) <= upper.height * 2
    return near and (flush or centred)


def _is_beside(left: Word, right: Word) -> bool:
    one, other = left.box, right.box
    level = abs(one.top + one.bottom - other.top - other.bottom) <= one.height
    return level and 0 <= other.left - one.right <= 2 * one.height


def _words(text: str) -> tuple[str, ...]:
    """The words of a text in the form in which they are compared."""
    return _normal_words(text)


@lru_cache(maxsize=20_000)
def _normal_words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return tuple(word.translate(_ALIKE) for word in _WORD.findall(plain))


def _forms(label: str) -> list[tuple[str, ...]]:
    """The label, and the label without what it says in brackets: (Recommended), (2FA)."""
    forms = [_words(label)]
    bare = re.sub(r"\s*\([^()]*\)\s*$", "", label)
    if bare and bare != label:
        forms.append(_words(bare))
    return [form for form in forms if form]


def _free(wanted: str) -> int:
    """How many letters of a word or label may be misread."""
    return max(1, int(len(wanted) * _FREE)) if len(wanted) >= _MIN_FREE else 0


def _in_line(line: Sequence[str], wanted: str, free: int) -> bool:
    """Whether some words in a row, written together, are the wanted ones but for `free` letters."""
    for start in range(len(line)):
        run = ""
        for word in line[start:]:
            run += word
            if len(run) > len(wanted) + free:
                break
            if len(run) >= len(wanted) - free and (run == wanted or (free and within(run, wanted, free))):
                return True
    return False


def within(one: str, other: str, most: int) -> bool:
    """Whether two words differ by at most so many letters put in, left out or exchanged."""
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        above, row[0] = row[0], count
        for column, target in enumerate(other, 1):
            above, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, above + (letter != target))
        if min(row) > most:
            return False
    return row[-1] <= most
