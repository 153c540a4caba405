"""How large a part of a screen is printed: by the size of its labels' type, the room on the page and its sharpness.

A scale is in pt of paper for each px of the screen.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from builder import units
from builder.screenshots.model import Box

POINTS_PER_MM = units.POINTS_PER_MM


@dataclass(frozen=True, slots=True)
class Print:
    """What the page allows a figure. Lengths in mm, sizes of type in pt.

    Figures have one of three widths, so that their edges agree: `column_mm` is that of the text, `lesser_mm` what
    a figure of that width may give way to, `narrow_mm` that of a figure beside its text.
    """

    column_mm: float = 152
    lesser_mm: float = 126
    narrow_mm: float = 73
    tallest_mm: float = 165
    sharpest_dpi: float = 110  # screen pixels are not set wider apart than this
    floor_pt: float = 6.5  # no label smaller than this
    min_pt: float = 7.5  # three in four labels at least so large
    comfort_pt: float = 9.0  # as large as a caption
    most_pt: float = 11.0  # larger, a figure shouts

    @property
    def sharpest(self) -> float:
        """The greatest scale."""
        return 72 / self.sharpest_dpi


PRINT = Print()


def least_scale(sizes: Sequence[float], page: Print = PRINT) -> float:
    """The scale from which on labels with type of such sizes in px can be read; 0 without labels.

    No label can ask for more than sharpness allows.
    """
    if not sizes:
        return 0.0
    return min(max(page.min_pt / _lower_quartile(sizes), page.floor_pt / min(sizes)), page.sharpest)


def comfortable_scale(sizes: Sequence[float], page: Print = PRINT) -> float:
    """The scale at which labels read well; the greatest one without labels."""
    if not sizes:
        return page.sharpest
    wish = max(page.comfort_pt / statistics.median(sizes), page.min_pt / min(sizes))
    most = page.most_pt / statistics.median(sizes)
    return min(max(min(wish, most), least_scale(sizes, page)), page.sharpest)


def room_scale(shown: Box, width_mm: float, page: Print = PRINT) -> float:
    """The greatest scale at which a part of the screen goes into a width, the page's height, and stays sharp."""
    across = width_mm * POINTS_PER_MM / max(shown.width, 1)
    down = page.tallest_mm * POINTS_PER_MM / max(shown.height, 1)
    return min(across, down, page.sharpest)


def is_legible(shown: Box, sizes: Sequence[float], page: Print = PRINT) -> bool:
    """Whether labels of such sizes can be read when a part of the screen is as wide as the column."""
    return room_scale(shown, page.column_mm, page) >= least_scale(sizes, page)


def _lower_quartile(sizes: Sequence[float]) -> float:
    ordered = sorted(sizes)
    return ordered[(len(ordered) - 1) // 4]
