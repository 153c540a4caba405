"""How high drawings become, and whether anything on them overlaps: read off the boxes of a real layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.layout import document
from builder.pages.page import Page
from builder.units import PIXELS_PER_MM

_SLACK = 0.7  # CSS pixels by which boxes may meet without anybody seeing it


@dataclass(frozen=True, slots=True)
class Measured:
    """A drawing's height in mm; `faults` are words that overlap others or stick out of the drawing."""

    height_mm: float
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    left: float
    top: float
    right: float
    bottom: float


def measured(page: Page, assets: Path) -> Mapping[str, Measured]:
    """The drawings of a page by their ids."""
    found: dict[str, Measured] = {}
    for sheet in document.on_endless_page(page, assets):
        for box in sheet._page_box.descendants(placeholders=True):
            name = box.element.get("id") if box.element_tag == "article" and box.element is not None else None
            if name and name not in found:
                found[name] = Measured(round(box.border_height() / PIXELS_PER_MM, 2), tuple(_faults(box)))
    return found


def _faults(drawing: Any) -> Iterator[str]:
    left, right = drawing.border_box_x(), drawing.border_box_x() + drawing.border_width()
    words = list(_words(drawing))
    for one in words:
        if one.left < left - _SLACK or one.right > right + _SLACK:
            yield f"'{one.text}' sticks out of the drawing"
    for number, one in enumerate(words):
        for other in words[number + 1 :]:
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            if across > _SLACK and down > _SLACK:
                yield f"'{one.text}' and '{other.text}' overlap"


def _words(drawing: Any) -> Iterator[_Words]:
    for box in drawing.descendants(placeholders=True):
        if type(box).__name__ == "TextBox" and box.text.strip():
            # A line is higher than its letters; lines that follow one another do not overlap.
            spare = max(box.height - box.style["font_size"], 0) / 2
            left, top = box.position_x, box.position_y
            yield _Words(box.text.strip(), left, top + spare, left + box.width, top + box.height - spare)
