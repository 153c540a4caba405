"""The journal of what was sent: a line before each message and one after, each on the disk before work goes on.

What stands at `sending` without a line after it may or may not have gone out: nobody but a person may repeat it. The
file names recipients, so it is readable by its owner alone and git ignores it.
"""

from __future__ import annotations

import datetime
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from builder.problems import BuildError, Place, Problem

NAME = Path("mail") / "journal.jsonl"
"""Where the journal lies in a project; not in `output/`, which can be made again."""


class State(StrEnum):
    """How far a message is. Deferred: put off by the server, so it was not taken. Refused: not taken, for good."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. A message's key for each address is (client, digest, address); `said` are the server's words."""

    at: str
    state: State
    client: str
    digest: str
    addresses: tuple[str, ...]
    message_id: str
    said: str = ""


class Journal:
    """The journal while one process sends; a second one can't open it. To be used in a `with` statement."""

    def __init__(self, path: Path, shown: str) -> None:
        from filelock import FileLock

        self.path, self._shown = path, shown
        self._lock = FileLock(path.with_suffix(".lock"), timeout=0)
        self._file = -1
        self.entries: list[Entry] = []
        self._last: dict[tuple[str, str, str], Entry] = {}
        self._accepted: Counter[tuple[str, str, str]] = Counter()

    def __enter__(self) -> Journal:
        from filelock import Timeout

        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            hint = "Wait until it has finished; nothing is sent by two at once."
            raise BuildError([Problem(Place(self._shown), "M10", "another run is sending now", hint)]) from None
        except OSError as error:
            raise _unusable(self._shown, error) from error
        try:
            entries, whole = read(self.path, self._shown)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            os.ftruncate(self._file, whole)  # half a line: its process was killed before it went on
            os.lseek(self._file, max(whole - 1, 0), os.SEEK_SET)
            if os.read(self._file, 1) not in (b"", b"\n"):  # an editor has taken the line's end away
                os.write(self._file, b"\n")
            _sync_folder(self.path.parent)
        except OSError as error:
            self.__exit__(None, None, None)
            raise _unusable(self._shown, error) from error
        except BaseException:
            self.__exit__(None, None, None)
            raise
        for entry in entries:
            self._take(entry)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._lock.release()

    def last(self, client: str, digest: str, address: str) -> Entry | None:
        """The last line about a packet and an address; None where it was never sent there."""
        return self._last.get((client, digest, address.casefold()))

    def note(self, entry: Entry) -> None:
        """Writes a line; it is on the disk when this returns. BuildError where it can't be written."""
        data = _line(entry)
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError as error:
            raise _unusable(self._shown, error) from error
        self._take(entry)

    def accepted(self, client: str, digest: str, addresses: Iterable[str]) -> int:
        """How often a packet was accepted for these addresses; the most of them counts."""
        return max(self._accepted[client, digest, address.casefold()] for address in addresses)

    def unsettled(self) -> list[Entry]:
        """What was begun and has no line after it."""
        return list(dict.fromkeys(entry for entry in self._last.values() if entry.state is State.SENDING))

    def _take(self, entry: Entry) -> None:
        self.entries.append(entry)
        for address in entry.addresses:
            key = (entry.client, entry.digest, address.casefold())
            self._last[key] = entry
            if entry.state is State.ACCEPTED:
                self._accepted[key] += 1


def read(path: Path, shown: str) -> tuple[list[Entry], int]:
    """The lines of a journal, and the bytes that they take without a last half line. BuildError where it can't be read.

    A damaged line is an error: it might be the one that says what was sent. The last one may lack nothing but its end:
    people edit the file, and some editors leave that out.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise _unusable(shown, error) from error
    whole = data.rfind(b"\n") + 1
    if _entry(data[whole:]):
        whole = len(data)
    entries = []
    for number, line in enumerate(data[:whole].splitlines(), 1):
        entry = _entry(line)
        if entry is None:
            hint = "Restore the file, or take that line out once you know what became of its message."
            raise BuildError([Problem(Place(shown, number), "M11", "the journal is damaged; nothing is sent", hint)])
        entries.append(entry)
    return entries, whole


def _unusable(shown: str, error: OSError) -> BuildError:
    """The problem of a journal that can't be read or written; without one nothing can be sent once."""
    why = error.strerror or type(error).__name__
    hint = "Check the free space, and who may write there. What stands at 'sending' may have gone out."
    return BuildError([Problem(Place(shown), "M11", f"the journal can't be read or written: {why}", hint)])


def domains(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The domains to which messages went that were accepted."""
    accepted = (address for entry in entries if entry.state is State.ACCEPTED for address in entry.addresses)
    return tuple(dict.fromkeys(address.rpartition("@")[2] for address in accepted))


def entry(
    state: State,
    client: str,
    digest: str,
    addresses: Sequence[str],
    message_id: str,
    at: datetime.datetime,
    said: str = "",
) -> Entry:
    """An entry as of now."""
    return Entry(at.isoformat(timespec="seconds"), state, client, digest, tuple(addresses), message_id, said)


def _line(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=True).encode() + b"\n"


def _entry(line: bytes) -> Entry | None:
    try:
        value: Any = json.loads(line)
        texts = [value[key] for key in ("at", "client", "digest", "message_id", "said")]
        if not (_are_texts(texts) and _are_texts(value["addresses"])) or len(value) != 7:
            return None
        return Entry(**{**value, "state": State(value["state"]), "addresses": tuple(value["addresses"])})
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _sync_folder(folder: Path) -> None:
    """So that the file itself is still there after the power has failed."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
