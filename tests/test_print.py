"""The print profile on real PDFs: boxes and marks, sides and blanks, black, lines, pictures; and the screen's."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import laid_out
import numpy as np
import pdfplumber
import pikepdf
import printed
import pytest
from PIL import Image
from samples import SAMPLE, Once, make_project

from builder.cli import main
from builder.pages.paper import paper

MM = printed.MM
HAIRLINE = 0.25
SECOND = SAMPLE.replace("Example", "Second")  # of the same site, so that its pictures are known
SECOND = SECOND.replace("secret_shown: once", "secret_shown: once\nchecks: {off: {T06: the same on purpose}}")
SECOND = SECOND.replace("Open the site and log in.", "Open [the site](https://www.exchange.example) and log in.")


@pytest.fixture(scope="module")
def folder(built: Path, once: Once) -> Path:
    """The output of a project of two guides in both profiles, the print one as a booklet too."""

    def build(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(make_project(folder, {"example": SAMPLE, "second": SECOND}, like=built))
            assert main(["--debug", "build"]) == 0
            assert main(["--debug", "build", "--booklet"]) == 0

    return once("print", build) / "project" / "output"


def both(folder: Path) -> list[Path]:
    return [folder / "print" / "handbook.pdf", folder / "print" / "guides" / "example.pdf"]


def box(page: Any, name: str) -> list[float]:
    return [float(each) for each in page.obj[f"/{name}Box"]]


def test_the_profiles_do_not_overwrite_each_other(folder: Path) -> None:
    names = ["guides/example.pdf", "guides/second.pdf", "handbook.pdf"]
    made = [*names, *(f"print/{name}" for name in names), "print/handbook-booklet.pdf"]
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf")) == sorted(made)


def test_every_page_tells_where_it_is_cut_and_how_far_it_bleeds(folder: Path) -> None:
    for path in both(folder):
        with pikepdf.open(path) as pdf:
            for page in pdf.pages:
                left, bottom, right, top = box(page, "Trim")
                assert (right - left, top - bottom) == pytest.approx((210 * MM, 297 * MM), abs=0.01)
                assert box(page, "Bleed") == pytest.approx([-3 * MM, -3 * MM, right + 3 * MM, top + 3 * MM], abs=0.01)
                assert box(page, "Media")[0] < -9 * MM


def test_crop_marks_stand_outside_the_bleed_on_every_page(folder: Path) -> None:
    for path in both(folder):
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                left, top, right, bottom = page.trimbox
                marks = [
                    one
                    for one in page.lines
                    if one["x1"] < left or one["x0"] > right or one["bottom"] < top or one["top"] > bottom
                ]
                assert len(marks) == 8
                for mark in marks:
                    gaps = (left - mark["x1"], mark["x0"] - right, top - mark["bottom"], mark["top"] - bottom)
                    assert max(gaps) > 3 * MM
                    on_edges = (mark["x0"] - left, mark["x0"] - right, mark["top"] - top, mark["top"] - bottom)
                    assert min(map(abs, on_edges)) < 0.6


def test_tabs_and_the_cover_run_over_the_edge(folder: Path) -> None:
    looked_at = 0
    with pdfplumber.open(folder / "print" / "handbook.pdf") as pdf:
        for number, page in enumerate(pdf.pages):
            left, _, right, _ = page.trimbox
            drawn = [*page.rects, *page.curves]
            if "How to create an API key on" in page.extract_text():
                over = [one for one in drawn if one["x1"] > right + 2.99 * MM or one["x0"] < left - 2.99 * MM]
                on_this_side = [one for one in over if (one["x0"] > right - 9 * MM) == (number % 2 == 0)]
                assert on_this_side, f"page {number + 1} has no tab at its fore-edge"
                looked_at += 1
        assert looked_at == 6
        assert max(one["bottom"] for one in pdf.pages[0].curves) > pdf.pages[0].trimbox[3] + 2.99 * MM


def test_chapters_begin_on_the_right_and_the_book_ends_on_the_left(folder: Path) -> None:
    for path in both(folder):
        pages = printed.read(path)
        begins = [
            pages.names[name] for name in ("-how-to-use", "example", "second", "-glossary") if name in pages.names
        ]
        assert [page % 2 for page in begins] == [0] * len(begins)
        assert len(pages.sheets) % 2 == 0
        assert "Questions?" in pages.sheets[-1].text
        blank = [number for number, sheet in enumerate(pages.sheets) if not sheet.text]
        assert blank and all(number % 2 == 1 or number == len(pages.sheets) - 2 for number in blank)
        assert not any({one, other} <= {*blank} for one, other in pairwise(range(len(pages.sheets))))


def test_the_screen_has_no_blank_pages_and_one_box(folder: Path) -> None:
    for path in (folder / "handbook.pdf", folder / "guides" / "example.pdf"):
        assert all(sheet.text for sheet in printed.read(path).sheets)
        with pikepdf.open(path) as pdf:
            assert all(box(page, "Trim") == box(page, "Media") for page in pdf.pages)


def test_margins_mirror_each_other_and_numbers_stand_outside(folder: Path) -> None:
    pages = printed.read(folder / "print" / "handbook.pdf")
    sheets, labels = pages.sheets, pages.labels
    page = paper("a4", "print")
    assert page.inner - page.outer == pytest.approx(10)
    for number, sheet in enumerate(sheets):
        if number == 0 or not sheet.text:
            continue
        left, right = (page.inner, page.outer) if number % 2 == 0 else (page.outer, page.inner)
        inside = [glyph for glyph in sheet.glyphs if glyph.x > 10 * MM and glyph.x < sheet.width - 10 * MM]
        assert min(glyph.x for glyph in inside) == pytest.approx(left * MM, abs=4)
        foot = [glyph for glyph in inside if glyph.top > sheet.height - 16 * MM]
        if number < len(sheets) - 1:
            words = "".join(glyph.text for glyph in sorted(foot, key=lambda glyph: glyph.x))
            at_edge = rf"{labels[number]}(of\d+)?$" if number % 2 == 0 else rf"^{labels[number]}"
            assert re.search(at_edge, words), words
        assert max(glyph.x for glyph in inside) < sheet.width - right * MM


def test_links_are_plain_and_their_addresses_spelt_out(folder: Path) -> None:
    words = printed.squeezed("Open the site (www.exchange.example) and log in.")
    assert any(words in sheet.text for sheet in printed.read(folder / "print" / "handbook.pdf").sheets)
    assert not any(words in sheet.text for sheet in printed.read(folder / "handbook.pdf").sheets)


def test_links_can_be_seen_on_the_screen(folder: Path) -> None:
    """Each is underlined; in the contents every line is one, and has a line of its own."""
    pages = printed.read(folder / "handbook.pdf")
    contents = range(pages.names["-contents"], pages.names["-at-a-glance"])
    with pikepdf.open(folder / "handbook.pdf") as pdf:
        web = [
            (number, [float(each) for each in note.Rect], float(page.mediabox[3]))
            for number, page in enumerate(pdf.pages)
            for note in page.get("/Annots", ())
            if note.Subtype == "/Link"
        ]
    assert len(web) > 10
    for number, (left, one, right, other), height in web:
        if number in contents:
            continue
        bottom, top = min(one, other), max(one, other)
        under = [
            (x0, x1)
            for x0, upper, x1, lower in pages.sheets[number].drawings
            if lower - upper < 1.5 and height - top < upper < height - bottom + 2 and x0 > left - 2 and x1 < right + 2
        ]
        assert sum(x1 - x0 for x0, x1 in under) > 0.8 * (right - left), f"page {number + 1}: a link is not underlined"


def settings(holder: Any) -> Iterator[tuple[str, list[float]]]:
    """The settings of colours in a page's or a form's drawing, and in the forms that it draws."""
    for operands, operator in pikepdf.parse_content_stream(holder):
        if str(operator) in {"g", "G", "rg", "RG", "k", "K", "sc", "SC", "scn", "SCN"}:
            yield str(operator), [float(each) for each in operands]
    for form in holder.get("/Resources", {}).get("/XObject", {}).values():
        if form.get("/Subtype") == "/Form":
            yield from settings(form)


def test_text_is_black_in_one_ink_and_every_grey_is_grey(folder: Path) -> None:
    for path in both(folder):
        with pikepdf.open(path) as pdf:
            used = {(operator, tuple(values)) for page in pdf.pages for operator, values in settings(page.obj)}
        assert {operator for operator, _ in used} <= {"g", "G", "rg", "RG"}
        coloured = [values for operator, values in used if operator in {"rg", "RG"}]
        assert coloured and all(max(values) - min(values) > 0.06 for values in coloured)
        with pdfplumber.open(path) as plumbed:
            inks = {tuple(char["non_stroking_color"]) for page in plumbed.pages for char in page.chars}
        assert inks <= {(0,), (1,)}


def test_the_cover_is_light(folder: Path, tmp_path: Path) -> None:
    def darkness(path: Path) -> float:
        subprocess.run(["pdftoppm", "-r", "20", "-l", "1", "-gray", path, tmp_path / path.parent.name], check=True)
        (drawn,) = tmp_path.glob(f"{path.parent.name}-*.pgm")
        pixels = list(Image.open(drawn).tobytes())
        return 1 - sum(pixels) / len(pixels) / 255

    assert darkness(folder / "handbook.pdf") > 0.6
    assert darkness(folder / "print" / "handbook.pdf") < 0.15


def multiplied(one: list[float], other: list[float]) -> list[float]:
    """The matrix that does first one and then the other; PDF's six numbers."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m]


