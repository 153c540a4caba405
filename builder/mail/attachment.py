"""What may be attached: a guide that is up to date, or a client's packet, each with the bytes that were verified."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from builder import verify
from builder.config.handbook import Config
from builder.guides.files import read_file
from builder.guides.guide import guide_in
from builder.pdf import provenance
from builder.pdf.provenance import MadeOf
from builder.problems import BuildError, Place, Problem

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOT_IN_NAMES = re.compile(r"""[<>:"/\\|?*&%#$!'`;{}\s]+""")
_LONGEST_NAME = 80
_PACKET_ENDING, _SHEET_ENDING = "-api-keys.pdf", "-sign-off.pdf"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF to send, and what its bytes must be; `client` is empty for a guide, `control_code` where there is none."""

    path: Path
    friendly_name: str
    title: str
    control_code: str
    client: str
    digest: str
    size: int  # bytes
    pages: int = 0  # 0 where it can't be told
    locked: bool = False  # opens with a password only


def attachments(document: str, config: Config) -> tuple[Attachment, ...]:
    """What a slug or the path of a packet's PDF names; BuildError with all that stands against it."""
    if _SLUG.fullmatch(document):
        return (_guide(document, config),)
    path = Path(document)
    if path.suffix.casefold() != ".pdf" or not _is_there(path):
        hint = "Name a guide by its slug, such as binance, or a packet by the path of its PDF."
        message = "there is no such guide and no such packet"
        raise BuildError([Problem(Place(config.shown(path)), "M30", message, hint)])
    return _packet(path, config)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def load(attachment: Attachment) -> bytes:
    """The file's bytes, the same that were verified: a table of packets is not held in memory. Raises BuildError."""
    place = Place(attachment.path.name)
    try:
        data = attachment.path.read_bytes()
    except OSError as error:
        raise BuildError([_unreadable(place, error)]) from error
    if provenance.sha256(data) != attachment.digest:
        hint = "Give the command again once nobody builds any more."
        raise BuildError([Problem(place, "M31", "it was exchanged while it was to be sent", hint)])
    return data


def opens_with(attachment: Attachment, words: Iterable[str]) -> bool:
    """Whether one of some words opens a locked PDF: a password must not travel with what it opens."""
    import pikepdf

    data = load(attachment)
    for word in words:
        with contextlib.suppress(pikepdf.PasswordError), pikepdf.open(BytesIO(data), password=word):
            return True
    return False


def friendly_name(*words: str) -> str:
    """A file name that says what it is and that every system takes: `Firm-Exchange-API-key-guide.pdf`."""
    whole = unicodedata.normalize("NFC", " ".join(words))
    whole = "".join(letter for letter in whole if letter.isprintable())
    name = _NOT_IN_NAMES.sub("-", whole).strip("-. ")
    return (name[:_LONGEST_NAME].rstrip("-. ") or "document") + ".pdf"


def _guide(slug: str, config: Config) -> Attachment:
    path = config.paths.output / "guides" / f"{slug}.pdf"
    place = Place(config.shown(path))
    hint = f"Build it again: handbook build {slug}."
    if not _is_there(path):
        raise BuildError([Problem(place, "M30", "there is no such guide in output/guides/", hint)])
    digest, size, record, pages = _verified(path, place, config, hint)
    if record.name != f"guides/{slug}.pdf" or record.stand_ins is None:
        raise BuildError([Problem(place, "M31", "this is not the guide of that name, or an older builder's", hint)])
    if record.stand_ins:
        raise BuildError([_with_stand_ins(place, len(record.stand_ins))])
    guide, _ = guide_in(read_file(config.paths.guides / f"{slug}.md", f"guides/{slug}.md"), slug)
    exchange, title = (guide.exchange, guide.title) if guide else (slug, slug)
    name = friendly_name(config.brand.name, exchange, "API-key-guide")
    return Attachment(path, name, title, "", "", digest, size, pages)


def _packet(path: Path, config: Config) -> tuple[Attachment, ...]:
    """A packet and the sign-off sheet that goes with it. The sheet is never locked: it tells whose packet that is."""
    place = Place(config.shown(path))
    hint = "Make the packet again with `handbook packet`, and send it from where that has put it."
    sheet = path.with_name(path.name.removesuffix(_PACKET_ENDING) + _SHEET_ENDING)
    if not path.name.endswith(_PACKET_ENDING) or not sheet.is_file():
        message = "this is no packet, or there is no sign-off sheet beside it"
        raise BuildError([Problem(place, "M32", message, hint)])
    digest, size, made_for, pages = _verified(sheet, Place(config.shown(sheet)), config, hint)
    client, code = made_for.packet.get("client", ""), made_for.packet.get("code", "")
    title, name = f"Sign-off sheet for {client}", friendly_name(config.brand.name, client, "sign-off-sheet")
    second = Attachment(sheet, name, title, code, client, digest, size, pages)
    data, locked = _read(path, place)
    if locked:
        digest, size, pages = provenance.sha256(data), len(data), 0
    else:
        digest, size, record, pages = _verified(path, place, config, hint)
        if record.packet.get("kind") != "packet" or record.packet.get("key") != made_for.packet.get("key"):
            raise BuildError([Problem(place, "M32", "packet and sign-off sheet don't belong together", hint)])
        if record.stand_ins:
            raise BuildError([_with_stand_ins(place, len(record.stand_ins))])
    if not client:
        raise BuildError([Problem(place, "M32", "nothing tells for which client it is", hint)])
    title, name = f"Onboarding packet for {client}", friendly_name(config.brand.name, client, "onboarding-packet")
    return Attachment(path, name, title, code, client, digest, size, pages, locked), second


def _verified(path: Path, place: Place, config: Config, hint: str) -> tuple[str, int, MadeOf, int]:
    """Digest, size, record and pages of a file of ours that is intact and that this checkout would make again."""
    import pikepdf

    data, locked = _read(path, place)
    found = verify.verify(path, config)
    if locked or found.problems:
        message = "it is altered, outdated or none of ours, and is not sent"
        raise BuildError([Problem(place, "M31", message, hint), *found.problems])
    with pikepdf.open(BytesIO(data)) as pdf:
        record, pages = provenance.record_of(pdf), len(pdf.pages)
    if record is None:
        raise BuildError([Problem(place, "M31", "it was exchanged while it was looked at", hint)])
    return provenance.sha256(data), len(data), record, pages


def _with_stand_ins(place: Place, count: int) -> Problem:
    what = "a picture is" if count == 1 else f"{count} pictures are"
    hint = "See to it that every screenshot can be had and inspected, and build again."
    return Problem(place, "M33", f"{what} missing in it, and it is not sent to a client", hint)


def _read(path: Path, place: Place) -> tuple[bytes, bool]:
    """A PDF's bytes, and whether it opens with a password only."""
    import pikepdf

    try:
        data = path.read_bytes()
        with pikepdf.open(BytesIO(data)):
            return data, False
    except pikepdf.PasswordError:
        return data, True
    except (OSError, pikepdf.PdfError) as error:
        raise BuildError([_unreadable(place, error)]) from error


def _unreadable(place: Place, error: Exception) -> Problem:
    hint = "Make it again; what can't be read here can't be read by the client."
    return Problem(place, "M31", f"it can't be read ({type(error).__name__})", hint)
