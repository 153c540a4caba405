"""Guide, pictures and brand → HTML. The only user of Jinja; whatever a guide says is escaped on its way in."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from builder.config.handbook import Brand
from builder.guides.blocks import (
    Block,
    Figure,
    Heading,
    Listing,
    Paragraph,
    PictureKey,
    Span,
    Spans,
    Together,
    figures_in,
    plain,
)
from builder.guides.guide import Facts, Guide
from builder.pages import figures, pointing
from builder.pages.figures import Sizing
from builder.pages.fonts import BODY, DISPLAY, FALLBACKS, Face, needed
from builder.pages.paper import BOTTOM_MM, MARKS_MM, TOP_MM, Paper
from builder.screenshots.model import Drawn, Picture

_TEMPLATES = {".html", ".css", ".md", ".txt", ".svg", ".yaml"}
TAB_MM = 24.0
"""The length of a thumb tab."""


@dataclass(frozen=True, eq=False)
class Templates:
    """The templates and style sheets, as they were read once: their texts by path below their folder."""

    files: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> Templates:
        """All text files of a folder. Raises OSError."""
        paths = sorted(path for path in folder.rglob("*") if path.suffix in _TEMPLATES)
        return cls({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths})


@dataclass(frozen=True, slots=True)
class Look:
    """What all pages of one build share: brand, paper, typefaces and logo as assets, and words for the imprint."""

    brand: Brand
    paper: Paper
    faces: tuple[tuple[Face, str], ...]  # with the asset that holds each
    logo: str
    title: str
    subtitle: str
    edition: str
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """A document to lay out. Where it has `room_mm`, layout chooses its breaks and the widths of its figures."""

    html: str
    sizings: tuple[Sizing, ...] = ()
    tagged: bool = True
    room_mm: float = 0.0  # the height of the text area, where pages are to be planned
    for_press: bool = False  # greys in black ink alone, and the bleed told to the press


@dataclass(frozen=True, slots=True)
class Cover:
    """The words on a cover; `names` are the exchanges inside."""

    title: str
    subtitle: str = ""
    kicker: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A guide's place in the handbook: `number` counts from 1, pages are printed page numbers."""

    guide: Guide
    number: int
    page: int
    step_pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Folio:
    """The foot of one page: `number` and `of` make “12 of 58”."""

    left: str
    number: str
    of: str


def guide_page(
    guide: Guide, pictures: Mapping[PictureKey, Picture], look: Look, templates: Templates, number: int, count: int
) -> Page:
    """A guide's opener, steps and checklist; `number` of `count` guides tells where its thumb tab stands."""
    arranged = figures.arranged(guide, pictures)
    facts = guide.facts
    card = (
        facts.needs,
        facts.website,
        facts.api_page,
        facts.verification,
        ip_rule(facts),
        facts.secret_shown,
        facts.minutes,
        facts.verified,
    )
    page = _page(
        templates,
        "guide.html",
        look,
        tab=_tab_style(look, guide, number, count),
        guide=arranged,
        slug=guide.slug,
        facts=facts,
        has_card=any(card),
        ip_rule=ip_rule(facts),
        qr=_qr(facts.website) if facts.website else None,
        pictures=pictures,
        checklist=checklist(guide),
        labels_for=functools.partial(_labels_for, guide),
        instructions=pointing.instructions(guide),
    )
    room = look.paper.room
    return replace(page, sizings=tuple(figures.sizings(arranged, pictures, room)), room_mm=room)


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
        {"number": None, "title": "Glossary", "href": "part:glossary", "page": glossary_page, "lines": []},
    ]
    cover = Cover(look.title, look.subtitle, names=tuple(chapter.guide.exchange for chapter in chapters))
    return _page(
        templates,
        "front.html",
        look,
        cover=cover,
        how_to_use=how_to_use,
        rules=rules,
        contents=contents,
        glance=[_glance(chapter) for chapter in chapters],
    )


def single_cover(guide: Guide, look: Look, templates: Templates) -> Page:
    """The cover of one guide's own PDF."""
    cover = Cover(guide.title, subtitle=guide.facts.summary or "", kicker=guide.exchange)
    return _page(templates, "single.html", look, cover=cover)


