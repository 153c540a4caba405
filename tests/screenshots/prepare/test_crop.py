"""What is printed of a screen: nothing cut, the title in, the marks in, the labels large enough to read."""

from __future__ import annotations

import itertools
import json
import os
import time
from pathlib import Path

import pytest
from drawn_screens import DARK, LIGHT, Screen, Theme, dialog, page
from PIL import Image

from builder.screenshots.inspect.marks import find_marks
from builder.screenshots.model import Box, Crop, Mark, MarkKind, Word
from builder.screenshots.prepare.crop import choose_crop
from builder.screenshots.prepare.legible import POINTS_PER_MM, PRINT
from builder.screenshots.prepare.locator import locator, wants_locator
from builder.screenshots.prepare.plate import plate


def crop_of(screen: Screen, content: Box | None = None) -> Crop:
    return choose_crop(screen.image, content or screen.content, screen.words, find_marks(screen.image))


def smallest_label_pt(crop: Crop) -> float:
    """The size of the smallest label's type, each where it prints largest, in the narrowest print that is allowed."""
    return min(
        max(_printed(label, size, view, crop) for view in (crop.box, *crop.more))
        for label, size in zip(crop.labels, crop.sizes, strict=True)
    )


def _printed(label: Box, size: float, view: Box, crop: Crop) -> float:
    inside = [size for label, size in zip(crop.labels, crop.sizes, strict=True) if view.contains(label)]
    on = plate(view, inside)
    return size * on.min_mm * POINTS_PER_MM / on.box.width if view.contains(label) else 0


LEAST = PRINT.floor_pt - 1e-6


def most_overlap(crop: Crop) -> float:
    """How much of a view another one shows as well, at most."""
    views = (crop.box, *crop.more)
    return max(
        (one.within(other).area / min(one.area, other.area) for one, other in itertools.combinations(views, 2)),
        default=0.0,
    )


def cut(view: Box, words: list[Word] | tuple[Box, ...]) -> list[Box]:
    boxes = [word.box if isinstance(word, Word) else word for word in words]
    return [box for box in boxes if view.meets(box) and not view.grown(1).contains(box)]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_dialog_over_a_dimmed_page_is_the_crop(theme: Theme) -> None:
    drawn = dialog(theme)
    crop = crop_of(drawn.screen)
    assert crop.box.grown(2).contains(drawn.box)
    assert crop.box.area < 1.1 * drawn.box.area  # nothing of the page behind
    assert crop.more == ()
    assert all(crop.box.contains(box) for box in (drawn.title, *drawn.frames, *drawn.parts))
    assert smallest_label_pt(crop) >= LEAST


def test_the_labels_are_what_the_marks_mean() -> None:
    drawn = dialog(LIGHT)
    assert sorted(crop_of(drawn.screen).labels) == sorted(drawn.labels)


def test_a_line_under_the_title_does_not_part_it_from_the_dialog() -> None:
    drawn = dialog(LIGHT)
    drawn.screen.draw.line((drawn.box.left, 428, drawn.box.right - 1, 428), fill=LIGHT.line)
    drawn.screen.text(790, 434, "We have sent you a code", LIGHT.ink, 10)  # so that the lower part looks titled
    crop = crop_of(drawn.screen)
    assert crop.box.grown(2).contains(drawn.box)


def test_only_the_button_is_marked_but_the_whole_panel_matters() -> None:
    screen = Screen.plain()
    box = Box(620, 190, 1300, 890)
    screen.panel(box, LIGHT)
    for row in range(12):
        screen.draw.rounded_rectangle((660, 240 + 44 * row, 700, 262 + 44 * row), 11, fill=(225, 228, 238))
        screen.text(720, 242 + 44 * row, "Perpetual Contract", LIGHT.ink, 17)
    screen.text(650, 200, "Permissions", LIGHT.ink, 20)
    screen.button(Box(660, 800, 900, 850), "Submit", LIGHT)
    screen.frame(Box(646, 788, 914, 862), 10)
    screen.arrow((930, 825), (-1, 0))
    crop = crop_of(screen)
    assert crop.box.grown(2).contains(box)
    assert crop.box.area < 1.2 * box.area
    assert cut(crop.box, screen.words) == []


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_panel_that_only_a_line_parts_from_a_page_of_its_colour(theme: Theme) -> None:
    screen = Screen.plain(ground=theme.panel)
    box = Box(500, 300, 1300, 700)
    screen.panel(box, theme)
    screen.text(530, 320, "Create API Key", theme.ink, 24)
    screen.field(Box(530, 420, 1000, 460), "Remark", theme)
    screen.frame(Box(524, 414, 1006, 466))
    crop = crop_of(screen)
    assert crop.box.grown(2).contains(box)
    assert crop.box.area < 1.2 * box.area


