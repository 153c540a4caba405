"""What may be attached: a guide that is up to date, or a client's packet, each with the bytes that were verified."""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from builder import verify
from builder.config.handbook import Config
from builder.guides.guide import read_guide
from builder.pdf import provenance
from builder.pdf.provenance import MadeOf
from builder.problems import BuildError, Place, Problem

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\s]+')
_LONGEST_NAME = 80
_SIDECAR = {"client", "title", "control_code", "sha256", "stand_ins"}
"""What a packet's sidecar, `<packet>.pdf.json`, has to say; it may say more."""


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


def attachment(document: str, config: Config) -> Attachment:
    """The attachment that a slug or the path of a packet's PDF names; BuildError with all that stands against it."""
    if _SLUG.fullmatch(document):
        return _guide(document, config)
    path = Path(document)
    place = Place(config.shown(path))
    if path.suffix.casefold() != ".pdf" or not path.is_file():
        hint = "Name a guide by its slug, such as binance, or a packet by the path of its PDF."
        raise BuildError([Problem(place, "M30", "there is no such guide and no such packet", hint)])
    return _packet(path, place, config)


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
    path = config.root / "output" / "guides" / f"{slug}.pdf"
    place = Place(config.shown(path))
    if not path.is_file():
        hint = f"Build it first: handbook build {slug}."
        raise BuildError([Problem(place, "M30", "there is no such guide in output/guides/", hint)])
    found = verify.verify(path, config)
    if found.problems:
        hint = f"Only what this checkout would build is sent. Build it again: handbook build {slug}."
        refusal = Problem(place, "M31", "the guide is altered, outdated or none of ours, and is not sent", hint)
        raise BuildError([refusal, *found.problems])
    data, record, pages = _read(path, place)
    if record is None or record.name != f"guides/{slug}.pdf" or not provenance.is_intact(data):
        hint = f"Build it again: handbook build {slug}."
        raise BuildError([Problem(place, "M31", "this is not the guide of that name", hint)])
    if record.stand_ins:
        raise BuildError([_with_stand_ins(place, len(record.stand_ins))])
    guide, _ = read_guide(config.root / "guides" / f"{slug}.md", slug, f"guides/{slug}.md")
    exchange, title = (guide.exchange, guide.title) if guide else (slug, slug)
    name = friendly_name(config.brand.name, exchange, "API-key-guide")
    return Attachment(path, name, title, "", "", provenance.sha256(data), len(data), pages)


def _packet(path: Path, place: Place, config: Config) -> Attachment:
    said = _sidecar(path, config)
    data, _, pages = _read(path, place)
    digest = provenance.sha256(data)
    if digest != said["sha256"]:
        hint = "Make the packet again, and send what was made."
        raise BuildError([Problem(place, "M31", "the packet was altered since it was made", hint)])
    if said["stand_ins"]:
        raise BuildError([_with_stand_ins(place, said["stand_ins"])])
    client = said["client"]
    name = friendly_name(config.brand.name, client, "onboarding-packet")
    return Attachment(path, name, said["title"], said["control_code"], client, digest, len(data), pages, not pages)


def _sidecar(path: Path, config: Config) -> dict[str, Any]:
    """What the maker of a packet wrote beside it; the packet itself may be locked."""
    beside = path.with_name(path.name + ".json")
    try:
        value = json.loads(beside.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        value = None
    texts = ("client", "title", "control_code", "sha256")
    if (
        not isinstance(value, dict)
        or not value.keys() >= _SIDECAR
        or not all(isinstance(value[key], str) for key in texts)
        or not isinstance(value["stand_ins"], int)
        or not value["client"]
    ):
        hint = "Send a packet from where `handbook packet` has put it, or make it again."
        message = "the packet has no record beside it that could be read"
        raise BuildError([Problem(Place(config.shown(beside)), "M32", message, hint)])
    return value


def _with_stand_ins(place: Place, count: int) -> Problem:
    what = "a picture is" if count == 1 else f"{count} pictures are"
    hint = "See to it that every screenshot can be had and inspected, and build again."
    return Problem(place, "M33", f"{what} missing in it; a drawing stands in, and that is not sent to a client", hint)


def _read(path: Path, place: Place) -> tuple[bytes, MadeOf | None, int]:
    """A PDF's bytes, its record and the number of its pages; neither of these where it is locked."""
    import pikepdf

    try:
        data = path.read_bytes()
        with pikepdf.open(BytesIO(data)) as pdf:
            return data, provenance.record_of(pdf), len(pdf.pages)
    except pikepdf.PasswordError:
        return data, None, 0
    except (OSError, pikepdf.PdfError) as error:
        raise BuildError([_unreadable(place, error)]) from error


def _unreadable(place: Place, error: Exception) -> Problem:
    hint = "Make it again; what can't be read here can't be read by the client."
    return Problem(place, "M31", f"it can't be read ({type(error).__name__})", hint)
