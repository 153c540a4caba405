"""What a PDF was made of, written into the PDF itself, and the digests that tell whether it was altered since.

The record is a line of JSON in the XMP packet, which is stored unpacked. Beside it stands the seal: the SHA-256 of the
whole file with the seal's own digits taken for zeros. One changed byte breaks it. Then the digests of the pages tell
which of them changed. A digest is no signature: who alters a file on purpose can write a new record.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    import pikepdf

NAMESPACE = "urn:handbook-builder:record:"
PREFIX = "handbook"
PROPERTIES = {
    "Edition": "Edition of the handbook",
    "BuildId": "Digest of all that the pages were made from",
    "ContentDigest": "Digest of the pages as they were laid out",
    "MadeOf": "Guides and pictures with their digests, as JSON",
    "Seal": "SHA-256 of the file with this value taken for zeros",
}
"""What the record adds to the XMP, with the descriptions that PDF/A asks for."""
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
"""How digests are written, in the record and in the document information."""

_UNSEALED = b"0" * 64
_SEAL = re.compile(rf"<{PREFIX}:Seal>sha256:([0-9a-f]{{64}})</{PREFIX}:Seal>".encode())
_END = re.compile(rb"startxref\s+\d+\s+%%EOF\n?")
_MADE_OF = re.compile(rf"<{PREFIX}:MadeOf>([^<]*)</{PREFIX}:MadeOf>")
_STREAM_BYTES = 64_000_000  # what one stream may become when it is unpacked
_DEPTH = 40
_NAME = re.compile(rb"/[^\s/<>\[\]()]+")  # in a drawing
_PAGE_DIGITS = 12  # of a page's digest: it names the pages that changed; the seal tells that something did


@dataclass(frozen=True, slots=True)
class MadeOf:
    """The record. `guides` tells the digest of each guide's text by slug, `screenshots` of each original by address.

    `content` is the digest of the laid-out parts, whose beginning stands on the back page; `pages` the digests of the
    finished pages. `packet` says of a client's packet and of its sign-off sheet what is printed on them: `kind`,
    `client`, `code`, `exchanges` (names, parted by commas) and `key`, the digest of all that they were made from.
    `stand_ins` are the addresses of the pictures for which a placeholder stands; None where a record doesn't tell.
    """

    name: str  # the PDF's, as below `output/`
    edition: str
    build_id: str
    content: str
    guides: Mapping[str, str]
    screenshots: Mapping[str, str]
    pages: tuple[str, ...] = ()
    packet: Mapping[str, str] = field(default_factory=dict)
    stand_ins: tuple[str, ...] | None = None

    @property
    def short_content(self) -> str:
        """The content's digest as the back page prints it."""
        return self.content.removeprefix("sha256:")[:12]


@dataclass(frozen=True, slots=True)
class Origin:
    """What one guide was made of: its text's digest, its screenshots' by address, and which could not be had."""

    text: str
    screenshots: Mapping[str, str]
    stand_ins: tuple[str, ...] = ()


def sha256(data: bytes) -> str:
    """`sha256:` and 64 digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def text_digest(data: bytes) -> str:
    """The digest of a text, whatever its line ends."""
    return sha256(data.replace(b"\r\n", b"\n"))


def described(record: MadeOf) -> list[tuple[str, str]]:
    """The record as XMP properties, not yet sealed."""
    values = {
        "Edition": record.edition,
        "BuildId": record.build_id,
        "ContentDigest": record.content,
        "MadeOf": json.dumps(asdict(record), ensure_ascii=False, sort_keys=True),
        "Seal": f"sha256:{_UNSEALED.decode()}",
    }
    return [(f"{PREFIX}:{name}", escape(values[name])) for name in PROPERTIES]


def sealed(data: bytes) -> bytes:
    """A PDF with a record, with its seal. ValueError where there is none to be sealed, or more than one."""
    seal = _seal_in(data)
    if seal is None or seal[1] != _UNSEALED:
        raise ValueError("the file has no record, or one that is sealed")
    place = seal[0]
    return data[:place] + hashlib.sha256(data).hexdigest().encode() + data[place + len(_UNSEALED) :]


def is_intact(data: bytes) -> bool:
    """Whether a file is byte for byte what was sealed."""
    seal = _seal_in(data)
    if seal is None:
        return False
    place, digits = seal
    whole = hashlib.sha256(memoryview(data)[:place])
    whole.update(_UNSEALED)
    whole.update(memoryview(data)[place + len(_UNSEALED) :])
    return whole.hexdigest().encode() == digits


def first_revision(data: bytes) -> bytes:
    """A file as it was before anything was appended to it, such as a signature; all of it where nothing was."""
    end = _END.search(data)
    return data[: end.end()] if end else data


def _seal_in(data: bytes) -> tuple[int, bytes] | None:
    """Where the seal's digits stand, and what they are; None unless there is one seal."""
    found = list(_SEAL.finditer(data))
    return (found[0].start(1), found[0][1]) if len(found) == 1 else None


