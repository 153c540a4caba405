"""Guide, pictures and brand → HTML. Whatever a guide says is escaped on its way in.

With mail/wording.py the only user of Jinja.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from builder.config.brand import Brand
from builder.config.handbook import Values
from builder.guides.blocks import (
    Block,
    Figure,
    Permission,
    PictureKey,
    Span,
    Spans,
    figures_in,
    plain,
    spans_in,
)
from builder.guides.guide import Facts, Guide
from builder.pages import figures, pointing
from builder.pages.figures import Sizing
from builder.pages.fonts import FALLBACKS, Face, needed
from builder.pages.paper import MARKS_MM, Paper
from builder.pages.slots import SLOTS
from builder.pages.templates import Templates
from builder.pages.words import Words
from builder.screenshots.model import Drawn, Picture

_UNQUOTED = r"[^\w -]"
"""What a family's name in a style sheet had better not hold."""


@dataclass(frozen=True, slots=True)
class Look:
    """What all pages of one build share: brand, paper, typefaces and drawings as assets, and the printed words."""

    brand: Brand
    paper: Paper
    faces: tuple[tuple[Face, str], ...]  # with the asset that holds each
    common: str  # what all the brand's own faces have, the inside of a class of a regular expression
    logo: str  # as it stands on covers
    art: str
    title: str
    subtitle: str
    edition: str
    words: Words
    values: Values = Values()  # noqa: RUF009  it is frozen


@dataclass(frozen=True, slots=True)
class Page:
    """A document to lay out. Where it has `room_mm`, layout chooses its breaks and the widths of its figures."""

    html: str
    sizings: tuple[Sizing, ...] = ()
    tagged: bool = True
    room_mm: float = 0.0  # the height of the text area, where pages are to be planned
    press_bleed: float | None = None  # in mm for a press, which has greys in black ink alone; else None


@dataclass(frozen=True, slots=True)
class Room:
    """The room for a client's values in a guide: so many lines of IP addresses; whether there are label and code.

    It is all that a packet's guide depends on, so that clients with values of the same extent share it.
    """

    ip_lines: int
    has_label: bool
    has_code: bool


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
        qr=_qr(facts.website) if facts.website else None,
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
        glance=_at_a_glance(chapters, look.words),
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


def size_class(words: str) -> str:
    """How large a title is set: the longer, the smaller."""
    return "long" if len(words) > 110 else "longish" if len(words) > 44 else ""


def ip_rule(facts: Facts, words: Words) -> str:
    """The exchange's rule for IP addresses in a few words, empty where the guide says nothing."""
    said = []
    if facts.ip_required is not None:
        said.append(words("addresses.required" if facts.ip_required else "addresses.optional"))
    if facts.ip_maximum:
        said.append(words("addresses.maximum", number=facts.ip_maximum))
    if facts.ip_separator is not None:
        said.append(separator_words(facts.ip_separator, words))
    sentence = ", ".join(said)
    return sentence[:1].upper() + sentence[1:]


def checklist(guide: Guide, words: Words, given: Room | None = None) -> tuple[tuple[str, str], ...]:
    """What the reader ticks before closing the exchange, and which of a client's values stands below it."""
    facts = guide.facts
    lines = []
    if facts.enable:
        lines.append(words("checklist.enabled", names=words.enumerated(facts.enable)))
    else:
        lines.append(words("checklist.enabled_unknown"))
    if facts.withdrawal:
        lines.append(words("checklist.never_named", names=words.enumerated(facts.withdrawal)))
    else:
        lines.append(words("checklist.never"))
    if given is None:
        bound = [(words("checklist.bound"), "")]
    else:
        so = facts.ip_separator is not None
        how = separator_words(facts.ip_separator, words) if facts.ip_separator is not None else ""
        bound = [(words("checklist.given_so", separator=how) if so else words("checklist.given"), "ips")]
        bound += [(words("checklist.given_label"), "label") if given.has_label else (words("checklist.label"), "")]
    return (*((line, "") for line in lines), *bound, (words("checklist.stored"), ""))


def never_first(facts: Facts) -> tuple[str, ...]:
    """What stays off: first what can move funds."""
    return tuple(dict.fromkeys((*facts.withdrawal, *facts.leave_off)))


def is_never(row: Permission, facts: Facts) -> bool:
    """Whether the front matter says of a permission in a table that it must never be on."""
    return not row.on and plain(row.name).casefold() in {name.casefold() for name in facts.withdrawal}


def _ordered_rows(rows: Sequence[Permission], facts: Facts) -> list[Permission]:
    """A table's rows: what is switched on, what never is, what stays off."""
    return sorted(rows, key=lambda row: (not row.on, not is_never(row, facts)))


def _silent_rows(rows: Sequence[Permission], facts: Facts) -> tuple[Permission, ...]:
    """The permissions that stay off and of which nothing else is said: in one row where there are several."""
    found = tuple(row for row in rows if not (row.on or row.level or plain(_purpose(row)) or is_never(row, facts)))
    return found if len(found) > 2 else ()


def _purpose(row: Permission) -> Spans:
    """What a permission is for; a dash says nothing that the empty cell does not."""
    return row.purpose if plain(row.purpose).strip(" -–—") else ()


def address_lines(values: Values, facts: Facts) -> tuple[str, ...]:
    """The addresses that the firm knows, as this exchange wants them typed; one a line where it does not say."""
    if facts.ip_separator is None:
        return values.addresses
    return tuple(facts.ip_separator.join(values.addresses).split("\n"))


