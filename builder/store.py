"""The cache: prepared assets named by their content, results kept by the digest of what went into them.

Everything here can be made again, so the folder may be deleted at any time. Files appear whole or not at all, so
two builds may share it. What is read is what was written: an asset must have the digest that its name tells, a result
the one that was noted; whatever is damaged, in whatever way, is not there, and is made again.

Notes are sealed with a key of the cache's own: they hold what was read on screenshots, and digests of secrets as
short as an account number, which could be guessed. The whole folder is its owner's alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from builder import files

README = """This folder holds what the handbook builder has prepared and laid out, so that it need not do so again.
It may be deleted at any time; the next build fills it again. Nothing in it belongs into version control, and nothing
of it should be passed on: it was made of screenshots.
"""
KEEP_SECONDS = 30 * 24 * 3600
"""How long something unused is kept."""
_HALF_WRITTEN_SECONDS = 3600  # what a killed run left half-written goes after that
_WRITING = ".writing-"
_MAX = 1 << 31  # bytes of an entry
_KEY, _NONCE, _SEAL = 32, 16, 16  # bytes

_seen: dict[Path, tuple[int, ...]] = {}
"""Size, times and inode of each file that this process has found to be what was written."""


def digest(*parts: bytes | str) -> str:
    """The SHA-256, in hex, of some parts; where one ends and the next begins counts."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes a file so that nobody ever sees half of it and a failure leaves the old one in place.

    OSError names the file, not the temporary one beside it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_WRITING)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


