"""Labels in print: where they lie on the page, how high they are, and whether they can be read back.

Set HANDBOOK_SCREENSHOTS to a folder of real screenshots, laid out as the guides' addresses are, to test the project's
own guides; `make bench-labels MIRROR=…` prints the figures behind that test.
"""

from __future__ import annotations

import datetime
import io
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from laid_out import lay_out, png
from PIL import Image, ImageDraw
from samples import GOLD, ROOT, SAMPLE, font

from benchmarks import labels
from builder import inputs, sources
from builder.config.handbook import load_config
from builder.guides.guide import parse_guide
from builder.request import Request
from builder.screenshots.inspect.words import Line
from builder.screenshots.model import Box, Inspection, MarkKind, Picture, Treatment, View, Word
from builder.store import Store

MM = 72 / 25.4
FINE = 1200  # dpi


def close_up(pdf: Path, view: labels.Placement) -> Image.Image:
    """A picture on a page, rendered finely."""
    left, top = (round(edge * FINE / 72) for edge in view.area[:2])
    width, height = round(view.area.width * FINE / 72), round(view.area.height * FINE / 72)
    number = str(view.page)
    region = [f"-{name}{value}" for name, value in (("x", left), ("y", top), ("W", width), ("H", height))]
    command = ["pdftoppm", "-r", str(FINE), "-f", number, "-l", number]
    command += [part for each in region for part in (each[:2], each[2:])]
    return Image.open(io.BytesIO(subprocess.run([*command, str(pdf)], capture_output=True, check=True).stdout))


def test_a_mark_is_seen_where_its_area_says(built: Path, tmp_path: Path) -> None:
    """The areas come from the PDF's drawing orders; here they are compared with what a viewer paints."""
    shutil.copytree(built, tmp_path / "project")
    shutil.copytree(built.parent / "mirror", tmp_path / "mirror")
    settings, _ = load_config(tmp_path / "project")
    assert settings is not None
    request = Request(settings, settings.root / "guides", settings.root / "output", today=datetime.date(2026, 1, 2))
    store = Store(settings.root / ".cache")
    found = inputs.gather(request, sources.read(request), lambda *_: None)
    guides = found.guides
    pictures, _ = inputs.pictures(found, store, 1, lambda *_: None)
    pdf = request.output / "guides" / "example.pdf"
    figures = labels.measure_guide(pdf, guides[0], pictures, inputs.known(found, store), store)
    assert [[label.text for label in figure.labels] for figure in figures] == [["API Management"], ["Create key"]]
    for figure, shown in zip(figures, guides[0].figures, strict=True):
        treatment = pictures[shown.picture].treatment
        assert treatment is not None
        (label,), (view,), (crop,) = figure.labels, figure.views, treatment.crops
        pointers = pictures[shown.picture].views[0].pointers
        (frame,) = (each.line for each in pointers if each.kind is MarkKind.FRAME)
        (arrow,) = (each.line for each in pointers if each.kind is MarkKind.ARROW)
        drawn = Box(frame[0], frame[1], max(frame[2], arrow[0]), frame[3])
        drawn = Box(drawn.left + crop.left, drawn.top + crop.top, drawn.right + crop.left, drawn.bottom + crop.top)
        pixels = np.asarray(close_up(pdf, view).convert("RGB"), dtype=int)
        rows, columns = np.nonzero(np.abs(pixels - GOLD).max(axis=2) < 40)
        left, top = columns.min() * 72 / FINE + view.area.left, rows.min() * 72 / FINE + view.area.top
        right, bottom = (columns.max() + 1) * 72 / FINE + view.area.left, (rows.max() + 1) * 72 / FINE + view.area.top
        area = view.area_of(drawn, crop)
        assert area == pytest.approx((left, top, right, bottom), abs=0.4 * MM)  # a line has half of its width outside
        assert area.height == pytest.approx(bottom - top, abs=1.5)
        assert area.left < label.area.left < label.area.right < area.right
        assert area.top < (label.area.top + label.area.bottom) / 2 < area.bottom


