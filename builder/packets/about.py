"""What a finished packet or sign-off sheet says of itself, for whoever sends it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from builder.pdf import provenance


@dataclass(frozen=True, slots=True)
class About:
    """A packet or its sign-off sheet. `friendly_name` is for a mailbox: `ICG-Trading-packet-Acme-Capital-Ltd.pdf`.

    Of a file that is locked with a password nothing is known but its name: `title`, `client`, `code` and `kind` are
    empty then. `code` is empty also where the packet carries none.
    """

    friendly_name: str
    title: str
    kind: str
    client: str
    code: str
    exchanges: tuple[str, ...]
    is_locked: bool


def about(path: Path) -> About | None:
    """What a file says of itself; None where it is no packet or sheet of ours. ValueError if it can't be read."""
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return _locked(path)
            record = provenance.record_of(pdf)
            told = {key: str(pdf.docinfo.get(f"/{key}", "")) for key in ("Title", "Author")}
    except pikepdf.PasswordError:
        return _locked(path)
    except (OSError, pikepdf.PdfError) as error:
        raise ValueError(f"{path.name} can't be read as a PDF") from error
    if record is None or not record.packet:
        return None
    packet = record.packet
    kind, client = packet.get("kind", ""), packet.get("client", "")
    return About(
        friendly_name=f"{_joined(told['Author'], kind, client)}.pdf",
        title=told["Title"],
        kind=kind,
        client=client,
        code=packet.get("code", ""),
        exchanges=tuple(packet.get("exchanges", "").split(", ")),
        is_locked=False,
    )


def _locked(path: Path) -> About:
    return About(f"{_joined(path.stem)}.pdf", "", "", "", "", (), is_locked=True)


def _joined(*words: str) -> str:
    """Words as a file's name that every mail program takes."""
    plain = unicodedata.normalize("NFKD", " ".join(words)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-") or "packet"
