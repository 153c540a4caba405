"""Addresses that people type → mailboxes; what is malformed, or looks like something else, is refused.

International domains are not wrong, but nobody can tell `аcme.com` from `acme.com` by eye. They pass only where a
person has vouched for them by name, and so does a domain that looks like one already written to.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_JOINERS = "\u200c\u200d"  # invisible, and part of the spelling of names in several scripts
_LOOKS_LIKE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))
_LONGEST_NAME = 100


class Doubtful(ValueError):
    """An address is not to be written to; carries a problem's code, message and hint."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address in ASCII, its domain in small letters, and the name that stands before it, if any."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def mailbox(words: str, vouched: Iterable[str] = ()) -> Mailbox:
    """The mailbox of `name@domain` or `Name <name@domain>`; raises Doubtful. Nothing is asked of the network."""
    check_line(words, "an address")
    name, address = _parted(words.strip())
    if "@" in name or "<" in name or len(name) > _LONGEST_NAME:
        hint = "Write a person's or a firm's name before the address, or nothing."
        raise Doubtful("M03", f"the name before {_quoted(address)} looks like an address, or is too long", hint)
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        hint = "Write one address each time, as name@domain or 'Name <name@domain>'."
        raise Doubtful("M03", f"{_quoted(address)} is no address: {error}", hint) from error
    domain = valid.ascii_domain or ""
    if not valid.local_part.isascii():
        hint = "Ask for an address that is plain before the @; many servers take no other."
        raise _strange(address, valid.local_part, hint)
    trusted = {name.casefold() for name in vouched}
    if (
        not (address.isascii() and valid.domain == domain)
        and not {valid.domain.casefold(), domain.casefold()} & trusted
    ):
        hint = "Have it read out over a telephone number that you already had. If it is right, name the domain under"
        strange = valid.domain if valid.domain != domain else address
        raise _strange(address, strange, f"{hint} email.vouched_domains as '{domain}'.")
    return Mailbox(f"{valid.local_part}@{domain.casefold()}", name)


def check_line(words: str, what: str) -> None:
    """Doubtful where a text that goes into a header has a line break or anything else that can't be seen."""
    for letter in words:
        if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and letter not in _JOINERS:
            name = "a line break" if letter in "\r\n" else unicodedata.name(letter, f"U+{ord(letter):04X}").lower()
            hint = "Write it anew by hand: a line break or an invisible sign can change where a message goes."
            raise Doubtful("M02", f"{what} holds a sign that can't be seen ({name})", hint)


def look_alikes(domains: Iterable[str], known: Iterable[str], vouched: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Domains that look like another one, each with that one: among themselves, or like those known before.

    Vouching for a domain, or having written to it, says nothing of others that look like it.
    """
    known = tuple(known)
    fine = {name.casefold() for name in (*known, *vouched)}
    by_looks: dict[str, str] = {}
    for domain in known:
        by_looks.setdefault(_looks(domain), domain)
    for domain in domains:
        seen = by_looks.setdefault(_looks(domain), domain)
        if seen != domain and domain not in fine:
            yield domain, seen


def _strange(address: str, words: str, hint: str) -> Doubtful:
    return Doubtful("M04", f"{_quoted(address)} has letters that may be mistaken for others: {_letters(words)}", hint)


def _looks(domain: str) -> str:
    """What a domain looks like at a glance; the same for domains that can be mistaken for each other."""
    domain = domain.replace("-", "")
    for letters, seen_as in _LOOKS_LIKE:
        domain = domain.replace(letters, seen_as)
    return domain


def _parted(words: str) -> tuple[str, str]:
    if not words.endswith(">"):
        return "", words
    name, _, address = words[:-1].rpartition("<")
    name = " ".join(name.split())
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    return name, address


def _letters(words: str) -> str:
    found = dict.fromkeys(letter for letter in words if not letter.isascii())
    return ", ".join(f"{letter} ({unicodedata.name(letter, 'without a name').lower()})" for letter in found)


def _quoted(words: str) -> str:
    """Words for a message: without what would steer a terminal, and not endless."""
    return "'" + "".join(letter if letter.isprintable() else "�" for letter in words[:120]) + "'"
