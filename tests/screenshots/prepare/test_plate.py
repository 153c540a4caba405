"""What is printed of a screen stands on even ground, in one of three widths, as large as its labels need."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_screens import DARK, LIGHT, Theme, dialog
from PIL import Image

from builder.screenshots.inspect.marks import find_marks
from builder.screenshots.model import Box
from builder.screenshots.prepare.crop import choose_crop
from builder.screenshots.prepare.legible import (
    POINTS_PER_MM,
    PRINT,
    comfortable_scale,
    is_legible,
    least_scale,
)
from builder.screenshots.prepare.plate import EDGE, GROUND, draw, plate
from builder.screenshots.prepare.pointers import arrows_of, rubbed_out, sides

GOLD = (229, 199, 62)
WIDTHS = {PRINT.narrow_mm, PRINT.lesser_mm, PRINT.column_mm}


@pytest.mark.parametrize("width", [120, 300, 480, 700, 1000, 1500])
@pytest.mark.parametrize("height", [60, 300, 600, 900])
@pytest.mark.parametrize("size", [10.0, 14.0, 20.0])
def test_any_part_gets_one_of_three_widths_and_is_sharp(width: int, height: int, size: float) -> None:
    shown = Box(40, 50, 40 + width, 50 + height)
    on = plate(shown, [size, size], {0, 2})
    assert {on.width_mm, on.min_mm} <= WIDTHS
    assert on.min_mm <= on.width_mm
    assert on.box.contains(shown)
    dots = on.box.width / on.width_mm * 25.4
    assert dots >= PRINT.sharpest_dpi - 1
    printed = size * on.min_mm * POINTS_PER_MM / on.box.width
    if is_legible(shown, [size]):
        assert printed >= min(PRINT.min_pt, size * PRINT.sharpest) * 0.99
    assert printed <= PRINT.most_pt * 1.01


def test_scales() -> None:
    assert least_scale([]) == 0
    assert least_scale([10.0, 30.0, 30.0, 30.0]) == pytest.approx(72 / 110)  # 10 px can't be set larger
    assert least_scale([20.0] * 4) == pytest.approx(7.5 / 20)
    assert comfortable_scale([20.0] * 4) == pytest.approx(9 / 20)
    assert comfortable_scale([12.0] * 4) == pytest.approx(72 / 110)
    assert comfortable_scale([11.0, 40.0, 40.0]) <= 11 / 40 or least_scale([11.0, 40.0, 40.0]) > 11 / 40


def test_an_upright_menu_stands_beside_its_text_and_a_wide_dialog_below_it() -> None:
    assert plate(Box(0, 0, 350, 760), [17.0]).width_mm == PRINT.narrow_mm
    assert plate(Box(0, 0, 520, 400), [14.0, 14.0]).width_mm == PRINT.column_mm


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_nothing_of_the_page_behind_a_dialog_is_left(theme: Theme) -> None:
    drawn = dialog(theme)
    image, words = drawn.screen.image, drawn.screen.words
    marks = find_marks(image)
    crop = choose_crop(image, drawn.screen.content, words, marks)
    arrows = arrows_of(image, marks, GOLD)
    on = plate(crop.box, crop.sizes, sides(arrows, crop.box))
    picture = np.asarray(draw(rubbed_out(image, marks, arrows, (), GOLD), on, crop.slivers))
    assert picture.shape[:2] == (on.box.height, on.box.width)
    outside = np.ones(picture.shape[:2], bool)
    left, top = on.shown.left - on.box.left, on.shown.top - on.box.top
    outside[top : top + on.shown.height, left : left + on.shown.width] = False
    assert outside.any()
    assert {tuple(colour) for colour in picture[outside].tolist()} == {GROUND}
    assert tuple(picture[top, left + on.shown.width // 2].tolist()) == EDGE  # the panel's edge can be seen


def test_what_an_edge_leaves_of_a_word_is_painted_over() -> None:
    image = Image.new("RGB", (400, 200), (250, 250, 250))
    image.paste((20, 20, 20), (290, 80, 340, 100))
    on = plate(Box(0, 0, 300, 200), [14.0])
    cut = draw(image, on)
    whole = draw(image, on, [Box(288, 78, 300, 102)])
    corner = (on.shown.left - on.box.left, on.shown.top - on.box.top)
    at = (corner[0] + 294, corner[1] + 90)
    assert cut.getpixel(at) == (20, 20, 20)
    assert whole.getpixel(at) == (250, 250, 250)
