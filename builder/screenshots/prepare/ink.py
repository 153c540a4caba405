"""Print screens of a dark theme light: a near-black page wastes ink and its grey text drowns in it.

The lightness of what is grey is turned over; what has a colour keeps its hue. A coloured surface (a button, a bar)
stays as it is with the text on it; a thin coloured line or word is only made dark enough to be seen on white. A dull
surface, such as a button that can't be pressed yet, becomes a pale one. At last every edge that could be seen on the
screen is made at least as clear in print: a dark theme tells its controls apart by shades that are all white on paper.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.float32]  # (height, width)
Pixels = NDArray[np.uint8]  # (height, width, 3)
Mask = NDArray[np.uint8]  # (height, width): 0 or 1

_DARK = 0.35  # luma below which the middle pixel makes a screen dark
_COLOURED = (14.0, 34.0)  # CIELAB chroma: from here on something is a little, is fully coloured
_INKED = (25.0, 62.0)  # CIELAB lightness of thin coloured things: 62 has 3:1 against white
_DARKEST = 12.0  # CIELAB lightness that white becomes
_BEND = 0.06  # the greater, the paler grey words come out, and the nearer to white the dark greys of panels
_TINTED = 16.0  # CIELAB chroma of a surface that stays as it is; less than for lines, as a disabled button is dull
_SURFACE = 13  # px: what is at least so thick is a surface, and no line or word
_DULL = (50.0, 45.0)  # CIELAB lightness and chroma below which a coloured surface is dull
_PALE = 87.0  # CIELAB lightness that a dull surface becomes
_STRONGER = 1.6  # by how much the contrast of what is on it grows, as an exponent
_SEEN = 1.1  # contrast from which on an edge is one
_MIN_CONTRAST, _ENOUGH, _ENOUGH_AT_RIM = 1.6, 4.5, 3.0
_RIM = 2  # px in which the sides of an edge lie
_NEAR = 4  # px in which the clearest edge counts for all


def is_dark(image: Image.Image) -> bool:
    """Whether at least half of a picture is dark."""
    return float(np.median(_luma(image))) < _DARK


def ink_coverage(image: Image.Image) -> float:
    """The mean share of ink, 0 (white page) to 1 (black page): 1 less the luma (Rec. 709, of sRGB values)."""
    return 1 - float(_luma(image).mean())


def print_light(image: Image.Image) -> Image.Image:
    """A dark screen as it would look in a light theme, as RGB; a picture that is not dark comes back unchanged."""
    rgb = image.convert("RGB")
    if not is_dark(rgb):
        return rgb
    pixels = np.asarray(rgb)
    lab = np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), dtype=np.float32)
    light = lab[..., 0].copy()
    chroma = np.asarray(cv2.magnitude(lab[..., 1], lab[..., 2]), dtype=np.float32)
    coloured = _ramp(chroma, *_COLOURED)
    lab[..., 0] = _turned(light) * (1 - coloured) + _inked(light, chroma) * coloured
    # Less lightness has room for less chroma; without this the conversion would clip channels and shift the hue.
    lab[..., 1:] *= np.minimum(lab[..., 0] / np.maximum(light, 1), 1)[..., None]
    turned = np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), dtype=np.float32)
    result = np.asarray(np.clip(turned * 255 + 0.5, 0, 255), dtype=np.uint8)
    kept = _surfaces((chroma > _TINTED).astype(np.uint8))
    result[kept > 0] = pixels[kept > 0]
    _make_pale(result, pixels, kept, light, chroma)
    return Image.fromarray(_with_edges(result, pixels, kept))


def _make_pale(result: Pixels, pixels: Pixels, kept: Mask, light: Plane, chroma: Plane) -> None:
    """Gives each dull surface the ground it would have on white, with what is on it darker than that."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
    numbers = np.asarray(labels)
    for number in range(1, count):
        left, top, width, height, _ = stats[number].tolist()
        place = np.s_[top : top + height, left : left + width]
        inside = numbers[place] == number
        own_light, own_chroma = float(np.median(light[place][inside])), float(np.median(chroma[place][inside]))
        if own_light >= _DULL[0] or own_chroma >= _DULL[1]:
            continue
        colour = np.asarray(np.median(pixels[place][inside], axis=0), dtype=np.float32)[None, None] / 255
        lab = cv2.cvtColor(colour, cv2.COLOR_RGB2LAB)
        lab[..., 0] = _PALE
        pale = _linear(np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1))
        ground, away = _depth(colour * 255), _depth(pixels[place])
        darker = np.exp(-_STRONGER * np.abs(away - ground))[..., None]
        printed = _display(pale * darker)
        result[place][inside] = printed[inside]