def separator_words(separator: str, words: Words) -> str:
    """What stands between two addresses, in words."""
    names = {",": "comma", ", ": "comma_space", "\n": "line", " ": "space", ";": "semicolon"}
    if separator in names:
        return words(f"addresses.{names[separator]}")
    return words("addresses.other", sign=words.quoted(separator))


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


@dataclass(frozen=True, slots=True)
class Glance:
    """What exchanges have in common and where they differ: columns by heading, and a row of cells for each exchange.

    Where there is too little to compare, each fact has a row of its own instead, and there are no columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Chapter, tuple[tuple[str, ...], ...]], ...]
    same: str  # what holds for all of them, in one sentence; empty where nothing does
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by heading, line by line


def _at_a_glance(chapters: Sequence[Chapter], words: Words) -> Glance:
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


def _unknown(block: object) -> None:
    """Refuses what no template prints: silence would leave it out of the pages."""
    raise TypeError(f"no template prints a {type(block).__name__}")


def _spelt_out(link: Span) -> str:
    """The address of a link in brackets, for readers who can't click, where the link's words don't give it."""
    address = link.href.split("://", 1)[-1].removesuffix("/")
    return f" ({address})" if "://" in link.href and address not in link.text else ""


def _strong_list(words: Words, labels: Sequence[str]) -> Any:
    """Labels in bold as one list in a sentence."""
    import markupsafe

    strong = [markupsafe.Markup("<strong>{}</strong>").format(label) for label in labels]
    return markupsafe.Markup(words.enumerated(strong))  # noqa: S704  each label was escaped


def _bare(address: str) -> str:
    """A picture's address without what may be a secret: a user's name, a query with a token."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that make no address; a problem says so
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


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
        "unknown": _unknown,
        "kind_of": lambda block: type(block).__name__.casefold(),
        "introduces": lambda block, following: figures.introduces(
            block, None if isinstance(following, jinja2.Undefined) else following
        ),
        "belongs": figures.belongs,
        "spelt_out": _spelt_out,
        "bare": _bare,
        "size_class": size_class,
        "slots": SLOTS,
        "strong_list": _strong_list,
        "words_of": plain,
        "never_first": never_first,
        "is_never": is_never,
        "ordered_rows": _ordered_rows,
        "purpose": _purpose,
        "silent_rows": _silent_rows,
        "overlay": pointing.overlay,
        "numbers": pointing.numbers,
        "named": pointing.named,
        "letter": lambda number: "abcdefghijklmnopqrstuvwxyz"[number - 1],
    }
    return environment


def _family_list(*families: str) -> Any:
    import markupsafe

    quoted = dict.fromkeys(f'"{re.sub(_UNQUOTED, "", name)}"' for name in families)
    return markupsafe.Markup(", ".join(quoted))  # noqa: S704  nothing ends the string


@functools.lru_cache(maxsize=16)
def _css(sheets: tuple[Any, ...], look: Look, faces: tuple[tuple[Face, str], ...]) -> str:
    """The style sheets, templates that are others once their files have changed, with some of the look's faces."""
    body, display = look.brand.body.family, look.brand.display.family
    others = [face.family for face in FALLBACKS]
    fonts = [
        {"family": _family_list(face.family), "weight": face.weight, "style": face.style, "asset": asset}
        for face, asset in faces
    ]
    values = {
        "c": look.brand.colours,
        "paper": look.paper,
        "page": look.paper.measures,
        "marks": MARKS_MM,
        "slot": SLOTS,
        "hyphens": look.words.hyphenation,
        "quotes": look.words.quotes,
        "body_font": _family_list(body, *others),
        "display_font": _family_list(display, body, *others),
    }
    return "".join(str(sheet.render(fonts=fonts, **values)) for sheet in sheets)


def rendered(templates: Templates, file: str, /, **values: Any) -> str:
    """A template that is no page of a handbook, such as the audit's."""
    return str(_environment(templates).get_template(file).render(**values))


def document(templates: Templates, name: str, look: Look, **values: Any) -> Page:
    """A document in the handbook's look: its own pages, or such as a packet's first ones."""
    html = str(
        _environment(templates)
        .get_template(name)
        .render(
            css="",
            brand=look.brand,
            c=look.brand.colours,
            display_name=look.brand.display.family,
            logo=look.logo,
            art=look.art,
            edition=look.edition,
            is_bound=look.paper.is_bound,
            language=look.words.language,
            say=look.words,
            body_class="",
            **{
                "title": look.title,
                "pictures": {},
                "instructions": {},
                "slug": "",
                "root_class": "",
                "given": None,
                "facts": Facts(),
                **values,
            },
            next_slot=itertools.count(1).__next__,
        )
    )
    # Each face costs time, and those for Chinese much of it.
    faces = tuple((face, asset) for face, asset in look.faces if needed(face, html, look.common))
    names = ["handbook.css", *(["print.css"] if look.paper.is_bound else [])]
    if 'class="drawing"' in html:
        names.append("screens.css")
    sheets = tuple(_environment(templates).get_template(name) for name in names)
    css = _css(sheets, look, faces)  # the sheets are ours, and what a brand puts into them was checked by form
    bleed = look.paper.bleed if look.paper.is_bound else None
    return Page(html.replace("<style></style>", f"<style>{css}</style>", 1), press_bleed=bleed)
