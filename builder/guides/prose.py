"""Where in a source its prose stands, exactly: not code, not addresses, not comments, not front matter.

The parser itself says so: its inline rules are asked where they matched, so nothing here guesses at Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.guides import comments, orders

_NOTES = "prose"
_PROTECTED = ("backticks", "autolink", "escape", "entity", comments.KIND, orders.KIND)


@dataclass(frozen=True, slots=True)
class Alt:
    """A picture's alternative text in its source; `start` and `end` are columns from 0, half-open."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Prose:
    """Stretches of prose by line, as columns from 0, half-open; and the places of alternative texts."""

    stretches: Mapping[int, tuple[tuple[int, int], ...]]
    alts: tuple[Alt, ...]

    def holds(self, line: int, start: int, end: int) -> bool:
        """Whether some columns of a line are prose throughout."""
        return any(first <= start and end <= last for first, last in self.stretches.get(line, ()))


def prose_of(tokens: Sequence[Any], lines: Sequence[str]) -> Prose:
    """The prose of a text, from the tokens of a parser with `Noting`, and the text's lines."""
    stretches: dict[int, list[tuple[int, int]]] = {}
    alts: list[Alt] = []
    cursors: dict[int, int] = {}
    for token in tokens:
        if token.type != "inline" or not token.map:
            continue
        noted: _Notes = token.meta[_NOTES]
        for line, start, text, offset in _on_lines(token, lines, cursors):
            stretches.setdefault(line, []).extend(
                (start + first, start + last) for first, last in _open(noted.hidden, offset, offset + len(text))
            )
            alts += [
                Alt(line, start + first - offset, start + last - offset)
                for first, last in noted.pictures
                if offset <= first and last <= offset + len(text)
            ]
    return Prose({line: tuple(found) for line, found in stretches.items()}, tuple(alts))


def _on_lines(token: Any, lines: Sequence[str], cursors: dict[int, int]) -> Iterator[tuple[int, int, str, int]]:
    """Each line of an inline token: number, column, text, and where in the token's content it begins."""
    offset = 0
    for position, text in enumerate(token.content.split("\n")):
        number = token.map[0] + position
        if number < len(lines) and text:
            column = _column(lines[number], text, cursors.get(number, 0))
            if column >= 0:
                cursors[number] = column + len(text)
                yield number + 1, column, text, offset
        offset += len(text) + 1


def _column(line: str, text: str, cursor: int) -> int:
    """Where on its line the text stands; a paragraph's is the line's end, a cell's follows the cell before it."""
    bare = line.rstrip()
    if bare.endswith(text.rstrip()) and len(bare) - len(text.rstrip()) >= cursor:
        return len(bare) - len(text.rstrip())
    return line.find(text, cursor)


def _open(hidden: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What lies between `start` and `end` and is not hidden, counted from `start`."""
    at = start
    for first, last in sorted(hidden):
        if last <= at or first >= end:
            continue
        if first > at:
            yield at - start, first - start
        at = max(at, last)
    if at < end:
        yield at - start, end - start


@dataclass(slots=True)
class _Notes:
    """Of one inline text: which parts of it are hidden, and where the alternative texts in it stand."""

    hidden: list[tuple[int, int]] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)


class Noting:
    """Has a markdown-it parser note in each inline token where its rules matched; to be made last.

    Pictures, what stands in braces behind them, and line ends have in `meta["lines"]` the lines of the inline text on
    which they begin and end, from 0. `in_picture` tells whether a picture is being parsed just now.
    """

    def __init__(self, parser: Any) -> None:
        self.helpers = parser.helpers
        self.notes = _Notes()
        self.inside = 0
        self.in_picture = False
        rules = parser.inline.ruler
        # The parser gives out no rule by its name, only all that are enabled, which is what is wanted here.
        plain = {rule.name: rule.fn for rule in rules.__rules__}
        for name in _PROTECTED:
            rules.at(name, self._noting(plain[name]))
        parser.core.ruler.at("inline", self.parse)
        rules.at("newline", self._placing(plain["newline"]))
        rules.at("link", self._noting_link(plain["link"]))
        rules.at("image", self._noting_image(plain["image"]))

    def parse(self, state: Any) -> None:
        """The parser's own step that parses inline tokens, one after the other."""
        for token in state.tokens:
            if token.type == "inline":
                self.notes = token.meta[_NOTES] = _Notes()
                state.md.inline.parse(token.content, state.md, state.env, token.children)

    def _noting(self, rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
        def noting(state: Any, silent: bool) -> bool:
            start = state.pos
            matched = rule(state, silent)
            if matched and not silent and not self.inside:
                self.notes.hidden.append((start, state.pos))
                _place(state, start)  # an escaped line end, or braces
            return matched

        return noting

    def _placing(self, rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
        def placing(state: Any, silent: bool) -> bool:
            start = state.pos
            matched = rule(state, silent)
            if matched and not silent:
                _place(state, start)
            return matched

        return placing

    def _noting_link(self, rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
        def noting(state: Any, silent: bool) -> bool:
            start = state.pos
            label_end = self._label_end(state, start, silent)
            matched = rule(state, silent)
            if matched and not silent and not self.inside:
                self.notes.hidden.append((label_end, state.pos))
            return matched

        return noting

    def _noting_image(self, rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
        def noting(state: Any, silent: bool) -> bool:
            start = state.pos
            label_end = self._label_end(state, start + 1, silent) if state.src.startswith("![", start) else start
            self.inside += 1  # the alternative text is parsed as a text of its own, with places of its own
            self.in_picture = True
            matched = rule(state, silent)
            self.in_picture = False
            self.inside -= 1
            if matched and not silent and not self.inside:
                _place(state, start)
                self.notes.pictures.append((start + 2, label_end))
                self.notes.hidden += [(start, start + 2), (label_end, state.pos)]
                if "`" in state.src[start:label_end] or "\\" in state.src[start:label_end]:
                    self.notes.hidden.append((start, label_end))
            return matched

        return noting

    def _label_end(self, state: Any, start: int, silent: bool) -> int:
        if silent or not state.src.startswith("[", start):
            return start
        return int(self.helpers.parseLinkLabel(state, start, True))


def _place(state: Any, start: int) -> None:
    """Notes in the last token on which lines of the text stands what was parsed from `start` on.

    Some rules match and make no token; those of interest here always make one, before any other is noted.
    """
    if state.tokens:
        first = state.src.count("\n", 0, start)
        state.tokens[-1].meta.setdefault("lines", (first, first + state.src.count("\n", start, state.pos)))
