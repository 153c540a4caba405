"""A guide as the rules look at it: flat, in reading order, with the place of everything in its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from builder.guides.blocks import (
    Block,
    Callout,
    Code,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Permissions,
    Span,
    Spans,
    Table,
    Together,
    plain,
)
from builder.guides.guide import Guide

_SENTENCE_END = re.compile(r"(?<=[.!?:])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9+])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|no|approx)\.|\bStep \d+[.:])[\"”’)]*$", re.IGNORECASE)
_FARTHEST = 60  # lines below a block's beginning in which its words are looked for


class Role(StrEnum):
    """What a passage is in the guide."""

    TITLE = "title"
    SUBHEADING = "subheading"
    TEXT = "text"
    ITEM = "item"
    CALLOUT = "callout"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text. `number` is its printed number in a numbered list, else 0; `listing` tells lists apart."""

    role: Role
    spans: Spans
    line: int
    part: int
    order: int
    number: int = 0
    listing: int = 0

    @property
    def text(self) -> str:
        return plain(self.spans)


@dataclass(frozen=True, slots=True)
class Shot:
    """A screenshot in its part."""

    figure: Figure
    part: int
    order: int


@dataclass(frozen=True, slots=True)
class Setting:
    """A permission and how the guide tells the reader to set it."""

    name: str
    on: bool
    line: int
    part: int
    order: int


@dataclass(frozen=True, slots=True)
class Part:
    """The introduction, a step or a closing section; `number` is None where it is no step."""

    title: Spans
    line: int
    number: int | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One guide laid flat."""

    guide: Guide
    parts: tuple[Part, ...]
    passages: tuple[Passage, ...]
    shots: tuple[Shot, ...]
    settings: tuple[Setting, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The source, line by line."""
        return self.guide.source.lines

    def in_steps(self) -> Iterator[Passage]:
        """What the steps say, without the introduction and the closing sections."""
        return (passage for passage in self.passages if self.parts[passage.part].number is not None)

    def find(self, words: str, line: int) -> tuple[int, int]:
        """Line and column at which some words of a block that begins on `line` stand; column 0 when not found."""
        for candidate in _narrower(words):
            for at in range(max(line - 1, 0), min(line - 1 + _FARTHEST, len(self.lines))):
                column = self.lines[at].find(candidate)
                if column >= 0:
                    return at + 1, column + 1
        return line, 0

    def key(self, name: str, value: str = "") -> int:
        """The line of a key of the front matter by its dotted name, or of a value below it; 1 when it is not there."""
        keys = self.guide.source.keys
        return keys.get(f"{name}.{value}", keys.get(name, 1))


def view(guide: Guide) -> View:
    """Lays a guide flat."""
    parts = _parts(guide)
    walk = _Walk()
    walk.say(Role.TITLE, (Span(guide.title),), guide.line, 0)
    for index, part in enumerate(parts):
        walk.part = index
        if part.title:
            walk.say(Role.TITLE, part.title, part.line)
        walk.blocks(part.blocks)
    return View(guide, parts, tuple(walk.passages), tuple(walk.shots), tuple(walk.settings))


def _parts(guide: Guide) -> tuple[Part, ...]:
    parts = [Part(step.title, step.line, step.number, step.blocks) for step in guide.steps]
    parts += [Part(section.title, section.line, None, section.blocks) for section in guide.sections]
    return (Part((), 0, None, guide.introduction), *sorted(parts, key=lambda part: part.line))


class _Walk:
    """Goes through the blocks of a guide once; lives for one call of `view`."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.shots: list[Shot] = []
        self.settings: list[Setting] = []
        self.part = 0
        self.order = 0
        self.listings = 0

    def say(self, role: Role, spans: Spans, line: int, number: int = 0, listing: int = 0) -> None:
        self.order += 1
        self.passages.append(Passage(role, spans, line, self.part, self.order, number, listing))

    def blocks(self, blocks: Sequence[Block], role: Role = Role.TEXT) -> None:
        for block in blocks:
            self._block(block, role)

    def _block(self, block: Block, role: Role) -> None:
        match block:
            case Paragraph():
                self.say(role, block.spans, block.line)
            case Heading():
                self.say(Role.SUBHEADING, block.spans, block.line)
            case Figure():
                self.order += 1
                self.shots.append(Shot(block, self.part, self.order))
            case Listing():
                self._listing(block)
            case Callout():
                self.blocks(block.blocks, Role.CALLOUT)
            case Together():
                self.blocks(block.blocks, role)
            case Table():
                for row, cells in enumerate((block.header, *block.rows)):
                    for cell in cells:
                        # The line of dashes stands between the header and the rows.
                        self.say(Role.CELL, cell, block.line + row + (row > 0))
            case Permissions():
                self._permissions(block)
            case Code():
                pass

    def _listing(self, block: Listing) -> None:
        self.listings += 1
        listing = self.listings
        for item in block.items:
            for position, inner in enumerate(item.blocks):
                if position == 0 and isinstance(inner, Paragraph):
                    self.say(Role.ITEM, inner.spans, inner.line, item.number, listing)
                else:
                    self._block(inner, Role.TEXT)

    def _permissions(self, block: Permissions) -> None:
        for row in block.rows:
            self.order += 1
            self.settings.append(Setting(plain(row.name), row.on, block.line, self.part, self.order))
            for cell in (row.name, row.level, row.purpose):
                if cell:
                    self.say(Role.CELL, cell, block.line)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, with the names it puts in bold."""

    text: str
    names: tuple[str, ...]


def sentences(spans: Spans) -> list[Sentence]:
    """The sentences of a passage; a name counts where it begins."""
    text = plain(spans)
    starts = [0]
    for end in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[: end.start()]):
            starts.append(end.end())
    bounds = list(zip(starts, [*starts[1:], len(text)], strict=True))
    names = list(_bold(spans))
    return [
        Sentence(text[start:end].strip(), tuple(name for at, name in names if start <= at < end))
        for start, end in bounds
        if text[start:end].strip()
    ]


def _bold(spans: Spans) -> Iterator[tuple[int, str]]:
    position = 0
    for span in spans:
        if span.strong and span.text.strip():
            yield position, span.text
        position += len(span.text)


def _narrower(words: str) -> Iterator[str]:
    """The words, then ever less of them: a source may wrap a sentence or mark a part of it."""
    yield words
    parts = words.split()
    for count in (6, 4, 3, 2, 1):
        if len(parts) > count:
            yield " ".join(parts[:count])
