"""Is a file a picture that may be used? Judged by its bytes alone; names and content types prove nothing."""

from __future__ import annotations

import warnings
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from builder.screenshots.fetch.faults import Code, Fault

if TYPE_CHECKING:
    from PIL.Image import Image

ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "MPO": ".jpg", "WEBP": ".webp"}
_LOOKS_LIKE = (
    (b"GIF8", "a GIF"),
    (b"%PDF", "a PDF"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an SVG drawing or other XML"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"version https://git-lfs", "a Git LFS pointer, not the picture itself"),
    (b"{", "JSON text"),
)
# One picture is decoded at a time: it bounds memory to one picture's pixels, and the warning filter is process-wide.
_one_at_a_time = Lock()


def check(path: Path, max_pixels: int, what: str) -> str:
    """The ending that fits the picture (`.png`, `.jpg`, `.webp`).

    Raises Fault S04 for anything but a still, whole PNG, JPEG or WebP, S05 for one with more than `max_pixels`;
    then nothing was decoded. `what` is
    the messages' subject. Raises OSError when the file cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(64)
    kind = _kind(head)
    if kind is None:
        raise Fault(Code.NOT_A_PICTURE, f"{what} is {_guess(head)}", "only PNG, JPEG and WebP pictures can be used")
    with _one_at_a_time:
        return _check_by_decoding(path, kind, max_pixels, what)


def _kind(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    return "WEBP" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _guess(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    named = (name for mark, name in _LOOKS_LIKE if start.startswith(mark.lower()))
    return next(named, "an empty file" if not head else "not a picture")


def _check_by_decoding(path: Path, kind: str, max_pixels: int, what: str) -> str:
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches this on for a whole process
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            # verify() finds broken checksums and leaves the picture unusable; load() finds missing rows.
            with Image.open(path, formats=[kind]) as picture:
                _refuse_size_and_animation(picture, max_pixels, what)
                picture.verify()
            with Image.open(path, formats=[kind]) as picture:
                picture.load()
                return ENDINGS[picture.format or kind]
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise _too_many_pixels(f"{what} has far", max_pixels) from error
        except (Fault, MemoryError):
            raise
        except Exception as error:  # Pillow's readers raise half a dozen types for malformed data
            hint = "open it in an image viewer; save it again as PNG"
            raise Fault(Code.NOT_A_PICTURE, f"{what} is a damaged {kind}", hint) from error


def _refuse_size_and_animation(picture: Image, max_pixels: int, what: str) -> None:
    width, height = picture.size
    if width * height > max_pixels:
        raise _too_many_pixels(f"{what} has {width} × {height} pixels,", max_pixels)
    if getattr(picture, "n_frames", 1) > 1:
        raise Fault(Code.NOT_A_PICTURE, f"{what} holds several pictures or moves", "use a still picture")


def _too_many_pixels(so_many: str, max_pixels: int) -> Fault:
    message = f"{so_many} more than the limit of {max_pixels:,} pixels"
    return Fault(Code.TOO_MANY_PIXELS, message, "use a smaller picture, or raise the limit in handbook.yaml")
