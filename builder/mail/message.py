"""A letter → the bytes of a message (RFC 5322, all ASCII): a draft for a mail program, or what is handed to a server.

What was written is parsed again and compared with what was meant, since one name that is folded wrongly can send a
message elsewhere.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import Header, decode_header, make_header
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, quote

from builder.mail.addresses import Doubtful, Mailbox, check_line
from builder.mail.attachment import Attachment, load
from builder.mail.wording import Wording
from builder.pdf.provenance import sha256

_SPECIAL = re.compile(r"[^\w !#$%&'*+/=?^`{|}~-]", re.ASCII)  # what a name has to be quoted for


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to whom. Without a sender, the mail program that opens the draft puts in its own."""

    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    sender: Mailbox | None
    reply_to: Mailbox | None
    wording: Wording
    attachments: tuple[Attachment, ...]

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(box.address for box in (*self.to, *self.cc))

    @property
    def packet(self) -> Attachment | None:
        """The packet that it carries, if any."""
        return next((one for one in self.attachments if one.client), None)

    @property
    def client(self) -> str:
        """The client whose packet it carries, or nothing."""
        return self.packet.client if self.packet else ""

    @property
    def digest(self) -> str:
        """The digest of what is attached, by which the journal knows it."""
        digests = [one.digest for one in self.attachments]
        if len(digests) == 1:
            return digests[0]
        return f"sha256:{hashlib.sha256(' '.join(sorted(digests)).encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a message has that is sent, and a draft has not."""

    date: datetime.datetime
    message_id: str


def draft(letter: Letter) -> bytes:
    """A message that a mail program opens for sending; the same letter gives the same bytes."""
    return _written(letter, None)


def outgoing(letter: Letter, stamp: Stamp) -> bytes:
    """A message as it is handed to a server."""
    return _written(letter, stamp)


def message_id(letter: Letter, before: int) -> str:
    """The same for the same letter, so that a mailbox may drop a repetition of what it took already.

    `before` counts how often it was accepted; who sends it again after that wants it to arrive again.
    """
    assert letter.sender
    parts = (letter.client, letter.digest, *sorted(letter.recipients), str(before))
    return f"<{hashlib.sha256(repr(parts).encode()).hexdigest()[:40]}@{letter.sender.domain}>"


def heaviest(letter: Letter) -> list[tuple[str, int]]:
    """What makes a message large: the name and the encoded bytes of each part, the heaviest first."""
    encoded = [(one.friendly_name, (one.size + 56) // 57 * 78) for one in letter.attachments]
    return sorted(encoded, key=lambda part: -part[1])


def _written(letter: Letter, stamp: Stamp | None) -> bytes:
    _check_lines(letter)
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(letter.wording.text, cte="quoted-printable")
    message.add_alternative(letter.wording.html, subtype="html", cte="quoted-printable")
    for one in letter.attachments:
        message.add_attachment(load(one), maintype="application", subtype="pdf", filename=one.friendly_name)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{letter.digest[7:39]}_{number}")  # the engine's own would be another each time
    data = _head(letter, stamp) + message.as_bytes()
    _compare(data, letter, stamp)
    return data


def _addressed(letter: Letter) -> dict[str, tuple[Mailbox, ...]]:
    named = {
        "From": (letter.sender,) if letter.sender else (),
        "To": letter.to,
        "Cc": letter.cc,
        "Reply-To": (letter.reply_to,) if letter.reply_to else (),
    }
    return {name: boxes for name, boxes in named.items() if boxes}


def _head(letter: Letter, stamp: Stamp | None) -> bytes:
    """The fields that name people, and the subject. EmailMessage folds many a long name wrongly (Python 3.11)."""
    lines = ["X-Unsent: 1"] if stamp is None else []
    for name, boxes in _addressed(letter).items():
        lines.append(f"{name}: " + ",\r\n ".join(_address(box) for box in boxes))
    lines.append(f"Subject: {_encoded(letter.wording.subject, 'Subject')}")
    if stamp is not None:
        lines += [f"Date: {format_datetime(stamp.date)}", f"Message-ID: {stamp.message_id}"]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _address(box: Mailbox) -> str:
    if not box.name:
        return box.address
    if _is_plain(box.name):
        return (
            f'"{quote(box.name)}"\r\n <{box.address}>' if _SPECIAL.search(box.name) else f"{box.name} <{box.address}>"
        )
    return f"{_encoded(box.name, 'Reply-To')}\r\n <{box.address}>"


def _encoded(words: str, field: str) -> str:
    """Words of a field, folded; outside of ASCII as encoded words (RFC 2047)."""
    charset = "us-ascii" if _is_plain(words) else "utf-8"
    return Header(words, charset, header_name=field).encode(linesep="\r\n")


def _is_plain(words: str) -> bool:
    return words.isascii() and "=?" not in words


def _check_lines(letter: Letter) -> None:
    check_line(letter.wording.subject, "the subject")
    for box in (*letter.to, *letter.cc, letter.sender, letter.reply_to):
        if box:
            check_line(str(box), "an address")
    for one in letter.attachments:
        check_line(one.friendly_name, "a file's name")


def _compare(data: bytes, letter: Letter, stamp: Stamp | None) -> None:
    """Doubtful where a reader of the bytes would not find exactly what was meant."""
    read = message_from_bytes(data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    plain = message_from_bytes(data, policy=policy.compat32)  # the other policy parts names that are long (Python 3.11)
    for name in ("From", "To", "Cc", "Reply-To"):
        fields = [str(field).replace("\r\n", "") for field in plain.get_all(name, [])]
        found = [Mailbox(address, _decoded(words)) for words, address in getaddresses(fields)]
        _same(found, list(_addressed(letter).get(name, ())), name)
    _same([*map(str, read.get_all("Subject", []))], [letter.wording.subject], "Subject")
    for name in ("Date", "Message-ID"):
        _same(len(read.get_all(name, [])), int(stamp is not None), name)
    _same(read.get_all("Bcc", []), [], "Bcc")
    files = [(part.get_filename(), sha256(part.get_content())) for part in read.iter_attachments()]
    _same(files, [(one.friendly_name, one.digest) for one in letter.attachments], "the attachments")
    for kind, words in (("plain", letter.wording.text), ("html", letter.wording.html)):
        body = read.get_body((kind,))
        _same(_lines(body.get_content()) if body else None, _lines(words), f"the {kind} text")


def _decoded(words: str) -> str:
    return str(make_header(decode_header(words))) if "=?" in words else words


def _same(found: object, meant: object, what: str) -> None:
    if found != meant:
        hint = "Write names, subject and file names more simply."
        raise Doubtful("M05", f"{what} can't be written so that it arrives as it is meant", hint)


def _lines(text: str) -> Sequence[str]:
    return text.rstrip("\n").splitlines()
