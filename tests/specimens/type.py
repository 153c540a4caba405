"""The typefaces of the specimens by script, all from packages, and how a line of text is drawn with them."""

from __future__ import annotations

import importlib
import importlib.resources
import io
from functools import cache

from PIL import ImageDraw, ImageFont

from builder.screenshots.model import Box

Colour = tuple[int, int, int]

# Each a package and a file in it; of pymupdf_fonts the module that holds the file.
_LATIN = (
    ("fontpkg_inter", "Inter[opsz,wght].ttf"),
    ("font_roboto", "files/Roboto-Regular.ttf"),
    ("font_source_sans_pro", "files/SourceSansPro-Regular.ttf"),
    ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    ("pymupdf_fonts", "FiraGO_Regular"),
    ("pymupdf_fonts", "FiraMono_Regular"),
)
_CYRILLIC = (_LATIN[0], _LATIN[1], _LATIN[3], _LATIN[4])
_CHINESE = ("justmytype_intl_cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf")
_KOREAN = ("justmytype_intl_cjk", "fonts/ofl/notosanskr/NotoSansKR[wght].ttf")
_THAI = ("fontpkg_noto_sans_thai", "NotoSansThai[wdth,wght].ttf")
_ARABIC = ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf")
_BY_LANGUAGE = {
    "zh-Hans": (_CHINESE,),
    "zh-Hant": (_CHINESE,),
    "ja": (_CHINESE,),
    "ko": (_KOREAN,),
    "ru": _CYRILLIC,
    "uk": _CYRILLIC,
    "vi": (_LATIN[0], _LATIN[1], _LATIN[3]),
    "th": (_THAI,),
    "ar": (_ARABIC,),
}
_PLAIN = (_LATIN[0], _LATIN[1], _LATIN[2], _LATIN[3], _LATIN[4])


@cache
def _file(package: str, file: str) -> bytes:
    if package == "pymupdf_fonts":
        return bytes(importlib.import_module(f"pymupdf_fonts.{file}").fontbuffer)
    folder = "files/" if package.startswith("fontpkg") else ""
    return (importlib.resources.files(package) / f"{folder}{file}").read_bytes()


@cache
def face(package: str, file: str, size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(io.BytesIO(_file(package, file)), size, layout_engine=ImageFont.Layout.RAQM)
    if "wght" in file:
        axes = font.get_variation_axes()
        font.set_variation_by_axes(
            [weight if axis["name"] in (b"Weight", "Weight") else axis["default"] for axis in axes]
        )
    return font


def faces(language: str) -> tuple[tuple[str, str], ...]:
    """The typefaces in which a language's labels can be drawn."""
    return _BY_LANGUAGE.get(language, _PLAIN)


VALUE_FACES = _LATIN


def write(draw: ImageDraw.ImageDraw, x: int, y: int, text: str, font: ImageFont.FreeTypeFont, fill: Colour) -> Box:
    """Draw a line of text with its top left near a point; the box of its ink."""
    draw.text((x, y), text, font=font, fill=fill)
    left, top, right, bottom = draw.textbbox((x, y), text, font=font)
    return Box(int(left), int(top), int(right) + 1, int(bottom) + 1)
