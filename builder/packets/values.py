"""A client's values as they are set on the pages, and the room that they take in each guide."""

from __future__ import annotations

from builder.packets.client import MOST_LINES, Client, Exchange
from builder.pages.page import Room
from builder.pages.slots import wrapped
from builder.pdf.filling import Value

_EXTENTS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, MOST_LINES)
"""Lines for which there is room: clients whose lists are nearly as long share a guide's pages."""

FRONT = "front"
"""Stands for a guide's name in the slots of what is no guide's."""


def room(exchange: Exchange, separator: str | None, *, coded: bool) -> Room:
    """The room that an exchange's values take in its guide."""
    lines = len(_lines(exchange, separator))
    extent = next(extent for extent in _EXTENTS if extent >= lines)
    return Room(extent, bool(exchange.label), coded)


def values(client: Client, separators: dict[str, str | None], code: str) -> dict[tuple[str, str], Value]:
    """Everything that goes into slots, by slug and kind."""
    found = {(FRONT, "code"): Value(code, (code,))}
    for exchange in client.exchanges:
        found[exchange.slug, "ips"] = Value(exchange.ip_text, _lines(exchange, separators[exchange.slug]))
        found[exchange.slug, "label"] = Value(exchange.label, (exchange.label,))
        found[exchange.slug, "code"] = Value(code, (code,))
    return found


def ip_lines(exchange: Exchange, separator: str | None) -> int:
    return len(_lines(exchange, separator))


def _lines(exchange: Exchange, separator: str | None) -> tuple[str, ...]:
    return wrapped(exchange.ip_text, "\n" if separator is None else separator)
