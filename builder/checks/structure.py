"""Whether a guide is built as a guide, and as the guide of its exchange."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from builder.checks.facts import PERMISSIONS, SAVES
from builder.checks.finding import Finding
from builder.checks.ocr_text import Sight
from builder.checks.reading import Part, Role, View
from builder.guides.blocks import Block, Heading, Item, Listing, Paragraph, plain
from builder.guides.comments import CLOSING, OPENING
from builder.guides.prose import Prose

MARKER = re.compile(r"[\s>]*(\d+)[.)]")
"""The number with which a source line begins a list entry."""
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SHINGLE = 4  # words in a row that two guides must share to count as alike


def findings(view: View, prose: Prose) -> Iterator[Finding]:
    """What one guide shows by itself."""
    yield from step_numbers(view)
    yield from heading_levels(view)
    yield from list_numbers(view)
    yield from empty_parts(view)
    yield from stuck_pictures(view, prose)
    yield from hidden_permissions(view)
    yield from html(view, prose)
    if not view.lines[0].startswith("---"):
        yield Finding(1, 0, "T08", "the guide has no front matter")


def html(view: View, prose: Prose) -> Iterator[Finding]:
    """Tags in the text: the reader of guides takes none, so they print."""
    for number, line in enumerate(view.lines, 1):
        for tag in _TAG.finditer(line):
            if prose.holds(number, tag.start(), tag.end()):
                yield Finding(number, tag.start() + 1, "T10", f"'{tag[0]}' prints as it stands")


def step_numbers(view: View) -> Iterator[Finding]:
    before = 0
    for part in view.parts:
        if part.number is None:
            continue
        if part.number != before + 1:
            follows = f"step {part.number} follows step {before}" if before else f"the first step is {part.number}"
            line, column = view.find(str(part.number), part.line)
            yield Finding(line, column, "T01", follows)
        before = part.number


def heading_levels(view: View) -> Iterator[Finding]:
    for part in view.parts:
        before = 2 if part.title else 1
        for block in part.blocks:
            if isinstance(block, Heading):
                if block.level > before + 1:
                    message = f"a heading of level {block.level} follows one of level {before}"
                    yield Finding(block.line, 1, "T02", message)
                before = block.level


def list_numbers(view: View) -> Iterator[Finding]:
    for part in view.parts:
        for item, right in numbering(part, view.lines):
            line = view.lines[item.line - 1]
            marker = MARKER.match(line)
            if marker and int(marker[1]) != right:
                message = f"entry {marker[1]} of the list should be {right}"
                yield Finding(item.line, marker.start(1) + 1, "T03", message)
                break  # one wrong number makes all that follow it wrong


def numbering(part: Part, lines: Sequence[str]) -> Iterator[tuple[Item, int]]:
    """The entries of a part's numbered lists with the numbers they should have."""
    last = 0
    before: Block | None = None
    for block in part.blocks:
        if isinstance(block, Listing) and block.ordered:
            if block.items[0].number == 1 and isinstance(before, Paragraph | Heading):
                last = 0  # a paragraph or a heading may begin a list of its own
            if not _all_ones(block, lines):
                yield from ((item, last + position) for position, item in enumerate(block.items, 1))
            elif last:
                yield block.items[0], last + 1
            last += len(block.items)
        before = block


def _all_ones(block: Listing, lines: Sequence[str]) -> bool:
    """Whether every entry is written `1.`, which Markdown numbers by itself."""
    markers = [MARKER.match(lines[item.line - 1]) for item in block.items]
    return len(markers) > 1 and all(marker and marker[1] == "1" for marker in markers)


def empty_parts(view: View) -> Iterator[Finding]:
    for part in view.parts:
        if part.title and not part.blocks:
            yield Finding(part.line, 1, "T04", f"nothing stands under '{plain(part.title)}'")


def hidden_permissions(view: View) -> Iterator[Finding]:
    for index, part in enumerate(view.parts):
        title = plain(part.title)
        sets = any(setting.part == index and setting.on for setting in view.settings)
        if sets and SAVES.search(title) and not PERMISSIONS.search(title):
            yield Finding(*view.find(title, part.line), "T09", f"'{title}' also sets permissions")


def stuck_pictures(view: View, prose: Prose) -> Iterator[Finding]:
    for line in dict.fromkeys(shot.figure.line for shot in view.shots):
        sides = [side for side in ("above", "below") if neighbour(view.lines, line, side)]
        if has_text_beside(view.lines, prose, line):
            sides.append("beside")
        if sides:
            yield Finding(line, 1, "T05", f"text stands directly {' and '.join(sides)} the picture")


