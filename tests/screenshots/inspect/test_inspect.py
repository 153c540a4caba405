"""Inspection from bytes to boxes, on pictures made here and, where there is a folder of them, on real screenshots.

Set HANDBOOK_SCREENSHOTS to a folder with `planted.json` (file, kind, box, value) and the pictures it names.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import re
import string
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFile, ImageFont

from builder.problems import Place
from builder.screenshots.inspect import inspect as inspection_module
from builder.screenshots.inspect import words
from builder.screenshots.inspect.codes import find_codes
from builder.screenshots.inspect.extent import full_extent, ink_touching
from builder.screenshots.inspect.inspect import (
    HIDDEN,
    Task,
    TooLarge,
    concealed,
    inspect,
    inspect_many,
    open_original,
)
from builder.screenshots.inspect.record import Rules, cache_key, from_json, to_json
from builder.screenshots.inspect.words import CannotInspect, Line, ToolMissing, read_lines
from builder.screenshots.model import Box, Inspection, MarkKind, Screenshot, Secret, SecretKind, Word
from builder.screenshots.prepare.mask import mask

GOLD = (229, 199, 62)
RULES = Rules(GOLD, allowed_hosts=("exchange.example",), official_domains=("exchange.example",))
RANDOM = random.Random(31)
FOLDER = os.environ.get("HANDBOOK_SCREENSHOTS", "")
on_real_pictures = pytest.mark.skipif(not FOLDER, reason="HANDBOOK_SCREENSHOTS names no folder")


def drawn(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(RANDOM.choice(alphabet) for _ in range(count))


def as_png(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def letters(size: int, weight: str = "Regular") -> ImageFont.FreeTypeFont:
    fonts = pytest.importorskip("font_source_sans_pro")
    return ImageFont.truetype(str(Path(fonts.__file__).parent / "files" / f"SourceSansPro-{weight}.ttf"), size)


class Screen:
    """A screen to write on; remembers what was written where."""

    def __init__(self, size: tuple[int, int] = (700, 360), ground: str = "white", colour: str = "#222", text: int = 16):
        self.image = Image.new("RGB", size, ground)
        self.draw = ImageDraw.Draw(self.image)
        self.colour, self.text = colour, text

    def write(self, text: str, x: int, y: int, text_size: int = 0) -> Box:
        font = letters(text_size or self.text)
        self.draw.text((x, y), text, font=font, fill=self.colour)
        left, top, right, bottom = self.draw.textbbox((x, y), text, font=font)
        return Box(int(left), int(top), int(right) + 1, int(bottom) + 1)

    def seen(self, rules: Rules = RULES) -> Inspection:
        return inspect(as_png(self.image), sha256="0", rules=rules)


def covered(inspection: Inspection, box: Box, margin: int = 2) -> bool:
    return any(secret.box.contains(box.grown(margin)) for secret in inspection.secrets)


# Opening


def test_a_picture_is_turned_as_its_exif_says() -> None:
    image = Image.new("RGB", (60, 30), "white")
    image.paste((255, 0, 0), (0, 0, 10, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter to the right
    turned, _ = open_original(as_png(image, exif=exif), 10_000)
    assert turned.size == (30, 60)
    assert turned.getpixel((25, 5)) == (255, 0, 0)
    assert not turned.getexif() and not turned.info


def test_transparent_pixels_come_out_white_and_are_no_content() -> None:
    image = Image.new("RGBA", (100, 80), (0, 0, 0, 0))
    image.paste((10, 20, 30, 255), (0, 20, 100, 60))
    image.paste((200, 20, 30, 255), (40, 30, 60, 40))
    flat, content = open_original(as_png(image), 10_000)
    assert flat.getpixel((5, 5)) == (255, 255, 255)
    assert content == Box(0, 20, 100, 60)


def test_bars_of_one_colour_are_no_content_but_blank_margins_and_blank_pictures_are() -> None:
    image = Image.new("RGB", (100, 80), "black")
    image.paste((60, 70, 80), (10, 15, 90, 70))
    image.paste((200, 20, 30), (40, 30, 60, 40))
    assert open_original(as_png(image), 10_000)[1] == Box(10, 15, 90, 70)
    page = Image.new("RGB", (100, 80), "white")
    page.paste((200, 20, 30), (40, 30, 60, 40))
    assert open_original(as_png(page), 10_000)[1] == Box(0, 0, 100, 80)
    assert open_original(as_png(Image.new("RGB", (9, 9), "white")), 10_000)[1] == Box(0, 0, 9, 9)


def test_what_is_no_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where another library has told Pillow to take half a picture for a whole one, as WeasyPrint does."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    for data in (b"", b"not a picture", as_png(Image.new("RGB", (90, 90), "red"))[:60], b"GIF89a" + bytes(40)):
        with pytest.raises(CannotInspect):
            open_original(data, 10_000)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    data = as_png(Image.new("1", (12_000, 12_000)))
    began = time.monotonic()
    with pytest.raises(TooLarge, match="144 megapixels"):
        open_original(data, 25_000_000)
    assert time.monotonic() - began < 1


# The extent of the ink


def dots(*columns: int, size: tuple[int, int] = (300, 40)) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Characters two pixels wide and ten high on white, at the given columns."""
    pixels = np.full((size[1], size[0], 3), 250, dtype=np.int16)
    for column in columns:
        pixels[15:25, column : column + 2] = 20
    return pixels


