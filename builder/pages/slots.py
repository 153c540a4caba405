"""Room of a fixed size that pages keep for a client's values, so that they are laid out once for all clients.

A slot is a block with an id `slot.SLUG.KIND.NUMBER` and one sign in it as a placeholder, which is tagged where the
value belongs. `pdf/filling.py` puts a value in its place: lines of a typeface in which all letters are as wide.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "slot."
FIELD_PREFIX = "field."
FIELD_WIDTH, FIELD_HEIGHT = 280.0, 20.0
"""Of the room for a text field, in points; pdf/text_fields.py puts it there."""
WIDTH_EM = 0.6
"""How wide each letter of the values' typeface is."""


@dataclass(frozen=True, slots=True)
class Slots:
    """How values are set, in points; `columns` letters to a line."""

    size: float = 9.0
    leading: float = 13.0
    columns: int = 58
    field_width: float = FIELD_WIDTH
    field_height: float = FIELD_HEIGHT

    @property
    def width(self) -> float:
        return self.columns * self.size * WIDTH_EM


SLOTS = Slots()


def wrapped(text: str, separator: str) -> tuple[str, ...]:
    """The lines of a list: broken after separators where one is full, and at those that are line ends."""
    if separator == "\n":
        return tuple(line for entry in text.split("\n") for line in _cut(entry))
    lines = [""]
    entries = text.split(separator)
    for number, entry in enumerate(entries, 1):
        more = entry + (separator if number < len(entries) else "")
        if lines[-1] and len(lines[-1]) + len(more.rstrip()) > SLOTS.columns:
            lines.append("")
        lines[-1] += more
    return tuple(part for line in lines for part in _cut(line.rstrip()))


def _cut(line: str) -> list[str]:
    """A line in pieces that fit: only a range of two long IPv6 addresses does not."""
    return [line[start : start + SLOTS.columns] for start in range(0, len(line), SLOTS.columns)] or [""]
