"""How much of a guide is read: bounds on its text, so that no guide can keep the builder busy or fill the memory.

Parsing and layout take longer than in proportion to what stands in one paragraph, one line or one word. Every bound
is some ten times what a long guide has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from builder.guides.blocks import Block, figures_in, spans_in
from builder.guides.files import MAX_BYTES

LINES = 1_500
PARAGRAPH = 10_000
WORD = 1_500
SIGNS = 300
MARKERS = 600
HEADINGS = 200
CELLS = 1_000
COLUMNS = 16
DEPTH = 6
INDENT = 100
PICTURES = 60
PRINTED = 2 * MAX_BYTES

_Excess = tuple[int, str]
"""A line and what is too much on it."""

_WORD = re.compile(rf"\S{{{WORD + 1},}}")
_MARKERS = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)))*")
_MARKER = re.compile(r">|[-+*]|\d+[.)]")
_HEADING = re.compile(r"[ \t>]*(?:#{1,6}(?:[ \t]|$)|(?:=+|-{2,})[ \t]*$)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_BACKTICKS = re.compile(r"`+")


def excess(source: str) -> Iterator[_Excess]:
    """What a text has more of than is read, each bound at most once, before anything is parsed."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > LINES:
        yield LINES + 1, f"the guide has {len(lines):,} lines; {LINES:,} are read at most"
    headings = [number for number, line in enumerate(lines, 1) if _HEADING.match(line)]
    if len(headings) > HEADINGS:
        yield headings[HEADINGS], f"the guide has {len(headings):,} headings; {HEADINGS:,} are read at most"
    markers = sum(map(_markers, lines))
    if markers > MARKERS:
        yield 0, f"the guide has {markers:,} list entries and lines of quotations; {MARKERS:,} are read at most"
    cells = source.count("|")
    if cells > CELLS:
        yield 0, f"the guide's tables have some {cells:,} cells; {CELLS:,} are read at most"
    yield from _first(_in_line(number, line) for number, line in enumerate(lines, 1))
    yield from _first(_in_paragraph(number, text) for number, text in _paragraphs(lines))


def excess_read(blocks: Sequence[Block]) -> Iterator[_Excess]:
    """What a parsed text has more of than is printed: addresses that are named once may be meant very often."""
    pictures = sum(1 for _ in figures_in(blocks))
    if pictures > PICTURES:
        yield 0, f"the guide has {pictures:,} pictures; {PICTURES:,} are shown at most"
    length = sum(len(span.text) + len(span.href) for _, spans in spans_in(blocks) for span in spans)
    if length > PRINTED:
        yield 0, f"the guide's text and addresses have {length:,} characters; {PRINTED:,} are printed at most"


def _first(found: Iterator[Sequence[_Excess]]) -> Iterator[_Excess]:
    yield from next((some for some in found if some), ())


def _markers(line: str) -> int:
    """How many signs of lists and quotations a line begins with."""
    markers = _MARKERS.match(line)
    return len(_MARKER.findall(markers[0])) if markers else 0


def _in_line(number: int, line: str) -> Sequence[_Excess]:
    control = _CONTROL.search(line)
    if control:
        return [(number, f"the line holds the control character U+{ord(control[0]):04X}")]
    if len(line) - len(line.lstrip()) > INDENT:
        return [(number, f"the line is indented by more than {INDENT} characters")]
    if _markers(line) > DEPTH:
        return [(number, f"lists and quotations stand in one another more than {DEPTH} deep")]
    if line.count("|") > COLUMNS:
        return [(number, f"the table has more than {COLUMNS} columns")]
    if _WORD.search(line):
        return [(number, f"a word or address has more than {WORD:,} characters")]
    return ()


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines without a blank one between them, with the number of the first."""
    for blank, group in groupby(enumerate(lines, 1), key=lambda each: not each[1].strip(" \t>")):
        if not blank:
            numbered = list(group)
            yield numbered[0][0], "\n".join(line for _, line in numbered)


def _in_paragraph(number: int, text: str) -> Sequence[_Excess]:
    if len(text) > PARAGRAPH:
        return [(number, f"the paragraph has {len(text):,} characters; {PARAGRAPH:,} are read at most")]
    counts = {name: text.count(sign) for name, sign in _SIGNS.items()}
    counts["runs of backticks"] = len(_BACKTICKS.findall(text))
    name, count = max(counts.items(), key=lambda each: each[1])
    if count > SIGNS:
        return [(number, f"the paragraph has {count:,} {name}; {SIGNS:,} are read at most")]
    return ()


_SIGNS = {
    "brackets": "[",
    "closing brackets": "]",
    "asterisks": "*",
    "underscores": "_",
    "signs <": "<",
    "signs &": "&",
}
