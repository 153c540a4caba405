"""Cover what must not be seen: opaque labelled boxes in the original's pixels, before anything else is done to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageStat

from builder.screenshots.model import Box, MaskWords, Secret

Colour = tuple[int, int, int]

# Fill, outline and lettering: dark grey on light screens; on dark ones mid grey, or the box would not be seen.
_ON_LIGHT: tuple[Colour, Colour, Colour] = ((66, 68, 74), (40, 42, 46), (255, 255, 255))
_ON_DARK: tuple[Colour, Colour, Colour] = ((92, 95, 102), (142, 146, 154), (255, 255, 255))
_DARK = 110  # mean grey of the surroundings, 0 to 255, below which a screen is a dark one
_MIN_LETTERING = 8  # px: smaller letters are noise
_MAX_LETTERING = 30  # px
_SIGN = "•••"
"""What a mask says where there are no words, or the label's typeface lacks their script."""
_NO_WORDS = MaskWords()
_NO_CHARACTER = "\uffff"


def mask(image: Image.Image, secrets: Iterable[Secret], words: MaskWords = _NO_WORDS) -> Image.Image:
    """A new RGB picture with every secret's box covered; it carries no metadata of the old one.

    The boxes are filled one after the other and nothing of what they cover has any part in their colour or label.
    """
    masked = Image.new("RGB", image.size)
    masked.paste(image.convert("RGB"))
    covered = tuple(secrets)
    styles = [_style(masked, secret.box) for secret in covered]
    draw = ImageDraw.Draw(masked)
    for secret, (fill, outline, lettering) in zip(covered, styles, strict=True):
        box = secret.box.within(Box(0, 0, *image.size))
        if not box.area:
            continue
        draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=fill, outline=outline)
        _write_label(draw, box, [label for label in words.of(secret.kind) if _can_write(label)] or [_SIGN], lettering)
    return masked


@lru_cache(maxsize=64)
def _can_write(text: str) -> bool:
    """Whether the label's typeface has all characters of a text: what it lacks looks like what no typeface has."""
    font = _font(_MAX_LETTERING)
    missing = bytes(font.getmask(_NO_CHARACTER))
    return all(bytes(font.getmask(sign)) != missing for sign in text)


def _style(image: Image.Image, box: Box) -> tuple[Colour, Colour, Colour]:
    frame = Box(0, 0, *image.size)
    around = box.grown(max(6, box.height // 4)).within(frame)
    inner = box.within(frame)
    surroundings = Image.new("L", (around.width, around.height), 255)
    surroundings.paste(
        0, (inner.left - around.left, inner.top - around.top, inner.right - around.left, inner.bottom - around.top)
    )
    if not around.area or surroundings.getbbox() is None:
        return _ON_LIGHT
    grey = ImageStat.Stat(image.crop(around).convert("L"), surroundings).mean[0]
    return _ON_DARK if grey < _DARK else _ON_LIGHT


def _write_label(draw: ImageDraw.ImageDraw, box: Box, labels: Sequence[str], colour: Colour) -> None:
    """The longest label that fits in readable letters, in the middle of the box; none in a box too small for any."""
    for text in labels:
        size = _fitting_size(box, text)
        # In a long label squeezed into a narrow box nobody can read that it is one.
        if size >= _MIN_LETTERING and (text == labels[-1] or size >= 0.4 * min(box.height, _MAX_LETTERING)):
            middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
            draw.text(middle, text, font=_font(size), fill=colour, anchor="mm")
            return


def _fitting_size(box: Box, text: str) -> int:
    """The size in px at which a text fills 62 % of the box's height or 88 % of its width, whichever is less."""
    wide = _font(100).getlength(text) / 100
    return int(min(box.height * 0.62, box.width * 0.88 / wide, _MAX_LETTERING))


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    import font_source_sans_pro  # type: ignore[import-untyped]

    folder = Path(font_source_sans_pro.__file__).parent / "files"
    return ImageFont.truetype(str(folder / "SourceSansPro-Semibold.ttf"), size)
