"""A downloaded screenshot → what is printed: masked, cropped, encoded, and kept by content.

Nothing leaves here that was not masked first: the original's pixels are only ever read by this module and by
`inspect`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import boundaries
from builder.problems import Place, Problem
from builder.screenshots import review
from builder.screenshots.inspect.record import Rules
from builder.screenshots.model import (
    Box,
    Clearing,
    Inspection,
    Picture,
    Screenshot,
    Secret,
    SecretKind,
    Treatment,
    View,
)
from builder.store import Store, digest

_WIDEST, _QUALITY = 1400, 80  # px, and of WebP
_NUMBERS = re.compile(r"\d+(?:[\s,]+\d+){3}")


@dataclass(frozen=True, slots=True)
class Orders:
    """What a guide's author asks for; boxes are in pixels of the original."""

    crop: Box | None = None
    whole: bool = False  # crop=none: the whole picture without its letterbox
    masks: tuple[Box, ...] = ()
    width_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to inspect and prepare, with the rules for it and the place to name when that fails.

    `light` prints a dark screen light; `clearings` lift masks.
    """

    screenshot: Screenshot
    orders: Orders
    colour: tuple[int, int, int]
    allowed_hosts: tuple[str, ...]
    official_domains: tuple[str, ...]
    pixel_limit: int
    place: Place
    light: bool = False
    clearings: tuple[Clearing, ...] = ()
    left_open: tuple[SecretKind, ...] = (SecretKind.IP_ADDRESS,)

    @property
    def rules(self) -> Rules:
        """What its inspection goes by."""
        return Rules(self.colour, self.allowed_hosts, self.official_domains, self.pixel_limit, self.left_open)

    @property
    def key(self) -> str:
        """What the prepared picture depends on: the original, what is asked for, and all that works on it."""
        lifted = tuple((clearing.kind.name, clearing.box) for clearing in self.clearings)
        asked = (self.orders, self.rules, self.light, lifted)
        return digest("picture", self.screenshot.sha256, repr(asked), boundaries.PICTURE.digest)


def read_orders(said: Sequence[tuple[str, str]], place: Place) -> tuple[Orders, list[Problem]]:
    """The orders behind a picture, `{crop="x y w h" mask="x y w h; …" width=80}`, and what is wrong with them."""
    values = dict(said)
    problems: list[Problem] = []

    def boxes(name: str) -> tuple[Box, ...]:
        found = []
        for part in values.get(name, "").split(";"):
            numbers = [int(number) for number in re.findall(r"\d+", part)]
            if _NUMBERS.fullmatch(part.strip()) and numbers[2] and numbers[3]:
                found.append(Box(numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]))
            elif name in values:
                hint = f'Write {name}="x y width height" in pixels of the screenshot.'
                problems.append(Problem(place, "G13", f"the picture's {name} '{part.strip()}' can't be read", hint))
        return tuple(found)

    whole = values.get("crop", "").strip().casefold() == "none"
    crop = () if whole else boxes("crop")
    width = values.get("width", "")
    if width and not (width.isdecimal() and 20 <= int(width) <= 166):
        problems.append(
            Problem(place, "G13", f"the picture's width '{width}' can't be read", "Give it in mm, 20 to 166.")
        )
        width = ""
    return Orders(crop[0] if crop else None, whole, boxes("mask"), float(width) if width else None), problems


def known(job: Job, store: Store) -> Picture | None:
    """The picture as it was prepared before, or None."""
    note = store.note(job.key)
    if note is None:
        return None
    views = tuple(
        View(**{**view, "locator": tuple(view["locator"]) if view["locator"] else None}) for view in note["views"]
    )
    if not all((store.assets / view.asset).exists() for view in views):
        return None
    return Picture(views, treatment=_treatment(note["treatment"]))


def _treatment(said: Mapping[str, Any]) -> Treatment:
    def secrets(name: str) -> tuple[Secret, ...]:
        return tuple(Secret(SecretKind[kind], Box(*box), why, print_) for kind, box, why, print_ in said[name])

    return Treatment(
        sha256=said["sha256"],
        masks=secrets("masks"),
        cleared=secrets("cleared"),
        crops=tuple(Box(*box) for box in said["crops"]),
        labels=tuple(Box(*box) for box in said["labels"]),
        ink=tuple((before, after) for before, after in said["ink"]),
    )


def _note(picture: Picture) -> dict[str, Any]:
    treatment = picture.treatment
    assert treatment is not None

    def secrets(those: Sequence[Secret]) -> list[Any]:
        return [[secret.kind.name, secret.box, secret.why, secret.fingerprint] for secret in those]

    return {
        "views": [{name: getattr(view, name) for name in View.__slots__} for view in picture.views],
        "treatment": {
            "sha256": treatment.sha256,
            "masks": secrets(treatment.masks),
            "cleared": secrets(treatment.cleared),
            "crops": treatment.crops,
            "labels": treatment.labels,
            "ink": treatment.ink,
        },
    }


def masked(job: Job, seen: Inspection) -> tuple[Any, tuple[Secret, ...], tuple[Secret, ...]]:
    """The whole picture with everything covered that must be, what was covered, and what a person cleared."""
    from builder.screenshots.inspect.inspect import open_original
    from builder.screenshots.prepare.mask import mask

    covered, cleared = review.sorted_out(seen.secrets, job.clearings)
    chosen = tuple(Secret(SecretKind.CHOSEN, box, "the guide asks for it") for box in job.orders.masks)
    original, _ = open_original(job.screenshot.path.read_bytes(), job.pixel_limit)
    return mask(original, (*covered, *chosen)), (*covered, *chosen), cleared


def masked_whole(job: Job, seen: Inspection) -> bytes:
    """The whole picture, masked, as WebP for a person to look at; its key is the job's."""
    image, _, _ = masked(job, seen)
    if image.width > _WIDEST:
        image = image.resize((_WIDEST, max(1, round(image.height * _WIDEST / image.width))))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=3)
    return out.getvalue()


