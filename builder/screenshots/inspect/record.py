"""What was seen on a picture as it is kept: under which key, in which form. Cheap to import, unlike the looking."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from builder import boundaries
from builder.screenshots.model import LEFT_OPEN, Box, Inspection, Mark, MarkKind, Secret, SecretKind, Word
from builder.store import digest


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration says about inspection. Hosts and domains also stand for their subdomains."""

    colour: tuple[int, int, int]  # of the team's marks
    allowed_hosts: tuple[str, ...] = ()  # codes may lead there
    official_domains: tuple[str, ...] = ()  # mail addresses there are the exchange's own
    pixel_limit: int = 25_000_000
    left_open: tuple[SecretKind, ...] = LEFT_OPEN  # kinds that the configuration says not to cover


def cache_key(sha256: str, rules: Rules) -> str:
    """What an inspection depends on, in hex: the picture, the rules, and all that looks at pictures."""
    return digest("inspection", sha256, repr(rules), boundaries.INSPECTION.digest)


def to_json(inspection: Inspection) -> str:
    """An inspection as JSON text; what the words in secrets said was never in it."""
    return json.dumps(
        {
            "sha256": inspection.sha256,
            "size": inspection.size,
            "content": inspection.content,
            "words": [[word.text, word.box, word.score] for word in inspection.words],
            "marks": [[mark.kind, mark.box] for mark in inspection.marks],
            "secrets": [[s.kind.name, s.box, s.why, s.fingerprint] for s in inspection.secrets],
        },
        ensure_ascii=False,
        indent=1,
    )


def from_json(text: str) -> Inspection:
    """The inspection of `to_json`. Raises `ValueError` for any other text."""
    try:
        data = json.loads(text)
        width, height = data["size"]
        return Inspection(
            sha256=str(data["sha256"]),
            size=(int(width), int(height)),
            content=_box(data["content"]),
            words=tuple(Word(str(said), _box(box), float(score)) for said, box, score in data["words"]),
            marks=tuple(Mark(MarkKind(kind), _box(box)) for kind, box in data["marks"]),
            secrets=tuple(
                Secret(SecretKind[kind], _box(box), str(why), str(print_)) for kind, box, why, print_ in data["secrets"]
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not an inspection") from error


def _box(sides: Sequence[int]) -> Box:
    left, top, right, bottom = (int(side) for side in sides)
    return Box(left, top, right, bottom)
