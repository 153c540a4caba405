"""What people say about screenshots in the lock file: that they looked at one, or that a find on it is no secret.

Two keys of a record belong to this stage. `confirmed` holds the day, the picture's digest, and of each way in which
the picture is printed what was masked and cropped then. `cleared` is a list of finds that a person knows to be
harmless, each with its reason; nothing else lifts a mask. Both hold only for the bytes they were written for. Neither
ever holds a word read on a picture: the file is in git.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.problems import Place, Problem, Severity
from builder.screenshots.model import Box, Clearing, Picture, Secret, SecretKind, Treatment
from builder.store import digest

CONFIRMED, CLEARED = "confirmed", "cleared"

_CLEARING_KEYS = ("kind", "box", "sha256", "reason")
_KINDS = {kind.value.casefold(): kind for kind in SecretKind if kind is not SecretKind.CHOSEN}
_SAME = 0.8  # of both boxes: a reader's next version may place a find a few pixels off


@dataclass(frozen=True, slots=True)
class Seen:
    """One way in which a picture is printed, as it was when a person looked; boxes in pixels of the original."""

    digest: str
    masks: tuple[tuple[str, Box], ...]  # what each mask covers, and where
    crops: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That a person looked at a picture with these bytes."""

    date: datetime.date
    sha256: str
    seen: tuple[Seen, ...]

    def holds_for(self, treatment: Treatment) -> bool:
        return self.sha256 == treatment.sha256 and seen_of(treatment).digest in {seen.digest for seen in self.seen}


def seen_of(treatment: Treatment) -> Seen:
    """What there is to look at: another mask, crop or clearing makes it something that nobody has looked at."""
    masks = tuple(sorted((mask.kind.value, mask.box) for mask in treatment.masks))
    cleared = tuple(sorted((secret.kind.value, secret.box) for secret in treatment.cleared))
    whole = digest(treatment.sha256, repr((masks, cleared, treatment.crops)))
    return Seen(whole[:24], masks, treatment.crops)


def read_confirmation(more: Mapping[str, object], place: Place) -> tuple[Confirmation | None, list[Problem]]:
    """The confirmation in a record's later keys; one that can't be read counts as none."""
    said = more.get(CONFIRMED)
    if said is None:
        return None, []
    try:
        return _confirmation(said), []
    except (KeyError, TypeError, ValueError):
        hint = "Take the key 'confirmed' out and run `handbook audit --confirm` again."
        return None, [_warning(place, "I08", "what stands under 'confirmed' can't be understood", hint)]


def _confirmation(said: object) -> Confirmation:
    if not isinstance(said, dict) or not isinstance(said["date"], datetime.date):
        raise TypeError
    seen = [
        Seen(
            str(one["seen"]),
            tuple((str(kind), _box(box)) for mask in one["masks"] for kind, box in mask.items()),
            tuple(map(_box, one["crops"])),
        )
        for one in said["prints"]
    ]
    return Confirmation(said["date"], str(said["sha256"]), tuple(seen))


def confirmed_now(treatments: Iterable[Treatment], today: datetime.date) -> Mapping[str, object]:
    """The lock file's value for a picture that a person looked at today, for all the ways in which it is printed."""
    shown = list(treatments)
    seen = sorted({seen_of(treatment) for treatment in shown}, key=lambda one: one.digest)
    return {
        "date": today,
        "sha256": shown[0].sha256,
        "prints": [
            {
                "seen": one.digest,
                "masks": [{kind: list(box)} for kind, box in one.masks],
                "crops": [list(box) for box in one.crops],
            }
            for one in seen
        ],
    }


def read_clearings(more: Mapping[str, object], sha256: str, place: Place) -> tuple[tuple[Clearing, ...], list[Problem]]:
    """The clearings in a record's later keys that hold for a picture with this digest.

    Whatever can't be read, has no reason or was written for other bytes lifts nothing and is reported.
    """
    said = more.get(CLEARED)
    if said is None:
        return (), []
    found: list[Clearing] = []
    problems: list[Problem] = []
    for number, one in enumerate(said if isinstance(said, list) else [said], 1):
        try:
            clearing = _clearing(one)
        except ValueError as error:
            hint = "Copy the lines from output/audit.html (`handbook audit`) and write why it is harmless."
            message = f"clearing {number} lifts no mask: {error}"
            problems.append(_warning(place, "I08", message, hint))
            continue
        if clearing.sha256 == sha256:
            found.append(clearing)
        else:
            message = f"clearing {number} was written for other bytes of this picture and lifts no mask"
            problems.append(
                _warning(place, "I09", message, "Look at the new picture; take the lines out or renew them.")
            )
    return tuple(found), problems


