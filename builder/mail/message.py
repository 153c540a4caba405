"""A letter → the bytes of a message (RFC 5322, all ASCII): a draft for a mail program, or what is handed to a server.

What was written is parsed again and compared with what was meant, since one name that is folded wrongly can send a
message elsewhere.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from builder.mail.addresses import Doubtful, Mailbox, check_line
from builder.mail.attachment import Attachment, load
from builder.mail.wording import Wording
from builder.pdf.provenance import sha256


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
    if stamp is None:
        message["X-Unsent"] = "1"
    for name, boxes in _addressed(letter).items():
        message[name] = [_address(box) for box in boxes]
    message["Subject"] = letter.wording.subject
    if stamp is not None:
        message["Date"] = format_datetime(stamp.date)
        message["Message-ID"] = stamp.message_id
    message.set_content(letter.wording.text, cte="quoted-printable")
    message.add_alternative(letter.wording.html, subtype="html", cte="quoted-printable")
    for one in letter.attachments:
        message.add_attachment(load(one), maintype="application", subtype="pdf", filename=one.friendly_name)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{letter.digest[7:39]}_{number}")  # the engine's own would be another each time
    data = message.as_bytes()
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


def _address(box: Mailbox) -> Address:
    return Address(display_name=box.name, addr_spec=box.address)


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
    for name in ("From", "To", "Cc", "Reply-To"):
        meant = _addressed(letter).get(name, ())
        headers = read.get_all(name, [])
        found = [Mailbox(each.addr_spec, each.display_name) for header in headers for each in header.addresses]
        _same(found, list(meant), name)
    _same([*map(str, read.get_all("Subject", []))], [letter.wording.subject], "Subject")
    for name in ("Date", "Message-ID"):
        _same(len(read.get_all(name, [])), int(stamp is not None), name)
    _same(read.get_all("Bcc", []), [], "Bcc")
    files = [(part.get_filename(), sha256(part.get_content())) for part in read.iter_attachments()]
    _same(files, [(one.friendly_name, one.digest) for one in letter.attachments], "the attachments")
    for kind, words in (("plain", letter.wording.text), ("html", letter.wording.html)):
        body = read.get_body((kind,))
        _same(_lines(body.get_content()) if body else None, _lines(words), f"the {kind} text")


def _same(found: object, meant: object, what: str) -> None:
    if found != meant:
        hint = "Write names, subject and file names more simply."
        raise Doubtful("M05", f"{what} can't be written so that it arrives as it is meant", hint)


def _lines(text: str) -> Sequence[str]:
    return text.rstrip("\n").splitlines()