def test_a_box_grows_to_the_characters_that_follow_without_a_gap() -> None:
    pixels = dots(*range(50, 150, 5), 180)
    box = full_extent(pixels, Box(70, 13, 110, 27))
    assert box.left <= 48 and box.right >= 149
    assert box.right < 178 and box.top <= 13 and box.bottom >= 27


def test_a_box_does_not_grow_into_what_is_known_to_be_something_else() -> None:
    pixels = dots(*range(50, 150, 5))
    box = full_extent(pixels, Box(70, 13, 110, 27), [Box(20, 10, 64, 30), Box(124, 10, 200, 30)])
    assert 58 <= box.left <= 64 and 122 <= box.right <= 130


def test_a_frames_line_within_the_box_is_no_ink() -> None:
    pixels = dots(*range(50, 100, 5), 112)
    pixels[5:35, 44:47] = (229, 199, 62)
    box = full_extent(pixels, Box(44, 10, 103, 30), [Box(44, 5, 47, 35)])
    assert box.right <= 112 and box.contains(Box(50, 15, 97, 25))


def test_faint_ink_counts_and_the_ground_does_not() -> None:
    pixels = dots(*range(50, 100, 5))
    pixels[15:25, 105:107] = 180
    pixels[:, 200:] = 240
    assert 109 <= full_extent(pixels, Box(50, 13, 100, 27)).right < 200


def test_clear_ground_after_a_value_is_covered_up_to_what_follows() -> None:
    assert full_extent(dots(*range(50, 100, 5)), Box(50, 13, 100, 27)).right >= 115
    assert full_extent(dots(*range(50, 100, 5), 112), Box(50, 13, 100, 27)).right <= 112


def test_ink_at_the_end_of_a_bar_is_seen_and_its_soft_edge_is_not() -> None:
    pixels = np.full((40, 200, 3), 15, dtype=np.int16)
    pixels[10:30, 50:150] = GOLD
    pixels[10:30, 150] = (120, 105, 40)
    bar = Box(50, 10, 150, 30)
    assert not ink_touching(pixels, bar)
    pixels[22:28, 151:154] = 220
    assert ink_touching(pixels, bar)


# Concealing and keeping


def test_words_in_a_secret_are_dots() -> None:
    line = Line.of(Word("UID:44012345", Box(100, 100, 220, 120), 0.9))
    secret = Secret(SecretKind.ACCOUNT_NUMBER, Box(139, 97, 225, 123), "")
    assert concealed(line, [secret]).text == "UID:" + HIDDEN
    assert concealed(line, [Secret(SecretKind.API_KEY, Box(90, 95, 300, 125), "")]).text == HIDDEN * 2
    assert concealed(line, [Secret(SecretKind.API_KEY, Box(100, 118, 300, 160), "")]).text == line.word.text
    assert concealed(line, []).text == line.word.text


