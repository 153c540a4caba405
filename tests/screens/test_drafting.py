"""A first draft from a screenshot: what stands on a drawn one comes back as controls, and nothing that is secret."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from builder.problems import Place
from builder.screens import command, reading
from builder.screens.drafting import Seen, alike, draft
from builder.screens.model import Screen
from builder.screens.writing import text_of
from builder.screenshots.model import Box, Inspection, Mark, MarkKind, Screenshot, Secret, SecretKind, Treatment, Word
from builder.screenshots.prepare.prepare import Job, Orders

GOLD, INK, LINE = (229, 199, 62), (30, 30, 34), (170, 170, 176)


def drafted(*, secret: bool = False) -> Screen:
    image = Image.new("RGB", (1600, 900), (120, 120, 124))
    draw = ImageDraw.Draw(image)
    words: list[Word] = []

    def write(x: int, y: int, text: str, size: int = 18, ink: tuple[int, int, int] = INK) -> Box:
        font = ImageFont.load_default(size)
        draw.text((x, y), text, fill=ink, font=font)
        left, top, right, bottom = (round(edge) for edge in draw.textbbox((x, y), text, font=font))
        words.append(Word(text, Box(left, top, right, bottom), 0.99))
        return words[-1].box

    draw.rectangle((500, 200, 1100, 700), fill=(255, 255, 255), outline=LINE)
    write(530, 225, "Create key", 34)
    write(530, 290, "Label")
    draw.rectangle((530, 320, 1070, 366), outline=LINE, width=2)
    write(546, 332, "MM Bot")
    marks = [Mark(MarkKind.FRAME, Box(512, 304, 1088, 382))]
    draw.rectangle((512, 304, 1088, 382), outline=GOLD, width=4)
    for x, name, ticked in ((530, "Read", True), (700, "Withdraw", False)):
        draw.rectangle((x, 420, x + 17, 437), outline=LINE, width=1, fill=(40, 90, 227) if ticked else (255, 255, 255))
        write(x + 28, 418, name)
    secrets = []
    if secret:
        write(530, 480, "Secret Key")
        box = write(530, 510, "b7bee7ba10c32c6d62a9fb0247e31064")
        secrets = [Secret(SecretKind.SECRET_KEY, box, "announced")]
    draw.rectangle((900, 620, 1070, 666), fill=(40, 90, 227))
    write(952, 632, "Confirm", ink=(255, 255, 255))
    inspection = Inspection("0" * 64, image.size, Box(0, 0, *image.size), tuple(words), tuple(marks), tuple(secrets))
    meant = next(word.box for word in words if word.text == "MM Bot")
    seen = Seen(np.asarray(image), inspection, Box(400, 150, 1200, 760), (meant,), tuple(secrets))
    return draft("create.png", seen, {"label": 2}, 90)


def test_what_stands_on_a_screenshot_comes_back() -> None:
    screen = drafted()
    assert screen.dialog is not None and screen.dialog.title == "Create key"
    found = {control.label: control for control in screen.walk() if control.label}
    assert (found["Label"].kind, found["Label"].value, found["Label"].act) == ("field", "MM Bot", 2)
    assert (found["Read"].kind, found["Read"].on) == ("checkbox", True)
    assert (found["Withdraw"].kind, found["Withdraw"].on) == ("checkbox", False)
    assert (found["Confirm"].kind, found["Confirm"].main, found["Confirm"].act) == ("button", True, None)


def test_a_draft_is_a_file_that_can_be_read() -> None:
    screen = drafted()
    screens, problems = reading.parse(text_of([screen], "A draft"), "f")
    assert problems == []
    assert alike(screen, screens["create.png"])[0] == alike(screen, screens["create.png"])[1] > 3


def test_no_secret_is_written_down() -> None:
    screen = drafted(secret=True)
    text = text_of([screen], "A draft")
    assert "b7bee7ba" not in text
    assert "covered: Secret Key" in text


def test_a_draft_is_made_of_the_picture_as_it_was_inspected(tmp_path: Path) -> None:
    """Turned as its EXIF says, and no further than it goes, though a crop may reach beyond it."""
    stored, path = Image.new("RGB", (600, 400), "white"), tmp_path / "turned.jpg"
    exif = stored.getexif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    stored.save(path, exif=exif)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    job = Job(Screenshot("", path, sha256, 0), Orders(), GOLD, (), (), 10**6, Place("guides/example.md", 1))
    inspection = Inspection(sha256, (400, 600), Box(0, 0, 400, 600), (), (), ())
    seen = command._looked_at(job, inspection, Treatment(sha256, crops=(Box(-60, 350, 460, 640),)), "")
    assert (seen.pixels.shape, seen.region) == ((600, 400, 3), Box(0, 350, 400, 600))
    assert draft("turned.jpg", seen, {}, 90).picture == "turned.jpg"