def _clearing(said: object) -> Clearing:
    """Raises ValueError with what is wrong."""
    if not isinstance(said, dict):
        raise ValueError(f"it should hold {', '.join(_CLEARING_KEYS)}")
    unknown = [str(key) for key in said if key not in _CLEARING_KEYS]
    if unknown:
        raise ValueError(f"there is no key '{unknown[0]}'; allowed: {', '.join(_CLEARING_KEYS)}")
    kind = _KINDS.get(str(said.get("kind", "")).casefold())
    if kind is None:
        raise ValueError(f"'kind' should be one of {', '.join(kind.value for kind in _KINDS.values())}")
    try:
        box = _box(said.get("box"))
    except (TypeError, ValueError):
        raise ValueError("'box' should be [left, top, right, bottom] in pixels") from None
    reason = said.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError("it has no reason")
    if not re.fullmatch(r"[0-9a-f]{64}", str(said.get("sha256", ""))):
        raise ValueError("'sha256' should be the picture's digest, 64 hexadecimal digits")
    return Clearing(kind, box, str(said["sha256"]), " ".join(reason.split()))


def _box(said: object) -> Box:
    if not isinstance(said, list | tuple) or len(said) != 4 or not all(type(side) is int for side in said):
        raise ValueError("not a box")
    box = Box(*said)
    if not box.area:
        raise ValueError("an empty box")
    return box


def sorted_out(
    secrets: Sequence[Secret], clearings: Iterable[Clearing]
) -> tuple[tuple[Secret, ...], tuple[Secret, ...]]:
    """What stays covered, and what a person cleared. One clearing lifts one find of its kind at its place."""
    covered, cleared = list(secrets), []
    for clearing in clearings:
        same = next((s for s in covered if s.kind is clearing.kind and _is_same(s.box, clearing.box)), None)
        if same is not None:
            covered.remove(same)
            cleared.append(same)
    return tuple(covered), tuple(cleared)


def _is_same(one: Box, other: Box) -> bool:
    return one.within(other).area >= _SAME * max(one.area, other.area)


def idle(clearings: Sequence[Clearing], treatment: Treatment, place: Place) -> list[Problem]:
    """A problem for each clearing that meets nothing that was found: a typing error, or a rule that is better now."""
    return [
        _warning(
            place,
            "I09",
            f"no {clearing.kind.in_words()} was found at {list(clearing.box)}, so the clearing lifts nothing",
            "Compare the box with output/audit.html (`handbook audit`), or take the lines out.",
        )
        for clearing in clearings
        if not any(s.kind is clearing.kind and _is_same(s.box, clearing.box) for s in treatment.cleared)
    ]


def unconfirmed(pictures: Sequence[tuple[str, Picture]], confirmations: Mapping[str, Confirmation]) -> int:
    """How many of some pictures, given with their addresses, nobody has looked at as they are printed now."""
    return sum(
        picture.treatment is not None
        and (address not in confirmations or not confirmations[address].holds_for(picture.treatment))
        for address, picture in pictures
    )


def unconfirmed_problem(count: int, of: int, slugs: Sequence[str], lock_name: str) -> Problem:
    """One problem for all of them: a fresh clone is not to drown in warnings."""
    message = f"{count} of {of} pictures have not been looked at by a person as they are printed now"
    confirm = f"handbook audit --confirm {' '.join(slugs)}"
    hint = f"Run `handbook audit`, look at output/audit.html, then `{confirm}`."
    return _warning(Place(lock_name), "I07", message, hint)


def _warning(place: Place, code: str, message: str, hint: str) -> Problem:
    return Problem(place, code, message, hint, Severity.WARNING)
