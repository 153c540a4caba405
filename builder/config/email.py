"""What a project sets for e-mail, declared once; the keys stand under `email:` in handbook.yaml.

Passwords and tokens have no key: they come from a command or from the environment, at the time of sending.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from builder import fields
from builder.fields import Key, section

_ADDRESS = re.compile(r"[^<>@]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+")


def _address(node: yaml.Node) -> str:
    """An address by its looks; `mail.addresses` judges it when there is mail to write."""
    value = fields.text(node)
    if not _ADDRESS.fullmatch(value):
        raise fields.Unfit("an address such as 'Name <name@domain>'", node)
    return value


EMAIL_KEYS = section(
    "email",
    "How guides and packets are sent by e-mail. A password or a token is never written here.",
    Key("from", _address, "The sender, as 'Name <name@domain>'; drafts may do without.", ""),
    Key("reply_to", _address, "Where answers go, if not to the sender.", ""),
    Key("host", fields.host, "The server that takes messages to send.", ""),
    Key("port", fields.number(1, 65535), "Its port (default: 587 for starttls, 465 for tls)."),
    Key("security", fields.choice("starttls", "tls"), "How TLS begins: starttls, or tls from the start.", "starttls"),
    Key(
        "login",
        fields.choice("password", "token", "none"),
        "How to log in: password, token (OAuth), or none on a trusted relay.",
        "password",
    ),
    Key("user", fields.text, "The user who logs in (default: the sender's address).", ""),
    Key("trusted_relays", fields.several(fields.host), "Hosts that take messages without login: none is allowed.", ()),
    Key(
        "vouched_domains",
        fields.several(fields.host),
        "Domains of recipients that a person has checked although they look like others.",
        (),
    ),
    Key("messages_a_minute", fields.number(1, 600), "How many messages are sent in a minute at most.", 20),
    Key(
        "message_bytes",
        fields.number(10_000, 150_000_000),
        "The largest message, in bytes as it is sent; attachments grow by a third.",
        10_000_000,
    ),
    Key("tries", fields.number(1, 10), "How often a message is offered that the server puts off.", 4),
    Key(
        "retry_seconds",
        fields.number(0.01, 3600, whole=False),
        "How long to wait before the second try; the wait doubles.",
        60.0,
    ),
    Key("timeout_seconds", fields.number(0.1, 600, whole=False), "How long the server may stay silent.", 60.0),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys above; `sender` is empty where drafts leave it to the mail program. Times in seconds."""

    sender: str = ""
    sender_line: int = 0  # for problems about it
    reply_to: str = ""
    host: str = ""
    port: int = 587
    security: str = "starttls"
    login: str = "password"
    user: str = ""
    trusted_relays: tuple[str, ...] = ()
    vouched_domains: tuple[str, ...] = ()
    messages_a_minute: int = 20
    message_bytes: int = 10_000_000
    tries: int = 4
    retry_seconds: float = 60.0
    timeout_seconds: float = 60.0


def settings(values: Mapping[str, Any], lines: Mapping[str, int]) -> Settings:
    """The settings from the values under `email:`, and from the lines of all keys."""
    given = {key: value for key, value in values.items() if key not in {"from", "port"}}
    port = values["port"] or (465 if values["security"] == "tls" else 587)
    return Settings(sender=values["from"], sender_line=lines.get("email.from", 0), port=port, **given)
