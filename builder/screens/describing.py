"""What a drawing shows in words, made from its data: its alternative text."""

from __future__ import annotations

from collections.abc import Iterator

from builder.screens.controls import ICONS, KINDS
from builder.screens.model import Control, Screen

_KINDS = {
    "field": "the field",
    "select": "the list",
    "checkbox": "the box",
    "radio": "the option",
    "toggle": "the switch",
    "card": "the choice",
    "button": "the button",
    "entry": "the entry",
    "link": "the link",
    "covered": "the covered value",
    "pair": "the value",
}


def described(screen: Screen) -> str:
    """Where the reader is, what to act on in order, and in which state boxes and switches are."""
    acts = sorted(_acts(screen), key=lambda each: each[0])
    parts = [f"Drawing: {_where(screen)}."]
    parts += [f"{f'{number}: ' if number > 0 else ''}{words}." for number, words in acts]
    parts += _states(screen)
    return " ".join(parts)


def captioned(screen: Screen) -> str:
    """What the drawing shows, for the words below it."""
    return f"{_capital(_where(screen))}, drawn"


def _where(screen: Screen) -> str:
    controls = [control for each in screen.page for control in each.walk()]
    headings = [one.label for one in controls if one.kind == "heading" and not (one.small or one.example)]
    headings += [one.label for each in screen.sidebar for one in each.walk() if one.kind == "entry" and one.on]
    at = f" of {screen.brand}" if screen.brand else ""
    if screen.dialog:
        return f"the window {screen.dialog.title}{at}"
    if headings:
        return f"the page {headings[0]}{at}"
    if any(control.kind == "menu" for control in screen.walk()):
        return f"the open menu{at}"
    parts = [one.label for one in controls if one.kind == "heading" and not one.example]
    return f"the part {parts[0]} of the page{at}" if parts else f"a part of the page{at}"


def _acts(screen: Screen) -> Iterator[tuple[int, str]]:
    for control in screen.walk():
        if control.act is not None:
            yield control.act, _capital(_act(control))
        if control.button_act is not None:
            yield control.button_act, f"Click {control.button} in the field {control.label}"


def _act(control: Control) -> str:
    verb = KINDS[control.kind].verb
    if control.kind == "icon":
        return f"{verb} the {ICONS[control.label]}"
    if control.kind == "covered" and control.copy:
        return f"click the copy icon of {control.label}"
    what = f"{verb} {_KINDS.get(control.kind, 'the ' + control.kind)} {control.label}".rstrip()
    shown = control.value or (control.hint if control.kind == "field" else "")
    if shown and control.kind in ("field", "select", "pair"):
        return f"{what}, which shows “{shown}”"
    if control.greyed:
        return f"{what}, which is greyed out here"
    return what


def _states(screen: Screen) -> Iterator[str]:
    for kinds, yes, no in (
        (("checkbox",), "Ticked", "Not ticked"),
        (("radio", "card"), "Chosen", "Not chosen"),
        (("toggle",), "On", "Off"),
    ):
        found = [control for control in screen.walk() if control.kind in kinds]
        for word, state in ((yes, True), (no, False)):
            names = [control.label for control in found if control.on is state]
            if names:
                yield f"{word}: {', '.join(names)}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
