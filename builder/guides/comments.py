"""HTML comments in a guide: notes for authors that never print, and switch rules of the check off.

Everything else that looks like HTML is text and prints as text, so the parser's own HTML rules stay disabled; these
two rules know nothing but comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

OPENING, CLOSING = "<!--", "-->"
KIND = "comment"
_BEHIND_ROW = re.compile(r"\|\s*<!--((?:(?!-->).)*)-->\s*$")


@dataclass(frozen=True, slots=True)
class Comment:
    """What a comment says, and the lines on which it begins and ends."""

    text: str
    line: int
    last_line: int


def plugin(parser: Any) -> None:
    """Teaches a markdown-it parser to set comments apart as tokens of their own."""
    alternatives = {"alt": ["paragraph", "reference", "blockquote"]}
    parser.block.ruler.before("html_block", KIND, _block, alternatives)
    parser.inline.ruler.before("autolink", KIND, inline)


def found_in(tokens: Sequence[Any], lines: Sequence[str]) -> Iterator[Comment]:
    """The comments of a parsed text, in order; `lines` is its source."""
    for token in tokens:
        if token.type == KIND:
            yield Comment(token.content, token.map[0] + 1, token.map[1])
        if token.type == "table_open":
            yield from _behind_rows(lines, *token.map)
        for child in token.children or ():
            if child.type == KIND:
                line = token.map[0] + 1 + child.meta["line"]
                yield Comment(child.content, line, line + child.content.count("\n"))


def is_alone(children: Sequence[Any]) -> bool:
    """Whether a comment is all that stands in a line of text."""
    said = [child for child in children if child.type != KIND]
    return len(said) < len(children) and not any(child.content.strip() for child in said)


def _behind_rows(lines: Sequence[str], first: int, last: int) -> Iterator[Comment]:
    """Comments behind the last stroke of a table's rows, where the parser takes them for cells too many."""
    for number in range(first, min(last, len(lines))):
        found = _BEHIND_ROW.search(lines[number])
        if found and lines[number].lstrip().startswith("|"):
            yield Comment(found[1].strip(), number + 1, number + 1)


def _block(state: Any, start: int, end: int, silent: bool) -> bool:
    """A comment that has its lines to itself; it may stand between a sentence and a picture without joining them."""
    position = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith(OPENING, position):
        return False
    close = state.src.find(CLOSING, position + len(OPENING))
    last = start
    while last < end and state.eMarks[last] < close + len(CLOSING):
        last += 1
    if close < 0 or last >= end or state.src[close + len(CLOSING) : state.eMarks[last]].strip():
        return False
    if silent and state.parentType == "table" and "|" not in state.src[position:close]:
        return False  # above a row it parts no table; it is read as a row with nothing but the comment
    if not silent:
        token = state.push(KIND, "", 0)
        token.content = state.src[position + len(OPENING) : close].strip()
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def inline(state: Any, silent: bool) -> bool:
    """A comment within a line of text."""
    if not state.src.startswith(OPENING, state.pos):
        return False
    close = state.src.find(CLOSING, state.pos + len(OPENING))
    if close < 0:
        return False
    if not silent:
        token = state.push(KIND, "", 0)
        token.content = state.src[state.pos + len(OPENING) : close].strip()
        token.meta = {"line": state.src.count("\n", 0, state.pos)}
    state.pos = close + len(CLOSING)
    return True
