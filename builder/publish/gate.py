"""The last gate: reads every finished PDF back before it is published, and refuses one that gives something away.

It knows the secrets that were found on this build's pictures by their fingerprints only. What it sees:

- a found value anywhere in the file's text: on the pages, in the document information, the metadata, bookmarks, links,
  tags, notes, form fields and attachments, also when it is cut up by spaces, signs or the ends of lines and pages, and
  when it stands inside a longer run of at most 256 characters;
- strings in that text that have the form of a key, found before or not, by the rules for screenshots;
- codes in every embedded picture, by the search for screenshots; each picture once, since its verdict is kept;
- with `ocr`, found values and secrets by the rules for screenshots in what can be read on every embedded picture.

What it can't see: a found value shorter than six letters and digits, or one that the first reading got wrong, unless
its form betrays it; text that is drawn as outlines; codes that are drawn as outlines, as our own are; a value without
a key's form on a picture, unless it reads the pictures. Whatever can't be read back counts as a leak.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from PIL import Image

from builder import boundaries, png, processes
from builder.config.handbook import Config
from builder.guides.guide import Guide
from builder.pdf import readback
from builder.pdf.provenance import DIGEST
from builder.pdf.readback import Contents, Passage, Shown
from builder.problems import Place, Problem
from builder.progress import Progress
from builder.screenshots.inspect.key_patterns import keys_in
from builder.screenshots.inspect.record import Rules
from builder.screenshots.model import LEFT_OPEN, Picture, SecretKind, kinds_of
from builder.store import Store, digest

_MIN = 6  # letters and digits of a value that is looked for: shorter ones are also ordinary words
_MAX = 256
_PARTS = 12  # runs of letters and digits that one value may be cut into: a UUID has five, a mail address about six
_RUN = re.compile(r"[^\W_]+")
_STRETCH = 64  # runs that are judged as one, and not again while they stay the same: about a third of a page
_GLUED, _GLUED_DIGITS = 12, 7  # letters and digits from which a run may hold more than a value; with a digit in it
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_PIXELS = 100_000_000
_NO_MARKS = (229, 199, 62)  # nothing is drawn on what is printed that would change what is read
_WORTH_PROCESSES = 4  # pictures


@dataclass(frozen=True, slots=True)
class Watch:
    """What to look for, and what may be there.

    `fingerprints` tell the kind of each secret that was found on a picture; `cleared` are those that a person cleared,
    and `cleared_pictures` the SHA-256 of the data of pictures with a code that was cleared unread. Codes may lead to
    `hosts`, mail addresses at `domains` are official. `vouched` are texts whose key-like strings are known and meant.
    """

    fingerprints: Mapping[str, str]
    cleared: frozenset[str] = frozenset()
    cleared_pictures: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    vouched: tuple[str, ...] = ()
    ocr: bool = False
    left_open: tuple[SecretKind, ...] = LEFT_OPEN

    @property
    def key(self) -> str:
        """What a verdict depends on besides the file."""
        found = sorted(self.fingerprints.items())
        allowed = (sorted(self.cleared), sorted(self.cleared_pictures), self.hosts, self.domains, self.vouched)
        return digest(
            "watch", repr(found), repr(allowed), repr(self.ocr), repr(self.left_open), boundaries.VERDICT.digest
        )


@dataclass(frozen=True, slots=True)
class Clear:
    """The keys of stretches of text that hold none of the values looked for: as known `before`, and as met `now`.

    `looked_up` are the strings that were compared now and are no such value; they are never kept.
    """

    before: frozenset[str] = frozenset()
    now: set[str] = field(default_factory=set)
    looked_up: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Runs of letters and digits: `own` of one passage, then as many as a value that begins in those may reach into.

    So whether it is clear depends on nothing else, and a value over the end of a page belongs to one stretch as well.
    """

    where: str
    runs: tuple[str, ...]
    own: int

    @property
    def key(self) -> str:
        return digest(str(self.own), " ".join(self.runs))