def test_a_label_is_judged_in_the_view_that_prints_it_largest(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    store.open()
    screen = Image.new("RGB", (1000, 600), "white")
    ImageDraw.Draw(screen).rectangle((420, 310, 519, 329), fill="navy")
    crops = (Box(0, 0, 1000, 600), Box(400, 300, 600, 400))
    data = [png(screen.crop(crop)) for crop in crops]
    views = tuple(
        View(store.put_asset(one, ".png"), crop.width, crop.height, 90, 60, 90)
        for one, crop in zip(data, crops, strict=True)
    )
    small, large, nowhere = Box(20, 20, 120, 40), Box(420, 310, 520, 330), Box(980, 590, 1020, 610)
    treatment = Treatment("0", crops=crops, labels=(small, large, nowhere))
    seen = Inspection("0", (1000, 600), crops[0], (Word("Open", small, 1), Word("Create key", large, 1)), (), ())
    text = SAMPLE[: SAMPLE.index("3. Click **Create key**")]
    guide, _ = parse_guide(text, "example", "guides/example.md")
    assert guide is not None
    (figure,) = guide.figures
    style = "position:absolute;left:{}mm;top:{}mm;width:{}mm"
    body = f"<p>One<p class=new-page><img src='asset:///1' style='{style.format(5, 10, 80)}' alt=One>"
    body += f"<img src='asset:///2' style='{style.format(20, 70, 40)}' alt=Two>"
    pdf = lay_out(tmp_path / "made.pdf", body, pictures={"1": data[0], "2": data[1]})

    (measured,) = labels.measure_guide(
        pdf, guide, {figure.picture: Picture(views, treatment=treatment)}, {figure.address: seen}, store
    )

    one, two, three = measured.labels
    assert [(label.text, label.view and label.view.page) for label in measured.labels] == [
        ("Open", 2),
        ("Create key", 2),
        ("", None),
    ]
    # The page's margins are 15 mm; a pixel of the overview is 0.08 mm, one of the detail 0.2 mm.
    assert one.area == pytest.approx([edge * MM for edge in (21.6, 26.6, 29.6, 28.2)], abs=0.1)
    assert two.area == pytest.approx([edge * MM for edge in (39, 87, 59, 91)], abs=0.1)
    assert (one.printed_pt, two.printed_pt) == pytest.approx((1.6 * MM, 4 * MM), abs=0.05)
    assert one.plain_pt == pytest.approx(20 * 166 / 1000 * MM)
    assert two.is_large and not one.is_large
    assert not three.is_large and not three.is_read


def line(text: str, left: int, top: int, right: int, bottom: int) -> Line:
    return Line.of(Word(text, Box(left, top, right, bottom), 0.99))


def test_what_stands_at_a_place_is_read_whatever_lines_the_reader_saw() -> None:
    area = labels.Area(48, 96, 96, 105.6)  # 100, 200, 200, 220 px at 150 dpi
    one_of_three = line("MailSendPaste", 0, 200, 325, 220)
    halves = [line("Get", 100, 200, 140, 220), line("Code", 150, 201, 200, 221)]
    assert labels.reading("Send", area, [one_of_three]) == "Send"
    assert labels.reading("Get Code", area, halves) == "GetCode"
    assert labels.reading("Get Code", area, [line("Get code", 90, 202, 215, 222)]) == "Get code"
    assert labels.reading("Get Code", area, [line("Get Code", 100, 240, 200, 260)]) == ""  # another row
    assert labels.reading("Get Code", area, [line("Get Code", 220, 200, 320, 220)]) == ""  # another column


def test_readings_may_differ_in_case_spaces_and_signs_and_hardly_else() -> None:
    assert labels.likeness("* Bind IP Address (required)", "bind ip address(Required)") == 1
    assert labels.likeness("Create API Key", "Create APl Key") >= labels.ALIKE
    assert labels.likeness("Confirm", "Cancel") < labels.ALIKE
    assert labels.likeness("Confirm", "") == labels.likeness("", "") == 0


@pytest.mark.slow
def test_small_print_is_not_read_back() -> None:
    """The measure can fail: of two labels only the one in ordinary print is read back."""
    page = Image.new("L", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    view = labels.Placement(1, labels.Area(48, 48, 480, 336))
    found = []
    for text, top, size in (("Withdrawal whitelist", 200, 18), ("Transfer permission", 400, 5)):
        draw.text((300, top), text, font=font(size), fill=60)
        box = draw.textbbox((300, top), text, font=font(size))
        found.append(labels.Label(text, Box(0, 0, 1, 1), view, labels.Area(*(edge * 72 / 150 for edge in box)), 0))
    assert [label.is_read for label in labels.read_labels(page, found)] == [True, False]


@pytest.mark.skipif("HANDBOOK_SCREENSHOTS" not in os.environ, reason="HANDBOOK_SCREENSHOTS names no folder")
@pytest.mark.slow
@pytest.mark.parametrize("ink_saver", [False, True])
def test_the_labels_of_the_projects_own_guides(tmp_path: Path, ink_saver: bool) -> None:
    """In a copy; what this machine has prepared already is not prepared again."""
    for name in ("guides", "templates", "assets", ".cache"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "handbook.yaml", tmp_path)
    settings, _ = load_config(tmp_path)
    assert settings is not None
    request = Request(
        settings,
        tmp_path / "guides",
        tmp_path / "output",
        mirror=str(Path(os.environ["HANDBOOK_SCREENSHOTS"]).resolve()),
        jobs=2,
        ink_saver=ink_saver,
        today=datetime.date(2026, 1, 2),
    )
    figures = labels.measure(request, lambda *_: None)
    found = [label for figure in figures for label in figure.labels]
    assert all(figure.views for figure in figures)
    assert len(found) >= len(figures)
    assert labels.share(found, lambda label: label.is_large) >= labels.GOAL_LARGE
    assert labels.share(found, lambda label: label.is_read) >= labels.GOAL_READ