def strokes(holder: Any, matrix: list[float]) -> Iterator[float]:
    """The widths in points of all lines that are stroked by a page or a form and the forms that it draws."""
    width, saved = 1.0, []
    forms = holder.get("/Resources", {}).get("/XObject", {})
    for operands, operator in pikepdf.parse_content_stream(holder):
        match str(operator):
            case "q":
                saved.append((width, matrix))
            case "Q":
                width, matrix = saved.pop()
            case "cm":
                matrix = multiplied([float(each) for each in operands], matrix)
            case "w":
                width = float(operands[0])
            case "S" | "s" | "B" | "b" | "B*" | "b*":
                yield width * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
            case "Do" if forms[str(operands[0])].get("/Subtype") == "/Form":
                own = [float(each) for each in forms[str(operands[0])].get("/Matrix", [1, 0, 0, 1, 0, 0])]
                yield from strokes(forms[str(operands[0])], multiplied(own, matrix))


def test_no_line_is_thinner_than_a_press_can_print(folder: Path) -> None:
    for path in (*both(folder), folder / "handbook.pdf"):
        with pikepdf.open(path) as pdf:
            widths = [width for page in pdf.pages for width in strokes(page.obj, [1, 0, 0, 1, 0, 0])]
        assert widths and min(widths) >= HAIRLINE
        with pdfplumber.open(path) as plumbed:
            filled = [
                one for page in plumbed.pages for one in page.rects if one["fill"] and one["width"] * one["height"]
            ]
        assert filled and min(min(one["width"], one["height"]) for one in filled) >= HAIRLINE


