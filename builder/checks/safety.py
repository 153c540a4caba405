"""The contract that every guide keeps: no permission too many, no key lost or leaked, no wrong address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from builder.checks import facts, hosts
from builder.checks.facts import MOVES_FUNDS, NEGATED
from builder.checks.finding import Finding
from builder.checks.reading import Passage, View
from builder.config.checks import Settings
from builder.guides.blocks import Span
from builder.guides.prose import Prose
from builder.screenshots.fetch.addresses import host_of
from builder.screenshots.inspect.key_patterns import keys_in

_ADDRESS = re.compile(r"https?://[^\s)>\"'`]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)")
_IPV6 = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w.@/-])(?:[^\W_][\w-]*\.)+[^\W\d_]{2,}(?![\w@])")
_EXAMPLES = [
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
_EXAMPLE_HOSTS = ("example.com", "example.org", "example.net")
_SEND = re.compile(
    r"\b(?:send|share|forward|provide|hand(?: over)?|give|submit|upload|post|message|tell|pass|e?-?mail|reply with)\b",
    re.IGNORECASE,
)
_VALUABLE = re.compile(
    r"\bsecrets?\b|\bapi keys?\b|\bkey pairs?\b|\bcredentials\b|\bpass(?:words?|phrases?)\b|\bprivate keys?\b|"
    r"\bboth (?:keys|values)\b|\bthe keys\b|\bseed phrases?\b",
    re.IGNORECASE,
)
_RECIPIENT = re.compile(
    r"\b(?:us|our|me)\b|\bto (?:the|your|an?) [\w ]*(?:team|support|manager|desk|contact|engineer|chat)\b|"
    r"\b(?:to|with) (?:the )?[\w ]*(?:team|support)\b|\bto \S+@\S+",
    re.IGNORECASE,
)


def findings(view: View, prose: Prose, settings: Settings) -> Iterator[Finding]:
    """What one guide breaks of the contract."""
    yield from permissions(view)
    yield from withdrawals(view)
    yield from whitelist(view)
    yield from shown_once(view)
    yield from separators(view)
    yield from examples(view, prose)
    yield from requests(view)
    yield from exposed(view, settings)
    yield from links(view, settings)


def permissions(view: View) -> Iterator[Finding]:
    stated = view.guide.facts
    enable = {name.casefold() for name in stated.enable}
    off = {name.casefold() for name in (*stated.leave_off, *stated.withdrawal)}
    told = [(setting.name, setting.line) for setting in facts.permissions(view) if setting.on]
    said = [(name, passage.line) for name, passage in facts.enabling(view)]
    for name in stated.enable:
        if MOVES_FUNDS.search(name) or name.casefold() in {other.casefold() for other in stated.withdrawal}:
            yield Finding(
                view.key("permissions.enable", name), 0, "A02", f"the front matter enables '{name}', which moves funds"
            )
    for name, line in dict.fromkeys([*told, *said]):
        place = view.find(name, line)
        if MOVES_FUNDS.search(name):
            yield Finding(*place, "A02", f"the reader is told to enable '{name}', which moves funds")
        elif name.casefold() in off or (enable and (name, line) in told and name.casefold() not in enable):
            yield Finding(*place, "A01", f"'{name}' is to be enabled here, but not by the front matter")


def withdrawals(view: View) -> Iterator[Finding]:
    off = any(facts.WITHDRAWAL.search(setting.name) and not setting.on for setting in view.settings)
    warned = any(
        facts.WITHDRAWAL.search(one.sentence.text) and NEGATED.search(one.sentence.text) for one in facts.said(view)
    )
    if not off and not warned:
        yield Finding(view.passages[0].line, 1, "A03", "the guide never says that withdrawals stay off")


def whitelist(view: View) -> Iterator[Finding]:
    if not facts.speaks_of_whitelist(view):
        yield Finding(view.passages[0].line, 1, "A04", "no step restricts the key to IP addresses")


def shown_once(view: View) -> Iterator[Finding]:
    if view.guide.facts.secret_shown == "always":
        return
    warnings = facts.once_warnings(view)
    shown = facts.secret_shown_at(view)
    if not warnings:
        yield Finding(view.passages[0].line, 1, "A05", "the guide never says that the secret key is shown only once")
    elif shown is not None and not any(_in_time(view, passage, shown) for passage in warnings):
        late = next((passage for passage in warnings if passage.order > shown), warnings[-1])
        line = next(passage.line for passage in view.passages if passage.order == shown)
        message = f"the warning that the secret is shown only once comes too late: line {line} has the reader see it"
        if late.order < shown:
            message = f"the warning that the secret is shown only once stands too far from line {line}, which shows it"
        yield Finding(*view.find(late.text, late.line), "A06", message)


def _in_time(view: View, warning: Passage, shown: int) -> bool:
    """Whether a warning stands before the act, in its step or the one before, above the first instruction there."""
    part = next(passage.part for passage in view.passages if passage.order == shown)
    acts = [p for p in view.passages if p.part == part and p.order >= shown and p.order != warning.order]
    first = next((p.order for p in acts if p.role not in {"title", "callout"}), shown)
    return warning.order < max(first, shown) and warning.part in {part, part - 1}


def separators(view: View) -> Iterator[Finding]:
    stated = view.guide.facts
    if not facts.speaks_of_whitelist(view) or stated.ip_maximum == 1:
        return
    said = facts.separators(view)
    if not said:
        # "Your values" prints the addresses one by one; where the exchange names no separator that must do.
        left_open = stated.ip_field is not None and stated.ip_separator is None
        if not (left_open and any("Your values" in passage.text for passage in view.in_steps())):
            line = next(passage.line for passage in view.in_steps() if "IP" in passage.text)
            yield Finding(*view.find("IP", line), "A07", "the guide does not say how IP addresses are separated")
        return
    exact = [(one, facts.separator_said(one.sentence.text)) for one in said]
    if not any(facts.is_exact(one.sentence.text) for one in said):
        place = view.find(said[0].sentence.text, said[0].passage.line)
        yield Finding(*place, "A07", "the text leaves open whether a space stands between IP addresses")
    for one, separator in exact:
        if separator is not None and stated.ip_separator is not None and separator != stated.ip_separator:
            place = view.find(one.sentence.text, one.passage.line)
            yield Finding(*place, "A08", f"the front matter's separator is {stated.ip_separator!r}, the text's is not")


def examples(view: View, prose: Prose) -> Iterator[Finding]:
    separator = view.guide.facts.ip_separator
    for between in facts.address_lists(view, prose):
        if separator is not None and between.separator != separator:
            message = f"the example separates addresses by {between.separator!r}, the front matter by {separator!r}"
            yield Finding(between.line, between.start + 1, "A08", message)


def requests(view: View) -> Iterator[Finding]:
    for one in facts.said(view):
        text = one.sentence.text
        send, valuable = _SEND.search(text), _VALUABLE.search(text)
        if send and valuable and _RECIPIENT.search(text, send.start()) and not NEGATED.search(text):
            yield Finding(
                *view.find(text, one.passage.line), "A09", f"the reader is asked to give away '{valuable[0]}'"
            )


def exposed(view: View, settings: Settings) -> Iterator[Finding]:
    """Keys, mail addresses and inner IP addresses anywhere in the source, front matter and comments included."""
    allowed = {hosts.domain_of(host) for host in (*settings.mail_hosts, *_official(view), *_EXAMPLE_HOSTS)}
    known = [shot.figure.address for shot in view.shots]
    for number, raw in enumerate(view.lines, 1):
        line = _ADDRESS.sub(lambda match: " " * len(match[0]), raw)
        for start, token, why in keys_in(raw, known):
            yield Finding(number, start + 1, "A10", f"a string of {len(token)} characters {why}, as keys have it")
        for match in _MAIL.finditer(line):
            masked = "*" in line[max(0, match.start() - 1) : match.end() + 1]
            if not masked and hosts.domain_of(match[0].rpartition("@")[2].casefold()) not in allowed:
                yield Finding(number, match.start() + 1, "A11", "this mail address belongs to a person")
        for pattern in (_IPV4, _IPV6):
            for match in pattern.finditer(line):
                if _is_inner(match[0]):
                    yield Finding(number, match.start() + 1, "A12", f"{match[0]} is an address inside a network")


def _is_inner(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return (address.is_private or address.is_link_local) and not any(
        address in network for network in _EXAMPLES if network.version == address.version
    )


def links(view: View, settings: Settings) -> Iterator[Finding]:
    """Addresses that lead elsewhere than to the exchange, or look as if they led to it."""
    official = _official(view)
    allowed = {hosts.domain_of(host) for host in (*official, *settings.link_hosts)}
    for passage in view.passages:
        for span in passage.spans:
            yield from _link(view, passage, span, official, allowed)


def _link(view: View, passage: Passage, span: Span, official: list[str], allowed: set[str]) -> Iterator[Finding]:
    # Letters of a link's host arrive escaped; the named host is as the reader sees it.
    shown = [name.casefold() for name in _HOST.findall(span.text)] if not span.code else []
    led = host_of(unquote(span.href)) if urlsplit(span.href).scheme in {"http", "https"} else ""
    place = view.find(led if led and led in "\n".join(view.lines) else span.text, passage.line)
    suspect = _suspect(led, official) if led else ""
    if led and shown and hosts.domain_of(shown[0]) != hosts.domain_of(led):
        yield Finding(*place, "A14", f"the link says {shown[0]} but leads to {hosts.readable(led)}")
    elif suspect:
        yield Finding(*place, "A14", suspect)
    elif led and official and hosts.domain_of(led) not in allowed:
        yield Finding(*place, "A13", f"{led} is not an official host of {view.guide.exchange}")
    for name in shown:
        suspect = _suspect(name, official)
        if suspect and name != led:
            yield Finding(*view.find(name, passage.line), "A14", suspect)


def _suspect(host: str, official: list[str]) -> str:
    """Why a host is not what it seems, or nothing."""
    shown = hosts.readable(host)
    if hosts.is_mixed(host):
        return f"{shown} mixes letters of two scripts"
    if hosts.is_foreign(host):
        return f"{shown} has letters that are easily taken for others"
    other = hosts.taken_for(host, official)
    return f"{shown} looks like {other} but is not" if other else ""


def _official(view: View) -> list[str]:
    stated = view.guide.facts
    return [host_of(address) for address in (stated.website, stated.api_page) if address]
