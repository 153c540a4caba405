"""Tell which words and codes on a picture give something away. Pure: no pixels, no files.

Three things make a word a secret: its form (`unlabelled`: a UUID, a run of hex digits, a card's number), the label
beside, above or below it (`labelled`: "API Key", "UID"), and a bar that somebody drew over the rest of it. A label
alone makes nothing a secret, so that menus, table heads and sentences about keys stay readable.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urlsplit

from builder.screenshots.inspect.codes import CROWD, Code
from builder.screenshots.inspect.field_labels import folded, kind_named, label_kind
from builder.screenshots.inspect.finds import BESIDE, Find, fingerprint, same_row, tokens, value_regions
from builder.screenshots.inspect.key_patterns import LONG_NUMBER, form_of, is_left_over
from builder.screenshots.inspect.labelled import labelled_in_line, labelled_nearby
from builder.screenshots.inspect.unlabelled import (
    SECRET_PARAMETERS,
    addresses_of_machines,
    by_form,
    in_addresses,
    inside,
    is_host_of,
    mail_addresses,
    numbers,
    phones,
)
from builder.screenshots.inspect.words import CERTAIN, Line
from builder.screenshots.model import LEFT_OPEN, Box, Mark, MarkKind, Secret, SecretKind

_AT_BAR = 1.6  # heights of the bar: how far from it the characters it left over can stand


@dataclass(frozen=True, slots=True)
class Question:
    """A place where a label promises a value that nobody has read yet, to be looked at more closely."""

    kind: SecretKind
    region: Box
    label: str
    height: int = 16  # px, of the label's line


def find_secrets(
    lines: Sequence[Line],
    codes: Sequence[Code],
    marks: Sequence[Mark],
    size: tuple[int, int],
    *,
    allowed_hosts: Sequence[str] = (),
    official_domains: Sequence[str] = (),
    left_open: Sequence[SecretKind] = LEFT_OPEN,
) -> tuple[Secret, ...]:
    """What must be covered on a picture of `size` pixels, top to bottom.

    `allowed_hosts`: codes may lead there; `official_domains`: mail addresses there are no one's own. A host also
    stands for its subdomains. Secrets of the kinds in `left_open` are left as they are.
    """
    # A reader sees letters in the modules of a code; the code is judged as a code.
    lines = [line for line in lines if not any(inside(line.word.box, code.box) for code in codes)]
    bars = [mark.box for mark in marks if mark.kind is MarkKind.BAR]
    finds = [
        *labelled_in_line(lines),
        *labelled_nearby(lines),
        *_beside_bars(lines, bars),
        *by_form(lines),
        *in_addresses(lines),
        *mail_addresses(lines, official_domains),
        *phones(lines),
        *numbers(lines),
        *addresses_of_machines(lines),
        *_codes(codes, allowed_hosts),
    ]
    frame = Box(0, 0, *size)
    finds = [_whole_column(find, lines) for find in finds]
    sealed = [find.sealed() for find in merged(find for find in finds if find.kind not in left_open)]
    inside_frame = [Secret(s.kind, s.box.within(frame), s.why, s.fingerprint) for s in sealed]
    return tuple(sorted((s for s in inside_frame if s.box.area), key=lambda s: (s.box.top, s.box.left, s.box, s.kind)))


def _whole_column(find: Find, lines: Sequence[Line]) -> Find:
    """A value whose letters stand one below the other, with those that were read by themselves above and below it."""
    box = find.box
    if find.kind is SecretKind.CODE or box.height < 2.5 * box.width:
        return find
    for line in sorted(lines, key=lambda line: abs(line.word.box.top - box.top)):
        other = line.word.box
        beside = min(box.right, other.right) - max(box.left, other.left)
        if len(line.word.text) <= 2 and 2 * beside > other.width and box.gaps(other)[1] <= 1.5 * other.height:
            box = box.union(other)
    return Find(find.kind, box, find.why, find.value)


_SHORT = 4  # letters of a label
_NO_QUESTIONS = (SecretKind.PHONE_NUMBER, SecretKind.BALANCE, SecretKind.REFERRAL_CODE)


def open_questions(lines: Sequence[Line], secrets: Sequence[Secret], size: tuple[int, int]) -> tuple[Question, ...]:
    """Labels whose value was not found: where to look again, beside them and below them."""
    frame = Box(0, 0, *size)
    questions: list[Question] = []
    for line in lines:
        kind = label_kind(line.word.text)
        if kind is None or kind in _NO_QUESTIONS:
            continue
        if len(folded(line.word.text)) <= _SHORT and line.word.score < CERTAIN:
            continue  # what a word in another script was taken for
        box = line.word.box
        right, below = value_regions(box)
        regions = (right, below)
        if any(secret.box.meets(region) for secret in secrets for region in regions):
            continue
        questions += [Question(kind, region.within(frame), line.word.text, box.height) for region in regions]
    return tuple(question for question in questions if question.region.area)


def labelled_bars(lines: Sequence[Line], marks: Sequence[Mark]) -> tuple[tuple[Box, SecretKind], ...]:
    """The bars that cover a labelled value, with what they cover: characters may stick out at their ends."""
    bars = [mark.box for mark in marks if mark.kind is MarkKind.BAR]
    return tuple((bar, kind) for bar in bars if (kind := kind_of_place(bar, lines)) is not None)


def _beside_bars(lines: Sequence[Line], bars: Sequence[Box]) -> Iterator[Find]:
    """The first or last characters of a value beside the bar that was drawn over the rest; the bar is covered too.

    Sentences run into bars as well ("code sent to ▬"), so the bar must cover a labelled value, or the characters
    be key-like themselves.
    """
    for bar in bars:
        kind = kind_of_place(bar, lines)
        for line in lines:
            box = line.word.box
            if not same_row(box, bar) or label_kind(line.word.text) is not None:
                continue
            for token in tokens(line)[-1:] if box.left < bar.left else tokens(line)[:1]:
                touches = _gap(token.box, bar) <= _AT_BAR * min(bar.height, 3 * box.height)
                if touches and is_left_over(token.text, kind):
                    yield Find(
                        kind or SecretKind.TOKEN,
                        token.box.union(bar),
                        "shows beside the bar that covers it",
                        token.text,
                    )


def _gap(one: Box, two: Box) -> int:
    return max(one.left, two.left) - min(one.right, two.right)


def kind_of_place(bar: Box, lines: Sequence[Line]) -> SecretKind | None:
    """What the nearest label above a bar, or to its left, says that the bar covers."""
    best: tuple[float, SecretKind] | None = None
    for line in lines:
        kind = label_kind(line.word.text)
        if kind is None:
            continue
        box = line.word.box
        gap_above = bar.top - box.bottom
        above = (
            -0.5 * box.height <= gap_above <= 2.5 * max(box.height, bar.height)
            and box.left - 3 * box.height <= bar.left <= box.left + 15 * box.height
        )
        beside = same_row(box, bar) and -box.height <= bar.left - box.right <= BESIDE * box.height
        distance = min(gap_above if above else math.inf, (bar.left - box.right) / 4 if beside else math.inf)
        if (above or beside) and (best is None or distance < best[0]):
            best = (distance, kind)
    return best[1] if best else None


def _codes(codes: Iterable[Code], allowed_hosts: Sequence[str]) -> Iterator[Find]:
    for code in codes:
        if why := _why_code_is_secret(code, allowed_hosts):
            yield Find(SecretKind.CODE, code.box, why, code.text if code.readable else "")


def _why_code_is_secret(code: Code, allowed_hosts: Sequence[str]) -> str:
    """Why a code must be covered; empty for the address of an allowed host that carries nothing personal."""
    if code.form == CROWD:
        return "has more corners of codes than are looked at"
    if not code.readable:
        return "is a code that could not be read"
    try:
        address = urlsplit(code.text.strip())
        host = address.hostname or ""
    except ValueError:
        return "is a code that holds no web address"
    if address.scheme.casefold() not in ("http", "https") or not host:
        return "is a code that holds no web address"
    if not is_host_of(host, allowed_hosts):
        return "is a code that leads to a host the configuration does not allow"
    if address.username is not None or _carries_key(address.path, address.query, address.fragment):
        return "is a code whose web address carries a key"
    return ""


def _carries_key(path: str, query: str, fragment: str) -> bool:
    named = parse_qsl(query, keep_blank_values=True) + parse_qsl(fragment)
    if any(value and (kind_named(name) or folded(name) in SECRET_PARAMETERS) for name, value in named):
        return True
    if any(folded(name) in SECRET_PARAMETERS and value for name, value in pairwise(path.split("/"))):
        return True
    parts = [*unquote(path).split("/"), *(value for _, value in named), unquote(query), unquote(fragment)]
    return any(form_of(part) or LONG_NUMBER.search(part) for part in parts)


def merged(finds: Iterable[Find]) -> list[Find]:
    """One find for each place. A label says more than a form, so the first find names the kind; boxes are united."""
    merged: list[Find] = []
    for find in finds:
        same = next((old for old in merged if _is_same_place(old, find)), None)
        if same is None:
            merged.append(find)
            continue
        longer = max(same.value, find.value, key=len)
        merged[merged.index(same)] = Find(same.kind, _united(same, find), same.why, longer)
    return merged


def _united(one: Find, two: Find) -> Box:
    """The box of both; when both are the same value, read twice, only as high as the lower one."""
    box = one.box.union(two.box)
    as_wide = box.width <= 1.2 * min(one.box.width, two.box.width)  # less: a bar belongs to one of them
    if as_wide and one.value and fingerprint(one.value) == fingerprint(two.value) and same_row(one.box, two.box):
        return Box(box.left, max(one.box.top, two.box.top), box.right, min(one.box.bottom, two.box.bottom))
    return box


def _is_same_place(one: Find, two: Find) -> bool:
    if (one.kind is SecretKind.CODE) != (two.kind is SecretKind.CODE):
        return False
    if not same_row(one.box, two.box) and one.kind is not SecretKind.CODE:
        return False
    return 2 * one.box.within(two.box).area > min(one.box.area, two.box.area)
