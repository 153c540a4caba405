"""The templates, style sheets and printed words as files, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.problems import BuildError, Place, Problem

_TEMPLATES = {".html", ".css", ".md", ".txt", ".svg", ".yaml"}


@dataclass(frozen=True, eq=False)
class Templates:
    """The templates and style sheets, as they were read once: their texts by path below their folder."""

    files: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> Templates:
        """All text files of a folder. Raises OSError, and BuildError where one is not UTF-8."""
        paths = sorted(path for path in folder.rglob("*") if path.suffix in _TEMPLATES)
        return cls({path.relative_to(folder).as_posix(): _text(path, folder) for path in paths})


def _text(path: Path, folder: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = bytes(error.object[: error.start]).count(b"\n") + 1
        place = Place(f"templates/{path.relative_to(folder).as_posix()}", line)
        raise BuildError([Problem(place, "U02", "the file is not UTF-8 text", "Save it as UTF-8.")]) from error
