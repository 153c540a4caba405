"""Screens as the YAML that a person goes on with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from builder.screens.controls import ELSEWHERE, KINDS, OPTIONS, STATES
from builder.screens.model import Control, Screen

_ACTS = {0: True, ELSEWHERE: "elsewhere"}


def text_of(screens: Iterable[Screen], heading: str) -> str:
    """The file's text, with a line of comment above."""
    parts = [
        yaml.safe_dump({screen.picture: _screen(screen)}, sort_keys=False, allow_unicode=True, width=100)
        for screen in screens
    ]
    return "\n".join([f"# {heading}", *parts])


def _screen(screen: Screen) -> dict[str, Any]:
    said: dict[str, Any] = {"width": round(screen.width_mm)}
    if screen.page:
        said["page"] = [_control(control) for control in screen.page]
    if screen.dialog:
        holds = [_control(control) for control in screen.dialog.holds]
        said["dialog"] = {"title": screen.dialog.title, "close": screen.dialog.close, "holds": holds}
    return said


def _control(control: Control) -> dict[str, Any]:
    kind = KINDS[control.kind]
    own: Any = control.label or None
    if kind.takes == "controls":
        own = [_control(each) for each in control.holds]
    elif kind.takes == "columns":
        own = [[_control(each) for each in column] for column in control.columns]
    elif kind.takes == "number":
        own = control.count
    said: dict[str, Any] = {control.kind: own}
    for name in kind.keys:
        value = getattr(control, STATES.get(name, name), None)
        if name != "holds" and value not in (None, "", (), OPTIONS[name].default):
            said[name] = _ACTS.get(value, value) if name.endswith("act") else value
    return said
