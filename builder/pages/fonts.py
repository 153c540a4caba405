"""The typefaces: which faces the pages use and where their packages keep them."""

from __future__ import annotations

import importlib
import importlib.resources
import re
from dataclasses import dataclass

BODY = "Source Sans Pro"
DISPLAY = "Manrope"


COMMON = (
    "\\n\\t\u0020-\u007e\u00a0-\u0113\u0116-\u012b\u012e-\u0131\u0139-\u013e\u0141-\u0148\u0150-\u0165\u0168-\u017e"
    "\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u20ac\u2122\u2212"
)
"""What both typefaces have, as the inside of a class of a regular expression; other faces serve the rest."""
_OTHER = f"[^{COMMON}]"
_HAN = (
    "[\u2e80-\u2fdf\u3000-\u30ff\u3190-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_HANGUL = "[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: `file` lies in `package`, or is the buffer of that module's attribute for pymupdf_fonts.

    `serves` is a regular expression for the characters for which it is loaded; empty for a face that always is.
    """

    family: str
    weight: int
    style: str
    package: str
    file: str
    serves: str = ""

    @property
    def suffix(self) -> str:
        return ".otf" if self.file.endswith(".otf") else ".ttf"

    def load(self) -> bytes:
        """The bytes of the OpenType file."""
        if self.package == "pymupdf_fonts":
            return bytes(importlib.import_module(f"pymupdf_fonts.{self.file}").fontbuffer)
        return (importlib.resources.files(self.package) / self.file).read_bytes()


FACES = (
    Face(BODY, 400, "normal", "font_source_sans_pro", "files/SourceSansPro-Regular.ttf"),
    Face(BODY, 400, "italic", "font_source_sans_pro", "files/SourceSansPro-It.ttf"),
    Face(BODY, 600, "normal", "font_source_sans_pro", "files/SourceSansPro-Semibold.ttf"),
    Face(DISPLAY, 700, "normal", "font_manrope", "files/Manrope-Bold.ttf"),
    Face(DISPLAY, 800, "normal", "font_manrope", "files/Manrope-ExtraBold.ttf"),
)
_CHINESE = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
_KOREAN = "fonts/ofl/notosanskr/NotoSansKR[wght].ttf"
FALLBACKS = (
    Face("FiraGO", 400, "normal", "pymupdf_fonts", "FiraGO_Regular", _OTHER),
    Face("FiraGO", 700, "normal", "pymupdf_fonts", "FiraGO_Bold", _OTHER),
    Face("Noto Sans Symbols", 400, "normal", "pymupdf_fonts", "NotoSansSymbols_Regular", _OTHER),
    Face("Noto Sans Symbols 2", 400, "normal", "pymupdf_fonts", "NotoSansSymbols2_Regular", _OTHER),
    # One file with all weights; as it is large, it is loaded only for pages with Chinese, Japanese or Korean words.
    Face("Noto Sans SC", 400, "normal", "justmytype_intl_cjk", _CHINESE, _HAN),
    Face("Noto Sans SC", 700, "normal", "justmytype_intl_cjk", _CHINESE, _HAN),
    Face("Noto Sans KR", 400, "normal", "justmytype_intl_cjk", _KOREAN, _HANGUL),
    Face("Noto Sans KR", 700, "normal", "justmytype_intl_cjk", _KOREAN, _HANGUL),
)
"""Faces for signs and scripts that the main ones lack, in order of preference."""


def needed(face: Face, text: str) -> bool:
    """Whether a face may be wanted for a text."""
    return not face.serves or re.search(face.serves, text) is not None
