"""What the text of a guide says about keys, permissions, addresses and secrets; read by rules and by the importer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from builder.checks.reading import Passage, Role, Sentence, Setting, View, sentences
from builder.guides.prose import Prose

MOVES_FUNDS = re.compile(r"withdraw|transfer|payout|pay out|remit|send (?:coins|crypto|funds)", re.IGNORECASE)
NEGATED = re.compile(
    r"\b(?:never|not|avoid|no one|nobody|without|refuse|leave|keep|turn off|switch off|untick|disable|nor|neither)\b|"
    r"n['’]t\b|\boff\b",
    re.IGNORECASE,
)
WITHDRAWAL = re.compile(r"withdraw", re.IGNORECASE)
ONCE = re.compile(
    r"\bonly\s+(?:be\s+)?(?:shown\s+|displayed\s+|visible\s+|shows\s+|appears\s+)*once\b|"
    r"\b(?:shown|displayed|shows|visible|appears|see|view|reveal(?:ed|s)?)\b[^.]*\b(?:just|only)?\s*once\b|"
    r"\b(?:not|never|no)\b[^.]*\b(?:second time|again|other chance)\b|\bonly chance\b|"
    r"\bcan(?:not|['’]t) be recovered\b",
    re.IGNORECASE,
)
SECRET = re.compile(r"\bsecrets?\b|\bprivate key\b|\bpassphrase\b", re.IGNORECASE)
_ENABLE = re.compile(r"\b(?:enable|tick|turn on|switch on|allow|activate|grant|check)\b", re.IGNORECASE)
PERMISSIONS = re.compile(r"\b(?:permissions?|authorit(?:y|ies)|restrictions?|scopes?)\b", re.IGNORECASE)
_CHOOSE = re.compile(r"\b(?:choose|select|enable|set|tick|grant|following|available|allow)\b", re.IGNORECASE)
# One that the reader thinks of is no secret that the exchange shows; what a sentence says of it later is about it too.
_OWN_PASSPHRASE = re.compile(
    r"\b(?:set|choose|create|enter|type|invent|make up|think of|define|pick|add|your own)\b[^.]*\bpassphrase\b[^.]*",
    re.IGNORECASE,
)
_SHOWING = re.compile(
    r"\b(?:copy|copied|save|store|display\w*|show[ns]?|showing|see|view|appears?|receive)\b", re.IGNORECASE
)
SAVES = re.compile(r"\b(?:save|store|copy|write down)\b|\bcredentials\b", re.IGNORECASE)
_IP = re.compile(r"\bIPs?\b|\bIP address(?:es)?\b")
_SEPARATED = re.compile(
    r"\bsepara\w+|\bcommas?\b|\bsemicolons?\b|\b(?:per|a|each|own|new) line\b|\bline breaks?\b", re.IGNORECASE
)
_EXACT = re.compile(
    r"\bwith(?:out)?\s+(?:(?:a|any|one)\s+)?(?:blank\s+)?spaces?\b|\bno\s+(?:blank\s+)?spaces?\b|\bspace after\b|"
    r"\band (?:a|one) space\b|\b(?:per|each|own|new) line\b|\bline breaks?\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d+)?(\s*[,;]\s*|\s+)(?=\d{1,3}(?:\.\d{1,3}){3})")
_BY_PERMISSION = re.compile(r"\s*[(—–:]|\s-\s")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the guide with its place."""

    sentence: Sentence
    passage: Passage


def said(view: View) -> Iterator[Said]:
    """Every sentence of the guide."""
    for passage in view.passages:
        for sentence in sentences(passage.spans):
            yield Said(sentence, passage)


