"""The drawings that come with the guides: one for each figure, and nothing of anybody's account on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from samples import ROOT

from builder.guides.guide import parse_guide
from builder.screens import reading
from builder.screens.model import Screen, picture_name

GUIDES = sorted((ROOT / "guides").glob("*.md"))
ADDRESS = re.compile(r"[\w.+*-]+@[\w.-]+")
IP = re.compile(r"\b\d+\.\d+\.\d+\.\d+\b")
KEY = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{17,}")


def screens_of(path: Path) -> dict[str, Screen]:
    screens, problems = reading.screens_in(path.with_suffix(".screens.yaml").read_bytes(), path.stem)
    assert problems == []
    return screens


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_every_figure_has_its_drawing_with_a_mark(path: Path) -> None:
    guide, _ = parse_guide(path.read_text("utf-8"), path.stem, path.name)
    assert guide is not None
    screens = screens_of(path)
    assert sorted(screens) == sorted(picture_name(figure.address) for figure in guide.figures)
    for screen in screens.values():
        # A field and the button in it may belong to one instruction.
        acts = [act for control in screen.walk() for act in {control.act, control.button_act} if act is not None]
        assert acts and len(set(acts)) == len(acts), screen.picture


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_only_documented_examples_are_drawn(path: Path) -> None:
    text = path.with_suffix(".screens.yaml").read_text("utf-8")
    assert set(ADDRESS.findall(text)) <= {"you@example.com"}
    assert all(address.startswith("192.0.2.") for address in IP.findall(text))
    assert KEY.findall(text) == []
    assert set(re.findall(r"\b\d{6,}\b", text)) <= {"12345678"}
