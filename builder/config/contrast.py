"""Whether text can be read on its ground: the contrast of every pair of colours that the style sheets print.

A brand chooses its own colours, so the pairs are computed when it is read. A test compares them with the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LEAST = 4.5
"""What WCAG asks of text at level AA, as a ratio from 1 to 21."""
BRAND = ("ink", "gold", "paper")
"""The colours that are a brand's; all others in the style sheet are fixed."""
SHADE = 0.18
"""The part of ink in the dark shape over the cover's gold."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Text and its ground, each one of `BRAND`, `#rrggbb`, or `shade` for the cover's darker gold."""

    text: str
    ground: str
    where: str


PAIRS = (
    Pair("ink", "paper", "text"),
    Pair("ink", "#ffffff", "ticks and the cells' lines"),
    Pair("ink", "#f1efe6", "code"),
    Pair("ink", "#f6f5f0", "permissions and stand-ins"),
    Pair("ink", "#f3f3f1", "callouts"),
    Pair("ink", "#fbf7e4", "warnings"),
    Pair("ink", "gold", "the discs of steps"),
    Pair("ink", "shade", "the edition on the cover"),
    Pair("gold", "ink", "the name over a cover's title"),
    Pair("#ffffff", "ink", "covers, tabs and heads of tables"),
    Pair("#d9dadd", "ink", "the exchanges on the cover"),
    Pair("#c4c6cb", "ink", "the imprint on the back page"),
    Pair("#55585f", "paper", "running heads, folios and small print"),
    Pair("#55585f", "#f6f5f0", "addresses of missing pictures"),
    Pair("#3b3e45", "paper", "captions"),
    Pair("#3b3e45", "#f1efe6", "code in captions"),
    Pair("ink", "#e7e7e4", "what is chosen on drawn screens"),
    Pair("ink", "#fafaf9", "the navigation of drawn screens"),
    Pair("#55585f", "#ffffff", "small words on drawn screens"),
    Pair("#55585f", "#e7e7e4", "what lies behind a drawn window"),
    Pair("#55585f", "#f3f3f1", "what is greyed out on drawn screens"),
    Pair("#55585f", "#fafaf9", "small words in the navigation of drawn screens"),
    Pair("#000000", "paper", "text in print"),
    Pair("#000000", "gold", "the discs of steps in print"),
    Pair("#000000", "shade", "the edition on the cover in print"),
    Pair("#77712f", "paper", "bullets"),
    Pair("#77712f", "#f3f3f1", "bullets in callouts"),
    Pair("#77712f", "#fbf7e4", "bullets in warnings"),
)
LINES = frozenset({"#6b6e76", "#9a8a3c", "#a9acb2", "#bfc1c6", "#ddddda"})
"""Colours of rules and borders that carry no meaning of their own."""


def ratio(one: str, other: str) -> float:
    """The contrast of two colours `#rrggbb`, from 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def too_weak(colours: Mapping[str, str]) -> Iterator[tuple[Pair, float]]:
    """The pairs that are too weak in a brand's colours, with their ratios."""
    known = {**colours, "shade": mixed(colours["gold"], colours["ink"], SHADE)}
    for pair in PAIRS:
        found = ratio(known.get(pair.text, pair.text), known.get(pair.ground, pair.ground))
        if found < LEAST:
            yield pair, found


def mixed(ground: str, over: str, part: float) -> str:
    """The colour of a ground under a layer that lets `1 - part` of it through."""
    pairs = zip(_channels(ground), _channels(over), strict=True)
    return "#" + "".join(f"{round(below + (above - below) * part):02x}" for below, above in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
