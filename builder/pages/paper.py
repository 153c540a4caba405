"""The paper, and what a page keeps free of it, for the two ways in which a handbook is read."""

from __future__ import annotations

from dataclasses import dataclass

from builder.config.brand import Measures

SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
PROFILES = ("screen", "print")
"""`screen` is read on a screen or from an office printer; `print` goes to a press and is trimmed and bound."""
OURS = Measures()
"""The lengths of a brand that says nothing of them."""
MARKS_MM = 12.0
"""What a press sheet has around the page, the bleed included: crop marks stand in its outer half."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A page in mm. `inner` is the margin at the spine and `outer` that at the fore-edge: left and right on page 1."""

    profile: str
    width: float
    height: float
    inner: float
    outer: float
    measures: Measures = OURS

    @property
    def is_bound(self) -> bool:
        """Whether left and right pages mirror each other, chapters begin on the right, and the edges are trimmed."""
        return self.profile == "print"

    @property
    def bleed(self) -> float:
        """How far what runs to the edge goes on beyond it, so that a knife that is a little off leaves no white."""
        return self.measures.bleed if self.is_bound else 0.0

    @property
    def column(self) -> float:
        """The width of the text area; figures may take all of it."""
        return self.width - self.inner - self.outer

    @property
    def text(self) -> float:
        """The width of a guide's text, which begins after the numbers of its steps."""
        return self.column - self.measures.gutter

    @property
    def room(self) -> float:
        """The height of the text area."""
        return self.height - self.measures.top - self.measures.bottom


def paper(size: str, profile: str, measures: Measures = OURS) -> Paper:
    """The page of one of `SIZES` in one of `PROFILES`, with a brand's lengths."""
    width, height = SIZES[size]
    half, more = (width - measures.column) / 2, measures.binding if profile == "print" else 0.0
    return Paper(profile, width, height, half + more, half - more, measures)
