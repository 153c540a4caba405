"""Mending what is mechanical, on the source: nothing is touched but the characters that are wrong.

Code, addresses, front matter and line ends stay as they are, and a rule that is off is not mended. Mending twice
changes nothing more.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.checks import caption_match, facts, labels, ocr_text, run, structure, suppressions
from builder.checks.finding import Finding
from builder.checks.reading import View, view
from builder.checks.suppressions import Off
from builder.checks.typography import edits as typographic_edits
from builder.guides.guide import parse_guide
from builder.guides.prose import Prose
from builder.screenshots.model import Inspection

_LINE_END = re.compile(r"\r\n|\r|\n")
_HEADING_BEGINS = 12  # columns within which a heading names its own step; what follows may name another
_STEP_NUMBER = re.compile(r"step\s+(\d+)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_COMMA = re.compile(r"\bcommas?\b", re.IGNORECASE)
_MAX_ROUNDS = 8  # of one kind of mending; each round leaves less to do
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Edit:
    """Columns of a line, from 0 and half-open, that become something else; with `above`, a line put in before it."""

    code: str
    line: int
    start: int
    end: int
    new: str
    above: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """A source, taken apart for one round of mending."""

    source: str
    view: View
    sights: Mapping[str, ocr_text.Sight]

    @property
    def prose(self) -> Prose:
        return self.view.guide.source.prose


_Mender = Callable[[_Text], Iterator[_Edit]]


def fix(
    source: str, slug: str, seen: Mapping[str, Inspection] | None = None, language: str = "en"
) -> tuple[str, list[str]]:
    """The mended text and what was changed, as 'line: code what'; a text that can't be read stays as it is.

    What the rules of another language would ask for is not known, so only those that hold in all mend it.
    """
    mark = _MARK if source.startswith(_MARK) else ""
    text = source.removeprefix(_MARK)
    sights = {address: ocr_text.sight_of(inspection) for address, inspection in (seen or {}).items()}
    current = _read(text, slug, sights)
    changes: list[str] = []
    # Blank lines come first: with them a list may begin with any number.
    for mender in (_stuck_pictures, _step_numbers, _list_numbers, _captions, _separators, _typography):
        for _ in range(_MAX_ROUNDS):
            mended, said = _round(current, slug, mender, language) if current else (None, [])
            if mended is None:
                break
            current = mended
            changes += said
    return mark + (current.source if current else text), changes


def diff(before: str, after: str, file: str) -> str:
    """The change as a unified diff."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, f"{file} (as it was)", f"{file} (mended)")
    return "".join(line if line.endswith(("\n", "\r")) else line + "\n" for line in lines)


def _round(before: _Text, slug: str, mender: _Mender, language: str) -> tuple[_Text | None, list[str]]:
    """The text after one round of one kind of mending and what was done; None where there is nothing to do."""
    ordered = suppressions.said_in(before.view)
    wanted = [edit for edit in mender(before) if _is_meant(edit, before, ordered, language)]
    after = _read(_apply(before.source, wanted), slug, before.sights) if wanted else None
    # A number may make a list out of a paragraph, or the other way round; then a person must look.
    if after is not None and mender in _SHAPING and _said(after) != _said(before):
        wanted = _harmless(before, slug, wanted)
        after = _read(_apply(before.source, wanted), slug, before.sights) if wanted else None
    if after is None or (mender in _SHAPING and _said(after) != _said(before)):
        return None, []
    return after, [_describe(edit, before.view.lines) for edit in wanted]


def _harmless(before: _Text, slug: str, wanted: Sequence[_Edit]) -> list[_Edit]:
    """Those of some edits that can all be made without a list becoming another: one must not stop the others."""
    kept: list[_Edit] = []
    for edit in wanted:
        after = _read(_apply(before.source, [*kept, edit]), slug, before.sights)
        if after is not None and _said(after) == _said(before):
            kept.append(edit)
    return kept


def _read(text: str, slug: str, sights: Mapping[str, ocr_text.Sight]) -> _Text | None:
    guide, _ = parse_guide(text, slug, slug)
    return _Text(text, view(guide), sights) if guide else None


def _said(text: _Text) -> list[tuple[str, str]]:
    """What a text says in which role, whatever its numbers."""
    passages = [(passage.role.value, _DIGITS.sub("#", passage.text)) for passage in text.view.passages]
    return [*passages, *(("picture", shot.figure.alt) for shot in text.view.shots)]


def _is_meant(edit: _Edit, text: _Text, ordered: Sequence[Off], language: str) -> bool:
    """Whether the rule for which an edit is made holds in this language and is not off there."""
    finding = Finding(edit.line, 0, edit.code, "")
    is_off = any(one.reason and one.covers(finding) for one in ordered)
    return not is_off and run.is_told(finding, text.view.guide.facts, language)


