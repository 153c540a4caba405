"""What the author drew is found, whatever it was drawn on, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from drawn_screens import DARK, GOLD, LIGHT, Screen, Theme, dialog, page
from PIL import Image, ImageDraw, ImageFont

from builder.screenshots.inspect.marks import arrow_points, find_marks
from builder.screenshots.model import Box, Mark, MarkKind


def of(kind: MarkKind, marks: tuple[Mark, ...]) -> list[Box]:
    return [mark.box for mark in marks if mark.kind is kind]


def close(one: Box, other: Box, by: int = 2) -> bool:
    return all(abs(mine - its) <= by for mine, its in zip(one, other, strict=True))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("thickness", [1, 2, 4, 10, 18])
def test_a_frame_of_any_thickness_is_one_frame(theme: Theme, thickness: int) -> None:
    screen = page(theme)
    drawn = screen.frame(Box(600, 400, 900, 480), thickness)
    marks = find_marks(screen.image)
    assert len(marks) == 1
    assert marks[0].kind is MarkKind.FRAME
    assert close(marks[0].box, drawn)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_line_between_two_rows_of_pixels_is_seen(theme: Theme) -> None:
    screen = page(theme)
    large = Image.new("L", (1920 * 2, 1080 * 2))
    ImageDraw.Draw(large).rectangle((1201, 801, 1802, 962), outline=255, width=2)
    mask = large.resize((1920, 1080), Image.Resampling.BOX)
    assert max(mask.tobytes()) < 255  # no pixel has the pure colour
    image = Image.composite(Image.new("RGB", (1920, 1080), GOLD), screen.image, mask)
    assert [close(box, Box(600, 400, 902, 482)) for box in of(MarkKind.FRAME, find_marks(image))] == [True]


def test_a_line_of_two_half_covered_rows_right_beside_a_white_button_is_seen() -> None:
    screen = page(DARK)
    half = tuple((one + other) // 2 for one, other in zip(GOLD, DARK.ground, strict=True))
    for grow in (4, 5):
        box = Box(600, 400, 900, 440).grown(grow)
        screen.draw.rectangle((box.left, box.top, box.right, box.bottom), outline=half)
    screen.draw.rectangle((600, 400, 900, 440), fill=(254, 254, 254))
    screen.draw.rectangle((599, 399, 901, 441), outline=(54, 55, 55))
    screen.draw.rectangle((598, 398, 902, 442), outline=(254, 254, 254))
    assert len(of(MarkKind.FRAME, find_marks(screen.image))) == 1


def test_an_arrow_that_touches_a_frame_leaves_both_whole() -> None:
    screen = page(DARK)
    frame = screen.frame(Box(600, 400, 900, 480))
    arrow = screen.arrow((900, 440), (-1, 0))
    marks = find_marks(screen.image)
    assert [close(box, frame) for box in of(MarkKind.FRAME, marks)] == [True]
    assert [close(box, arrow, 12) for box in of(MarkKind.ARROW, marks)] == [True]


def test_a_divider_inside_a_frame_does_not_break_it() -> None:
    screen = page(DARK)
    frame = screen.frame(Box(600, 400, 900, 456))
    screen.draw.line((820, 400, 820, 455), fill=GOLD)
    assert [close(box, frame) for box in of(MarkKind.FRAME, find_marks(screen.image))] == [True]


def test_stacked_frames_stay_apart() -> None:
    screen = page(LIGHT)
    drawn = [screen.frame(Box(600, top, 900, top + 48)) for top in (300, 360, 420)]
    found = of(MarkKind.FRAME, find_marks(screen.image))
    assert len(found) == 3
    assert all(close(one, other) for one, other in zip(found, drawn, strict=True))


def test_a_frame_may_run_out_of_the_picture() -> None:
    screen = page(DARK)
    screen.frame(Box(-6, 400, 240, 450))
    screen.frame(Box(1700, 600, 1930, 650))
    found = of(MarkKind.FRAME, find_marks(screen.image))
    assert len(found) == 2
    assert close(found[0], Box(0, 400, 240, 450))
    assert close(found[1], Box(1700, 600, 1920, 650), 6)


def test_bars_are_bars() -> None:
    screen = page(DARK)
    drawn = [screen.bar(Box(700, 400, 1300, 422)), screen.bar(Box(700, 460, 734, 470))]
    marks = find_marks(screen.image)
    assert of(MarkKind.BAR, marks) == drawn
    assert len(marks) == 2


@pytest.mark.parametrize("way", [(1, 0), (-1, 0), (0, 1), (0, -1)])
@pytest.mark.parametrize("length", [28, 70, 400])
def test_arrows_and_where_they_point(way: tuple[int, int], length: int) -> None:
    screen = page(LIGHT)
    screen.arrow((900, 560), way, length)
    marks = find_marks(screen.image)
    assert [mark.kind for mark in marks] == [MarkKind.ARROW]
    assert arrow_points(screen.image, marks[0]) == way


def test_a_slanting_arrow_points_both_ways() -> None:
    screen = page(LIGHT)
    screen.draw.line([(700, 700), (740, 660)], fill=GOLD, width=5)
    screen.draw.polygon([(690, 710), (694, 688), (712, 706)], fill=GOLD)
    marks = find_marks(screen.image)
    assert [mark.kind for mark in marks] == [MarkKind.ARROW]
    assert arrow_points(screen.image, marks[0]) == (-1, 1)


def test_marks_over_a_dimmed_page_keep_their_colour() -> None:
    drawn = dialog(DARK)
    marks = find_marks(drawn.screen.image)
    frames = of(MarkKind.FRAME, marks)
    assert all(any(close(frame, box) for box in frames) for frame in drawn.frames)
    assert (len(frames), len(of(MarkKind.ARROW, marks)), len(marks)) == (3, 2, 5)


@pytest.mark.parametrize("dimmed", [False, True])
def test_the_exchanges_own_yellow_is_no_mark(dimmed: bool) -> None:
    screen = page(DARK)
    screen.button(Box(600, 400, 832, 438), "Get Verified", DARK)
    screen.draw.rounded_rectangle((600, 500, 900, 560), 6, outline=(240, 185, 11), width=2)
    screen.draw.ellipse((300, 400, 360, 460), fill=(252, 213, 53))
    screen.text(600, 600, "Security verification unavailable?", (240, 185, 11))
    screen.draw.rectangle((600, 700, 1400, 760), fill=(58, 50, 24))
    if dimmed:
        screen.dim()
    assert find_marks(screen.image) == ()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_watermark_is_no_mark(theme: Theme) -> None:
    screen = page(theme)
    over = screen.image.copy()
    pen = ImageDraw.Draw(over)
    pen.ellipse((1500, 950, 1560, 1010), fill=GOLD)
    pen.text((1570, 965), "ICG Trading", fill=GOLD, font=ImageFont.load_default(26))
    assert find_marks(Image.blend(screen.image, over, 0.35)) == ()


def test_pictures_without_marks_and_tiny_pictures() -> None:
    assert find_marks(page(LIGHT).image) == ()
    for size in [(1, 1), (1, 40), (40, 1), (12, 12)]:
        assert find_marks(Image.new("RGB", size, "white")) == ()


def test_another_colour_can_be_the_teams() -> None:
    screen = Screen.plain()
    screen.draw.rectangle((600, 400, 900, 480), outline=(220, 40, 120), width=3)
    assert find_marks(screen.image) == ()
    assert [mark.kind for mark in find_marks(screen.image, (220, 40, 120))] == [MarkKind.FRAME]


# Counted by eye on the pictures of the five guides: frames, arrows, bars.
COUNTED = {
    "binance": [(1, 1, 1), (1, 1, 0), (1, 1, 0), (1, 2, 0), (1, 2, 0), (3, 4, 2), (2, 3, 2)],
    "bingx": [(1, 1, 0), (1, 1, 0), (3, 4, 0), (3, 3, 0), (0, 2, 2)],
    "coinstore": [(1, 1, 0), (1, 1, 0), (3, 4, 0), (3, 3, 0), (3, 3, 0)],
    "gate": [(1, 0, 0), (1, 1, 0), (4, 3, 0), (1, 3, 0), (1, 1, 0), (3, 3, 0), (0, 2, 2)],
    "lbank": [(1, 1, 0), (1, 1, 0), (3, 5, 0), (3, 3, 0), (1, 3, 0)],
}


# Where their arrows point, top to bottom (menus left out).
R, L, U, DL = (1, 0), (-1, 0), (0, -1), (-1, 1)
POINTING = {
    "binance": [[L], [R], [R, R], [L, L], [L, L, L, R], [R, L, L]],
    "bingx": [[R], [R, DL, R, L], [R, R, L], [L, L]],
    "coinstore": [[L], [R, R, U, L], [L, L, R], [L, L, L]],
    "gate": [[R], [R, R, R], [R, R, L], [L], [L, L, L], [L, L]],
    "lbank": [[R], [R, R, R, U, R], [L, L, R], [L, L, R]],
}


@pytest.mark.skipif("HANDBOOK_SCREENSHOTS" not in os.environ, reason="HANDBOOK_SCREENSHOTS names no folder")
@pytest.mark.parametrize("slug", COUNTED)
def test_the_marks_of_real_screenshots(slug: str) -> None:
    folder = Path(os.environ["HANDBOOK_SCREENSHOTS"]) / slug / "assets" / "screenshots"
    seen, pointing = [], []
    for number in range(1, len(COUNTED[slug]) + 1):
        picture = Image.open(folder / f"Screenshot {number}.png").convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        image = ground.convert("RGB")
        marks = find_marks(image)
        seen.append(tuple(len(of(kind, marks)) for kind in (MarkKind.FRAME, MarkKind.ARROW, MarkKind.BAR)))
        pointing.append([arrow_points(image, mark) for mark in marks if mark.kind is MarkKind.ARROW])
    assert seen == COUNTED[slug]
    assert pointing[1:] == POINTING[slug]
