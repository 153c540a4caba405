"""Problems for programs: JSON, and annotations for GitHub's workflows. For people, print them as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable

from builder.problems import Problem


def as_json(problems: Iterable[Problem]) -> str:
    """An array of objects; `line` and `column` count from 1 and are 0 for a whole file or line."""
    return json.dumps(
        [
            {
                "file": problem.place.file,
                "line": problem.place.line,
                "column": problem.place.column,
                "code": problem.code,
                "severity": problem.severity.value,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in problems
        ],
        ensure_ascii=False,
        indent=2,
    )


def as_github(problems: Iterable[Problem]) -> str:
    """One workflow command a problem, so that GitHub shows it beside the line."""
    return "\n".join(_annotation(problem) for problem in problems)


def _annotation(problem: Problem) -> str:
    place = problem.place
    values = {"file": place.file, "line": place.line, "col": place.column, "title": problem.code}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in values.items() if value)
    text = f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message
    return f"::{problem.severity.value} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
