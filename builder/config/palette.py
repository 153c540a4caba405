"""From a brand's few colours to all that is printed: tints, lines and the text on them, chosen so that it can be read.

A brand gives roles; what stands on what is decided here. Only text on the paper itself can be too weak to be mended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.config.contrast import LEAST, mixed, ratio

WHITE, BLACK = "#ffffff", "#000000"
_STEPS = 40
"""How finely a mixture is sought that can be read."""


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of the pages as `#rrggbb`; `on_…` is text on a ground, `…_rule` a line without meaning of its own."""

    ink: str
    paper: str
    accent: str
    panel: str  # the ground of covers, tabs and heads of tables
    on_panel: str
    on_panel_soft: str
    accent_on_panel: str
    accent_on_ink: str
    panel_rule: str
    on_accent: str
    muted: str  # running heads, folios, small print
    caption: str
    accent_text: str  # bullets
    link_rule: str  # under links
    surface: str
    code: str
    note: str
    veil: str  # what lies behind a window on a drawn screen, what is chosen there
    warning: str
    rule: str
    note_rule: str
    locator_rule: str
    print_text: str
    print_on_accent: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour of text and its ground, both as `Palette` names them."""

    text: str
    ground: str
    where: str


PAIRS = (
    Pair("ink", "paper", "text"),
    Pair("ink", "code", "code"),
    Pair("ink", "surface", "permissions and stand-ins"),
    Pair("ink", "note", "callouts"),
    Pair("ink", "warning", "warnings"),
    Pair("on_accent", "accent", "the discs of steps"),
    Pair("on_panel", "panel", "covers, tabs and heads of tables"),
    Pair("on_panel_soft", "panel", "the exchanges on the cover, the imprint on the back page"),
    Pair("accent_on_panel", "panel", "the name over a cover's title"),
    Pair("muted", "paper", "running heads, folios and small print"),
    Pair("muted", "surface", "addresses of missing pictures"),
    Pair("paper", "ink", "buttons on drawn screens"),
    Pair("ink", "veil", "what is chosen on drawn screens"),
    Pair("muted", "veil", "what lies behind a drawn window"),
    Pair("muted", "note", "what is greyed out on drawn screens"),
    Pair("caption", "paper", "captions"),
    Pair("caption", "code", "code in captions"),
    Pair("accent_text", "paper", "bullets"),
    Pair("accent_text", "note", "bullets in callouts"),
    Pair("accent_text", "warning", "bullets in warnings"),
    Pair("print_text", "paper", "text in print"),
    Pair("print_on_accent", "accent", "the discs of steps in print"),
)
LINES = frozenset({"panel_rule", "link_rule", "rule", "note_rule", "locator_rule"})
"""Colours of rules and borders that carry no meaning of their own."""


def palette(ink: str, paper: str, accent: str, panel: str) -> Palette:
    """All colours of a brand's four; what stands on a ground is chosen to have at least `LEAST` : 1 to it."""
    text = chosen((ink,), paper)
    surface = _tint(paper, mixed(ink, accent, 0.5), 0.06, text)
    code = _tint(paper, mixed(ink, accent, 0.55), 0.11, text)
    note = _tint(paper, ink, 0.05, text)
    veil = _tint(paper, ink, 0.1, text)
    warning = _tint(paper, accent, 0.15, text)
    tints = (paper, surface, code, note, veil, warning)
    on_panel = chosen((paper, ink), panel)
    return Palette(
        ink=ink,
        paper=paper,
        accent=accent,
        panel=panel,
        on_panel=on_panel,
        on_panel_soft=readable(panel, on_panel, 0.78, (panel,)),
        accent_on_panel=readable(accent, on_panel, 0.0, (panel,)),
        accent_on_ink=readable(accent, paper, 0.0, (ink,)),
        panel_rule=mixed(panel, on_panel, 0.37),
        on_accent=chosen((ink, paper), accent),
        muted=readable(paper, text, 0.72, tints),
        caption=readable(paper, text, 0.83, tints),
        accent_text=readable(accent, text, 0.0, tints),
        link_rule=mixed(accent, ink, 0.35),
        surface=surface,
        code=code,
        note=note,
        veil=veil,
        warning=warning,
        rule=mixed(paper, ink, 0.27),
        note_rule=mixed(paper, ink, 0.37),
        locator_rule=mixed(paper, ink, 0.57),
        print_text=chosen((BLACK, ink), paper),
        print_on_accent=chosen((BLACK,), accent),
    )


def chosen(wished: Sequence[str], ground: str) -> str:
    """The first of some colours that can be read on a ground; else black or white, of which one always can."""
    candidates = (*wished, WHITE, BLACK)
    return next(each for each in candidates if ratio(each, ground) >= LEAST)


def readable(begin: str, toward: str, part: float, grounds: Sequence[str]) -> str:
    """`begin` with so much of `toward` in it, or as much more as it takes to be read on all grounds."""
    for step in range(_STEPS + 1):
        mixture = mixed(begin, toward, part + (1 - part) * step / _STEPS)
        if all(ratio(mixture, ground) >= LEAST for ground in grounds):
            return mixture
    return toward


def too_weak(colours: Palette) -> Iterator[tuple[Pair, float]]:
    """The pairs that are too weak in a palette all the same, with their ratios."""
    for pair in PAIRS:
        found = ratio(getattr(colours, pair.text), getattr(colours, pair.ground))
        if found < LEAST:
            yield pair, found


def _tint(ground: str, over: str, part: float, text: str) -> str:
    """A ground under a layer, thinned until the text on it can be read."""
    for step in range(_STEPS + 1):
        mixture = mixed(ground, over, part * (1 - step / _STEPS))
        if ratio(text, mixture) >= LEAST:
            return mixture
    return ground
