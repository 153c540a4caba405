"""Codes as they stand on screens: whole, half covered, blurred, in any colours."""

from __future__ import annotations

import io
import random

import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from builder.screenshots.model import Box
from specimens import values
from specimens.canvas import Canvas

TREATMENTS = (
    "whole",
    "red on blue",
    "coloured",
    "inverted",
    "corners covered",
    "half covered",
    "blurred",
    "logo",
    "faint",
    "turned",
    "pixelated",
    "data matrix",
    "small data matrix",
    "aztec",
    "pdf417",
    "bar code",
)
_COLOURS = {
    "red on blue": ((220, 40, 40), (30, 60, 200)),
    "inverted": ((250, 250, 250), (16, 18, 24)),
    "faint": ((205, 208, 212), (255, 255, 255)),
}
_FORMS = {
    "data matrix": zxingcpp.BarcodeFormat.DataMatrix,
    "small data matrix": zxingcpp.BarcodeFormat.DataMatrix,
    "aztec": zxingcpp.BarcodeFormat.Aztec,
    "pdf417": zxingcpp.BarcodeFormat.PDF417,
    "bar code": zxingcpp.BarcodeFormat.Code128,
}


def draw(canvas: Canvas, treatment: str) -> None:
    """A code with a made-up secret on a canvas, treated so that it may no longer decode."""
    rng = canvas.rng
    said = f"otpauth://totp/EXAMPLE:{values.mail(rng)}?secret={values.of(rng, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 32)}"
    dark, light = _COLOURS.get(treatment, ((16, 16, 20), (255, 255, 255)))
    if treatment == "coloured":
        dark, light = rng.choice(
            (((20, 90, 60), (220, 245, 230)), ((120, 20, 110), (250, 240, 200)), ((240, 185, 11), (30, 32, 38)))
        )
    if treatment in _FORMS:
        text = values.of(rng, values.ALPHANUMERIC, 14 if treatment in ("small data matrix", "bar code") else 32)
        code = _other(text, treatment, rng)
    else:
        scale = rng.choice((2, 3, 4, 5))
        stream = io.BytesIO()
        segno.make(said, error=rng.choice("lmqh"), micro=False).save(stream, kind="png", scale=scale, border=0)
        code = Image.open(stream).convert("L")
    picture = Image.new("RGB", (code.width + 16, code.height + 16), light)
    if canvas.shown:
        picture.paste(dark, (8, 8), code.point(lambda level: 255 - level))
    if treatment == "turned":
        picture = picture.rotate(
            rng.uniform(8, 40), expand=True, resample=Image.Resampling.BICUBIC, fillcolor=canvas.theme.panel
        )
    if treatment == "blurred":
        picture = picture.filter(ImageFilter.GaussianBlur(max(1.2, code.width / 60)))
    if treatment == "pixelated":
        block = max(3, code.width // 24)
        small = picture.resize((max(8, picture.width // block), max(8, picture.height // block)), Image.Resampling.BOX)
        picture = small.resize(picture.size, Image.Resampling.NEAREST)
    _spoil(picture, treatment, rng)
    x = rng.randrange(canvas.panel.left + 20, max(canvas.panel.right - picture.width - 20, canvas.panel.left + 21))
    y = rng.randrange(canvas.panel.top + 50, max(canvas.panel.bottom - picture.height - 70, canvas.panel.top + 51))
    canvas.boxes.append(Box(x, y, x + picture.width, y + picture.height))
    canvas.image.paste(picture, (x, y))


def _other(text: str, treatment: str, rng: random.Random) -> Image.Image:
    code = zxingcpp.create_barcode(text, _FORMS[treatment])
    scale = 2 if treatment.startswith("small") else rng.choice((2, 3, 4))
    if treatment in ("pdf417", "bar code"):
        scale = 2
    image = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=scale, add_quiet_zones=False)).convert("L")
    return image if treatment != "bar code" else image.resize((image.width, 60), Image.Resampling.NEAREST)


def _spoil(picture: Image.Image, treatment: str, rng: random.Random) -> None:
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    colour = rng.choice(((255, 255, 255), (0, 0, 0), (220, 30, 40)))
    if treatment == "corners covered":
        third = width * 0.32
        for x, y in ((0, 0), (width - third, 0), (0, height - third)):
            draw.rectangle((x, y, x + third, y + third), fill=colour)
    if treatment == "half covered":
        box = rng.choice(
            (
                (0, 0, width, height // 2),
                (0, height // 2, width, height),
                (0, 0, width // 2, height),
                (width // 2, 0, width, height),
            )
        )
        draw.rectangle(box, fill=colour)
    if treatment == "logo":
        draw.rectangle((width * 0.36, height * 0.36, width * 0.64, height * 0.64), fill=(240, 185, 11))
