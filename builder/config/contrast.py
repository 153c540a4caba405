"""Colour arithmetic: how well text can be read on its ground, and mixtures."""

from __future__ import annotations

LEAST = 4.5
"""What WCAG asks of text at level AA, as a ratio from 1 to 21."""


def ratio(one: str, other: str) -> float:
    """The contrast of two colours `#rrggbb`, from 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(ground: str, over: str, part: float) -> str:
    """The colour of a ground under a layer that lets `1 - part` of it through."""
    pairs = zip(channels(ground), channels(over), strict=True)
    return "#" + "".join(f"{round(below + (above - below) * part):02x}" for below, above in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour `#rrggbb`, from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
