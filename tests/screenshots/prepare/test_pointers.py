"""The team's marks are rubbed out and given as lines; numbers stand on no word; what is covered is never named."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from drawn_screens import DARK, LIGHT, Screen, Theme, dialog, page

from builder.screenshots.inspect.marks import find_marks
from builder.screenshots.model import Box, Mark, MarkKind, Pointer, Word
from builder.screenshots.prepare.crop import choose_crop
from builder.screenshots.prepare.plate import Plate, plate
from builder.screenshots.prepare.pointers import DISC_MM, arrows_of, clear_of_captions, pointers, rubbed_out, sides

GOLD = (229, 199, 62)


def prepared(screen: Screen, hidden: tuple[Box, ...] = ()) -> tuple[Plate, tuple[Pointer, ...]]:
    marks = find_marks(screen.image)
    arrows = arrows_of(screen.image, marks, GOLD)
    crop = choose_crop(screen.image, screen.content, screen.words, marks, covers=hidden)
    on = plate(crop.box, crop.sizes, sides(arrows, crop.box))
    return on, pointers(screen.words, marks, arrows, on, hidden)


def gold_left(screen: Screen, besides: Box) -> int:
    marks = find_marks(screen.image)
    after = rubbed_out(screen.image, marks, arrows_of(screen.image, marks, GOLD), (), GOLD)
    after.paste((0, 0, 0), tuple(besides))
    return int((np.abs(np.asarray(after).astype(int) - GOLD).max(axis=2) <= 12).sum())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_nothing_of_frames_and_arrows_is_left_in_the_pixels(theme: Theme) -> None:
    screen = dialog(theme).screen
    button = Box(790, 630, 1130, 666)  # has a like colour, and blends of it are like the marks'
    assert gold_left(screen, button) == 0


def test_a_button_in_a_like_colour_and_bars_stay() -> None:
    screen = Screen.plain((800, 600), DARK.ground)
    screen.button(Box(100, 100, 400, 150), "Create API", DARK)
    screen.frame(Box(90, 90, 410, 160))
    bar = screen.bar(Box(100, 300, 500, 322))
    marks = find_marks(screen.image)
    after = rubbed_out(screen.image, marks, (), (), GOLD)
    assert after.crop((104, 104, 396, 146)).tobytes() == screen.image.crop((104, 104, 396, 146)).tobytes()
    assert after.crop(bar).tobytes() == screen.image.crop(bar).tobytes()
    assert np.abs(np.subtract(after.getpixel((90, 125)), DARK.ground)).max() <= 4


def test_what_covers_a_secret_is_not_touched() -> None:
    screen = Screen.plain((800, 400))
    frame = screen.frame(Box(100, 100, 500, 160), 3)
    cover = Box(80, 90, 300, 170)
    screen.draw.rectangle((80, 90, 299, 169), fill=(66, 68, 74))
    after = rubbed_out(screen.image, [Mark(MarkKind.FRAME, frame)], (), (cover,), GOLD)
    assert after.crop(cover).tobytes() == screen.image.crop(cover).tobytes()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_numbers_have_a_place_on_the_plate_on_no_word_and_on_no_other(theme: Theme) -> None:
    drawn = dialog(theme)
    on, found = prepared(drawn.screen)
    assert {each.target for each in found if each.disc} == {0, 1, 2}
    half = DISC_MM / 2 * on.px_per_mm
    discs = [Box(*(round(part) for part in _around(each.disc, half))) for each in found if each.disc]
    words = [word.box for word in drawn.screen.words if on.shown.contains(word.box)]
    moved = [
        Box(word.left - on.box.left, word.top - on.box.top, word.right - on.box.left, word.bottom - on.box.top)
        for word in words
    ]
    assert not any(disc.meets(word) for disc in discs for word in moved)
    assert not any(one.meets(other) for one, other in itertools.combinations(discs, 2))
    assert all(Box(0, 0, on.box.width, on.box.height).contains(disc) for disc in discs)


def _around(middle: tuple[int, int], half: float) -> tuple[float, float, float, float]:
    return middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half


def test_an_arrow_and_the_frame_it_points_at_are_one_target_and_point_there_still() -> None:
    drawn = dialog(LIGHT)
    on, found = prepared(drawn.screen)
    first = [each for each in found if each.target == 0]
    assert {each.kind for each in first} == {MarkKind.FRAME, MarkKind.ARROW}
    assert "Mail code" in first[0].means
    arrow = next(each for each in first if each.kind is MarkKind.ARROW)
    frame = drawn.frames[0]
    assert abs(arrow.line[2] + on.box.left - frame.right) <= 12  # the tip is where it was
    assert arrow.line[0] > arrow.line[2]  # and it comes from the right
    assert all(0 <= place <= max(on.box.width, on.box.height) for each in found for place in each.line)


def test_words_under_a_cover_are_never_named() -> None:
    screen = page(LIGHT)
    screen.text(600, 372, "API Key", LIGHT.ink)
    secret = screen.text(610, 410, "AKIAsecretsecretsecret", LIGHT.ink)
    screen.frame(Box(596, 400, 1000, 440))
    _, found = prepared(screen, (secret,))
    said = [word for each in found for word in each.means]
    assert "API Key" in said
    assert not any("secret" in word for word in said)


def test_a_frame_draws_back_behind_a_caption_that_it_would_cross() -> None:
    frame = Box(100, 100, 400, 160)
    caption, value = Word("Email code", Box(110, 88, 240, 106), 1.0), Word("Enter it", Box(110, 120, 240, 138), 1.0)
    note = Word("Sent to you", Box(110, 154, 240, 170), 1.0)
    beside, heading = Word("Other", Box(410, 90, 500, 108), 1.0), Word("Verify", Box(110, 60, 240, 130), 1.0)
    assert clear_of_captions(frame, [caption, value, note, beside], 2) == Box(100, 108, 400, 152)
    assert clear_of_captions(frame, [value, beside, heading], 2) == frame, "what it was drawn around stays inside"
