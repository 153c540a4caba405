"""The control code: eight digits that only who holds the firm's key can make from a client's values.

A forged page "whitelist this IP address" can copy everything else on a packet. The client compares the code over a
telephone number that they had before; the account manager gets it from the firm's own file.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.credentials import printed
from builder.problems import BuildError, Place, Problem

if TYPE_CHECKING:
    from builder.packets.client import Client

DIGITS = 8
LEAST_KEY = 16
"""The least length of a key, in bytes."""
_PURPOSE = b"handbook-builder packet control code 1"
"""Keeps the code apart from anything else that may be made with the same key; its number changes with the encoding."""


def code(key: bytes, client: Client) -> str:
    """Eight digits, such as `4711 0815`, for all values of a client that a forger would change.

    All 256 bits of the digest are divided by 10^8: what is left over is as good as evenly spread, to one in 2^229.
    """
    digest = hmac.new(key, encoded(client), hashlib.sha256).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10**DIGITS:0{DIGITS}}"
    return f"{digits[:4]} {digits[4:]}"


def encoded(client: Client) -> bytes:
    """A client's values as bytes, so that no two clients' are the same: each text is preceded by its length."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in (_PURPOSE, *map(str.encode, _texts(client))))


def _texts(client: Client) -> Iterator[str]:
    yield client.name
    yield client.date.isoformat()
    yield client.expires.isoformat() if client.expires else ""
    yield str(len(client.exchanges))
    for exchange in client.exchanges:
        yield exchange.slug
        yield exchange.label
        yield str(len(exchange.ips))
        yield from exchange.ips


def key_from(variable: str, command: str, file: str) -> bytes | None:
    """The firm's key, from an environment variable or else a command; None where neither is named in `file`.

    BuildError when one is named and gives no key. The key itself is never part of a message.
    """
    if variable:
        found = os.environ.get(variable, "").strip().encode()
        if found or not command:
            return _checked(found, f"the environment variable {variable}", file)
    return _checked(_said(command, file), "the command for the key", file) if command else None


def _checked(key: bytes, source: str, file: str) -> bytes:
    if not key:
        hint = "Set it, or take 'code_key_env' and 'code_key_command' out: packets then say that they carry no code."
        raise BuildError([Problem(Place(file), "N20", f"{source} gives no key for control codes", hint)])
    if len(key) < LEAST_KEY:
        hint = "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        message = f"the key from {source} has less than {LEAST_KEY} bytes"
        raise BuildError([Problem(Place(file), "N20", message, hint)])
    return key


def _said(command: str, file: str) -> bytes:
    """All that a command prints: a key may have several lines, or be no text."""
    try:
        return printed(command).strip()
    except ValueError as error:
        hint = "Try it in a terminal; it should print the key and nothing else."
        raise BuildError([Problem(Place(file), "N20", f"the command for the key failed: {error}", hint)]) from None
