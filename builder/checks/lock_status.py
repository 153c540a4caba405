"""What the lock file knows of the pictures, as the check takes it."""

from __future__ import annotations

from collections.abc import Mapping

from builder.checks.pictures import Kept
from builder.problems import Place
from builder.screenshots.fetch.lock import Entry
from builder.screenshots.review import read_confirmation


def kept_in(entries: Mapping[str, Entry], folder: str) -> dict[str, Kept]:
    """Each record by its address; `folder` is how the screenshots' folder is named in problems.

    A confirmation that can't be read counts as none here; the audit reports it.
    """
    kept: dict[str, Kept] = {}
    for address, entry in entries.items():
        confirmation, _ = read_confirmation(entry.more, Place(folder))
        kept[address] = Kept(
            f"{folder}/{entry.file}",
            entry.fetched,
            confirmation.date if confirmation else None,
            confirmation is not None and confirmation.sha256 != entry.sha256,
        )
    return kept
