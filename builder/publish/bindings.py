"""Which parts make which PDF: covers, front and back matter, the feet of the pages, and what a PDF says of itself.

A guide is laid out once; its own PDF and the handbook are bindings of the same part with different neighbours and
different page numbers, which are stamped on when it is bound.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Literal

from builder import __version__, boundaries
from builder.config.handbook import CONFIG_NAME
from builder.guides.blocks import Block, PictureKey
from builder.guides.guide import Guide
from builder.guides.markdown import parse as parse_markdown
from builder.guides.markdown import settle
from builder.layout.parts import Part, complaint, key_of, lay_out, load_engine
from builder.pages import html
from builder.pages.page import Chapter, Folio, Look, Page
from builder.pages.templates import Templates
from builder.pdf.metadata import Description
from builder.pdf.provenance import MadeOf, Origin, sha256
from builder.problems import Problem
from builder.screenshots.model import Picture
from builder.store import Store, digest

PRODUCER = f"handbook-builder {__version__}"
Labels = Literal["roman", "arabic"]
_MAX_COMPLAINTS = 20  # of the engine about one part that are told


@dataclass(frozen=True, slots=True)
class Book:
    """What all parts of one build share."""

    look: Look
    templates: Templates
    store: Store
    created: datetime.datetime
    origins: Mapping[str, Origin] = field(default_factory=dict)  # of each guide, by slug
    drawn: Mapping[str, Mapping[PictureKey, Picture]] = field(default_factory=dict)  # in the place of pictures, by slug
    folder: str = ""  # below `output/`, for another profile or paper than the usual one


@dataclass(frozen=True, slots=True)
class Run:
    """A part's place in a PDF: the style of its page numbers, and how many empty pages follow it."""

    part: Part
    labels: Labels
    blanks: int = 0

    @property
    def pages(self) -> int:
        return self.part.pages + self.blanks

    @property
    def printed(self) -> Iterator[bool]:
        """Of each page, whether there is anything on it."""
        return (number < self.part.pages and number not in self.part.blanks for number in range(self.pages))


@dataclass(frozen=True, slots=True)
class Binding:
    """A PDF to be bound: its parts in order, the feet of its pages, and what it says of itself.

    The foot of the last page tells what the PDF is made of, so that it has to be laid out anew whenever anything
    changes.
    """

    name: str  # below `output/`
    key: str
    runs: tuple[Run, ...]
    folios: Part
    colophon: Page
    said: Description
    made_of: MadeOf


def guide_pages(
    book: Book, guides: Sequence[Guide], chosen: Sequence[Guide], pictures: Mapping[PictureKey, Picture]
) -> dict[str, Page]:
    """The documents of the chosen guides by slug; each has its number among all guides."""
    numbers = {guide.slug: number for number, guide in enumerate(guides, 1)}
    return {
        guide.slug: html.guide_page(
            guide,
            {**pictures, **book.drawn.get(guide.slug, {})},
            book.look,
            book.templates,
            numbers[guide.slug],
            len(guides),
        )
        for guide in chosen
    }


def single(book: Book, guide: Guide, part: Part) -> Binding:
    """One guide's own PDF: cover, guide, contacts."""
    runs = _single_runs(book, guide, part)
    build_id = digest(*(run.part.key for run in runs))[:12]
    made_of = _made_of(book, f"guides/{guide.slug}.pdf", runs, [guide], build_id)
    return _binding(book, made_of, runs, guide.title, guide.facts.summary or guide.title)


def guide_problems(guides: Sequence[Guide], laid: Mapping[str, Part]) -> list[Problem]:
    """What the engine said of some guides' parts, by slug."""
    return [complaint(words, guide.file, guide) for guide in guides for words in _first(laid[guide.slug].complaints)]


def _first(complaints: Sequence[str]) -> Iterator[str]:
    """The first few: a text in a script that no typeface has gives rise to thousands."""
    yield from complaints[:_MAX_COMPLAINTS]
    if len(complaints) > _MAX_COMPLAINTS:
        yield f"{len(complaints) - _MAX_COMPLAINTS:,} more complaints such as these"


