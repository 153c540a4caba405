"""What a rule finds before it is merged with what others find, and how lines are cut and stand to each other."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from builder.screenshots.inspect.field_labels import folded
from builder.screenshots.inspect.words import Line
from builder.screenshots.model import Box, Secret, SecretKind

BESIDE = 22  # text heights: how far right of its label a value can stand
BELOW = 3.2  # text heights


@dataclass(frozen=True, slots=True)
class Find:
    """A secret before it is merged with others; `value` is kept only as long as it takes to make its fingerprint."""

    kind: SecretKind
    box: Box
    why: str
    value: str = ""

    def sealed(self) -> Secret:
        return Secret(self.kind, self.box, self.why, fingerprint(self.value) if self.value else "")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of characters without a space, and where in its line it stands."""

    line: Line
    text: str
    start: int

    @property
    def box(self) -> Box:
        return self.line.part(self.start, self.start + len(self.text))


def fingerprint(value: str) -> str:
    """The SHA-256, in hex, of a value's letters and digits in lower case: to know a leak without keeping it."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", value).casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def tokens(line: Line) -> list[Token]:
    """The tokens of a line; "UID:123" is two, an address or a time stays whole."""
    found: list[Token] = []
    for match in re.finditer(r"\S+", line.word.text):
        text, start = match.group(), match.start()
        cut = re.match(r"^([^\W\d_][^:：=@/]*)[:：=](?!/)(?=.)", text)
        if cut:
            found.append(Token(line, text[: cut.end()], start))
            text, start = text[cut.end() :], start + cut.end()
        found.append(Token(line, text, start))
    return found


def value_regions(label: Box) -> tuple[Box, Box]:
    """Where the value of a label can stand: to its right, and below it."""
    height = label.height
    right = Box(label.right, label.top - height // 4, label.right + BESIDE * height, label.bottom + height // 4)
    below = Box(label.left - 2 * height, label.bottom, label.left + 26 * height, label.bottom + round(BELOW * height))
    return right, below


def first_right_of(label: Line, lines: Sequence[Line]) -> Line | None:
    box = label.word.box
    beside = [
        line
        for line in lines
        if line is not label
        and same_row(line.word.box, box)
        and -0.3 * box.height <= line.word.box.left - box.right <= BESIDE * box.height
        # Icons and single marks between a label and its value are no answer to it.
        and len(folded(line.word.text)) > 1
    ]
    return min(beside, key=lambda line: line.word.box.left, default=None)


def first_below(label: Line, lines: Sequence[Line]) -> Line | None:
    box = label.word.box
    below = [
        line
        for line in lines
        if line is not label
        and -0.4 * box.height <= line.word.box.top - box.bottom <= BELOW * box.height
        and line.word.box.left - box.right < 0
        and (
            abs(line.word.box.left - box.left) <= 2.5 * box.height
            or line.word.box.left <= box.left < line.word.box.right
        )
        and len(folded(line.word.text)) > 1
    ]
    return min(below, key=lambda line: (line.word.box.top, abs(line.word.box.left - box.left)), default=None)


def first_above(label: Line, lines: Sequence[Line]) -> Line | None:
    box = label.word.box
    above = [
        line
        for line in lines
        if line is not label
        and -0.4 * box.height <= box.top - line.word.box.bottom <= 1.2 * box.height
        and abs(line.word.box.left - box.left) <= 1.5 * box.height
        and len(folded(line.word.text)) > 1
    ]
    return max(above, key=lambda line: line.word.box.bottom, default=None)


def same_row(one: Box, two: Box) -> bool:
    overlap = min(one.bottom, two.bottom) - max(one.top, two.top)
    return 2 * overlap >= min(one.height, two.height)


def wrapped_under(line: Line, lines: Iterable[Line]) -> Line | None:
    """The line that may go on with what a line holds: right under it, without a space but between single letters."""
    box = line.word.box
    for other in lines:
        under, pieces = other.word.box, other.word.text.split()
        if (
            abs(under.left - box.left) <= box.height
            and -0.4 * box.height <= under.top - box.bottom <= 0.9 * box.height
            and (len(pieces) == 1 or all(len(piece) == 1 for piece in pieces))
        ):
            return other
    return None
