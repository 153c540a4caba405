"""Guide, pictures and brand → HTML: which values each page of a handbook gets."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from builder.guides.blocks import Block, Figure, PictureKey, figures_in, plain, spans_in
from builder.guides.guide import Guide
from builder.pages import figures, pointing
from builder.pages.exchange import address_lines, checklist, ip_rule
from builder.pages.glance import at_a_glance
from builder.pages.page import Chapter, Cover, Folio, Look, Page, Room
from builder.pages.qr import qr_code
from builder.pages.rendering import document
from builder.pages.templates import Templates
from builder.screenshots.model import Drawn, Picture


def guide_page(
    guide: Guide,
    pictures: Mapping[PictureKey, Picture],
    look: Look,
    templates: Templates,
    number: int,
    count: int,
    given: Room | None = None,
) -> Page:
    """A guide's opener, steps and checklist; `number` of `count` guides tells where its thumb tab stands.

    In a packet there is room for the client's values where others find lines to write on.
    """
    arranged = figures.arranged(guide, pictures)
    facts = guide.facts
    rule = ip_rule(facts, look.words)
    card = (
        facts.needs,
        facts.website,
        facts.api_page,
        facts.verification,
        rule,
        facts.secret_shown,
        facts.minutes,
        facts.verified,
    )
    page = document(
        templates,
        "guide.html",
        look,
        tab=_tab_style(look, guide, number, count),
        guide=arranged,
        slug=guide.slug,
        facts=facts,
        has_card=any(card),
        ip_rule=rule,
        values=look.values,
        address_lines=address_lines(look.values, facts),
        qr=qr_code(facts.website) if facts.website else None,
        pictures=pictures,
        checklist=checklist(guide, look.words, given),
        given=given,
        labels_for=functools.partial(_labels_for, guide),
        instructions=pointing.instructions(guide),
    )
    sizings = tuple(figures.sizings(arranged, pictures, look.paper))
    return replace(page, sizings=sizings, room_mm=look.paper.room)


def front_page(
    look: Look,
    templates: Templates,
    chapters: Sequence[Chapter],
    how_to_use: Sequence[Block],
    rules: Sequence[Block],
    glossary_page: int,
) -> Page:
    """The handbook's cover, how to use it, contents, at a glance and the rules that hold everywhere."""
    contents = [
        *(_entry(chapter) for chapter in chapters),
        {
            "number": None,
            "title": look.words("front.glossary"),
            "href": "part:-glossary",
            "page": glossary_page,
            "lines": [],
        },
    ]
    cover = Cover(look.title, look.subtitle, names=tuple(chapter.guide.exchange for chapter in chapters))
    return document(
        templates,
        "front.html",
        look,
        cover=cover,
        how_to_use=how_to_use,
        rules=rules,
        contents=contents,
        glance=at_a_glance(chapters, look.words),
    )


def single_cover(guide: Guide, look: Look, templates: Templates) -> Page:
    """The cover of one guide's own PDF."""
    cover = Cover(guide.title, subtitle=guide.facts.summary or "", kicker=guide.exchange)
    return document(templates, "single.html", look, cover=cover)


def back_page(
    look: Look, templates: Templates, glossary: Sequence[Block], drawn: Sequence[tuple[str, tuple[int, ...]]] = ()
) -> Page:
    """The glossary, where there is one, and the back page with the firm's contacts.

    `drawn` are exchanges with the numbers of those of their figures that are drawings.
    """
    alone = "" if glossary else "alone"  # the back is a left-hand page where pages have sides
    say = look.words
    names = [say("back.drawn_of", number=len(each), name=name, numbers=ranges(each)) for name, each in drawn]
    return document(templates, "back.html", look, glossary=glossary, root_class=alone, drawn="; ".join(names))


def screens_page(look: Look, templates: Templates, drawings: Sequence[tuple[str, Drawn]]) -> Page:
    """Drawn screens, each with a line above it, one under the other, for those who write them."""
    page = document(templates, "screens/sheet.html", look, drawings=drawings, type_pt=figures.TYPE_PT)
    return replace(page, tagged=False)


def ranges(numbers: Sequence[int]) -> str:
    """Rising numbers in words: 1–3, 5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def folio_page(look: Look, templates: Templates, folios: Sequence[Folio | None], first: int = 1) -> Page:
    """One page with nothing but its foot for each page of a bound PDF, from the `first`; None leaves it empty."""
    return replace(document(templates, "folios.html", look, folios=folios, first=first), tagged=False)


def _entry(chapter: Chapter) -> dict[str, Any]:
    slug = chapter.guide.slug
    lines = [
        {"title": plain(step.title), "href": f"part:{slug}--step-{position}", "page": page}
        for position, (step, page) in enumerate(zip(chapter.guide.steps, chapter.step_pages, strict=True), 1)
    ]
    return {
        "number": chapter.number,
        "title": chapter.guide.exchange,
        "href": f"part:{slug}",
        "page": chapter.page,
        "lines": lines,
    }


def _tab_style(look: Look, guide: Guide, number: int, count: int) -> str:
    """Where a guide's thumb tab stands: its own place on the fore-edge, repeating after the last place."""
    free = look.paper.height - 80.0
    tab = look.paper.measures.tab
    places = max(min(count, int(free // tab)), 1)
    step = min(free / places, tab + 8.0)
    colour = guide.facts.accent or look.brand.colours.accent
    return f"margin-top: {4.0 + ((number - 1) % places) * step}mm; border-color: {colour}"


def _labels_for(guide: Guide, figure: Figure) -> tuple[str, ...]:
    """The names in bold around a figure: what a reader without the picture should look for."""
    for step in guide.steps:
        if figure in figures_in(step.blocks):
            names = (span.text for _, spans in spans_in(step.blocks) for span in spans if span.strong)
            return tuple(dict.fromkeys(names))[:8]
    return ()
