"""A mirror: a folder or an address that stands in for the beginning of the guides' addresses."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from builder.screenshots.fetch.addresses import after_prefix, host_of, normal_form
from builder.screenshots.fetch.faults import Code, Fault, from_disk, too_large
from builder.screenshots.fetch.wanted import Source

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class InFolder:
    """A file of a folder; `rest` is its path there, still escaped, and `whose` folder it is goes into messages."""

    folder: Path
    rest: str
    whose: str = "mirror"


def is_address(mirror: str) -> bool:
    return mirror.lower().startswith(("http://", "https://"))


def place_of(address: str, source: Source, project: Path) -> str | InFolder | None:
    """Where the mirror has what `address` (normal form) names; None when it does not stand in for it.

    Raises Fault S06 for a mirror or prefix that is no address, S12 for a mirror without prefix.
    """
    if not source.mirror:
        return None
    if not source.prefix:
        hint = "say in handbook.yaml which beginning of the addresses the mirror replaces"
        raise Fault(Code.NOT_IN_MIRROR, "a mirror is set, but no address prefix that it stands in for", hint)
    rest = after_prefix(address, source.prefix)
    if rest is None:
        return None
    if is_address(source.mirror):
        return normal_form(f"{source.mirror.rstrip('/')}/{rest}")
    return InFolder(project / Path(source.mirror).expanduser(), rest.partition("?")[0])


def http_hosts(source: Source) -> frozenset[str]:
    """The mirror's host when it may be asked over plain http."""
    plain = source.mirror.lower().startswith("http://")
    return frozenset({host_of(normal_form(source.mirror))}) if plain else frozenset()


def hosts(source: Source) -> frozenset[str]:
    """The hosts that may be asked: the allowed ones, and the mirror's."""
    own = {host_of(normal_form(source.mirror))} if is_address(source.mirror) else set()
    return frozenset(source.hosts) | own


def copy(found: InFolder, part: Path, max_bytes: int) -> tuple[str, int]:
    """Copies the folder's file into `part`; SHA-256 and bytes. Raises Fault S03, S11, S12."""
    path = _inside(found)
    name = unquote(found.rest)
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file, part.open("wb") as out:
            while data := file.read(_CHUNK):
                size += len(data)
                if size > max_bytes:
                    raise too_large(f"the {found.whose}'s {name}", max_bytes)
                digest.update(data)
                out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise from_disk(error, f"copying the {found.whose}'s {name}") from error
    return digest.hexdigest(), size


def has(found: InFolder, sha256: str) -> bool:
    """Whether the folder's file is there with these bytes; where it is not, copying it tells why."""
    try:
        with _inside(found).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except (Fault, OSError):
        return False


def _inside(found: InFolder) -> Path:
    root = found.folder.resolve()
    if not root.is_dir():
        raise Fault(Code.NOT_IN_MIRROR, f"the {found.whose}'s {found.folder} is not a folder", "correct its path")
    plain = unquote(found.rest)
    for name in dict.fromkeys((plain, unquote(plain))):  # the second is for addresses that were escaped twice
        try:
            path = (root / name).resolve()
        except (OSError, ValueError, RuntimeError):  # NUL, a loop of links, a name too long
            continue
        if not path.is_relative_to(root):
            message = f"the {found.whose}'s {name} leads out of its folder"
            raise Fault(Code.NOT_IN_MIRROR, message, "put the file itself there instead of a link")
        if path.is_file():
            return path
    raise Fault(
        Code.NOT_IN_MIRROR,
        f"the {found.whose} has no {plain}",
        f"add the file to the {found.whose}'s folder, or build without it",
    )
