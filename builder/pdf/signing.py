"""Signs a finished PDF as its very last writing, and says of a signed one whether the signature holds.

The signature is a certifying PAdES one in the field that binding put there: no appearance, tagged. What a reader may
still do without breaking it is fill in forms, since checklists are ticked. Readers trust only certificates that they
know; a firm's own has to be trusted by hand. pyHanko is an extra: `pip install handbook-builder[sign]`.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from builder.pdf.binding import SIGNATURE_FIELD
from builder.pdf.writing import CUT
from builder.problems import BuildError, Place, Problem
from builder.store import write_whole

_TRIES = 8  # each fails by a chance of one in 256


@dataclass(frozen=True, slots=True)
class Signing:
    """Whose signature: the PKCS #12 file as it is, its password, the certificate's name and SHA-256 fingerprint."""

    data: bytes
    password: bytes
    name: str
    fingerprint: str

    def __repr__(self) -> str:
        return f"Signing({self.name!r})"  # the password is for nobody's log


@dataclass(frozen=True, slots=True)
class Signed:
    """What is said of a signature: who signed, whether the file is what they signed, and whether all of it is.

    Anybody can make a certificate with anybody's name: `fingerprint`, the certificate's SHA-256, tells them apart.
    `allowed` is whether what was appended since is what they allow: filled forms.
    """

    name: str
    fingerprint: str
    intact: bool
    whole: bool
    allowed: bool


def signing(path: Path, password_variable: str) -> Signing:
    """The firm's certificate and key; BuildError where they can't be had."""
    _engine()
    password = os.environ.get(password_variable, "").encode() if password_variable else b""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _problem(f"the certificate can't be read: {error.strerror or 'unreadable'}", "Check its path.") from None
    signer = _signer(data, password)
    return Signing(data, password, signer.subject_name, signer.signing_cert.sha256.hex())


def sign(path: Path, by: Signing) -> None:
    """Sign a file in place; nothing may write to it afterwards.

    The table of objects that is appended is a stream, and may end in a carriage return by chance: see `writing.pack`.
    One object more moves its numbers on, so it's signed anew with such.
    """
    data = path.read_bytes()
    for spares in range(_TRIES):
        signed = _signed(data, by, spares)
        if CUT not in signed[len(data) :]:
            break
    write_whole(path, signed)


def _signed(data: bytes, by: Signing, spares: int) -> bytes:
    """A file with a signature and so many objects that nothing refers to."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """The XMP stays: written anew by pyHanko, it would no longer be what PDF/A wants."""

    told = signers.PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    writer = Writer(BytesIO(data))
    for _ in range(spares):
        writer.add_object(generic.NullObject())
    signed = BytesIO()
    signers.sign_pdf(writer, told, signer=_signer(by.data, by.password), existing_fields_only=True, output=signed)
    return signed.getvalue()


def signature_in(data: bytes) -> Signed | None:
    """What is to be said of a file's signature; None where it has none. ValueError where it can't be understood."""
    _engine()
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    logger = logging.getLogger("pyhanko")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # that the certificate is nobody's is no news
    try:
        found = PdfFileReader(BytesIO(data)).embedded_signatures
        if not found:
            return None
        nobody = ValidationContext(trust_roots=[], allow_fetching=False)  # whom to trust is for the reader to say
        status = validate_pdf_signature(found[0], signer_validation_context=nobody)
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        certificate = found[0].signer_cert
        name = str(certificate.subject.native.get("common_name", "somebody without a name"))
        return Signed(
            name, certificate.sha256.hex(), bool(status.intact and status.valid), whole, bool(status.docmdp_ok)
        )
    except Exception as error:  # a file that is broken on purpose raises all kinds of errors
        raise ValueError(f"the signature can't be understood ({type(error).__name__})") from error
    finally:
        logger.setLevel(level)


def _signer(data: bytes, password: bytes) -> Any:
    from pyhanko.sign import signers

    found = signers.SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=password or None)
    if found is None:
        raise _problem("the certificate can't be opened", "Check the file, and the variable with its password.")
    return found


def _engine() -> None:
    try:
        import pyhanko.sign  # noqa: F401
    except ImportError:
        hint = "Type: .venv/bin/pip install 'pyhanko>=0.38,<0.39', or the extra handbook-builder[sign]."
        raise _problem("signatures need pyHanko, which is not installed", hint) from None


def _problem(message: str, hint: str) -> BuildError:
    return BuildError([Problem(Place("handbook.yaml"), "N23", message, hint)])
