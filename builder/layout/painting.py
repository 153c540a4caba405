"""Paints the tagged content of a page in reading order.

WeasyPrint paints list markers, positioned headings and pictures after all other text, and whatever reads a page as it
is painted (copy and paste, search engines, many viewers) gets it in that order. Where it is not the order of the tags,
the artifacts are painted first, as they came, and then each piece of tagged content with the graphics state it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pydyf

from builder.layout import struct_tree
from builder.layout.struct_tree import Node, number

_MARKS = (b"BDC", b"BMC")
_PATH = {b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"W", b"W*"}
_SETTINGS = {b"rg", b"RG", b"cs", b"CS", b"scn", b"SCN", b"w", b"J", b"j", b"M", b"d", b"Tr", b"Ts"}


def paint_in_reading_order(pdf: pydyf.PDF, root: Node) -> None:
    """Repaint the pages whose order of painting is not that of the tree."""
    wanted: dict[int, list[int]] = {}
    for page, content in struct_tree.contents(root):
        wanted.setdefault(page, []).append(content)
    for index, page in enumerate(pdf.page_references):
        stream = pdf.objects[number(pdf.objects[number(page)]["Contents"])]
        painted = [item["MCID"] for item in stream.stream if isinstance(item, dict) and "MCID" in item]
        if painted != wanted.get(index, []):
            stream.stream = reordered(stream.stream, wanted.get(index, []))


def reordered(items: Sequence[Any], wanted: Iterable[int]) -> list[Any]:
    """The items of a page's content stream, its tagged content moved to the end in the wanted order of ids."""
    rest: list[Any] = []
    pieces: dict[int, list[Any]] = {}
    states = [_State()]  # of the page and of each `q` that is open
    position = 0
    while position < len(items):
        end = _end_of_marked(items, position)
        piece = items[position:end]
        if len(piece) > 1 and isinstance(piece[1], dict) and "MCID" in piece[1]:
            before = [item for state in states[1:] for item in state.items.values()]
            pieces[piece[1]["MCID"]] = [b"q", *before, *piece, b"Q"]
            piece = _settings_that_last(piece)
        for item in piece:
            if item == b"q":
                states.append(_State())
            elif item == b"Q":
                states.pop()
            else:
                states[-1].note(item)
        rest.extend(piece)
        position = end
    return rest + [item for content in wanted for item in pieces[content]]


def _end_of_marked(items: Sequence[Any], start: int) -> int:
    """Where the marked content that starts here ends, or the next item if none starts here."""
    if not any(item in _MARKS for item in items[start + 1 : start + 3]) or not isinstance(items[start], str):
        return start + 1
    depth = 0
    for position in range(start, len(items)):
        depth += (items[position] in _MARKS) - (items[position] == b"EMC")
        if depth == 0 and items[position] == b"EMC":
            return position + 1
    raise ValueError("marked content without an end")


def _settings_that_last(piece: Sequence[Any]) -> list[Any]:
    """What a piece sets for all that is painted after it."""
    depth, found = 0, []
    for item in piece:
        depth += (item == b"q") - (item == b"Q")
        if depth == 0 and (_operator(item) in _SETTINGS or _operator(item) == b"gs"):
            found.append(item)
    return found


def _operator(item: Any) -> bytes:
    return item.rsplit(b" ", 1)[-1] if isinstance(item, bytes) else b""


class _State:
    """What was set since a `q`, in the least number of items that set it again."""

    def __init__(self) -> None:
        self.items: dict[object, bytes] = {}
        self._path: list[bytes] = []

    def note(self, item: Any) -> None:
        operator = _operator(item)
        if operator in _PATH:
            self._path.append(item)
            return
        path, self._path = self._path, []
        if operator == b"n" and path:
            self._set(object(), b"\n".join([*path, item]))
        elif operator == b"cm":
            self._set(object(), item)
        elif operator == b"gs":
            # WeasyPrint's /a… is the opacity of areas and /A… that of lines; any other adds to what was set.
            self._set(item[:2] if item[:2] in (b"/a", b"/A") else object(), item)
        elif operator in _SETTINGS:
            self._set(operator, item)

    def _set(self, key: object, item: bytes) -> None:
        self.items.pop(key, None)
        self.items[key] = item
