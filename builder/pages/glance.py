"""All exchanges at a glance: what differs in columns, what is equal for all in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from builder.pages.exchange import ip_rule
from builder.pages.page import Chapter
from builder.pages.words import Words


@dataclass(frozen=True, slots=True)
class Glance:
    """What exchanges have in common and where they differ: columns by heading, and a row of cells for each exchange.

    Where there is too little to compare, each fact has a row of its own instead, and there are no columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Chapter, tuple[tuple[str, ...], ...]], ...]
    same: str  # what holds for all of them, in one sentence; empty where nothing does
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by heading, line by line


def at_a_glance(chapters: Sequence[Chapter], words: Words) -> Glance:
    """No column is spent on what is equal for all; that is said once."""
    shown = {"once": "glance.shown_once", "always": "glance.shown_again"}
    facts = [chapter.guide.facts for chapter in chapters]
    table: dict[str, list[tuple[str, ...]]] = {
        "glance.enable": [each.enable for each in facts],
        "glance.never": [each.withdrawal for each in facts],
        "glance.addresses": [(rule,) if (rule := ip_rule(each, words)) else () for each in facts],
        "glance.asks": [each.verification for each in facts],
        "glance.secret": [(words(shown[each.secret_shown]),) if each.secret_shown else () for each in facts],
    }
    equal = [name for name, cells in table.items() if len(chapters) > 1 and len(set(cells)) == 1 and cells[0]]
    same = [f"{words(name)} – {words.enumerated(table[name][0])}" for name in equal]
    differing = [name for name, cells in table.items() if name not in equal and any(cells)]
    if any(map(any, table.values())) and 2 + len(differing) > len(chapters) * len(differing):  # more heads than cells
        told = tuple((words(name), _lines(chapters, cells, words)) for name, cells in table.items() if any(cells))
        return Glance((), tuple((chapter, ()) for chapter in chapters), "", told)
    rows = zip(*(table[name] for name in differing), strict=True) if differing else iter([()] * len(chapters))
    return Glance(
        tuple(words(name) for name in differing),
        tuple(zip(chapters, rows, strict=True)),
        words("glance.all_same", facts=words.enumerated(same)) if same else "",
    )


def _lines(chapters: Sequence[Chapter], cells: Sequence[tuple[str, ...]], words: Words) -> tuple[str, ...]:
    """What exchanges say of one fact: once where they agree, else a line for each that says something."""
    if len(set(cells)) == 1:
        return cells[0]
    pairs = zip(chapters, cells, strict=True)
    return tuple(f"{chapter.guide.exchange} – {words.enumerated(cell)}" for chapter, cell in pairs if cell)
