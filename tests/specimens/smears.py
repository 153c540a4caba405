"""How people try to make a value unreadable, and fail."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFilter

from builder.screenshots.model import Box

_COLOURS = ((0, 0, 0), (20, 20, 24), (220, 30, 40), (255, 255, 255), (60, 120, 240), (128, 128, 128), (250, 220, 60))


def pixelated(image: Image.Image, box: Box, rng: random.Random) -> None:
    block = rng.choice((4, 5, 6, 8))
    area = box.grown(rng.randrange(1, 5)).within(Box(0, 0, *image.size))
    part = image.crop(area)
    small = part.resize((max(1, part.width // block), max(1, part.height // block)), Image.Resampling.BOX)
    image.paste(small.resize((small.width * block, small.height * block), Image.Resampling.NEAREST), area[:2])


def blurred(image: Image.Image, box: Box, rng: random.Random) -> None:
    area = box.grown(rng.randrange(3, 7)).within(Box(0, 0, *image.size))
    image.paste(image.crop(area).filter(ImageFilter.GaussianBlur(rng.uniform(1.6, 3.2))), area[:2])


def half_bar(image: Image.Image, box: Box, rng: random.Random) -> None:
    """A bar over the upper or the lower half."""
    middle = (box.top + box.bottom) // 2
    top, bottom = (box.top - 2, middle) if rng.random() < 0.5 else (middle, box.bottom + 2)
    ImageDraw.Draw(image).rectangle((box.left - 3, top, box.right + 3, bottom), fill=rng.choice(_COLOURS))


def short_bar(image: Image.Image, box: Box, rng: random.Random) -> None:
    """A bar that leaves the first or the last characters."""
    left = round(box.width * rng.uniform(0.15, 0.35))
    start, end = (box.left + left, box.right + 4) if rng.random() < 0.6 else (box.left - 3, box.right - left)
    ImageDraw.Draw(image).rectangle((start, box.top - 3, end, box.bottom + 3), fill=rng.choice(_COLOURS))


def see_through(image: Image.Image, box: Box, rng: random.Random) -> None:
    """A marker that lets the letters through, some nearly black."""
    area = box.grown(rng.randrange(2, 5)).within(Box(0, 0, *image.size))
    part = image.crop(area)
    colour, strength = rng.choice(
        (((0, 0, 0), 0.93), ((0, 0, 0), 0.8), ((240, 60, 60), 0.6), ((255, 235, 60), 0.7), ((20, 20, 20), 0.9))
    )
    image.paste(Image.blend(part, Image.new("RGB", part.size, colour), strength), area[:2])


def scribbled(image: Image.Image, box: Box, rng: random.Random) -> None:
    """A stroke to and fro that leaves gaps."""
    draw, x = ImageDraw.Draw(image), box.left - 2
    colour, points = rng.choice(_COLOURS[1:3] + _COLOURS[4:5]), []
    while x < box.right + 4:
        points.append((x, rng.uniform(box.top - 1, box.top + box.height * 0.35)))
        points.append((x + 3, rng.uniform(box.bottom - box.height * 0.35, box.bottom + 1)))
        x += rng.randrange(4, 9)
    draw.line(points, fill=colour, width=rng.choice((2, 3)), joint="curve")


def wavy(image: Image.Image, box: Box, rng: random.Random) -> None:
    """A single thick line through the middle."""
    middle = (box.top + box.bottom) / 2
    points = [(x, middle + rng.uniform(-1.5, 1.5)) for x in range(box.left - 4, box.right + 5, 9)]
    ImageDraw.Draw(image).line(points, fill=rng.choice(_COLOURS[:3]), width=max(3, box.height // 4))


ALL = (pixelated, blurred, half_bar, short_bar, see_through, scribbled, wavy)
