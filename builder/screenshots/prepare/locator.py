"""Where on the screen a crop lies. Geometry only: a small picture of the original could give away what was masked."""

from __future__ import annotations

from typing import NamedTuple

from builder.screenshots.model import Box


class Locator(NamedTuple):
    """A place on the screen, as fractions (0 to 1) of the screen's width and height."""

    x: float
    y: float
    width: float
    height: float


def locator(crop: Box, content: Box) -> Locator:
    """Where the crop lies in the content."""
    seen = crop.within(content)
    across, down = max(content.width, 1), max(content.height, 1)
    return Locator(
        (seen.left - content.left) / across, (seen.top - content.top) / down, seen.width / across, seen.height / down
    )


def wants_locator(crop: Box, content: Box) -> bool:
    """Whether the reader needs to be told: the crop is less than half of the screen."""
    return crop.within(content).area * 2 < content.area
