"""Another firm changes one folder: a blue, serif, German one with a wide logo, on Letter; and a Chinese handbook."""

from __future__ import annotations

import shutil
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from laid_out import faults
from samples import ROOT, Once, make_project

from builder.cli import main

FIRM = ROOT / "tests" / "second_firm"
MM = 72 / 25.4


def project_of(root: Path, language: str, like: Path | None = None) -> Path:
    """A project in which the brand's folder, the guide and two settings are the second firm's."""
    project = make_project(root, {"nordboerse": (FIRM / "nordbank.md").read_text("utf-8")}, like=like)
    shutil.rmtree(project / "assets" / "brand")
    shutil.copytree(FIRM, project / "assets" / "brand", ignore=shutil.ignore_patterns("*.md"))
    settings = (project / "handbook.yaml").read_text("utf-8").replace("Sample Handbook", "Handbuch der Börsen")
    (project / "handbook.yaml").write_text(f"language: {language}\npaper: letter\n{settings}", "utf-8")
    return project


@pytest.fixture(scope="module")
def german(built: Path, once: Once) -> Path:
    def build(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(project_of(folder, "de", built))
            assert main(["--debug", "build"]) == 0

    return once("german", build) / "project" / "output" / "handbook.pdf"


def words_of(pdf: Path) -> str:
    with pdfplumber.open(pdf) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def test_all_that_is_printed_is_german(german: Path) -> None:
    text = words_of(german)
    for words in ("Inhalt", "Auf einen Blick", "Ihre Angaben", "1. März 2026", "Warnung", "Wichtig", "Etwa 10 Minuten"):
        assert words in text, words
    for words in ("Your values", "Contents", "Figure ", "Warning", "Edition", "Page", " of ", "Switch", "Glossary"):
        assert words not in text, words
    with pikepdf.open(german) as pdf:
        assert str(pdf.Root.Lang) == "de"


def test_typefaces_paper_and_colours_are_the_firms(german: Path) -> None:
    with pdfplumber.open(german) as document:
        fonts = {char["fontname"].partition("+")[2] for page in document.pages for char in page.chars}
        assert {round(page.width / MM, 1) for page in document.pages} == {215.9}
        assert not any("Manrope" in font or "SourceSansPro" in font for font in fonts), fonts
        grounds = {
            tuple(round(value * 255) for value in rect["non_stroking_color"]) for rect in document.pages[0].rects
        }
    assert (0x0B, 0x3A, 0x78) in grounds


def test_the_wide_logo_is_as_high_as_asked_and_keeps_its_form(german: Path) -> None:
    with pdfplumber.open(german) as document:
        cover = document.pages[0]
        strokes = [curve for curve in (*cover.curves, *cover.lines) if curve["top"] < 60 * MM]
        left, right = (min(each["x0"] for each in strokes), max(each["x1"] for each in strokes))
        assert right - left > 70 * MM
        assert "Hafenlicht Kapital" not in (cover.crop((0, 0, cover.width, 40 * MM)).extract_text() or "")
        assert "Handel, der nachts leuchtet" in (cover.extract_text() or "")


def test_words_are_parted_at_line_ends_in_german(german: Path) -> None:
    assert any(line.rstrip().endswith(("-", "\u2010")) for line in words_of(german).splitlines())


def test_it_conforms(german: Path) -> None:
    for path in (german, german.parent / "guides" / "nordboerse.pdf"):
        assert faults(path, running_heads=["Nordbörse So erstellen Sie einen API-Schlüssel bei Nordbörse"]) == []


def test_a_chinese_handbook_conforms_and_has_its_own_words(
    german: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(tmp_path, "zh-Hans", german.parents[1])
    monkeypatch.chdir(project)
    assert main(["--debug", "build"]) == 0
    text = words_of(project / "output" / "handbook.pdf")
    for words in ("目录", "您的信息", "2026年3月1日", "绝不开启"):
        assert words in text, words


def test_a_language_without_words_is_told_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = project_of(tmp_path, "xx")
    monkeypatch.chdir(project)
    assert main(["build"]) == 1
    assert "handbook.yaml:1: C11 there are no printed words for the language 'xx'" in capsys.readouterr().err
