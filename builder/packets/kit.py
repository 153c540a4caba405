"""What all packets of a run share: the guides' pages with room for values, laid out once for every extent of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from builder import inputs
from builder.build import created
from builder.checks import command
from builder.config.handbook import CONFIG_NAME
from builder.guides.blocks import PictureKey
from builder.guides.guide import Guide
from builder.layout import parts as parting
from builder.layout.parts import Part
from builder.packets.placing import placed
from builder.pages import html
from builder.pages import words as catalogue
from builder.pages.look import look
from builder.pages.page import Room
from builder.pages.paper import paper
from builder.problems import Place, Problem, Severity, stop_on_errors
from builder.progress import Progress
from builder.publish import gate
from builder.publish.bindings import Book, drawn_figures
from builder.publish.gate import Watch
from builder.request import Request
from builder.screenshots.model import Picture
from builder.sources import Sources
from builder.store import Store, digest

_UNCONFIRMED = "I07"


@dataclass(frozen=True, slots=True)
class Kit:
    """All that a packet is made of but the client's own; it can be handed to other processes.

    `exchanges` and `separators` are the guides' by slug; `parts` the guides' pages by slug and room; `drawn` tells of
    each guide which figures are drawings.
    """

    book: Book
    exchanges: Mapping[str, str]
    separators: Mapping[str, str | None]
    parts: Mapping[tuple[str, Room], Part]
    drawn: Mapping[str, tuple[tuple[str, tuple[int, ...]], ...]]
    watch: Watch
    program: str  # the digest of what makes packets: this program and its templates


@dataclass(frozen=True, slots=True)
class Gathered:
    """The guides with their pictures, checked, before it is known how much room values take."""

    request: Request
    book: Book
    program: str
    guides: tuple[Guide, ...]  # all, since each has its place
    chosen: tuple[Guide, ...]
    pictures: Mapping[PictureKey, Picture]
    watch: Watch
    problems: tuple[Problem, ...]  # warnings that do not stop packets


def gather(request: Request, read: Sources, progress: Progress, *, despite_warnings: bool) -> Gathered:
    """The guides named in a request, with their pictures; BuildError for whatever a packet must not have.

    That is any problem of these guides, warnings included unless a person has said to go on despite them; a stand-in
    for a picture; and where the settings say so, a picture that nobody has confirmed.
    """
    config = request.config
    store = Store(config.paths.cache)
    store.open()
    words, faults = catalogue.load(read.templates.files, config.language, Place(CONFIG_NAME, config.language_line))
    found = inputs.gather(request, read, progress, as_printed=True, told=faults)
    assert words is not None
    pictures, faults = inputs.pictures(found, store, request.jobs, progress)
    looks = look(config, paper(request.paper, request.profile, config.brand.page), read.brand, words, store)
    drawn, more = inputs.drawn(found, config, pictures, looks, read.templates, store, request.jobs)
    problems = [*found.problems, *faults, *more, *_stand_ins(found.chosen, pictures, drawn)]
    problems += inputs.reviews(config, found, pictures, drawn)
    problems = command.in_build(request, found, inputs.known(found, store), problems)
    problems = [_as_error(problem, config.packets.confirmed_only, despite_warnings) for problem in problems]
    stop_on_errors(problems)
    book = Book(looks, read.templates, store, created(config), inputs.origins(found, pictures, drawn), drawn)
    meant = command.meant_keys(found.chosen)
    watch = gate.watch(config, found.chosen, pictures.values(), store, meant=meant, ocr=request.gate_ocr)
    return Gathered(request, book, read.program, found.guides, found.chosen, pictures, watch, tuple(problems))


def kit(gathered: Gathered, rooms: Iterable[tuple[str, Room]], progress: Progress) -> Kit:
    """The kit for packets whose values take these rooms; what was laid out before, for whomever, is used again."""
    book, guides = gathered.book, gathered.guides
    numbers = {guide.slug: number for number, guide in enumerate(guides, 1)}
    by_slug = {guide.slug: guide for guide in gathered.chosen}
    wanted = {f"{slug} {room}": (slug, room) for slug, room in sorted(set(rooms), key=repr)}
    documents = {
        name: html.guide_page(
            placed(by_slug[slug], book.look.words, has_label=room.has_label),
            {**gathered.pictures, **book.drawn.get(slug, {})},
            book.look,
            book.templates,
            numbers[slug],
            len(guides),
            room,
        )
        for name, (slug, room) in wanted.items()
    }
    laid = parting.lay_out_all(book.store, documents, gathered.request.jobs, progress)
    stop_on_errors(
        replace(parting.complaint(words, by_slug[slug].file), severity=Severity.ERROR)
        for name, (slug, _) in wanted.items()
        for words in laid[name].complaints
    )
    return Kit(
        book,
        {guide.slug: guide.exchange for guide in gathered.chosen},
        {guide.slug: guide.facts.ip_separator for guide in gathered.chosen},
        {which: laid[name] for name, which in wanted.items()},
        {guide.slug: tuple(drawn_figures(book, [guide])) for guide in gathered.chosen},
        gathered.watch,
        digest(gathered.program, repr(sorted(book.templates.files.items()))),
    )


def _stand_ins(
    chosen: Sequence[Guide],
    pictures: Mapping[PictureKey, Picture],
    drawn: Mapping[str, Mapping[PictureKey, Picture]],
) -> list[Problem]:
    return [
        Problem(
            Place(guide.file, figure.line),
            "N22",
            "a packet takes no stand-in for a picture",
            "Make the picture available, or draw the screen: see the warning about it.",
        )
        for guide in chosen
        for figure in guide.figures
        if not pictures[figure.picture].views and figure.picture not in drawn.get(guide.slug, {})
    ]


def _as_error(problem: Problem, confirmed_only: bool, despite_warnings: bool) -> Problem:
    stops = confirmed_only if problem.code == _UNCONFIRMED else not despite_warnings
    return replace(problem, severity=Severity.ERROR) if stops else problem
