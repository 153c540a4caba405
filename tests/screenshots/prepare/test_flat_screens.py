"""Flat screens with more colours than a palette has: what is made of them can always be placed."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageDraw
from samples import font

from builder.layout import finish
from builder.screenshots.prepare.encode import _opaque, encode


def flat_screen(seed: int) -> Image.Image:
    """A few areas and words in a few colours; the words' edges make some hundreds of them."""
    chance = random.Random(seed)

    def colour() -> tuple[int, ...]:
        return tuple(chance.randrange(256) for _ in range(3))

    image = Image.new("RGB", (1280, 720), colour())
    draw = ImageDraw.Draw(image)
    for _ in range(chance.randrange(3, 14)):
        x, y = chance.randrange(1200), chance.randrange(650)
        draw.rectangle((x, y, x + chance.randrange(20, 600), y + chance.randrange(10, 300)), fill=colour())
    for _ in range(chance.randrange(2, 12)):
        where = chance.randrange(1000), chance.randrange(680)
        draw.text(where, f"Create API key {chance.randrange(999)}", font=font(chance.randrange(12, 40)), fill=colour())
    return image


@pytest.mark.parametrize("seed", [0, 5, 9])
def test_a_spare_colour_that_is_transparent_is_none(seed: int) -> None:
    import imagequant

    image = flat_screen(seed)
    reduced = imagequant.quantize_pil_image(image, dithering_level=0.0, max_colors=256)
    assert min((reduced.getpalette("RGBA") or [])[3::4]) == 0  # else these screens test nothing
    opaque = _opaque(reduced)
    assert opaque is not None and opaque.convert("RGB").tobytes() == reduced.convert("RGB").tobytes()
    png = encode(image)
    assert b"tRNS" not in png and finish.placeholder(png)


def test_a_transparent_colour_that_is_used_is_refused() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 0, 255, 9, 9, 9, 0], "RGBA")
    image.putpixel((1, 0), 1)
    assert _opaque(image) is None


@pytest.mark.slow
def test_flat_screens_by_the_hundred() -> None:
    for seed in range(200):
        png = encode(flat_screen(seed))
        assert b"tRNS" not in png and finish.placeholder(png), seed
