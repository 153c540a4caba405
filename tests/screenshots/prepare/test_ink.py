"""Dark screens printed light: little ink, all words readable, hues as they were."""

from __future__ import annotations

import colorsys
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_screens import DARK, GOLD, LIGHT, Screen, Theme, dialog, page
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


@dataclass(frozen=True)
class Control:
    """A control drawn on a screen: where it is, and what must be told from the ground beside it."""

    name: str
    box: Box


def controls(theme: Theme) -> tuple[Image.Image, list[Control]]:
    """Every control of a form, each as it is, pale, and disabled: labels, fields, buttons, boxes, switches."""
    screen = Screen.plain((900, 760), theme.ground)
    screen.panel(Box(20, 20, 880, 740), theme)

    def mixed(colour: Colour, share: float) -> Colour:
        return tuple(round(a * share + b * (1 - share)) for a, b in zip(colour, theme.panel, strict=True))  # type: ignore[return-value]

    found = []
    for column, share in enumerate((1.0, 0.5, 0.22)):
        ink, gold, blue = (mixed(colour, share) for colour in (theme.ink, (252, 213, 53), (40, 90, 227)))
        left = 60 + 280 * column
        found.append(Control(f"label {share}", screen.text(left, 60, "Enable Reading", ink, 16)))
        shapes = {
            f"field {share}": (Box(left, 110, left + 200, 150), "outline"),
            f"check box {share}": (Box(left, 180, left + 16, 196), "outline"),
            f"ticked box {share}": (Box(left + 60, 180, left + 76, 196), "fill"),
            f"switch {share}": (Box(left, 230, left + 44, 252), "fill"),
            f"pale button {share}": (Box(left, 290, left + 200, 330), "outline"),
        }
        for name, (box, way) in shapes.items():
            corners = (box.left, box.top, box.right - 1, box.bottom - 1)
            screen.draw.rounded_rectangle(corners, 4, **{way: ink})
            found.append(Control(name, box))
        for row, colour in enumerate((gold, blue)):
            box = Box(left, 380 + 70 * row, left + 200, 420 + 70 * row)
            screen.draw.rounded_rectangle((box.left, box.top, box.right - 1, box.bottom - 1), 4, fill=colour)
            letters = (20, 20, 24) if row == 0 else (250, 250, 252)
            found.append(Control(f"coloured button {row} {share}", box))
            found.append(
                Control(f"its label {row} {share}", screen.text(left + 60, box.top + 10, "Confirm", letters, 16))
            )
    return screen.image, found


def clearest(image: Image.Image, box: Box) -> float:
    """The greatest contrast between pixels of a control and its surroundings that lie no more than 3 px apart."""
    area = np.asarray(image.crop(box.grown(4)).convert("RGB"), dtype=np.float64) / 255
    linear = np.where(area <= 0.04045, area / 12.92, ((area + 0.055) / 1.055) ** 2.4)
    light = (linear @ (0.2126, 0.7152, 0.0722) + 0.05).astype(np.float32)
    around = np.ones((7, 7), np.uint8)
    return float((cv2.dilate(light, around) / cv2.erode(light, around)).max())


@pytest.mark.parametrize("theme", [DARK, replace(DARK, ground=(0, 0, 0), panel=(20, 20, 20)), LIGHT])
def test_every_control_is_as_clear_in_print_as_on_the_screen(theme: Theme) -> None:
    image, found = controls(theme)
    light = print_light(image)
    for control in found:
        was, now = clearest(image, control.box), clearest(light, control.box)
        assert now >= min(was, 3.0) * 0.97, f"{control.name}: {was:.2f} on the screen, {now:.2f} in print"
        if was >= 1.15 and theme is not LIGHT:  # a light screen stays as it is
            assert now >= 1.5, f"{control.name} can hardly be seen in print: {now:.2f}"


def test_a_disabled_gold_button_becomes_a_pale_one_and_its_label_stays_dark() -> None:
    screen = Screen.plain((800, 600), (15, 16, 20))
    screen.draw.rounded_rectangle((100, 100, 500, 150), 6, fill=(95, 87, 48))
    word = screen.text(260, 115, "Submit", (32, 30, 26), 18)
    light = print_light(screen.image)
    ground = pixel(light, 130, 125)
    assert min(ground) > 150  # no dark olive
    assert abs(hue(ground) - hue((95, 87, 48))) < 20  # and gold still
    assert contrast(darkest(light, word), ground) >= contrast((32, 30, 26), (95, 87, 48))


def test_brand_colours_can_be_recognised() -> None:
    image, _ = controls(DARK)
    light = print_light(image)
    assert pixel(light, 80, 400) == pixel(image, 80, 400)
    assert pixel(light, 80, 470) == pixel(image, 80, 470)
