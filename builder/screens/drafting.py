"""A first draft of a drawn screen from an inspected screenshot: words, frames and marks become controls.

It is for a person to correct. What was masked is left out; a key's value is never written down.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.screens.controls import KINDS
from builder.screens.model import Control, Dialog, Screen
from builder.screens.shapes import Form, Shape, beside, panel, shapes
from builder.screenshots.model import Box, Inspection, Secret, SecretKind, Word

_VALUES = {SecretKind.API_KEY, SecretKind.SECRET_KEY, SecretKind.PASSPHRASE, SecretKind.TOKEN}
_SIGNS = re.compile(r"^[^\w+(*“]+")
"""What icons before a word are read as."""
_LONG = 7  # words from which a line is a sentence
_MAX_LINES = 3  # of sentences that are worth a control; more become strokes


@dataclass(frozen=True, slots=True)
class Seen:
    """What a draft is made of. `region` is the part that is printed; `marked` are the labels that marks mean."""

    pixels: Any  # (height, width, 3)
    inspection: Inspection
    region: Box
    marked: tuple[Box, ...]
    secrets: tuple[Secret, ...]
    ours: str = ""  # the name that the team's watermark has


@dataclass(frozen=True, slots=True)
class _Placed:
    control: Control
    box: Box


def draft(picture: str, seen: Seen, instructions: Mapping[str, int], width_mm: float) -> Screen:
    """A screen with what can be told; `instructions` are the numbers of those that name a label, by the label."""
    whole, panel_box = seen.region, panel(seen.pixels, seen.region, seen.marked)
    seen = replace(seen, region=panel_box)
    words = _words(seen)
    found = _in_order(_placed(seen, words))
    found = [_with_act(seen, one, instructions) for one in found]
    title = next((one for one in found if one.control.kind == "heading"), None)
    if title is None and panel_box != whole and found and found[0].control.kind == "entry":
        title = found[0]
    controls = tuple(_rows([one for one in found if one is not title]))
    is_dialog = title is not None and panel_box.area < 0.5 * seen.inspection.content.area
    empty = Screen(picture, "", 0, "window", "", (), width_mm, "", (), (), (), "", None)
    if is_dialog and title is not None:
        return replace(empty, dialog=Dialog(title.control.label, 0, True, controls))
    heading = (replace(title.control, kind="heading"),) if title else ()
    return replace(empty, page=(*heading, *controls))


def alike(drafted: Screen, final: Screen) -> tuple[int, int, int]:
    """How many controls of a corrected screen were in its draft as they are, how many it has, and how many went."""
    before, after = [_sign(one) for one in drafted.walk()], [_sign(one) for one in final.walk()]
    before = [sign for sign in before if sign[0] in _COUNTED]
    after = [sign for sign in after if sign[0] in _COUNTED]
    left = list(before)
    same = 0
    for sign in after:
        if sign in left:
            left.remove(sign)
            same += 1
    return same, len(after), len(left)


_COUNTED = frozenset(KINDS) - {"row", "columns", "box", "menu", "divider", "lines"}


def _sign(control: Control) -> tuple[str, str, bool]:
    return control.kind, "".join(control.label.casefold().split()), control.on


def _words(seen: Seen) -> list[Word]:
    """The words of the region that are not covered, from top to bottom."""
    covered = [secret.box for secret in seen.secrets]
    inside = [word for word in seen.inspection.words if seen.region.holds(word.box)]
    named = [replace(word, text=_SIGNS.sub("", word.text).strip()) for word in inside]
    return [
        word
        for word in named
        if len(word.text) > 1 and word.text != seen.ours and not any(box.meets(word.box) for box in covered)
    ]


def _placed(seen: Seen, words: list[Word]) -> Iterator[_Placed]:
    forms = shapes(seen.pixels, seen.region, [mark.box for mark in seen.inspection.marks])
    frames = [shape for shape in forms if shape.form is Form.FRAME]
    height = statistics.median(word.box.height for word in words) if words else 16
    used: set[int] = set()
    for secret in seen.secrets:
        if secret.kind in _VALUES and seen.region.holds(secret.box):
            label = _above(words, secret.box, used)
            yield _Placed(Control("covered", 0, label=label or secret.kind.value), secret.box)
        elif secret.kind is SecretKind.CODE and seen.region.holds(secret.box):
            yield _Placed(Control("code", 0), secret.box)
    for frame in frames:
        control = _framed(frame, words, used)
        if control is not None:
            yield _Placed(control, frame.box)
    sentences = 0
    for index, word in enumerate(words):
        if index in used or not any(letter.isalnum() for letter in word.text):
            continue
        control = _bare(word, forms, height)
        sentences += control.kind == "text"
        if control.kind != "text" or sentences <= _MAX_LINES:
            yield _Placed(control, word.box)
        elif sentences == _MAX_LINES + 1:
            yield _Placed(Control("lines", 0, count=3), word.box)


def _framed(frame: Shape, words: list[Word], used: set[int]) -> Control | None:
    """A field or a button, by where the words in a frame stand; None for what is neither."""
    inside = [index for index, word in enumerate(words) if frame.box.holds(word.box) and index not in used]
    if len(inside) > 2 or (not inside and frame.box.width < 4 * frame.box.height):
        return None
    texts = [words[index] for index in inside]
    if len(texts) == 1 and _is_button(frame.box, texts[0].box):
        used.update(inside)
        return Control("button", 0, label=texts[0].text, main=frame.filled)
    if texts and frame.box.width < 4 * frame.box.height:
        return None
    used.update(inside)
    label = _above(words, frame.box, used)
    value = texts[0].text if texts and texts[0].box.left < frame.box.left + frame.box.width / 2 else ""
    button = next((word.text for word in texts if word.text != value), "")
    return Control("field", 0, label=label, value=value, button=button)


def _is_button(frame: Box, word: Box) -> bool:
    off = abs((frame.left + frame.right) - (word.left + word.right)) / 2
    return off < 0.08 * frame.width + 4 and word.width > 0.08 * frame.width


def _above(words: list[Word], box: Box, used: set[int]) -> str:
    """The label above something: the nearest words that begin near its left edge."""
    for index in sorted(range(len(words)), key=lambda index: -words[index].box.bottom):
        word = words[index].box
        gap = box.top - word.bottom
        if index not in used and -word.height < gap < 2.2 * word.height and abs(word.left - box.left) < 3 * word.height:
            used.add(index)
            return words[index].text
    return ""


def _bare(word: Word, forms: list[Shape], height: float) -> Control:
    """What words without a frame are: beside a small shape something to set, large a heading, else an entry or text."""
    for shape in beside(forms, word.box):
        kind = {Form.SQUARE: "checkbox", Form.CIRCLE: "radio", Form.PILL: "toggle"}[shape.form]
        return Control(kind, 0, label=word.text, on=shape.filled)
    if len(word.text.split()) >= _LONG:
        return Control("text", 0, label=word.text)
    if word.box.height > 1.3 * height:
        return Control("heading", 0, label=word.text)
    return Control("entry", 0, label=word.text)


def _with_act(seen: Seen, one: _Placed, instructions: Mapping[str, int]) -> _Placed:
    """The control with the number of the instruction that names it, where a mark means it."""
    reach = one.box.grown(6)
    frames = [mark.box for mark in seen.inspection.marks]
    if not any(reach.meets(box) for box in seen.marked) and not any(_fits(frame, one.box) for frame in frames):
        return one
    name = one.control.label.casefold()
    number = next((number for label, number in instructions.items() if label in name or name in label), 0)
    return replace(one, control=replace(one.control, act=number))


def _fits(frame: Box, box: Box) -> bool:
    return frame.contains(box) and frame.area < 4 * box.area


def _in_order(placed: Iterator[_Placed]) -> list[_Placed]:
    return sorted(placed, key=lambda one: ((one.box.top + one.box.bottom) // 2, one.box.left))


def _rows(placed: Sequence[_Placed]) -> Iterator[Control]:
    """What stands side by side in rows, entries that follow one another in a menu."""
    lines: list[list[_Placed]] = []
    for one in placed:
        last = lines[-1][-1] if lines else None
        if last and abs((last.box.top + last.box.bottom) - (one.box.top + one.box.bottom)) < last.box.height:
            lines[-1].append(one)
        else:
            lines.append([one])
    menu: list[Control] = []
    pairs: list[list[_Placed]] = []
    for line in lines:
        if len(line) == 2 and all(one.control.kind in ("entry", "heading") for one in line):
            yield from _menu(menu)
            menu = []
            pairs.append(line)
            continue
        yield from _two_columns(pairs)
        pairs = []
        if len(line) == 1 and line[0].control.kind == "entry":
            menu.append(line[0].control)
            continue
        yield from _menu(menu)
        menu = []
        line = sorted(line, key=lambda one: one.box.left)
        controls = tuple(
            replace(one.control, kind="text") if one.control.kind == "entry" else one.control for one in line
        )
        yield controls[0] if len(controls) == 1 else Control("row", 0, holds=controls)
    yield from _two_columns(pairs)
    yield from _menu(menu)


def _two_columns(pairs: list[list[_Placed]]) -> Iterator[Control]:
    """Lines of two entries each, as two menus beside one another."""
    if len(pairs) > 2:
        sides = ([replace(line[side].control, kind="entry") for line in pairs] for side in (0, 1))
        yield Control("columns", 0, columns=tuple((Control("menu", 0, holds=tuple(side)),) for side in sides))
        return
    for line in pairs:
        holds = tuple(replace(one.control, kind="text", act=None) for one in line)
        yield Control("row", 0, holds=holds)


def _menu(entries: list[Control]) -> Iterator[Control]:
    if len(entries) > 2:
        yield Control("menu", 0, holds=tuple(entries))
    else:
        yield from (replace(entry, kind="text", act=None) if entry.act is None else entry for entry in entries)