def _with_edges(result: Pixels, pixels: Pixels, kept: Mask) -> Pixels:
    """The print with every edge as clear as on the screen, as far as that can matter.

    What is lighter than what is beside it on a dark screen is to be darker than that in print. Surfaces that are kept
    have the contrast they had, except where they end.
    """
    beside = np.ones((2 * _RIM + 1,) * 2, np.uint8)
    near = np.ones((2 * _NEAR + 1,) * 2, np.uint8)
    screen, paper = _depth(pixels), _depth(result)
    rise = screen - cv2.erode(screen, beside)
    top = cv2.dilate(paper, beside)
    clearest, printed = cv2.dilate(rise, near), cv2.dilate(top - paper, near)
    enough = np.asarray(np.where(kept > 0, np.log(_ENOUGH_AT_RIM), np.log(_ENOUGH)), dtype=np.float32)
    wanted = np.minimum(np.maximum(2 * clearest, np.log(_MIN_CONTRAST)), enough)
    lost = (clearest >= np.log(_SEEN)) & (printed < wanted) & (cv2.erode(kept, beside) == 0)
    fall = np.maximum(top - paper, wanted * rise / np.maximum(clearest, 1e-6))
    depth = np.where(lost, np.minimum(paper, top - fall), paper)
    factor = np.clip((np.exp(depth) - 0.05) / np.maximum(np.exp(paper) - 0.05, 1e-4), 0, 1)
    changed = factor < 0.995
    mended = result.copy()
    mended[changed] = _display(_linear(result[changed].astype(np.float32) / 255) * factor[changed][:, None])
    return mended


def _linear(colours: NDArray[Any]) -> Plane:
    """sRGB, 0 to 1, as amounts of light."""
    return np.asarray(np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4), np.float32)


def _display(light: NDArray[Any]) -> Pixels:
    """Amounts of light as sRGB, 0 to 255."""
    colours = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)
    return np.clip(colours * 255 + 0.5, 0, 255).astype(np.uint8)


def _depth(pixels: NDArray[Any]) -> Plane:
    """The logarithm of the luminance to which contrasts are ratios: differences in it are contrasts."""
    weights = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    return np.asarray(np.log(_linear(np.asarray(pixels, dtype=np.float32) / 255) @ weights + 0.05), dtype=np.float32)


def _luma(image: Image.Image) -> Plane:
    pixels = np.asarray(image.convert("RGB"))
    weights = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32) / 255
    return np.asarray(pixels @ weights, dtype=np.float32)


def _turned(light: Plane) -> Plane:
    """The lightness of greys turned over, so that the darkest ground is white and panels on it are nearly white."""
    ground = float(np.percentile(light[::4, ::4], 5))
    share = np.clip((light - ground) / max(100 - ground, 1), 0, 1)
    turned: Plane = (100 - (100 - _DARKEST) * share**3 * (1 + _BEND) / (share**3 + _BEND)).astype(np.float32)
    return turned


def _inked(light: Plane, chroma: Plane) -> Plane:
    """The lightness of coloured lines and words on white.

    The rim of a stroke is a blend with the dark ground; it becomes as much of a blend with the white one.
    """
    around = np.ones((3, 3), np.uint8)
    full = np.clip(cv2.dilate(light, around), *_INKED)
    cover = chroma / np.maximum(cv2.dilate(chroma, around), 1)
    inked: Plane = (100 - (100 - full) * cover).astype(np.float32)
    return inked


def _ramp(values: Plane, low: float, high: float) -> Plane:
    ramp: Plane = np.clip((values - low) / (high - low), 0, 1)
    return ramp


def _surfaces(coloured: Mask) -> Mask:
    """Coloured areas thicker than a line, with the holes that text and icons make in them."""
    smooth = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    thick = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, np.ones((_SURFACE, _SURFACE), np.uint8))
    # Opening rounds corners and loses rims; growing back within the colour restores them.
    reach = cv2.dilate(thick, np.ones((_SURFACE, _SURFACE), np.uint8))
    grown = np.asarray(cv2.min(reach, smooth), dtype=np.uint8)
    contours, tree = cv2.findContours(grown, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    filled = np.array(grown, dtype=np.uint8)
    if tree is None:
        return filled
    for contour, (_, _, _, parent) in zip(contours, tree[0], strict=True):
        if parent >= 0 and cv2.contourArea(contour) < 0.25 * cv2.contourArea(contours[parent]):
            cv2.drawContours(filled, [contour], -1, 1, thickness=cv2.FILLED)
    return filled
