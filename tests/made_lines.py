"""Lines as the reader of words gives them, with made-up keys, and what is found on them."""

from __future__ import annotations

import random
import string
import uuid

from builder.screenshots.inspect.codes import Code
from builder.screenshots.inspect.secrets import find_secrets
from builder.screenshots.inspect.words import Line
from builder.screenshots.model import Box, Mark, Secret, SecretKind, Word

SIZE = (1920, 1080)
ALPHANUMERIC = string.ascii_letters + string.digits
RANDOM = random.Random(20260203)  # made-up keys must be the same in every run


def drawn(alphabet: str, count: int) -> str:
    return "".join(RANDOM.choice(alphabet) for _ in range(count))


def line(text: str, left: int = 100, top: int = 100, height: int = 18) -> Line:
    return Line.of(Word(text, Box(left, top, left + len(text) * height // 2, top + height), 0.99))


def found(*lines: Line, marks: tuple[Mark, ...] = (), codes: tuple[Code, ...] = ()) -> tuple[Secret, ...]:
    return find_secrets(
        lines, codes, marks, SIZE, allowed_hosts=("exchange.example",), official_domains=("exchange.example",)
    )


def kinds(*lines: Line, marks: tuple[Mark, ...] = (), codes: tuple[Code, ...] = ()) -> list[SecretKind]:
    return [secret.kind for secret in found(*lines, marks=marks, codes=codes)]


HEX32 = drawn("0123456789abcdef", 32)
MIXED64 = drawn(ALPHANUMERIC, 64)
UUID4 = str(uuid.UUID(int=RANDOM.getrandbits(128)))


def badly(text: str, left: int = 100, top: int = 100, score: float = 0.8) -> Line:
    """A line that was read with little certainty."""
    return Line.of(Word(text, Box(left, top, left + 9 * len(text), top + 18), score))
