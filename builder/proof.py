"""The visual proof: all pages of a PDF on one sheet, with those marked that look different from the last accepted ones.

What was accepted is kept in `assets/proof.json`, which belongs into git: a digest of each page's pixels. Pixels, since
they are what a reviewer judges; without the foot, since one more page changes "12 of 58" on all the others. Other
versions of the rasteriser draw other pixels, so its version is kept too.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib.metadata
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from builder.pages.fonts import FACES
from builder.problems import BuildError, Place, Problem
from builder.progress import Progress
from builder.store import write_whole

DOTS_PER_INCH = 72
FOOT_MM = 15.0
"""The strip at the foot of a page that is not compared: page numbers, edition and build stand there."""
SHEET_WIDTH = 2400
WIDEST = 240  # of a page on the sheet, in pixels, its margin included
_GAP, _LABEL, _FRAME = 10, 26, 5
_GROUND, _INK, _GOLD = "#E4E4E2", "#14161C", "#E5C73E"
_RASTERISER = f"pypdfium2 {importlib.metadata.version('pypdfium2')}"


@dataclass(frozen=True, slots=True)
class Looks:
    """The pages of a PDF by label and by the digest of what they look like."""

    labels: tuple[str, ...]
    digests: tuple[str, ...]
    rasteriser: str = _RASTERISER


@dataclass(frozen=True, slots=True)
class Proof:
    """What differs from the accepted proof: labels of changed or new pages, and of pages that are gone.

    `accepted` is None where there is no accepted proof that can be compared.
    """

    pages: int
    accepted: Looks | None
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def summary(self) -> tuple[str, ...]:
        """The proof in words."""
        if self.accepted is None:
            return (f"{self.pages} pages; none is marked, for there is no accepted proof to compare them with",)
        changed = f"{len(self.changed)} of {self.pages} pages changed"
        lines = [f"{changed}: {', '.join(self.changed)}" if self.changed else f"{self.pages} pages, none changed"]
        return (*lines, f"gone since the accepted proof: {', '.join(self.removed)}") if self.removed else tuple(lines)


def proof(pdf: Path, name: str, sheet: Path, accepted: Path, progress: Progress) -> tuple[Proof, Looks]:
    """Writes the contact sheet of a PDF; BuildError where the PDF, called `name` in problems, can't be read."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except (pypdfium2.PdfiumError, FileNotFoundError) as error:
        hint = "Build the handbook first: `handbook build`, or `make proof`, which does both."
        raise BuildError([Problem(Place(name), "O02", "there is no handbook that can be read", hint)]) from error
    try:
        width, height = _thumbnail(len(document), document[0].get_size())
        labels, digests, thumbnails = [], [], []
        for index in range(len(document)):
            page = document[index]
            labels.append(document.get_page_label(index) or str(index + 1))
            progress("Proofing", index, len(document), labels[-1])
            image = page.render(scale=DOTS_PER_INCH / 72).to_pil().convert("RGB")
            page.close()
            digests.append(_digest(image))
            thumbnails.append(image.resize((width, height), Image.Resampling.LANCZOS))
        progress("Proofing", len(document), len(document), "")
    finally:
        document.close()
    looks = Looks(tuple(labels), tuple(digests))
    found, marked = compared(read(accepted), looks)
    write_whole(sheet, _png(_drawn(thumbnails, labels, marked, found.removed)))
    return found, looks


def compared(before: Looks | None, now: Looks) -> tuple[Proof, frozenset[int]]:
    """What differs, and the indices of the pages to mark; pages that only moved are not marked."""
    if before is None or before.rasteriser != now.rasteriser:
        return Proof(len(now.labels), None), frozenset()
    steps = difflib.SequenceMatcher(None, before.digests, now.digests, autojunk=False).get_opcodes()
    marked = [index for kind, _, _, first, end in steps if kind != "equal" for index in range(first, end)]
    gone = [
        before.labels[index]
        for kind, first, end, new_first, new_end in steps
        if kind != "equal"
        for index in range(first + (new_end - new_first), end)
    ]
    changed = tuple(now.labels[index] for index in marked)
    return Proof(len(now.labels), before, changed, tuple(gone)), frozenset(marked)


def accept(looks: Looks, file: Path) -> None:
    """Keeps what the pages look like as accepted."""
    pages = [list(pair) for pair in zip(looks.labels, looks.digests, strict=True)]
    lines = ",\n".join(f"  {json.dumps(pair)}" for pair in pages)
    write_whole(file, f'{{"rasteriser": {json.dumps(looks.rasteriser)}, "pages": [\n{lines}\n]}}\n'.encode())


def read(file: Path) -> Looks | None:
    """The accepted proof; None where there is none, or it can't be understood."""
    try:
        said = json.loads(file.read_bytes())
        labels, digests = zip(*((str(label), str(digest)) for label, digest in said["pages"]), strict=True)
        return Looks(labels, digests, str(said["rasteriser"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digest(image: Image.Image) -> str:
    body = image.crop((0, 0, image.width, image.height - round(FOOT_MM / 25.4 * DOTS_PER_INCH)))
    return hashlib.sha256(repr(body.size).encode() + body.tobytes()).hexdigest()[:16]


def _columns(pages: int) -> int:
    return max(math.ceil(math.sqrt(pages * 1.6)), SHEET_WIDTH // WIDEST)


def _thumbnail(pages: int, size: tuple[float, float]) -> tuple[int, int]:
    """How large a page is on the sheet: the more pages, the smaller, so that the sheet stays one that can be opened."""
    width = max(SHEET_WIDTH // _columns(pages) - 2 * _GAP, 24)
    return width, round(width * size[1] / size[0])


def _drawn(
    pages: Sequence[Image.Image], labels: Sequence[str], marked: frozenset[int], removed: Sequence[str]
) -> Image.Image:
    width, height = pages[0].size
    columns = min(_columns(len(pages)), len(pages))
    cell_width, cell_height = width + 2 * _GAP, height + 2 * _GAP + _LABEL
    rows = math.ceil(len(pages) / columns)
    note = _LABEL + _GAP if removed else 0
    sheet = Image.new("RGB", (columns * cell_width, rows * cell_height + note), _GROUND)
    draw = ImageDraw.Draw(sheet)
    face = ImageFont.truetype(io.BytesIO(FACES[0].load()), 16)
    for index, (page, label) in enumerate(zip(pages, labels, strict=True)):
        left, top = index % columns * cell_width + _GAP, index // columns * cell_height + _GAP
        if index in marked:
            frame = (left - _FRAME, top - _FRAME, left + width + _FRAME - 1, top + height + _LABEL)
            draw.rectangle(frame, fill=_GOLD)
        sheet.paste(page, (left, top))
        words = f"{label}  changed" if index in marked else label
        draw.text((left, top + height + 3), words, font=face, fill=_INK)
    if removed:
        draw.text(
            (_GAP, rows * cell_height), f"gone since the accepted proof: {', '.join(removed)}", font=face, fill=_INK
        )
    return sheet


def _png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.quantize(256).save(written, "PNG", optimize=True)
    return written.getvalue()
