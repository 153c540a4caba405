"""Writes the pages of docs/ that come from declarations in the code; a test compares them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from builder import cli
from builder.checks import rules
from builder.checks.run import READ_ENGLISH
from builder.config.brand import BRAND_KEYS
from builder.config.handbook import HANDBOOK_KEYS
from builder.fields import Key
from builder.guides.guide import FRONT_MATTER_KEYS
from builder.packets.client import CLIENT_KEYS
from builder.screens.controls import DIALOG_KEYS, KINDS, OPTIONS, SCREEN_KEYS

ROOT = Path(__file__).resolve().parent.parent
INTRODUCTION = """# Configuration

All keys, as the code declares them. A key that is not listed is refused, with its line and the nearest one that is.
This page is written by `python tools/document.py`.
"""
CHECKS = """\
# What `handbook check` finds

Every rule has a code that does not change. An error stops publication, a warning does not (`--strict` makes errors of
warnings). What is marked *mended* `handbook check --fix` puts right and shows the change. This page is made from the
rules themselves; a test compares it.

In guides whose `language` is not English the rules that know English words and signs (ENGLISH) say nothing and `--fix`
leaves what they mend, and A03 to A07 are content with what the front matter says instead.

Faults that keep a guide from being read have codes of their own: `G`, and `F` for front matter, such as an unknown key.

## Switching a rule off

For a whole guide, in its front matter, with the reason:

```yaml
checks:
  off:
    L02: The exchange's own terms are quoted word for word.
```

For one place, in a comment on the line above it or at its end; comments do not print:

```markdown
<!-- check off: L05 the button is written so on the screen -->
Click **Go!** and wait!
```

A rule that is off without a reason, and one that is off but finds nothing, are problems themselves.
"""


def rows(keys: Sequence[Key], above: str = "") -> Iterator[str]:
    """Table rows for keys and the keys below them."""
    for key in keys:
        if key.keys:
            yield f"| `{above}{key.name}` | | {key.meaning} |"
            yield from rows(key.keys, f"{above}{key.name}.")
        else:
            yield f"| `{above}{key.name}` | {default(key)} | {key.meaning} |"


def default(key: Key) -> str:
    if key.required:
        return "required"
    if key.default in (None, "", ()):
        return "–"
    if isinstance(key.default, tuple):
        return ", ".join(f"`{value}`" for value in key.default)
    return f"`{str(key.default).lower() if isinstance(key.default, bool) else key.default}`"


def table(title: str, text: str, keys: Sequence[Key]) -> str:
    lines = "\n".join(rows(keys))
    return f"\n## {title}\n\n{text}\n\n| key | default | meaning |\n|---|---|---|\n{lines}\n"


def checks() -> str:
    """The text of docs/checks.md."""
    return CHECKS.replace("ENGLISH", ", ".join(sorted(READ_ENGLISH))) + "".join(_families())


def _families() -> Iterator[str]:
    for letter, (name, about) in rules.FAMILIES.items():
        yield f"\n## {name} ({letter})\n\n{about}\n"
        for rule in rules.RULES:
            if rule.code.startswith(letter):
                mended = ", mended" if rule.mended else ""
                yield f"\n### {rule.code} {rule.title}\n\n*{rule.severity.value.capitalize()}{mended}.* {rule.why}\n\n"
                yield f"To mend it: {rule.hint}\n"


def configuration() -> str:
    """The text of docs/configuration.md."""
    return (
        INTRODUCTION
        + table("handbook.yaml", "The settings of a handbook; paths are relative to this file.", HANDBOOK_KEYS)
        + table("assets/brand/brand.yaml", "The firm on the page. Another firm changes this folder.", BRAND_KEYS)
        + table(
            "Front matter of a guide",
            "The YAML between the two `---` lines at the top. What is not known is left out, here and on the pages.",
            FRONT_MATTER_KEYS,
        )
        + table(
            "A client's file",
            "`packets/<client>.yaml`; [packets.md](packets.md) tells more. A table of clients has the same columns,"
            " those of `overrides` with dots, such as `overrides.gate.label`.",
            CLIENT_KEYS,
        )
    )


COMMANDS = """# Commands

