"""A folder for temporary files that is gone afterwards, also after a kill: then the next run removes it."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "hb-"  # short: a socket's path may have some hundred characters, and the system's folder takes half
_OF_WORKERS = "pymp-"  # Python removes what it talks to its workers by, last of all


@contextlib.contextmanager
def scratch() -> Iterator[None]:
    """Libraries and other processes of this one put their temporary files into one folder meanwhile."""
    if os.name == "nt":  # a process can't be asked there whether it is still running
        yield
        return
    home = Path(tempfile.gettempdir())
    _sweep(home)
    folder = home / f"{_PREFIX}{os.getpid()}"
    before, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    try:
        folder.mkdir(mode=0o700)
        atexit.register(_remove, folder)
    except OSError:  # no space, or not writable; or this process has one already
        if not (folder.is_dir() and folder.lstat().st_uid == os.geteuid()):
            yield
            return
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        if variable is None:
            os.environ.pop("TMPDIR", None)
        else:
            os.environ["TMPDIR"] = variable
        for left in folder.iterdir():
            if not left.name.startswith(_OF_WORKERS):
                shutil.rmtree(left, ignore_errors=True)


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _sweep(home: Path) -> None:
    """Removes the folders of processes that are no more."""
    for folder in home.glob(f"{_PREFIX}*"):
        number = folder.name.removeprefix(_PREFIX)
        with contextlib.suppress(OSError):
            if number.isdecimal() and folder.lstat().st_uid == os.geteuid() and not _is_running(int(number)):
                shutil.rmtree(folder)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