def other_problems(bindings: Sequence[Binding], laid: Mapping[str, Part]) -> list[Problem]:
    """What the engine said of all that is no guide: covers, front and back matter, feet."""
    guides = {part.key for part in laid.values()}
    found = [part for binding in bindings for part in (*(run.part for run in binding.runs), binding.folios)]
    words = dict.fromkeys(words for part in found if part.key not in guides for words in part.complaints)
    return [complaint(each, CONFIG_NAME) for each in words]


def lay_out_around(book: Book, guides: Sequence[Guide], chosen: Sequence[Guide], parts: Mapping[str, Part]) -> None:
    """Lays out covers, front and back matter and feet of the PDFs whose guides' parts are known, if only as planned."""
    words = book.look.words("folio.build", build="", content="")
    colophon = Folio(words, "", "")  # for nothing but to have the engine read what it reads once
    load_engine().lay_out(html.folio_page(book.look, book.templates, [colophon]), book.store.assets)
    for guide in chosen:
        if guide.slug in parts:
            _folios(book, _single_runs(book, guide, parts[guide.slug]))
    if len(parts) == len(guides):
        _folios(book, _handbook_runs(book, guides, parts))


def _single_runs(book: Book, guide: Guide, part: Part) -> tuple[Run, ...]:
    cover = lay_out(book.store, html.single_cover(guide, book.look, book.templates))
    back = lay_out(book.store, html.back_page(book.look, book.templates, (), drawn_figures(book, [guide])))
    return _run(book, cover, "arabic"), _run(book, part, "arabic", next_is_left=True), Run(back, "arabic")


def handbook(book: Book, guides: Sequence[Guide], laid: Mapping[str, Part]) -> Binding:
    """The whole handbook: front matter in roman page numbers, the guides and the glossary in arabic ones."""
    runs = _handbook_runs(book, guides, laid)
    build_id = digest(*(run.part.key for run in runs))[:12]
    made_of = _made_of(book, "handbook.pdf", runs, guides, build_id)
    return _binding(book, made_of, runs, book.look.title, book.look.subtitle)


def _handbook_runs(book: Book, guides: Sequence[Guide], laid: Mapping[str, Part]) -> tuple[Run, ...]:
    look, templates = book.look, book.templates
    inside = [_run(book, laid[guide.slug], "arabic") for guide in guides]
    firsts = [*accumulate((run.pages for run in inside), initial=1)]
    chapters = [
        Chapter(guide, number, first, _step_pages(guide, run.part, first))
        for number, (guide, run, first) in enumerate(zip(guides, inside, firsts[:-1], strict=True), 1)
    ]
    how_to_use, rules = _text(book, "how-to-use"), _text(book, "rules")
    front = lay_out(book.store, html.front_page(look, templates, chapters, how_to_use, rules, firsts[-1]))
    back = lay_out(book.store, html.back_page(look, templates, _text(book, "glossary"), drawn_figures(book, guides)))
    return _run(book, front, "roman"), *inside, Run(back, "arabic")


def drawn_figures(book: Book, guides: Sequence[Guide]) -> list[tuple[str, tuple[int, ...]]]:
    """The exchanges with the numbers of those of their figures that are drawn."""
    found = []
    for guide in guides:
        drawn = book.drawn.get(guide.slug, {})
        numbers = tuple(figure.number for figure in guide.figures if figure.picture in drawn)
        if numbers:
            found.append((guide.exchange, numbers))
    return found


def _run(book: Book, part: Part, labels: Labels, *, next_is_left: bool = False) -> Run:
    """A part with what makes the next one begin on a right-hand page, or on a left one as a back without glossary."""
    if not book.look.paper.is_bound:
        return Run(part, labels)
    ends_right = part.pages % 2 == 1
    return Run(part, labels, int(ends_right != next_is_left))


def _step_pages(guide: Guide, part: Part, first: int) -> tuple[int, ...]:
    return tuple(first + part.anchors[f"{guide.slug}--step-{position}"] for position in range(1, len(guide.steps) + 1))


def _folios(book: Book, runs: Sequence[Run]) -> Part:
    """The feet of all pages but the last."""
    return lay_out(book.store, html.folio_page(book.look, book.templates, _folio_words(book.look, runs)))


def _folio_words(look: Look, runs: Sequence[Run]) -> list[Folio | None]:
    """What stands at the foot of all pages but the last: nothing on the cover and on empty ones, else the number."""
    total = sum(run.pages for run in runs if run.labels == "arabic")
    reached = dict.fromkeys((run.labels for run in runs), 0)
    folios: list[Folio | None] = []
    for run in runs:
        for is_printed in run.printed:
            reached[run.labels] += 1
            number = reached[run.labels]
            of = look.words("folio.of", total=total)
            words = (_roman(number), "") if run.labels == "roman" else (str(number), of)
            folios.append(Folio(_imprint(look), *words) if is_printed else None)
    return [None, *folios[1:-1]]


def bind(store: Store, binding: Binding, out: Path) -> int:
    """Writes a binding; the number of its pages."""
    from builder.pdf import binding as binder

    sections = [binder.Section(run.part.pdf, run.labels, run.blanks) for run in binding.runs]
    overlays = [binding.folios.pdf, lay_out(store, binding.colophon).pdf]
    return binder.bind(sections, out, binding.said, overlays=overlays, made_of=binding.made_of).pages


def _made_of(book: Book, name: str, runs: Sequence[Run], guides: Sequence[Guide], build_id: str) -> MadeOf:
    """What a PDF is made of. Its content's digest is the parts': the last page prints it, so it can't be the file's."""
    content = sha256(b"".join(sha256(run.part.pdf.read_bytes()).encode() for run in runs))
    origins = {guide.slug: book.origins[guide.slug] for guide in guides if guide.slug in book.origins}
    screenshots = {address: found for origin in origins.values() for address, found in origin.screenshots.items()}
    texts = {slug: origin.text for slug, origin in origins.items()}
    name = f"{book.folder}/{name}" if book.folder else name
    stand_ins = tuple(sorted({address for origin in origins.values() for address in origin.stand_ins}))
    return MadeOf(name, book.look.edition, build_id, content, texts, screenshots, stand_ins=stand_ins)


def _binding(book: Book, made_of: MadeOf, runs: tuple[Run, ...], title: str, subject: str) -> Binding:
    look = book.look
    folios = _folios(book, runs)
    words = look.words("folio.build", build=made_of.build_id, content=made_of.short_content)
    colophon = Folio(words, "", "")
    last = html.folio_page(look, book.templates, [colophon], sum(run.pages for run in runs))
    said = Description(
        title,
        look.words.language,
        book.created,
        author=look.brand.name,
        subject=subject,
        creator=PRODUCER,
        producer=PRODUCER,
        further={"Edition": made_of.edition, "BuildId": made_of.build_id, "ContentDigest": made_of.content},
    )
    bound = [(run.part.key, run.labels, run.blanks) for run in runs]
    key = digest("binding", repr((made_of, said, bound)), folios.key, key_of(last), boundaries.BINDING.digest)
    return Binding(made_of.name, key, runs, folios, last, said, made_of)


def _imprint(look: Look) -> str:
    return look.words("folio.imprint", firm=look.brand.name, title=look.title, edition=look.edition)


def _text(book: Book, name: str) -> tuple[Block, ...]:
    return tuple(settle(parse_markdown(book.templates.files[f"{book.look.words.folder}/{name}.md"]).blocks))


def _roman(number: int) -> str:
    digits = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    words = ""
    for value, letters in digits:
        words += letters * (number // value)
        number %= value
    return words
