"""How people try to make a value unreadable, and fail."""

from __future__ import annotations

import math
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


# With a pointer held in the hand, as drawing programs smooth it: round ends, soft rims, any colour, uneven ways.

_INKS = (*_COLOURS, (12, 160, 90), (240, 90, 180), (255, 140, 0), (90, 40, 160), (0, 170, 220), (70, 74, 82))
_FINE = 4  # how much finer strokes are drawn before they are scaled down, so that their rims are soft


def _drawn(image: Image.Image, ways: list[list[tuple[float, float]]], width: float, ink: tuple[int, ...]) -> None:
    """Strokes of one ink: red, green, blue and how much of it stays on the paper, of 255."""
    large = Image.new("L", (image.width * _FINE, image.height * _FINE))
    draw, radius = ImageDraw.Draw(large), width * _FINE / 2
    for way in ways:
        points = [(x * _FINE, y * _FINE) for x, y in way]
        draw.line(points, fill=ink[3], width=max(1, round(2 * radius)), joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink[3])
    image.paste(ink[:3], (0, 0), large.resize(image.size, Image.Resampling.BOX))


def _across(box: Box, rng: random.Random, at: float, slant: float = 0.0) -> list[tuple[float, float]]:
    """A way from before a value to behind it, `at` a share of its height, with the wobble of a hand."""
    left, right, low = box.left - rng.uniform(0, 8), box.right + rng.uniform(0, 8), rng.uniform(0.5, 2.5)
    phase, length = rng.uniform(0, 6), rng.uniform(18, 60)
    return [
        (
            left + (right - left) * share,
            box.top + box.height * (at + slant * (share - 0.5)) + low * math.sin(phase + box.width * share / length),
        )
        for share in (number / 40 for number in range(41))
    ]


def brushed(image: Image.Image, box: Box, rng: random.Random) -> None:
    """One to three strokes along a value, too narrow to hide it or not quite opaque."""
    passes, high = rng.choice((1, 1, 2, 3)), box.height
    width = high * rng.uniform(0.25, 0.7) / (1 if passes == 1 else 1.6)
    ink = (*rng.choice(_INKS), rng.choice((255, 255, 225, 170)))
    slants = [rng.uniform(-0.25, 0.25) for _ in range(passes)]
    _drawn(image, [_across(box, rng, rng.uniform(0.3, 0.7), slant) for slant in slants], width, ink)


def coiled(image: Image.Image, box: Box, rng: random.Random) -> None:
    """Loops from one end to the other."""
    turn, wide, high = rng.uniform(6, 22), rng.uniform(3, 7), box.height * rng.uniform(0.4, 0.6)
    middle, phase = (box.top + box.bottom) / 2, rng.uniform(0, 6)
    steps = [step / 5 for step in range(round(10 * math.pi * box.width / turn) + 16)]
    way = [
        (
            box.left - 2 + (box.width + 4) * number / len(steps) + wide * math.cos(phase + step),
            middle + high * math.sin(phase + step) + rng.uniform(-0.6, 0.6),
        )
        for number, step in enumerate(steps)
    ]
    _drawn(image, [way], rng.uniform(1.4, 3.4), (*rng.choice(_INKS), 255))


def crossed(image: Image.Image, box: Box, rng: random.Random) -> None:
    """Straight lines through a value: from corner to corner, side by side, or slanting all along it."""
    shape = rng.randrange(3)
    if shape == 0:
        ways = [
            [(box.left - 3, box.top), (box.right + 3, box.bottom)],
            [(box.left - 3, box.bottom), (box.right + 3, box.top)],
        ]
    elif shape == 1:
        ways = [
            [(box.left - 3, box.top + box.height * at), (box.right + 3, box.top + box.height * at)]
            for at in (0.35, 0.65)
        ]
    else:
        step = rng.randrange(6, 12)
        ways = [[(x, box.bottom + 1), (x + box.height, box.top - 1)] for x in range(box.left - 8, box.right, step)]
    _drawn(image, [list(way) for way in ways], rng.uniform(1.4, 3.0), (*rng.choice(_INKS), 255))


