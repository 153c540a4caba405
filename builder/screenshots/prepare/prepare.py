"""A downloaded screenshot → what is printed: masked, cropped, encoded, and kept by content.

Nothing that is printed leaves here unmasked. The original's pixels are read by `original` alone, and by `inspect`
before it.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder import boundaries
from builder.problems import Place, Problem, Severity
from builder.screenshots import review
from builder.screenshots.inspect.record import Rules
from builder.screenshots.model import (
    LEFT_OPEN,
    Box,
    Clearing,
    Inspection,
    MarkKind,
    MaskWords,
    Picture,
    Pointer,
    Screenshot,
    Secret,
    SecretKind,
    Treatment,
    View,
)
from builder.store import Store, digest

if TYPE_CHECKING:
    from PIL import Image

    from builder.screenshots.prepare.plate import Plate

_WIDEST, _QUALITY = 2000, 80  # px, and of WebP
_NUMBERS = re.compile(r"\d+(?:[\s,]+\d+){3}")


class Changed(Exception):
    """A picture's file is gone or holds other bytes than those that were inspected."""


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

    `light` prints a dark screen light; `clearings` lift masks; `words` are what masks say.
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
    left_open: tuple[SecretKind, ...] = LEFT_OPEN
    words: MaskWords = MaskWords()  # noqa: RUF009  it is frozen

    @property
    def rules(self) -> Rules:
        """What its inspection goes by."""
        return Rules(self.colour, self.allowed_hosts, self.official_domains, self.pixel_limit, self.left_open)

    @property
    def key(self) -> str:
        """What the prepared picture depends on: the original, what is asked for, and all that works on it."""
        lifted = tuple((clearing.kind.name, clearing.box) for clearing in self.clearings)
        asked = (self.orders, self.rules, self.light, lifted, self.words)
        return digest("picture", self.screenshot.sha256, repr(asked), boundaries.PICTURE.digest)


def read_orders(said: Sequence[tuple[str, str]], place: Place, widest_mm: float) -> tuple[Orders, list[Problem]]:
    """The orders behind a picture, `{crop="x y w h" mask="x y w h; …" width=80}`, and what is wrong with them.

    `widest_mm` is how wide the text is. `figure=drawing` or `figure=screenshot` chooses between the two, which is done
    before anything is prepared.
    """
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
    crops = () if whole else boxes("crop")
    if len(crops) > 1:
        hint = "A picture has one crop; show it once more with the other one."
        problems.append(Problem(place, "G13", "the picture's crop names more than one box", hint))
    width = values.get("width", "")
    if width and not (width.isdecimal() and 20 <= int(width) <= widest_mm):
        hint = f"Give it in mm, from 20 to the {int(widest_mm)} of the text."
        problems.append(Problem(place, "G13", f"the picture's width '{width}' can't be followed", hint))
        width = ""
    if values.get("figure", "drawing") not in ("drawing", "screenshot"):
        message = f"the picture's figure '{values['figure']}' can't be read"
        problems.append(Problem(place, "G13", message, "Write figure=drawing or figure=screenshot."))
    return Orders(crops[0] if crops else None, whole, boxes("mask"), float(width) if width else None), problems


def outside(job: Job, seen: Inspection) -> list[Problem]:
    """An error for each box of the orders that does not lie on the picture: it was meant for another one."""
    whole = Box(0, 0, *seen.size)
    boxes = [("crop", job.orders.crop)] if job.orders.crop else []
    boxes += [("mask", mask) for mask in job.orders.masks]
    size = f"{seen.size[0]} × {seen.size[1]} px"
    return [
        Problem(
            job.place,
            "G13",
            f"the {name} '{box.left} {box.top} {box.width} {box.height}' reaches beyond the picture, which has {size}",
            "Measure the box again on the picture as it is now; `handbook audit` shows it.",
        )
        for name, box in boxes
        if not whole.contains(box)
    ]


def known(job: Job, store: Store) -> Picture | None:
    """The picture as it was prepared before, or None."""
    note = store.note(job.key)
    if note is None:
        return None
    views = tuple(
        View(
            **{
                **view,
                "locator": tuple(view["locator"]) if view["locator"] else None,
                "pointers": tuple(_pointer(*said) for said in view["pointers"]),
            }
        )
        for view in note["views"]
    )
    if not all(store.has_asset(view.asset) for view in views):
        return None
    return Picture(views, treatment=_treatment(note["treatment"]))


def _pointer(kind: str, line: Sequence[int], target: int, means: Sequence[str], disc: Sequence[int] | None) -> Pointer:
    left, top, right, bottom = line
    place = (disc[0], disc[1]) if disc else None
    return Pointer(MarkKind[kind], (left, top, right, bottom), target, tuple(means), place)


def _treatment(said: Mapping[str, Any]) -> Treatment:
    def secrets(name: str) -> tuple[Secret, ...]:
        return tuple(Secret(SecretKind[kind], Box(*box), why, print_) for kind, box, why, print_ in said[name])

    return Treatment(
        sha256=said["sha256"],
        masks=secrets("masks"),
        cleared=secrets("cleared"),
        crops=tuple(Box(*box) for box in said["crops"]),
        labels=tuple(Box(*box) for box in said["labels"]),
        sizes=tuple(said["sizes"]),
        ink=tuple((before, after) for before, after in said["ink"]),
    )


