"""What people draw over values without covering them, on made pixels; the rest is measured on specimens."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw
from samples import font

from builder.screenshots.inspect import seeing, smears
from builder.screenshots.inspect.words import Line, Reading
from builder.screenshots.model import Box, SecretKind, Word

RED = (220, 30, 40)


def written(text: str = "bda6021508e6aef5d562") -> tuple[Image.Image, ImageDraw.ImageDraw, Box]:
    image = Image.new("RGB", (500, 120), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.text((60, 40), text, font=font(18), fill=(30, 30, 34))
    left, top, right, bottom = draw.textbbox((60, 40), text, font=font(18))
    return image, draw, Box(int(left), int(top), int(right) + 1, int(bottom) + 1)


def strokes(image: Image.Image) -> list[Box]:
    return smears.strokes(np.asarray(image).astype(np.int16))


def zigzag(box: Box) -> list[tuple[float, float]]:
    rng = random.Random(7)
    return [
        (x, rng.uniform(box.top, box.top + 5) if n % 2 else rng.uniform(box.bottom - 5, box.bottom))
        for n, x in enumerate(range(box.left - 2, box.right + 4, 5))
    ]


def test_what_shows_under_a_stroke_is_found_whole() -> None:
    image, draw, box = written()
    middle = (box.top + box.bottom) // 2
    draw.line([(x, middle + x % 3) for x in range(box.left - 4, box.right + 5, 9)], fill=RED, width=3)
    assert any(found.contains(box) for found in strokes(image))
    image, draw, box = written()
    draw.line(zigzag(box), fill=RED, width=2)
    assert any(found.contains(box) for found in strokes(image))


def test_a_curve_of_prices_and_a_line_under_words_are_no_strokes() -> None:
    image, draw, box = written("Markets and prices")
    draw.line((box.left, box.bottom + 4, box.right, box.bottom + 4), fill=RED, width=3)
    draw.line(zigzag(Box(300, 30, 460, 60)), fill=RED, width=2)
    assert strokes(image) == []


@pytest.mark.parametrize("left_over", [1, 3])
def test_one_row_of_letters_under_a_bar_is_found(left_over: int) -> None:
    image, draw, box = written("8263850928")
    ink = np.flatnonzero((np.asarray(image.convert("L")) < 128).any(axis=1))
    bar = Box(box.left - 3, box.top - 3, box.right + 3, int(ink[-1]) + 1 - left_over)
    draw.rectangle((bar.left, bar.top, bar.right - 1, bar.bottom - 1), fill=(60, 120, 240))
    pixels = np.asarray(image).astype(np.int16)
    (found,) = smears.leaking(pixels, [bar], [])
    assert found.contains(bar) and found.bottom >= int(ink[-1]) + 1


@pytest.mark.parametrize(
    ("text", "is_one"), [("Access Key:wwwwvwww", True), ("VwWwMwWA", True), ("www.mmm.example", False)]
)
def test_strokes_that_were_read_as_letters(text: str, is_one: bool) -> None:
    paper = np.full((140, 320, 3), 255, dtype=np.int16)
    line = Line.of(Word(text, Box(100, 100, 100 + 10 * len(text), 120), 0.8))
    assert [box.right >= line.word.box.right for box in smears.scribbled(paper, [line])] == [True] * is_one
    paper[100:120:3, 100:300] = RED
    assert smears.scribbled(paper, [line]) == []


def test_what_is_beyond_a_limit_is_covered(monkeypatch: pytest.MonkeyPatch) -> None:
    image, _, box = written("one two three four")
    place = box.grown(4)
    asked: list[int] = []

    def nothing(_: Image.Image, pieces: list[Box]) -> tuple[Line, ...]:
        asked.append(len(pieces))
        return ()

    monkeypatch.setattr(seeing, "read_pieces", nothing)
    pixels, reading = np.asarray(image).astype(np.int16), Reading((), (place, place.grown(1)))
    assert seeing._unnamed(image, pixels, reading, (), ()) == ()
    monkeypatch.setattr(seeing, "_MAX_PIECES", 1)
    covered = seeing._unnamed(image, pixels, reading, (), ())
    assert asked[0] > 2 and asked[1] == 1 and len(covered) == asked[0] - 1
    assert all(secret.kind is SecretKind.UNREAD for secret in covered)


def test_no_place_too_faint_to_be_read_is_passed_over() -> None:
    image = Image.new("RGB", (900, 900), (250, 250, 250))
    for number in range(36):
        at = (20 + number % 3 * 290, 20 + number // 3 * 70)
        ImageDraw.Draw(image).text(at, "a1b2c3d4e5f6a7", font=font(20), fill=(225, 225, 225))
    grey = smears.grey_of(np.asarray(image).astype(np.int16))
    assert len(smears.faint_places(grey, [])) == 36