def test_a_form_on_a_wide_page_is_cut_out_with_its_heading() -> None:
    screen = Screen.plain(ground=DARK.ground)
    heading = screen.text(520, 180, "Create New API", DARK.ink, 26)
    for row in range(3):
        screen.field(Box(530, 270 + 80 * row, 900, 310 + 80 * row), "API name", DARK)
        screen.frame(Box(524, 264 + 80 * row, 906, 316 + 80 * row), 1)
        screen.arrow((518, 290 + 80 * row), (1, 0))
    for row in range(8):
        screen.text(
            1200, 250 + 24 * row, "Please do not leak your key, for security reasons it is best to", DARK.ink, 13
        )
    crop = crop_of(screen)
    assert crop.box.contains(heading)
    assert crop.box.width < 1000
    assert cut(crop.box, screen.words) == []
    assert smallest_label_pt(crop) >= LEAST


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_of_a_button_in_a_far_corner_one_view_is_enough_and_the_locator_tells_where(theme: Theme) -> None:
    screen = page(theme)
    label = screen.button(Box(1700, 90, 1830, 126), "Create API", theme)
    frame = screen.frame(Box(1690, 82, 1840, 134))
    screen.arrow((1684, 108), (1, 0))
    crop = crop_of(screen)
    assert crop.box.contains(frame)
    assert crop.labels == (label,)
    assert crop.box.height >= 0.2 * crop.box.width  # no ribbon
    assert crop.more == ()
    assert wants_locator(crop.box, screen.content)
    assert cut(crop.box, screen.words) == []
    assert smallest_label_pt(crop) >= LEAST


def test_marks_far_apart_each_get_a_detail() -> None:
    screen = page(LIGHT)
    spots = [(1700, 90), (300, 860)]
    for left, top in spots:
        screen.button(Box(left, top, left + 130, top + 36), "Create API", LIGHT)
        screen.frame(Box(left - 10, top - 8, left + 140, top + 44))
    crop = crop_of(screen)
    views = (crop.box, *crop.more)
    assert len(views) == 2
    assert all(any(view.contains(Box(x, y, x + 130, y + 36)) for view in views) for x, y in spots)
    assert smallest_label_pt(crop) >= LEAST


def test_marks_everywhere_are_all_shown() -> None:
    screen = page(DARK)
    frames = []
    for left in range(300, 1800, 300):
        for top in range(260, 900, 160):
            screen.text(left + 10, top + 10, "Enable", DARK.ink)
            frames.append(screen.frame(Box(left, top, left + 120, top + 40)))
    crop = crop_of(screen)
    assert all(any(view.contains(frame) for view in (crop.box, *crop.more)) for frame in frames)
    assert most_overlap(crop) <= 0.1


def test_a_narrow_menu_stays_whole() -> None:
    screen = Screen.plain((350, 750), DARK.panel)
    for row in range(12):
        screen.text(60, 60 + 56 * row, "Rewards Hub", DARK.ink, 20)
    screen.frame(Box(4, 448, 320, 500))
    crop = crop_of(screen)
    assert crop.box == screen.content
    assert len(crop.labels) == 1
    assert not wants_locator(crop.box, screen.content)


@pytest.mark.parametrize("bars", [(0, 0, 0), (255, 255, 255)])
def test_without_marks_the_whole_picture_less_its_letterbox(bars: tuple[int, int, int]) -> None:
    inner = page(DARK)
    screen = Screen.plain((1920, 1200), bars)
    screen.image.paste(inner.image, (0, 60))
    shifted = [Word(w.text, Box(w.box.left, w.box.top + 60, w.box.right, w.box.bottom + 60), 1) for w in inner.words]
    crop = choose_crop(screen.image, screen.content, shifted, ())
    assert crop.labels == ()
    assert cut(crop.box, shifted) == []
    assert all(crop.box.contains(word.box) for word in shifted)
    assert crop.box.area < screen.content.area


