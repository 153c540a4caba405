"""Whether a drawn screen, the screenshot that it stands for, and the step that it stands in say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from builder.checks.finding import Finding
from builder.checks.labels import labels_of
from builder.checks.ocr_text import Sight, sight_of_lines
from builder.checks.reading import Shot, View
from builder.guides.blocks import Block, Callout, Listing, Together
from builder.screens.controls import ELSEWHERE, ICONS
from builder.screens.model import Control, Screen, picture_name

_MADE_UP = re.compile(r"\S*(?:@example\.(?:com|org|net)|\b192\.0\.2\.\d+)\S*")
_NO_LABEL = frozenset({"icon", "account", "lines", "code"})
_SENTENCES = 16  # so many words are no name
_WORD = re.compile(r"[^\W_]+")


def findings(view: View, screens: Mapping[str, Screen], sights: Mapping[str, Sight]) -> Iterator[Finding]:
    """What one guide's drawings show; `screens` go by their pictures' names, `sights` by their addresses."""
    drawn = {
        index: screens[name]
        for index, shot in enumerate(view.shots)
        if (name := picture_name(shot.figure.address)) in screens
    }
    yield from _not_drawn(view, drawn)
    for index, screen in drawn.items():
        shot = view.shots[index]
        if shot.figure.address in sights:
            yield from _not_on_screenshot(screen, sights[shot.figure.address])
        yield from _without_instruction(view, shot, screen)


def words_on(screen: Screen) -> Iterator[tuple[str, int]]:
    """All that can be read on a drawing, each with its line."""
    for text in (screen.brand, screen.behind, screen.dialog.title if screen.dialog else ""):
        yield text, screen.line
    for control in screen.walk():
        yield from ((text, control.line) for text in (*_labels(control), control.value, control.hint, control.note))


def _labels(control: Control) -> Iterator[str]:
    """What the exchange itself wrote there, as far as it is drawn."""
    if control.kind not in _NO_LABEL and not control.example:
        yield from (control.label, control.title, control.button, control.tag, *control.names)


def _not_drawn(view: View, drawn: Mapping[int, Screen]) -> Iterator[Finding]:
    shown = {index: sight_of_lines([text for text, _ in words_on(screen) if text]) for index, screen in drawn.items()}
    for label in labels_of(view):
        part = view.shots[label.shot].part
        places = (
            [index for index, shot in enumerate(view.shots) if shot.part == part] if label.anywhere else [label.shot]
        )
        if all(index in drawn for index in places) and not any(shown[index].shows(label.name) for index in places):
            screen = drawn[label.shot]
            message = (
                f"'{label.name}' is to be acted on (line {label.line} of the guide) and is not on '{screen.picture}'"
            )
            yield Finding(screen.line, 0, "D21", message, file=screen.file)


def _not_on_screenshot(screen: Screen, sight: Sight) -> Iterator[Finding]:
    labels = [(text, control.line) for control in screen.walk() for text in _labels(control)]
    if screen.dialog:
        labels.append((screen.dialog.title, screen.dialog.line))
    for text, line in dict.fromkeys(labels):
        bare = _MADE_UP.sub("", text).strip()
        if any(letter.isalnum() for letter in bare) and not (sight.shows(bare) or sight.hints_at(bare)):
            message = f"'{bare}' is drawn and was not read on the screenshot '{screen.picture}'"
            yield Finding(line, 0, "D22", message, file=screen.file)


def _without_instruction(view: View, shot: Shot, screen: Screen) -> Iterator[Finding]:
    numbers = set(_numbers(view.parts[shot.part].blocks))
    said = " ".join(one.text for one in view.passages if one.part == shot.part)
    names = [one.name for one in view.settings if one.part == shot.part]
    for act, name, control in _acts(screen):
        if act == ELSEWHERE:
            continue
        if (act or numbers) and act not in numbers:
            given = f"instruction {act}" if act else "an instruction without a number"
            there = f"there are {', '.join(map(str, sorted(numbers)))}" if numbers else "the step has no numbered ones"
            message = f"'{name}' is marked for {given}, and {there}"
            yield Finding(control.line, 0, "D23", message, file=screen.file)
        elif not _is_named(name, " ".join([said, *names])):
            message = f"'{name}' is marked, and nothing in the step speaks of it"
            yield Finding(control.line, 0, "D24", message, file=screen.file)


def _numbers(blocks: Sequence[Block]) -> Iterator[int]:
    """The numbers of the instructions in some blocks."""
    for block in blocks:
        if isinstance(block, Listing):
            for item in block.items:
                yield from (item.number,) if block.ordered else ()
                yield from _numbers(item.blocks)
        elif isinstance(block, Together | Callout):
            yield from _numbers(block.blocks)


def _acts(screen: Screen) -> Iterator[tuple[int, str, Control]]:
    for control in screen.walk():
        if control.act is not None:
            yield control.act, ICONS.get(control.label, control.label) or control.value, control
        if control.button_act is not None:
            yield control.button_act, control.button, control


def _is_named(name: str, said: str) -> bool:
    """Whether the step speaks of a control: by its name, or by the words with which a longer one begins.

    A step says in its own words what stands beside a box in whole sentences, so these are not looked for.
    """
    wanted, known = _WORD.findall(name.casefold()), _WORD.findall(said.casefold())
    if len(wanted) > _SENTENCES:
        return True
    least = wanted if len(wanted) < 3 else wanted[:2]
    return any(known[at : at + len(least)] == least for at in range(len(known)))
