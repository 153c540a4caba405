"""`guides/<slug>.screens.yaml` → Screens, with every fault at its line."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from builder import fields, files
from builder.fields import Key, Reader, Unfit, is_null
from builder.guides.files import File
from builder.problems import Place, Problem
from builder.screens.controls import DIALOG_KEYS, ICONS, KINDS, OPTIONS, SCREEN_KEYS, STATES, Declared, raw
from builder.screens.model import Control, Dialog, Screen

MOST_CONTROLS = 200
"""So many controls at most stand on one screen; more could not be read on a page."""
_DEEPEST = 8


def read_file(path: Path, shown: str) -> File:
    """The bytes of a guide's screens; no more than are read at most."""
    try:
        return File(path, shown, files.read(path, fields.MAX_BYTES))
    except OSError as error:
        why = error.strerror or "unreadable"
        hint = "Leave out what nobody has to read." if error.errno == errno.EFBIG else "Check the file."
        return File(path, shown, problem=Problem(Place(shown), "D07", f"the file can't be read: {why}", hint))


def screens_in(data: bytes, file: str) -> tuple[dict[str, Screen], list[Problem]]:
    """The screens in a file's bytes by their pictures' names, and what is wrong with it."""
    try:
        return parse(data.decode("utf-8-sig"), file)
    except UnicodeDecodeError:
        return {}, [Problem(Place(file), "D07", "the file is not UTF-8 text", "Save it as UTF-8.")]


def parse(source: str, file: str) -> tuple[dict[str, Screen], list[Problem]]:
    """The screens that a YAML text describes; one with a fault is left out."""
    reader, root = fields.begin(source, file, "D")
    if root is None or is_null(root):
        return {}, reader.problems
    if not isinstance(root, yaml.MappingNode):
        reader.refuse(root, 2, "the file should hold the names of pictures", "Write 'Screenshot 1.png:' and below it …")
        return {}, reader.problems
    screens: dict[str, Screen] = {}
    for name_node, node in root.value:
        name = " ".join(str(name_node.value).split())
        if name in screens:
            reader.refuse(name_node, 4, f"the picture '{name}' stands twice", "Keep one of the two.")
            continue
        before = len(reader.problems)
        screen = _Parser(reader).screen(name, name_node, node)
        if len(reader.problems) == before:
            screens[name] = screen
    return screens, reader.problems


