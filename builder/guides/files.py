"""Which files of a folder are guides, and their bytes; what they say is not looked at yet."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from builder import files
from builder.problems import Place, Problem, Severity

MAX_BYTES = 60_000
_NOT_GUIDES = {"readme", "license", "contributing", "changelog", "code_of_conduct", "security"}
_ENDINGS = {"md", "markdown", "mdown", "mkd"}


def find_guides(folder: Path, shown: str) -> tuple[dict[str, Path], list[Problem]]:
    """The guide files of a folder by slug: `<slug>.md`, or `<slug>/<slug>.md`; `shown` is the folder's printed name."""
    if not folder.is_dir():
        return {}, [Problem(Place(shown), "G01", "there is no such folder of guides", "Name a folder with --guides.")]
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in sorted(_candidates(folder), key=lambda path: (path.stem != path.stem.casefold(), path.as_posix())):
        stem, _, ending = path.name.rpartition(".")
        slug = _slug(stem)
        place = Place(f"{shown}/{path.relative_to(folder).as_posix()}")
        if not slug or ending.casefold() != "md":
            why = "its name does not end in .md" if slug else "its name has neither a letter from a to z nor a digit"
            hint = "Rename it: a guide is a file such as my-exchange.md. A name that begins with _ is passed over."
            problems.append(Problem(place, "G15", f"left out: {why}", hint, Severity.WARNING))
        elif not files.is_inside(path, folder):
            hint = "Put the file itself there: a guide's text goes to clients."
            problems.append(Problem(place, "G05", "the guide is a link that leads out of the folder", hint))
        elif slug in found:
            message = f"left out: {found[slug].relative_to(folder).as_posix()} is the guide '{slug}' already"
            problems.append(Problem(place, "G02", message, "Remove or rename one of the two.", Severity.WARNING))
        else:
            found[slug] = path
    if not found:
        problems.append(Problem(Place(shown), "G03", "the folder holds no guides", "A guide is a file <slug>.md."))
    return dict(sorted(found.items())), problems


def _candidates(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "_")) and entry.name.strip("._-") not in _ENDINGS:
            continue
        if entry.is_dir():
            for inner in entry.iterdir():
                if is_markdown(inner) and inner.stem.casefold() == entry.name.casefold():
                    yield inner
        elif is_markdown(entry) and entry.stem.casefold() not in _NOT_GUIDES:
            yield entry


def is_markdown(path: Path) -> bool:
    """Whether a file is named like a guide, well or badly."""
    return path.name.rpartition(".")[2].casefold() in _ENDINGS


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")


@dataclass(frozen=True, slots=True)
class File:
    """A guide's file as it was read: its bytes, or why it could not be. `shown` is how problems name it."""

    path: Path
    shown: str
    data: bytes = b""
    problem: Problem | None = None


def read_file(path: Path, shown: str) -> File:
    """The bytes of a guide's file; no more than are read at most."""
    try:
        data = files.read(path, MAX_BYTES)
    except OSError as error:
        why = error.strerror or "unreadable"
        code, hint = ("G04", "Split the guide.") if error.errno == errno.EFBIG else ("G05", "Check the file.")
        return File(path, shown, problem=Problem(Place(shown), code, f"the guide can't be read: {why}", hint))
    return File(path, shown, data)