def watch(
    config: Config,
    guides: Sequence[Guide],
    pictures: Iterable[Picture],
    store: Store,
    *,
    meant: Sequence[str] = (),
    ocr: bool = False,
) -> Watch:
    """What to look for in the PDFs of some guides with these pictures; key-like strings in what is `meant` pass."""
    treated = [picture for picture in pictures if picture.treatment]
    treatments = [picture.treatment for picture in treated if picture.treatment]
    found = {mask.fingerprint: mask.kind.value for one in treatments for mask in one.masks if mask.fingerprint}
    cleared = {secret.fingerprint for one in treatments for secret in one.cleared if secret.fingerprint}
    unread = [
        view.asset
        for picture in treated
        if picture.treatment and any(not secret.fingerprint for secret in picture.treatment.cleared)
        for view in picture.views
    ]
    return Watch(
        fingerprints=found,
        cleared=frozenset(cleared - found.keys()),
        cleared_pictures=frozenset(data_digest(store.asset(name)) for name in unread),
        hosts=config.code_hosts,
        domains=tuple(sorted({domain for guide in guides for domain in guide.domains})),
        vouched=(*sorted({figure.address for guide in guides for figure in guide.figures}), *meant),
        ocr=ocr,
        left_open=kinds_of(config.left_open),
    )


def read_back(
    files: Mapping[str, Path], watch: Watch, store: Store, jobs: int, progress: Progress
) -> tuple[Problem, ...]:
    """Why some PDFs, by the name that problems give them, must not be published; nothing when they may.

    Text that was found clear of the same values before is not looked through for them again.
    """
    problems: list[Problem] = []
    key = digest("clear", repr(sorted(watch.fingerprints.items())), boundaries.VERDICT.digest)
    clear = Clear(frozenset(store.note(key) or ()))
    with ExitStack() as stack:
        contents: dict[str, Contents] = {}
        wanted: dict[str, tuple[Path, Shown]] = {}
        for done, (name, path) in enumerate(files.items()):
            progress("Reading back", done, len(files), name)
            try:
                contents[name] = readback.read(stack.enter_context(readback.opened(path)))
            except ValueError as error:
                problems.append(_unreadable(name, str(error)))
                continue
            problems += _problems_of_text(name, contents[name], watch, clear)
            wanted |= {shown.key: (path, shown) for shown in contents[name].pictures if shown.key not in wanted}
        verdicts = _verdicts(wanted, watch, store, jobs, progress)
        for name, content in contents.items():
            problems += _problems_of_pictures(name, content, verdicts, watch)
    if clear.now != clear.before:
        store.keep_note(key, sorted(clear.now))  # and no others, or it would grow with every edit
    return tuple(dict.fromkeys(problems))


def _problems_of_text(name: str, contents: Contents, watch: Watch, clear: Clear) -> Iterator[Problem]:
    # The record of what the file was made of holds digests, which have the form of keys.
    passages = [Passage(passage.where, DIGEST.sub(" ", passage.text)) for passage in contents.passages]
    for where, data in contents.loose:
        text = _text_of(data)
        if text is None:
            yield _unreadable(name, f"{where} is neither text nor a picture")
        else:
            passages.append(Passage(where, text))
    for what in contents.unreadable:
        yield _unreadable(name, f"{what} can't be read back")
    for where, kind in found_values(passages, watch.fingerprints, clear):
        message = f"{where} holds a value that was found on a picture and masked there ({SecretKind(kind).in_words()})"
        hint = "Take it out of the guide, handbook.yaml or the text in templates/ that holds it, and revoke it."
        yield Problem(Place(name), "X01", message, hint)
    for where, why, length in key_like(passages, watch.vouched):
        message = f"{where} holds a string of {length} characters that {why}, as keys have it"
        hint = "Take it out of the guide; where it is meant, switch rule A10 off in the guide's front matter."
        yield Problem(Place(name), "X02", message, hint)


