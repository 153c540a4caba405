"""The cache: prepared assets named by their content, results kept by the digest of what went into them.

Everything here can be made again, so the folder may be deleted at any time. Files appear whole or not at all, so
two builds may share it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

README = """This folder holds what the handbook builder has prepared and laid out, so that it need not do so again.
It may be deleted at any time; the next build fills it again. Nothing in it belongs into version control.
"""
KEEP_SECONDS = 30 * 24 * 3600
"""How long something unused is kept."""


def digest(*parts: bytes | str) -> str:
    """The SHA-256, in hex, of some parts; where one ends and the next begins counts."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file so that nobody ever sees half of it and a failure leaves the old one in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


class Store:
    """One cache folder. Assets are files `<digest><suffix>` in one flat folder; results are files by key."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.assets = root / "assets"
        self._results = root / "results"

    def open(self) -> None:
        """Makes the folders; to be called before anything is put in."""
        for folder in (self.assets, self._results):
            folder.mkdir(parents=True, exist_ok=True)
        readme = self.root / "README"
        if not readme.exists():
            write_whole(readme, README.encode())
            write_whole(self.root / ".gitignore", b"*\n")

    def put_asset(self, data: bytes, suffix: str) -> str:
        """Keeps an asset; its name, which depends on nothing but its content."""
        name = digest(data)[:40] + suffix
        path = self.assets / name
        if not path.exists():
            write_whole(path, data)
        return name

    def asset(self, name: str) -> bytes:
        return (self.assets / name).read_bytes()

    def result(self, key: str, suffix: str) -> Path | None:
        """Where a result kept under a key lies, or None; looking counts as use."""
        path = self._results / (key + suffix)
        if not path.exists():
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return path

    def keep(self, key: str, suffix: str, data: bytes) -> Path:
        path = self._results / (key + suffix)
        write_whole(path, data)
        return path

    def note(self, key: str) -> Any:
        """A kept JSON value, or None where there is none or it can't be read."""
        path = self.result(key, ".json")
        if path is None:
            return None
        try:
            return json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None

    def keep_note(self, key: str, value: Any) -> None:
        self.keep(key, ".json", json.dumps(value, ensure_ascii=False, sort_keys=True).encode())

    def prune(self, in_use: Iterable[str] = ()) -> None:
        """Removes what nobody used for a month; `in_use` names assets to spare."""
        spared = set(in_use)
        oldest = time.time() - KEEP_SECONDS
        for folder in (self.assets, self._results):
            for path in folder.iterdir():
                with contextlib.suppress(OSError):
                    if path.name not in spared and path.stat().st_mtime < oldest:
                        path.unlink()