def rounded_bar(image: Image.Image, box: Box, rng: random.Random) -> None:
    """A bar with round ends, even or running from one colour into another, too short or too low."""
    one, two = rng.choice(_INKS), rng.choice(_INKS)
    two = two if rng.random() < 0.4 else one
    cut = rng.choice((0.0, 0.12, 0.25, 0.4))
    left, right = (box.left + round(cut * box.width), box.right + 4)
    if rng.random() < 0.5:
        left, right = box.left - 4, box.right - round(cut * box.width)
    top, bottom = box.top - 2, box.bottom + 2
    if cut == 0.0:
        bottom -= round(0.45 * box.height)
    size = (max(right - left, 6), max(bottom - top, 5))
    shape = Image.new("L", (size[0] * _FINE, size[1] * _FINE))
    ImageDraw.Draw(shape).rounded_rectangle(
        (0, 0, shape.width - 1, shape.height - 1), rng.choice((3, 6, size[1] / 2)) * _FINE, fill=255
    )
    share = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize(size)
    bar = Image.composite(Image.new("RGB", size, one), Image.new("RGB", size, two), share)
    image.paste(bar, (left, top), shape.resize(size, Image.Resampling.BOX))


def highlighted(image: Image.Image, box: Box, rng: random.Random) -> None:
    """A marker's broad stroke: what is under it is only tinted."""
    ink = rng.choice(((255, 235, 60), (120, 240, 120), (255, 130, 190), (90, 200, 255), (0, 0, 0), (150, 150, 150)))
    width, strength = box.height * rng.uniform(1.0, 1.4), rng.choice((90, 140, 190, 225))
    _drawn(image, [_across(box, rng, 0.5)], width, (*ink, strength))


def coarsened(image: Image.Image, box: Box, rng: random.Random) -> None:
    """Blocks whose sides are no whole numbers of pixels; at times the first characters stay."""
    area = box.grown(rng.randrange(1, 6)).within(Box(0, 0, *image.size))
    if rng.random() < 0.3:
        area = Box(area.left + area.width // 5, area.top, area.right, area.bottom)
    side = rng.uniform(3.2, 11)
    small = image.crop(area).resize(
        (max(2, round(area.width / side)), max(2, round(area.height / side))), Image.Resampling.BOX
    )
    image.paste(small.resize((area.width, area.height), Image.Resampling.NEAREST), area[:2])


def softened(image: Image.Image, box: Box, rng: random.Random) -> None:
    """Blurred by a box, along one way, or by being scaled down and up again."""
    area = box.grown(rng.randrange(2, 8)).within(Box(0, 0, *image.size))
    part, shape = image.crop(area), rng.randrange(3)
    if shape == 0:
        part = part.filter(ImageFilter.BoxBlur(rng.uniform(1.5, 4)))
    elif shape == 1:
        length = rng.choice((5, 7, 9))
        small = part.resize((max(2, part.width // length), part.height), Image.Resampling.BOX)
        part = small.resize(part.size, Image.Resampling.BICUBIC)
    else:
        side = rng.uniform(2.2, 4)
        small = part.resize((max(2, round(part.width / side)), max(2, round(part.height / side))))
        part = small.resize(part.size, Image.Resampling.BILINEAR)
    image.paste(part, area[:2])


def sprayed(image: Image.Image, box: Box, rng: random.Random) -> None:
    """Dots all over a value."""
    ways, count = [], round(box.area * rng.uniform(0.06, 0.14))
    for _ in range(count):
        x, y = rng.uniform(box.left - 3, box.right + 3), rng.gauss((box.top + box.bottom) / 2, box.height / 3)
        ways.append([(x, y), (x, y)])
    _drawn(image, ways, rng.uniform(1.6, 2.6), (*rng.choice(_INKS), 255))


BY_HAND = (brushed, coiled, crossed, rounded_bar, highlighted, coarsened, softened, sprayed)
