"""The controls that can be drawn, declared once: what each is written as, and the keys that it takes."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from builder import fields
from builder.fields import Key

ICONS = {
    "profile": "profile icon",
    "bell": "bell",
    "search": "magnifying glass",
    "download": "download icon",
    "globe": "globe",
    "sun": "sun",
    "moon": "moon",
    "wallet": "wallet",
    "chat": "speech bubble",
    "menu": "menu icon",
    "grid": "grid",
    "close": "cross",
    "copy": "copy icon",
    "plus": "plus",
    "gear": "gear",
    "shield": "shield",
    "document": "document",
    "phone": "phone",
    "exit": "exit",
    "card": "card",
    "people": "two people",
    "ticket": "ticket",
    "code": "angle brackets",
    "lock": "padlock",
    "home": "house",
    "coins": "coins",
    "headset": "headset",
    "key": "key",
}
"""The drawn icons, with what each is called in the alternative text."""
TONES = ("info", "warning", "error", "success")
ELSEWHERE = -1
"""The number of a mark without a disc: an instruction of another step says to act there."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A kind of control: `takes` is what stands behind its name, `keys` what may stand beside it."""

    name: str
    takes: str  # words, words or nothing, controls, columns, names, number, nothing
    meaning: str
    keys: tuple[str, ...] = ()


def raw(node: yaml.Node) -> yaml.Node:
    """A value that is read by hand."""
    return node


def act(node: yaml.Node) -> int:
    """The number of an instruction; `yes` counts as 0, `elsewhere` as ELSEWHERE."""
    word = str(node.value).casefold() if isinstance(node, yaml.ScalarNode) else ""
    if word in {"yes", "true"}:
        return 0
    if word == "elsewhere":
        return ELSEWHERE
    try:
        return int(fields.number(1, 99)(node))
    except fields.Unfit:
        expected = "the number of an instruction, yes where the step gives only one, or elsewhere"
        raise fields.Unfit(expected, node) from None


def rows(node: yaml.Node) -> tuple[tuple[str, ...], ...]:
    """Rows of texts; an empty cell is ''."""
    if not isinstance(node, yaml.SequenceNode):
        raise fields.Unfit("a list of rows such as [[a, b], [c, d]]", node)
    return tuple(tuple(map(_cell, fields.items(row, "a row such as [a, b]"))) for row in node.value)


