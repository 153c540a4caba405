"""The lock file: which bytes stand behind each picture's address, and what people and later stages know of them.

It belongs in git; the pictures do not. A record's own keys are listed in `Entry`; every other key belongs to a later
stage and survives each rewrite. Comments do not.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import yaml

from builder import files
from builder.fields import Excess, bound
from builder.problems import BuildError, Place, Problem
from builder.screenshots.fetch.addresses import recorded, shown
from builder.screenshots.fetch.faults import Code, Fault

HEADER = """\
# Screenshots by their address: which file, which bytes, and what was seen and confirmed on them.
# Written by the builder; keep it in git, so that everybody builds with the same pictures and a picture that
# changes at its source is noticed. Values may be edited; comments are lost when it is written again.
"""
WAIT_SECONDS = 30.0  # for another run that writes; it holds the guard for milliseconds
_KEPT_EARLIER = 4
MAX_BYTES, _MAX_VALUES = 2_000_000, 60_000  # twice what a thousand pictures need
_SHA256 = re.compile(r"[0-9a-f]{64}")
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BaseDumper: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. `file` is relative to the screenshots' folder, with forward slashes.

    `bytes` is 0 where nobody wrote it down. `earlier` holds digests of former downloads, so that a colleague's older
    copy is not taken for a person's work. `replaced` says that the file was put there by a person. `more` are the other
    stages' keys, as read.
    """

    address: str  # in normal form
    file: str
    sha256: str
    bytes: int
    fetched: date | None = None
    etag: str = ""
    last_modified: str = ""
    replaced: bool = False
    earlier: tuple[str, ...] = ()
    more: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    line: int = field(default=0, compare=False)  # on which the record begins, for problems

    def with_bytes_of(self, sha256: str) -> Entry:
        """The entry for other bytes: what is known only of the old ones goes, a former download is remembered."""
        if sha256 == self.sha256:
            return self
        former = self.earlier if self.replaced else (self.sha256, *self.earlier)
        earlier = tuple(digest for digest in dict.fromkeys(former) if digest != sha256)[:_KEPT_EARLIER]
        return replace(self, sha256=sha256, fetched=None, etag="", last_modified="", replaced=False, earlier=earlier)


def read(lock_file: Path, name: str) -> tuple[Mapping[str, Entry], tuple[Problem, ...]]:
    """The entries by address in normal form, or every problem found (S10, S11); `name` stands for the file in them.

    A missing file has no entries. With problems there are no entries at all: a part of the truth would mislead.
    """
    try:
        text = files.read(lock_file, MAX_BYTES).decode("utf-8")
    except FileNotFoundError:
        return {}, ()
    except UnicodeDecodeError as error:
        return {}, (_unreadable(name, 0, f"is not UTF-8 text ({error.reason})"),)
    except OSError as error:
        hint = "give the account that builds access to the file"
        return {}, (Problem(Place(name), Code.NOT_WRITTEN.value, f"cannot be read: {error.strerror}", hint),)
    return parse(text, name)


def parse(text: str, name: str) -> tuple[Mapping[str, Entry], tuple[Problem, ...]]:
    """As `read`, from the text."""
    try:
        bound(text, characters=MAX_BYTES, nodes=_MAX_VALUES)
        records = _records(text)
    except Excess as excess:
        return {}, (_unreadable(name, excess.line, f"cannot be understood: it has {excess.what}"),)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
        return {}, (_unreadable(name, mark.line + 1 if mark else 0, f"cannot be understood: {what}"),)
    except (ValueError, RecursionError) as error:  # not a list; nesting without end
        return {}, (_unreadable(name, 0, f"cannot be understood: {error}"),)
    return _entries(records, name)


