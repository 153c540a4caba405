"""Reads a finished PDF back: all that it says and all that it shows. It judges nothing; `gate` does.

It shares no code with what writes PDFs, so that a mistake in writing is not repeated in reading.
"""

from __future__ import annotations

import functools
import hashlib
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

_HEX_ONLY = re.compile(  # each way begins with a sign of its own, so that all other places are passed over quickly
    rb"B(?<=\bB)T\b"
    rb"|/(?P<font>[^\s/\[\]<>()]+)\s+-?[\d.]+\s+Tf\b"
    rb"|\[(?P<row>[^\]]*)\]\s*TJ\b"
    rb"|<(?P<run>[0-9A-Fa-f\s]*)>\s*Tj\b"
    rb"|/(?P<drawn>[^\s/\[\]<>()]+)\s+Do\b"
    rb"|/ActualText\s*<(?P<actual>[0-9A-Fa-f\s]*)>"
)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]+)>")
_STRING = re.compile(  # or the key before one
    rb"/(?P<key>[^\s/\[\]<>()]+)\s+(?=\(|<(?!<))|\((?P<plain>(?:\\.|[^\\()])*)\)|<(?<!<<)(?P<hex>[0-9A-Fa-f]+)>",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MACHINERY = re.compile(
    rb"/(?:FontFile[23]?|ToUnicode|CIDToGIDMap|CIDSet|DestOutputProfile|CharSet|ICCBased)\s+(\d+) (\d+) R"
)
_CODES = re.compile(rb"<([0-9A-Fa-f\s]+)>|([\[\]])|(\w+)")

_NAMES = {
    "URI": "a link",
    "Alt": "the description of a picture",
    "ActualText": "the text of a tag",
    "V": "a form field",
    "DV": "a form field",
    "TU": "a form field",
    "Contents": "a note",
    "F": "the name of an attachment",
    "UF": "the name of an attachment",
    "Desc": "the description of an attachment",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """Some text and where it stands, in words that complete "… in". Lines of a page are separated by line feeds."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture: `key` is equal for pictures that look the same, `data` the SHA-256 of its data as stored."""

    where: str
    key: str
    data: str
    number: tuple[int, int]  # of its object


@dataclass(frozen=True, slots=True)
class Contents:
    """A PDF's text, pictures and loose files; `unreadable` names what could not be read, which may hold anything."""

    passages: tuple[Passage, ...]
    pictures: tuple[Shown, ...]
    loose: tuple[tuple[str, bytes], ...]  # where, and the bytes
    unreadable: tuple[str, ...]


@contextmanager
def opened(path: Path) -> Iterator[pikepdf.Pdf]:
    """The PDF for the time of a block. ValueError if it can't be read."""
    try:
        pdf = pikepdf.open(path)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise ValueError(f"{path.name} can't be read as a PDF") from error
    with pdf:
        yield pdf


def read(pdf: pikepdf.Pdf) -> Contents:
    """Everything that a PDF says or shows."""
    reader = _Reader()
    for number, page in enumerate(pdf.pages, 1):
        reader.page(page, f"page {number}")
    dumps: list[bytes] = []
    streams: list[Any] = []
    for entry in pdf.objects:
        if isinstance(entry, pikepdf.Stream):
            streams.append(entry)
            dumps.append(entry.stream_dict.unparse())
        else:
            dumps.append(entry.unparse(resolved=True))
    for dump in dumps:
        reader.strings(dump)
    machinery = {(int(match[1]), int(match[2])) for match in _MACHINERY.finditer(b"\0".join(dumps))}
    for stream in streams:
        if stream.objgen not in machinery and stream.objgen not in reader.visited:
            reader.stream(stream)
    return Contents(tuple(reader.passages), tuple(reader.pictures), tuple(reader.loose), tuple(reader.unreadable))


def data_digest(data: bytes) -> str:
    """The SHA-256 of a picture's data without zeros at its end: one may have been added when the file was written."""
    return hashlib.sha256(data.rstrip(b"\0")).hexdigest()


def image_of(pdf: pikepdf.Pdf, number: tuple[int, int]) -> Image.Image:
    """A picture as RGB. ValueError if it can't be decoded."""
    stream: Any = pdf.get_object(number)
    try:
        return pikepdf.PdfImage(stream).as_pil_image().convert("RGB")
    except (pikepdf.PdfError, NotImplementedError, OSError, ValueError, TypeError, AttributeError) as error:
        raise ValueError("a picture in the PDF can't be decoded") from error


class _Reader:
    """Walks one PDF and collects; lives for one call of `read`."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.pictures: list[Shown] = []
        self.loose: list[tuple[str, bytes]] = []
        self.unreadable: list[str] = []
        self.visited: set[tuple[int, int]] = set()
        self.fonts: dict[tuple[int, int], _Font | None] = {}

    def page(self, page: pikepdf.Page, where: str) -> None:
        contents = page.obj.get("/Contents")
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents] if contents is not None else []
        self.visited.update(part.objgen for part in parts)
        data = b"\n".join(part.read_bytes() for part in parts)
        self.drawing(page.obj, data, page.resources, where)

    def drawing(self, holder: Any, data: bytes, resources: Any, where: str) -> None:
        """The text of a content stream and of the drawings in it, and the pictures that it shows."""
        # Our own engine writes text as hex digits; reading any other form takes five times as long.
        plain = b"(" not in data and b"BI" not in data
        if plain and data.count(b" Tf") >= data.count(b"BT\n") - data.count(b"BT\nET"):
            text, drawn = self._quickly(data, resources, where)
        else:
            text, drawn = self._thoroughly(holder, data, resources, where)
        if text.strip():
            self.passages.append(Passage(where, text))
        pool = resources.get("/XObject") if resources is not None else None
        for name in dict.fromkeys(drawn):
            if pool is not None and name in pool:
                self.stream(pool[name], where, resources)

    def stream(self, stream: Any, where: str = "", resources: Any = None) -> None:
        """A stream of any kind, once."""
        if stream.objgen in self.visited and stream.objgen != (0, 0):
            return
        self.visited.add(stream.objgen)
        kind, subtype = str(stream.get("/Type", "")), str(stream.get("/Subtype", ""))
        if subtype == "/Image":
            self._picture(stream, where or "a picture")
        elif subtype == "/Form" or stream.get("/PatternType") is not None:
            self.drawing(
                stream, stream.read_bytes(), stream.get("/Resources", resources), where or "a drawing outside the pages"
            )
        elif kind not in ("/ObjStm", "/XRef") and not {"/FunctionType", "/ShadingType"} & set(stream.keys()):
            self._other(stream, kind)

    def strings(self, dump: bytes) -> None:
        """Every string of an object, with the entry under which it stands."""
        if (b"(" not in dump and b"<" not in dump.replace(b"<<", b"")) or b"/Indexed" in dump:
            return  # a palette is written as a string too
        key, end = b"", 0
        for match in _STRING.finditer(dump):
            if match["key"]:
                key, end = match["key"], match.end()
                continue
            raw = _unescaped(match["plain"]) if match["hex"] is None else bytes.fromhex(_even(match["hex"]))
            text = _decoded(raw)
            if len(text) > 3:
                above = key.decode("latin-1") if match.start() == end else ""
                self.passages.append(Passage(_place_of(above, dump), text))

    def _picture(self, stream: Any, where: str) -> None:
        raw = stream.read_raw_bytes()
        looks = hashlib.sha256(_flat(stream)).hexdigest()
        self.pictures.append(Shown(where, looks, data_digest(raw), stream.objgen))

    def _other(self, stream: Any, kind: str) -> None:
        try:
            data = stream.read_bytes()
        except pikepdf.PdfError:
            self.unreadable.append("a stream that can't be decoded")
            return
        if kind == "/Metadata":
            self.passages.append(Passage("the metadata", data.decode("utf-8", "replace")))
        else:
            self.loose.append(("an attachment" if kind == "/EmbeddedFile" else "data beside the pages", data))

    def _quickly(self, data: bytes, resources: Any, where: str) -> tuple[str, list[str]]:
        said: list[str] = []
        drawn: list[str] = []
        font: _Font | None = None
        fonts: dict[bytes, _Font | None] = {}
        for match in _HEX_ONLY.finditer(data):
            kind = match.lastgroup
            if kind is None:
                said.append("\n")
                continue
            found: bytes = match[kind]
            if kind == "font":
                if found not in fonts:
                    fonts[found] = self._font(resources, found.decode("latin-1"), where)
                font = fonts[found]
            elif kind == "drawn":
                drawn.append("/" + found.decode("latin-1"))
            elif kind == "actual":
                said.append(f"\n{_decoded(bytes.fromhex(_even(found)))}\n")
            elif font:
                codes = b"".join(_HEX.findall(found)) if kind == "row" else found
                said.append(font.text(bytes.fromhex(_even(codes))))
        return "".join(said), drawn

    def _thoroughly(self, holder: Any, data: bytes, resources: Any, where: str) -> tuple[str, list[str]]:
        said: list[str] = []
        drawn: list[str] = []
        font: _Font | None = None
        saved: list[_Font | None] = []
        try:
            instructions = pikepdf.parse_content_stream(holder)
        except pikepdf.PdfError:
            self.unreadable.append(f"the drawing on {where}")
            return "", []
        for instruction in instructions:
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                self.unreadable.append(f"a picture within the text of {where}")
                continue
            operator, operands = str(instruction.operator), list(instruction.operands)
            if operator == "q":
                saved.append(font)
            elif operator == "Q":
                font = saved.pop() if saved else None
            elif operator == "Tf":
                font = self._font(resources, str(operands[0])[1:], where)
            elif operator in ("Tj", "'", '"', "TJ"):
                runs = operands[0] if operator == "TJ" else [operands[-1]]
                said += ["\n"] if operator in "'\"" else []
                said += [font.text(bytes(run)) for run in runs if isinstance(run, pikepdf.String) and font]
            elif operator in ("BT", "Td", "TD", "Tm", "T*"):
                said.append("\n")
            elif operator == "Do":
                drawn.append(str(operands[0]))
            elif operator == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/ActualText" in operands[1]:
                said.append(f"\n{operands[1].ActualText}\n")
        return "".join(said), drawn

    def _font(self, resources: Any, name: str, where: str) -> _Font | None:
        pool = resources.get("/Font") if resources is not None else None
        if pool is None or f"/{name}" not in pool:
            self.unreadable.append(f"the typeface of text on {where}")
            return None
        font = pool[f"/{name}"]
        known = font.objgen
        if known == (0, 0) or known not in self.fonts:
            self.fonts[known] = _font_of(font)
        if self.fonts[known] is None:
            self.unreadable.append(f"the typeface of text on {where}")
        return self.fonts[known]


@dataclass(frozen=True, slots=True)
class _Font:
    """What the codes of a typeface mean; `width` is the number of bytes of a code, 0 for plain Latin text."""

    width: int
    letters: dict[int, str]

    def text(self, codes: bytes) -> str:
        if not self.width:
            return codes.decode("cp1252", "replace")
        if self.width == 2:
            usable = codes[: len(codes) // 2 * 2]
            numbers: Any = struct.unpack(f">{len(usable) // 2}H", usable)
        else:
            numbers = codes
        return "".join(map(self.letters.get, numbers, repeat("\N{REPLACEMENT CHARACTER}")))


def _font_of(font: Any) -> _Font | None:
    """The meaning of a typeface's codes; None where the file does not tell."""
    table = font.get("/ToUnicode")
    if table is None:
        return None if str(font.get("/Subtype")) in ("/Type0", "/Type3") else _Font(0, {})
    return _font_with(table.read_bytes())


@functools.lru_cache(maxsize=256)
def _font_with(to_unicode: bytes) -> _Font | None:
    """A typeface with a map from codes to letters; packets share most of theirs."""
    width, section = 1, ""
    letters: dict[int, str] = {}
    values: list[str] = []
    for digits, bracket, word in _CODES.findall(to_unicode):
        if digits:
            values.append(_even(digits))
        elif bracket:
            values.append(bracket.decode())
        elif word.startswith(b"begin"):
            section, values = word.decode()[5:], []
        elif word.startswith(b"end"):
            if section == "codespacerange" and values:
                width = len(values[0]) // 2
            elif section == "bfchar":
                letters |= {int(code, 16): _utf16(text) for code, text in zip(values[::2], values[1::2], strict=False)}
            elif section == "bfrange":
                letters |= _ranges(values)
            section = ""
    return _Font(width, letters) if width in (1, 2) else None


def _ranges(values: list[str]) -> dict[int, str]:
    letters: dict[int, str] = {}
    position = 0
    while position + 2 < len(values):
        first, last = int(values[position], 16), int(values[position + 1], 16)
        position += 2
        if values[position] == "[":
            end = values.index("]", position)
            for code, text in zip(range(first, last + 1), values[position + 1 : end], strict=False):
                letters[code] = _utf16(text)
            position = end + 1
        else:
            text = _utf16(values[position])
            letters |= {code: text[:-1] + chr(ord(text[-1]) + code - first) for code in range(first, last + 1) if text}
            position += 1
    return letters


def _utf16(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "replace")


def _even(digits: bytes) -> str:
    """Hex digits without spaces; a missing last one is 0."""
    bare = (digits if digits.isalnum() else b"".join(digits.split())).decode()
    return bare + "0" if len(bare) % 2 else bare


def _unescaped(plain: bytes) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8) & 255]) if code[:1].isdigit() else _ESCAPED.get(code, code)

    return _ESCAPE.sub(one, plain)