def test_pictures_have_110_dots_an_inch_and_those_of_the_screen(folder: Path) -> None:
    """A plate is a part of its screenshot on even ground, dot for dot, set no wider than 110 dots an inch."""
    shots = folder.parent / "assets" / "screenshots"
    whole = [np.asarray(Image.open(shot).convert("L")) for shot in shots.rglob("*.png")]
    with pdfplumber.open(folder / "handbook.pdf") as plumbed:
        sizes = {one["srcsize"]: one["width"] / 72 for page in plumbed.pages for one in page.images}
    assert sizes and min(size[0] / inches for size, inches in sizes.items()) >= 110
    with pikepdf.open(folder / "handbook.pdf") as pdf:
        found = [np.asarray(pikepdf.PdfImage(one).as_pil_image().convert("L")) for one in laid_out.images(pdf)]
    assert len({plate.shape for plate in found}) == len(sizes)
    for plate in found:
        tiles = [plate[y : y + 30, x : x + 80] for y in range(20, len(plate) - 30, 10) for x in range(120, 280, 40)]
        worded = [tile for tile in tiles if tile.std() > 20]
        alike = [
            max(cv2.matchTemplate(screen, tile, cv2.TM_CCOEFF_NORMED).max() for screen in whole) for tile in worded
        ]
        same = sum(float(score) > 0.999 for score in alike)
        assert same >= 3, "words beside the plate's edge and where no pointer was taken from"
    with pdfplumber.open(folder / "print" / "handbook.pdf") as plumbed:
        assert {one["srcsize"] for page in plumbed.pages for one in page.images} == sizes.keys()


