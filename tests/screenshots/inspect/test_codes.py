"""Codes are found wherever and however they stand, and nothing else is taken for one."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from builder.screenshots.inspect import codes
from builder.screenshots.inspect.codes import CROWD, Code, find_codes
from builder.screenshots.inspect.words import ToolMissing
from builder.screenshots.model import Box

segno = pytest.importorskip("segno")
zxingcpp = pytest.importorskip("zxingcpp")

SCREEN = (1200, 800)
SECRET = '{"apiKey": "made-up", "secretKey": "made up as well, only somewhat longer"}'


def qr(text: str, module: int = 4, border: int = 4, **options: Any) -> Image.Image:
    file = io.BytesIO()
    segno.make(text, **options).save(file, kind="png", scale=module, border=border)
    return Image.open(file).convert("RGB")


def other(text: str, form: str, scale: int = 3) -> Image.Image:
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, form))
    return Image.fromarray(np.array(code.to_image(scale=scale))).convert("RGB")


def screen(*parts: tuple[Image.Image, tuple[int, int]], ground: str = "white") -> Image.Image:
    image = Image.new("RGB", SCREEN, ground)
    for part, place in parts:
        image.paste(part, place)
    return image


def ink(part: Image.Image, place: tuple[int, int]) -> Box:
    """Where on the screen the dark modules of a pasted code are."""
    left, top, right, bottom = ImageOps.invert(part.convert("L")).getbbox() or (0, 0, 0, 0)
    return Box(left + place[0], top + place[1], right + place[0], bottom + place[1])


def only(codes: Sequence[Code]) -> Code:
    assert len(codes) == 1, codes
    return codes[0]


@pytest.mark.parametrize("ground", ["white", "#101214", "#f0f0f2"])
@pytest.mark.parametrize("module", [2, 3, 5, 9])
def test_a_qr_code_is_read_and_covered_with_its_border(module: int, ground: str) -> None:
    part, place = qr(SECRET, module, border=2), (400, 120)
    code = only(find_codes(screen((part, place), ground=ground)))
    assert (code.text, code.readable) == (SECRET, True)
    assert code.box.contains(ink(part, place).grown(2))
    assert code.box.area < 1.8 * part.width * part.height


@pytest.mark.parametrize("form", ["Aztec", "DataMatrix", "PDF417", "QRCode"])
def test_other_matrix_codes_are_read(form: str) -> None:
    part, place = other(SECRET, form), (300, 200)
    code = only(find_codes(screen((part, place))))
    assert (code.text, code.readable) == (SECRET, True)
    assert code.box.contains(ink(part, place))


@pytest.mark.parametrize(("text", "form"), [("4006381333931", "EAN13"), ("ACC-8841902", "Code128")])
def test_bar_codes_are_covered_from_top_to_bottom(text: str, form: str) -> None:
    part, place = other(text, form, 2).resize((300, 90), Image.Resampling.NEAREST), (300, 200)
    code = only(find_codes(screen((part, place))))
    assert code.text == text
    assert code.box.contains(ink(part, place))


def test_three_codes_at_once_are_three() -> None:
    parts = [
        (qr(SECRET, 3), (60, 60)),
        (qr("https://exchange.example/app", 4), (500, 90)),
        (other("two", "DataMatrix", 5), (900, 500)),
    ]
    codes = find_codes(screen(*parts))
    assert {code.text for code in codes} == {SECRET, "https://exchange.example/app", "two"}
    assert len(codes) == 3
    for part, place in parts:
        assert any(code.box.contains(ink(part, place)) for code in codes)


def test_an_inverted_code_is_read() -> None:
    part, place = ImageOps.invert(qr(SECRET, 4)), (300, 200)
    code = only(find_codes(screen((part, place), ground="black")))
    assert code.text == SECRET
    assert code.box.contains(Box(place[0] + 16, place[1] + 16, place[0] + part.width - 16, place[1] + part.height - 16))


@pytest.mark.parametrize("angle", [90, 180, 30])
def test_a_turned_code_is_covered(angle: int) -> None:
    part = qr(SECRET, 4).rotate(angle, expand=True, fillcolor=(255, 255, 255), resample=Image.Resampling.BICUBIC)
    place = (300, 100)
    code = only(find_codes(screen((part, place))))
    dark = np.argwhere(np.asarray(part.convert("L")) < 100)
    assert code.box.contains(
        Box(
            place[0] + int(dark[:, 1].min()),
            place[1] + int(dark[:, 0].min()),
            place[0] + int(dark[:, 1].max()),
            place[1] + int(dark[:, 0].max()),
        )
    )


@pytest.mark.parametrize("size", [0.45, 0.7])
def test_a_shrunken_code_is_covered_though_it_may_not_decode(size: float) -> None:
    part = qr(SECRET, 4)
    small, place = part.resize((int(part.width * size), int(part.height * size)), Image.Resampling.BICUBIC), (300, 200)
    code = only(find_codes(screen((small, place))))
    assert code.box.contains(ink(small.point(lambda level: 255 if level > 128 else 0), place))


def test_a_code_too_small_to_be_read_at_first_is_read_on_a_closer_look() -> None:
    whole = qr("https://exchange.example/app", 4)
    side = int(whole.width * 0.33)
    small = whole.resize((side, side), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.6))
    code = only(find_codes(screen((small, (300, 200)), ground="#222222")))
    assert code.text == "https://exchange.example/app"


def smeared(part: Image.Image, how: str) -> Image.Image:
    """A code that no longer decodes: its middle painted over, stirred or blurred, its corners left."""
    width, height = part.size
    middle = (int(width * 0.3), int(height * 0.3), int(width * 0.95), int(height * 0.95))
    spoilt = part.copy()
    if how == "painted":
        ImageDraw.Draw(spoilt).rectangle(
            (middle[0], middle[1], middle[2] - width // 12, middle[3] - width // 12), "grey"
        )
    elif how == "blurred":
        spoilt.paste(part.crop(middle).filter(ImageFilter.GaussianBlur(9)), middle[:2])
    else:
        pixels = np.asarray(part).copy()
        for y in range(middle[1], middle[3]):
            shift = round(12 * math.sin(y / 5))
            pixels[y, middle[0] : middle[2]] = np.roll(pixels[y, middle[0] : middle[2]], shift, axis=0)
        spoilt = Image.fromarray(pixels)
    return spoilt


@pytest.mark.parametrize("how", ["painted", "blurred", "stirred"])
@pytest.mark.parametrize("ground", ["white", "#181a20"])
def test_a_smeared_code_is_found_once_and_covered_whole(how: str, ground: str) -> None:
    whole, place = qr(SECRET, 5, error="l"), (420, 140)
    image = screen((smeared(whole, how), place), ground=ground)
    assert not [code for code in zxingcpp.read_barcodes(image) if code.valid], "the example decodes"
    code = only(find_codes(image))
    assert not code.readable
    assert code.box.contains(ink(whole, place).grown(2))


def test_a_code_with_a_corner_painted_over_is_found() -> None:
    whole, place = qr(SECRET * 2, 5), (420, 140)
    spoilt = whole.copy()
    ImageDraw.Draw(spoilt).rectangle((15, 15, 70, 70), "#e5c73e")
    code = only(find_codes(screen((spoilt, place))))
    assert code.box.contains(ink(whole, place))


def test_a_code_cut_by_the_edge_of_the_picture_is_covered_up_to_it() -> None:
    whole = qr(SECRET * 2, 6, border=0)
    place = (SCREEN[0] - whole.width + 60, 300)
    image = screen((whole, place))
    codes = find_codes(image)
    assert codes and all(code.box.right <= SCREEN[0] for code in codes)
    assert any(code.box.right == SCREEN[0] and code.box.left <= place[0] for code in codes)


def interface() -> Image.Image:
    """What stands on a screen and is no code: sentences, tick boxes, radio buttons, rings, a chequered pattern."""
    image = screen(ground="#fafafa")
    draw = ImageDraw.Draw(image)
    for row in range(24):
        draw.text((30, 20 + row * 16), "Read only  Spot & Margin Trading  0x12 |||| lll III 1111 " * 2, "black")
    for number in range(12):
        x, y = 40 + number * 60, 450
        draw.ellipse((x, y, x + 30, y + 30), outline="black", width=4)
        draw.ellipse((x + 9, y + 9, x + 21, y + 21), fill="black")
        draw.rectangle((x, y + 50, x + 28, y + 78), outline="black", width=4)
        draw.rectangle((x + 8, y + 58, x + 20, y + 70), fill="black")
    for row in range(6):
        for column in range(30):
            draw.rectangle((800 + column * 8, 600 + row * 8, 803 + column * 8, 603 + row * 8), "black")
    for number in range(40):
        draw.line((40 + number * 9, 620, 40 + number * 9, 700), "black", 2)
    return image


def test_an_interface_holds_no_code() -> None:
    assert find_codes(interface()) == ()


def test_noise_holds_no_readable_code() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    assert not [code for code in find_codes(Image.fromarray(noise)) if code.readable]


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (40, 40)])
def test_tiny_pictures_hold_none(size: tuple[int, int]) -> None:
    assert find_codes(Image.new("RGB", size, "white")) == ()


def test_without_the_reader_nothing_is_called_free_of_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zxingcpp", None)
    with pytest.raises(ToolMissing, match="zxing-cpp"):
        find_codes(Image.new("RGB", (50, 50)))


def test_a_code_that_can_be_read_excuses_no_other_one_beside_it() -> None:
    harmless, smeared = qr("https://exchange.example/app", 2, border=1), qr(SECRET, 4, border=1)
    small = smeared.resize((smeared.width // 6, smeared.height // 6), Image.Resampling.NEAREST)
    smeared = small.resize(smeared.size, Image.Resampling.NEAREST)
    for second in ((100 + harmless.width, 100), (100, 100 + harmless.height)):
        left = ink(smeared, second)
        found = find_codes(screen((harmless, (100, 100)), (smeared, second)))
        assert any(2 * code.box.within(left).area > left.area for code in found if not code.readable), found


def test_a_picture_with_more_corners_than_are_looked_at_is_covered_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = screen((qr("https://exchange.example/"), (100, 100)), (qr("https://exchange.example/"), (600, 100)))
    assert all(code.readable for code in find_codes(picture))
    monkeypatch.setattr(codes, "_MAX_CORNERS", 5)
    assert only(find_codes(picture)) == Code(Box(0, 0, *SCREEN), CROWD)
