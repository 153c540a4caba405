"""Double spaces, quotes and dashes: what is wrong and, in the same breath, how it reads when it is right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.checks.finding import Finding
from builder.guides.prose import Prose

_SPACES = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_QUOTE = re.compile(r"[\"']")
_DASH = re.compile(r"(?<=\S) (-{1,3}|–) (?=\S)|(?<=\w)(---?)(?=\w)")
_OPENS_AFTER = frozenset(" \t([{—–/-")
_MARKS = "*_"


@dataclass(frozen=True, slots=True)
class Edit:
    """Columns of a line, from 0 and half-open, and what belongs there instead."""

    code: str
    line: int
    start: int
    end: int
    new: str


def edits(lines: Sequence[str], prose: Prose) -> list[Edit]:
    """What typography would have changed, in order."""
    found: list[Edit] = []
    for number, stretches in prose.stretches.items():
        if not stretches:
            continue
        line = lines[number - 1]
        found += [edit for edit in _edits(number, line) if prose.holds(number, edit.start, edit.end)]
    return sorted(found, key=lambda edit: (edit.line, edit.start))


def _edits(number: int, line: str) -> Iterator[Edit]:
    for match in _SPACES.finditer(line):
        yield Edit("L06", number, match.start(), match.end(), " ")
    for match in _QUOTE.finditer(line):
        yield Edit("L07", number, match.start(), match.end(), _curly(line, match.start()))
    for match in _DASH.finditer(line):
        spaced = match.group(1) is not None
        start, end = match.span(1 if spaced else 2)
        yield Edit("L08", number, start, end, "—" if spaced else " — ")


def _curly(line: str, at: int) -> str:
    """The typographic quote for the straight one at a column, by what stands before it."""
    before = line[:at].rstrip(_MARKS)
    after = line[at + 1 :].lstrip(_MARKS)
    marked = len(before) < at
    opens = (not before or before[-1] in _OPENS_AFTER) and bool(after) and not after[0].isspace()
    if marked and before and not before[-1].isspace():
        opens = False  # **"Submit"** ends with marks before the quote, but they follow a word
    if line[at] == '"':
        return "“" if opens else "”"
    # '90s and 'em have an apostrophe although nothing stands before it.
    return "‘" if opens and "'" in after and not after[0].isdigit() else "’"


def findings(lines: Sequence[str], prose: Prose) -> Iterator[Finding]:
    """One finding a rule and line, at the first place."""
    said: set[tuple[str, int]] = set()
    for edit in edits(lines, prose):
        if (edit.code, edit.line) not in said:
            said.add((edit.code, edit.line))
            yield Finding(edit.line, edit.start + 1, edit.code, _MESSAGES[edit.code])


_MESSAGES = {
    "L06": "two spaces stand between words",
    "L07": "a straight quote stands where a typographic one belongs",
    "L08": "this dash is not the one that the guides use",
}
