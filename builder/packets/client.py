"""A client's file, YAML or one row of a table → Client: who they are, and what their keys get on which exchange."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from builder import fields
from builder.fields import Key, Unfit
from builder.guides.guide import Facts, Guide
from builder.packets import addresses
from builder.packets.addresses import Entry
from builder.pages.slots import wrapped
from builder.problems import Place, Problem

MAX_BYTES = 200_000
LONGEST_LABEL = 64
"""The longest label that has room on a page; an exchange may take less."""
MOST_LINES = 40
"""The most lines that a list of IP addresses has room for on a page."""
LANGUAGES = ("en", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "vi", "zh")
_LONGEST_FOLDER = 60
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_OWN = ("label", "ips")


@dataclass(frozen=True, slots=True)
class Located:
    """A text and the line on which it stands."""

    text: str
    line: int


def _text(node: yaml.Node) -> str:
    """Words that can be printed: no control signs, and none that turn the direction of what follows."""
    value = unicodedata.normalize("NFC", fields.text(node))
    if not all(letter.isprintable() for letter in value):
        raise Unfit("text without invisible characters", node)
    return value


def _located(node: yaml.Node) -> Located:
    return Located(_text(node), node.start_mark.line + 1)


def _mail(node: yaml.Node) -> str:
    value = _text(node)
    if not _MAIL.fullmatch(value):
        raise Unfit("a mail address such as jane@client.example", node)
    return value


@dataclass(frozen=True, slots=True)
class _Own:
    """What holds for one exchange instead of what holds for all; None where nothing is said."""

    slug: Located
    label: Located | None
    ips: tuple[Located, ...] | None


def _overrides(node: yaml.Node) -> tuple[_Own, ...]:
    expected = "exchanges with a label and ips of their own, such as 'gate: {label: ICG-MM-2}'"
    if not isinstance(node, yaml.MappingNode):
        raise Unfit(expected, node)
    found: list[_Own] = []
    for name, value in node.value:
        if not isinstance(value, yaml.MappingNode):
            raise Unfit(expected, value)
        own = {str(key.value): inner for key, inner in value.value}
        strange = [key for key, _ in value.value if key.value not in _OWN]
        if strange or len(own) != len(value.value):
            raise Unfit(f"a mapping with {' and '.join(_OWN)} at most, each once", strange[0] if strange else value)
        label = _located(own["label"]) if "label" in own else None
        ips = fields.several(_located)(own["ips"]) if "ips" in own else None
        slug = _located(name)
        if any(each.slug.text == slug.text for each in found):
            raise Unfit("a mapping that names each exchange once", name)
        found.append(_Own(slug, label, ips))
    return tuple(found)


CLIENT_KEYS = (
    Key("client", _text, "The client's name, as it stands on the cover and at the foot of each page.", required=True),
    Key("contact", _text, "The person at the client who makes the keys.", ""),
    Key("email", _mail, "The contact's mail address, for the firm's own record; it's not printed.", ""),
    Key("account_manager", _text, "The person at the firm whom the client calls.", ""),
    Key("exchanges", fields.several(_located), "The exchanges by their guides' names, in this order.", required=True),
    Key("ips", fields.several(_located), "The IP addresses and ranges that the keys are bound to.", ()),
    Key("label", _located, "The label of the keys."),
    Key("overrides", _overrides, "Label and IP addresses by exchange, instead of those that hold for all.", ()),
    Key("date", fields.date, "The packet's date; the edition's where there is none."),
    Key("expires", fields.date, "The last day on which the packet is to be used."),
    Key("dates", fields.choice(*LANGUAGES), "The language in which dates are written; the handbook's by default.", ""),
    Key("note", _text, "A sentence or two to this client, printed on the first page.", ""),
)
"""What a client's file may hold; the columns of a table are the same, those of `overrides` with dots."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one exchange's key gets; `ip_text` is the list of IP addresses as this exchange wants it typed."""

    slug: str
    label: str  # empty where the client chooses one
    ips: tuple[str, ...]
    ip_text: str


@dataclass(frozen=True, slots=True)
class Client:
    """A client whose values were checked. `folder` names what is made for them; `place` is where problems are."""

    folder: str
    place: Place
    name: str
    contact: str
    email: str
    account_manager: str
    exchanges: tuple[Exchange, ...]
    date: datetime.date
    expires: datetime.date | None
    dates: str
    note: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a file or a row says, before it is compared with the guides."""

    folder: str
    place: Place
    values: Mapping[str, Any]
    lines: Mapping[str, int]


