"""A guide that has no front matter → one that has, as far as its text states facts; the rest is left to a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from builder.checks import facts
from builder.checks.labels import is_label
from builder.checks.mend import fix
from builder.checks.reading import Role, View, view
from builder.guides.blocks import plain
from builder.guides.guide import Facts, parse_guide
from builder.screenshots.model import Inspection

_FILL_IN = {
    "website": "the exchange's official address",
    "verified": "the day on which the screens were last compared with the exchange",
    "permissions.enable": "the labels of the permissions to enable",
    "permissions.leave_off": "the labels of the permissions to leave off",
    "verification": "what the exchange asks for when the key is made",
    "label_field": "what the exchange calls the key's own name",
    "ip_whitelist.field": "what the exchange calls the field for IP addresses",
    "ip_whitelist.required": "whether a key can't be made without IP addresses",
    "ip_whitelist.separator": "what stands between two IP addresses, exactly",
    "key_fields": "what the exchange shows at the end",
    "secret_shown": "whether the secret key can be seen again: once or always",
}
_CHECKS = (
    (re.compile(r"\be-?mail", re.IGNORECASE), "Email code"),
    (re.compile(r"\bphone|\bSMS\b|\bmobile\b", re.IGNORECASE), "SMS code"),
    (re.compile(r"\bauthenticat(?:or|ion)\b|\b2FA\b|\bTOTP\b", re.IGNORECASE), "Authenticator code"),
    (re.compile(r"\b(?:fund|trading|transaction) password\b", re.IGNORECASE), "Fund password"),
    (re.compile(r"\bpasskey\b", re.IGNORECASE), "Passkey"),
)
_VERIFICATION = re.compile(r"\bverif|\bauthenticat", re.IGNORECASE)
_ENTER = re.compile(r"\b(?:enter|add|type|fill in|set|under)\b", re.IGNORECASE)
_LABEL_FIELD = re.compile(r"\b(?:label|name|remark|note|memo|alias)\b", re.IGNORECASE)
_MAXIMUM = re.compile(r"\b(?:up to|at most|maximum of|no more than) (\d{1,4}) (?:IP|address)", re.IGNORECASE)
_DISPLAYS = re.compile(r"\b(?:display|show|see|receive|credentials)", re.IGNORECASE)
_NAME_ENDS = re.compile(r"\s*(?:[—–:]|\s-\s|\s\()")


def import_guide(
    source: str, slug: str, seen: Mapping[str, Inspection] | None = None, language: str = "en"
) -> tuple[str, list[str]]:
    """The guide with front matter and what is mechanical mended, and what a person must fill in, key by key.

    A guide that has front matter keeps it; one that can't be read comes back as it is.
    """
    text, _ = fix(source, slug, seen, language)
    guide, _ = parse_guide(text.removeprefix("\ufeff"), slug, slug)
    if guide is None:
        return source, []
    if text.startswith("---"):
        return text, _to_fill_in(_stated(guide.facts))
    found = _facts(view(guide))
    missing = _to_fill_in(found)
    end = "\r\n" if "\r\n" in text else "\n"
    header = _header(found, missing).replace("\n", end)
    return header + text.removeprefix("\ufeff").lstrip("\r\n"), missing


def _header(found: Mapping[str, Any], missing: list[str]) -> str:
    said = yaml.safe_dump(dict(found), sort_keys=False, allow_unicode=True, width=1_000)
    notes = "".join(f"# To fill in: {note}\n" for note in missing)
    return f"---\n{said}{notes}---\n\n"


def _to_fill_in(found: Mapping[str, Any]) -> list[str]:
    missing = []
    for key, meaning in _FILL_IN.items():
        value: Any = found
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None:
            missing.append(f"{key}: {meaning}")
    return missing


def _stated(said: Facts) -> dict[str, Any]:
    """The front matter's facts in the form that `_facts` gives them."""
    whitelist = {"field": said.ip_field, "required": said.ip_required, "separator": said.ip_separator}
    return {
        "website": said.website,
        "verified": said.verified,
        "permissions": {"enable": said.enable or None, "leave_off": said.leave_off or None},
        "verification": said.verification or None,
        "label_field": said.label_field,
        "ip_whitelist": whitelist,
        "key_fields": said.key_fields or None,
        "secret_shown": said.secret_shown,
    }


def _facts(one: View) -> dict[str, Any]:
    """What the text states; what it does not state is not there."""
    settings = facts.permissions(one)
    on = [setting.name for setting in settings if setting.on]
    off = [setting.name for setting in settings if not setting.on]
    permissions = {
        "enable": list(dict.fromkeys(on)),
        "leave_off": list(dict.fromkeys(off)),
        "withdrawal": [name for name in dict.fromkeys(off) if facts.MOVES_FUNDS.search(name)],
    }
    found: dict[str, Any] = {
        "exchange": one.guide.exchange,
        "verification": _verification(one),
        "permissions": {key: names for key, names in permissions.items() if names},
        "label_field": _label_field(one),
        "ip_whitelist": _whitelist(one),
        "key_fields": _key_fields(one),
        "secret_shown": "once" if facts.once_warnings(one) else None,
    }
    return {key: value for key, value in found.items() if value}


def _verification(one: View) -> list[str]:
    """What is asked for in the step that is about verification, in the order in which it is named."""
    steps = [i for i, p in enumerate(one.parts) if p.number is not None and _VERIFICATION.search(plain(p.title))]
    named: list[str] = []
    for passage in one.passages:
        if passage.part in steps and passage.role not in {Role.TITLE, Role.CALLOUT}:
            named += [name for pattern, name in _CHECKS if pattern.search(passage.text)]
    return list(dict.fromkeys(named))


def _label_field(one: View) -> str | None:
    for said in facts.said(one):
        for name in said.sentence.names:
            bare = name.strip(" .:")
            if is_label(bare) and _LABEL_FIELD.search(bare) and _ENTER.search(said.sentence.text):
                return bare
    return None


def _whitelist(one: View) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for said in facts.said(one):
        text = said.sentence.text
        for name in said.sentence.names:
            bare = name.strip(" .:")
            if "field" not in found and is_label(bare) and re.search(r"\bIPs?\b", bare) and _ENTER.search(text):
                found["field"] = bare
                if "(required)" in bare.casefold() or "(optional)" in bare.casefold():
                    found["required"] = "(required)" in bare.casefold()
        most = _MAXIMUM.search(text)
        if most:
            found.setdefault("maximum", int(most[1]))
    for said in facts.separators(one):
        separator = facts.separator_said(said.sentence.text)
        if separator is not None:
            found.setdefault("separator", separator)
    return found


def _key_fields(one: View) -> list[str]:
    """The entries of the list of what the exchange shows in the step in which the secret appears."""
    shown = facts.secret_shown_at(one)
    part = next((passage.part for passage in one.passages if passage.order == shown), None)
    listed: list[str] = []
    before = ""
    listing = 0
    for passage in one.passages:
        if passage.part != part:
            continue
        if (
            passage.role is Role.ITEM
            and not passage.number
            and (passage.listing == listing or _DISPLAYS.search(before))
        ):
            listing = passage.listing
            listed.append(_NAME_ENDS.split(passage.text)[0].strip())
        before = passage.text
    return listed if any(facts.SECRET.search(name) for name in listed) else []