class _Parser:
    """Reads one screen; notes faults in the reader."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.count = 0

    def screen(self, name: str, name_node: yaml.Node, node: yaml.Node) -> Screen:
        values = self.reader.mapping(node, SCREEN_KEYS, f"{name}.")
        screen = Screen(
            picture=name,
            file=self.reader.file,
            line=self._line(name_node),
            frame=values["frame"],
            address=values["address"],
            cut=values["cut"],
            width_mm=float(values["width"] or 100),
            brand=values["brand"],
            header=self.controls(values["header"], "header", bare="entry"),
            sidebar=self.controls(values["sidebar"], "sidebar", bare="entry"),
            page=self.controls(values["page"], "page"),
            behind=values["behind"],
            dialog=self._dialog(values["dialog"]),
        )
        if not any(values[part] for part in ("page", "dialog", "sidebar")) and isinstance(node, yaml.MappingNode):
            self.reader.refuse(name_node, 5, f"'{name}' has neither a page nor a dialog", "Add 'page:' or 'dialog:'.")
        if screen.page and screen.dialog:
            hint = "Draw the dialog, and name the page behind it with 'behind: …'."
            self.reader.refuse(name_node, 11, f"'{name}' has both a page and a dialog", hint)
        return screen

    def _dialog(self, node: yaml.Node | None) -> Dialog | None:
        if node is None:
            return None
        values = self.reader.mapping(node, DIALOG_KEYS, "dialog.")
        holds = self.controls(values["holds"], "dialog.holds")
        return Dialog(values["title"] or "", self._line(node), values["close"], holds)

    def controls(self, node: yaml.Node | None, trail: str, bare: str = "text", depth: int = 0) -> tuple[Control, ...]:
        """The controls in a list; words alone are a control of the kind `bare`."""
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode) or depth > _DEEPEST:
            what = "is nested too deeply" if depth > _DEEPEST else "should be a list of controls"
            self.reader.refuse(
                node, 8, f"'{trail}' {what}", "Write each control on a line of its own: '- button: Next'."
            )
            return ()
        found = []
        for item in node.value:
            self.count += 1
            if self.count == MOST_CONTROLS + 1:
                message = f"this screen has more than {MOST_CONTROLS} controls"
                self.reader.refuse(
                    item, 9, message, "Draw only what the reader has to find; 'lines' stands for the rest."
                )
            if self.count > MOST_CONTROLS:
                break
            control = self._control(item, bare, depth)
            if control is not None:
                found.append(control)
        return tuple(found)

    def _control(self, node: yaml.Node, bare: str, depth: int) -> Control | None:
        if isinstance(node, yaml.ScalarNode) and not is_null(node):
            return self._said(Control(bare, self._line(node)), KINDS[bare], node, depth)
        first = str(node.value[0][0].value) if isinstance(node, yaml.MappingNode) and node.value else ""
        if first not in KINDS:
            hint = f"Begin with '- ' and one of: {', '.join(KINDS)}."
            self.reader.refuse(node, 10, "this is no control that can be drawn", hint)
            return None
        return self._of_kind(node, KINDS[first], depth)

    def _of_kind(self, node: Any, kind: Declared, depth: int) -> Control | None:
        own = Key(kind.name, raw, kind.meaning)
        keys = (own, *(OPTIONS[name] for name in kind.keys))
        values = self.reader.mapping(node, keys, f"{kind.name}.")
        options = {STATES.get(name, name): values[name] for name in kind.keys if name != "holds"}
        control = Control(kind.name, self._line(node), **options)
        if "holds" in kind.keys:
            bare = "entry" if kind.name in ("entry", "menu") else "text"
            control = _with(control, holds=self.controls(values["holds"], f"{kind.name}.holds", bare, depth + 1))
        return self._said(control, kind, values[kind.name], depth)

    def _said(self, control: Control, kind: Declared, node: yaml.Node | None, depth: int) -> Control | None:
        """The control with what stands behind its name."""
        try:
            return _checked(_with(control, **self._own(kind, node, depth)))
        except Unfit as unfit:
            at = unfit.node or node
            place = Place(self.reader.file, self._line(at) if at is not None else control.line)
            message = f"'{kind.name}' should be {unfit.expected}"
            self.reader.problems.append(Problem(place, "D06", message, kind.meaning))
            return None

    def _own(self, kind: Declared, node: yaml.Node | None, depth: int) -> dict[str, Any]:
        match kind.takes:
            case "words":
                return {"label": _words(node)}
            case "words or nothing":
                return {"label": "" if node is None else _words(node)}
            case "controls":
                bare = "entry" if kind.name == "menu" else "text"
                return {"holds": self.controls(_given(node), kind.name, bare, depth + 1)}
            case "columns":
                columns = fields.items(_given(node), "a list of columns, each a list of controls")
                return {"columns": tuple(self.controls(each, kind.name, "text", depth + 1) for each in columns)}
            case "names":
                return {"names": tuple(map(fields.text, fields.items(_given(node), "a list of names")))}
            case "number":
                return {"count": int(fields.number(1, 20)(_given(node)))}
            case "icon":
                return {"label": fields.choice(*ICONS)(_given(node))}
            case _:
                return {}

    def _line(self, node: yaml.Node) -> int:
        return int(node.start_mark.line) + 1 + self.reader.offset


def _given(node: yaml.Node | None) -> yaml.Node:
    if node is None:
        raise Unfit("followed by what it holds")
    return node


def _words(node: yaml.Node | None) -> str:
    return fields.text(_given(node))


def _with(control: Control, **values: Any) -> Control:
    return replace(control, **values)


def _checked(control: Control) -> Control:
    """The control, where its values go together."""
    if control.widths and len(control.widths) != len(control.columns):
        raise Unfit(f"as many columns as there are widths, which are {len(control.widths)}")
    if control.kind == "table" and any(len(row) != len(control.names) for row in control.rows):
        raise Unfit(f"as many names as each row has cells; there are {len(control.names)}")
    if control.kind == "tabs" and control.chosen and control.chosen not in control.names:
        raise Unfit(f"a list of names with '{control.chosen}' among them, which 'pick' says")
    return control
