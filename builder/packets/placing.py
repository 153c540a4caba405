"""Finds the instructions of a guide that ask for a client's values, and makes room after each for the value."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from builder.guides.blocks import Block, Callout, Given, Listing, Paragraph, Spans, Together, plain
from builder.guides.guide import Facts, Guide
from builder.pages.words import Words

_LETTER = r"[^\W\u2e80-\U0003ffff]"  # of a script that parts words by spaces, or a digit
_SPACED = 0x2E80  # below it, that is


def placed(guide: Guide, words: Words, *, has_label: bool) -> Guide:
    """The guide with room after each instruction of a step that asks for IP addresses or, where there is one, a label.

    Instructions ask with a verb such as “enter”, which the language's catalogue names; the label's field is known by
    the name that the front matter gives it.
    """
    asked = _Asked(guide.facts, has_label, *map(words, _NAMES))
    return replace(guide, steps=tuple(replace(step, blocks=_placed(step.blocks, asked)) for step in guide.steps))


def _placed(blocks: tuple[Block, ...], asked: _Asked) -> tuple[Block, ...]:
    found: list[Block] = []
    for block in blocks:
        match block:
            case Listing(items=items):
                inner = tuple(replace(item, blocks=_placed(item.blocks, asked)) for item in items)
                found.append(replace(block, items=inner))
            case Together(blocks=inner_blocks):
                found.append(replace(block, blocks=_placed(inner_blocks, asked)))
            case Callout():
                found.append(block)
            case Paragraph(spans=spans, line=line):
                found.append(block)
                found += [Given(kind, line) for kind in asked.kinds(spans)]
            case _:
                found.append(block)
    return tuple(found)


_NAMES = ("packet.asks", "packet.only_checks", "packet.asks_addresses", "packet.asks_label")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Tells what instructions ask for; each of the four texts holds words of a language, parted by commas."""

    facts: Facts
    has_label: bool
    asks: str
    only_checks: str
    addresses: str
    label: str

    def kinds(self, spans: Spans) -> list[str]:
        """The kinds of values that an instruction asks for."""
        words = plain(spans)
        # What stands in bold are names on the screen; "Add" in one of them asks for nothing, and "Confirm" checks none.
        told = "".join(span.text for span in spans if not span.strong)
        if not _one_of(self.asks).search(told) or _one_of(self.only_checks).search(told):
            return []
        label = _one_of(self.label)
        found = []
        if self.has_label and label.search(words) and (label.search(told) or self.facts.label_field in _bold(spans)):
            found.append("label")
        return [*found, "ips"] if _one_of(self.addresses).search(words) else found


@functools.cache
def _one_of(words: str) -> re.Pattern[str]:
    """Finds any of some words, not as a part of another; one in capitals only where it stands so."""
    found = []
    for word in filter(None, map(str.strip, words.split(","))):
        before = f"(?<!{_LETTER})" if ord(word[0]) < _SPACED else ""
        after = f"(?!{_LETTER})" if ord(word[-1]) < _SPACED else ""
        case = "" if word[:2].isupper() else "i"
        found.append(f"{before}(?{case}:{re.escape(word)}){after}")
    return re.compile("|".join(found) or "(?!)")


def _bold(spans: Spans) -> set[str]:
    return {span.text.strip() for span in spans if span.strong}
