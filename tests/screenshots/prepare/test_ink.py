"""Dark screens printed light: little ink, all words readable, hues as they were."""

from __future__ import annotations

import colorsys
import os
import time
from pathlib import Path

import pytest
from drawn_screens import DARK, GOLD, LIGHT, Screen, dialog, page
from PIL import Image

from builder.screenshots.model import Box
from builder.screenshots.prepare.ink import ink_coverage, is_dark, print_light

Colour = tuple[int, int, int]


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, as WCAG defines it."""

    def luminance(colour: Colour) -> float:
        linear = [(c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def hue(colour: Colour) -> float:
    """In degrees."""
    return colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))[0] * 360


def pixel(image: Image.Image, x: int, y: int) -> Colour:
    value = image.getpixel((x, y))
    assert isinstance(value, tuple)
    return (int(value[0]), int(value[1]), int(value[2]))


def darkest(image: Image.Image, box: Box) -> Colour:
    found = {pixel(image, x, y) for x in range(box.left, box.right) for y in range(box.top, box.bottom)}
    return min(found, key=sum)


def test_what_is_dark() -> None:
    assert is_dark(page(DARK).image)
    assert not is_dark(page(LIGHT).image)
    assert is_dark(dialog(DARK).screen.image)


def test_ink_coverage_goes_from_white_to_black() -> None:
    assert ink_coverage(Image.new("RGB", (9, 9), "white")) == pytest.approx(0, abs=1e-6)
    assert ink_coverage(Image.new("RGB", (9, 9), "black")) == pytest.approx(1, abs=1e-6)
    assert ink_coverage(Image.new("RGB", (9, 9), (128, 128, 128))) == pytest.approx(0.498, abs=0.01)


def test_a_light_screen_stays_as_it_is() -> None:
    image = page(LIGHT).image
    assert print_light(image).tobytes() == image.tobytes()


def test_a_dark_screen_takes_a_tenth_of_the_ink() -> None:
    image = dialog(DARK).screen.image
    assert ink_coverage(image) > 0.85
    assert ink_coverage(print_light(image)) < 0.1


def test_the_ground_is_white_and_words_are_readable() -> None:
    screen = Screen.plain(ground=DARK.ground)
    white = screen.text(100, 100, "White words", (255, 255, 255), 20)
    grey = screen.text(100, 200, "Grey words", (132, 142, 156), 20)
    light = print_light(screen.image)
    assert min(pixel(light, 900, 900)) >= 250
    assert contrast(darkest(light, white), pixel(light, 900, 900)) > 12
    assert contrast(darkest(light, grey), pixel(light, 900, 900)) > 4.5


def test_a_panel_is_still_told_from_the_page_and_nearly_white() -> None:
    screen = Screen.plain(ground=DARK.ground)
    screen.panel(Box(400, 300, 1000, 700), DARK)
    light = print_light(screen.image)
    assert pixel(light, 700, 500) != pixel(light, 100, 100)
    assert contrast(pixel(light, 700, 500), (255, 255, 255)) < 1.25


@pytest.mark.parametrize("colour", [GOLD, (246, 70, 93), (70, 130, 255), (14, 203, 129)])
def test_coloured_lines_and_words_keep_their_hue_and_can_be_seen(colour: Colour) -> None:
    screen = Screen.plain((800, 600), DARK.ground)
    screen.draw.rectangle((100, 100, 500, 160), outline=colour, width=3)
    word = screen.text(100, 300, "Never withdraw", colour, 24)
    light = print_light(screen.image)
    line = pixel(light, 300, 101)
    assert contrast(line, pixel(light, 300, 130)) >= 2.9
    assert contrast(darkest(light, word), (255, 255, 255)) >= 2.9
    assert abs(hue(line) - hue(colour)) < 14


def test_the_hue_of_a_gold_mark_is_no_olive() -> None:
    screen = Screen.plain((800, 600), DARK.ground)
    screen.frame(Box(100, 100, 500, 160), 3)
    line = pixel(print_light(screen.image), 300, 101)
    assert abs(hue(line) - hue(GOLD)) < 6
    assert line[0] > line[1] > line[2]


def test_a_coloured_button_stays_with_the_words_on_it() -> None:
    screen = Screen.plain((800, 600), DARK.ground)
    screen.button(Box(100, 100, 400, 150), "Create API", DARK)
    screen.frame(Box(90, 90, 410, 160))
    light = print_light(screen.image)
    button = (104, 104, 396, 146)
    assert light.crop(button).tobytes() == screen.image.crop(button).tobytes()
    assert min(pixel(light, 95, 125)) > 240  # the gap between frame and button is white, as the page is


def test_a_hand_made_bar_stays_gold() -> None:
    screen = Screen.plain((800, 600), DARK.ground)
    screen.bar(Box(100, 100, 500, 122))
    assert pixel(print_light(screen.image), 300, 111) == GOLD


def test_transparency_and_tiny_pictures_do_no_harm() -> None:
    for size in [(1, 1), (3, 900), (900, 2)]:
        assert print_light(Image.new("RGB", size, "black")).size == size
    assert print_light(Image.new("RGBA", (20, 20), (0, 0, 0, 255))).mode == "RGB"


def test_it_is_quick() -> None:
    image = dialog(DARK).screen.image.crop((300, 200, 1300, 900))
    print_light(image)
    began = time.process_time()
    print_light(image)
    assert time.process_time() - began < 0.6  # 0.03 s on an idle machine


@pytest.mark.skipif("HANDBOOK_SCREENSHOTS" not in os.environ, reason="HANDBOOK_SCREENSHOTS names no folder")
@pytest.mark.parametrize("name", ["binance/4", "bingx/3", "lbank/3"])
def test_real_dark_screens(name: str) -> None:
    slug, number = name.split("/")
    path = Path(os.environ["HANDBOOK_SCREENSHOTS"]) / slug / "assets" / "screenshots" / f"Screenshot {number}.png"
    image = Image.open(path).convert("RGB")
    assert ink_coverage(print_light(image)) < 0.15 < 0.8 < ink_coverage(image)
