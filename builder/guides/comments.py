"""HTML comments in a guide: notes for authors that never print, and switch rules of the check off.

Everything else that looks like HTML is text and prints as text, so the parser's own HTML rules stay disabled; these
two rules know nothing but comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

OPENING, CLOSING = "<!--", "-->"
KIND = "comment"


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


def found_in(tokens: Sequence[Any]) -> Iterator[Comment]:
    """The comments of a parsed text, in order."""
    for token in tokens:
        if token.type == KIND:
            yield Comment(token.content, token.map[0] + 1, token.map[1])
        for child in token.children or ():
            if child.type == KIND:
                line = token.map[0] + 1 + child.meta["line"]
                yield Comment(child.content, line, line + child.content.count("\n"))


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
