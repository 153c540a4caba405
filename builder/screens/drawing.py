"""A screen → the HTML of its drawing. Each kind of control has a template of its own in `templates/screens/`."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from builder.config.palette import Palette
from builder.pages.rendering import rendered
from builder.pages.templates import Templates
from builder.pages.words import Words
from builder.screens.controls import ELSEWHERE
from builder.screens.describing import captioned, described
from builder.screens.model import Control, Screen
from builder.screenshots.model import Drawn

LONG = 44
"""A label with more characters wraps, and its disc hangs in the margin."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a drawing takes from the pages around it."""

    colours: Palette
    accent: str  # the exchange's colour, or empty
    address: str  # what stands in a window that tells no address of its own


def drawn(screen: Screen, style: Style, templates: Templates, say: Words) -> Drawn:
    """The drawing of a screen, whose height is yet to be measured."""
    inner = _template(
        templates,
        style,
        "screen",
        screen=screen,
        address=screen.address or style.address,
        accent=style.accent,
    )
    return Drawn(str(inner), described(screen, say), captioned(screen, say), screen.width_mm, 0.0)


def _template(templates: Templates, style: Style, file: str, /, **values: Any) -> Markup:
    """One template with all that any of them may call."""
    inner, colours = functools.partial(_template, templates, style), style.colours
    text = rendered(
        templates,
        f"screens/{file}.html",
        c=colours,
        ink=colours.ink,
        grey=colours.locator_rule,
        draw=lambda controls: Markup().join(inner(each.kind, it=each) for each in controls),
        icon=lambda shape, light=False: inner("icon_shape", name=shape, colour=colours.paper if light else colours.ink),
        shape=lambda shape, it: inner("shape", name=shape, it=it),
        disc=lambda act: inner("disc", act=act),
        marked=lambda act, is_block=False: inner("marked", act=act, is_block=is_block),
        unmarked=lambda act, is_block=False: inner("unmarked", act=act, is_block=is_block),
        needs_gutter=needs_gutter,
        hangs=hangs,
        abreast=abreast,
        **values,
    )
    return Markup(text.strip())  # noqa: S704  the template has escaped what it was given


def needs_gutter(controls: Sequence[Control]) -> bool:
    """Whether a disc hangs in the margin of some controls: that of one which takes the whole width."""
    return any(hangs(control) for control in controls)


def hangs(control: Control) -> bool:
    """Whether a control's disc hangs in the margin; that of a small one stands before it in the line."""
    if control.act is None or control.act == ELSEWHERE:
        return False
    match control.kind:
        case "field" | "select" | "card":
            return True
        case "covered":
            return not control.copy
        case "button":
            return control.wide
        case "checkbox" | "radio" | "toggle":
            return len(control.label) > LONG
        case _:
            return False


def abreast(columns: Control) -> bool:
    """Whether columns hold one low thing each, such as two buttons: then these stand on one line, ringed or not."""
    return all(len(column) == 1 and column[0].kind in ("button", "heading", "row") for column in columns.columns)
