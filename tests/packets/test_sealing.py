"""Packets that are locked with a password or signed, as other programs read them."""

from __future__ import annotations

import datetime
import html
import io
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from laid_out import faults
from packet_reading import poppler
from packet_samples import ACME

from builder.cli import main
from builder.packets import packet as packets
from builder.pdf import binding, locking, signing

PASSWORD = "a password of some length"


@pytest.fixture
def plain(acme: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of Acme's packet."""
    return Path(shutil.copy(acme[0], tmp_path / "packet.pdf"))


def test_a_locked_file_opens_with_the_password_alone(plain: Path) -> None:
    locking.lock(plain, PASSWORD)
    assert b"Acme" not in plain.read_bytes()
    for wrong in ("", "another"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(plain, password=wrong)
    with pikepdf.open(plain, password=PASSWORD) as pdf:
        assert pdf.encryption.R == 6 and pdf.encryption.stream_method == pikepdf._core.EncryptionMethod.aesv3
        packet = pdf.Root.Metadata.read_bytes()
        assert b"<pdfaid:" not in packet and b"<pdfuaid:part>1" in packet


def test_a_command_gives_its_first_line_as_a_password() -> None:
    assert locking.asked_for("printf 'a password of mine\\r\\nuser: me\\n'") == "a password of mine"


def test_the_command_locks_and_warns(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "packets" / "acme.yaml").write_text(ACME)
    monkeypatch.setenv(locking.VARIABLE, PASSWORD)
    assert main(["packet", "packets/acme.yaml", "--password", "--despite-warnings", "--jobs", "1"]) == 0
    told = "".join(capsys.readouterr())
    assert "quarantine" in told and PASSWORD not in told
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(project / "output/packets/acme/acme-api-keys.pdf")
    sheet = poppler(project / "output/packets/acme/acme-sign-off.pdf")
    assert "Sign-off sheet" in sheet and "203.0.113" not in sheet and "ICG ffi" not in sheet
    monkeypatch.setenv(locking.VARIABLE, "short")
    assert main(["packet", "packets/acme.yaml", "--password", "--jobs", "1"]) == 1
    for command in ("false", " ", "unbalanced '", "no-such-program", "echo short"):
        assert main(["packet", "packets/acme.yaml", "--password-command", command, "--jobs", "1"]) == 1
    assert main(["packet", "packets/acme.yaml", "--password", "--sign", "--jobs", "1"]) == 2


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up firm's key and certificate; its password is PASSWORD."""
    from cryptography.hazmat.primitives.asymmetric import ec

    path = tmp_path_factory.mktemp("firm") / "firm.p12"
    path.write_bytes(keys(ec.generate_private_key(ec.SECP256R1())))
    return path


def keys(key: Any) -> bytes:
    """A key and a certificate of it, as PKCS #12."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A Firm")])
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=2))
    signed = made.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    locked = serialization.BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"firm", key, signed, None, locked)


def test_a_signed_file_has_no_stream_that_seems_a_byte_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's table of objects ends by chance in a carriage return; here in what stands for one."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    # With RSA all signatures are of one length, so that the table's bytes are the same each time.
    by = signing.Signing(keys(rsa.generate_private_key(65537, 2048)), PASSWORD.encode(), "A Firm", "")
    data = unsigned()
    end = b"\nendstream"
    last = [signed[: signed.rindex(end)][-1:] for signed in (signing._signed(data, by, 0) for _ in range(2))]
    assert last[0] == last[1]
    monkeypatch.setattr(signing, "CUT", last[0] + end)

    path = tmp_path / "signed.pdf"
    path.write_bytes(data)
    signing.sign(path, by)
    signed = path.read_bytes()
    found = signing.signature_in(signed)
    assert signing.CUT not in signed[len(data) :] and found and found.intact and found.whole


def unsigned() -> bytes:
    """A page with nothing on it and the field that a signature is put into."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page().obj
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, T=binding.SIGNATURE_FIELD,
                Rect=[0, 0, 0, 0], F=132, P=page,
            )
        )  # fmt: skip
        page.Annots = pdf.make_indirect(pikepdf.Array([field]))
        pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=[field], SigFlags=3))
        written = io.BytesIO()
        pdf.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def test_a_signed_packet_holds_to_the_standards_and_to_its_signature(
    project: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "packets" / "acme.yaml").write_text(ACME)
    settings = project / "handbook.yaml"
    more = f"{{certificate: '{certificate}', certificate_password_env: FIRM_PASSWORD, code_key"
    settings.write_text(settings.read_text().replace("{code_key", more))
    monkeypatch.setenv("FIRM_PASSWORD", PASSWORD)
    asked = ["--debug", "packet", "packets/acme.yaml", "--sign", "--despite-warnings", "--jobs", "1"]
    assert main(asked) == 0
    path = project / "output/packets/acme/acme-api-keys.pdf"
    data = path.read_bytes()
    heads = {f"{name} How to create an API key on {name}" for name in ("Spaced", "Example", "Unsaid")}
    assert faults(path, running_heads=heads) == []
    found = signing.signature_in(data)
    assert found and found.name == "A Firm" and found.intact and found.whole
    with pikepdf.open(path) as pdf:
        (field,) = (each for each in pdf.Root.AcroForm.Fields if each.FT == "/Sig")
        assert list(field.Rect) == [0, 0, 0, 0] and "/AP" not in field and field.V.SubFilter == "/ETSI.CAdES.detached"
        assert pdf.Root.Perms.DocMDP.objgen == field.V.objgen

    capsys.readouterr()
    assert main(["verify", str(path)]) == 0
    assert f"signed by A Firm (certificate sha256:{found.fingerprint})" in capsys.readouterr().out
    assert main(asked) == 0 and path.read_bytes() == data  # it is never signed twice

    key = re.search(r"key.{1,20}?sha256:([0-9a-f]{64})", html.unescape(data.decode("latin-1")))
    by = signing.signing(certificate, "FIRM_PASSWORD")
    assert key and packets._in_place(path, key[1], by)
    assert not packets._in_place(path, key[1], replace(by, fingerprint="another")) and "fingerprint" not in repr(by)
    for changed in (data + b"1 0 obj\nnull\nendobj\nstartxref\n0\n%%EOF\n", data[:-100], b""):
        path.write_bytes(changed)
        assert not packets._in_place(path, key[1], by)

    altered = bytearray(data)
    altered[len(data) // 3] ^= 1
    path.write_bytes(altered)
    assert main(["verify", str(path)]) == 1
    path.write_bytes(data + b"% and more\nstartxref\n0\n%%EOF\n")
    assert main(["verify", str(path)]) == 1


def test_what_is_appended_without_a_signature_is_an_alteration(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain.write_bytes(plain.read_bytes() + b"1 0 obj\nnull\nendobj\nstartxref\n0\n%%EOF\n")
    assert main(["verify", str(plain)]) == 1
    assert "V0" in capsys.readouterr().out