class Store:
    """One cache folder. Assets are files `<digest><suffix>` in one flat folder; results are files by key."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.assets = root / "assets"
        self._results = root / "results"
        self._secret = b""

    def open(self) -> None:
        """Makes the folders; to be called before anything is put in."""
        with self._blaming_the_cache():
            for folder in (self.root, self.assets, self._results):
                if os.path.lexists(folder) and not folder.is_dir():
                    folder.unlink()
                files.make_private(folder)
            if not (self.root / "README").exists():
                write_whole(self.root / "README", README.encode())
                write_whole(self.root / ".gitignore", b"*\n")
            self._make_key()

    def put_asset(self, data: bytes, suffix: str) -> str:
        """Keeps an asset; its name, which depends on nothing but its content."""
        name = digest(data)[:40] + suffix
        if not self.has_asset(name):
            self._write(self.assets / name, data)
        return name

    def has_asset(self, name: str) -> bool:
        """Whether an asset is there as it was put in; read once in each process. Asking counts as use."""
        return self._is_whole(self.assets / name, lambda data: is_asset(name, data))

    def asset(self, name: str) -> bytes:
        """An asset's bytes; OSError where they are not there as they were put in."""
        data = files.read(self.assets / name, _MAX)
        if not is_asset(name, data):
            raise OSError(None, "it is damaged; the next build makes it again", str(self.assets / name))
        return data

    def result(self, key: str, suffix: str) -> Path | None:
        """Where a result kept under a key lies, or None; looking counts as use."""
        path = self._path(key, suffix)
        kept = self.note(key + suffix) if path.exists() else None
        return path if kept and self._is_whole(path, lambda data: hashlib.sha256(data).hexdigest() == kept) else None

    def keep(self, key: str, suffix: str, data: bytes) -> Path:
        path = self._path(key, suffix)
        self._write(path, data)
        self.keep_note(key + suffix, hashlib.sha256(data).hexdigest())
        return path

    def note(self, key: str) -> Any:
        """A kept JSON value, or None where there is none or it is not what was kept."""
        path = self._path(key, ".note")
        try:
            data = files.read(path, _MAX)
            secret = self._key()
            nonce, seal, sealed = data[:_NONCE], data[_NONCE : _NONCE + _SEAL], data[_NONCE + _SEAL :]
            if not secret or _seal(secret, key, nonce, sealed) != seal:
                return None
            os.utime(path)
            return json.loads(_mixed(secret, nonce, sealed))
        except (OSError, ValueError):
            return None

    def keep_note(self, key: str, value: Any) -> None:
        """Keeps a JSON value, sealed."""
        nonce, secret = os.urandom(_NONCE), self._key() or self._make_key()
        sealed = _mixed(secret, nonce, json.dumps(value, ensure_ascii=False, sort_keys=True).encode())
        self._write(self._path(key, ".note"), nonce + _seal(secret, key, nonce, sealed) + sealed)

    def prune(self, in_use: Iterable[str] = ()) -> None:
        """Removes what nobody used for a month, and what was left half-written; `in_use` names assets to spare."""
        spared = set(in_use)
        now = time.time()
        for folder in (self.root, self.assets, self._results):
            for path in folder.iterdir():
                is_half = path.name.startswith(_WRITING)
                if folder == self.root and not is_half:
                    continue
                with contextlib.suppress(OSError):
                    age = now - path.lstat().st_mtime
                    if path.name not in spared and age > (_HALF_WRITTEN_SECONDS if is_half else KEEP_SECONDS):
                        path.unlink()

    def _path(self, key: str, suffix: str) -> Path:
        """Where an entry lies. Its name tells nothing of the key, which may be made of what was read on pictures."""
        return self._results / (digest(self._key(), key)[:40] + suffix)

    def _key(self) -> bytes:
        """The cache's own key, or nothing where there is none."""
        if not self._secret:
            with contextlib.suppress(OSError):
                secret = files.read(self.root / "key", _KEY)
                self._secret = secret if len(secret) == _KEY else b""
        return self._secret

    def _make_key(self) -> bytes:
        """The cache's own key, made at random where there is none; of two builds that begin at once, one makes it."""
        if not self._key():
            path = self.root / "key"
            fresh = self.root / f"{_WRITING}key-{os.getpid()}"
            write_whole(fresh, os.urandom(_KEY), 0o600)
            try:
                os.link(fresh, path)
            except OSError:  # one is there, whole or not; or the file system has no links
                if not self._key():
                    self._put(fresh, path)
            fresh.unlink(missing_ok=True)
        return self._key()

    def _is_whole(self, path: Path, fits: Callable[[bytes], bool]) -> bool:
        try:
            now = _look_of(path)
            if _seen.get(path) != now and (path.is_symlink() or not fits(files.read(path, _MAX))):
                return False
            os.utime(path)
            _seen[path] = _look_of(path)
        except OSError:
            return False
        return True

    def _write(self, path: Path, data: bytes) -> None:
        with self._blaming_the_cache():
            try:
                write_whole(path, data, 0o600)
            except (IsADirectoryError, PermissionError):  # Windows tells the second
                if not path.is_dir():
                    raise
                shutil.rmtree(path)
                write_whole(path, data, 0o600)

    @staticmethod
    def _put(fresh: Path, path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        fresh.replace(path)

    @contextlib.contextmanager
    def _blaming_the_cache(self) -> Iterator[None]:
        """An entry's name says nothing to anybody: what can't be written is the cache."""
        try:
            yield
        except OSError as error:
            error.filename, error.filename2 = str(self.root), None
            raise


def is_asset(name: str, data: bytes) -> bool:
    """Whether some bytes are those of the asset of this name."""
    return name.partition(".")[0] == digest(data)[:40]


def _look_of(path: Path) -> tuple[int, ...]:
    found = path.lstat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _seal(secret: bytes, key: str, nonce: bytes, sealed: bytes) -> bytes:
    """What only who has the key can make of a note; it belongs to one key's entry, so that none stands for another."""
    return hashlib.blake2b(nonce + digest(key).encode() + sealed, key=secret, digest_size=_SEAL).digest()


def _mixed(secret: bytes, nonce: bytes, data: bytes) -> bytes:
    """Data made unreadable, or readable again."""
    stream = hashlib.shake_256(secret + nonce).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")
