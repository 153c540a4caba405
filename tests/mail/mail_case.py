"""Settings and made-up packets for the tests of e-mail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pikepdf
from smtp_server import USER

from builder.pdf.provenance import sha256

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
        "timeout_seconds": 5,
        **changes,
    }
    file = project / "handbook.yaml"
    before = file.read_text("utf-8").partition("\nemail: ")[0]
    file.write_text(f"{before}\nemail: {json.dumps(email)}\n", "utf-8")


def make_packet(project: Path, client: str, *, password: str = "", **changes: object) -> Path:
    """A made-up packet with the record beside it that its maker writes."""
    folder = project / "output" / "packets" / client
    folder.mkdir(parents=True)
    path = folder / "packet.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = client
        locked = pikepdf.Encryption(owner=password + "!", user=password, R=6) if password else None
        pdf.save(path, encryption=locked or False)
    said = {
        "client": client,
        "title": f"Onboarding packet for {client}",
        "control_code": "1234 5678",
        "sha256": sha256(path.read_bytes()),
        "stand_ins": 0,
        **changes,
    }
    path.with_name("packet.pdf.json").write_text(json.dumps(said), "utf-8")
    return path
