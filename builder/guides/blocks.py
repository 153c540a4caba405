"""What a text is made of: paragraphs, lists, figures, callouts, tables, as plain immutable values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; `href` is a web or mail address, or empty."""

    text: str
    strong: bool = False
    em: bool = False
    code: bool = False
    href: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    spans: Spans
    line: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a step, level 3 to 6."""

    spans: Spans
    level: int
    line: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A screenshot. `number` counts through the guide from 1; `orders` are the author's (crop, mask, width, figure).

    `misread` says what could not be understood of them; such a picture is never printed.
    """

    address: str
    alt: str
    line: int
    number: int = 0
    orders: tuple[tuple[str, str], ...] = ()
    misread: str = ""

    @property
    def picture(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What tells one prepared picture from another: the same screenshot may be shown twice, cropped differently."""
        return self.address, self.orders


PictureKey = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list; `number` is its printed number in a numbered list, else 0."""

    blocks: tuple[Block, ...]
    line: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[Item, ...]
    ordered: bool
    line: int


@dataclass(frozen=True, slots=True)
class Callout:
    """A quotation that warns or explains; `kind` is note, important, warning or quote."""

    kind: str
    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission as it must be set; `level` such as “Read And Write”, `purpose` what it is for.

    `unread` is what stands for its setting where that says neither on nor off; `line` is that of its row, or 0.
    """

    name: Spans
    on: bool
    level: Spans = ()
    purpose: Spans = ()
    unread: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Permissions:
    """A table of permissions with their settings; where no column says these (`has_settings`), all are on."""

    rows: tuple[Permission, ...]
    line: int
    has_settings: bool = True


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that must stay on one page: a figure with the sentence that introduces it."""

    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Given:
    """Room for a client's value after the words that ask for it, in packets only; `kind` is `ips` or `label`."""

    kind: str
    line: int


Block = Paragraph | Heading | Figure | Listing | Callout | Table | Permissions | Code | Together | Given


def figures_in(blocks: Sequence[Block]) -> Iterator[Figure]:
    """The figures of some blocks, at any depth, in reading order."""
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Together | Callout):
            yield from figures_in(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from figures_in(item.blocks)


def permissions_in(blocks: Sequence[Block]) -> Iterator[Permissions]:
    """The tables of permissions of some blocks, at any depth, in reading order."""
    for block in blocks:
        if isinstance(block, Permissions):
            yield block
        elif isinstance(block, Together | Callout):
            yield from permissions_in(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from permissions_in(item.blocks)


def spans_in(blocks: Sequence[Block]) -> Iterator[tuple[int, Spans]]:
    """All text of some blocks but code, at any depth, each piece with the line on which its block begins."""
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield block.line, block.spans
            case Listing():
                for item in block.items:
                    yield from spans_in(item.blocks)
            case Callout() | Together():
                yield from spans_in(block.blocks)
            case Table():
                yield from ((block.line, cell) for row in (block.header, *block.rows) for cell in row)
            case Permissions():
                yield from ((block.line, cell) for row in block.rows for cell in (row.name, row.level, row.purpose))
            case Figure() | Code() | Given():
                pass
            case _:
                assert_never(block)


def plain(spans: Spans) -> str:
    """The text of spans without its styles."""
    return "".join(span.text for span in spans)
