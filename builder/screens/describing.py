"""What a drawing shows in words, made from its data: its alternative text and its caption."""

from __future__ import annotations

from collections.abc import Iterator

from builder.pages.words import Words
from builder.screens.model import Control, Screen

_STATES = (
    (("checkbox",), "ticked", "not_ticked"),
    (("radio", "card"), "chosen", "not_chosen"),
    (("toggle",), "switched_on", "switched_off"),
)


def described(screen: Screen, say: Words) -> str:
    """Where the reader is, what to act on in order, and in which state boxes and switches are."""
    parts = [say("drawing.alt", where=_where(screen, say))]
    for number, words in sorted(_acts(screen, say), key=lambda each: each[0]):
        done = _capital(words)
        parts.append(
            say("drawing.act_numbered", number=number, words=done) if number > 0 else say("drawing.act", words=done)
        )
    return " ".join([*parts, *_states(screen, say)])


def captioned(screen: Screen, say: Words) -> str:
    """What the drawing shows, for the words below it."""
    return say("drawing.caption", where=_capital(_where(screen, say)))


def _where(screen: Screen, say: Words) -> str:
    controls = [control for each in screen.page for control in each.walk()]
    headings = [one.label for one in controls if one.kind == "heading" and not (one.small or one.example)]
    headings += [one.label for each in screen.sidebar for one in each.walk() if one.kind == "entry" and one.on]
    parts = [one.label for one in controls if one.kind == "heading" and not one.example]
    if screen.dialog:
        name, title = "window", screen.dialog.title
    elif headings:
        name, title = "page", headings[0]
    elif any(control.kind == "menu" for control in screen.walk()):
        name, title = "menu", ""
    else:
        name, title = ("part", parts[0]) if parts else ("some", "")
    return say(f"drawing.{name}_of" if screen.brand else f"drawing.{name}", title=title, brand=screen.brand)


def _acts(screen: Screen, say: Words) -> Iterator[tuple[int, str]]:
    for control in screen.walk():
        if control.act is not None:
            yield control.act, _act(control, say)
        if control.button_act is not None:
            yield control.button_act, say("drawing.button_in", label=control.button, field=control.label)


def _act(control: Control, say: Words) -> str:
    if control.kind == "icon":
        return say("drawing.icon", label=say(f"icons.{control.label}"))
    name = "copy" if control.kind == "covered" and control.copy else control.kind
    what = say(f"drawing.{name}", label=control.label).rstrip()
    shown = control.value or (control.hint if control.kind == "field" else "")
    if shown and control.kind in ("field", "select", "pair"):
        return say("drawing.shows", words=what, value=say.quoted(shown))
    return say("drawing.greyed", words=what) if control.greyed else what


def _states(screen: Screen, say: Words) -> Iterator[str]:
    for kinds, yes, no in _STATES:
        found = [control for control in screen.walk() if control.kind in kinds]
        for name, state in ((yes, True), (no, False)):
            names = [control.label for control in found if control.on is state]
            if names:
                yield say(f"drawing.{name}", names=", ".join(names))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