def _decoded(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xff\xfe"):
        return raw[2:].decode("utf-16-le", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")


def _place_of(key: str, dump: bytes) -> str:
    if key == "Title":
        return "a bookmark" if b"/Parent" in dump else "the document information"
    if b"/Producer" in dump or b"/CreationDate" in dump:
        return "the document information"
    return _NAMES.get(key, f"the entry {key}" if key else "a list of the file")


def _flat(entry: Any) -> bytes:
    """All that a picture's looks depend on, whatever the numbers of the objects that hold it."""
    if isinstance(entry, pikepdf.Stream):
        values = {key: value for key, value in entry.items() if key not in ("/Length", "/Parent", "/StructParent")}
        return b"stream" + _flat(pikepdf.Dictionary(values)) + hashlib.sha256(entry.read_raw_bytes()).digest()
    if isinstance(entry, pikepdf.Dictionary):
        return b"<<" + b"".join(key.encode() + b" " + _flat(value) for key, value in sorted(entry.items())) + b">>"
    if isinstance(entry, pikepdf.Array):
        return b"[" + b"".join(_flat(value) for value in entry) + b"]"
    if isinstance(entry, pikepdf.Object):
        return bytes(entry.unparse(resolved=True)) + b" "
    return repr(entry).encode() + b" "
