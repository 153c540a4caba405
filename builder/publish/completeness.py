"""Keeps complete PDFs from being replaced by incomplete ones, where what is missing may be there next time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from builder.problems import Problem, Severity
from builder.store import Store, digest

PASSING = frozenset({"I01", "I04", "I05", "I06", "S01", "S11"})
"""Problems with pictures whose cause is this machine or this moment: memory, a disk, the network."""


def guarded(store: Store, targets: Iterable[Path], problems: Sequence[Problem]) -> list[Problem]:
    """The problems; those that will pass are errors where a PDF would be replaced that has all of its pictures."""
    if not any(problem.code in PASSING for problem in problems):
        return list(problems)
    if not any(path.exists() and store.note(_key(path)) is not False for path in targets):
        return list(problems)
    more = "What is in output/ has this picture and was kept. Build again; to do without it, remove those PDFs first."
    return [
        replace(problem, severity=Severity.ERROR, hint=f"{problem.hint.rstrip('.')}. {more}".lstrip(". "))
        if problem.code in PASSING
        else problem
        for problem in problems
    ]


def remember(store: Store, targets: Iterable[Path], *, complete: bool) -> None:
    """Notes whether PDFs that have been put in place have all of their pictures."""
    for path in targets:
        if store.note(_key(path)) is not complete:
            store.keep_note(_key(path), complete)


def _key(path: Path) -> str:
    return digest("complete", str(path.resolve()))