def found_values(
    passages: Iterable[Passage], fingerprints: Mapping[str, str], clear: Clear
) -> Iterator[tuple[str, str]]:
    """Where a value with one of the fingerprints stands, with its kind; stretches without one are added to `clear`."""
    if not fingerprints:
        return
    for stretch in _stretches(passages):
        key = stretch.key
        known = key in clear.before or key in clear.now
        found = [] if known else list(_kinds_in(stretch, fingerprints, clear.looked_up))
        if not found:
            clear.now.add(key)
        for kind in found:
            yield stretch.where, kind


def _stretches(passages: Iterable[Passage]) -> Iterator[_Stretch]:
    """All text, as it is and with web addresses' `%20` read as signs. A value may run on from passage to passage."""
    runs: list[str] = []
    begins: list[tuple[int, str]] = []
    for passage in passages:
        text = unicodedata.normalize("NFKC", passage.text).casefold()
        for part in dict.fromkeys((text, unquote(text))):
            found = _RUN.findall(part)
            begins += [(len(runs) + first, passage.where) for first in range(0, len(found), _STRETCH)]
            runs += found
    for (first, where), (end, _) in pairwise([*begins, (len(runs), "")]):
        yield _Stretch(where, tuple(runs[first : end + _PARTS - 1]), end - first)


def _kinds_in(stretch: _Stretch, fingerprints: Mapping[str, str], looked_up: set[str]) -> Iterator[str]:
    """The kinds of the values that begin in a stretch; what is none is added to `looked_up`."""
    for start in range(stretch.own):
        for value in _beginning_at(stretch.runs, start):
            if value in looked_up:
                continue
            kind = fingerprints.get(hashlib.sha256(value.encode()).hexdigest())
            if kind is None:
                looked_up.add(value)
            else:
                yield kind


def _beginning_at(runs: Sequence[str], start: int) -> Iterator[str]:
    """What a value that begins with a run can be: it and those after it joined; and the parts of a long run."""
    value = ""
    for run in runs[start : start + _PARTS]:
        value += run
        if len(value) > _MAX:
            break
        if len(value) >= _MIN:
            yield value
    whole = runs[start]
    if _GLUED_DIGITS <= len(whole) <= _MAX and (len(whole) >= _GLUED or any(letter.isdigit() for letter in whole)):
        for first in range(len(whole) - _MIN + 1):
            for end in range(first + _MIN, len(whole) + 1):
                yield whole[first:end]


def key_like(passages: Iterable[Passage], vouched: Sequence[str] = ()) -> Iterator[tuple[str, str, int]]:
    """Where a string with the form of a key stands, what form that is, and how long the string is.

    What is part of an address that stands elsewhere in the file, wrapped to several lines here, is none.
    """
    passages = list(passages)
    found = (match.group() for passage in passages for match in _ADDRESS.finditer(passage.text))
    links = dict.fromkeys(re.split(r"[?#]", address, maxsplit=1)[0] for address in found)
    for passage in passages:
        text = _TAG.sub(" ", passage.text) if passage.where == "the metadata" else passage.text
        if any(keys_in(text)):  # what is meant is compared only where there is something
            for _, token, why in keys_in(text, (*links, *vouched)):
                yield passage.where, why, len(token)


def _text_of(data: bytes) -> str | None:
    """The text of a loose file; empty for a picture, whose codes are looked for; None for anything else."""
    if _opened(data) is not None:
        return ""
    encoding = "utf-16" if data.startswith((b"\xfe\xff", b"\xff\xfe")) else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _opened(data: bytes) -> Image.Image | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.convert("RGB") if image.width * image.height <= _PIXELS else None
    except Exception:  # Pillow raises all kinds of errors for what is no picture
        return None


