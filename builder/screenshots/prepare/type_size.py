"""How large the type of a word is, from its ink: a reader's box around it has margins of any size."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from builder.screenshots.model import Box, Word

Pixels = NDArray[np.uint8]  # (height, width, 3)

_CAPITAL, _ASCENDER, _SMALL, _DESCENDER = 0.715, 0.74, 0.53, 0.21
"""How high above and below the line the letters of interface typefaces reach, as parts of the type's size."""
_IDEOGRAPH = 0.9
_USUAL = 0.74
"""The type's size as a part of the height of the reader's box, where the ink says nothing."""
_LIKELY = (0.45, 1.35)
_PAINTED = 0.4
"""How much of the strongest difference from the ground a pixel needs to count as ink."""


def type_size_px(pixels: Pixels, word: Word) -> float:
    """The size (em) of a word's type in px, measured from the top of its letters to their foot."""
    box = word.box.within(Box(0, 0, pixels.shape[1], pixels.shape[0]))
    reach = _reach(word.text)
    if not box.area or not reach:
        return word.box.height * _USUAL
    size = _ink_height(pixels[box.top : box.bottom, box.left : box.right]) / reach
    low, high = (part * box.height for part in _LIKELY)
    return size if low <= size <= high else box.height * _USUAL


def type_sizes(pixels: Pixels, words: Sequence[Word], labels: Sequence[Box]) -> tuple[float, ...]:
    """The type sizes in px of some words' boxes, in their order."""
    known = {word.box: word for word in words}
    return tuple(type_size_px(pixels, known.get(box, Word("", box, 1.0))) for box in labels)


def _reach(text: str) -> float:
    """From the highest top to the lowest foot of some letters, as a part of the type's size; 0 if there are none."""
    text = unicodedata.normalize("NFKC", text)
    if any("\u2e80" <= letter <= "\uffdc" for letter in text):
        return _IDEOGRAPH
    letters = [letter for letter in text if letter.isalnum()]
    if not letters:
        return 0.0
    if any(letter in "bdfhkl" for letter in letters):
        top = _ASCENDER
    elif any(letter.isupper() or letter.isdigit() or letter in "ij" for letter in letters):
        top = _CAPITAL
    else:
        top = _SMALL + 0.07 * ("t" in letters)
    return top + _DESCENDER * bool(re.search(r"[gjpqyQ()\[\]{}|,;]", text))


def _ink_height(part: Pixels) -> int:
    """The height in px of the line of letters in a part of a picture, rules and frames in it left out."""
    ground = np.median(part.reshape(-1, 3), axis=0)
    apart = np.abs(part.astype(np.float32) - ground).max(axis=2)
    ink = apart >= max(_PAINTED * float(np.percentile(apart, 98)), 12.0)
    ink[:, ink.mean(axis=0) > 0.95] = False
    ink[ink.mean(axis=1) > 0.85] = False
    rows = np.flatnonzero(ink.any(axis=1))
    if not rows.size:
        return 0
    lines = np.split(rows, np.flatnonzero(np.diff(rows) > 2) + 1)
    main = max(lines, key=lambda line: int(ink[line].sum()))
    return int(main[-1] - main[0] + 1)