`handbook COMMAND`, or `python -m builder COMMAND`, inside a project's folder. `make` puts the command into
`.venv/bin/`. Exit codes: 0 done (warnings are possible), 1 problems in the input, 2 wrong use, 3 a fault in the
builder, 130 interrupted. `handbook --debug COMMAND` prints the traceback of such a fault; `handbook --version` tells
the version. This page is written by `python tools/document.py`.
"""


def commands() -> str:
    """The text of docs/commands.md."""
    subparsers = next(action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    helps = {action.dest: action.help for action in subparsers._choices_actions}
    return COMMANDS + "".join(command(name, helps[name] or "", parser) for name, parser in subparsers.choices.items())


def command(name: str, meaning: str, parser: argparse.ArgumentParser) -> str:
    lines = [f"\n## handbook {name}\n", f"{meaning[:1].upper()}{meaning[1:]}.\n", "| | |", "|---|---|"]
    for action in parser._actions:
        if action.dest != "help":
            lines.append(f"| `{spelled(action)}` | {(action.help or '').replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def spelled(action: argparse.Action) -> str:
    value = action.metavar or (",".join(map(str, action.choices)) if action.choices else "")
    words = " ".join([*action.option_strings, str(value)] if action.nargs != 0 else action.option_strings)
    return words.strip().replace("|", "\\|")


SCREENS = """# Drawn screens

What a figure shows can be drawn instead of photographed: `guides/<slug>.screens.yaml` says what stands on each screen,
and the builder draws it in the handbook's own typefaces. A drawing is sharp at any size, and has nothing on it that
should not be sent. Write down what the screenshot shows: the same labels in the same order, the same things ticked,
greyed out and marked. Leave out what nobody has to find, or let `lines` stand for it. Never write whose account it
was: an address is `you@example.com`, an IP address is one of `192.0.2.…`, and a key has no value at all.

```
.venv/bin/handbook screens binance --draw
```

draws all that a guide's file says, one under the other, into `output/screens/binance.pdf`. Lay it beside the
screenshots, at the size of the print. Without `--draw`, a first draft of the file is made from the screenshots and put
into `output/screens/`; where you have the file already, it says how much of the draft is still in it.

Drawings are printed where `figures: drawings` stands in `handbook.yaml` or in a guide's front matter, behind a picture
as `{figure=drawing}`, or with `--figures drawings`; and everywhere else, where a screenshot can't be had or could not
be inspected. The last page names the figures that are drawn.

The file holds one entry for each picture, by the picture's name at the end of its address (`Screenshot 1.png`).
An entry has these keys:
"""
ACTS = """
## Marks

`act: 3` draws a ring around a control, and a disc with the number of the instruction in the step's list that says to
act on it, here the third one. Where the step says what to do without a list, write `act: yes`; where the screenshot
marks something that another step speaks of, `act: elsewhere` draws the ring alone. Instructions keep their numbers
when a figure stands between them, so the second figure of a step may begin with disc 3. Mark what the screenshot
marks, and what an instruction says to click, tick, choose or fill in; a mark that no instruction speaks of confuses.

The alternative text is made from this data: where the reader is, what to act on in order, and what is ticked.

## Controls

A control begins with its name; further keys stand below it. A sentence alone on the page is a `text`, and a name
alone in `sidebar`, `header` or `menu` an `entry`.
"""


def screens() -> str:
    """The text of docs/screens.md."""
    keys = "\n".join(rows(SCREEN_KEYS)) + "\n" + "\n".join(rows(DIALOG_KEYS, "dialog."))
    kinds = "\n".join(
        f"| `{kind.name}` | {kind.takes} | {kind.meaning} | {', '.join(f'`{key}`' for key in kind.keys)} |"
        for kind in KINDS.values()
    )
    options = "\n".join(f"| `{key.name}` | {key.meaning} |" for key in OPTIONS.values())
    example = (ROOT / "docs" / "screens.yaml").read_text("utf-8")
    return (
        f"{SCREENS}\n| key | default | meaning |\n|---|---|---|\n{keys}\n{ACTS}"
        f"\n| control | takes | meaning | further keys |\n|---|---|---|---|\n{kinds}\n"
        f"\n| further key | meaning |\n|---|---|\n{options}\n"
        "\n## All of them\n\n![What is drawn from the text below: a page, a window and a phone](screens.png)\n"
        f"\n```yaml\n{example}```\n\nThis page is written by `python tools/document.py`.\n"
    )


def main() -> int:
    (ROOT / "docs" / "configuration.md").write_text(configuration(), "utf-8")
    (ROOT / "docs" / "commands.md").write_text(commands(), "utf-8")
    (ROOT / "docs" / "screens.md").write_text(screens(), "utf-8")
    (ROOT / "docs" / "checks.md").write_text(checks(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
