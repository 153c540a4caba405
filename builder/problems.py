"""Problems as data: where, which, what, and how to mend it.

Every stage collects problems instead of stopping at the first one; `cli` prints them once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is: an error stops publication, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file the user edits; `line` and `column` count from 1, 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `code` is stable and documented in docs/problems.md; `hint` says how to mend it."""

    place: Place
    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        label = "" if self.is_error else "warning: "
        text = f"{self.place}: {self.code} {label}{self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text


class BuildError(Exception):
    """Raised when work cannot go on because of the input; carries every problem found so far."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def of_disk(error: OSError, where: str) -> Problem:
    """What stands in the way of a file; `where` is how that is named."""
    message = f"can't be written or read: {error.strerror or error}"
    hint = "Check the free space and the permissions of this file and of output/ and .cache/."
    return Problem(Place(where), "O01", message, hint)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems without repeats, by place, then code."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.place, problem.code, problem.message)))


def errors_in(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Only what stops publication."""
    return tuple(problem for problem in problems if problem.is_error)


def stop_on_errors(problems: Iterable[Problem]) -> None:
    """BuildError with all problems where there is an error among them."""
    problems = in_order(problems)
    if errors_in(problems):
        raise BuildError(problems)
