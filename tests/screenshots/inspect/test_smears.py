"""What people draw over values without covering them, on made pixels; the rest is measured on specimens."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from samples import font, screen

from builder.screenshots.inspect import seeing, smears, strokes
from builder.screenshots.inspect.secrets import Question
from builder.screenshots.inspect.unread import beside_unread
from builder.screenshots.inspect.words import Line, Reading
from builder.screenshots.model import Box, SecretKind, Word

RED = (220, 30, 40)


def written(text: str = "bda6021508e6aef5d562") -> tuple[Image.Image, ImageDraw.ImageDraw, Box]:
    image = Image.new("RGB", (500, 120), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.text((60, 40), text, font=font(18), fill=(30, 30, 34))
    left, top, right, bottom = draw.textbbox((60, 40), text, font=font(18))
    return image, draw, Box(int(left), int(top), int(right) + 1, int(bottom) + 1)


def pixels_of(image: Image.Image) -> NDArray[np.int16]:
    return np.asarray(image).astype(np.int16)


def grey_on(image: Image.Image) -> smears.Plane:
    return smears.grey_of(pixels_of(image))


def strokes_on(image: Image.Image) -> list[Box]:
    return strokes.strokes(pixels_of(image))


def tied_on(image: Image.Image, *lines: Line, foreign: bool = False) -> list[Box]:
    pixels = pixels_of(image)
    return strokes.tied(pixels, smears.off_ground(smears.grey_of(pixels)), lines, foreign=foreign)


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
    assert any(found.contains(box) for found in strokes_on(image))
    image, draw, box = written()
    draw.line(zigzag(box), fill=RED, width=2)
    assert any(found.contains(box) for found in strokes_on(image))


def test_a_curve_of_prices_and_a_line_under_words_are_no_strokes() -> None:
    image, draw, box = written("Markets and prices")
    draw.line((box.left, box.bottom + 4, box.right, box.bottom + 4), fill=RED, width=3)
    draw.line(zigzag(Box(300, 30, 460, 60)), fill=RED, width=2)
    assert strokes_on(image) == []


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
    assert [box.right >= line.word.box.right for box in strokes.scribbled(paper, [line])] == [True] * is_one
    paper[100:120:3, 100:300] = RED
    assert strokes.scribbled(paper, [line]) == []


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


def test_of_questions_beyond_a_limit_what_stands_there_is_covered() -> None:
    image, _, box = written("bda60215")
    region = Box(40, 30, 480, 80)
    questions = [
        Question(SecretKind.SECRET_KEY, region, "Secret Key"),
        Question(SecretKind.PASSPHRASE, Box(0, 90, 90, 110), ""),
    ]
    assert seeing._inked(pixels_of(image), questions, []) == []
    (found,) = seeing._inked(pixels_of(image), questions, [question.region for question in questions])
    assert found.grown(2).contains(box.shrunk(3))


def test_no_place_too_faint_to_be_read_is_passed_over() -> None:
    image = Image.new("RGB", (900, 900), (250, 250, 250))
    for number in range(36):
        at = (20 + number % 3 * 290, 20 + number // 3 * 70)
        ImageDraw.Draw(image).text(at, "a1b2c3d4e5f6a7", font=font(20), fill=(225, 225, 225))
    off = smears.off_ground(smears.grey_of(pixels_of(image)))
    assert len(smears.faint_places(off, [])) == 36


LIGHT, DARK = ((255, 255, 255), (30, 30, 34)), ((28, 31, 38), (234, 236, 239))  # ground, ink


def written_on(ground: tuple[int, int, int], ink: tuple[int, int, int], text: str) -> tuple[Image.Image, Box]:
    image = Image.new("RGB", (500, 120), ground)
    draw = ImageDraw.Draw(image)
    draw.text((60, 40), text, font=font(18), fill=ink)
    left, top, right, bottom = draw.textbbox((60, 40), text, font=font(18))
    return image, Box(int(left), int(top), int(right) + 1, int(bottom) + 1)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_letters_that_a_scribble_ties_together_are_found_where_nobody_could_read_them(
    colours: tuple[tuple[int, int, int], tuple[int, int, int]],
) -> None:
    image, box = written_on(*colours, "71593547")
    assert tied_on(image) == []
    ImageDraw.Draw(image).line(zigzag(box), fill=colours[1], width=2)
    (found,) = tied_on(image)
    assert found.grown(2).contains(box)
    assert tied_on(image, foreign=True) == [], "on a page in another script nothing was read anyway"
    word = Word("71593547", box, 0.97)
    assert tied_on(image, Line.of(word)) == [], "what was read in spite of it is judged as text"
    loops = Word("eeeeeeee", box, 0.94)
    assert tied_on(image, Line.of(loops)) == [found], "loops are read as one letter again and again"


@pytest.mark.parametrize(("colours", "stroke"), [(DARK, (0, 0, 0)), (LIGHT, (225, 225, 228)), (LIGHT, (30, 30, 34))])
def test_a_stroke_that_has_the_tone_of_the_ground_or_of_the_letters_is_found_though_they_were_read(
    colours: tuple[tuple[int, int, int], tuple[int, int, int]], stroke: tuple[int, int, int]
) -> None:
    image, box = written_on(*colours, "fab92621d2864d22")
    line = Line.of(Word("fab92621d2864d22", box, 0.97))
    assert tied_on(image, line) == []
    middle = (box.top + box.bottom) // 2
    ImageDraw.Draw(image).line([(x, middle + x % 2) for x in range(box.left - 4, box.right + 5, 9)], stroke, 4)
    (found,) = tied_on(image, line)
    assert found.grown(2).contains(box)


def test_a_button_a_field_and_a_line_under_words_are_no_strokes_through_them() -> None:
    image, box = written_on(*LIGHT, "Confirm order")
    draw = ImageDraw.Draw(image)
    draw.line((box.left, box.bottom + 1, box.right, box.bottom + 1), fill=LIGHT[1], width=2)
    draw.rounded_rectangle((300, 34, 460, 66), 15, fill=(238, 240, 244))
    draw.text((320, 40), "Read only", font=font(18), fill=LIGHT[1])
    draw.rounded_rectangle((300, 76, 460, 108), 4, outline=(190, 190, 196))
    draw.text((320, 82), "127.0.0.1", font=font(18), fill=LIGHT[1])
    read = [Line.of(Word("Confirm order", box, 0.99)), Line.of(Word("Read only", Box(320, 40, 400, 62), 0.99))]
    assert tied_on(image, *read, Line.of(Word("127.0.0.1", Box(320, 82, 400, 104), 0.99))) == []


@pytest.mark.parametrize("text", ["88", "426", "D49YP", "ZWYofOuT"])
def test_what_a_bar_with_round_ends_left_of_a_value_is_found(text: str) -> None:
    image, box = written_on(*LIGHT, text)
    bar = Box(box.right + 3, box.top - 3, box.right + 90, box.bottom + 3)
    ImageDraw.Draw(image).rounded_rectangle((*bar[:2], *bar[2:]), 6, fill=(255, 140, 0))
    pixels, line = pixels_of(image), Line.of(Word(text, box, 0.99))
    (found,) = smears.left_beside(pixels, smears.bars(pixels), [line], [])
    assert found.contains(box)
    word = Line.of(Word("Level", box, 0.99))
    assert smears.left_beside(pixels, smears.bars(pixels), [word], []) == []


def test_letters_that_a_bar_cuts_are_found_and_words_beside_a_bar_are_none() -> None:
    for gap, found in ((-4, True), (6, False)):
        image, box = written_on(*LIGHT, "Level")
        bar = Box(box.right + gap, box.top - 3, box.right + 90, box.bottom + 3)
        ImageDraw.Draw(image).rectangle((*bar[:2], *bar[2:]), fill=(128, 128, 128))
        pixels, line = pixels_of(image), Line.of(Word("Level", box, 0.99))
        assert bool(smears.left_beside(pixels, smears.bars(pixels), [line], [])) is found


@pytest.mark.parametrize("side", [4.4, 5.6, 8.3])
def test_blocks_of_any_size_are_a_mosaic_with_the_letters_that_they_left(side: float) -> None:
    image, box = written_on(*LIGHT, "8a8ef7bf1ad617ab3832c9")
    area = Box(box.left + 45, box.top - 3, box.right + 3, box.bottom + 3)
    small = image.crop(area).resize((round(area.width / side), round(area.height / side)), Image.Resampling.BOX)
    image.paste(small.resize((area.width, area.height), Image.Resampling.NEAREST), area[:2])
    assert any(found.right >= box.right and found.left <= area.left for found in smears.mosaics(grey_on(image)))


def test_what_was_blurred_along_its_rows_alone_is_found() -> None:
    image, box = written_on(*DARK, "8a8ef7bf1ad617ab3832c9")
    assert smears.blurred(grey_on(image), []) == []
    area = box.grown(5)
    small = image.crop(area).resize((area.width // 7, area.height), Image.Resampling.BOX)
    image.paste(small.resize((area.width, area.height), Image.Resampling.BICUBIC), area[:2])
    assert any(found.contains(box.shrunk(4)) for found in smears.blurred(grey_on(image), []))


@pytest.mark.parametrize("marked", [1, 2])
def test_frames_and_arrows_on_even_ground_are_not_blurred(marked: int) -> None:
    """Even ground is soft, and so near a frame that joining soft places takes its corners with it."""
    image = screen(["Account", "API Management", "Log out"], size=(320, 560), marked=marked)
    assert smears.blurred(grey_on(image), []) == []


@pytest.mark.parametrize(("text", "stays"), [("$123.00", True), ("0.53%", True), ("71593547", False)])
def test_a_price_of_before_is_struck_through_and_stays(text: str, stays: bool) -> None:
    image, box = written_on(*LIGHT, text)
    middle = (box.top + box.bottom) // 2
    ImageDraw.Draw(image).line((box.left - 2, middle, box.right + 2, middle), fill=LIGHT[1], width=2)
    assert (tied_on(image, Line.of(Word(text, box, 0.97))) == []) is stays


def test_a_tag_with_a_word_in_it_is_no_mosaic() -> None:
    for px in range(10, 19):
        image = Image.new("RGB", (200, 80), "white")
        ImageDraw.Draw(image).rounded_rectangle((40, 20, 40 + 5 * px, 22 + round(1.4 * px)), 12, outline=(40, 90, 227))
        ImageDraw.Draw(image).text((40 + px, 22), "Hot", font=font(px), fill=(40, 90, 227))
        assert smears.mosaics(grey_on(image)) == []


def test_words_read_beyond_doubt_are_no_reason_to_look_again() -> None:
    image, _, box = written("Trade")
    region = Box(20, 20, 480, 100)
    assert seeing._is_read(pixels_of(image), region, [box.grown(2)])
    assert not seeing._is_read(pixels_of(image), region, [Box(0, 0, 20, 20)])


def test_sentences_and_doubtful_words_are_no_values_on_a_page_in_another_script() -> None:
    unread = [Box(20, 20 + 40 * row, 80, 40 + 40 * row) for row in range(4)]
    beside = Box(120, 20, 220, 40)

    def covered(text: str, score: float) -> bool:
        return bool(list(beside_unread([Line.of(Word(text, beside, score))], unread, ())))

    assert covered("Mara Lindqvist", 0.99) and covered("x4Kq82mP", 0.88)
    assert not covered("Topro ng", 0.9)
    assert not covered("Markets of many coins were never open as long before", 0.99)


def test_a_scribble_takes_the_words_that_it_makes_doubtful() -> None:
    scribble, word = Box(281, 177, 433, 208), Box(241, 183, 395, 202)
    read = [Line.of(Word("aOO0OO", word, score)) for score in (0.64, 0.99)]
    assert seeing._with_doubtful(scribble, read[:1]).contains(word)
    assert seeing._with_doubtful(scribble, read[1:]) == scribble
