"""A table of recipients, as CSV: one message a row. All of it is right, or nothing of it is used."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.problems import BuildError, Place, Problem, in_order

COLUMNS = ("document", "to", "cc", "name")
"""`document` is a slug or a packet's path; `document`, `to` and `cc` may hold several, parted by semicolons."""
_MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the table has it."""

    place: Place
    documents: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    name: str


def read(path: Path, shown: str, documents: tuple[str, ...]) -> list[Row]:
    """The rows; `documents` go with every row of a table without that column. BuildError with all that is wrong."""
    try:
        data = path.read_bytes()
        if len(data) > _MAX_BYTES:
            raise ValueError("it is larger than 5 MB")
        return rows(data.decode("utf-8-sig"), shown, documents)
    except (OSError, ValueError) as error:
        why = (
            "it is not UTF-8 text"
            if isinstance(error, UnicodeDecodeError)
            else getattr(error, "strerror", "") or str(error)
        )
        hint = "Save it as CSV, in UTF-8, with commas."
        raise BuildError([Problem(Place(shown), "M40", f"the table can't be read: {why}", hint)]) from error


def rows(source: str, shown: str, documents: tuple[str, ...]) -> list[Row]:
    """The rows of a table's text."""
    reader = csv.reader(io.StringIO(source, newline=""), strict=True)
    found: list[Row] = []
    problems: list[Problem] = []
    try:
        columns = [name.strip().casefold() for name in next(reader, [])]
        problems += _heading(columns, shown, documents)
        if problems:
            raise BuildError(problems)
        line = reader.line_num + 1
        for cells in reader:
            place, line = Place(shown, line), reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                hint = f"Give it {len(columns)}, some of them empty; put quotes around a value with a comma."
                problems.append(Problem(place, "M42", f"the row has {len(cells)} values", hint))
                continue
            row = _row(place, dict(zip(columns, cells, strict=True)), documents)
            found.append(row)
            problems += _lacks(row)
    except csv.Error as error:
        hint = "Check the quotes; a quote inside a value is written twice."
        problems.append(Problem(Place(shown, reader.line_num), "M40", f"this can't be read as CSV: {error}", hint))
    if not found and not problems:
        problems.append(Problem(Place(shown), "M42", "the table has no rows", "Write one message a row."))
    if problems:
        raise BuildError(in_order(problems))
    return found


def _heading(columns: list[str], shown: str, documents: tuple[str, ...]) -> list[Problem]:
    wanted = {"to"} if documents else {"to", "document"}
    unknown = [name for name in columns if name not in COLUMNS]
    problems = []
    hint = f"The first row names the columns: {', '.join(COLUMNS)}; only {' and '.join(sorted(wanted))} must be there."
    if unknown or len(set(columns)) < len(columns):
        what = f"no column is called {unknown[0]!r}" if unknown else "a column stands twice"
        problems.append(Problem(Place(shown, 1), "M41", what, hint))
    if missing := sorted(wanted - {*columns}):
        problems.append(Problem(Place(shown, 1), "M41", f"the column {missing[0]!r} is missing", hint))
    if documents and "document" in columns:
        hint = "Name what to send in the table or on the command line, not in both."
        problems.append(Problem(Place(shown, 1), "M41", "what to send is named twice", hint))
    return problems


def _row(place: Place, cells: Mapping[str, str], documents: tuple[str, ...]) -> Row:
    def several(name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in cells.get(name, "").split(";") if part.strip())

    return Row(
        place, documents or several("document"), several("to"), several("cc"), " ".join(cells.get("name", "").split())
    )


def _lacks(row: Row) -> list[Problem]:
    missing = [name for name, value in (("document", row.documents), ("to", row.to)) if not value]
    return [
        Problem(row.place, "M42", f"the row has no {name!r}", "Fill it in, or take the row out.") for name in missing
    ]
