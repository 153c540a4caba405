"""What a project may set for clients' packets, declared once; the keys stand under `packets:` in handbook.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from builder import fields
from builder.fields import Key, section

PACKET_KEYS = section(
    "packets",
    "How clients' packets are made.",
    Key("code_key_env", fields.text, "The environment variable that holds the firm's key for control codes.", ""),
    Key(
        "code_key_command",
        fields.text,
        "A command that prints that key, such as 'pass show packets'; asked where the variable is not set.",
        "",
    ),
    Key("confirmed_only", fields.flag, "Whether a packet takes only pictures that a person has confirmed.", False),
    Key("certificate", fields.text, "The PKCS #12 file with the firm's certificate and key, for `--sign`.", ""),
    Key("certificate_password_env", fields.text, "The environment variable that holds its password.", ""),
)


@dataclass(frozen=True, slots=True)
class PacketSettings:
    """The keys above."""

    code_key_env: str = ""
    code_key_command: str = ""
    confirmed_only: bool = False
    certificate: str = ""
    certificate_password_env: str = ""
