"""Masks are opaque, drawn in the original's pixels, legible where there is room, and leave nothing behind."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from builder.screenshots.model import Box, MaskWords, Secret, SecretKind
from builder.screenshots.prepare.mask import mask

BOX = Box(60, 40, 260, 70)
WORDS = MaskWords(tuple((kind, f"{kind} hidden") for kind in SecretKind), "hidden")


def secret(box: Box = BOX, kind: SecretKind = SecretKind.API_KEY) -> Secret:
    return Secret(kind, box, "for the test")


def picture(ground: tuple[int, int, int], noise: int = 0) -> Image.Image:
    pixels = np.full((120, 400, 3), ground, dtype=np.uint8)
    if noise:
        box = BOX.grown(-1)
        random = np.random.default_rng(noise)
        shape = (box.height, box.width, 3)
        pixels[box.top : box.bottom, box.left : box.right] = random.integers(0, 256, shape, dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("ground", [(255, 255, 255), (16, 18, 20)])
def test_nothing_under_a_mask_has_any_part_in_the_result(ground: tuple[int, int, int]) -> None:
    plain, first, second = (np.asarray(mask(picture(ground, noise), [secret()])) for noise in (0, 1, 2))
    assert (plain == first).all() and (first == second).all()


def test_everything_outside_the_masks_stays_as_it_was() -> None:
    original = picture((200, 30, 90), 3)
    before, after = np.asarray(original).copy(), np.asarray(mask(original, [secret()]))
    outside = np.ones(before.shape[:2], dtype=bool)
    outside[BOX.top : BOX.bottom, BOX.left : BOX.right] = False
    assert (before[outside] == after[outside]).all()
    assert (np.asarray(original) == before).all(), "the original was drawn on"


def test_every_pixel_of_the_box_is_covered() -> None:
    magenta = (255, 0, 255)
    after = np.asarray(mask(picture(magenta), [secret()]))[BOX.top : BOX.bottom, BOX.left : BOX.right]
    assert not (after == magenta).all(axis=2).any()


def test_the_mask_stands_out_from_light_and_dark_screens() -> None:
    for ground in ((255, 255, 255), (16, 18, 20)):
        fill = np.asarray(mask(picture(ground), [secret()]).convert("L"))[BOX.top + 3, BOX.left + 3]
        assert abs(int(fill) - ground[1]) > 60


def lettering(image: Image.Image, box: Box) -> int:
    """How many pixels in the box are as light as letters."""
    part = np.asarray(image.convert("L"))[box.top : box.bottom, box.left : box.right]
    return int((part > 220).sum())


def test_the_label_is_written_where_it_fits() -> None:
    white = picture((255, 255, 255))
    assert lettering(mask(white, [secret()], WORDS), BOX) > 100
    longer = mask(white, [secret(kind=SecretKind.ACCOUNT_NUMBER)], WORDS)
    assert lettering(longer, BOX) > lettering(mask(white, [secret()], WORDS), BOX)


def test_it_says_what_the_pages_language_says_and_shows_a_sign_for_what_it_cannot_write() -> None:
    white = picture((255, 255, 255))
    german, chinese = (
        mask(white, [secret()], MaskWords(((SecretKind.API_KEY, whole),), short)).tobytes()
        for whole, short in (("API-Schlüssel verdeckt", "verdeckt"), ("API 密钥已隐藏", "已隐藏"))
    )
    sign = mask(white, [secret()])
    assert len({german, mask(white, [secret()], WORDS).tobytes(), chinese}) == 3
    assert chinese == sign.tobytes() and lettering(sign, BOX) > 20


def test_a_narrow_box_says_less_and_a_tiny_one_nothing() -> None:
    narrow, tiny = Box(60, 40, 105, 58), Box(60, 40, 72, 48)
    white = picture((255, 255, 255))
    by_kind = [mask(white, [secret(narrow, kind)], WORDS) for kind in (SecretKind.API_KEY, SecretKind.ACCOUNT_NUMBER)]
    assert lettering(by_kind[0], narrow) > 20
    assert by_kind[0].tobytes() == by_kind[1].tobytes(), "in a narrow box every kind is just 'hidden'"
    assert lettering(mask(white, [secret(tiny)], WORDS), tiny) == 0


def test_the_label_stays_within_the_box() -> None:
    for box in (BOX, Box(10, 10, 54, 30), Box(300, 5, 390, 115), Box(5, 80, 395, 92)):
        blank = Image.new("RGB", (400, 120), (0, 0, 0))
        after = np.asarray(mask(blank, [secret(box)], WORDS)).copy()
        after[box.top : box.bottom, box.left : box.right] = 0
        assert not after.any()


def test_boxes_beyond_the_picture_are_cut_or_left_out() -> None:
    white = picture((255, 255, 255))
    after = mask(
        white, [secret(Box(380, 100, 900, 900)), secret(Box(500, 500, 600, 600)), secret(Box(-50, -50, 10, 10))]
    )
    assert after.size == white.size
    assert after.getpixel((399, 119)) != (255, 255, 255) and after.getpixel((0, 0)) != (255, 255, 255)


def test_masks_that_meet_cover_both() -> None:
    one, two = Box(60, 40, 160, 70), Box(140, 50, 260, 90)
    after = np.asarray(mask(picture((255, 0, 255)), [secret(one), secret(two)]))
    for box in (one, two):
        assert not (after[box.top : box.bottom, box.left : box.right] == (255, 0, 255)).all(axis=2).any()


def test_metadata_does_not_come_along() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "someone's user id")
    exif = Image.Exif()
    exif[0x013B] = "someone"
    data = io.BytesIO()
    drawn = picture((255, 255, 255))
    ImageDraw.Draw(drawn).text((5, 5), "text", "black")
    drawn.save(data, "PNG", pnginfo=notes, exif=exif, dpi=(72, 72))
    opened = Image.open(data)
    assert opened.text and opened.getexif()  # the picture has what must not survive
    after = mask(opened, [])
    assert not after.info and not after.getexif()
    saved = io.BytesIO()
    after.save(saved, "PNG")
    assert b"someone" not in saved.getvalue()


def test_transparent_pictures_come_out_opaque() -> None:
    after = mask(Image.new("RGBA", (400, 120), (10, 20, 30, 0)), [secret()])
    assert after.mode == "RGB"
