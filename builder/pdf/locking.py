"""Locks a finished PDF with a password: AES with 256 bits, nothing readable without it, its name and date included."""

from __future__ import annotations

import getpass
import os
import re
import secrets
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Name, Pdf, Stream

from builder.credentials import first_line
from builder.problems import BuildError, Place, Problem

VARIABLE = "HANDBOOK_PACKET_PASSWORD"
WARNING = (
    "warning: many mail gateways quarantine files that they can't look into; "
    "and the password never goes into the mail that carries the file"
)
LEAST = 8
_PDF_A = re.compile(rb"<rdf:Description[^>]*>\s*<pdfaid:part>.*?</rdf:Description>\s*", re.DOTALL)


def lock(path: Path, password: str) -> None:
    """Lock a file in place. PDF/A forbids passwords, so the claim to be such a file goes; that to be PDF/UA stays."""
    data = path.read_bytes()
    path.unlink()
    with Pdf.open(BytesIO(data)) as pdf:
        packet = pdf.Root.Metadata.read_bytes()
        pdf.Root.Metadata = Stream(pdf, _PDF_A.sub(b"", packet), Type=Name.Metadata, Subtype=Name.XML)
        pdf.save(path, encryption=pikepdf.Encryption(owner=_owner(), user=password, R=6))


def asked_for(command: str) -> str:
    """The password: what a command prints, or the environment holds, or a person types. It is never an argument."""
    if command:
        password = _said(command)
    elif VARIABLE in os.environ:
        password = os.environ[VARIABLE]
    elif sys.stdin.isatty():
        password = getpass.getpass("password for the packets: ")
        if password != getpass.getpass("once more: "):
            raise _refused("the two passwords differ", "Type it twice alike.")
    else:
        raise _refused("there is nobody to ask for a password", f"Set {VARIABLE}, or give --password-command.")
    if len(password) < LEAST:
        raise _refused(f"the password has less than {LEAST} characters", "Take a longer one.")
    return password


def _said(command: str) -> str:
    try:
        return first_line(command)
    except ValueError as error:
        hint = "Try it in a terminal; it should print it."
        raise _refused(f"the command for the password failed: {error}", hint) from None


def _refused(message: str, hint: str) -> BuildError:
    return BuildError([Problem(Place("--password"), "N24", message, hint)])


def _owner() -> str:
    """A password that nobody knows."""
    return secrets.token_urlsafe(24)
