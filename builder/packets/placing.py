"""Finds the instructions of a guide that ask for a client's values, and makes room after each for the value."""

from __future__ import annotations

import re
from dataclasses import replace

from builder.guides.blocks import Block, Callout, Given, Listing, Paragraph, Spans, Together, plain
from builder.guides.guide import Facts, Guide

_IPS = re.compile(r"\bIPs?\b")
_LABEL = re.compile(r"\blabel\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:enter|type|paste|add|include|fill in|provide|bind|input)\b", re.IGNORECASE)
_CHECKS = re.compile(r"\bcheck that\b|\blisted there\b", re.IGNORECASE)


def placed(guide: Guide, *, has_label: bool) -> Guide:
    """The guide with room after each instruction of a step that asks for IP addresses or, where there is one, a label.

    Instructions ask with a verb such as “enter”; the label's field is known by the name that the front matter gives it.
    """
    facts = guide.facts
    steps = tuple(replace(step, blocks=_placed(step.blocks, facts, has_label)) for step in guide.steps)
    return replace(guide, steps=steps)


def _placed(blocks: tuple[Block, ...], facts: Facts, has_label: bool) -> tuple[Block, ...]:
    found: list[Block] = []
    for block in blocks:
        match block:
            case Listing(items=items):
                inner = tuple(replace(item, blocks=_placed(item.blocks, facts, has_label)) for item in items)
                found.append(replace(block, items=inner))
            case Together(blocks=inner_blocks):
                found.append(replace(block, blocks=_placed(inner_blocks, facts, has_label)))
            case Callout():
                found.append(block)
            case Paragraph(spans=spans, line=line):
                found.append(block)
                found += [Given(kind, line) for kind in _asked(spans, facts, has_label)]
            case _:
                found.append(block)
    return tuple(found)


def _asked(spans: Spans, facts: Facts, has_label: bool) -> list[str]:
    """The kinds of values that an instruction asks for."""
    words = plain(spans)
    # What stands in bold are names on the screen; "Add" in one of them asks for nothing.
    told = "".join(span.text for span in spans if not span.strong)
    if not _ASKS.search(told) or _CHECKS.search(words):
        return []
    kinds = []
    if has_label and _LABEL.search(words) and (_LABEL.search(told) or facts.label_field in _bold(spans)):
        kinds.append("label")
    return [*kinds, "ips"] if _IPS.search(words) else kinds


def _bold(spans: Spans) -> set[str]:
    return {span.text.strip() for span in spans if span.strong}
