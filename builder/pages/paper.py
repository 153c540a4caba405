"""The paper, and what a page keeps free of it, for the two ways in which a handbook is read."""

from __future__ import annotations

from dataclasses import dataclass

SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
PROFILES = ("screen", "print")
"""`screen` is read on a screen or from an office printer; `print` goes to a press and is trimmed and bound."""
COLUMN_MM = 166.0
"""The width of the text area on any paper; figures may take all of it."""
TOP_MM, BOTTOM_MM = 25.0, 22.0
"""The margins above and below the text."""
BLEED_MM = 3.0
"""How far what runs to the edge goes on beyond it, so that a knife that is a little off leaves no white line."""
MARKS_MM = 12.0
"""What a press sheet has around the page, the bleed included: crop marks stand in its outer half."""
_BINDING_MM = 5.0
"""By how much the margin at the spine is wider than half of what the column leaves, and the other one narrower."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A page in mm. `inner` is the margin at the spine and `outer` that at the fore-edge: left and right on page 1."""

    profile: str
    width: float
    height: float
    inner: float
    outer: float

    @property
    def is_bound(self) -> bool:
        """Whether left and right pages mirror each other, chapters begin on the right, and the edges are trimmed."""
        return self.profile == "print"

    @property
    def bleed(self) -> float:
        return BLEED_MM if self.is_bound else 0.0

    @property
    def room(self) -> float:
        """The height of the text area."""
        return self.height - TOP_MM - BOTTOM_MM


def paper(size: str, profile: str) -> Paper:
    """The page of one of `SIZES` in one of `PROFILES`."""
    width, height = SIZES[size]
    half, more = (width - COLUMN_MM) / 2, _BINDING_MM if profile == "print" else 0.0
    return Paper(profile, width, height, half + more, half - more)