def read(path: Path, shown: str) -> tuple[Said | None, list[Problem]]:
    """What a client's YAML file says, and what is wrong with its form."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return None, [Problem(Place(shown), "N08", f"the file has more than {MAX_BYTES:,} bytes", "Split it.")]
        source = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None, [Problem(Place(shown), "N07", "there is no such file", "`handbook packet --sample` writes one.")]
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or "unreadable") if isinstance(error, OSError) else "it is not UTF-8 text"
        return None, [Problem(Place(shown), "N08", f"the file can't be read: {why}", "Save it as UTF-8 text.")]
    said, problems = fields.read(source, shown, CLIENT_KEYS, "N")
    if problems:
        return None, problems
    return Said(folder_name(path.stem), Place(shown), said.values, said.lines), []


def folder_name(words: str) -> str:
    """A name for a folder, of small letters, digits and hyphens.

    Where letters have no like among these, or the name is too long, part of the words' digest tells clients apart.
    """
    words = unicodedata.normalize("NFC", words).casefold()
    name = re.sub(r"[^a-z0-9]+", "-", _plain(words)).strip("-")
    lost = any(letter.isalnum() and not _plain(letter) for letter in words)
    if name and not lost and len(name) <= _LONGEST_FOLDER:
        return name
    digest = hashlib.sha256(words.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_FOLDER - 9].rstrip('-') or 'client'}-{digest}"


def _plain(words: str) -> str:
    """Letters without what stands above and below them; those that are still not ASCII are left out."""
    return unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()


def client(
    said: Said, guides: Mapping[str, Guide], printable: Callable[[str], bool], date: datetime.date
) -> tuple[Client | None, list[Problem]]:
    """The client, with every value that their exchanges would not take refused.

    `printable` tells whether the typeface for values has all of a text's characters; `date` stands where none is said.
    """
    values, file = said.values, said.place.file
    problems: list[Problem] = []
    seen: dict[str, Located] = {}
    if not values["exchanges"]:
        place = Place(file, said.lines.get("exchanges", said.place.line))
        problems.append(Problem(place, "N10", "no exchange is named", f"There are: {', '.join(guides)}."))
    for name in values["exchanges"]:
        problems += _exchange_problems(name, seen, guides, file)
        seen.setdefault(name.text, name)
    own = {each.slug.text: each for each in values["overrides"]}
    for slug, each in own.items():
        if slug not in seen:
            hint = f"Add it to 'exchanges', or take it out. There are: {', '.join(seen)}."
            message = f"'overrides' names '{slug}', which is none of this client's exchanges"
            problems.append(Problem(Place(file, each.slug.line), "N12", message, hint))
    exchanges = []
    for slug, name in seen.items():
        if slug in guides:
            found, faults = _exchange(guides[slug], name, own.get(slug), values, printable, file)
            exchanges.append(found)
            problems += faults
    when = values["date"] or date
    if values["expires"] and values["expires"] < when:
        message = f"the packet expires on {values['expires']}, before its date, {when}"
        hint = "Correct one of the two."
        problems.append(Problem(Place(file, said.lines.get("expires", said.place.line)), "N19", message, hint))
    if problems:
        return None, list(dict.fromkeys(problems))
    texts = {key: values[key] for key in ("contact", "email", "account_manager", "expires", "dates", "note")}
    return Client(said.folder, said.place, values["client"], exchanges=tuple(exchanges), date=when, **texts), []


def _exchange_problems(
    name: Located, seen: Mapping[str, Located], guides: Mapping[str, Guide], file: str
) -> list[Problem]:
    place = Place(file, name.line)
    if name.text not in guides:
        message = f"there is no guide for the exchange '{name.text}'"
        return [Problem(place, "N10", message, f"There are: {', '.join(guides)}.")]
    if name.text in seen:
        return [Problem(place, "N11", f"the exchange '{name.text}' stands twice", "Keep one of the two.")]
    return []


def _exchange(
    guide: Guide,
    name: Located,
    own: _Own | None,
    values: Mapping[str, Any],
    printable: Callable[[str], bool],
    file: str,
) -> tuple[Exchange, list[Problem]]:
    """One exchange's values, and what it would not take of them."""
    label: Located | None = own.label if own and own.label is not None else values["label"]
    ips: Sequence[Located] = own.ips if own and own.ips is not None else values["ips"]
    problems = _label_problems(guide, label, printable, file) if label else []
    entries = []
    for each in ips:
        try:
            entries.append((addresses.parse(each.text), each.line))
        except ValueError as error:
            place, hint = Place(file, each.line), "Write it such as 203.0.113.7, 2001:db8::7 or 203.0.113.0/28."
            problems.append(Problem(place, "N13", f"'{each.text}': {error}", hint))
    if not ips:
        message = f"there are no IP addresses for {guide.exchange}"
        hint = "Add 'ips: …'; a key that is bound to none can be used from anywhere."
        problems.append(Problem(Place(file, name.line), "N14", message, hint))
    problems += _ip_problems(guide, entries, name.line, file)
    texts = tuple(entry.text for entry, _ in entries)
    separator = "\n" if guide.facts.ip_separator is None else guide.facts.ip_separator
    text = separator.join(texts)
    lines = len(wrapped(text, separator))
    if lines > MOST_LINES:
        message = f"the IP addresses for {guide.exchange} take {lines} lines; a page has room for {MOST_LINES}"
        hint = "Give it fewer under 'overrides', or ranges where the exchange takes them."
        problems.append(Problem(Place(file, ips[0].line), "N16", message, hint))
    return Exchange(guide.slug, label.text if label else "", texts, text), problems


