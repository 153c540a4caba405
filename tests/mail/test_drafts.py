"""What a draft holds, read as a mail program reads it, and what never becomes one."""

from __future__ import annotations

import base64
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pikepdf
import pytest
from mail_case import Mail, configure, make_packet, write_sealed
from samples import SAMPLE, make_project

from builder.cli import main
from builder.pdf import provenance


def parsed(file: Path) -> EmailMessage:
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert not read.defects and all(not part.defects for part in read.walk())
    return read


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_draft_is_what_a_mail_program_opens_for_sending(project: Path, mail: Mail) -> None:
    code, said, _ = mail("example", "--to", "Jane Doe <jane@client.example>", "--cc", "joe@client.example")
    assert code == 0
    (file,) = (project / "output" / "email").glob("*.eml")
    assert said.startswith(f"output/email/{file.name}") and file.stat().st_mode & 0o077 == 0
    message = parsed(file)
    assert message["X-Unsent"] == "1"
    assert message["To"] == "Jane Doe <jane@client.example>" and message["Cc"] == "joe@client.example"
    assert message["From"] == "The Desk <desk@firm.example>"
    assert not {"date", "message-id", "bcc"} & {name.casefold() for name in message}
    assert message["Subject"] == "ICG Trading: How to create an API key on Example"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "ICG-Trading-Example-API-key-guide.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == (project / "output" / "guides" / "example.pdf").read_bytes()
    assert "Hello Jane Doe," in body(message, "plain") and "Hello Jane Doe," in body(message, "html")
    assert max(map(len, body(message, "plain").splitlines())) <= 72


def test_the_bytes_are_plain_ascii_and_the_same_again(project: Path, mail: Mail) -> None:
    for name in ("one.eml", "two.eml"):
        assert mail("example", "--to", "Jürgen Weiß <j@client.example>", "--draft", name)[0] == 0
    data = (project / "one.eml").read_bytes()
    assert data == (project / "two.eml").read_bytes()
    assert data.isascii() and b"\r\n" in data and not re.search(rb"[^\r]\n", data)
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_without_a_sender_the_mail_program_puts_in_its_own(project: Path, mail: Mail) -> None:
    configure(project, **{"from": None})
    assert mail("example", "--to", "jane@client.example", "--draft", "d.eml")[0] == 0
    assert parsed(project / "d.eml")["From"] is None


def named(file: Path) -> tuple[str, str]:
    """The recipient, read by the older of the library's two parsers: the newer one parts long names."""
    field = str(message_from_bytes(file.read_bytes())["To"]).replace("\r\n", "").replace("\n", "")
    ((words, address),) = getaddresses([field])
    return str(make_header(decode_header(words))) if "=?" in words else words, address


