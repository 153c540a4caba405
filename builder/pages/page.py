"""What pages are made of and what they are: the look that all share, covers, chapters, feet, and a page itself."""

from __future__ import annotations

from dataclasses import dataclass

from builder.config.brand import Brand
from builder.config.handbook import Values
from builder.guides.guide import Guide
from builder.pages.figures import Sizing
from builder.pages.fonts import Face
from builder.pages.paper import Paper
from builder.pages.words import Words


@dataclass(frozen=True, slots=True)
class Look:
    """What all pages of one build share: brand, paper, typefaces and drawings as assets, and the printed words."""

    brand: Brand
    paper: Paper
    faces: tuple[tuple[Face, str], ...]  # with the asset that holds each
    common: str  # what all the brand's own faces have, the inside of a class of a regular expression
    logo: str  # as it stands on covers
    art: str
    title: str
    subtitle: str
    edition: str
    words: Words
    values: Values = Values()  # noqa: RUF009  it is frozen


@dataclass(frozen=True, slots=True)
class Page:
    """A document to lay out. Where it has `room_mm`, layout chooses its breaks and the widths of its figures."""

    html: str
    sizings: tuple[Sizing, ...] = ()
    tagged: bool = True
    room_mm: float = 0.0  # the height of the text area, where pages are to be planned
    press_bleed: float | None = None  # in mm for a press, which has greys in black ink alone; else None


@dataclass(frozen=True, slots=True)
class Room:
    """The room for a client's values in a guide: so many lines of IP addresses; whether there are label and code.

    It is all that a packet's guide depends on, so that clients with values of the same extent share it.
    """

    ip_lines: int
    has_label: bool
    has_code: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """The words on a cover; `names` are the exchanges inside."""

    title: str
    subtitle: str = ""
    kicker: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A guide's place in the handbook: `number` counts from 1, pages are printed page numbers."""

    guide: Guide
    number: int
    page: int
    step_pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Folio:
    """The foot of one page: `number` and `of` make “12 of 58”."""

    left: str
    number: str
    of: str
