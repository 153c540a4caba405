"""Writes the pages of docs/ that come from declarations in the code; a test compares them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from builder import cli
from builder.checks import rules
from builder.config.handbook import BRAND_KEYS, HANDBOOK_KEYS
from builder.fields import Key
from builder.guides.guide import FRONT_MATTER_KEYS
from builder.packets.client import CLIENT_KEYS

ROOT = Path(__file__).resolve().parent.parent
INTRODUCTION = """# Configuration

All keys, as the code declares them. A key that is not listed is refused, with its line and the nearest one that is.
This page is written by `python tools/document.py`.
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


def configuration() -> str:
    """The text of docs/configuration.md."""
    return (
        INTRODUCTION
        + table("handbook.yaml", "The settings of a handbook; paths are relative to this file.", HANDBOOK_KEYS)
        + table(
            "assets/brand/brand.yaml", "The firm on the page. Another firm changes this file and its logo.", BRAND_KEYS
        )
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


def main() -> int:
    (ROOT / "docs" / "configuration.md").write_text(configuration(), "utf-8")
    (ROOT / "docs" / "commands.md").write_text(commands(), "utf-8")
    (ROOT / "docs" / "checks.md").write_text(rules.as_markdown(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