def _label_problems(guide: Guide, label: Located, printable: Callable[[str], bool], file: str) -> list[Problem]:
    place, text = Place(file, label.line), label.text
    most = min(guide.facts.label_length or LONGEST_LABEL, LONGEST_LABEL)
    if len(text) > most:
        message = f"the label '{text}' has {len(text)} characters; {guide.exchange} takes {most} at most"
        return [Problem(place, "N17", message, "Shorten it, or give this exchange one of its own under 'overrides'.")]
    if not printable(text):
        message = f"the label '{text}' has a character that can't be printed so that it is typed right"
        return [Problem(place, "N18", message, "Write it with letters, digits and common signs.")]
    return []


def _ip_problems(guide: Guide, entries: Sequence[tuple[Entry, int]], line: int, file: str) -> list[Problem]:
    """What is wrong with addresses that are well formed."""
    facts, problems = guide.facts, []
    for entry, at in entries:
        why = "" if entry.is_public else "can't be reached over the internet (private, local or reserved)"
        why = why or _not_taken(entry, facts, guide.exchange)
        if why:
            code = "N16" if entry.is_public else "N15"
            hint = "Ask the client for the public address of their servers, as this exchange takes it."
            problems.append(Problem(Place(file, at), code, f"{entry.text} {why}", hint))
    for first, second in addresses.overlapping([entry for entry, _ in entries]):
        message = f"{entries[second][0].text} is in the list already, as {entries[first][0].text}"
        problems.append(Problem(Place(file, entries[second][1]), "N21", message, "Keep one of the two."))
    if facts.ip_maximum and len(entries) > facts.ip_maximum:
        message = f"{guide.exchange} takes {facts.ip_maximum} IP addresses at most, and there are {len(entries)}"
        hint = "Give it fewer under 'overrides'."
        problems.append(Problem(Place(file, entries[facts.ip_maximum][1] or line), "N16", message, hint))
    return problems


def _not_taken(entry: Entry, facts: Facts, exchange: str) -> str:
    if entry.is_range and not facts.ip_ranges:
        return f"is a range, and the guide does not say that {exchange} takes any ('ranges: true')"
    if entry.version == 6 and facts.ip_v6 is False:
        return f"is an IPv6 address, which {exchange} does not take"
    return ""
