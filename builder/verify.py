"""Says what a PDF was made of, whether it was altered since, and whether this checkout would make another one.

Files come from anywhere, so nothing in them is trusted: sizes are bounded, and what can't be read is a problem.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from builder.config.handbook import Config
from builder.guides.files import find_guides
from builder.pdf import provenance
from builder.pdf.provenance import MadeOf
from builder.problems import BuildError, Place, Problem, Severity
from builder.screenshots.fetch import lock

FILE_BYTES = 200_000_000
_SHOWN_DIGITS = 16
_LONGEST = 300  # of a text in a record that is printed
_NAME = re.compile(r"[\w./ -]{1,200}")


@dataclass(frozen=True, slots=True)
class Verified:
    """What is said of a file, in lines, and what is wrong with it."""

    lines: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read from one of our files; `pages` is None where it can't be told which changed."""

    record: MadeOf
    intact: bool
    pages: tuple[str, ...] | None = None
    signed: str = ""  # what is to be said of its signature


def verify(path: Path, config: Config | None) -> Verified:
    """What can be said of a PDF; without `config`, nothing of whether there is a newer one."""
    place = Place(config.shown(path) if config else str(path))
    seen = _seen(path, place)
    if isinstance(seen, Problem):
        return Verified((), (seen,))
    lines = [*_told(seen.record, place.file)]
    if not seen.intact:
        return Verified(tuple(lines), (_altered(seen, place),))
    problems = tuple(_newer(seen.record, place, config)) if config else ()
    lines.append("intact: not a byte has changed since it was made")
    if seen.signed:
        lines.append(seen.signed)
    if config and not problems:
        lines.append("up to date: this checkout holds the same edition, guides and screenshots")
    return Verified(tuple(lines), problems)


def _seen(path: Path, place: Place) -> _Seen | Problem:
    """What a file holds, or why that can't be told."""
    data = _data(path, place)
    if isinstance(data, Problem):
        return data
    import pikepdf

    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            record = provenance.record_of(pdf)
            if record is None:
                hint = "Only PDFs that `handbook build` has made carry the record of what they were made of."
                return Problem(place, "V02", "this is a PDF, but none of ours, or its record was taken out", hint)
            if provenance.is_intact(data):
                return _Seen(record, True)
            first = provenance.first_revision(data)
            if len(first) < len(data) and provenance.is_intact(first):
                return _appended_to(record, data, place)
            return _Seen(record, False, _pages(pdf))
    except pikepdf.PasswordError:
        return Problem(place, "V01", "it is encrypted", "Verify the file as it was before it was encrypted.")
    except Exception as error:  # a PDF that is broken on purpose raises all kinds of errors
        return _unreadable(place, f"it can't be read as a PDF ({type(error).__name__})")


def _appended_to(record: MadeOf, data: bytes, place: Place) -> _Seen | Problem:
    """A file of ours to which something was appended: a signature that holds, or else an alteration."""
    from builder.pdf import signing

    try:
        signed = signing.signature_in(data)
    except BuildError as error:  # without the extra, nobody can tell
        return replace(error.problems[0], place=place, code="V08", message="it is signed, and can't be checked here")
    except ValueError:
        signed = None
    if signed is None or not signed.intact or not (signed.whole or signed.allowed):
        hint = "Don't hand it on; take the file from who made it, or make it again."
        return Problem(place, "V03", "something was appended to it since it was made, and no signature allows it", hint)
    since = "" if signed.whole else "; forms were filled in since, which the signature allows"
    name = f"{_plain(signed.name)} (certificate sha256:{signed.fingerprint})"
    return _Seen(record, True, signed=f"signed by {name}, and the signature holds{since}")


def _pages(pdf: object) -> tuple[str, ...] | None:
    try:
        return provenance.page_digests(pdf)  # type: ignore[arg-type]
    except Exception:  # as above; that the file was altered is known by now
        return None


def _data(path: Path, place: Place) -> bytes | Problem:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return _unreadable(place, "it is no file")
        if found.st_size > FILE_BYTES:
            return _unreadable(place, f"it has more than {FILE_BYTES:,} bytes")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "that is no name of a file"
        return _unreadable(place, f"it can't be read: {why}")