INSPECTION = Inspection(
    "ab" * 32,
    (640, 480),
    Box(0, 10, 640, 470),
    (Word("Ключ “API” ☑", Box(1, 2, 3, 4), 0.987), Word(HIDDEN, Box(5, 6, 7, 8), 1.0)),
    (),
    (Secret(SecretKind.SECRET_KEY, Box(5, 6, 7, 8), "stands below its label", "0" * 64),),
)


def test_an_inspection_comes_back_from_json_as_it_was() -> None:
    assert from_json(to_json(INSPECTION)) == INSPECTION


def test_other_json_is_refused() -> None:
    text = to_json(INSPECTION)
    broken = ["", "null", "[]", "{}", text[:-5], text.replace('"SECRET_KEY"', '"NO_SUCH"'), text.replace("640", '"x"')]
    for other in broken:
        with pytest.raises(ValueError):
            from_json(other)


def test_the_cache_key_depends_on_all_that_matters() -> None:
    keys = {
        cache_key("a", RULES),
        cache_key("b", RULES),
        cache_key("a", Rules((1, 2, 3), RULES.allowed_hosts, RULES.official_domains)),
        cache_key("a", Rules(GOLD, (), RULES.official_domains)),
        cache_key("a", Rules(GOLD, RULES.allowed_hosts, ())),
    }
    assert len(keys) == 5
    assert cache_key("a", Rules(GOLD, ("exchange.example",), ("exchange.example",))) in keys


# Failing closed


def task(path: Path, data: bytes | None = None, rules: Rules = RULES, line: int = 1) -> Task:
    if data is not None:
        path.write_bytes(data)
    digest = hashlib.sha256(data if data is not None else b"").hexdigest()
    return Task(Screenshot(path.name, path, digest, len(data or b"")), rules, Place("guides/test.md", line))


def test_each_failure_has_its_problem_and_no_inspection(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    pytest.importorskip("zxingcpp")
    good = as_png(Image.new("RGB", (64, 40), "white"))
    altered = task(tmp_path / "altered.png", good, line=5)
    altered.screenshot.path.write_bytes(good + b"x")
    tasks = [
        task(tmp_path / "good.png", good, line=1),
        task(tmp_path / "broken.png", b"broken", line=2),
        task(tmp_path / "missing.png", line=3),
        task(tmp_path / "large.png", good, Rules(GOLD, pixel_limit=100), line=4),
        altered,
    ]
    reported: list[tuple[int, int]] = []
    results, problems = inspect_many(tasks, report=lambda done, total, name: reported.append((done, total)), workers=2)
    assert [result is not None for result in results] == [True, False, False, False, False]
    assert [(problem.code, problem.place.line) for problem in problems] == [
        ("I02", 2),
        ("I02", 3),
        ("I03", 4),
        ("I06", 5),
    ]
    assert all(problem.hint and problem.is_error for problem in problems)
    assert reported == [(number, 5) for number in range(1, 6)]


def test_a_picture_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    began = time.monotonic()
    results, problems = inspect_many([task(tmp_path / "a.png", as_png(Image.new("RGB", (64, 40))))], seconds=0.01)
    assert results == (None,)
    assert [problem.code for problem in problems] == ["I04"]
    assert time.monotonic() - began < 10


def test_a_killed_process_that_lingers_is_given_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = []

    def leave(worker: Any) -> None:
        worker.line.close()
        given_up.append(worker)

    monkeypatch.setattr("builder.screenshots.inspect.inspect._Worker.dismiss", leave)
    picture = as_png(Image.new("RGB", (64, 40)))
    tasks = [task(tmp_path / name, picture) for name in ("a.png", "b.png")]
    try:
        results, problems = inspect_many(tasks, seconds=0.01, workers=1)
    finally:
        for worker in given_up:
            worker.process.kill()
            worker.process.join(5)
    assert results == (None, None)
    assert [problem.code for problem in problems] == ["I04", "I04"]


def test_nothing_to_do_starts_nothing() -> None:
    assert inspect_many([]) == ((), ())


@pytest.fixture
def without_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    words._reader.cache_clear()
    yield
    words._reader.cache_clear()


@pytest.mark.usefixtures("without_reader")
def test_without_the_reader_there_is_no_inspection_and_the_problem_says_how_to_install_it(tmp_path: Path) -> None:
    data = as_png(Image.new("RGB", (64, 40)))
    with pytest.raises(ToolMissing, match="pip install"):
        inspect(data, sha256="", rules=RULES)
    code, message = inspection_module._answer(task(tmp_path / "a.png", data))
    problem = inspection_module._failed(Place("a.md"), code, message)
    assert problem.code == "I01" and words.INSTALL in problem.hint


def test_an_unforeseen_error_tells_nothing_of_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes, **_: object) -> None:
        raise RuntimeError("with a value it read")

    monkeypatch.setattr(inspection_module, "inspect", fails)
    code, message = inspection_module._answer(task(tmp_path / "a.png", b"x"))
    assert code == "I05" and "value" not in message