def back_page(
    look: Look, templates: Templates, glossary: Sequence[Block], drawn: Sequence[tuple[str, tuple[int, ...]]] = ()
) -> Page:
    """The glossary, where there is one, and the back page with the firm's contacts.

    `drawn` are exchanges with the numbers of those of their figures that are drawings.
    """
    alone = "" if glossary else "alone"  # the back is a left-hand page where pages have sides
    names = [(name, ranges(each)) for name, each in drawn]
    return _page(templates, "back.html", look, glossary=glossary, root_class=alone, drawn=names)


def screens_page(look: Look, templates: Templates, drawings: Sequence[tuple[str, Drawn]]) -> Page:
    """Drawn screens, each with a line above it, one under the other, for those who write them."""
    page = _page(templates, "screens/sheet.html", look, drawings=drawings, type_pt=figures.TYPE_PT)
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
    return replace(_page(templates, "folios.html", look, folios=folios, first=first), tagged=False)


def size_class(words: str) -> str:
    """How large a title is set: the longer, the smaller."""
    return "long" if len(words) > 110 else "longish" if len(words) > 44 else ""


def ip_rule(facts: Facts) -> str:
    """The exchange's rule for IP addresses in a few words, empty where the guide says nothing."""
    words = []
    if facts.ip_required is not None:
        words.append("required" if facts.ip_required else "optional on the exchange, but always set it")
    if facts.ip_maximum:
        words.append(f"up to {facts.ip_maximum}")
    if facts.ip_separator is not None:
        words.append(_separator_words(facts.ip_separator))
    sentence = ", ".join(words)
    return sentence[:1].upper() + sentence[1:]


def checklist(guide: Guide) -> tuple[str, ...]:
    """What the reader ticks before closing the exchange."""
    facts = guide.facts
    lines = []
    if facts.enable:
        lines.append(f"Switched on: {_enumerated(facts.enable)} – and nothing else.")
    else:
        lines.append("Only the permissions named in this guide are switched on.")
    never = facts.withdrawal or facts.leave_off
    named = f" ({_enumerated(never)})" if facts.withdrawal else ""
    lines.append(f"Withdrawals and transfers are off{named}.")
    separator = f", {_separator_words(facts.ip_separator)}" if facts.ip_separator is not None else ""
    lines.append(f"The key is bound to the IP addresses under Your values{separator}.")
    lines.append("The key carries the label under Your values.")
    lines.append("The API key and the secret key are stored in a password manager, and nowhere else.")
    return tuple(lines)


def _separator_words(separator: str) -> str:
    names = {
        ",": "separated by commas without spaces",
        ", ": "separated by a comma and a space",
        "\n": "one on each line",
    }
    names |= {" ": "separated by spaces", ";": "separated by semicolons without spaces"}
    return names.get(separator, f"separated by “{separator}”")


