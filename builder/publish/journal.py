"""Puts several files in place as one: all of them, or those that were there before.

A rename is one step on every file system, several are not. So the files that are there are kept beside the new ones,
and a journal tells which belong where, before the first is replaced. Whoever comes next (this run after an error, the
next one after a kill) finds the journal and goes on, or takes everything back.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from builder import files
from builder.processes import uninterrupted
from builder.store import write_whole

WORK = ".building-"
"""What the folder of a build that is being published is called, up to its random end."""
_JOURNAL, _BACK, _GUARD = ".publishing.json", ".publishing.back.json", ".publishing.lock"
"""The journal has the second name once all is to be taken back: a rename needs no space on a disk that is full."""
_MAX_BYTES = 1_000_000
_WAIT_SECONDS = 600.0
_PATIENCE = (0.1, 0.3, 0.6)  # seconds, for a reader to let go of a file (Windows)


@contextlib.contextmanager
def workplace(output: Path) -> Iterator[Path]:
    """A new folder in `output` for what is to be put in place; one build has it at a time, others wait.

    What builds that were killed have left is put right first. Raises OSError.
    """
    import filelock

    output.mkdir(parents=True, exist_ok=True)
    try:
        guard = filelock.FileLock(output / _GUARD)
        guard.acquire(timeout=_WAIT_SECONDS)
    except filelock.Timeout as error:
        raise OSError(None, "another build does not let go of it", str(output)) from error
    try:
        settle(output)
        for left in output.glob(f"{WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=output, prefix=WORK))
        try:
            yield folder
        finally:
            settle(output)  # after an interruption; the folder stays if even that is interrupted
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        guard.release()


def settle_left_over(output: Path) -> None:
    """Puts right what builds that were killed have left, where they have left anything."""
    if (output / _JOURNAL).exists() or (output / _BACK).exists() or next(output.glob(f"{WORK}*"), None):
        with workplace(output):
            pass


def put(output: Path, folder: Path, new: Mapping[str, str]) -> None:
    """Puts files of `folder` in place: `new` maps names in `output` to names in the folder.

    Raises OSError, which names the file in `output` that stands in the way; then all is as it was.
    """
    if not new:
        return
    before = {}
    for number, (name, source) in enumerate(sorted(new.items())):
        target = output / name
        with _naming(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir():
                raise IsADirectoryError(None, "a folder stands where this PDF belongs; move it away", str(target))
            if target.exists():
                before[name] = f"before-{number}"
                _copy(target, folder / before[name])
            with (folder / source).open("rb+") as file:
                os.fsync(file.fileno())
    journal = {"folder": folder.name, "new": dict(new), "before": before}
    with uninterrupted():
        write_whole(folder / "journal", json.dumps(journal).encode())
        (folder / "journal").replace(output / _JOURNAL)
        settle(output, onward=True)


def settle(output: Path, *, onward: bool = False) -> None:
    """Goes on with what a journal tells, or takes it back where that can't be done; without a journal, nothing.

    What was begun to be taken back is, whoever goes on with that: both can be repeated after a kill at any step.

    Raises OSError where it was taken back and the caller wanted it done (`onward`), or can't even be taken back, or the
    journal is there and can't be read.
    """
    back = (output / _BACK).exists()
    path = output / (_BACK if back else _JOURNAL)
    if not path.exists():
        return
    data = files.read(path, _MAX_BYTES)
    try:
        said = json.loads(data)
        folder, new, before = output / _plain(said["folder"]), dict(said["new"]), dict(said["before"])
    except (ValueError, KeyError, TypeError):  # not ours: written in one step, it is whole
        path.unlink()
        return
    if back:
        _take_back(output, folder, new, before)
        path.unlink()
        return
    failed: OSError | None = None
    for name, source in sorted(new.items()):
        try:
            if (folder / source).exists():
                with _naming(output / name):
                    _replace(folder / source, output / name)
        except OSError as error:
            failed = error
            break
    if failed is not None:
        path = path.replace(output / _BACK)
        _take_back(output, folder, new, before)
    path.unlink()
    if failed is not None and onward:
        raise failed


def _take_back(output: Path, folder: Path, new: Mapping[str, str], before: Mapping[str, str]) -> None:
    for name, source in new.items():
        if (folder / source).exists():  # was not put in place
            continue
        with _naming(output / name):
            if name in before:
                if (folder / before[name]).exists():  # else it is back already
                    _replace(folder / before[name], output / name)
            else:
                (output / name).unlink(missing_ok=True)


def _plain(name: str) -> str:
    if Path(name).name != name or not name.startswith(WORK):
        raise ValueError(name)
    return name


def _copy(file: Path, to: Path) -> None:
    """A second name for a file, or a copy where the file system has no such thing."""
    try:
        os.link(file, to, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copyfile(file, to)


def _replace(file: Path, target: Path) -> None:
    for seconds in _PATIENCE if os.name == "nt" else ():
        try:
            file.replace(target)
            return
        except PermissionError:
            time.sleep(seconds)
    file.replace(target)


@contextlib.contextmanager
def _naming(target: Path) -> Iterator[None]:
    """The file that the user knows is the one to name, not the temporary one beside it."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise
