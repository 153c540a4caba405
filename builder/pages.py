"""Guide, pictures and brand → HTML. The only user of Jinja; whatever a guide says is escaped on its way in."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from builder.blocks import (
    Block,
    Callout,
    Figure,
    Heading,
    Item,
    Listing,
    Paragraph,
    Permissions,
    PictureKey,
    Spans,
    Table,
    Together,
    figures_in,
    plain,
)
from builder.config import Brand
from builder.fonts import BODY, DISPLAY, FALLBACKS, Face, needed
from builder.guides import Facts, Guide
from builder.screenshots.model import Picture

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
COLUMN_MM = 166.0
"""The width of the page's text area; figures may take all of it."""
GUTTER_MM = 14.0
"""Where text begins in a guide: the step's number hangs in the margin before it."""
BORDER_MM = 0.36
"""What a picture's hairline border takes of its width, both sides together."""
LIST_MM = 7.0
"""How far a list entry's text stands in."""
TOP_MM, BOTTOM_MM = 25.0, 22.0
"""The margins above and below the text of a page."""
NARROW_MM = 64.0
"""A figure up to this width stands beside its text."""
UPRIGHT_MM = 76.0
"""So does one up to this width that is higher than wide."""
BESIDE_ENTRIES = 4
"""So many of a list's entries at most stand beside the figure of the last one."""
GROWTH = 1.35
"""How much larger than comfortable a figure is set at most; beyond that it shouts."""
PAIR_GAP_MM = 6.0
"""What is free between two figures in one row."""
AROUND_MM = 62.0
"""What a page keeps free around its highest figure: a step's heading, the sentence before it and the caption."""


@dataclass(frozen=True, slots=True)
class Look:
    """What all pages of one build share: brand, paper, typefaces and logo as assets, and words for the imprint."""

    brand: Brand
    paper: str
    faces: tuple[tuple[Face, str], ...]  # with the asset that holds each
    logo: str
    title: str
    subtitle: str
    edition: str
    language: str


@dataclass(frozen=True, slots=True)
class Sizing:
    """How wide a picture may be set, in mm, and how far in its text stands; layout chooses within the bounds."""

    id: str
    figure: str  # the figure's own id when this is its first picture, else empty
    aspect: float  # height / width
    comfortable_mm: float
    least_mm: float
    most_mm: float
    indent_mm: float | None  # None where the figure stands in a cell of its own

    def css(self, width_mm: float) -> str:
        """The rules that set the picture `width_mm` wide, with its figure where text begins if there is room."""
        rules = f"#{self.id}{{width:{width_mm:.2f}mm!important}}"
        if self.figure:
            offset = 0.0 if self.indent_mm is None else min(0.0, COLUMN_MM - width_mm - GUTTER_MM) - self.indent_mm
            rules += f"#{self.figure}{{width:{width_mm:.2f}mm!important;margin-left:{offset:.2f}mm!important}}"
        return rules


@dataclass(frozen=True, slots=True)
class Page:
    """A document to lay out. Where it has `room_mm`, layout chooses its breaks and the widths of its figures."""

    html: str
    sizings: tuple[Sizing, ...] = ()
    tagged: bool = True
    room_mm: float = 0.0  # the height of the text area, where pages are to be planned


@dataclass(frozen=True, slots=True)
class Cover:
    """The words on a cover; `names` are the exchanges inside."""

    title: str
    subtitle: str = ""
    kicker: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A narrow figure with the text that stands beside it."""

    blocks: tuple[Any, ...]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Pair:
    """Two narrow figures in one row."""

    figures: tuple[Figure, Figure]


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
    guide: Guide, pictures: Mapping[PictureKey, Picture], look: Look, templates: Path, number: int, count: int
) -> Page:
    """A guide's opener, steps and checklist; `number` of `count` guides tells where its thumb tab stands."""
    beside = _Arranger(pictures)
    room = PAPERS[look.paper][1] - TOP_MM - BOTTOM_MM
    arranged = replace(
        guide,
        introduction=beside.arrange(guide.introduction),
        steps=tuple(replace(step, blocks=beside.arrange(step.blocks)) for step in guide.steps),
        sections=tuple(replace(part, blocks=beside.arrange(part.blocks)) for part in guide.sections),
    )
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
    html = _render(
        templates,
        "guide.html",
        look,
        tab=_tab(look, guide, number, count),
        guide=arranged,
        slug=guide.slug,
        facts=facts,
        has_card=any(card),
        ip_rule=ip_rule(facts),
        qr=_qr(facts.website) if facts.website else None,
        pictures=pictures,
        checklist=checklist(guide),
        labels_for=functools.partial(_labels_for, guide),
    )
    return Page(html, tuple(_sizings(arranged, pictures, room)), room_mm=room)


