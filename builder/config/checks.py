"""What a project may set for the check, declared once; the keys stand under `checks:` in handbook.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder import fields
from builder.fields import Key, section

CHECK_KEYS = section(
    "checks",
    "What `handbook check` goes by.",
    Key("words", fields.several(fields.text), "Words that are right although a word list doubts them.", ()),
    Key("verbs", fields.several(fields.text), "More verbs with which a step may begin.", ()),
    Key("names", fields.several(fields.text), "More names that are spelled one way only.", ()),
    Key("link_hosts", fields.several(fields.host), "Hosts that any guide may link to besides its exchange's own.", ()),
    Key("mail_hosts", fields.several(fields.host), "Hosts whose mail addresses may stand in a guide.", ()),
    Key("sentence_words", fields.number(5, 200), "The longest sentence, in words.", 30),
    Key("oldest_days", fields.number(1, 10_000), "How old a screenshot may be before it is to be compared again.", 365),
    Key(
        "most_alike",
        fields.number(0, 1, whole=False),
        "How much of a guide's text may stand in another guide too, from 0 to 1.",
        0.8,
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys above, and what the check needs of the rest of handbook.yaml and of the brand."""

    words: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    link_hosts: tuple[str, ...] = ()
    mail_hosts: tuple[str, ...] = ()
    sentence_words: int = 30
    oldest_days: int = 365
    most_alike: float = 0.8
    picture_hosts: tuple[str, ...] = ("raw.githubusercontent.com",)
    brand: str = ""
    language: str = "en"


def settings(values: Mapping[str, Any], picture_hosts: tuple[str, ...], brand: str, language: str) -> Settings:
    """The settings from the values under `checks:`, and what the check needs of the rest."""
    return Settings(**values, picture_hosts=picture_hosts, brand=brand, language=language)
