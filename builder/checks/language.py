"""Whether the text reads as instructions do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from builder.checks import spelling
from builder.checks.finding import Finding
from builder.checks.ocr_text import within
from builder.checks.reading import Passage, Role, View, sentences
from builder.checks.vocabulary import OPENERS, VERBS
from builder.config.checks import Settings
from builder.guides.prose import Prose

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_HERE = re.compile(r"\b(?:click|press|tap|go)(?:ing)? (?:on )?here\b", re.IGNORECASE)
_EXCLAMATION = re.compile(r"!(?!\[)")
_HERE_LINKS = {"here", "click here", "this link", "link", "this page", "click", "more"}
_PICTURES = r"(?:images?|pictures?|screenshots?|screen shots?|photos?|figures?|illustrations?)"
_REFERENCE = re.compile(
    rf"\b(?:see|as seen|shown|as shown|refer to|check|look at|as in)\b[^.]*\b{_PICTURES}\b[^.]*\b(?:below|above)\b|"
    rf"\b{_PICTURES} (?:below|above)\b|\b(?:below|above|following) {_PICTURES}\b|"
    r"\b(?:as )?(?:shown|seen|see) (?:below|above)\b",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_MIN_NAME = 5  # letters from which a name with one wrong letter is recognised


def findings(view: View, prose: Prose, names: Sequence[str], settings: Settings) -> Iterator[Finding]:
    """What one guide's sentences and words show. `names` are spelled one way only."""
    yield from beginnings(view, settings.verbs)
    yield from lengths(view, settings.sentence_words)
    yield from phrases(view)
    yield from spellings(view, names)
    yield from misspellings(view, prose, {word.casefold() for word in (*settings.words, *names)})
    yield from pictographs(view, prose)


def beginnings(view: View, more: Collection[str]) -> Iterator[Finding]:
    verbs = VERBS | {verb.casefold() for verb in more}
    for passage in view.in_steps():
        numbered = passage.role is Role.ITEM and passage.number
        words = _WORD.findall(passage.text)
        if not words or not (numbered or passage.role is Role.TITLE):
            continue
        first = words[0].casefold()
        # Place before action: "Under Permissions, select …" is a command too.
        led = numbered and first in OPENERS and any(word.casefold() in verbs for word in words[1:])
        if first not in verbs and not led:
            what = "this entry" if numbered else "the step"
            yield Finding(*view.find(passage.text, passage.line), "L01", f"{what} begins with '{words[0]}'")


def lengths(view: View, most: int) -> Iterator[Finding]:
    for passage in view.passages:
        if passage.role is Role.CELL:
            continue
        for sentence in sentences(passage.spans):
            count = len(_WORD.findall(sentence.text))
            if count > most:
                place = view.find(sentence.text, passage.line)
                yield Finding(*place, "L02", f"this sentence has {count} words, more than {most}")


def phrases(view: View) -> Iterator[Finding]:
    for passage in view.passages:
        text = "".join(span.text if not span.code else " " for span in passage.spans)
        here = _HERE.search(text)
        if here:
            yield Finding(*view.find(here[0], passage.line), "L03", f"the text says '{here[0]}'")
        for span in passage.spans:
            if span.href and span.text.strip(" .").casefold() in _HERE_LINKS:
                yield Finding(*view.find(f"[{span.text}", passage.line), "L03", f"a link is called '{span.text}'")
            # What is bold may be written so on the screen.
            if _EXCLAMATION.search(span.text) and not (span.strong or span.code):
                yield Finding(*view.find("!", passage.line), "L05", "an exclamation mark stands in the text")
        reference = _REFERENCE.search(text)
        if reference:
            yield Finding(*view.find(reference[0], passage.line), "L04", f"the text says '{reference[0]}'")


def spellings(view: View, names: Sequence[str]) -> Iterator[Finding]:
    patterns = [(name, _variants(name)) for name in dict.fromkeys(names) if name]
    for passage in view.passages:
        text = "".join(span.text if not (span.strong or span.code) else "\0" * len(span.text) for span in passage.spans)
        for name, pattern in patterns:
            for match in pattern.finditer(text):
                if match[0] != name:
                    yield _misspelled_name(view, passage, match[0], name)
        for match in _WORD.finditer(text):
            if _is_in_address(text, match):
                continue
            bare = re.sub(r"['’]s$", "", match[0])
            for name in names:
                if _nearly(bare, name):
                    yield _misspelled_name(view, passage, bare, name)


def _is_in_address(text: str, word: re.Match[str]) -> bool:
    before, after = text[: word.start()], text[word.end() :]
    return before[-1:] in {".", "@", "/"} or re.match(r"[.@/]\w", after) is not None


def _misspelled_name(view: View, passage: Passage, found: str, name: str) -> Finding:
    return Finding(*view.find(found, passage.line), "L09", f"'{found}' stands for '{name}'")


def _variants(name: str) -> re.Pattern[str]:
    """A name in whatever case, written together, apart or with a hyphen; not as part of an address."""
    parts = [re.escape(part) for piece in re.findall(r"[^\W_]+", name) for part in _CAMEL.findall(piece) or [piece]]
    return re.compile(r"(?<![\w.@/-])" + r"[ \t.-]?".join(parts) + r"(?![\w@/-]|\.\w)", re.IGNORECASE)


def _nearly(word: str, name: str) -> bool:
    """Whether a word is a name but for one letter."""
    if len(name) < _MIN_NAME or not name.isalnum() or abs(len(word) - len(name)) > 1:
        return False
    one, other = word.casefold(), name.casefold()
    return one != other and one[0] == other[0] and one != f"{other}s" and within(one, other, 1)


def misspellings(view: View, prose: Prose, allowed: Collection[str]) -> Iterator[Finding]:
    places: dict[str, list[tuple[int, int, str]]] = {}
    for line, stretches in prose.stretches.items():
        for start, end in stretches:
            for match in _WORD.finditer(view.lines[line - 1][start:end]):
                places.setdefault(match[0].casefold(), []).append((line, start + match.start() + 1, match[0]))
    found = spelling.misspelled([word for word in places if word not in allowed])
    for word, meant in found.items():
        for line, column, written in places[word]:
            wanted = " or ".join(f"'{one.strip()}'" for one in meant.rstrip(",").split(",") if one.strip())
            yield Finding(line, column, "L10", f"'{written}' is probably {wanted}")


def pictographs(view: View, prose: Prose) -> Iterator[Finding]:
    for line, stretches in prose.stretches.items():
        for start, end in stretches:
            for column, sign in enumerate(view.lines[line - 1][start:end], start + 1):
                if _is_pictograph(sign):
                    yield Finding(line, column, "L11", f"the pictograph {sign} stands in the text")


def _is_pictograph(sign: str) -> bool:
    return ord(sign) > 0x2190 and unicodedata.category(sign) == "So"
