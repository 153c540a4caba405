"""How much of the specimens' values the inspection covers, judged on the pixels."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from builder.screenshots.inspect.inspect import inspect
from builder.screenshots.inspect.record import Rules
from builder.screenshots.model import Inspection
from specimens import collection, innocent
from specimens.collection import Specimen

RULES = Rules(colour=(229, 199, 62), allowed_hosts=("exchange.example",), official_domains=("exchange.example",))
COVERED = 0.99  # of the pixels that tell


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one screen: the share of what tells that is covered, and why places are covered."""

    number: int
    group: str
    share: float
    seconds: float  # of CPU
    masks: tuple[tuple[int, int, int, int], ...]
    why: tuple[str, ...]

    @property
    def covered(self) -> bool:
        return self.share >= COVERED


def looked_at(image: Image.Image, rules: Rules = RULES) -> tuple[Inspection, float]:
    """What the inspection says of a picture, and its CPU seconds."""
    stream = io.BytesIO()
    image.save(stream, "png", compress_level=1)
    start = time.process_time()
    found = inspect(stream.getvalue(), sha256="", rules=rules)
    return found, time.process_time() - start


def share_covered(specimen: Specimen, inspection: Inspection) -> float:
    left = specimen.tells.copy()
    for secret in inspection.secrets:
        box = secret.box
        left[max(box.top, 0) : box.bottom, max(box.left, 0) : box.right] = False
    return 1 - float(left.sum()) / max(int(specimen.tells.sum()), 1)


def of_specimen(number: int, seed: int = 1) -> Outcome:
    one = collection.specimen(number, seed)
    found, seconds = looked_at(one.image)
    return _outcome(number, one.group, share_covered(one, found), seconds, found)


def of_innocent(number: int, seed: int = 1) -> Outcome:
    """The share of an innocent screen is 1 when nothing on it is covered, else 0."""
    name, image = innocent.screen(number, seed)
    found, seconds = looked_at(image)
    return _outcome(number, name, 0.0 if found.secrets else 1.0, seconds, found)


def _outcome(number: int, group: str, share: float, seconds: float, found: Inspection) -> Outcome:
    masks = tuple(tuple(secret.box) for secret in found.secrets)
    why = tuple(f"{secret.kind.value}: {secret.why}" for secret in found.secrets)
    return Outcome(number, group, share, seconds, masks, why)


def table(outcomes: Sequence[Outcome]) -> list[tuple[str, int, int]]:
    """Group, how many are covered, of how many."""
    groups = dict.fromkeys(one.group for one in outcomes)
    return [
        (group, sum(one.covered for one in outcomes if one.group == group), sum(one.group == group for one in outcomes))
        for group in groups
    ]


def marked(number: int, outcome: Outcome, seed: int = 1) -> Image.Image:
    """A specimen with what is covered in grey and what still tells in red."""
    one = collection.specimen(number, seed)
    pixels = np.asarray(one.image).copy()
    left = one.tells.copy()
    for box in outcome.masks:
        pixels[box[1] : box[3], box[0] : box[2]] = 128
        left[box[1] : box[3], box[0] : box[2]] = False
    pixels[left] = (255, 0, 0)
    return Image.fromarray(pixels)
