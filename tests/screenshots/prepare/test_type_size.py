"""The size of type is measured by its ink: on drawn words of known sizes, whatever the box around them is like."""

from __future__ import annotations

from pathlib import Path

import font_manrope
import font_source_sans_pro
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from builder.screenshots.model import Box, Word
from builder.screenshots.prepare.type_size import type_size_px, type_sizes

FACES = [
    next(Path(font_source_sans_pro.__file__).parent.rglob("*Regular.otf")),
    next(Path(font_manrope.__file__).parent.rglob("*Regular.ttf")),
]


def drawn(text: str, size: int, face: Path, *, margin: int = 3, dark: bool = False) -> tuple[Image.Image, Word]:
    ground, ink = ((20, 22, 28), (160, 165, 175)) if dark else ((255, 255, 255), (60, 60, 60))
    image = Image.new("RGB", (460, 80), ground)
    font = ImageFont.truetype(face, size)
    pen = ImageDraw.Draw(image)
    pen.text((30, 20), text, font=font, fill=ink)
    left, top, right, bottom = (round(edge) for edge in pen.textbbox((30, 20), text, font=font))
    return image, Word(text, Box(left - margin, top - margin, right + margin, bottom + margin), 0.99)


@pytest.mark.parametrize("face", FACES, ids=lambda path: path.stem)
@pytest.mark.parametrize("text", ["Confirm", "API Key", "Trade", "Google Authenticator", "2FA", "Next"])
@pytest.mark.parametrize("size", [12, 14, 20])
def test_the_size_of_drawn_words(face: Path, text: str, size: int) -> None:
    image, word = drawn(text, size, face)
    assert type_size_px(np.asarray(image), word) == pytest.approx(size, rel=0.15)


@pytest.mark.parametrize("margin", [2, 6, 9])
def test_the_margin_of_the_box_does_not_count(margin: int) -> None:
    image, word = drawn("Confirm", 16, FACES[1], margin=margin, dark=True)
    assert type_size_px(np.asarray(image), word) == pytest.approx(16, rel=0.15)


def test_a_frame_that_reaches_into_the_box_does_not_count() -> None:
    image, word = drawn("API Key", 16, FACES[1], margin=6)
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = word.box
    pen.line((left, bottom - 2, right, bottom - 2), fill=(229, 199, 62), width=2)
    pen.line((left + 1, top, left + 1, bottom), fill=(229, 199, 62), width=2)
    assert type_size_px(np.asarray(image), word) == pytest.approx(16, rel=0.15)


def test_where_ink_says_nothing_the_box_does() -> None:
    empty = np.full((60, 200, 3), 255, np.uint8)
    assert type_size_px(empty, Word("Confirm", Box(10, 10, 90, 30), 0.9)) == pytest.approx(0.74 * 20)
    assert type_size_px(empty, Word("…", Box(10, 10, 90, 30), 0.9)) == pytest.approx(0.74 * 20)
    assert type_size_px(empty, Word("Confirm", Box(500, 10, 590, 30), 0.9)) == pytest.approx(0.74 * 20)
    assert type_sizes(empty, [], [Box(10, 10, 90, 30)]) == (pytest.approx(0.74 * 20),)