def _records(text: str) -> list[tuple[int, object]]:
    """Each record with its line. Raises ValueError and yaml.YAMLError."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return []
        if not isinstance(root, yaml.SequenceNode):
            raise ValueError("a list of records, each '- address: …', expected")
        return [(node.start_mark.line + 1, _plain(loader, node)) for node in root.value]
    finally:
        loader.dispose()


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key that is no word", key.start_mark)
            if key.value in seen:  # PyYAML would keep the last without a word; a careless merge leaves such
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} twice", key.start_mark)
            seen.add(key.value)
    try:
        return loader.construct_object(node, deep=True)
    except ValueError as error:  # a date such as 2026-02-31
        raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


def _entries(records: Iterable[tuple[int, object]], name: str) -> tuple[Mapping[str, Entry], tuple[Problem, ...]]:
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for line, record in records:
        try:
            entry = _entry(record)
            if entry.address in entries:
                raise ValueError(f"{shown(entry.address)} ▸ address: has a record already")
            entries[entry.address] = replace(entry, line=line)
        except ValueError as error:
            problems.append(_unreadable(name, line, str(error)))
    return ({}, tuple(problems)) if problems else (entries, ())


def _entry(record: object) -> Entry:
    """Raises ValueError with the trail to what is wrong."""
    if not isinstance(record, dict) or not isinstance(record.get("address"), str):
        raise ValueError("a record begins with 'address: …'")
    more = dict(record)
    written = more.pop("address")
    try:
        address = recorded(written)
    except Fault as fault:
        raise ValueError(fault.message) from fault

    def take(key: str, kind: type, expected: str, default: object = None) -> object:
        value = more.pop(key, default)
        # A bool is an int to Python, not to a reader.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"{shown(address)} ▸ {key}: {expected} expected")
        return value

    file = str(take("file", str, "a path below the screenshots' folder"))
    if not _inside(file):
        raise ValueError(f"{shown(address)} ▸ file: a path below the screenshots' folder expected")
    sha256 = str(take("sha256", str, "64 hexadecimal digits"))
    earlier = take("earlier", list, "a list of digests", [])
    for digest in (sha256, *(earlier if isinstance(earlier, list) else ())):
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise ValueError(f"{shown(address)} ▸ sha256, earlier: 64 hexadecimal digits expected")
    size = take("bytes", int, "a number of bytes", 0)
    fetched = take("fetched", date | None, "a date such as 2026-01-31")  # type: ignore[arg-type]
    return Entry(
        address,
        file,
        sha256,
        size if isinstance(size, int) else 0,
        fetched if isinstance(fetched, date) else None,
        str(take("etag", str, "text", "")),
        str(take("last_modified", str, "text", "")),
        bool(take("replaced", bool, "true or false", False)),
        tuple(earlier if isinstance(earlier, list) else ()),
        MappingProxyType(more),
    )


def _inside(file: str) -> bool:
    path = PurePosixPath(file)
    odd = path.is_absolute() or not path.parts or ".." in path.parts
    return not odd and not any(c in "\\:" or not c.isprintable() for c in file)


def _unreadable(name: str, line: int, message: str) -> Problem:
    hint = "mend the line, or restore the file from git; if a merge left it so, keep one record for each address"
    return Problem(Place(name, line), Code.LOCK_UNREADABLE.value, message, hint)


class _Dumper(_BaseDumper):  # type: ignore[misc,valid-type]
    def ignore_aliases(self, data: object) -> bool:
        return True  # they are not read


def _list(dumper: yaml.SafeDumper, value: list[object]) -> yaml.Node:
    # Boxes read better as [1, 2, 3, 4] than as four lines.
    flow = bool(value) and all(isinstance(item, (int, float)) for item in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flow)


_Dumper.add_representer(list, _list)
_Dumper.add_representer(tuple, _list)


def text_of(entries: Iterable[Entry]) -> str:
    """The file's text: sorted by address, the same for the same entries."""
    records = [_record(entry) for entry in sorted(entries, key=lambda entry: entry.address)]
    body = yaml.dump(records, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000) if records else ""
    return HEADER + body


def _record(entry: Entry) -> dict[str, object]:
    own = {
        "address": entry.address,
        "file": entry.file,
        "sha256": entry.sha256,
        "bytes": entry.bytes,
        "fetched": entry.fetched,
        "etag": entry.etag,
        "last_modified": entry.last_modified,
        "replaced": entry.replaced,
        "earlier": list(entry.earlier),
    }
    return {key: value for key, value in own.items() if value} | dict(entry.more)


@contextmanager
def held(lock_file: Path, name: str) -> Iterator[Mapping[str, Entry]]:
    """Keeps other runs from writing the lock file while the block runs, and gives the entries as they are now.

    Call `write` inside the block. Raises BuildError when the file is unreadable (it is then left alone), OSError when
    the guard cannot be had: no permission, or another run holds it for WAIT_SECONDS (TimeoutError).
    """
    import filelock

    lock_file.parent.mkdir(parents=True, exist_ok=True)
    guard = filelock.FileLock(lock_file.with_name(f".{lock_file.name}.guard"))
    try:
        guard.acquire(timeout=WAIT_SECONDS)
    except filelock.Timeout as error:
        raise TimeoutError(errno.ETIMEDOUT, "another run does not let go of it") from error
    try:
        entries, problems = read(lock_file, name)
        if problems:
            raise BuildError(problems)
        yield entries
    finally:
        guard.release()


def write(lock_file: Path, entries: Mapping[str, Entry]) -> bool:
    """Puts the entries in the lock file's place in one step, unless they are there already; True when it wrote.

    Only within `held`. Raises OSError.
    """
    text = text_of(entries.values())
    with suppress(FileNotFoundError):
        if lock_file.read_text(encoding="utf-8") == text:
            return False
    part = lock_file.with_name(f".{lock_file.name}.{os.urandom(4).hex()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        put(part, lock_file)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return True


def amend(lock_file: Path, name: str, more: Mapping[str, Mapping[str, object]]) -> Mapping[str, Entry]:
    """Sets keys of a later stage, `{address: {key: value}}`, and gives the entries; None for a value removes its key.

    Addresses without a record are passed over. Raises BuildError and OSError as `held`, and leaves the file as it was.
    """
    with held(lock_file, name) as entries:
        changed = dict(entries)
        for written, values in more.items():
            entry = entries.get(recorded(written))
            if entry is not None:
                together = {**entry.more, **values}
                kept = {key: value for key, value in together.items() if value is not None}
                changed[entry.address] = replace(entry, more=MappingProxyType(kept))
        if changed != entries:
            write(lock_file, changed)
        return changed


def put(part: Path, target: Path) -> None:
    """Renames onto the target in one step; on Windows waits a moment for a reader to let go of it."""
    for patience in (0.05, 0.1, 0.2, 0.4, None):
        try:
            part.replace(target)
            return
        except PermissionError:
            if patience is None or sys.platform != "win32":
                raise
            time.sleep(patience)