def permissions(view: View) -> list[Setting]:
    """The permissions of tables and of lists such as 'Choose the following permissions', in reading order."""
    listed: list[Setting] = []
    is_choice: dict[int, bool] = {}
    before: list[Passage] = []
    for passage in view.passages:
        if passage.role is Role.ITEM and not passage.number:
            if passage.listing not in is_choice:
                is_choice[passage.listing] = _announces_permissions(before, passage.part)
            if is_choice[passage.listing]:
                name = _BY_PERMISSION.split(passage.text)[0].strip()
                listed.append(Setting(name, True, passage.line, passage.part, passage.order))
        else:
            before = [*before[-1:], passage]
    return sorted([*listed, *view.settings], key=lambda setting: setting.order)


def _announces_permissions(before: list[Passage], part: int) -> bool:
    """Whether the sentence, or the heading and the sentence, before a list says that permissions follow."""
    near = [passage.text for passage in before if passage.part == part and passage.role is not Role.CELL]
    text = " ".join(near)
    last = near[-1] if near else ""
    return bool(PERMISSIONS.search(last) and _CHOOSE.search(text) and not NEGATED.search(last))


def enabling(view: View) -> Iterator[tuple[str, Passage]]:
    """The names that a sentence tells the reader to enable."""
    for one in said(view):
        if _ENABLE.search(one.sentence.text) and not NEGATED.search(one.sentence.text):
            for name in one.sentence.names:
                yield name.strip(' .,:;"“”'), one.passage


def secret_shown_at(view: View) -> int | None:
    """The order of the passage, or of its step's heading, with which the secret comes on the screen."""
    for passage in view.in_steps():
        if passage.role in {Role.CALLOUT, Role.CELL}:
            continue
        own = " ".join(other.text for other in view.passages if other.part == passage.part)
        if passage.role is Role.TITLE:
            if SAVES.search(passage.text) and SECRET.search(_OWN_PASSPHRASE.sub(" ", own)):
                return passage.order
        elif _SHOWING.search(passage.text) and SECRET.search(_OWN_PASSPHRASE.sub(" ", passage.text)):
            return passage.order
    return None


def once_warnings(view: View) -> list[Passage]:
    """The passages that say that the secret is shown only once."""
    return [
        passage
        for passage in view.passages
        if ONCE.search(passage.text)
        and (SECRET.search(passage.text) or re.search(r"\b(?:keys?|values?|information|credentials)\b", passage.text))
    ]


def speaks_of_whitelist(view: View) -> bool:
    """Whether a step tells the reader to restrict the key to IP addresses."""
    return any(_IP.search(passage.text) for passage in view.in_steps())


def separators(view: View) -> list[Said]:
    """The sentences that say how IP addresses are to be separated."""
    found: list[Said] = []
    near: dict[int, int] = {}
    for one in said(view):
        if view.parts[one.passage.part].number is None:
            continue
        if _IP.search(one.sentence.text):
            near[one.passage.part] = one.passage.order
        speaks = _IP.search(one.sentence.text) or (
            re.search(r"\baddress(?:es)?\b", one.sentence.text) and one.passage.part in near
        )
        if speaks and _SEPARATED.search(one.sentence.text):
            found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between two IP addresses of an example; columns from 0, half-open."""

    line: int
    start: int
    end: int
    separator: str


def address_lists(view: View, prose: Prose) -> Iterator[Between]:
    """What separates the IP addresses of the examples in the text."""
    for line in prose.stretches:
        for match in _BETWEEN.finditer(view.lines[line - 1]):
            if prose.holds(line, *match.span(1)):
                yield Between(line, *match.span(1), match[1])


def is_exact(sentence: str) -> bool:
    """Whether a sentence on separators leaves nothing open: spaces or none, or a line each."""
    return bool(_EXACT.search(sentence))


def separator_said(sentence: str) -> str | None:
    """The separator that a sentence names exactly, or None."""
    text = sentence.casefold()
    if re.search(r"\bline\b|\bline breaks?\b", text):
        return "\n"
    mark = "," if "comma" in text else ";" if "semicolon" in text else None
    if mark is None or not is_exact(sentence):
        return None
    return mark if re.search(r"without|\bno\b", text) else mark + " "