NAMES = [
    "Müller, Jürgen",
    "Ольга Петрова",
    "王小明",
    "علی‌رضا",
    "Jane (Desk) Doe; Jr.",
    'Bob "the desk" O\'Brien, Ltd.',
    "王小明 & Co. Ltd., [Hong Kong]; =?utf-8?q?x?= ?=",
    "=?utf-8?q?eve?=",
    "학교 Łódź (東京) \\ 'Ελλάδα', Сыновья & Дочери: очень длинное имя",
    "Zoë 🚀 Ångström, a very long name of somebody whose name does not fit on a single line",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_arrive_as_they_are_written(project: Path, mail: Mail, name: str) -> None:
    code, _, said = mail("example", "--to", f"{name} <jane@client.example>", "--draft", "d.eml")
    assert code == 0, said
    message = parsed(project / "d.eml")
    assert named(project / "d.eml") == (name, "jane@client.example")
    assert name in " ".join(body(message, "plain").split())


def test_a_firm_and_a_title_outside_of_ascii_arrive(project: Path, mail: Mail) -> None:
    packet = make_packet(project, "Żółw & Сыновья")
    brand = project / "assets" / "brand" / "brand.yaml"
    brand.write_text(brand.read_text("utf-8").replace("ICG Trading", "Börse Zürich <b>AG</b>"), "utf-8")
    assert mail(packet, "--to", "jane@client.example", "--draft", "d.eml")[0] == 0
    message = parsed(project / "d.eml")
    attached, _ = message.iter_attachments()
    assert attached.get_filename() == "Börse-Zürich-b-AG-b-Żółw-Сыновья-onboarding-packet.pdf"
    assert message["Subject"] == "Börse Zürich <b>AG</b>: onboarding packet for Żółw & Сыновья"
    assert "<b>AG" not in body(message, "html") and "Żółw &amp; Сыновья" in body(message, "html")


def test_the_html_fetches_and_runs_nothing(project: Path, mail: Mail) -> None:
    mail("example", "--to", "jane@client.example", "--draft", "d.eml")
    html = body(parsed(project / "d.eml"), "html")
    assert not re.search(r"https?:|<img|<script|<link|<iframe|url\(|@import|src=", html)
    assert html.count("<h2") == 2 and '<html lang="en">' in html


def test_several_guides_go_in_one_message(project: Path, mail: Mail) -> None:
    packet = make_packet(project, "Acme")
    assert mail("example", packet, "--to", "jane@client.example", "--draft", "d.eml")[0] == 0
    names = [part.get_filename() for part in parsed(project / "d.eml").iter_attachments()]
    packet_names = ["ICG-Trading-Acme-onboarding-packet.pdf", "ICG-Trading-Acme-sign-off-sheet.pdf"]
    assert names == ["ICG-Trading-Example-API-key-guide.pdf", *packet_names]


def test_packets_of_two_clients_never_do(project: Path, mail: Mail) -> None:
    one, other = make_packet(project, "Acme"), make_packet(project, "Globex")
    code, _, said = mail(one, other, "--to", "jane@client.example")
    assert code == 1 and "M34" in said and not (project / "output" / "email").exists()


def test_a_packets_mail_does_not_tell_the_code_that_proves_it(project: Path, mail: Mail) -> None:
    packet = make_packet(project, "Acme")
    assert mail(packet, "--to", "jane@client.example", "--draft", "d.eml")[0] == 0
    message = parsed(project / "d.eml")
    for kind in ("plain", "html"):
        assert "control code" in body(message, kind) and "1234" not in body(message, kind)
    assert mail(make_packet(project, "Globex", code=""), "--to", "jane@client.example", "--draft", "d.eml")[0] == 0
    for kind in ("plain", "html"):
        words = " ".join(body(parsed(project / "d.eml"), kind).split())
        assert "control code" not in words and "Have the IP addresses in the packet read out" in words


def test_what_is_not_up_to_date_is_refused(project: Path, mail: Mail) -> None:
    guide, pdf = project / "guides" / "example.md", project / "output" / "guides" / "example.pdf"
    guide.write_text(SAMPLE + "\nMore.\n", "utf-8")
    code, _, said = mail("example", "--to", "jane@client.example")
    assert code == 1 and "M31" in said and "V05" in said and "handbook build example" in said
    guide.write_text(SAMPLE, "utf-8")
    whole = pdf.read_bytes()
    pdf.write_bytes(whole + b"\n")
    assert "M31" in mail("example", "--to", "jane@client.example")[2]
    pdf.write_bytes((project / "output" / "handbook.pdf").read_bytes())
    assert "M31" in mail("example", "--to", "jane@client.example")[2]
    pdf.write_bytes(b"%PDF-1.7 nothing")
    assert "M31" in mail("example", "--to", "jane@client.example")[2]
    for name in ("nonsense", "no.pdf", "../x", "guides/example.md", "", "x" * 300, "x" * 300 + ".pdf"):
        assert "M30" in mail(name, "--to", "jane@client.example")[2], name
    pdf.write_bytes(whole)
    assert mail("example", "--to", "jane@client.example")[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Hello\n{{ nobody }}\n", "body.txt:2: M07 the template can't be used: 'nobody' is undefined"),
        ("Hello\n\n{% if %}", "body.txt:3: M07"),
        ("\n{{ 1 + name }}", "body.txt:2: M07"),
    ],
)
def test_a_template_with_a_fault_is_told_at_its_line(project: Path, mail: Mail, words: str, told: str) -> None:
    (project / "templates" / "email" / "body.txt").write_text(words, "utf-8")
    code, _, said = mail("example", "--to", "jane@client.example")
    assert code == 1 and f"templates/email/{told}" in said