def _unreadable(place: Place, what: str) -> Problem:
    return Problem(place, "V01", what, "Name a PDF that `handbook build` has made.")


def _told(record: MadeOf, file: str) -> Iterator[str]:
    yield f"{file}: edition {_plain(record.edition)}, made as {_plain(record.name)}"
    if record.packet:
        code = (
            f"control code {_plain(record.packet.get('code', ''))}" if record.packet.get("code") else "no control code"
        )
        kind, client = record.packet.get("kind", ""), record.packet.get("client", "")
        yield f"a {_plain(kind)} for {_plain(client)}, {code}: {_plain(record.packet.get('exchanges', ''))}"
    yield f"build {_plain(record.build_id)}, content {_plain(record.short_content)}, as its last page says"
    yield f"made of {len(record.guides)} guides and {len(record.screenshots)} screenshots (SHA-256):"
    for name, found in (*record.guides.items(), *record.screenshots.items()):
        yield f"  {_plain(found.removeprefix('sha256:')[:_SHOWN_DIGITS])}  {_plain(name)}"
    yield from (
        f"nothing but a placeholder stands for the picture {_plain(address)}" for address in record.stand_ins or ()
    )


def _plain(text: str) -> str:
    """A text from a file, without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in text[:_LONGEST])


def _altered(seen: _Seen, place: Place) -> Problem:
    made, now = seen.record.pages, seen.pages
    if now is None:
        what = "its pages can't be compared"
    elif len(now) != len(made):
        what = f"it has {len(now)} pages and had {len(made)}"
    else:
        changed = [str(number) for number, (one, other) in enumerate(zip(made, now, strict=True), 1) if one != other]
        what = f"page{'s' * (len(changed) > 1)} {', '.join(changed)} of the file differ{'s' * (len(changed) == 1)}"
        if not changed:
            what = "the pages look as they did; what is behind them differs, or a program has saved the file again"
    hint = "Don't hand it on; take the file from who made it, or build it again."
    return Problem(place, "V03", f"it was altered since it was made: {what}", hint)


def _newer(record: MadeOf, place: Place, config: Config) -> Iterator[Problem]:
    """Why this checkout would make, or has made, another PDF of this name."""
    hint = "Build again, and hand out the new one."

    def warning(code: str, message: str) -> Problem:
        return Problem(place, code, message, hint, Severity.WARNING)

    if config.edition != record.edition:
        yield warning("V04", f"this checkout is at edition {config.edition}")
    changed = list(_changed_guides(record, config))
    if changed:
        yield warning("V05", f"this checkout has other guides: {', '.join(changed)}")
    entries, _ = lock.read(config.paths.lock_file, config.shown(config.paths.lock_file))
    other = {address: f"sha256:{entries[address].sha256}" for address in record.screenshots if address in entries}
    count = _differing(record.screenshots, other)
    if count:
        yield warning("V06", f"this checkout has other bytes for {count} of its screenshots")
    published = _published(record, config)
    if published and published.build_id != record.build_id:
        yield warning("V07", f"output/{record.name} is another build: {_plain(published.build_id)}")


def _changed_guides(record: MadeOf, config: Config) -> Iterator[str]:
    files, _ = find_guides(config.paths.guides, config.shown(config.paths.guides))
    for slug, found in record.guides.items():
        if slug not in files:
            yield f"{_plain(slug)} (gone)"
        elif _text_digest(files[slug]) != found:
            yield f"{slug} (changed)"
    if "guides/" not in record.name and not record.packet:
        yield from (f"{slug} (new)" for slug in files if slug not in record.guides)


def _text_digest(guide: Path) -> str:
    try:
        return provenance.text_digest(guide.read_bytes())
    except OSError:
        return ""


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> int:
    return sum(before[address] != found for address, found in now.items())


def _published(record: MadeOf, config: Config) -> MadeOf | None:
    """The record of the PDF of the same name in `output/`; None where there is none that can be trusted."""
    if not _NAME.fullmatch(record.name):
        return None
    output = config.paths.output.resolve()
    path = (output / record.name).resolve()
    if not path.is_relative_to(output):
        return None
    seen = _seen(path, Place(""))
    return seen.record if isinstance(seen, _Seen) and seen.intact else None
