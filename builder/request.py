"""What a person asks to be built, checked or shown: the settings, and what the options say."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from builder.config.handbook import Config


@dataclass(frozen=True, slots=True)
class Request:
    """What to build. Without `slugs`, every guide and the handbook; with them, those guides' PDFs."""

    config: Config
    guides: Path
    output: Path
    today: datetime.date  # for the lock file and the age of screenshots; never for the pages
    slugs: tuple[str, ...] = ()
    paper: str = "a4"
    profile: str = "screen"
    booklet: int = 0  # sheets that are folded together, at most; 0 makes no booklet
    mirror: str = ""
    strict: bool = False
    offline: bool = False
    refresh: bool = False
    jobs: int = 1
    ink_saver: bool = False
    figures: str = ""  # screenshots or drawings; empty as the settings and the guides say
    gate_ocr: bool = False

    @property
    def is_own(self) -> bool:
        """Whether these are the project's own guides and not a folder of others."""
        return self.guides.resolve() == self.config.paths.guides.resolve()
