"""Where in a source its prose stands, exactly: not code, not addresses, not comments, not front matter.

The parser itself says so: its inline rules are asked where they matched, so nothing here guesses at Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from builder.checks.reading import lines_of
from builder.guides import comments, markdown

_PROTECTED = ("backticks", "autolink", "escape", "entity", comments.KIND)


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


def prose_of(source: str) -> Prose:
    """The prose of a guide's source."""
    lines = lines_of(source)
    recorder = _recorder()
    environment: dict[str, Any] = {}
    stretches: dict[int, list[tuple[int, int]]] = {}
    alts: list[Alt] = []
    cursors: dict[int, int] = {}
    for token in recorder.parser.parse("\n".join(lines).replace("\0", "\ufffd"), environment):
        if token.type != "inline" or not token.map:
            continue
        hidden, pictures = recorder.look(token.content, environment)
        for line, start, text, offset in _on_lines(token, lines, cursors):
            stretches.setdefault(line, []).extend(
                (start + first, start + last) for first, last in _open(hidden, offset, offset + len(text))
            )
            alts += [
                Alt(line, start + first - offset, start + last - offset)
                for first, last in pictures
                if offset <= first and last <= offset + len(text)
            ]
    return Prose({line: tuple(found) for line, found in stretches.items()}, tuple(alts))


def _on_lines(token: Any, lines: list[str], cursors: dict[int, int]) -> Iterator[tuple[int, int, str, int]]:
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


_kept: _Recorder | None = None


def _recorder() -> _Recorder:
    global _kept  # as with the parser of guides: making one takes longer than using it
    if _kept is None:
        _kept = _Recorder()
    return _kept


class _Recorder:
    """A parser whose inline rules note where they matched."""

    def __init__(self) -> None:
        from markdown_it.rules_inline import autolink, backtick, entity, escape, image, link

        self.parser = markdown.new_parser()
        self.parser.core.ruler.disable("inline")
        self.hidden: list[tuple[int, int]] = []
        self.pictures: list[tuple[int, int]] = []
        self.inside = 0
        rules = self.parser.inline.ruler
        plain: dict[str, Callable[[Any, bool], bool]] = {
            "backticks": backtick,
            "autolink": autolink,
            "escape": escape,
            "entity": entity,
            comments.KIND: comments.inline,
        }
        for name in _PROTECTED:
            rules.at(name, self._noting(plain[name]))
        rules.at("link", self._noting_link(link))
        rules.at("image", self._noting_image(image))

    def look(self, content: str, environment: dict[str, Any]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Which parts of an inline text are hidden, and where the alternative texts in it stand."""
        self.hidden, self.pictures = [], []
        self.parser.inline.parse(content, self.parser, environment, [])
        return self.hidden, self.pictures

    def _noting(self, rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
        def noting(state: Any, silent: bool) -> bool:
            start = state.pos
            matched = rule(state, silent)
            if matched and not silent and not self.inside:
                self.hidden.append((start, state.pos))
            return matched

        return noting

    def _noting_link(self, rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
        def noting(state: Any, silent: bool) -> bool:
            start = state.pos
            label_end = self._label_end(state, start, silent)
            matched = rule(state, silent)
            if matched and not silent and not self.inside:
                self.hidden.append((label_end, state.pos))
            return matched

        return noting

    def _noting_image(self, rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
        def noting(state: Any, silent: bool) -> bool:
            start = state.pos
            label_end = self._label_end(state, start + 1, silent) if state.src.startswith("![", start) else start
            self.inside += 1  # the alternative text is parsed as a text of its own, with places of its own
            matched = rule(state, silent)
            self.inside -= 1
            if matched and not silent and not self.inside:
                self.pictures.append((start + 2, label_end))
                orders = state.src.find("}", state.pos) + 1 if state.src.startswith("{", state.pos) else 0
                self.hidden += [(start, start + 2), (label_end, max(state.pos, orders))]
                if "`" in state.src[start:label_end] or "\\" in state.src[start:label_end]:
                    self.hidden.append((start, label_end))
            return matched

        return noting

    def _label_end(self, state: Any, start: int, silent: bool) -> int:
        if silent or not state.src.startswith("[", start):
            return start
        return int(self.parser.helpers.parseLinkLabel(state, start, True))