def _enumerated(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _entry(chapter: Chapter) -> dict[str, Any]:
    slug = chapter.guide.slug
    lines = [
        {"title": plain(step.title), "href": f"part:{slug}-step-{position}", "page": page}
        for position, (step, page) in enumerate(zip(chapter.guide.steps, chapter.step_pages, strict=True), 1)
    ]
    return {
        "number": chapter.number,
        "title": chapter.guide.exchange,
        "href": f"part:{slug}",
        "page": chapter.page,
        "lines": lines,
    }


def _glance(chapter: Chapter) -> dict[str, Any]:
    facts = chapter.guide.facts
    secret = {"once": "Shown once", "always": "Shown again", None: ""}[facts.secret_shown]
    return {
        "slug": chapter.guide.slug,
        "exchange": chapter.guide.exchange,
        "enable": facts.enable,
        "never": facts.withdrawal,
        "ip_rule": ip_rule(facts),
        "verification": facts.verification,
        "secret": secret,
        "note": facts.note,
        "page": chapter.page,
    }


def _qr(address: str) -> dict[str, Any]:
    """The dark modules of a QR code as one SVG path of strokes, a module being one unit."""
    import segno

    code = segno.make(address, error="m", micro=False)
    rows = [list(row) for row in code.matrix]
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                strokes.append(f"M{start} {y + 0.5}h{x - start}")
            x += 1
    return {"size": len(rows), "drawing": "".join(strokes)}


def _tab_style(look: Look, guide: Guide, number: int, count: int) -> str:
    """Where a guide's thumb tab stands: its own place on the fore-edge, repeating after the last place."""
    free = look.paper.height - 80.0
    places = max(min(count, int(free // TAB_MM)), 1)
    step = min(free / places, TAB_MM + 8.0)
    return (
        f"margin-top: {4.0 + ((number - 1) % places) * step}mm; border-color: {guide.facts.accent or look.brand.gold}"
    )


def _labels_for(guide: Guide, figure: Figure) -> tuple[str, ...]:
    """The names in bold around a figure: what a reader without the picture should look for."""
    for step in guide.steps:
        if figure in figures_in(step.blocks):
            names = (span.text for spans in _all_spans(step.blocks) for span in spans if span.strong)
            return tuple(dict.fromkeys(names))[:8]
    return ()


def _all_spans(blocks: Sequence[Block]) -> Iterator[Spans]:
    for block in blocks:
        match block:
            case Paragraph(spans=spans) | Heading(spans=spans):
                yield spans
            case Listing(items=items):
                for item in items:
                    yield from _all_spans(item.blocks)
            case Together(blocks=inner):
                yield from _all_spans(inner)
            case _:
                pass


def _spelt_out(link: Span) -> str:
    """The address of a link in brackets, for readers who can't click, where the link's words don't give it."""
    address = link.href.split("://", 1)[-1].removesuffix("/")
    return f" ({address})" if "://" in link.href and address not in link.text else ""


def day(date: datetime.date) -> str:
    """A date in words, the same on every machine."""
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{date.day} {months[date.month - 1]} {date.year}"


@functools.lru_cache(maxsize=4)
def _environment(templates: Templates) -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.DictLoader(dict(templates.files)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "kind_of": lambda block: type(block).__name__.casefold(),
        "introduces": lambda block, following: figures.introduces(
            block, None if isinstance(following, jinja2.Undefined) else following
        ),
        "belongs": figures.belongs,
        "spelt_out": _spelt_out,
        "day": day,
        "size_class": size_class,
        "overlay": pointing.overlay,
        "numbers": pointing.numbers,
        "named": pointing.named,
        "display_name": DISPLAY,
        "letter": lambda number: "abcdefghijklmnopqrstuvwxyz"[number - 1],
    }
    return environment


def _family_list(*families: str) -> Any:
    import markupsafe

    names = dict.fromkeys((*families, *(face.family for face in FALLBACKS)))
    return markupsafe.Markup(", ".join(f'"{name}"' for name in names))  # noqa: S704  the names are ours


@functools.lru_cache(maxsize=16)
def _css(sheets: tuple[Any, ...], look: Look, faces: tuple[tuple[Face, str], ...]) -> str:
    """The style sheets, templates that are others once their files have changed, with some of the look's faces."""
    lengths = {"top": TOP_MM, "bottom": BOTTOM_MM, "marks": MARKS_MM, "tab": TAB_MM}
    stacks = {"body_font": _family_list(BODY), "display_font": _family_list(DISPLAY, BODY)}
    fonts = [
        {"family": face.family, "weight": face.weight, "style": face.style, "asset": asset} for face, asset in faces
    ]
    values = {"brand": look.brand, "paper": look.paper, "fonts": fonts, **lengths, **stacks}
    return "".join(str(sheet.render(values)) for sheet in sheets)


def rendered(templates: Templates, file: str, /, **values: Any) -> str:
    """A template that is no page of a handbook, such as the audit's."""
    return str(_environment(templates).get_template(file).render(**values))


def _page(templates: Templates, name: str, look: Look, **values: Any) -> Page:
    html = str(
        _environment(templates)
        .get_template(name)
        .render(
            css="",
            brand=look.brand,
            ink=look.brand.ink,
            gold=look.brand.gold,
            logo=look.logo,
            title=look.title,
            edition=look.edition,
            is_bound=look.paper.is_bound,
            language=look.language,
            body_class="",
            **{"pictures": {}, "instructions": {}, "slug": "", "root_class": "", **values},
        )
    )
    # Each face costs time, and those for Chinese much of it.
    faces = tuple((face, asset) for face, asset in look.faces if needed(face, html))
    names = ["handbook.css", *(["print.css"] if look.paper.is_bound else [])]
    if 'class="drawing"' in html:
        names.append("screens.css")
    sheets = tuple(_environment(templates).get_template(name) for name in names)
    css = _css(sheets, look, faces)  # the sheets are ours, and the brand's colours in them were checked by form
    return Page(html.replace("<style></style>", f"<style>{css}</style>", 1), for_press=look.paper.is_bound)
