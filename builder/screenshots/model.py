"""The values that pass between the screenshot stages. All boxes are in pixels of the downloaded original."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Box(NamedTuple):
    """A half-open rectangle of pixels: `left <= x < right`, `top <= y < bottom`."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box that contains all of these; there must be at least one."""
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def area(self) -> int:
        return max(self.width, 0) * max(self.height, 0)

    def moved(self, x: int, y: int) -> Box:
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, by: int) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def shrunk(self, by: int) -> Box:
        """The box less `by` pixels on every side; of one too small for that, the middle is left."""
        across, down = min(by, self.width // 2 - 1), min(by, self.height // 2 - 1)
        return Box(self.left + across, self.top + down, self.right - across, self.bottom - down)

    def within(self, other: Box) -> Box:
        """The part of this box that lies in the other; empty (area 0) when they do not meet."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Box(left, top, max(left, min(self.right, other.right)), max(top, min(self.bottom, other.bottom)))

    def union(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def meets(self, other: Box) -> bool:
        return self.within(other).area > 0

    def contains(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the middle of the other box lies in this one."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x < self.right and self.top <= y < self.bottom

    def gaps(self, other: Box) -> tuple[int, int]:
        """How far the other box is away, across and down; 0 where they touch or overlap."""
        across = max(other.left - self.right, self.left - other.right, 0)
        down = max(other.top - self.bottom, self.top - other.bottom, 0)
        return across, down


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A downloaded picture, byte for byte as it came."""

    address: str
    path: Path
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Word:
    """A line of text as OCR read it, with its box and how sure the reader is (0 to 1)."""

    text: str
    box: Box
    score: float


class SecretKind(StrEnum):
    """What a masked place would have given away; the value is what the mask's label names."""

    API_KEY = "API key"
    SECRET_KEY = "Secret key"
    PASSPHRASE = "Passphrase"
    TOKEN = "Token"
    CODE = "Code"
    ACCOUNT_NUMBER = "Account number"
    MAIL_ADDRESS = "Mail address"
    PHONE_NUMBER = "Phone number"
    RECOVERY_PHRASE = "Recovery phrase"
    ONE_TIME_CODE = "One-time code"
    PERSONAL = "Personal detail"  # names, numbers of documents, dates of birth
    PAYMENT = "Card or bank number"
    REFERRAL_CODE = "Referral code"
    BALANCE = "Balance"
    IP_ADDRESS = "IP address"
    UNREAD = "Value"  # something in a value's place that nobody can name
    CHOSEN = "Details"  # a mask the guide asked for

    def in_words(self, count: int = 1) -> str:
        """As it stands within a sentence: API key, mail addresses."""
        word = self.value if self.value[1].isupper() else self.value.lower()
        return word if count == 1 or word.endswith("ls") else word + ("es" if word.endswith("s") else "s")


@dataclass(frozen=True, slots=True)
class MaskWords:
    """What masks say in the pages' language: of each kind, and where there is little room; a sign where nothing."""

    whole: tuple[tuple[SecretKind, str], ...] = ()
    short: str = ""

    def of(self, kind: SecretKind) -> tuple[str, ...]:
        """What the mask of a kind may say, the longest first."""
        return tuple(words for words in (dict(self.whole).get(kind, ""), self.short) if words)


LEFT_OPEN = (SecretKind.IP_ADDRESS,)
"""Kinds that are not covered unless the configuration says so."""

_POLICIES = {
    "mail_addresses": SecretKind.MAIL_ADDRESS,
    "referral_codes": SecretKind.REFERRAL_CODE,
    "balances": SecretKind.BALANCE,
    "public_addresses": SecretKind.IP_ADDRESS,
}


def kinds_of(policies: Iterable[str]) -> tuple[SecretKind, ...]:
    """The kinds of details that settings of `cover` in the configuration are about."""
    return tuple(_POLICIES[name] for name in policies)


@dataclass(frozen=True, slots=True)
class Secret:
    """A place to be covered. `why` tells a person what gave it away and never contains the secret itself.

    `fingerprint` is a SHA-256 of the normalised value, so that a later gate can recognise a leak without
    anyone having to store the value; empty when nothing was read (a code that did not decode).
    """

    kind: SecretKind
    box: Box
    why: str
    fingerprint: str = ""


class MarkKind(StrEnum):
    """What the guide's author drew on the screenshot."""

    FRAME = "frame"
    ARROW = "arrow"
    BAR = "bar"  # a solid bar: a mask made by hand


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawing in the team's marking colour."""

    kind: MarkKind
    box: Box


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything seen on one picture; `size` is (width, height) in pixels, `content` the picture less its letterbox."""

    sha256: str
    size: tuple[int, int]
    content: Box
    words: tuple[Word, ...]
    marks: tuple[Mark, ...]
    secrets: tuple[Secret, ...]


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a picture to print and why; `more` are further parts (b, c, …) when one view would be too small.

    What is outside of a part is covered in print, and so are `slivers`, what an edge leaves of words and things.
    `sizes` are those of the labels' type in px.
    """

    box: Box
    why: str
    more: tuple[Box, ...] = ()
    labels: tuple[Box, ...] = ()  # words next to the marks that the reader must be able to read
    sizes: tuple[float, ...] = ()
    slivers: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Pointer:
    """A mark as it is drawn anew over a printed picture, in the pixels of its view.

    `line` is a frame's left, top, right and bottom, or an arrow's tail and tip (x, y, x, y). Pointers of one `target`
    mean the same thing, and `means` are the words there. `disc` is where a number may stand, its middle, on the first
    pointer of a target that has room for one.
    """

    kind: MarkKind
    line: tuple[int, int, int, int]
    target: int
    means: tuple[str, ...] = ()
    disc: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One prepared picture as it is placed: an asset of `width` × `height` pixels.

    Set `comfortable_mm` wide its labels read well; layout may set it narrower, down to `min_mm`, or wider, up to
    `max_mm`. `locator` is the part of the screen it shows as fractions (left, top, width, height), or None.
    `pointers` are the marks to draw over it.
    """

    asset: str
    width: int
    height: int
    comfortable_mm: float
    min_mm: float
    max_mm: float
    locator: tuple[float, float, float, float] | None = None
    pointers: tuple[Pointer, ...] = ()


@dataclass(frozen=True, slots=True)
class Clearing:
    """A person's word that a find is no secret: for one place on a picture with these bytes, with the reason."""

    kind: SecretKind
    box: Box
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class Treatment:
    """What was done to a picture before it was printed, so that a person can look at it and a gate can know it.

    `masks` are covered; `cleared` was found but a person knows better. `crops` are the printed parts, one for each
    view, as far as they go with the even ground around them; `labels` lie next to the marks, `sizes` are those of their
    type in px. `ink` is the mean coverage (0 to 1) of each part before it was printed light and after.
    """

    sha256: str
    masks: tuple[Secret, ...] = ()
    cleared: tuple[Secret, ...] = ()
    crops: tuple[Box, ...] = ()
    labels: tuple[Box, ...] = ()
    sizes: tuple[float, ...] = ()
    ink: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn screen ready to be set: its HTML, what it is in words, and its height at the width that it asks for."""

    html: str
    alt: str
    caption: str
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Picture:
    """What is printed for a picture's address: its views (an overview and details), or why there is none."""

    views: tuple[View, ...] = ()
    missing: str = ""  # why there is none: not_inspected, not_downloaded
    treatment: Treatment | None = None  # None when there is nothing to print
    drawn: Drawn | None = None  # what stands in the place of the picture; then the one view has no asset
