"""Whether each picture is the right one, in its place, with a caption of its own."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from builder.checks.caption_match import Fits
from builder.checks.finding import Finding
from builder.checks.reading import Role, Shot, View
from builder.guides.blocks import plain
from builder.screenshots.fetch.addresses import is_local

_LAST_NUMBER = re.compile(r"(\d+)\D*$")
_PICTURE_AS_TEXT = re.compile(r"!\[[^\]]*\]\(([^)\s]+)[^)]*\)")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a downloaded picture: its file as problems show it, and when somebody looked at it.

    `changed` says that its bytes are no longer those that were confirmed.
    """

    file: str
    fetched: datetime.date | None = None
    confirmed: datetime.date | None = None
    changed: bool = False


def findings(view: View, fits: Fits, hosts: Sequence[str]) -> Iterator[Finding]:
    """What one guide shows by itself."""
    yield from captions(view)
    yield from captions_of_other_steps(view, fits)
    yield from backwards(view, fits)
    yield from repeated(view)
    yield from without_introduction(view)
    yield from addresses(view, hosts)


def captions(view: View) -> Iterator[Finding]:
    first: dict[str, Shot] = {}
    for shot in view.shots:
        alt = shot.figure.alt
        if not alt:
            yield Finding(shot.figure.line, 1, "P01", "the picture has no alternative text")
        elif alt.casefold() in first:
            message = f"'{alt}' is the caption of the picture on line {first[alt.casefold()].figure.line} already"
            yield at_caption(view, shot, "P02", message)
        else:
            first[alt.casefold()] = shot


def captions_of_other_steps(view: View, fits: Fits) -> Iterator[Finding]:
    for shot in view.shots:
        better = fits.better(shot.figure.alt, shot.part)
        if better is not None:
            other = step_name(view, better)
            message = f"the caption '{shot.figure.alt}' stands in {step_name(view, shot.part)} but fits {other}"
            yield at_caption(view, shot, "P03", message)


def backwards(view: View, fits: Fits) -> Iterator[Finding]:
    for one, other in pairwise(view.shots):
        first, second = _file_number(one.figure.address), _file_number(other.figure.address)
        if first is None or second is None or first[0] != second[0] or first[1] <= second[1]:
            continue
        if fits.exchanged(one.figure.alt, one.part, other.figure.alt, other.part):
            names = f"'{_file_name(one.figure.address)}' stands before '{_file_name(other.figure.address)}'"
            yield Finding(one.figure.line, 1, "P04", f"{names}, and their captions fit each other's step")


def repeated(view: View) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for shot in view.shots:
        line = first.setdefault(unquote(shot.figure.address), shot.figure.line)
        if line != shot.figure.line:
            yield at_address(view, shot, "P05", f"the picture stands on line {line} already")


def shared(views: Sequence[View]) -> Iterator[tuple[View, Finding]]:
    """Pictures that two guides use."""
    users: dict[str, View] = {}
    for view in views:
        for shot in view.shots:
            user = users.setdefault(unquote(shot.figure.address), view)
            if user is not view:
                yield view, at_address(view, shot, "P05", f"the guide '{user.guide.slug}' uses this picture too")


def without_introduction(view: View) -> Iterator[Finding]:
    spoken = {(passage.part, passage.order) for passage in view.passages if passage.role not in _HEADINGS}
    before = 0
    for shot in view.shots:
        if not any((shot.part, order) in spoken for order in range(before, shot.order)):
            yield Finding(shot.figure.line, 1, "P06", "no instruction stands above this picture")
        before = shot.order


_HEADINGS = {Role.TITLE, Role.SUBHEADING}


def addresses(view: View, hosts: Sequence[str]) -> Iterator[Finding]:
    for shot in view.shots:
        parts = urlsplit(shot.figure.address)
        if is_local(shot.figure.address):
            continue  # it lies beside the guide
        if parts.scheme != "https":
            yield at_address(view, shot, "P07", "the picture's address does not begin with https://")
        elif parts.hostname not in hosts:
            yield at_address(view, shot, "P07", f"pictures may not come from {parts.hostname}")
    for passage in view.passages:
        # The reader of guides takes web addresses and paths beside the guide; a picture with another stays text.
        for match in _PICTURE_AS_TEXT.finditer("".join(span.text for span in passage.spans if not span.code)):
            message = f"'{match[1]}' is neither a web address nor a path beside the guide, so it prints as text"
            yield Finding(*view.find(match[1], passage.line), "P07", message)


def not_used(views: Sequence[View], kept: Mapping[str, Kept]) -> Iterator[Finding]:
    """Kept pictures that none of the guides uses; to be asked only when all guides are at hand."""
    used = {_without_query(shot.figure.address) for view in views for shot in view.shots}
    for address, picture in kept.items():
        if _without_query(address) not in used:
            yield Finding(0, 0, "P08", "no guide uses this picture", file=picture.file)


def by_age(view: View, kept: Mapping[str, Kept], oldest_days: int, today: datetime.date) -> Iterator[Finding]:
    """Pictures that were last looked at too long ago, and pictures that changed since."""
    by_address = {_without_query(address): picture for address, picture in kept.items()}
    verified = view.guide.facts.verified
    oldest = today - datetime.timedelta(days=oldest_days)
    old: list[Shot] = []
    for shot in view.shots:
        picture = by_address.get(_without_query(shot.figure.address), Kept(""))
        if picture.changed:
            yield at_address(view, shot, "P10", "the picture changed since somebody confirmed it")
        seen = max(filter(None, (verified, picture.confirmed)), default=picture.fetched)
        if seen is not None and seen < oldest:
            old.append(shot)
    if old:
        place = (view.key("verified"), 1) if verified else (old[0].figure.line, 1)
        count = "all pictures" if len(old) == len(view.shots) else f"{len(old)} of {len(view.shots)} pictures"
        yield Finding(*place, "P09", f"{count} were last compared with the exchange more than {oldest_days} days ago")


def step_name(view: View, part: int) -> str:
    """A part as messages call it."""
    number = view.parts[part].number
    return f"step {number}" if number is not None else f"'{plain(view.parts[part].title)}'"


def at_caption(view: View, shot: Shot, code: str, message: str) -> Finding:
    """A finding at a picture's alternative text."""
    return Finding(*view.find(shot.figure.alt, shot.figure.line), code, message)


def at_address(view: View, shot: Shot, code: str, message: str) -> Finding:
    """A finding at a picture's address."""
    return Finding(*view.find(shot.figure.address, shot.figure.line), code, message)


def _without_query(address: str) -> str:
    """An address as a guide and the lock file both have it: records have no tokens."""
    return unquote(address.partition("?")[0])


def _file_name(address: str) -> str:
    return unquote(urlsplit(address).path.rsplit("/", 1)[-1])


def _file_number(address: str) -> tuple[str, int] | None:
    """A picture's folder and the last number in its file's name."""
    folder, _, name = unquote(urlsplit(address).path).rpartition("/")
    number = _LAST_NUMBER.search(name.rpartition(".")[0])
    return (folder, int(number[1])) if number else None
