"""A table of clients, CSV in UTF-8 with or without a byte order mark → one client's values a row.

The columns are the keys of a client's file, those of `overrides` with dots: `overrides.gate.label`. In a cell with
several values they are parted by spaces, commas or semicolons. What is wrong names the row's line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from builder import fields
from builder.packets.client import CLIENT_KEYS, Said, folder_name
from builder.problems import BuildError, Place, Problem

MAX_BYTES = 50_000_000
FAILED, REASON = "failed.csv", "reason"
_SEVERAL = {"exchanges", "ips"}
_PARTING = re.compile(r"[\s,;]+")
_COLUMN = re.compile(r"overrides\.[a-z0-9-]+\.(label|ips)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the table's columns, its own cells as they stand, be they too few or too many, and what they say.

    `problems` is what is wrong with their form. Neither columns nor cells include an earlier reason.
    """

    line: int
    columns: tuple[str, ...]
    cells: tuple[str, ...]
    said: Said | None
    problems: tuple[Problem, ...]


def read(path: Path, shown: str) -> list[Row]:
    """The rows of a table; BuildError where there is no table that can be understood."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unreadable(shown, f"it has more than {MAX_BYTES:,} bytes")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(shown, "it is not UTF-8 text") from None
    except OSError as error:
        raise _unreadable(shown, error.strerror or "unreadable") from None
    return parse(text, shown)


def parse(text: str, file: str) -> list[Row]:
    """The rows of a table's text; BuildError as for `read`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = next(reader, [])
        _check_columns(columns, file)
        rows: list[Row] = []
        folders: dict[str, int] = {}
        before = reader.line_num
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_row(columns, cells, before + 1, file, folders))
            before = reader.line_num
    except csv.Error as error:
        raise BuildError([Problem(Place(file, reader.line_num), "N09", f"this is no CSV: {error}", _HOW)]) from None
    if not rows:
        raise BuildError([Problem(Place(file), "N09", "the table has no rows", _HOW)])
    return rows


_HOW = "`handbook packet --sample` writes a table to begin with; save it as CSV in UTF-8, with commas."


def _unreadable(shown: str, why: str) -> BuildError:
    return BuildError([Problem(Place(shown), "N08", f"the table can't be read: {why}", _HOW)])


def _check_columns(columns: Sequence[str], file: str) -> None:
    """Columns may be missing, but none may be unknown; that of the reasons is passed over when a table comes back."""
    known = {key.name for key in CLIENT_KEYS} - {"overrides"}
    problems = []
    for number, column in enumerate(columns):
        if column in columns[:number]:
            problems.append(Problem(Place(file, 1), "N04", f"the column '{column}' stands twice", "Keep one."))
        elif column not in known and column != REASON and not _COLUMN.fullmatch(column):
            hint = f"Allowed: {', '.join(sorted(known))}, overrides.EXCHANGE.label, overrides.EXCHANGE.ips."
            problems.append(Problem(Place(file, 1), "N03", f"there is no column '{column}'", hint))
    if problems:
        raise BuildError(problems)


def _row(columns: Sequence[str], cells: Sequence[str], line: int, file: str, folders: dict[str, int]) -> Row:
    own, said = _without_reason(columns, columns), _without_reason(columns, cells)
    if len(cells) != len(columns):
        message = f"the row has {len(cells)} cells for {len(columns)} columns"
        problem = Problem(Place(file, line), "N09", message, "Put a cell with commas in quotes.")
        return Row(line, own, said, None, (problem,))
    found, problems = fields.read_node(_node(dict(zip(own, said, strict=True)), line), file, CLIENT_KEYS, "N")
    if problems:
        return Row(line, own, said, None, tuple(problems))
    folder = folder_name(str(found.values["client"]))
    if folder in folders:
        message = (
            f"the client in line {folders[folder]} has the same name, or one that gives the same folder, '{folder}'"
        )
        return Row(line, own, said, None, (Problem(Place(file, line), "N11", message, "Tell them apart."),))
    folders[folder] = line
    return Row(line, own, said, Said(folder, Place(file, line), found.values, found.lines), ())


def _without_reason(columns: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    """A row's cells but for that of the reason, which stands first in what `failed` writes."""
    place = columns.index(REASON) if REASON in columns else len(cells)
    return (*cells[:place], *cells[place + 1 :])


def _node(cells: Mapping[str, str], line: int) -> yaml.MappingNode:
    """A row as what YAML with the same values would be read to; all of it stands on the row's line."""
    mark = yaml.Mark("", 0, line - 1, 0, None, 0)

    def scalar(text: str) -> yaml.ScalarNode:
        return yaml.ScalarNode("tag:yaml.org,2002:str", text, mark, mark)

    def cell(name: str, text: str) -> yaml.Node:
        if name not in _SEVERAL:
            return scalar(text)
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [scalar(each) for each in _parted(text)], mark, mark)

    def mapping(pairs: Sequence[tuple[str, yaml.Node]]) -> yaml.MappingNode:
        inner = [(scalar(name), node) for name, node in pairs]
        return yaml.MappingNode("tag:yaml.org,2002:map", inner, mark, mark)

    own: dict[str, list[tuple[str, yaml.Node]]] = {}
    plain: list[tuple[str, yaml.Node]] = []
    for column, text in cells.items():
        if not text.strip():
            continue
        if column.startswith("overrides."):
            _, slug, name = column.split(".")
            own.setdefault(slug, []).append((name, cell(name, text)))
        else:
            plain.append((column, cell(column, text)))
    if own:
        plain.append(("overrides", mapping([(slug, mapping(pairs)) for slug, pairs in own.items()])))
    return mapping(plain)


def _parted(text: str) -> Iterator[str]:
    return (part for part in _PARTING.split(text) if part)


def failed(rows: Sequence[tuple[Row, Sequence[Problem]]]) -> str:
    """A table of the rows of which nothing came, with the reason and all their cells; it can be mended and read.

    The reason stands first, so that a row with too few cells or too many still has them, and is not taken for whole.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    if rows:
        writer.writerow([REASON, *rows[0][0].columns])
    for row, problems in rows:
        reason = "; ".join(f"{problem.code} {problem.message}" for problem in problems)
        writer.writerow([reason, *row.cells])
    return written.getvalue()
