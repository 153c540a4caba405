"""Drawn screens: what their file may say, what is wrong with it and where, and what becomes of it on real pages."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import laid_out
import pdfplumber
import pikepdf
import pytest
from samples import ROOT, SAMPLE, make_project

from builder.build import build
from builder.cli import main
from builder.config.handbook import load_config
from builder.config.palette import palette
from builder.guides.guide import Guide, parse_guide
from builder.layout.document import lay_out
from builder.layout.measuring import measured
from builder.pages import words as catalogue
from builder.pages.figures import MIN_TYPE_PT
from builder.pages.html import screens_page
from builder.pages.look import look as look_of
from builder.pages.page import Look
from builder.pages.paper import paper
from builder.pages.templates import Templates
from builder.pages.words import Words
from builder.problems import Place
from builder.request import Request
from builder.screens import drawing, reading
from builder.screens.controls import DIALOG_KEYS, ICONS, KINDS, OPTIONS, SCREEN_KEYS
from builder.screens.describing import described
from builder.screens.model import Screen
from builder.screens.pipeline import to_be_drawn
from builder.store import Store

TEMPLATES = Templates.read(ROOT / "templates")


def words_of(language: str) -> Words:
    words, problems = catalogue.load(TEMPLATES.files, language, Place("handbook.yaml"))
    assert words is not None and problems == []
    return words


WORDS = words_of("en")
EVERYTHING = (ROOT / "docs" / "screens.yaml").read_text("utf-8")
SCREENS = """menu 1.png:
  width: 60
  cut: [left]
  page:
    - menu:
        - entry: Account
          act: 1
        - entry: API Management
          act: 2
        - Log out
create.png:
  width: 120
  brand: Example
  page:
    - heading: My keys
    - button: Create key
      main: yes
      act: 3
    - text: Nothing here yet
      tone: quiet
