"""The templates, style sheets and printed words as files, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TEMPLATES = {".html", ".css", ".md", ".txt", ".svg", ".yaml"}


@dataclass(frozen=True, eq=False)
class Templates:
    """The templates and style sheets, as they were read once: their texts by path below their folder."""

    files: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> Templates:
        """All text files of a folder. Raises OSError."""
        paths = sorted(path for path in folder.rglob("*") if path.suffix in _TEMPLATES)
        return cls({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths})
