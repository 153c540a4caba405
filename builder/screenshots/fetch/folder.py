"""The screenshots' folder: which file stands for which address, and in what state it is."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from builder.problems import Problem
from builder.screenshots.fetch.addresses import PICTURE_ENDINGS, normal_form, recorded, safe_name, stem_of
from builder.screenshots.fetch.faults import Fault, from_disk
from builder.screenshots.fetch.lock import Entry
from builder.screenshots.fetch.wanted import Wanted
from builder.screenshots.model import Screenshot

PART_PREFIX = ".part-"
_OLD_PART_SECONDS = 3600  # far beyond what any download may take


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to be had: `stem` is its file below the folder without the ending, `wanted` who asks for it."""

    address: str  # as it is recorded
    stem: str
    wanted: tuple[Wanted, ...]

    @property
    def request(self) -> str:
        """The address to ask, in normal form, with the token it may carry."""
        return normal_form(self.wanted[0].address)


class State(Enum):
    """What lies in the folder for an address."""

    KNOWN = auto()  # the bytes that the lock file names
    FOREIGN = auto()  # other bytes: a person's work, unless another run is just writing
    STALE = auto()  # an earlier download; the lock file has moved on
    MISSING = auto()
    UNUSABLE = auto()  # there, but cannot be read or is no picture; never overwritten


@dataclass(frozen=True, slots=True)
class Sight:
    """What was found for an order; `spare` are further files that the address could mean."""

    order: Order
    state: State
    screenshot: Screenshot | None = None
    spare: tuple[str, ...] = ()
    fault: Fault | None = None


def plan(wanted: Iterable[Wanted], entries: Mapping[str, Entry]) -> tuple[tuple[Order, ...], tuple[Problem, ...]]:
    """One order per address however often and in whatever writing it is asked for, sorted by address.

    The lock file's names stand. A new address whose name is taken gets a part of its own digest behind it.
    """
    asked: dict[str, list[Wanted]] = {}
    problems: list[Problem] = []
    for one in wanted:
        try:
            asked.setdefault(recorded(one.address), []).append(one)
        except Fault as fault:
            problems.append(fault.at(one.place))
    taken = {stem(entry.file).casefold() for entry in entries.values()}
    orders = []
    for address, together in sorted(asked.items()):
        if address in entries:
            name = stem(entries[address].file)
        else:
            name = free_name(f"{safe_name(together[0].slug) or 'guide'}/{stem_of(address)}", address, taken)
            taken.add(name.casefold())
        orders.append(Order(address, name, tuple(together)))
    return tuple(orders), tuple(problems)


def free_name(name: str, address: str, taken: Iterable[str]) -> str:
    """The name, or with the start of the address's digest behind it when it is `taken` (case folded)."""
    if name.casefold() not in taken:
        return name
    return f"{name} {hashlib.sha256(address.encode()).hexdigest()[:8]}"


def stem(file: str) -> str:
    """`binance/Screenshot 1.png` → `binance/Screenshot 1`; endings that are not a picture's stay."""
    base, dot, ending = file.rpartition(".")
    return base if f".{ending.lower()}" in PICTURE_ENDINGS and dot else file


def look(orders: Sequence[Order], entries: Mapping[str, Entry], folder: Path) -> tuple[Sight, ...]:
    """What lies in the folder for each order; reads every file that is there (about 1 ms for each MB)."""
    files = _files_by_stem(folder, {order.stem.rpartition("/")[0] for order in orders})
    sights = []
    for order in orders:
        mine = files.get(order.stem.casefold(), ())
        sights.append(_look_at(order, entries.get(order.address), mine, folder))
    return tuple(sights)


def _files_by_stem(folder: Path, below: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in sorted(below):
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder / part) as entries:
            for name in sorted(entry.name for entry in entries if entry.is_file()):
                if name.lower().endswith(PICTURE_ENDINGS) and not name.startswith("."):
                    file = f"{part}/{name}" if part else name
                    found.setdefault(stem(file).casefold(), []).append(file)
    return found


def _look_at(order: Order, entry: Entry | None, files: Sequence[str], folder: Path) -> Sight:
    if not files:
        return Sight(order, State.MISSING)
    file = entry.file if entry and entry.file in files else files[0]
    spare = tuple(other for other in files if other != file)
    path = folder / file
    try:
        sha256, size = digest(path)
    except OSError as error:
        return Sight(order, State.UNUSABLE, None, spare, from_disk(error, f"reading {file}"))
    screenshot = Screenshot(order.address, path, sha256, size)
    if entry and sha256 == entry.sha256:
        return Sight(order, State.KNOWN, screenshot, spare)
    if entry and sha256 in entry.earlier:
        return Sight(order, State.STALE, None, spare)
    return Sight(order, State.FOREIGN, screenshot, spare)


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 in hexadecimal digits, and bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


def sweep(folder: Path, token: str = "") -> None:
    """Removes what killed runs left half-written; with a token, what the run of that token left."""
    now = time.time()  # the age of files is the one question that only the clock answers
    for part in folder.glob(f"*/{PART_PREFIX}{token}*"):
        with suppress(OSError):
            if token or now - part.stat().st_mtime > _OLD_PART_SECONDS:
                part.unlink()
