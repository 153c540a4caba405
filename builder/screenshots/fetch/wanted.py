"""What the guides ask for, and where and within which limits it may be had."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder.problems import Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture a guide asks for: `address` as written, `slug` picks the folder, `place` is where problems point.

    A picture that lies beside the guide is looked for in the folder `beside`.
    """

    address: str
    slug: str
    place: Place
    beside: Path | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost. `total_seconds` bounds a picture with all its retries and redirects."""

    bytes: int = 20_000_000
    pixels: int = 25_000_000
    connect_seconds: float = 5
    read_seconds: float = 20
    total_seconds: float = 60
    retries: int = 3
    parallel: int = 8
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Source:
    """How pictures may be had.

    `hosts` are the only ones asked or followed to. `mirror` is a folder (relative: to the project) or an http(s)
    address that replaces `prefix` at the start of an address. `refresh` asks again for what is in the folder;
    `offline` makes no request whatever the rest says.
    """

    folder: Path
    lock_file: Path
    hosts: tuple[str, ...]
    prefix: str = ""
    mirror: str = ""
    offline: bool = False
    refresh: bool = False
