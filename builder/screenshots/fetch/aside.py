"""What a mirror gave that is not what the lock file names, kept aside: a file of its own beside the pictures.

The lock file tells which pictures the guides were written for. A mirror may hold others (altered ones, to try things
out, or another firm's); they are used, and the lock file stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from builder.screenshots.fetch import lock, mirror
from builder.screenshots.fetch.addresses import normal_form, recorded
from builder.screenshots.fetch.faults import Fault
from builder.screenshots.fetch.lock import Entry
from builder.screenshots.fetch.wanted import Source

NAME = ".mirror.lock.yaml"


def file_of(source: Source) -> Path:
    """Where it is kept: with the pictures, which no repository has either."""
    return source.folder / NAME


def read(source: Source) -> Mapping[str, Entry]:
    """The entries by address; none where the file can't be understood, for it can be made again."""
    entries, _ = lock.read(file_of(source), NAME)
    return entries


def in_force(
    entries: Mapping[str, Entry], kept_aside: Mapping[str, Entry], source: Source, project: Path
) -> dict[str, Entry]:
    """The entries that hold for a run: with its mirror in use, what that gave; else the lock file's.

    The other one's bytes count as an earlier download, which is not taken for a person's work.
    """
    found = dict(entries)
    for address, other in kept_aside.items():
        entry = entries.get(address)
        if entry is None:
            continue
        if is_mirrored(address, source, project):
            earlier = (entry.sha256, *entry.earlier)
            more = MappingProxyType({**entry.more, **other.more})
            found[address] = replace(other, earlier=earlier, more=more, line=entry.line)
        else:
            found[address] = replace(entry, earlier=(other.sha256, *entry.earlier))
    return found


def is_mirrored(address: str, source: Source, project: Path) -> bool:
    """Whether a mirror stands in for an address."""
    try:
        return mirror.place_of(address, source, project) is not None
    except Fault:
        return False


def amend(source: Source, project: Path, name: str, more: Mapping[str, Mapping[str, object]]) -> Mapping[str, Entry]:
    """As `lock.amend`, each record where it is in force; gives those that are."""
    kept_aside = read(source)
    theirs = {
        address: values
        for address, values in more.items()
        if recorded(address) in kept_aside and is_mirrored(normal_form(address), source, project)
    }
    rest = {address: values for address, values in more.items() if address not in theirs}
    entries = lock.amend(source.lock_file, name, rest)
    if theirs:
        kept_aside = lock.amend(file_of(source), NAME, theirs)
    return in_force(entries, kept_aside, source, project)
