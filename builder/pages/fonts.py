"""The typefaces: which faces a brand's pages use, where their files are, and which others serve what these lack."""

from __future__ import annotations

import importlib
import importlib.resources
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from builder.config.brand import OUR_TYPEFACES, PACKAGE, Typeface

OTHER = "other"
"""Serves whatever the brand's own faces lack."""
_HAN = (
    "[\u2e80-\u2fdf\u3000-\u30ff\u3190-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_HANGUL = "[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"
_CUTS = {"regular": (400, "normal"), "italic": (400, "italic"), "bold": (600, "normal")}
_DISPLAY_CUTS = {"bold": (700, "normal"), "heavy": (800, "normal")}


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: `file` lies in `package`, is the buffer of pymupdf_fonts' module, or is a path without one.

    `serves` is a regular expression for the characters for which it is loaded, or `OTHER`; empty for a face that
    always is.
    """

    family: str
    weight: int
    style: str
    package: str
    file: str
    serves: str = ""

    @property
    def suffix(self) -> str:
        return ".otf" if self.load()[:4] == b"OTTO" else ".ttf"

    def load(self) -> bytes:
        """The bytes of the TrueType or OpenType file."""
        if self.package == "pymupdf_fonts":
            return bytes(importlib.import_module(f"pymupdf_fonts.{self.file}").fontbuffer)
        if self.package:
            return (importlib.resources.files(self.package) / self.file).read_bytes()
        return Path(self.file).read_bytes()


def faces(body: Typeface, display: Typeface) -> tuple[Face, ...]:
    """The faces of a brand's two typefaces. A family that serves both keeps its cuts apart by their weights."""
    found = [_face(body.family, *_CUTS[cut], file) for cut, file in body.files]
    return (*found, *(_face(display.family, *_DISPLAY_CUTS[cut], file) for cut, file in display.files))


def _face(family: str, weight: int, style: str, file: str) -> Face:
    package, _, inner = file.removeprefix(PACKAGE).partition("/") if file.startswith(PACKAGE) else ("", "", file)
    return Face(family, weight, style, package, inner)


FACES = faces(*OUR_TYPEFACES)
"""The faces of a brand that names none."""
_CHINESE = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
_KOREAN = "fonts/ofl/notosanskr/NotoSansKR[wght].ttf"
FALLBACKS = (
    Face("FiraGO", 400, "normal", "pymupdf_fonts", "FiraGO_Regular", OTHER),
    Face("FiraGO", 700, "normal", "pymupdf_fonts", "FiraGO_Bold", OTHER),
    Face("Noto Sans Symbols", 400, "normal", "pymupdf_fonts", "NotoSansSymbols_Regular", OTHER),
    Face("Noto Sans Symbols 2", 400, "normal", "pymupdf_fonts", "NotoSansSymbols2_Regular", OTHER),
    # One file with all weights; as it is large, it is loaded only for pages with Chinese, Japanese or Korean words.
    Face("Noto Sans SC", 400, "normal", "justmytype_intl_cjk", _CHINESE, _HAN),
    Face("Noto Sans SC", 700, "normal", "justmytype_intl_cjk", _CHINESE, _HAN),
    Face("Noto Sans KR", 400, "normal", "justmytype_intl_cjk", _KOREAN, _HANGUL),
    Face("Noto Sans KR", 700, "normal", "justmytype_intl_cjk", _KOREAN, _HANGUL),
)
"""Faces for signs and scripts that the main ones lack, in order of preference."""


def needed(face: Face, text: str, common: str) -> bool:
    """Whether a face may be wanted for a text; `common` is what all the brand's own faces have, as `covered` says."""
    serves = f"[^{common}]" if face.serves == OTHER else face.serves
    return not serves or re.search(serves, text) is not None


def covered(files: Iterable[bytes]) -> str:
    """What all of some faces have, as the inside of a class of a regular expression; line ends and tabs count."""
    from fontTools.ttLib import TTFont

    maps = [set(TTFont(io.BytesIO(data), lazy=True).getBestCmap()) for data in files]
    codes = sorted(set.intersection(*maps) | {9, 10})
    runs = (list(run) for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]))
    return "".join(_range(run[0][1], run[-1][1]) for run in runs)


def _range(first: int, last: int) -> str:
    return f"\\U{first:08x}" if first == last else f"\\U{first:08x}-\\U{last:08x}"