def _apply(text: str, edits: Sequence[_Edit]) -> str:
    ends = [match[0] for match in _LINE_END.finditer(text)]
    lines = _LINE_END.split(text)
    for edit in sorted(edits, key=lambda edit: (edit.line, not edit.above, edit.start), reverse=True):
        at = edit.line - 1
        if edit.above:
            lines.insert(at, edit.new)
            ends.insert(at, ends[at] if at < len(ends) else ends[-1])
        else:
            lines[at] = lines[at][: edit.start] + edit.new + lines[at][edit.end :]
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))


def _describe(edit: _Edit, lines: Sequence[str]) -> str:
    if edit.above:
        return f"{edit.line}: {edit.code} a blank line is put in"
    old = lines[edit.line - 1][edit.start : edit.end]
    return f"{edit.line}: {edit.code} '{old}' becomes '{edit.new}'" if old else f"{edit.line}: {edit.code} '{edit.new}'"


def _stuck_pictures(text: _Text) -> Iterator[_Edit]:
    lines = text.view.lines
    put_in: set[int] = set()
    for shot in text.view.shots:
        line = shot.figure.line
        above = structure.neighbour(lines, line, "above")
        below = structure.neighbour(lines, line, "below")
        for at in ([above + 1] if above else []) + ([below] if below else []):
            if at not in put_in:
                put_in.add(at)
                quote = re.match(r"[\s>]*", lines[line - 1])
                prefix = quote[0].rstrip() if quote and ">" in quote[0] else ""
                yield _Edit("T05", at, 0, 0, prefix, above=True)


def _step_numbers(text: _Text) -> Iterator[_Edit]:
    steps = [part for part in text.view.parts if part.number is not None]
    right = {part.line: position for position, part in enumerate(steps, 1)}
    # Where two steps have one number nobody knows which of them a sentence means.
    unique = len({part.number for part in steps}) == len(steps)
    renamed: dict[str, int] = {str(part.number): right[part.line] for part in steps} if unique else {}
    for line, stretches in text.prose.stretches.items():
        for number in _STEP_NUMBER.finditer(text.view.lines[line - 1]) if stretches else ():
            if text.prose.holds(line, *number.span()):
                new = str(right.get(line) or renamed.get(str(number[1])) or number[1])
                if new != number[1] and (line not in right or number.start() < _HEADING_BEGINS):
                    yield _Edit("T01", line, number.start(1), number.end(1), new)


def _list_numbers(text: _Text) -> Iterator[_Edit]:
    lines = text.view.lines
    for part in text.view.parts:
        for item, right in structure.numbering(part, lines):
            marker = structure.MARKER.match(lines[item.line - 1])
            if marker and int(marker[1]) != right:
                yield _Edit("T03", item.line, marker.start(1), marker.end(1), str(right))
                yield from _indented(lines, item.line, len(str(right)) - len(marker[1]), marker.end() + 1)


def _indented(lines: Sequence[str], line: int, by: int, width: int) -> Iterator[_Edit]:
    """What hangs below an entry moves with its number's width: it would else fall out of the list."""
    for number in range(line + 1, len(lines) + 1):
        text = lines[number - 1]
        if text.strip() and not text.startswith(" " * width):
            return
        if text.strip() and by:
            yield _Edit("T03", number, 0, max(-by, 0), " " * by)


def _captions(text: _Text) -> Iterator[_Edit]:
    if not text.sights:
        return
    shots = text.view.shots
    for pair in labels.exchanged_captions(text.view, caption_match.fits(text.view), text.sights):
        places = [[alt for alt in text.prose.alts if alt.line == shots[index].figure.line] for index in pair]
        if all(len(found) == 1 for found in places):
            for (alt,), other in zip(places, reversed(pair), strict=True):
                yield _Edit("W04", alt.line, alt.start, alt.end, shots[other].figure.alt)


def _separators(text: _Text) -> Iterator[_Edit]:
    separator = text.view.guide.facts.ip_separator
    said = facts.separators(text.view)
    words = {",": " without spaces", ", ": " and a space"}.get(separator or "")
    if words and said and not any(facts.is_exact(one.sentence.text) for one in said):
        line, _ = text.view.find(said[0].sentence.text, said[0].passage.line)
        comma = _COMMA.search(text.view.lines[line - 1])
        if comma and text.prose.holds(line, *comma.span()):
            yield _Edit("A07", line, comma.end(), comma.end(), words)
    if separator is not None:
        for place in facts.address_lists(text.view, text.prose):
            if place.separator != separator and "\n" not in separator:
                yield _Edit("A08", place.line, place.start, place.end, separator)


def _typography(text: _Text) -> Iterator[_Edit]:
    for edit in typographic_edits(text.view.lines, text.prose):
        yield _Edit(edit.code, edit.line, edit.start, edit.end, edit.new)


_SHAPING = (_stuck_pictures, _step_numbers, _list_numbers)
"""What might make another list, or none, of what stands there."""
