"""Settings and made-up packets for the tests of e-mail."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pikepdf
from smtp_server import USER

from builder.pdf import provenance, writing
from builder.pdf.metadata import Description
from builder.pdf.provenance import MadeOf

Mail = Callable[..., tuple[int, str, str]]
"""Runs `handbook email …`; the exit code and what it said on both channels."""


def configure(project: Path, **changes: object) -> None:
    """Writes the section `email` of the settings anew."""
    email = {
        "from": f"The Desk <{USER}>",
        "host": "localhost",
        "port": 9,
        "messages_a_minute": 600,
        "retry_seconds": 0.02,
        "timeout_seconds": 20,
        **changes,
    }
    file = project / "handbook.yaml"
    before = file.read_text("utf-8").partition("\nemail:\n")[0]
    lines = "\n".join(f"  {key}: {json.dumps(value)}" for key, value in email.items())
    file.write_text(f"{before}\nemail:\n{lines}\n", "utf-8")


def make_packet(project: Path, client: str, *, password: str = "", code: str = "1234 5678") -> Path:
    """A made-up packet, locked where there is a password, and its sign-off sheet; the packet's path."""
    folder = project / "output" / "packets" / client
    folder.mkdir(parents=True)
    packet, sheet = folder / f"{client}-api-keys.pdf", folder / f"{client}-sign-off.pdf"
    told = {"client": client, "code": code, "exchanges": "Example", "key": f"sha256:{client}"}
    write_sealed(packet, f"packets/{client}/{packet.name}", {**told, "kind": "packet"})
    write_sealed(sheet, f"packets/{client}/{sheet.name}", {**told, "kind": "sign-off sheet"})
    if password:
        with pikepdf.open(packet, allow_overwriting_input=True) as pdf:
            pdf.save(packet, encryption=pikepdf.Encryption(owner=password + "!", user=password, R=6))
    return packet


def write_sealed(path: Path, name: str, packet: dict[str, str], stand_ins: tuple[str, ...] = ()) -> None:
    """A PDF of one empty page with a record and a seal."""
    made_of = MadeOf(name, "7", "0123456789ab", f"sha256:{'5' * 64}", {}, {}, packet=packet, stand_ins=stand_ins)
    now = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        writing.write_metadata(pdf, Description("A title", created=now), made_of)
        pdf.save(path, fix_metadata_version=False)
    path.write_bytes(provenance.sealed(path.read_bytes()))