# Made pictures, really read


KEYS = {
    "API Key": drawn(32, "0123456789abcdef"),
    "Secret Key": drawn(64),
    "Passphrase": drawn(9) + "!7",
    "User ID": str(RANDOM.randrange(10**8, 10**9)),
}


@pytest.mark.parametrize(
    ("ground", "colour", "text"), [("white", "#222", 16), ("#14161a", "#8a919c", 13)], ids=["light", "dark and small"]
)
def test_written_keys_are_covered_and_their_labels_are_not(ground: str, colour: str, text: int) -> None:
    screen = Screen(ground=ground, colour=colour, text=text)
    labels, values = [], []
    for number, (label, value) in enumerate(KEYS.items()):
        labels.append(screen.write(label, 40, 20 + number * 70))
        values.append(screen.write(value, 40, 44 + number * 70))
    screen.write("Support: help@exchange.example, Version 2.14.3, 192.168.1.1", 40, 310)
    seen = screen.seen()
    assert all(covered(seen, box) for box in values)
    assert not any(secret.box.meets(label.grown(-4)) for label in labels for secret in seen.secrets)
    assert len(seen.secrets) == len(KEYS)
    shown = " ".join(word.text for word in seen.words)
    assert all(label.replace(" ", "") in shown.replace(" ", "") for label in KEYS)
    assert not any(value in shown for value in KEYS.values())
    masked = np.asarray(mask(screen.image, seen.secrets)).astype(int)
    changed = np.abs(masked - np.asarray(screen.image)).max(axis=2) > 8
    for box in values:
        assert changed[box.top : box.bottom, box.left : box.right].mean() > 0.75
    assert read_again(masked, KEYS.values()) == []


def read_again(masked: Any, values: Any) -> list[str]:
    """The values of which the reader still sees five characters in a row on the masked picture."""
    said = " ".join(line.word.text for line in read_lines(Image.fromarray(masked.astype(np.uint8))))
    return [value for value in values if any(value[at : at + 5] in said for at in range(len(value) - 4))]


@pytest.mark.parametrize("ground", ["white", "#14161a"])
def test_a_key_alone_on_an_empty_screen_is_seen(ground: str) -> None:
    screen = Screen((1920, 1080), ground, "#888", 14)
    box = screen.write(drawn(40, "0123456789ABCDEF"), 60, 50)
    assert covered(screen.seen(), box)


def test_label_and_value_in_one_line() -> None:
    screen = Screen((600, 90))
    label = screen.write("UID:", 30, 30)
    value = screen.write(KEYS["User ID"], label.right + 3, 30)
    seen = screen.seen()
    assert covered(seen, value)
    assert not seen.secrets[0].box.contains(label)


def test_a_turned_photograph_is_read_upright() -> None:
    screen = Screen((600, 120))
    value = screen.write("API Key: " + KEYS["API Key"], 30, 40)
    lying = screen.image.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = inspect(as_png(lying, exif=exif), sha256="", rules=RULES)
    assert seen.size == (600, 120)
    assert covered(seen, Box(value.left + 75, value.top, value.right, value.bottom))


def test_the_beginning_and_the_rim_beside_a_bar() -> None:
    screen = Screen((700, 200), "#101214", "#dddddd")
    screen.write("Secret Key", 40, 30)
    beginning = screen.write("4kRz9Wq7", 40, 60)
    screen.write("k", 598, 60)
    screen.draw.rounded_rectangle((110, 58, 601, 80), 8, GOLD)
    seen = screen.seen()
    assert [mark.kind for mark in seen.marks] == [MarkKind.BAR]
    assert covered(seen, beginning)
    assert covered(seen, Box(601, 62, 607, 76), 0), "the last character shows beyond the bar"


