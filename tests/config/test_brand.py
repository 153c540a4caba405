"""A brand is one folder: whatever is wrong in it is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import make_project

from builder.config.brand import drawn
from builder.config.handbook import load_config


def problems_of(tmp_path: Path, brand: str, **files: str) -> list[tuple[str, int, str]]:
    project = make_project(tmp_path)
    folder = project / "assets" / "brand"
    (folder / "brand.yaml").write_text(brand, "utf-8")
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, "utf-8")
    _, problems = load_config(project)
    return [(problem.code, problem.place.line, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("brand", "code", "line", "words"),
    [
        ("name: A\nlogo: none.svg\n", "B09", 2, "'logo' is not an SVG file that exists"),
        ("name: A\ncover_art: brand.yaml\n", "B09", 2, "'cover_art'"),
        ("name: A\ncolours:\n  gold: '#FFFFFF'\n", "B03", 3, "there is no key 'colours.gold'"),
        ("name: A\ntypefaces:\n  body:\n    family: X\n", "B12", 3, "has no 'regular'"),
        (
            "name: A\ntypefaces:\n  display:\n    family: X\n    bold: none.ttf\n",
            "B13",
            5,
            "'none.ttf' is no TrueType",
        ),
        (
            "name: A\ntypefaces:\n  display:\n    family: X\n    bold: package:not_there/a.ttf\n",
            "B13",
            5,
            "package:not_there/a.ttf",
        ),
        (
            "name: A\ntypefaces:\n  display:\n    family: X\n    bold: package:__main__/a.ttf\n",
            "B13",
            5,
            "package:__main__/a.ttf",
        ),
        ("name: A\npage:\n  column: 400\n", "B06", 3, "'page.column' should be a number from 120 to 190"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, brand: str, code: str, line: int, words: str) -> None:
    found = problems_of(tmp_path, brand)
    assert any((each[0], each[1]) == (code, line) and words in each[2] for each in found), found


def test_a_drawing_takes_the_brands_colours_and_no_other_names(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path fill="var(--accent)"/>\n<path fill="var(--gold)"/></svg>'
    found = problems_of(tmp_path, "name: A\nlogo: own.svg\n", own_svg=svg)
    assert [(code, line) for code, line, _ in found] == [("B11", 2)]


def test_colours_stand_in_the_drawing_that_is_printed(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    found, _ = load_config(project)
    assert found and found.brand.logo
    assert b'fill="#E5C73E"' in drawn(found.brand.logo.read_bytes(), found.brand.colours)