@pytest.mark.parametrize("size", ["a4", "letter"])
def test_all_pdfs_validate_on_both_papers(folder: Path, tmp_path: Path, size: str) -> None:
    output = folder
    if size == "letter":
        output = tmp_path / "letter"
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder.parent)
            assert main(["build", "--paper", "letter", "--output", str(output)]) == 0
            assert main(["build", "--paper", "letter", "--output", str(output), "--profile", "print"]) == 0
    for path in output.rglob("*.pdf"):
        if "booklet" not in path.name:
            heads = {f"{name} How to create an API key on {name}" for name in ("Example", "Second")}
            assert laid_out.faults(path, running_heads=heads) == [], path.name
            with pikepdf.open(path) as pdf:
                assert laid_out.structure_faults(pdf) == [], path.name


def test_booklets_of_some_guides_have_as_many_sheets_in_a_signature_as_asked_for(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert main(["build", "example", "--booklet", "--signature", "1", "--output", str(tmp_path)]) == 0
    made = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.pdf"))
    assert made == ["print/guides/example-booklet.pdf", "print/guides/example.pdf"]
    pages = len(printed.read(tmp_path / made[1]).sheets)
    with pdfplumber.open(tmp_path / made[0]) as pdf:
        assert len(pdf.pages) == -(-pages // 4) * 2
        halves = [page.crop((page.width / 2, 0, page.width, page.height)).extract_text() for page in pdf.pages[:2]]
        assert "How to create an API key" in " ".join(halves[0].split())
    first = (tmp_path / made[0]).read_bytes()
    assert main(["build", "example", "--booklet", "--signature", "2", "--output", str(tmp_path)]) == 0
    assert (tmp_path / made[0]).read_bytes() != first
    assert main(["verify", str(tmp_path / made[0])]) == 0


def test_a_booklet_of_the_screen_profile_is_wrong_use(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder.parent)
    assert main(["build", "--booklet", "--profile", "screen"]) == 2
    assert "a booklet is made of the print profile's pages" in capfd.readouterr().err


def test_text_is_black_in_a_brand_of_another_ink(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path, like=built)
    brand = project / "assets" / "brand" / "brand.yaml"
    brand.write_text(brand.read_text("utf-8").replace("#14161C", "#0B2A66"), "utf-8")
    monkeypatch.chdir(project)
    assert main(["build", "--profile", "print", "--offline"]) == 0
    with pdfplumber.open(project / "output" / "print" / "handbook.pdf") as plumbed:
        assert {tuple(char["non_stroking_color"]) for page in plumbed.pages for char in page.chars} == {(0,), (1,)}
        fills = [one["non_stroking_color"] for page in plumbed.pages for one in page.rects if one["fill"]]
    blue = [fill for fill in fills if isinstance(fill, tuple) and len(fill) == 3 and fill[2] > fill[0]]
    assert blue, "tabs and heads of tables keep the brand's ink"