def _problems_of_pictures(
    name: str, contents: Contents, verdicts: Mapping[str, Any], watch: Watch
) -> Iterator[Problem]:
    loose = [(where, _looked_at(image, watch)) for where, data in contents.loose if (image := _opened(data))]
    shown = [(one.where, verdicts[one.key]) for one in contents.pictures if one.data not in watch.cleared_pictures]
    for where, finds in (*shown, *loose):
        if finds is None:
            yield _unreadable(name, f"a picture on {where} can't be decoded")
            continue
        for kind, why, mark in finds:
            if mark and mark in watch.cleared:
                continue
            if kind == SecretKind.CODE:
                message = f"a picture on {where} {why.replace('is a', 'shows a', 1)}"
                yield Problem(Place(name), "X03", message, _HOW_TO_COVER)
            else:
                message = f"on a picture on {where} can be read what {why} ({SecretKind(kind).in_words()})"
                yield Problem(Place(name), "X04", message, _HOW_TO_COVER)


_HOW_TO_COVER = (
    'Cover it with {mask="x y w h"} behind the picture in the guide, and please report it: it was not found.'
)


def _unreadable(name: str, what: str) -> Problem:
    hint = "Nothing is published that can't be checked; please report it with the guide."
    return Problem(Place(name), "X05", what, hint)


def _verdicts(
    wanted: Mapping[str, tuple[Path, Shown]], watch: Watch, store: Store, jobs: int, progress: Progress
) -> dict[str, Any]:
    """What was found on each picture, by its key; None where it can't be decoded. Kept, since it never changes."""
    rules = digest("shown", repr(watch.hosts), boundaries.VERDICT.digest)
    if watch.ocr:
        rules = digest("read", watch.key)
    keys = {key: digest(rules, key) for key in wanted}
    verdicts = {key: note["finds"] for key in wanted if (note := store.note(keys[key])) is not None}
    waiting = [(key, *found) for key, found in wanted.items() if key not in verdicts]
    workers = min(jobs, len(waiting)) if len(waiting) >= _WORTH_PROCESSES else 1
    if workers <= 1:
        for done, (key, path, shown) in enumerate(waiting, 1):
            verdicts[key] = _verdict(path, shown, watch)
            progress("Checking pictures", done, len(waiting), shown.where)
    else:
        with processes.pool(workers) as pool:
            futures = {pool.submit(_verdict, path, shown, watch): key for key, path, shown in waiting}
            for done, future in enumerate(as_completed(futures), 1):
                verdicts[futures[future]] = future.result()
                progress("Checking pictures", done, len(waiting), "")
    for key, _, _ in waiting:
        store.keep_note(keys[key], {"finds": verdicts[key]})
    return verdicts


def _verdict(path: Path, shown: Shown, watch: Watch) -> list[tuple[str, str, str]] | None:
    with readback.opened(path) as pdf:
        try:
            image = readback.image_of(pdf, shown.number)
        except ValueError:
            return None
    return _looked_at(image, watch)


def _looked_at(image: Image.Image, watch: Watch) -> list[tuple[str, str, str]]:
    """The codes on a picture that must not be seen, and with `ocr` the secrets: kind, why, fingerprint."""
    from builder.screenshots.inspect.seeing import codes_on, everything_on

    rules = Rules(_NO_MARKS, watch.hosts, watch.domains, left_open=watch.left_open)
    if not watch.ocr:
        secrets = codes_on(image, rules)
        return [(secret.kind.value, secret.why, secret.fingerprint) for secret in secrets]
    lines, secrets = everything_on(image, (), rules)
    said = [Passage("", line.word.text) for line in lines]
    read = [
        (kind, "was found on a picture and masked there", "")
        for _, kind in found_values(said, watch.fingerprints, Clear())
    ]
    return read + [(secret.kind.value, secret.why, secret.fingerprint) for secret in secrets]


def data_digest(picture: bytes) -> str:
    """The digest of a PNG's picture data, as `readback` tells it of the PDF that holds it."""
    return readback.data_digest(b"".join(body for kind, body in png.chunks(picture) if kind == b"IDAT"))
