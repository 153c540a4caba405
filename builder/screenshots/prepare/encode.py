"""A picture → a PNG that goes into the PDF as it is: few colours, no metadata, squeezed once."""

from __future__ import annotations

import io

from PIL import Image

MOST_COLOURS = 256
_SQUEEZE = 2  # oxipng's level: beyond it, minutes for a per cent


def encode(image: Image.Image) -> bytes:
    """A PNG of an RGB picture with a palette; interface text keeps its edges because nothing is dithered."""
    import oxipng

    out = io.BytesIO()
    _few_colours(image.convert("RGB")).save(out, "PNG")
    return bytes(oxipng.optimize_from_memory(out.getvalue(), level=_SQUEEZE, strip=oxipng.StripChunks.all()))


def _few_colours(image: Image.Image) -> Image.Image:
    import imagequant

    if image.getcolors(MOST_COLOURS) is not None:
        return image.quantize(MOST_COLOURS, dither=Image.Dither.NONE)
    reduced: Image.Image = imagequant.quantize_pil_image(image, dithering_level=0.0, max_colors=MOST_COLOURS)
    return _opaque(reduced) or image.quantize(MOST_COLOURS, dither=Image.Dither.NONE)


def _opaque(image: Image.Image) -> Image.Image | None:
    """A picture whose palette knows no transparency, which imagequant gives to an entry that it has to spare.

    None where a pixel has such a colour after all.
    """
    alphas = (image.getpalette("RGBA") or [])[3::4]
    if any(alphas[index] < 255 for index, count in enumerate(image.histogram()[: len(alphas)]) if count):
        return None
    opaque = Image.frombytes("P", image.size, image.tobytes())
    opaque.putpalette(image.getpalette("RGB") or [])
    return opaque