def _cell(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise fields.Unfit("a text", node)
    return " ".join(str(node.value).split())


OPTIONS: dict[str, Key] = {
    key.name: key
    for key in (
        Key("act", act, "The number of the instruction that says to act here; yes where the step gives only one."),
        Key("ticked", fields.flag, "Whether the box is ticked.", False),
        Key("chosen", fields.flag, "Whether it is the chosen one.", False),
        Key("on", fields.flag, "Whether it is switched on.", False),
        Key("greyed", fields.flag, "Whether it is greyed out and can't be used.", False),
        Key("main", fields.flag, "Whether it is the main button, which is filled.", False),
        Key("required", fields.flag, "Whether a star marks it as required.", False),
        Key("wide", fields.flag, "Whether it is as wide as its surroundings.", False),
        Key("small", fields.flag, "Whether it is a small heading.", False),
        Key("copy", fields.flag, "Whether a copy icon stands behind it; then that is what is acted on.", False),
        Key("opens", fields.flag, "Whether a sign at its end shows that it opens.", False),
        Key("example", fields.flag, "Whether its words are made up, in the place of an account's own.", False),
        Key("value", fields.text, "What it shows.", ""),
        Key("hint", fields.text, "The grey words in an empty field.", ""),
        Key("note", fields.text, "Small words below.", ""),
        Key("counter", fields.text, "How much fits, at the field's right end, such as 0/60.", ""),
        Key("title", fields.text, "Words above.", ""),
        Key("tag", fields.text, "A word in a small frame behind the label.", ""),
        Key("icon", fields.choice(*ICONS), "The icon before the label: " + ", ".join(ICONS) + ".", ""),
        Key("button", fields.text, "A button at the field's right end.", ""),
        Key("button_act", act, "As `act`, for that button."),
        Key("tone", fields.choice("quiet", *TONES), "How it is meant: quiet, info, warning, error, success.", ""),
        Key("align", fields.choice("left", "right", "spread", "centre"), "Where the things in a row stand.", "left"),
        Key("height", fields.number(1, 12), "How many lines a field is high.", 1),
        Key("pick", fields.text, "The tab that is open.", ""),
        Key("empty", fields.text, "What the table says instead of rows.", ""),
        Key("rows", rows, "The rows, each a list of as many texts as there are columns.", ()),
        Key("widths", fields.several(fields.number(1, 20)), "The columns' shares of the width, such as [3, 1].", ()),
        Key("holds", raw, "The controls inside."),
    )
}

STATES = {"ticked": "on", "chosen": "on", "height": "count", "pick": "chosen"}
"""Keys whose value is kept under another name."""

KINDS: dict[str, Declared] = {
    kind.name: kind
    for kind in (
        Declared("heading", "words", "A heading on the page.", ("small", "tone", "example")),
        Declared("text", "words", "A sentence that the reader has to see.", ("tone", "greyed", "example")),
        Declared("lines", "number", "So many lines of text that nobody has to read, as grey strokes."),
        Declared("link", "words", "Words that lead elsewhere.", ("icon", "act")),
        Declared("notice", "words", "A message in a frame, with a sign before it.", ("tone", "holds")),
        Declared("divider", "nothing", "A line across."),
        Declared("row", "controls", "Controls side by side; they wrap where there is no room.", ("align",)),
        Declared("columns", "columns", "Columns of controls.", ("widths",)),
        Declared("box", "controls", "Controls in a frame.", ("title", "example")),
        Declared("tabs", "names", "Tabs, one of which is open.", ("pick",)),
        Declared(
            "field",
            "words or nothing",
            "A field to type in, with its label above.",
            ("value", "hint", "note", "counter", "height", "required", "greyed", "button", "button_act", "act"),
        ),
        Declared(
            "select",
            "words or nothing",
            "A drop-down list, with its label above.",
            ("value", "note", "required", "greyed", "act"),
        ),
        Declared("checkbox", "words", "A box to tick.", ("ticked", "greyed", "note", "act")),
        Declared("radio", "words", "One of several to choose.", ("chosen", "greyed", "note", "tag", "act")),
        Declared("toggle", "words", "A switch.", ("on", "greyed", "note", "holds", "act")),
        Declared(
            "card",
            "words",
            "A choice with a title and words below.",
            ("chosen", "note", "icon", "act"),
        ),
        Declared("button", "words", "A button.", ("main", "greyed", "wide", "icon", "act")),
        Declared("icon", "icon", "An icon alone.", ("act",)),
        Declared("menu", "controls", "A menu: entries under one another.", ("title",)),
        Declared(
            "entry",
            "words",
            "An entry of a menu or a sidebar; alone, its words are enough.",
            ("icon", "tag", "chosen", "opens", "greyed", "holds", "act"),
        ),
        Declared("account", "words", "Whose account it is: a portrait and a made-up name.", ("note", "tag")),
        Declared("table", "names", "A table; its names are the columns'.", ("rows", "empty")),
        Declared("pair", "words", "A name with the value that is shown for it.", ("value", "act")),
        Declared("covered", "words", "A key or secret: its value is never drawn.", ("copy", "note", "act")),
        Declared("code", "words or nothing", "A code to scan, covered, with the words below it.", ("act",)),
        Declared("empty", "words", "The picture that stands where there is nothing yet.", ()),
        Declared("tag", "words", "A word in a small frame.", ("example",)),
    )
}

CUTS = ("left", "right", "bottom")
SCREEN_KEYS: tuple[Key, ...] = (
    Key(
        "frame",
        fields.choice("window", "phone", "panel"),
        "What is drawn around it: a browser's window, a phone, or only a line.",
        "window",
    ),
    Key("address", fields.text, "The address in the window; the exchange's own where nothing is said.", ""),
    Key(
        "cut",
        fields.several(fields.choice(*CUTS)),
        "Where only a part of the window is shown: left, right, bottom; a broken line stands there.",
        (),
    ),
    Key(
        "width",
        fields.number(40, 166),
        "How wide it is on paper at most, in mm; it may be set an eighth narrower.",
        required=True,
    ),
    Key("brand", fields.text, "The site's name at the left end of its header.", ""),
    Key("header", raw, "The controls in the site's header; alone, words are enough for an entry."),
    Key("sidebar", raw, "The entries of the site's navigation at the left."),
    Key("page", raw, "The controls on the page."),
    Key("behind", fields.text, "The title of the page behind a dialog.", ""),
    Key("dialog", raw, "A window in front of the page: title, close, holds."),
)
DIALOG_KEYS: tuple[Key, ...] = (
    Key("title", fields.text, "Its title.", required=True),
    Key("close", fields.flag, "Whether it has a cross to close it.", False),
    Key("holds", raw, "The controls inside.", required=True),
)