def test_the_crop_stays_in_the_content() -> None:
    drawn = dialog(DARK)
    content = Box(0, 60, 1920, 1000)
    assert content.contains(crop_of(drawn.screen, content).box)


def test_arrow_letters_are_no_words() -> None:
    drawn = dialog(LIGHT)
    drawn.screen.arrow((960, 492), (-1, 0))  # inside a frame
    arrow = next(
        mark.box
        for mark in find_marks(drawn.screen.image)
        if mark.kind is MarkKind.ARROW and drawn.frames[0].contains(mark.box)
    )
    drawn.screen.words.append(Word("arrow", arrow, 0.9))
    assert arrow not in crop_of(drawn.screen).labels


def test_the_caption_of_a_bar_and_the_word_an_arrow_points_to_are_labels() -> None:
    screen = Screen.plain((1400, 700), DARK.ground)
    screen.panel(Box(100, 60, 1000, 600), DARK)
    screen.text(130, 80, "API information", DARK.ink, 22)
    caption = screen.text(130, 178, "Secret Key", DARK.ink)
    screen.bar(Box(180, 204, 700, 224))
    trade = screen.text(160, 400, "Trade", DARK.ink)
    screen.text(60 + 160, 400, "Withdraw", DARK.ink)
    screen.arrow((148, 426), (0, -1))
    assert sorted(crop_of(screen).labels) == sorted([caption, trade])


@pytest.mark.parametrize("size", [(1, 1), (1, 60), (60, 1), (40, 30), (700, 4)])
def test_tiny_pictures_come_back_whole(size: tuple[int, int]) -> None:
    whole = Box(0, 0, *size)
    image = Image.new("RGB", size, "white")
    marks = (Mark(MarkKind.FRAME, whole), Mark(MarkKind.ARROW, Box(-5, -5, 3, 3)))
    assert choose_crop(image, whole, (), marks).box == whole
    assert choose_crop(image, whole, (), ()).box == whole


def test_a_mark_outside_the_content_is_no_ground_for_a_crop() -> None:
    screen = page(LIGHT)
    mark = Mark(MarkKind.FRAME, Box(100, 1060, 300, 1078))
    content = Box(0, 0, 1920, 1050)
    crop = choose_crop(screen.image, content, screen.words, (mark,))
    assert content.contains(crop.box)
    assert "whole picture" in crop.why
    assert all(crop.box.contains(word.box) for word in screen.words)


def tall_form(theme: Theme, rows: int, *, right: int) -> tuple[Screen, list[Box]]:
    """A form on a wide page: framed fields in a column, and in another one that begins at `right`."""
    screen = page(theme)
    frames = []
    screen.text(300, 90, "Create New API", theme.ink, 26)
    for left in (300, right):
        for row in range(rows):
            top = 230 + 84 * row
            screen.field(Box(left, top, left + 330, top + 40), f"Field {row + 1} at {left}", theme)
            frames.append(screen.frame(Box(left - 6, top - 6, left + 336, top + 46)))
            screen.arrow((left + 342, top + 20), (-1, 0), 50)
    return screen, frames


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize(("rows", "right", "most"), [(3, 720, 1), (6, 720, 1), (4, 1300, 2), (8, 1300, 2)])
def test_a_tall_form_with_marks_in_both_columns(theme: Theme, rows: int, right: int, most: int) -> None:
    screen, frames = tall_form(theme, rows, right=right)
    crop = crop_of(screen)
    views = (crop.box, *crop.more)
    assert len(views) <= most  # one view at full width, or one for each group of fields
    assert most_overlap(crop) <= 0.1
    assert all(any(view.contains(frame) for view in views) for frame in frames)
    assert smallest_label_pt(crop) >= LEAST


