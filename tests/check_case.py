"""A folder of the check's cases as values: guides, and small JSON files that stand in for pictures and the network.

`seen.json` holds, by the end of a picture's name, the lines read on it (with a box where that matters); `kept.json`
what the lock file says; `answers.json` what addresses answered; `settings.json` what handbook.yaml sets;
`<guide>.screens.yaml` holds its drawn screens.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from builder.checks.links import Answer
from builder.checks.pictures import Kept
from builder.config.checks import Settings
from builder.guides import markdown
from builder.guides.blocks import figures_in
from builder.screens import reading
from builder.screens.model import Screen
from builder.screenshots.model import Box, Inspection, Word

_LINE_HEIGHT = 40  # px between lines that have no box of their own: too far apart to run on


@dataclass(frozen=True)
class Case:
    sources: Mapping[str, str]
    seen: Mapping[str, Inspection] = field(default_factory=dict)
    kept: Mapping[str, Kept] | None = None
    answers: Mapping[str, Answer] | None = None
    settings: Settings = field(default_factory=Settings)
    screens: Mapping[str, Mapping[str, Screen]] = field(default_factory=dict)

    def with_sources(self, sources: Mapping[str, str]) -> Case:
        return replace(self, sources=sources)


def case_in(folder: Path) -> Case:
    sources = {path.stem: path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.md"))}
    kept, answers = _json(folder / "kept.json"), _json(folder / "answers.json")
    return Case(
        sources,
        _seen(sources, _json(folder / "seen.json") or {}),
        {address: _kept(value) for address, value in kept.items()} if kept is not None else None,
        {address: Answer(**value, asked="2026-07-01") for address, value in answers.items()} if answers else None,
        Settings(brand="Acme Desk", **{k: _frozen(v) for k, v in (_json(folder / "settings.json") or {}).items()}),
        {slug: _screens(folder / f"{slug}.screens.yaml") for slug in sources},
    )


def inspection(lines: Sequence[Any]) -> Inspection:
    """A picture on which these lines were read; a line is a text, or a text and its box."""
    words = []
    for number, line in enumerate(lines):
        text, *box = [line] if isinstance(line, str) else line
        top = number * _LINE_HEIGHT
        words.append(Word(text, Box(*box) if box else Box(0, top, 10 * len(text), top + 15), 0.99))
    return Inspection("0" * 64, (1920, 1080), Box(0, 0, 1920, 1080), tuple(words), (), ())


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def _seen(sources: Mapping[str, str], shown: Mapping[str, Sequence[Any]]) -> dict[str, Inspection]:
    addresses = {figure.address for source in sources.values() for figure in figures_in(markdown.parse(source).blocks)}
    return {
        address: inspection(lines)
        for name, lines in shown.items()
        for address in addresses
        if unquote(address).removesuffix(".png").endswith(name)
    }


def _screens(path: Path) -> dict[str, Screen]:
    screens, problems = reading.screens_in(path.read_bytes() if path.exists() else b"", path.name)
    assert problems == []
    return screens


def _kept(value: Mapping[str, Any]) -> Kept:
    days = {key: datetime.date.fromisoformat(value[key]) for key in ("fetched", "confirmed") if key in value}
    return Kept(value["file"], changed=value.get("changed", False), **days)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
