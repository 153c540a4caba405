"""A step that goes on overleaf says so above the text, and nowhere in the tags or the outline."""

from __future__ import annotations

from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from laid_out import elements, faults
from samples import SAMPLE, make_project

from builder.cli import main

LETTERS = "abcdefghij"
LONG = "".join(  # no two lines are alike but for their number: at the foot of pages such are taken for running feet
    f"{number}. Click **Next** and read what page {LETTERS[number // 10]}{LETTERS[number % 10]} of the terms says.\n"
    for number in range(1, 61)
)


@pytest.fixture(scope="module")
def single(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = SAMPLE.replace("Open the site and log in.\n", LONG)
    project = make_project(tmp_path_factory.mktemp("continued"), {"example": text}, like=built)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert main(["--debug", "build", "example"]) == 0
    return project / "output" / "guides" / "example.pdf"


def test_a_page_that_begins_inside_a_step_names_it_and_no_other_does(single: Path) -> None:
    with pdfplumber.open(single) as document:
        heads = [(page.crop((0, 0, page.width, 24.5 / 25.4 * 72)).extract_text() or "") for page in document.pages]
        bodies = [
            (page.crop((0, 24.5 / 25.4 * 72, page.width, page.height)).extract_text() or "") for page in document.pages
        ]
    named = [number for number, head in enumerate(heads) if "Log in, continued" in head]
    going_on = [number for number in range(2, len(bodies)) if "Click Next" in bodies[number][:80]]
    assert going_on and named == going_on
    assert sum("continued" in body for body in bodies) == 0


def test_it_is_neither_heading_nor_bookmark(single: Path) -> None:
    with pikepdf.open(single) as pdf:
        titles: list[str] = []
        with pdf.open_outline() as outline:
            waiting = [*outline.root]
            while waiting:
                entry = waiting.pop()
                titles.append(str(entry.title))
                waiting += entry.children
        assert not [title for title in titles if "continued" in title]
        assert len(elements(pdf, "H2")) == 8, "four steps, two parts that close, your values, the way through"
    assert faults(single, running_heads=["Example How to create an API key on Example"]) == []