def test_a_guide_with_a_stand_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project = make_project(tmp_path)
    for picture in (tmp_path / "mirror" / "example").iterdir():
        picture.unlink()
    monkeypatch.chdir(project)
    assert main(["build", "example"]) == 0
    with pikepdf.open(project / "output" / "guides" / "example.pdf") as pdf:
        record = provenance.record_of(pdf)
    names = ("create.png", "menu%201.png")
    assert record and record.stand_ins == tuple(f"https://pictures.example/main/example/{name}" for name in names)
    capfd.readouterr()
    assert main(["email", "example", "--to", "jane@client.example"]) == 1
    assert "M33 2 pictures are missing in it" in capfd.readouterr().err
    main(["verify", "output/guides/example.pdf"])
    assert "nothing but a placeholder stands for the picture https://pictures.example" in capfd.readouterr().out


def test_packets_that_are_not_what_was_made_are_refused(project: Path, mail: Mail) -> None:
    def said(packet: Path) -> str:
        code, _, problems = mail(packet, "--to", "jane@client.example")
        assert code == 1 and not (project / "output" / "email").exists()
        return problems

    packet = make_packet(project, "Acme")
    sheet = packet.with_name("Acme-sign-off.pdf")
    whole, other = packet.read_bytes(), make_packet(project, "Globex")
    packet.write_bytes(whole + b"\n")
    assert "M31" in said(packet) and "V03" in said(packet)
    packet.write_bytes(other.read_bytes())
    assert "M32 packet and sign-off sheet don't belong together" in said(packet)
    told = {"kind": "packet", "client": "Acme", "key": "sha256:Acme"}
    write_sealed(packet, "packets/Acme/Acme-api-keys.pdf", told, ("https://pictures.example/a.png",))
    assert "M33 a picture is missing" in said(packet)
    packet.write_bytes(whole)
    assert "M32" in said(sheet)
    sheet.unlink()
    assert "M32" in said(packet)


def test_a_password_never_travels_with_what_it_opens(project: Path, mail: Mail) -> None:
    packet = make_packet(project, "Acme", password="Trafalgar-1805")
    code, _, said = mail(packet, "--to", "jane@client.example", "--draft", "d.eml")
    assert code == 0 and "M36 warning" in said
    assert "opens with a password" in body(parsed(project / "d.eml"), "plain")
    code, _, said = mail(packet, "--to", "jane@client.example", "--name", "Jane (Trafalgar-1805)")
    assert code == 1 and "M35" in said and "Trafalgar" not in said


def test_the_limit_counts_the_encoded_message_and_names_what_weighs_most(project: Path, mail: Mail) -> None:
    size = (project / "output" / "guides" / "example.pdf").stat().st_size
    configure(project, message_bytes=max(10_000, int(size * 1.2)))  # the file would fit, base64 does not
    code, _, said = mail("example", "--to", "jane@client.example")
    assert code == 1 and "M06" in said
    encoded = int(re.search(r"key-guide\.pdf \(([\d,]+) bytes\)", said)[1].replace(",", ""))  # type: ignore[index]
    assert abs(encoded - len(base64.encodebytes(bytes(size))) * 78 / 77) < 100
    configure(project, message_bytes=int(size * 1.5) + 20_000)
    assert mail("example", "--to", "jane@client.example")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["example"],
        ["--to", "jane@client.example"],
        ["example", "--to", "jane@client.example", "--all"],
        ["example", "--to", "jane@client.example", "--yes"],
        ["example", "--to", "jane@client.example", "--resend"],
        ["example", "--to", "jane@client.example", "--send", "--yes", "--draft", "d.eml"],
        ["example", "--to", "jane@client.example", "--table", "t.csv"],
    ],
)
def test_wrong_use(mail: Mail, words: list[str]) -> None:
    code, _, said = mail(*words)
    assert code == 2 and said