def record_of(pdf: pikepdf.Pdf) -> MadeOf | None:
    """The record in a PDF; None where there is none that can be read."""
    import pikepdf

    packet = pdf.Root.get("/Metadata")
    if not isinstance(packet, pikepdf.Stream):
        return None
    found = _MADE_OF.search(_unpacked(packet).decode("utf-8", "replace"))
    try:
        value = json.loads(unescape(found[1])) if found else None
    except (ValueError, RecursionError):
        return None
    return _checked(value)


def _checked(value: Any) -> MadeOf | None:
    texts, tables = ("name", "edition", "build_id", "content"), ("guides", "screenshots", "packet")
    if isinstance(value, dict):
        value.setdefault("packet", {})  # earlier records have none
        value.setdefault("stand_ins", None)
    if not isinstance(value, dict) or value.keys() != {*texts, *tables, "pages", "stand_ins"}:
        return None
    fits = all(isinstance(value[key], str) for key in texts) and isinstance(value["pages"], list)
    stand_ins = value["stand_ins"]
    fits = fits and (stand_ins is None or (isinstance(stand_ins, list) and _are_texts(stand_ins)))
    fits = fits and all(isinstance(value[key], dict) and _are_texts(value[key].values()) for key in tables)
    if not fits or not _are_texts(value["pages"]):
        return None
    named = None if stand_ins is None else tuple(stand_ins)
    return MadeOf(**{**value, "pages": tuple(value["pages"]), "stand_ins": named})


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def page_digests(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """A digest of each page: its drawing, the typefaces and pictures in it, and where its links lead.

    It is the same before and after the file is written, and whatever the numbers of the objects are.
    """
    known: dict[tuple[int, int], bytes] = {}
    return tuple(_page_digest(page, known) for page in pdf.pages)


def _page_digest(page: pikepdf.Page, known: dict[tuple[int, int], bytes]) -> str:
    import pikepdf

    contents = page.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    drawing = b"\n".join(_unpacked(part) for part in parts if isinstance(part, pikepdf.Stream))
    total = hashlib.sha256(drawing)
    resources: Any = page.obj.get("/Resources", {})
    named = names_in(drawing)
    for kind, pool in sorted(resources.items()):
        # The pages of a part share their resources; only those that the drawing names are this page's.
        for name, value in sorted(pool.items()) if isinstance(pool, pikepdf.Dictionary) else ():
            if name.encode() in named:
                total.update(f"{kind}{name}".encode() + _flat(value, known, 0))
    for annotation in page.obj.get("/Annots", ()):
        action: Any = annotation.get("/A", {})
        for entry in (annotation.get("/Rect"), action.get("/S"), action.get("/URI"), annotation.get("/Dest")):
            total.update(_flat(entry, known, 0))
    return total.hexdigest()[:_PAGE_DIGITS]


def names_in(drawing: bytes) -> set[bytes]:
    """The names in a drawing, of its resources among others: `/Overlay1` is not in one that draws `/Overlay12`."""
    return set(_NAME.findall(drawing))


def _flat(value: Any, known: dict[tuple[int, int], bytes], depth: int) -> bytes:
    """A digest of an object and all below it; plain numbers and the like as they are."""
    import pikepdf

    if depth > _DEPTH:
        return b"deep"
    if not isinstance(value, pikepdf.Object):
        return repr(value).encode()
    number = value.objgen
    if number in known:
        return known[number]
    if value.is_indirect:
        known[number] = b"above"  # should an object hold itself
    digest = hashlib.sha256(_inner(value, known, depth + 1)).digest()
    if value.is_indirect:
        known[number] = digest
    return digest


def _inner(value: Any, known: dict[tuple[int, int], bytes], depth: int) -> bytes:
    """What the digest of an object is made of."""
    import pikepdf

    data, left_out = b"", {"/Parent", "/P"}
    if isinstance(value, pikepdf.Stream) and value.get("/Subtype") == "/Image":
        data, left_out = value.read_raw_bytes(), {"/Length", "/Parent"}
    elif isinstance(value, pikepdf.Stream):
        data, left_out = _unpacked(value), {"/Length", "/Parent", "/Filter", "/DecodeParms"}  # writing packs it
    elif isinstance(value, pikepdf.Array):
        return b"[" + b"".join([_flat(entry, known, depth) for entry in value])
    elif not isinstance(value, pikepdf.Dictionary):
        return bytes(value.unparse(resolved=True))
    entries = [(key, entry) for key, entry in sorted(value.items()) if key not in left_out]
    return data + b"".join([b"%b %b" % (key.encode(), _flat(entry, known, depth)) for key, entry in entries])


def _unpacked(stream: pikepdf.Stream) -> bytes:
    """A stream's data, cut off where a small file would become a huge one; as it stands where it is packed oddly."""
    raw = stream.read_raw_bytes()
    packing = stream.get("/Filter")
    if packing is None or str(packing) != "/FlateDecode" or "/DecodeParms" in stream:
        return raw
    try:
        return zlib.decompressobj().decompress(raw, _STREAM_BYTES)
    except zlib.error:
        return raw
