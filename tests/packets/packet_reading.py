"""How packets are read in the tests: as two programs give their text, and everything that is in the file."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2


def poppler(path: Path) -> str:
    """The text as `pdftotext` gives it, in the order of the file."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def chromium(path: Path) -> str:
    """The text as PDFium gives it, which Chromium reads PDFs with."""
    pdf = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "\n")
    finally:
        pdf.close()


def everything(path: Path) -> bytes:
    """All that a PDF holds, as it is and unpacked: texts of all encodings, typefaces, metadata, form values."""
    parts = [path.read_bytes()]
    with pikepdf.open(path) as pdf:
        for entry in pdf.objects:
            if isinstance(entry, pikepdf.Stream):
                parts.append(entry.stream_dict.unparse())
                parts.append(entry.read_bytes() if _is_plain(entry) else entry.read_raw_bytes())
            else:
                parts.append(entry.unparse(resolved=True))
            parts += _strings(entry)
    data = b"\n".join(parts)
    hexed = b"\n".join(bytes.fromhex(found.decode()) for found in re.findall(rb"<((?:[0-9A-Fa-f]{2})+)>", data))
    text = poppler(path).encode()
    return b"\n".join(
        (data, hexed, hexed.replace(b"\0", b""), data.replace(b"\0", b""), text, text.replace(b"\n", b""))
    )


def _is_plain(stream: Any) -> bool:
    return stream.get("/Subtype") != "/Image" and stream.get("/Filter") in (None, "/FlateDecode")


def _strings(entry: Any, depth: int = 0) -> Iterator[bytes]:
    if depth > 8:
        return
    if isinstance(entry, pikepdf.String):
        yield str(entry).encode()
    elif isinstance(entry, pikepdf.Array):
        for each in entry:
            if not getattr(each, "is_indirect", False):
                yield from _strings(each, depth + 1)
    elif isinstance(entry, pikepdf.Dictionary):
        for each in entry.values():
            if not getattr(each, "is_indirect", False):
                yield from _strings(each, depth + 1)