def _note(picture: Picture) -> dict[str, Any]:
    treatment = picture.treatment
    assert treatment is not None

    def secrets(those: Sequence[Secret]) -> list[Any]:
        return [[secret.kind.name, secret.box, secret.why, secret.fingerprint] for secret in those]

    return {
        "views": [
            {name: getattr(view, name) for name in View.__slots__}
            | {"pointers": [[one.kind.name, one.line, one.target, one.means, one.disc] for one in view.pointers]}
            for view in picture.views
        ],
        "treatment": {
            "sha256": treatment.sha256,
            "masks": secrets(treatment.masks),
            "cleared": secrets(treatment.cleared),
            "crops": treatment.crops,
            "labels": treatment.labels,
            "sizes": treatment.sizes,
            "ink": treatment.ink,
        },
    }


def original(job: Job, seen: Inspection) -> Image.Image:
    """The pixels that were inspected, which nobody has masked yet. Raises `Changed`.

    The masks were found on certain bytes, and on others they cover something else.
    """
    from builder.screenshots.inspect.inspect import open_original

    try:
        data = job.screenshot.path.read_bytes()
    except OSError as error:
        raise Changed from error
    if hashlib.sha256(data).hexdigest() != seen.sha256:
        raise Changed
    return open_original(data, job.pixel_limit)[0]


def changed(place: Place) -> Problem:
    """What to say of a picture whose file is not what was inspected."""
    message = "the picture is not printed: its file is not what was inspected"
    return Problem(place, "I06", message, "build again while nothing writes into its folder", Severity.WARNING)


def masked(job: Job, seen: Inspection) -> tuple[Any, tuple[Secret, ...], tuple[Secret, ...]]:
    """The whole picture with everything covered that must be, what was covered, and what a person cleared.

    Raises `Changed`.
    """
    from builder.screenshots.prepare.mask import mask

    covered, cleared = review.sorted_out(seen.secrets, job.clearings)
    chosen = tuple(Secret(SecretKind.CHOSEN, box, "the guide asks for it") for box in job.orders.masks)
    return mask(original(job, seen), (*covered, *chosen), job.words), (*covered, *chosen), cleared


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
    from builder.screenshots.prepare import pointers
    from builder.screenshots.prepare.crop import choose_crop
    from builder.screenshots.prepare.ink import ink_coverage, is_dark, print_light
    from builder.screenshots.prepare.plate import draw, plate

    store = Store(root)
    image, covered, cleared = masked(job, seen)
    hidden = [secret.box for secret in covered]
    crop = choose_crop(image, seen.content, seen.words, seen.marks, colour=job.colour, covers=hidden)
    shown = [crop.box, *crop.more]
    slivers = crop.slivers
    if job.orders.crop or job.orders.whole:
        slivers = ()  # they lie at the edges of parts that are not printed
    if job.orders.crop:
        shown = [job.orders.crop.within(Box(0, 0, *image.size))]
    elif job.orders.whole:
        shown = [seen.content]
    arrows = pointers.arrows_of(image, seen.marks, job.colour)
    image = pointers.rubbed_out(image, seen.marks, arrows, hidden, job.colour)
    before = [round(ink_coverage(image.crop(box)), 4) for box in shown]
    if job.light and is_dark(image.crop(shown[0])):
        image = print_light(image)
    ink = tuple((was, round(ink_coverage(image.crop(box)), 4)) for was, box in zip(before, shown, strict=True))
    sizes = dict(zip(crop.labels, crop.sizes, strict=True))
    plates = [
        plate(box, [size for label, size in sizes.items() if box.contains(label)], pointers.sides(arrows, box))
        for box in shown
    ]
    views = tuple(
        _view(
            draw(image, on, _at_edges(on.shown, slivers)),
            on,
            job,
            seen,
            store,
            pointers.pointers(seen.words, seen.marks, arrows, on, hidden),
        )
        for on in plates
    )
    treatment = Treatment(seen.sha256, covered, cleared, tuple(on.box for on in plates), crop.labels, crop.sizes, ink)
    picture = Picture(views, treatment=treatment)
    store.keep_note(job.key, _note(picture))
    return picture


def _at_edges(shown: Box, slivers: Sequence[Box]) -> list[Box]:
    """Those that this part's own edges leave: what is a sliver to one view stands whole in another."""
    return [
        sliver
        for sliver in slivers
        if shown.contains(sliver) and any(one == other for one, other in zip(shown, sliver, strict=True))
    ]


def _view(drawn: Any, on: Plate, job: Job, seen: Inspection, store: Store, marks: tuple[Pointer, ...]) -> View:
    from builder.screenshots.prepare.encode import encode
    from builder.screenshots.prepare.locator import locator, wants_locator

    where = locator(on.shown, seen.content) if wants_locator(on.shown, seen.content) else None
    asset = store.put_asset(encode(drawn), ".png")
    chosen = job.orders.width_mm
    comfortable, least = (chosen, chosen) if chosen else (on.width_mm, on.min_mm)
    return View(asset, on.box.width, on.box.height, comfortable, least, comfortable, where, marks)
