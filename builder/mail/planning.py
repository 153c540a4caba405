"""An order → letters that may be sent: documents read, addresses checked, sizes known. All faults are told at once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.config.handbook import CONFIG_NAME, Config
from builder.mail import addresses, message, wording
from builder.mail.addresses import Doubtful, Mailbox
from builder.mail.attachment import Attachment, attachments, opens_with
from builder.mail.message import Letter
from builder.mail.table import Row
from builder.problems import BuildError, Place, Problem, Severity, in_order, stop_on_errors

_WORD = re.compile(r"\S+")
_AROUND = ".,;:!?()[]<>'\"“”‘’"


@dataclass(frozen=True, slots=True)
class Planned:
    """A letter, where it was asked for, and its size in bytes as it is sent."""

    letter: Letter
    place: Place
    size: int


def plan(rows: Sequence[Row], config: Config, known: Iterable[str]) -> tuple[list[Planned], list[Problem]]:
    """The letters of some rows, and warnings; BuildError with everything that stands against them.

    `known` are domains to which mail went before: a new one must not look like one of them.
    """
    problems: list[Problem] = []
    documents = _documents(rows, config, problems)
    boxes = _boxes(rows, config, problems)
    problems += _look_alikes(rows, boxes, config, known)
    stop_on_errors(problems)
    planned = []
    for row in rows:
        letter = _letter(row, documents, boxes, config)
        found = _faults(letter, row.place, config)
        problems += found
        if not any(problem.is_error for problem in found):
            planned += _sized(letter, row.place, config, problems)
    problems += _twice(planned)
    stop_on_errors(problems)
    return planned, list(in_order(problems))


def _documents(rows: Sequence[Row], config: Config, problems: list[Problem]) -> dict[str, tuple[Attachment, ...]]:
    found: dict[str, tuple[Attachment, ...]] = {}
    for document in dict.fromkeys(document for row in rows for document in row.documents):
        try:
            found[document] = attachments(document, config)
        except BuildError as error:
            problems += error.problems
    return found


def _boxes(rows: Sequence[Row], config: Config, problems: list[Problem]) -> dict[str, Mailbox]:
    """All mailboxes by the words that name them, those of the settings as well."""
    found: dict[str, Mailbox] = {}
    email = config.email
    place = Place(CONFIG_NAME, email.sender_line)
    for words in filter(None, (email.sender, email.reply_to)):
        try:
            found[words] = addresses.mailbox(words, email.vouched_domains)
        except Doubtful as doubt:
            problems.append(_problem(place, doubt))
    for row in rows:
        for words in (*row.to, *row.cc):
            try:
                found[words] = addresses.mailbox(words, config.email.vouched_domains)
            except Doubtful as doubt:
                problems.append(_problem(row.place, doubt))
        try:
            addresses.check_line(row.name, "the name")
        except Doubtful as doubt:
            problems.append(_problem(row.place, doubt))
    return found


def _look_alikes(
    rows: Sequence[Row], boxes: Mapping[str, Mailbox], config: Config, known: Iterable[str]
) -> list[Problem]:
    places = {boxes[words].domain: row.place for row in rows for words in (*row.to, *row.cc) if words in boxes}
    own = [boxes[config.email.sender].domain] if config.email.sender in boxes else []
    hint = (
        "Have the address read out over a telephone number that you already had, then name it in email.vouched_domains."
    )
    return [
        Problem(places[domain], "M04", f"the domain {domain} looks like {other}, which is another", hint)
        for domain, other in addresses.look_alikes(places, (*own, *known), config.email.vouched_domains)
    ]


def _letter(
    row: Row, documents: Mapping[str, tuple[Attachment, ...]], boxes: Mapping[str, Mailbox], config: Config
) -> Letter:
    to, cc = tuple(boxes[words] for words in row.to), tuple(boxes[words] for words in row.cc)
    attached = tuple(one for document in dict.fromkeys(row.documents) for one in documents[document])
    name = row.name or (to[0].name if len(to) == 1 else "")
    sender, reply_to = boxes.get(config.email.sender), boxes.get(config.email.reply_to)
    return Letter(to, cc, sender, reply_to, wording.wording(name, attached, config), attached)


def _faults(letter: Letter, place: Place, config: Config) -> list[Problem]:
    """What is wrong with a letter as a whole, before it is written."""
    problems = []
    every = [address.casefold() for address in letter.recipients]
    if len(set(every)) < len(every):
        problems.append(Problem(place, "M43", "an address stands twice in one message", "Name each address once."))
    clients = {one.client for one in letter.attachments if one.client}
    if len(clients) > 1:
        hint = "Send each client's packet in a message of its own."
        problems.append(Problem(place, "M34", "packets of several clients would go out in one message", hint))
    names = [one.friendly_name for one in letter.attachments]
    if len(set(names)) < len(names):
        hint = "Send them one by one."
        problems.append(Problem(place, "M34", "two of the files would have the same name", hint))
    for one in letter.attachments:
        if one.locked:
            problems += _locked(one, letter, place)
    return problems


def _twice(planned: Sequence[Planned]) -> Iterator[Problem]:
    """Letters that would bring the same file to the same mailbox, however file and mailbox are written."""
    seen: dict[tuple[str, str], Planned] = {}
    for each in planned:
        for one, address in itertools.product(each.letter.attachments, each.letter.recipients):
            first = seen.setdefault((one.digest, address.casefold()), each)
            if first is not each:
                message = f"{one.friendly_name} goes to {address} already on line {first.place.line}"
                yield Problem(each.place, "M43", message, "Take one of the two rows out.")


def _locked(one: Attachment, letter: Letter, place: Place) -> list[Problem]:
    said = (letter.wording.subject, letter.wording.text, one.friendly_name, *(str(box) for box in letter.to))
    words = {word for text in said for word in _WORD.findall(text)} | {
        line for text in said for line in text.splitlines()
    }
    words |= {word.strip(_AROUND) for word in words} | {one.path.stem, one.friendly_name.removesuffix(".pdf"), ""}
    if opens_with(one, sorted(words)):
        hint = "Lock the packet with a password that does not stand in the message, and tell it by telephone."
        return [Problem(place, "M35", "the message holds the password of the file attached to it", hint)]
    hint = "Tell the password by telephone, never by e-mail; ask whether the message has arrived."
    message = "the packet is encrypted: many mail gateways hold such files back"
    return [Problem(place, "M36", message, hint, Severity.WARNING)]


def _sized(letter: Letter, place: Place, config: Config, problems: list[Problem]) -> list[Planned]:
    try:
        size = len(message.draft(letter))
    except Doubtful as doubt:
        problems.append(_problem(place, doubt))
        return []
    most = config.email.message_bytes
    if size > most:
        parts = ", ".join(f"{name} ({encoded:,} bytes)" for name, encoded in message.heaviest(letter)[:3])
        hint = "Send fewer files at once, or raise email.message_bytes if the recipients' servers take more."
        what = f"the message has {size:,} bytes as it is sent, and {most:,} are allowed; most of it: {parts}"
        problems.append(Problem(place, "M06", what, hint))
        return []
    return [Planned(letter, place, size)]


def _problem(place: Place, doubt: Doubtful) -> Problem:
    return Problem(place, doubt.code, doubt.message, doubt.hint)
