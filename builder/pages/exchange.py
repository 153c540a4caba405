"""What an exchange's rules are in words: addresses, permissions, and what is ticked at the end."""

from __future__ import annotations

from collections.abc import Sequence

from builder.config.handbook import Values
from builder.guides.blocks import Permission, Spans, plain
from builder.guides.guide import Facts, Guide
from builder.pages.page import Room
from builder.pages.words import Words


def ip_rule(facts: Facts, words: Words) -> str:
    """The exchange's rule for IP addresses in a few words, empty where the guide says nothing."""
    said = []
    if facts.ip_required is not None:
        said.append(words("addresses.required" if facts.ip_required else "addresses.optional"))
    if facts.ip_maximum:
        said.append(words("addresses.maximum", number=facts.ip_maximum))
    if facts.ip_separator is not None:
        said.append(separator_words(facts.ip_separator, words))
    sentence = ", ".join(said)
    return sentence[:1].upper() + sentence[1:]


def checklist(guide: Guide, words: Words, given: Room | None = None) -> tuple[tuple[str, str], ...]:
    """What the reader ticks before closing the exchange, and which of a client's values stands below it."""
    facts = guide.facts
    lines = []
    if facts.enable:
        lines.append(words("checklist.enabled", names=words.enumerated(facts.enable)))
    else:
        lines.append(words("checklist.enabled_unknown"))
    if facts.withdrawal:
        lines.append(words("checklist.never_named", names=words.enumerated(facts.withdrawal)))
    else:
        lines.append(words("checklist.never"))
    if given is None:
        bound = [(words("checklist.bound"), "")]
    else:
        so = facts.ip_separator is not None
        how = separator_words(facts.ip_separator, words) if facts.ip_separator is not None else ""
        bound = [(words("checklist.given_so", separator=how) if so else words("checklist.given"), "ips")]
        bound += [(words("checklist.given_label"), "label") if given.has_label else (words("checklist.label"), "")]
    return (*((line, "") for line in lines), *bound, (words("checklist.stored"), ""))


def never_first(facts: Facts) -> tuple[str, ...]:
    """What stays off: first what can move funds."""
    return tuple(dict.fromkeys((*facts.withdrawal, *facts.leave_off)))


def is_never(row: Permission, facts: Facts) -> bool:
    """Whether the front matter says of a permission in a table that it must never be on."""
    return not row.on and plain(row.name).casefold() in {name.casefold() for name in facts.withdrawal}


def ordered_rows(rows: Sequence[Permission], facts: Facts) -> list[Permission]:
    """A table's rows: what is switched on, what never is, what stays off."""
    return sorted(rows, key=lambda row: (not row.on, not is_never(row, facts)))


def silent_rows(rows: Sequence[Permission], facts: Facts) -> tuple[Permission, ...]:
    """The permissions that stay off and of which nothing else is said: in one row where there are several."""
    found = tuple(row for row in rows if not (row.on or row.level or plain(purpose(row)) or is_never(row, facts)))
    return found if len(found) > 2 else ()


def purpose(row: Permission) -> Spans:
    """What a permission is for; a dash says nothing that the empty cell does not."""
    return row.purpose if plain(row.purpose).strip(" -–—") else ()


def address_lines(values: Values, facts: Facts) -> tuple[str, ...]:
    """The addresses that the firm knows, as this exchange wants them typed; one a line where it does not say."""
    if facts.ip_separator is None:
        return values.addresses
    return tuple(facts.ip_separator.join(values.addresses).split("\n"))


def separator_words(separator: str, words: Words) -> str:
    """What stands between two addresses, in words."""
    names = {",": "comma", ", ": "comma_space", "\n": "line", " ": "space", ";": "semicolon"}
    if separator in names:
        return words(f"addresses.{names[separator]}")
    return words("addresses.other", sign=words.quoted(separator))