def test_what_an_edge_leaves_of_a_word_is_named_and_never_a_label() -> None:
    screen, _ = tall_form(LIGHT, 3, right=720)
    crop = crop_of(screen)
    halves = [box for box in cut(crop.box, screen.words) if box.within(crop.box).area < 0.4 * box.area]
    assert all(any(sliver.contains(box.within(crop.box)) for sliver in crop.slivers) for box in halves)
    assert not any(sliver.meets(label) for sliver in crop.slivers for label in crop.labels)


def test_locator() -> None:
    content = Box(0, 60, 1920, 1020)
    crop = Box(960, 300, 1440, 540)
    assert locator(crop, content) == pytest.approx((0.5, 0.25, 0.25, 0.25))
    assert wants_locator(crop, content)
    assert not wants_locator(Box(0, 60, 1000, 1020), content)
    assert locator(content.grown(50), content) == (0, 0, 1, 1)


def test_the_choice_is_quick() -> None:
    drawn = dialog(DARK)
    marks = find_marks(drawn.screen.image)
    began = time.process_time()
    choose_crop(drawn.screen.image, drawn.screen.content, drawn.screen.words, marks)
    assert time.process_time() - began < 2  # 0.15 s on an idle machine


# What the crop of each real screenshot has to show: title or context words, as OCR reads them.
SHOWS = {
    "binance-2": ["API Management", "Identification"],
    "binance-3": ["API Management", "Create API"],
    "binance-4": ["Choose API Key type", "Next"],
    "binance-5": ["Create API", "Next"],
    "binance-6": ["Security verification", "Submit"],
    "binance-7": ["HT Key", "Save"],
    "bingx-2": ["API Management", "Create API"],
    "bingx-3": ["Create API Key", "Confirm"],
    "bingx-4": ["Security Verification", "Confirm"],
    "bingx-5": ["API Key", "Secret Key"],
    "coinstore-2": ["API Management", "Create API Key"],
    "coinstore-3": ["API Management", "Confirm"],
    "coinstore-4": ["Verification", "Confirm"],
    "coinstore-5": ["View API Key", "Confirm"],
    "gate-2": ["API Key Management", "Create API Key"],
    "gate-3": ["Create API Key", "Classic Account"],
    "gate-4": ["Risk Reminder", "I Accept"],
    "gate-5": ["Permissions", "Submit"],
    "gate-6": ["Security Verification", "Confirm"],
    "gate-7": ["API Key Is Created Successfully", "Secret"],
    "lbank-2": ["My API", "Create New API"],
    "lbank-3": ["Create New API", "Confirm"],
    "lbank-4": ["Security Verification", "Confirm"],
    "lbank-5": ["API information", "Confirm"],
}
REAL = {"HANDBOOK_SCREENSHOTS", "HANDBOOK_WORDS"} <= set(os.environ)


def real_screen(name: str) -> tuple[Screen, Box]:
    slug, number = name.split("-")
    folder = Path(os.environ["HANDBOOK_SCREENSHOTS"]) / slug / "assets" / "screenshots"
    picture = Image.open(folder / f"Screenshot {number}.png").convert("RGBA")
    content = picture.getchannel("A").getbbox()
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    read = json.loads((Path(os.environ["HANDBOOK_WORDS"]) / f"{name}.json").read_text("utf-8"))
    words = [Word(word["text"], Box(*word["box"]), word["score"]) for word in read]
    assert content
    return Screen(ground.convert("RGB"), words), Box(*content)


@pytest.mark.skipif(not REAL, reason="HANDBOOK_SCREENSHOTS and HANDBOOK_WORDS name no folders")
@pytest.mark.parametrize("name", SHOWS)
def test_crops_of_real_screenshots(name: str) -> None:
    screen, content = real_screen(name)
    crop = crop_of(screen, content)
    shown = [word.text for word in screen.words if crop.box.contains(word.box)]
    for text in SHOWS[name]:
        assert any(text.lower() in word.lower() for word in shown), text
    assert crop.labels
    assert smallest_label_pt(crop) >= LEAST
    for view in crop.more:
        assert cut(view, screen.words) == []
    for mark in find_marks(screen.image):
        if mark.kind is not MarkKind.ARROW:
            assert crop.box.contains(mark.box), mark
        else:
            assert crop.box.meets(mark.box), mark