def test_only_the_rim_of_a_character_at_a_bar() -> None:
    screen = Screen((700, 200), "#101214", "#dddddd")
    screen.write("API Key", 40, 30)
    screen.write("m", 596, 60)
    screen.draw.rectangle((40, 58, 600, 80), GOLD)
    (secret,) = screen.seen().secrets
    assert secret.kind is SecretKind.API_KEY and secret.box.right >= 610


def test_a_bar_that_hides_all_of_it_is_left_as_it_is() -> None:
    screen = Screen((700, 200), "#101214", "#dddddd")
    screen.write("API Key", 40, 30)
    screen.draw.rectangle((40, 58, 600, 80), GOLD)
    assert screen.seen().secrets == ()


def test_a_smeared_account_number_is_covered() -> None:
    screen = Screen((500, 120), "#17191a", "#dddddd")
    label = screen.write("UID:", 40, 40)
    value = screen.write("44012345", label.right + 4, 40, 20)
    part = screen.image.crop(value)
    coarse = part.resize((max(1, part.width // 5), max(1, part.height // 5)), Image.Resampling.BOX)
    screen.image.paste(coarse.resize(part.size, Image.Resampling.NEAREST), value[:2])
    (secret,) = screen.seen().secrets
    assert secret.kind is SecretKind.ACCOUNT_NUMBER
    assert secret.box.grown(6).contains(value)


def test_other_scripts_hide_no_more_than_they_should() -> None:
    fonts = [path for path in map(Path, CJK_FONTS) if path.exists()]
    if not fonts:
        pytest.skip("no typeface for Chinese on this machine")
    screen = Screen((600, 160))
    screen.draw.text((40, 20), "访问密钥", font=ImageFont.truetype(str(fonts[0]), 18), fill="#222")
    value = screen.write("x7Kq2mP9z", 40, 60)
    screen.draw.text((40, 110), "请妥善保管您的密钥", font=ImageFont.truetype(str(fonts[0]), 18), fill="#222")
    seen = screen.seen()
    assert covered(seen, value) and len(seen.secrets) == 1


CJK_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (30, 12)])
def test_tiny_pictures_are_inspected(size: tuple[int, int]) -> None:
    pytest.importorskip("rapidocr")
    seen = inspect(as_png(Image.new("RGB", size, "white")), sha256="", rules=RULES)
    assert seen.size == size and seen.secrets == ()


@pytest.mark.slow
def test_small_text_on_a_huge_picture_is_read() -> None:
    screen = Screen((4200, 2600), text=13)
    boxes = [
        screen.write("API Key: " + drawn(32, "0123456789abcdef"), x, y)
        for x, y in ((60, 50), (3800, 60), (1650, 1590), (70, 2540), (3780, 2550))
    ]
    seen = screen.seen()
    for box in boxes:
        assert covered(seen, Box(box.left + 60, box.top, box.right, box.bottom))
    assert all(any(secret.box.meets(box) for box in boxes) for secret in seen.secrets)


@pytest.mark.slow
def test_three_codes_and_a_key_at_once() -> None:
    segno = pytest.importorskip("segno")
    screen = Screen((900, 500))
    places = {}
    for x, text in (
        (40, '{"apiKey":"made up"}'),
        (330, "https://exchange.example/app"),
        (620, "https://else.example/"),
    ):
        file = io.BytesIO()
        segno.make(text).save(file, kind="png", scale=6, border=0)
        code = Image.open(file).convert("RGB")
        screen.image.paste(code, (x, 60))
        places[text] = Box(x, 60, x + code.width, 60 + code.height)
    key = screen.write("Secret: " + drawn(40), 40, 400)
    seen = screen.seen()
    assert [covered(seen, box) for box in places.values()] == [True, False, True]
    assert covered(seen, Box(key.left + 60, key.top, key.right, key.bottom))
    assert sorted(secret.kind for secret in seen.secrets) == ["Code", "Code", "Secret key"]


# Real screenshots


@cache
def planted() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads((Path(FOLDER) / "planted.json").read_text(encoding="utf-8"))
    return items


@cache
def real() -> dict[str, tuple[Inspection, Image.Image]]:
    """Every real picture inspected once: its name in the folder, what was seen, and the original."""
    root = Path(FOLDER)
    paths = sorted(root.glob("*/assets/screenshots/*.png"))
    tasks = [
        task(path, rules=Rules(GOLD, ("coinstore.com",), (f"{path.relative_to(root).parts[0]}.com",))) for path in paths
    ]
    tasks = [
        Task(Screenshot(t.screenshot.address, t.screenshot.path, digest_of(t.screenshot.path), 0), t.rules, t.place)
        for t in tasks
    ]
    results, problems = inspect_many(tasks)
    assert not problems
    originals = [open_original(path.read_bytes(), RULES.pixel_limit)[0] for path in paths]
    return {
        path.relative_to(root).as_posix(): (seen, original)
        for path, seen, original in zip(paths, results, originals, strict=True)
        if seen is not None
    }


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def changed(name: str) -> Any:
    seen, original = real()[name]
    masked = np.asarray(mask(original, seen.secrets)).astype(int)
    return np.abs(masked - np.asarray(original)).max(axis=2)


@pytest.mark.slow
@on_real_pictures
def test_every_planted_value_is_covered_with_a_margin() -> None:
    assert len(planted()) >= 12
    for item in planted():
        seen, original = real()[item["file"]]
        box = Box(*item["box"])
        assert covered(seen, box), (item["file"], item["kind"])
        pixels = np.asarray(mask(original, seen.secrets)).astype(int)[box.top : box.bottom, box.left : box.right]
        # What is left is the mask's own three tones and the blends of its lettering: all of them greys.
        assert int((pixels.max(axis=2) - pixels.min(axis=2)).max()) <= 14, item["file"]
        swapped = np.asarray(original).copy()
        swapped[box.top : box.bottom, box.left : box.right] = 128
        again = np.asarray(mask(Image.fromarray(swapped), seen.secrets)).astype(int)
        assert (again[box.top : box.bottom, box.left : box.right] == pixels).all(), "the value shines through"


@pytest.mark.slow
@on_real_pictures
def test_false_alarms_are_none() -> None:
    false = []
    for name, (seen, _) in real().items():
        boxes = [Box(*item["box"]) for item in planted() if item["file"] == name]
        for secret in seen.secrets:
            unreadable = secret.why.startswith("something unreadable")  # a mosaic somebody laid over a real number
            if not unreadable and not any(secret.box.meets(box) for box in boxes):
                false.append((name, secret.kind.value, secret.why))
    assert false == []


@pytest.mark.slow
@on_real_pictures
def test_masks_are_no_larger_than_they_must_be() -> None:
    for name, (seen, original) in real().items():
        share = sum(secret.box.area for secret in seen.secrets) / (original.width * original.height)
        assert share < 0.08, name


@pytest.mark.slow
@on_real_pictures
@pytest.mark.parametrize("scale", [0.5, 1, 2])
def test_after_masking_no_secret_code_is_found_at_any_scale(scale: float) -> None:
    harmless = 0
    for name, (seen, original) in real().items():
        masked = mask(original, seen.secrets)
        size = (round(masked.width * scale), round(masked.height * scale))
        own = [code for code in find_codes(masked) if re.match(r"https?://([\w-]+\.)*coinstore\.com/", code.text)]
        for code in find_codes(masked.resize(size, Image.Resampling.LANCZOS)):
            # A smaller one may be seen and not be read any more.
            on = Box(*(round(edge / scale) for edge in (code.box.left, code.box.top, code.box.right, code.box.bottom)))
            known = any(2 * on.within(each.box).area > on.area for each in own)
            assert known if not code.readable else code.text in {each.text for each in own}, name
            harmless += 1
    assert harmless >= 3, "the codes of the exchange's own app must stay"


@pytest.mark.slow
@on_real_pictures
def test_no_planted_value_is_kept() -> None:
    values = [item["value"] for item in planted() if item["value"]]
    for seen, _ in real().values():
        kept = to_json(seen)
        assert not any(value in kept for value in values)
        assert from_json(kept) == seen
