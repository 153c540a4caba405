"""Reading YAML that people write: keys declared once, every fault reported with its line.

A `Key` says what a key is called, what it may hold, what it means and what stands when it is missing; the
documentation of `handbook.yaml`, the brand file and front matter is tested against these declarations.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from builder.problems import Place, Problem

MAX_BYTES = 100_000
"""The largest file of settings that is read."""
_NODES, _DEPTH, _CHARACTERS = 3_000, 16, 2_000  # most values, deepest nesting, longest text
_ADDRESS = 500  # characters of an address that is printed, also as a code
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*|[0-9a-f]*:[0-9a-f:.]+")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class Excess(Exception):
    """A YAML text is more than is read; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


def bound(source: str, *, characters: int = MAX_BYTES, nodes: int = _NODES, depth: int = _DEPTH) -> None:
    """Raises Excess for a YAML text that would grow or nest beyond bounds when it is put together, and YAMLError.

    Aliases are refused: a few lines of them stand for gigabytes. Events come one by one, whatever the text's depth.
    """
    if len(source) > characters:
        raise Excess(0, f"{len(source):,} characters; {characters:,} are read at most")
    level = count = 0
    event: Any
    for event in yaml.parse(source, Loader=_Loader):
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None):
            raise Excess(line, f"an anchor or an alias ('{event.anchor}'); write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            level += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            level -= 1
        count += isinstance(event, yaml.NodeEvent)
        if level > depth:
            raise Excess(line, f"values that stand in one another more than {depth} deep")
        if count > nodes:
            raise Excess(line, f"more than {nodes:,} values")


class Unfit(Exception):
    """A value is not what its key takes; `expected` completes the sentence "expected …"."""

    def __init__(self, expected: str, node: yaml.Node | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.node = node


Kind = Callable[[yaml.Node], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping. `default` stands when the key is missing; a `required` key has none."""

    name: str
    kind: Kind
    meaning: str
    default: Any = None
    required: bool = False
    keys: tuple[Key, ...] = ()  # what a nested mapping takes; then `kind` is not used


@dataclass(frozen=True, slots=True)
class Fields:
    """What a file said: values by key (nested ones as mappings), and where.

    `lines` tells the line of each key by its dotted name, and that of each value of a list by `name.value`.
    """

    values: Mapping[str, Any]
    lines: Mapping[str, int]


def section(name: str, meaning: str, *keys: Key) -> Key:
    """A key that holds a mapping of its own."""
    return Key(name, text, meaning, keys=keys)


def read(source: str, file: str, keys: Sequence[Key], code: str, first_line: int = 1) -> tuple[Fields, list[Problem]]:
    """The values of a YAML mapping.

    `code` is the letter that begins the problems' codes (`C` gives C01 …); `first_line` is the line of the file on
    which `source` begins. Whatever is wrong is left at its default and reported.
    """
    reader, root = begin(source, file, code, first_line)
    if reader.problems:
        return Fields(Reader(file, code, 0).mapping(None, keys, ""), {}), reader.problems
    values = reader.mapping(root, keys, "")
    return Fields(values, reader.lines), reader.problems


def begin(source: str, file: str, code: str, first_line: int = 1) -> tuple[Reader, yaml.Node | None]:
    """A reader for a YAML text, which has a problem where that is not YAML, and the text's root; as for `read`."""
    reader = Reader(file, code, first_line - 1)
    try:
        bound(source)
        return reader, yaml.compose(source, Loader=_Loader)
    except Excess as excess:
        line = max(excess.line, 1) + reader.offset
        hint = "Write it shorter and flatter: no such file needs as much."
        reader.problems.append(Problem(Place(file, line), f"{code}01", f"this is not read: {excess.what}", hint))
        return reader, None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "it is not YAML"
        line = (mark.line + 1 if mark else 1) + reader.offset
        reader.problems.append(
            Problem(
                Place(file, line),
                f"{code}01",
                f"this is not readable as YAML: {what}",
                "Check the indentation, and put quotes around a value that holds ': ' or begins with a special sign.",
            )
        )
        return reader, None


def read_node(root: yaml.Node, file: str, keys: Sequence[Key], code: str) -> tuple[Fields, list[Problem]]:
    """The values of a mapping that did not come from YAML, such as a row of a table; its marks tell the lines."""
    reader = Reader(file, code, 0)
    values = reader.mapping(root, keys, "")
    return Fields(values, reader.lines), reader.problems


class Reader:
    """Walks one YAML document and notes faults; lives as long as that is read."""

    def __init__(self, file: str, code: str, offset: int) -> None:
        self.file = file
        self.code = code
        self.offset = offset
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def refuse(self, node: yaml.Node, number: int, message: str, hint: str) -> None:
        line = node.start_mark.line + 1 + self.offset
        self.problems.append(Problem(Place(self.file, line), f"{self.code}{number:02}", message, hint))

    def mapping(self, node: yaml.Node | None, keys: Sequence[Key], trail: str) -> dict[str, Any]:
        known = {key.name: key for key in keys}
        found = self._entries(node, known, trail)
        return {key.name: self._value(key, found.get(key.name), node, trail) for key in keys}

    def _entries(self, node: yaml.Node | None, known: Mapping[str, Key], trail: str) -> dict[str, yaml.Node]:
        if node is None or is_null(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            what = f"'{trail.rstrip('.')}'" if trail else "the file"
            self.refuse(
                node, 2, f"{what} should hold keys and values", f"Write lines such as '{next(iter(known))}: …'."
            )
            return {}
        found: dict[str, yaml.Node] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value) if isinstance(name_node, yaml.ScalarNode) else "…"
            if name not in known:
                allowed = ", ".join(sorted(known))
                self.refuse(
                    name_node, 3, f"there is no key '{trail}{name}'", f"{_meant(name, known)}Allowed: {allowed}."
                )
            elif name in found:
                self.refuse(name_node, 4, f"the key '{trail}{name}' stands twice", "Keep one of the two.")
            else:
                found[name] = value_node
                self.lines[trail + name] = name_node.start_mark.line + 1 + self.offset
        return found

    def _value(self, key: Key, node: yaml.Node | None, parent: yaml.Node | None, trail: str) -> Any:
        if key.keys:
            return self.mapping(node, key.keys, f"{trail}{key.name}.")
        if node is None or is_null(node):
            if key.required and (parent is None or isinstance(parent, yaml.MappingNode)):
                line = (parent.start_mark.line + 1 if parent else 1) + self.offset
                hint = f"Add '{key.name}: …' — {key.meaning}"
                self.problems.append(
                    Problem(Place(self.file, line), f"{self.code}05", f"the key '{trail}{key.name}' is missing", hint)
                )
            return key.default
        try:
            self.lines.update(self._lines_of_values(node, f"{trail}{key.name}."))
            return key.kind(node)
        except Unfit as unfit:
            self.refuse(unfit.node or node, 6, f"'{trail}{key.name}' should be {unfit.expected}", key.meaning)
            return key.default

    def _lines_of_values(self, node: yaml.Node, trail: str) -> Iterator[tuple[str, int]]:
        """The line of each value of a list, and of each key of a mapping that is a value."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else []
        parts = [name for name, _ in node.value] if isinstance(node, yaml.MappingNode) else parts
        for part in parts:
            if isinstance(part, yaml.ScalarNode):
                yield f"{trail}{part.value}", part.start_mark.line + 1 + self.offset


def is_null(node: yaml.Node) -> bool:
    """Whether nothing stands behind a key."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _meant(name: str, known: Mapping[str, Key]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean '{close[0]}'? " if close else ""


def _scalar(node: yaml.Node, expected: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or is_null(node):
        raise Unfit(expected, node)
    return _bounded(node).strip()


def _bounded(node: yaml.ScalarNode) -> str:
    """What a value says, where it can be printed and is no book."""
    value = str(node.value)
    if len(value) > _CHARACTERS:
        raise Unfit(f"at most {_CHARACTERS:,} characters long", node)
    if _CONTROL.search(value):
        raise Unfit("free of control characters", node)
    return value


def text(node: yaml.Node) -> str:
    """Any words on one or more lines; numbers and dates count as they are written."""
    value = _scalar(node, "text")
    if not value:
        raise Unfit("text, not empty", node)
    return " ".join(value.split())


def verbatim(node: yaml.Node) -> str:
    """Characters exactly as they stand, spaces included (a separator)."""
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        raise Unfit("the characters in quotes", node)
    return _bounded(node)


def flag(node: yaml.Node) -> bool:
    value = _scalar(node, "true or false").casefold()
    if value not in {"true", "false", "yes", "no"}:
        raise Unfit("true or false", node)
    return value in {"true", "yes"}


def date(node: yaml.Node) -> datetime.date:
    value = _scalar(node, "a date such as 2026-02-03")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise Unfit("a date such as 2026-02-03", node) from None


def colour(node: yaml.Node) -> str:
    """An sRGB colour as `#RRGGBB`, in capitals."""
    value = _scalar(node, "a colour such as '#E5C73E'")
    if not _COLOUR.fullmatch(value):
        raise Unfit("a colour such as '#E5C73E', in quotes", node)
    return value.upper()


def web_address(node: yaml.Node) -> str:
    value = _scalar(node, "an address that begins with https://")
    if len(value) > _ADDRESS:
        raise Unfit(f"an address of at most {_ADDRESS} characters", node)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise Unfit("an address that begins with https://", node) from None
    if parts.scheme != "https" or not parts.hostname or " " in value:
        raise Unfit("an address that begins with https://", node)
    return value


def host(node: yaml.Node) -> str:
    """The name of a host, or its IP address, in the form in which hosts are compared."""
    expected = "a host such as www.example.com, without https://"
    value = _scalar(node, expected).casefold().rstrip(".")
    if len(value) > _ADDRESS or not _HOST.fullmatch(value):
        raise Unfit(expected, node)
    return value


def number(least: float, most: float, *, whole: bool = True) -> Kind:
    """A number between two bounds, both allowed."""
    expected = f"a {'whole ' if whole else ''}number from {least:g} to {most:g}"

    def kind(node: yaml.Node) -> float:
        try:
            value = (int if whole else float)(_scalar(node, expected).replace("_", ""))
        except ValueError:
            raise Unfit(expected, node) from None
        if not least <= value <= most:
            raise Unfit(expected, node)
        return value

    return kind


def choice(*allowed: str) -> Kind:
    """One of a few words."""
    expected = "one of " + ", ".join(allowed)

    def kind(node: yaml.Node) -> str:
        value = _scalar(node, expected)
        if value.casefold() not in allowed:
            raise Unfit(expected, node)
        return value.casefold()

    return kind


def several(kind: Kind) -> Kind:
    """A list; one value alone counts as a list of one."""

    def many(node: yaml.Node) -> tuple[Any, ...]:
        if isinstance(node, yaml.SequenceNode):
            return tuple(kind(item) for item in node.value)
        return (kind(node),)

    return many


def pairs(node: yaml.Node) -> tuple[tuple[str, str], ...]:
    """A mapping of names to texts, in the order in which it is written."""
    if not isinstance(node, yaml.MappingNode):
        raise Unfit("a list of names and values", node)
    return tuple((text(name), text(value)) for name, value in node.value)


def items(node: yaml.Node, expected: str) -> list[yaml.Node]:
    """The nodes of a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise Unfit(expected, node)
    return list(node.value)
