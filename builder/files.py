"""Files as they are read: plain ones, up to a bound; nothing that waits, never ends, or leads elsewhere."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

_MAX = 20_000_000  # bytes of a file that a build is made of; every kind has a bound of its own, below this one


def read(path: Path, most: int) -> bytes:
    """The bytes of a plain file. OSError where it is none (a folder, a pipe, a device), EFBIG where it has more."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than the {most:,} bytes that are read at most", str(path))
    return data


def fingerprint(path: Path) -> bytes:
    """What tells whether a file is as it was: its bytes' digest, or why it can't be read. Never waits."""
    try:
        return hashlib.sha256(read(path, _MAX)).digest()
    except OSError as error:
        return repr((error.errno, error.strerror)).encode()


def make_private(folder: Path) -> None:
    """Makes a folder that its owner alone can read, or makes one that is there so. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.name != "nt" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path, links followed, ends in a folder; a loop of links ends nowhere."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False