def prepare(job: Job, seen: Inspection, root: Path) -> Picture:
    """Prepares a picture and keeps it in the store at `root`; runs in a process of its own."""
    from builder.screenshots.prepare.crop import choose_crop
    from builder.screenshots.prepare.ink import ink_coverage, is_dark, print_light

    store = Store(root)
    image, covered, cleared = masked(job, seen)
    labels: tuple[Box, ...] = ()
    if job.orders.crop:
        boxes = [job.orders.crop.within(Box(0, 0, *image.size))]
    elif job.orders.whole:
        boxes = [seen.content]
    else:
        crop = choose_crop(image, seen.content, seen.words, seen.marks, colour=job.colour)
        boxes, labels = [crop.box, *crop.details], crop.labels
    before = [round(ink_coverage(image.crop(box)), 4) for box in boxes]
    if job.light and is_dark(image.crop(boxes[0])):
        image = print_light(image)
    ink = tuple((was, round(ink_coverage(image.crop(box)), 4)) for was, box in zip(before, boxes, strict=True))
    views = tuple(
        _view(image, box, labels, job, seen, store, detail=position > 0) for position, box in enumerate(boxes)
    )
    picture = Picture(views, treatment=Treatment(seen.sha256, covered, cleared, tuple(boxes), labels, ink))
    store.keep_note(job.key, _note(picture))
    return picture


def _view(
    image: Any, box: Box, labels: Sequence[Box], job: Job, seen: Inspection, store: Store, *, detail: bool
) -> View:
    from builder.screenshots.prepare import crop
    from builder.screenshots.prepare.encode import encode
    from builder.screenshots.prepare.locator import locator, wants_locator

    inside = [label for label in labels if box.contains(label)]
    most = crop.most_width_mm(box)
    comfortable = job.orders.width_mm or crop.printed_width_mm(box, inside)
    least = min(job.orders.width_mm or crop.least_width_mm(box, inside), comfortable)
    content = seen.content
    where = locator(box, content) if not detail and wants_locator(box, content) else None
    asset = store.put_asset(encode(image.crop(box)), ".png")
    return View(asset, box.width, box.height, comfortable, least, max(most, comfortable), where)