"""
STYLE = drawing.Style(palette("#14161C", "#FFFFFF", "#E5C73E", "#14161C"), "", "exchange.example")


def one(source: str) -> Screen:
    screens, problems = reading.parse(source, "x.screens.yaml")
    assert problems == []
    (screen,) = screens.values()
    return screen


@pytest.fixture(scope="session")
def look(built: Path) -> tuple[Look, Store]:
    config, _ = load_config(built)
    assert config is not None
    store = Store(built / ".cache")
    words = words_of("en")
    files = {path: path.read_bytes() for path in config.brand.files}
    return look_of(config, paper("a4", "screen"), files, words, store), store


def test_the_documented_file_shows_everything() -> None:
    screens, problems = reading.parse(EVERYTHING, "docs/screens.yaml")
    assert problems == []
    kinds = {control.kind for screen in screens.values() for control in screen.walk()}
    assert kinds == set(KINDS)
    for key in (*OPTIONS.values(), *SCREEN_KEYS, *DIALOG_KEYS):
        assert f" {key.name}:" in EVERYTHING or key.name in ("address", "cut", "example", "rows"), key.name


@pytest.mark.parametrize("type_pt", [MIN_TYPE_PT, 9.0])
def test_all_controls_are_drawn_large_enough_and_apart(
    look: tuple[Look, Store], tmp_path: Path, type_pt: float
) -> None:
    screens, _ = reading.parse(EVERYTHING, "docs/screens.yaml")
    drawn = [drawing.drawn(screen, STYLE, TEMPLATES, WORDS) for screen in screens.values()]
    smaller = [replace(each, width_mm=each.width_mm * type_pt / 9.0) for each in drawn]
    page = screens_page(look[0], TEMPLATES, [("", each) for each in smaller])
    page = replace(page, html=page.html.replace("font-size: 9.0pt", f"font-size: {type_pt}pt"))
    found = measured(page, look[1].assets)
    assert len(found) == 3 and all(each.height_mm > 40 and each.faults == () for each in found.values())
    (tmp_path / "sheet.pdf").write_bytes(lay_out(page, look[1].assets).pdf)
    with pdfplumber.open(tmp_path / "sheet.pdf") as pdf:
        sizes = [char["size"] for sheet in pdf.pages for char in sheet.chars]
        words = " ".join(sheet.extract_text() for sheet in pdf.pages)
    assert min(sizes) >= type_pt - 0.01
    for said in ("Verification method", "HmacSHA256", "Read and write", "Scan to import", "No records", "Recommended"):
        assert said in words


def test_heights_follow_the_width_as_a_pictures_do(look: tuple[Look, Store]) -> None:
    screens, _ = reading.parse(EVERYTHING, "docs/screens.yaml")
    drawn = [drawing.drawn(screen, STYLE, TEMPLATES, WORDS) for screen in screens.values()]
    heights = []
    for part in (1.0, 8 / 9):
        scaled = [replace(each, width_mm=each.width_mm * part) for each in drawn]
        page = screens_page(look[0], TEMPLATES, [("", each) for each in scaled])
        page = replace(page, html=page.html.replace("font-size: 9.0pt", f"font-size: {9 * part}pt"))
        heights.append([each.height_mm for each in measured(page, look[1].assets).values()])
    for large, small in zip(*heights, strict=True):
        assert small == pytest.approx(large * 8 / 9, rel=0.01)


def test_what_does_not_fit_is_told(look: tuple[Look, Store]) -> None:
    screen = one(
        "a.png:\n  width: 40\n  page:\n    - button: Make an extraordinarily_long_word_that_never_ends\n      act: 1\n"
    )
    page = screens_page(look[0], TEMPLATES, [("", drawing.drawn(screen, STYLE, TEMPLATES, WORDS))])
    (found,) = measured(page, look[1].assets).values()
    assert any("sticks out" in fault for fault in found.faults)


@pytest.mark.parametrize(
    ("source", "line", "code", "says"),
    [
        ("a.png:\n  width: 90\n  page: [", 4, "D01", "YAML"),
        ("- a\n", 1, "D02", "names of pictures"),
        ("a.png:\n  width: 90\n  colour: red\n  page: [x]\n", 3, "D03", "'a.png.colour'"),
        ("a.png:\n  width: 90\n  page:\n    - field: A\n      valu: B\n", 5, "D03", "'field.valu'"),
        ("a.png:\n  width: 90\n  page: [x]\na.png:\n  width: 90\n  page: [x]\n", 4, "D04", "twice"),
        ("a.png:\n  page: [x]\n", 2, "D05", "width"),
        ("a.png:\n  width: 90\n", 1, "D05", "neither"),
        ("a.png:\n  width: 9\n  page: [x]\n", 2, "D06", "width"),
        ("a.png:\n  width: 90\n  page:\n    - button: [a]\n", 4, "D06", "button"),
        ("a.png:\n  width: 90\n  page:\n    - checkbox: A\n      act: maybe\n", 5, "D06", "instruction"),
        ("a.png:\n  width: 90\n  page:\n    - table: [a, b]\n      rows: [[1]]\n", 4, "D06", "cells"),
        ("a.png:\n  width: 90\n  page: x\n", 3, "D08", "list of controls"),
        ("a.png:\n  width: 90\n  page:\n    - knob: A\n", 4, "D10", "no control"),
        ("a.png:\n  width: 90\n  page: [x]\n  dialog:\n    title: T\n    holds: [x]\n", 1, "D11", "both"),
    ],
)
def test_every_fault_has_its_line(source: str, line: int, code: str, says: str) -> None:
    screens, problems = reading.parse(source, "guides/x.screens.yaml")
    assert [(problem.code, problem.place.file, problem.place.line) for problem in problems] == [
        (code, "guides/x.screens.yaml", line)
    ]
    assert says in problems[0].message and problems[0].hint
    assert code == "D04" or screens == {}


def test_more_than_can_be_drawn_is_refused() -> None:
    rows = "".join("    - text: x\n" for _ in range(201))
    _, problems = reading.parse(f"a.png:\n  width: 90\n  page:\n{rows}", "f")
    assert [problem.code for problem in problems] == ["D09"]
    deep = "[" + "{row: [" * 12 + "x" + "]}" * 12 + "]"
    _, problems = reading.parse(f"a.png:\n  width: 90\n  page: {deep}\n", "f")
    assert [(problem.code, problem.place.line) for problem in problems] == [("D01", 3)]
    deep = "[" + "{row: [" * 6 + "{row: x}" + "]}" * 6 + "]"
    _, problems = reading.parse(f"a.png:\n  width: 90\n  page: {deep}\n", "f")
    assert "D08" in {problem.code for problem in problems}


def test_the_alternative_text_says_what_to_act_on_in_order() -> None:
    screen = one(
        "a.png:\n  width: 90\n  dialog:\n    title: New key\n    holds:\n"
        "      - button: Confirm\n        act: 3\n      - field: Label\n        value: MM Bot\n        act: 1\n"
        "      - checkbox: Trade\n        ticked: yes\n        act: 2\n      - checkbox: Withdraw\n"
    )
    assert described(screen, WORDS) == (
        "Drawing: the window New key. 1: Fill in the field Label, which shows “MM Bot”. 2: Tick the box Trade. "
        "3: Click the button Confirm. Ticked: Trade. Not ticked: Withdraw."
    )


@pytest.mark.parametrize("language", ["en", "de", "zh-Hans"])
def test_whatever_can_be_acted_on_has_words_in_every_language(language: str) -> None:
    words = words_of(language)
    said = []
    for kind in (each for each in KINDS.values() if "act" in each.keys):
        label = "copy" if kind.name == "icon" else "XY"
        value = "\n      value: EX" if "value" in kind.keys else ""
        source = f"a.png:\n  width: 90\n  page:\n    - {kind.name}: {label}\n      act: 1{value}\n"
        said.append(described(one(source), words))
        assert ("XY" in said[-1] or kind.name == "icon") and ("EX" in said[-1]) == bool(value), said
    icons = {words(f"icons.{name}") for name in ICONS}
    assert len(icons) == len(ICONS) and (language == "en") == (icons == {*ICONS.values()})
    if language != "en":
        assert not any(word in text for text in said for word in ("Drawing", "Click", "Choose", " the "))


def test_a_mark_that_another_step_speaks_of_is_a_ring_alone() -> None:
    source = "a.png:\n  width: 90\n  page:\n    - covered: API Key\n    - link: Copy\n      act: {}\n"
    for act, discs in (("2", 1), ("yes", 1), ("elsewhere", 0)):
        made = drawing.drawn(one(source.format(act)), STYLE, TEMPLATES, WORDS)
        assert (made.html.count("d-ring"), made.html.count("d-disc")) == (1, discs), act
    assert made.alt == "Drawing: a part of the page. Click the link Copy."


def test_words_hang_beside_their_box_and_low_columns_stand_on_one_line() -> None:
    html = drawing.drawn(
        one(
            "a.png:\n  width: 90\n  page:\n    - checkbox: Trade\n    - checkbox: Read\n      act: 1\n"
            "      note: Always on\n    - columns:\n        - - button: Cancel\n        - - button: Next\n"
            "    - columns:\n        - - radio: Bind\n        - - radio: Later\n            note: Not recommended\n"
        ),
        STYLE,
        TEMPLATES,
        WORDS,
    ).html
    assert html.count("d-option") == 3 and html.count("d-numbered") == 1 and html.count("d-abreast") == 1


def test_what_a_screen_says_is_text_and_never_markup() -> None:
    screen = one('a.png:\n  width: 90\n  page:\n    - text: "<img src=x> & {{ 7*7 }}"\n')
    html = drawing.drawn(screen, STYLE, TEMPLATES, WORDS).html
    assert "&lt;img src=x&gt; &amp; {{ 7*7 }}" in html and "<img" not in html


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make_project(tmp_path)
    (made / "guides" / "example.screens.yaml").write_text(SCREENS, "utf-8")
    monkeypatch.chdir(made)
    return made


def figures_of(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf:
        return [str(each.get("/Alt", "")) for each in laid_out.elements(pdf, "Figure")]


def test_drawings_take_the_place_of_screenshots(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project.parent / "mirror")  # nothing is asked for where everything is drawn
    assert main(["build", "--figures", "drawings", "--strict"]) == 0
    assert "2 figures are drawn" in capsys.readouterr().out
    single = project / "output" / "guides" / "example.pdf"
    assert laid_out.faults(single, running_heads={"Example How to create an API key on Example"}) == []
    with pikepdf.open(single) as pdf:
        assert laid_out.structure_faults(pdf) == []
    drawings = [alt for alt in figures_of(single) if alt.startswith("Drawing:")]
    assert drawings == [
        "Drawing: the open menu. 1: Choose the entry Account. 2: Choose the entry API Management.",
        "Drawing: the page My keys of Example. 3: Click the button Create key.",
    ]
    with pdfplumber.open(single) as pdf:
        pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    assert any("Nothing here yet" in page and "www.exchange.example" not in page for page in pages)
    assert "Drawn after the exchanges’ screens" in pages[-1] and "Example, figures 1–2" in pages[-1]


def test_a_drawing_stands_in_where_a_picture_is_missing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project.parent / "mirror")
    assert main(["build"]) == 0
    out = capsys.readouterr()
    assert "2 of 2 drawn figures stand in" in out.out and "--mirror" in out.out
    alts = figures_of(project / "output" / "guides" / "example.pdf")
    assert "Drawing: the page My keys of Example. 3: Click the button Create key." in alts
    assert main(["build", "--strict"]) == 1
    (project / "guides" / "example.screens.yaml").unlink()
    assert main(["build"]) == 0
    with pdfplumber.open(project / "output" / "guides" / "example.pdf") as pdf:
        assert any("No picture here yet" in page.extract_text() for page in pdf.pages)


def test_a_build_is_remembered_until_its_screens_change(project: Path) -> None:
    config, _ = load_config(project)
    assert config is not None
    from datetime import date

    request = Request(config, project / "guides", project / "output", date(2026, 1, 5), figures="drawings")
    assert all(made.fresh for made in build(request, lambda *_: None).made)
    assert not any(made.fresh for made in build(request, lambda *_: None).made)
    screens = project / "guides" / "example.screens.yaml"
    screens.write_text(screens.read_text("utf-8").replace("Nothing here yet", "Empty"), "utf-8")
    assert any(made.fresh for made in build(request, lambda *_: None).made)


def guide_with(front: str = "", order: str = "") -> Guide:
    text = SAMPLE.replace("secret_shown: once", f"secret_shown: once\n{front}").replace(
        "create.png)", f"create.png){order}"
    )
    guide, problems = parse_guide(text, "example", "guides/example.md")
    assert guide is not None and problems == []
    return guide


@pytest.mark.parametrize(
    ("default", "front", "order", "forced", "drawn"),
    [
        ("screenshots", "", "", "", 0),
        ("drawings", "", "", "", 2),
        ("drawings", "figures: screenshots", "", "", 0),
        ("screenshots", "figures: drawings", "", "", 2),
        ("screenshots", "", "{figure=drawing}", "", 1),
        ("drawings", "", "{figure=screenshot}", "", 1),
        ("screenshots", "figures: screenshots", "", "drawings", 2),
        ("drawings", "figures: drawings", "{figure=drawing}", "screenshots", 1),
    ],
)
def test_who_chooses(default: str, front: str, order: str, forced: str, drawn: int) -> None:
    screens, _ = reading.parse(SCREENS, "f")
    wanted, problems = to_be_drawn(guide_with(front, order), screens, default, forced)
    assert problems == [] and len(wanted) == drawn


def test_what_was_asked_for_in_vain_is_told() -> None:
    wanted, problems = to_be_drawn(guide_with(order="{figure=drawing}"), {}, "screenshots")
    assert not wanted and [(problem.code, problem.is_error) for problem in problems] == [("D13", True)]
    wanted, problems = to_be_drawn(guide_with(), {}, "drawings")
    assert not wanted and [(problem.code, problem.is_error) for problem in problems] == [("D14", False)]


def test_a_screen_without_its_picture_and_an_unknown_order(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    screens = project / "guides" / "example.screens.yaml"
    screens.write_text(SCREENS.replace("create.png", "creat.png"), "utf-8")
    shutil.rmtree(project.parent / "mirror")
    assert main(["build"]) == 1
    assert "guides/example.screens.yaml:11: D12" in capsys.readouterr().err
    screens.write_text(SCREENS, "utf-8")
    guide = project / "guides" / "example.md"
    guide.write_text(SAMPLE.replace("create.png)", "create.png){figure=painting}"), "utf-8")
    assert main(["build"]) == 1
    assert "G13 the picture's figure 'painting'" in capsys.readouterr().err


def test_a_file_that_is_too_large_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "guides" / "example.screens.yaml").write_text(SCREENS + "#" * 100_000, "utf-8")
    assert main(["screens", "example", "--draw"]) == 1
    assert "guides/example.screens.yaml: D07 the file can't be read" in capsys.readouterr().err


def test_the_sheet_for_those_who_write_them(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screens", "example", "--draw"]) == 0
    assert "output/screens/example.pdf" in capsys.readouterr().out
    with pdfplumber.open(project / "output" / "screens" / "example.pdf") as pdf:
        words = pdf.pages[0].extract_text()
    assert "guides/example.screens.yaml:11" in words and "Create key" in words
