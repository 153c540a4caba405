"""The contact sheet shows every page, and marks those that look different from the accepted ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from builder import proof
from builder.cli import main
from builder.proof import Looks

GOLD = (229, 199, 62)


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built sample as the current folder."""
    copy = tmp_path / "project"
    shutil.copytree(built, copy, ignore=shutil.ignore_patterns(".cache"))
    monkeypatch.chdir(copy)
    return copy


def said(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    capfd.readouterr()
    assert main(["--debug", "proof", *arguments]) == 0
    return capfd.readouterr().out


def edit(project: Path, page: int, drawing: bytes) -> None:
    pdf = project / "output" / "handbook.pdf"
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        document.pages[page].contents_add(drawing)
        document.save(pdf)


def frames(project: Path) -> int:
    """How many pixels of the sheet are gold frames: more than the pages' own gold, which is told by a sheet without."""
    image = Image.open(project / "output" / "proof.png").convert("RGB")
    return sum(
        count
        for count, colour in image.getcolors(1 << 24) or ()
        if all(abs(one - other) <= 3 for one, other in zip(colour, GOLD, strict=True))
    )


def test_an_edit_is_marked_until_it_is_accepted(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "no accepted proof" in said(capfd)
    assert "accepted: assets/proof.json" in said(capfd, "--accept")
    assert "pages, none changed" in said(capfd)
    plain = frames(project)
    edit(project, 5, b"0 0 0 rg 200 400 3 3 re f")
    text = said(capfd)
    labels = proof.read(project / "assets" / "proof.json")
    assert labels is not None and f"1 of {len(labels.labels)} pages changed: {labels.labels[5]}\n" in text
    assert frames(project) > plain + 2000
    said(capfd, "--accept")
    assert "none changed" in said(capfd)
    assert frames(project) == plain


def test_the_foot_of_a_page_does_not_count(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said(capfd, "--accept")
    edit(project, 5, b"0 0 0 rg 200 30 60 8 re f")
    assert "none changed" in said(capfd)


def test_pages_that_are_gone_are_told_and_the_others_are_not_marked(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said(capfd, "--accept")
    before = proof.read(project / "assets" / "proof.json")
    pdf = project / "output" / "handbook.pdf"
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        del document.pages[5]
        document.save(pdf)
    text = said(capfd)
    assert before is not None
    assert "none changed" in text and f"gone since the accepted proof: {before.labels[5]}\n" in text


def test_new_changed_and_moved_pages() -> None:
    before = Looks(("i", "1", "2", "3"), ("a", "b", "c", "d"))
    found, marked = proof.compared(before, Looks(("i", "1", "2", "3", "4"), ("a", "x", "b", "y", "d")))
    assert (found.changed, found.removed, marked) == (("1", "3"), (), {1, 3})
    found, marked = proof.compared(before, Looks(("i", "1"), ("a", "x")))
    assert (found.changed, found.removed) == (("1",), ("2", "3"))
    assert proof.compared(before, before)[0].summary == ("4 pages, none changed",)


def test_another_rasteriser_is_not_compared() -> None:
    found, marked = proof.compared(Looks(("1",), ("a",), "another 1.0"), Looks(("1",), ("b",)))
    assert found.accepted is None and not marked


def test_the_sheet_shows_every_page_and_stays_small(project: Path) -> None:
    assert main(["proof"]) == 0
    first = (project / "output" / "proof.png").read_bytes()
    with Image.open(project / "output" / "proof.png") as image:
        assert image.width <= proof.SHEET_WIDTH and image.height <= 1200
    assert main(["proof"]) == 0
    assert (project / "output" / "proof.png").read_bytes() == first
    for pages in (1, 10, 42, 400, 1000):
        width, height = proof._thumbnail(pages, (595.0, 842.0))
        rows = -(-pages // proof._columns(pages))
        assert proof._columns(pages) * (width + 20) <= proof.SHEET_WIDTH and rows * (height + 46) <= 4000, pages


@pytest.mark.parametrize("text", ["", "[]", '{"pages": 3}', '{"pages": [["1"]], "rasteriser": ""}', "\x00"])
def test_an_accepted_proof_that_can_not_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "proof.json").write_text(text)
    assert proof.read(tmp_path / "proof.json") is None


@pytest.mark.parametrize("data", [None, b"", b"not a PDF"])
def test_without_a_handbook_there_is_a_problem(
    project: Path, data: bytes | None, capfd: pytest.CaptureFixture[str]
) -> None:
    pdf = project / "output" / "handbook.pdf"
    pdf.unlink()
    if data is not None:
        pdf.write_bytes(data)
    assert main(["proof"]) == 1
    assert "output/handbook.pdf: O02 there is no handbook that can be read" in capfd.readouterr().err
    assert not (project / "output" / "proof.png").exists()