def front_page(
    look: Look,
    templates: Path,
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
    return Page(
        _render(
            templates,
            "front.html",
            look,
            cover=cover,
            how_to_use=how_to_use,
            rules=rules,
            contents=contents,
            glance=[_glance(chapter) for chapter in chapters],
        )
    )


def single_cover(guide: Guide, look: Look, templates: Path) -> Page:
    """The cover of one guide's own PDF."""
    cover = Cover(guide.title, subtitle=guide.facts.summary or "", kicker=guide.exchange)
    return Page(_render(templates, "single.html", look, cover=cover))


def back_page(look: Look, templates: Path, glossary: Sequence[Block], build_id: str) -> Page:
    """The glossary, where there is one, and the back page with the firm's contacts."""
    return Page(_render(templates, "back.html", look, glossary=glossary, build_id=build_id))


def folio_page(look: Look, templates: Path, folios: Sequence[Folio | None]) -> Page:
    """One page with nothing but its foot for each page of a bound PDF; None leaves it empty."""
    return Page(_render(templates, "folios.html", look, folios=folios), tagged=False)


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


def _tab(look: Look, guide: Guide, number: int, count: int) -> dict[str, Any]:
    """Where a guide's thumb tab stands, in mm: its own place on the fore-edge, repeating after the last place."""
    height, free = 24.0, PAPERS[look.paper][1] - 80.0
    places = max(min(count, int(free // height)), 1)
    step = min(free / places, height + 8.0)
    accent = guide.facts.accent or look.brand.gold
    return {"top": 4.0 + ((number - 1) % places) * step, "height": height, "accent": accent}


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


class _Arranger:
    """Puts narrow figures beside their text, or two of them in one row."""

    def __init__(self, pictures: Mapping[PictureKey, Picture]) -> None:
        self.pictures = pictures

    def arrange(self, blocks: Sequence[Block]) -> tuple[Any, ...]:
        return tuple(arranged for block in blocks for arranged in self._arranged(block))

    def _arranged(self, block: Block) -> list[Any]:
        if isinstance(block, Together):
            return self._together(block)
        if isinstance(block, Listing):
            return self._listing(block)
        if isinstance(block, Callout):
            return [replace(block, blocks=self.arrange(block.blocks))]
        return [block]

    def _together(self, block: Together) -> list[Any]:
        """The text with the first row of its figures; further rows may go onto another page."""
        figures = [each for each in block.blocks if isinstance(each, Figure)]
        text = block.blocks[: len(block.blocks) - len(figures)]
        if len(figures) == 1 and self._is_narrow(figures[0]):
            return [Beside(text, figures[0])]
        rows = self._rows(figures)
        return [replace(block, blocks=(*self.arrange(text), rows[0])), *rows[1:]]

    def _rows(self, figures: Sequence[Figure]) -> list[Any]:
        rows: list[Any] = []
        for figure in figures:
            last = rows[-1] if rows else None
            if isinstance(last, Figure) and self._is_narrow(last) and self._is_narrow(figure):
                rows[-1] = Pair((last, figure))
            else:
                rows.append(figure)
        return rows

    def _listing(self, listing: Listing) -> list[Any]:
        """A list, parted where a narrow figure stands beside the entries that lead to it."""
        arranged: list[Any] = []
        items: list[Item] = []
        for item in listing.items:
            beside = self._beside(item)
            if beside is None:
                items.append(replace(item, blocks=self.arrange(item.blocks)))
                continue
            start = len(items)
            while start > max(len(items) - BESIDE_ENTRIES + 1, 0) and not _has_figure(items[start - 1].blocks):
                start -= 1
            if start:
                arranged.append(replace(listing, items=tuple(items[:start])))
            text = replace(item, blocks=beside.blocks)
            arranged.append(Beside((replace(listing, items=(*items[start:], text)),), beside.figure))
            items = []
        return [*arranged, *([replace(listing, items=tuple(items))] if items else [])]

    def _beside(self, item: Item) -> Beside | None:
        """A list entry that ends with a narrow figure."""
        last = item.blocks[-1] if item.blocks else None
        arranged = self._together(last) if isinstance(last, Together) else []
        if len(arranged) != 1 or not isinstance(arranged[0], Beside):
            return None
        return replace(arranged[0], blocks=(*self.arrange(item.blocks[:-1]), *arranged[0].blocks))

    def _is_narrow(self, figure: Figure) -> bool:
        views = self.pictures[figure.picture].views
        if len(views) != 1:
            return False
        upright = views[0].height >= views[0].width
        return views[0].comfortable_mm <= (UPRIGHT_MM if upright else NARROW_MM)


def _sizings(guide: Guide, pictures: Mapping[PictureKey, Picture], room_mm: float) -> Iterator[Sizing]:
    yield from _sizings_in(guide.introduction, guide.slug, pictures, None, room_mm)
    for blocks in (*(step.blocks for step in guide.steps), *(part.blocks for part in guide.sections)):
        yield from _sizings_in(blocks, guide.slug, pictures, 0.0, room_mm)


def _sizings_in(
    blocks: Sequence[Any], slug: str, pictures: Mapping[PictureKey, Picture], indent: float | None, room_mm: float
) -> Iterator[Sizing]:
    for block in blocks:
        if isinstance(block, Figure):
            yield from _figure_sizings(block, slug, pictures, indent, COLUMN_MM, room_mm)
        elif isinstance(block, Beside):
            yield from _figure_sizings(block.figure, slug, pictures, None, UPRIGHT_MM + 8.0, room_mm)
        elif isinstance(block, Pair):
            widest = (COLUMN_MM - GUTTER_MM - (indent or 0.0) - PAIR_GAP_MM) / 2
            for figure in block.figures:
                yield from _figure_sizings(figure, slug, pictures, None, widest, room_mm)
        elif isinstance(block, Together | Callout):
            yield from _sizings_in(block.blocks, slug, pictures, indent, room_mm)
        elif isinstance(block, Listing):
            for item in block.items:
                inner = None if indent is None else indent + LIST_MM
                yield from _sizings_in(item.blocks, slug, pictures, inner, room_mm)


def _figure_sizings(
    figure: Figure,
    slug: str,
    pictures: Mapping[PictureKey, Picture],
    indent: float | None,
    widest_mm: float,
    room_mm: float,
) -> Iterator[Sizing]:
    """How large a figure's pictures may be: as they wish, as long as all of them go onto one page with their text."""
    views = pictures[figure.picture].views
    highest = max(room_mm - AROUND_MM, 20.0)

    def allowed(wishes: Sequence[float]) -> list[float]:
        widths = [min(wish, widest_mm) for wish in wishes]
        height = sum(width * view.height / view.width for width, view in zip(widths, views, strict=True))
        return [width * min(1.0, highest / height) for width in widths]

    least = allowed([view.least_mm + BORDER_MM for view in views])
    comfortable = allowed([view.comfortable_mm + BORDER_MM for view in views])
    most = allowed([min(view.most_mm, GROWTH * view.comfortable_mm) for view in views])
    for position, view in enumerate(views):
        yield Sizing(
            id=f"{slug}-figure-{figure.number}-{position + 1}",
            figure=f"{slug}-figure-{figure.number}" if position == 0 else "",
            aspect=view.height / view.width,
            comfortable_mm=comfortable[position],
            least_mm=min(least[position], comfortable[position]),
            most_mm=max(most[position], comfortable[position]),
            indent_mm=indent,
        )


def _introduces(block: Any, following: Any) -> bool:
    """Whether a block announces the next one, or warns of it, and must not be parted from it."""
    if isinstance(block, Callout) and block.kind in {"warning", "important"}:
        return not _is_last(following)
    if isinstance(following, Table | Permissions):
        return isinstance(block, Paragraph | Listing)
    return isinstance(block, Paragraph) and plain(block.spans).rstrip().endswith(":")


def _is_last(following: Any) -> bool:
    """Whether a template's loop has nothing after this."""
    import jinja2

    return isinstance(following, jinja2.Undefined)


def _belongs(items: Sequence[Item], position: int) -> bool:
    """Whether a list entry belongs to the figure of one of the next two: all are done on the screen that it shows."""
    if _has_figure(items[position].blocks):
        return False
    return any(_has_figure(item.blocks) for item in items[position + 1 : position + 3])


def _has_figure(blocks: Sequence[Any]) -> bool:
    """Whether there is a figure in some arranged blocks, at any depth."""
    return any(
        isinstance(block, Figure | Beside | Pair)
        or (isinstance(block, Together | Callout) and _has_figure(block.blocks))
        or (isinstance(block, Listing) and any(_has_figure(item.blocks) for item in block.items))
        for block in blocks
    )


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


@functools.cache
def _environment(templates: Path) -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "kind_of": lambda block: type(block).__name__.casefold(),
        "introduces": _introduces,
        "belongs": _belongs,
        "day": day,
        "size_class": size_class,
        "letter": lambda number: "abcdefghijklmnopqrstuvwxyz"[number - 1],
    }
    return environment


def _family_list(*families: str) -> Any:
    import markupsafe

    names = dict.fromkeys((*families, *(face.family for face in FALLBACKS)))
    return markupsafe.Markup(", ".join(f'"{name}"' for name in names))  # noqa: S704  the names are ours


def _css(templates: Path, look: Look, tab: Mapping[str, Any], text: str) -> str:
    """The style sheet with the faces that a text needs: each one costs time, and those for Chinese much of it."""
    width, height = PAPERS[look.paper]
    paper = {"width": width, "height": height, "side": (width - COLUMN_MM) / 2, "top": TOP_MM, "bottom": BOTTOM_MM}
    stacks = {  # the names of typefaces are ours
        "body_font": _family_list(BODY),
        "display_font": _family_list(DISPLAY, BODY),
    }
    fonts = [
        {"family": face.family, "weight": face.weight, "style": face.style, "asset": asset}
        for face, asset in look.faces
        if needed(face, text)
    ]
    sheet = _environment(templates).get_template("handbook.css")
    return str(sheet.render(brand=look.brand, paper=paper, tab=tab, fonts=fonts, **stacks))


def rendered(templates: Path, name: str, **values: Any) -> str:
    """A template that is no page of a handbook, such as the audit's."""
    return str(_environment(templates).get_template(name).render(**values))


def _render(templates: Path, name: str, look: Look, *, tab: Mapping[str, Any] | None = None, **values: Any) -> str:
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
            language=look.language,
            body_class="",
            **{"pictures": {}, "slug": "", **values},
        )
    )
    # The sheet is ours, and the brand's colours in it were checked by form.
    css = _css(templates, look, tab or {"top": 0.0, "height": 0.0, "accent": look.brand.gold}, html)
    return html.replace("<style></style>", f"<style>{css}</style>", 1)
