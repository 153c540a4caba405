"""Text can be read on its ground in every brand: by choice of colours, and as a problem where no choice is left."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from PIL import Image
from samples import ROOT, make_project

from builder.config import contrast
from builder.config.handbook import load_config
from builder.config.palette import LINES, PAIRS, Palette, palette, too_weak

SHEET = "".join((ROOT / "templates" / name).read_text("utf-8") for name in ("handbook.css", "print.css", "screens.css"))
COLOUR = re.compile(r"\{\{ c\.(\w+) \}\}")


def declared(properties: str) -> set[str]:
    """The colours that the style sheet gives to some properties."""
    values = re.findall(rf"(?<![-\w])(?:{properties})\s*:\s*([^;}}]*(?:}}}}[^;}}]*)*)", SHEET)
    return {match[1] for value in values for match in COLOUR.finditer(value)}


def test_ratios_are_those_of_wcag() -> None:
    assert contrast.ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast.ratio("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast.ratio("#ffffff", "#767676") == pytest.approx(4.542, abs=0.001)
    assert contrast.mixed("#ffffff", "#000000", 0.2) == "#cccccc"


def test_our_brand_is_readable_everywhere() -> None:
    found, problems = load_config(ROOT)
    assert found and problems == []
    assert list(too_weak(found.brand.colours)) == []


def test_any_accent_and_panel_can_be_read_where_ink_can_be_read_on_paper() -> None:
    chance = random.Random(7)
    papers_and_inks = [("#FFFFFF", "#14161C"), ("#FFFFFF", "#5A3A7A"), ("#FFF8E7", "#004030"), ("#101418", "#F0F0E8")]
    for paper, ink in papers_and_inks:
        for _ in range(40):
            accent, panel = (f"#{chance.randrange(1 << 24):06X}" for _ in range(2))
            assert list(too_weak(palette(ink, paper, accent, panel))) == [], (paper, ink, accent, panel)


def test_every_colour_of_text_and_ground_is_in_a_pair() -> None:
    texts, grounds = {pair.text for pair in PAIRS}, {pair.ground for pair in PAIRS}
    assert declared("color") == texts
    assert declared("background|background-color") == grounds


def test_the_style_sheet_has_no_colour_of_its_own() -> None:
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b|\b(?:rgba?|hsla?|color-mix|opacity)\b", SHEET) == []
    named = {match[1] for match in COLOUR.finditer(SHEET)}
    assert named - {name for pair in PAIRS for name in (pair.text, pair.ground)} <= LINES
    drawings = "".join(
        path.read_text("utf-8") for path in (ROOT / "templates").glob("*.html") if "audit" not in path.name
    )
    assert re.findall(r"#[0-9A-Fa-f]{3,6}\b(?!-)", re.sub(r'href="#[^"]*"', "", drawings)) == []
    assert {match[1] for match in COLOUR.finditer(drawings)} <= {*Palette.__dataclass_fields__}


def hexadecimal(colour: Any) -> str:
    values = tuple(colour) if isinstance(colour, tuple | list) else (colour,)
    values = values * 3 if len(values) == 1 else values
    return "#" + "".join(f"{round(value * 255):02x}" for value in values)


def alike(pair: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two pairs of colours are the same but for the rounding of a drawing program."""
    channels = (
        zip(bytes.fromhex(one[1:]), bytes.fromhex(two[1:]), strict=True) for one, two in zip(pair, other, strict=True)
    )
    return all(abs(left - right) <= 2 for colour in channels for left, right in colour)


def printed_pairs(pdf: Path, folder: Path) -> Iterator[tuple[str, str, str]]:
    """The colour of each word in a PDF, and the colour that most of its box has on the page as poppler draws it."""
    subprocess.run(["pdftoppm", "-r", "72", "-aa", "no", "-aaVector", "no", "-png", pdf, folder / "page"], check=True)
    with pdfplumber.open(pdf) as document:
        for page, picture in zip(document.pages, sorted(folder.glob("*.png")), strict=True):
            image = Image.open(picture).convert("RGB")
            for word in page.extract_words(extra_attrs=["non_stroking_color"]):
                box = (int(word["x0"]), int(word["top"]) - 1, int(word["x1"]) + 1, int(word["bottom"]) + 1)
                _, ground = max(image.crop(box).getcolors(100_000))
                yield (
                    hexadecimal(word["non_stroking_color"]),
                    hexadecimal([each / 255 for each in ground]),
                    word["text"],
                )


def test_words_of_a_real_handbook_stand_on_grounds_that_the_pairs_know(built: Path, tmp_path: Path) -> None:
    found, _ = load_config(built)
    assert found
    colours = found.brand.colours
    known = {(getattr(colours, pair.text).lower(), getattr(colours, pair.ground).lower()) for pair in PAIRS}
    seen = {(text, ground): word for text, ground, word in printed_pairs(built / "output" / "handbook.pdf", tmp_path)}
    assert {pair: word for pair, word in seen.items() if not any(alike(pair, other) for other in known)} == {}
    assert len(seen) >= 9


@pytest.mark.parametrize(
    ("colours", "line", "words"),
    [
        ('ink: "#8A8A8A"', 3, "ink (#8A8A8A) on paper (#FFFFFF) has a contrast of 3.45:1, for text"),
        ('paper: "#3A3A3A"', 3, "ink (#14161C) on paper (#3A3A3A) has a contrast of"),
    ],
)
def test_a_brand_that_can_not_be_read_is_one_problem_at_its_line(
    tmp_path: Path, colours: str, line: int, words: str
) -> None:
    project = make_project(tmp_path)
    (project / "assets" / "brand" / "brand.yaml").write_text(f"name: Faint\ncolours:\n  {colours}\n", "utf-8")
    found, problems = load_config(project)
    assert found is None
    (problem,) = problems
    assert words in problem.message
    assert (problem.place.file, problem.place.line, problem.code) == ("assets/brand/brand.yaml", line, "B10")