def neighbour(lines: Sequence[str], line: int, side: str) -> int:
    """The line on one side of a picture that has text and no blank line between; 0 where there is none."""
    by = -1 if side == "above" else 1
    at = line - 1 + by
    while 0 <= at < len(lines) and _is_comment(lines[at]):
        at += by
    return at + 1 if 0 <= at < len(lines) and lines[at].strip(" \t>") else 0


def _is_comment(line: str) -> bool:
    return line.strip().startswith(OPENING) and line.strip().endswith(CLOSING)


def has_text_beside(lines: Sequence[str], prose: Prose, line: int) -> bool:
    """Whether words stand on a picture's own line."""
    captions = [(alt.start, alt.end) for alt in prose.alts if alt.line == line]
    outside = [stretch for stretch in prose.stretches.get(line, ()) if stretch not in captions]
    return any(lines[line - 1][start:end].strip() for start, end in outside)


def of_another_exchange(view: View, others: Mapping[str, str], sights: Mapping[str, Sight]) -> Iterator[Finding]:
    """A guide that belongs to another exchange. `others` are the other guides' exchanges by their slugs."""
    own, slug = view.guide.exchange, view.guide.slug
    title_line = view.passages[0].line
    owner = next((name for name, exchange in others.items() if _is_of(name, own) and not _is_of(slug, own)), None)
    if owner:
        message = f"the title names {own}, to which the guide '{owner}' belongs; this file is '{slug}'"
        yield Finding(title_line, 1, "T06", message)
        return
    names = {exchange: name for name, exchange in others.items() if not _is_of(slug, exchange)}
    mentions = Counter[str]()
    for passage in view.passages:
        for name in (own, *names):
            mentions[name] += _mentions(passage.text, name)
    for name in names:
        if mentions[name] > mentions[own]:
            line = next(passage.line for passage in view.passages if _mentions(passage.text, name))
            message = f"the text names {name} {mentions[name]} times and {own} {mentions[own]} times"
            yield Finding(*view.find(name, line), "T06", message)
    for shot in view.shots:
        folders = [unquote(part).casefold() for part in urlsplit(shot.figure.address).path.split("/")[:-1]]
        foreign = next((name for name in others if name in folders and slug not in folders), None)
        if foreign:
            message = f"the picture lies in the folder of '{foreign}'"
            yield Finding(*view.find(shot.figure.address, shot.figure.line), "T06", message)
    yield from _pictures_of_another(view, names, sights)


def _pictures_of_another(view: View, names: Mapping[str, str], sights: Mapping[str, Sight]) -> Iterator[Finding]:
    seen = [(shot, sights[shot.figure.address]) for shot in view.shots if shot.figure.address in sights]
    own = sum(sight.reads(view.guide.exchange) for _, sight in seen)
    for name in names:
        showing = [shot for shot, sight in seen if sight.reads(name)]
        if len(showing) > own:
            message = f"{len(showing)} pictures show the name {name}, and {own} the name {view.guide.exchange}"
            yield Finding(showing[0].figure.line, 1, "T06", message)


def _is_of(slug: str, exchange: str) -> bool:
    """Whether a slug is an exchange's: 'gate' is Gate.io's."""
    short, full = "".join(_WORD.findall(slug.casefold())), "".join(_WORD.findall(exchange.casefold()))
    return bool(short) and (full.startswith(short) or short.startswith(full))


def _mentions(text: str, name: str) -> int:
    return len(re.findall(rf"(?<![\w.@/-]){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def near_repeats(views: Sequence[View], most_alike: float) -> Iterator[tuple[View, Finding]]:
    """Guides that nearly repeat one that stands before them."""
    shingles = [_shingles(view, [other.guide.exchange for other in views]) for view in views]
    for later in range(len(views)):
        for earlier in range(later):
            least = min(len(shingles[later]), len(shingles[earlier]))
            alike = len(shingles[later] & shingles[earlier]) / least if least else 0.0
            if alike > most_alike:
                message = f"{alike:.0%} of this guide stands in '{views[earlier].guide.slug}' too"
                yield views[later], Finding(views[later].passages[0].line, 1, "T07", message)


def _shingles(view: View, names: Sequence[str]) -> set[tuple[str, ...]]:
    """Every few words in a row, without the exchanges' names, which a copier would have exchanged."""
    text = " ".join(passage.text for passage in view.passages if passage.role != Role.TITLE).casefold()
    for name in names:
        text = text.replace(name.casefold(), " ")
    words = _WORD.findall(text)
    return set(zip(*(words[start:] for start in range(_SHINGLE)), strict=False))
