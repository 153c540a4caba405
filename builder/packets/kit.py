"""What all packets of a run share: the guides' pages with room for values, laid out once for every extent of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from builder import inputs
from builder.build import created
from builder.checks import command
from builder.guides.blocks import PictureKey
from builder.guides.guide import Guide
from builder.layout import parts as parting
from builder.layout.parts import Book, Part
from builder.packets.placing import placed
from builder.pages import html
from builder.pages.html import Room
from builder.problems import Place, Problem, Severity, stop_on_errors
from builder.progress import Progress
from builder.publish.gate import Watch
from builder.screenshots import pipeline
from builder.screenshots.model import Picture
from builder.store import Store

if TYPE_CHECKING:
    from builder.build import Request

_UNCONFIRMED = "I07"


@dataclass(frozen=True, slots=True)
class Kit:
    """All that a packet is made of but the client's own; it can be handed to other processes.

    `exchanges` and `separators` are the guides' by slug; `parts` the guides' pages by slug and room.
    """

    book: Book
    exchanges: Mapping[str, str]
    separators: Mapping[str, str | None]
    parts: Mapping[tuple[str, Room], Part]
    back: Part
    watch: Watch


@dataclass(frozen=True, slots=True)
class Gathered:
    """The guides with their pictures, checked, before it is known how much room values take."""

    request: Request
    book: Book
    guides: tuple[Guide, ...]  # all, since each has its place
    chosen: tuple[Guide, ...]
    pictures: Mapping[PictureKey, Picture]
    watch: Watch
    problems: tuple[Problem, ...]  # warnings that do not stop packets


def gather(request: Request, guides: Sequence[Guide], progress: Progress, *, despite_warnings: bool) -> Gathered:
    """The guides named in a request, with their pictures; BuildError for whatever a packet must not have.

    That is any problem of these guides, warnings included unless a person has said to go on despite them; a stand-in
    for a picture; and where the settings say so, a picture that nobody has confirmed.
    """
    config = request.config
    store = Store(config.root / ".cache")
    store.open()
    chosen = [guide for guide in guides if guide.slug in request.slugs]
    jobs, problems = inputs.picture_jobs(request, chosen, progress)
    pictures, faults = inputs.pictures(jobs, chosen, store, request.jobs, progress)
    problems = [*problems, *faults, *_stand_ins(chosen, pictures), *inputs.reviews(config, chosen, pictures)]
    problems = command.in_build(request, guides, pipeline.known(jobs, store), problems)
    problems = [_as_error(problem, config.packets.confirmed_only, despite_warnings) for problem in problems]
    stop_on_errors(problems)
    origins = inputs.origins(config, chosen, jobs)
    book = Book(inputs.look(request, store), config.root / "templates", store, created(config), origins)
    watch = inputs.watch(request, chosen, pictures, store)
    return Gathered(request, book, tuple(guides), tuple(chosen), pictures, watch, tuple(problems))


def kit(gathered: Gathered, rooms: Iterable[tuple[str, Room]], progress: Progress) -> Kit:
    """The kit for packets whose values take these rooms; what was laid out before, for whomever, is used again."""
    book, guides = gathered.book, gathered.guides
    numbers = {guide.slug: number for number, guide in enumerate(guides, 1)}
    by_slug = {guide.slug: guide for guide in gathered.chosen}
    documents = {
        (slug, room): html.guide_page(
            placed(by_slug[slug], has_label=room.has_label),
            gathered.pictures,
            book.look,
            book.templates,
            numbers[slug],
            len(guides),
            room,
        )
        for slug, room in sorted(set(rooms), key=repr)
    }
    names = [by_slug[slug].exchange for slug, _ in documents]
    parting.lay_out_all(book, list(documents.values()), gathered.request.jobs, progress, names)
    parts = {which: parting.lay_out(book, page) for which, page in documents.items()}
    back = parting.lay_out(book, html.back_page(book.look, book.templates, ()))
    said = {by_slug[slug].file: part.complaints for (slug, _), part in parts.items()}
    stop_on_errors(
        replace(parting.complaint(words, file), severity=Severity.ERROR)
        for file, complaints in said.items()
        for words in complaints
    )
    return Kit(
        book,
        {guide.slug: guide.exchange for guide in gathered.chosen},
        {guide.slug: guide.facts.ip_separator for guide in gathered.chosen},
        parts,
        back,
        gathered.watch,
    )


def _stand_ins(chosen: Sequence[Guide], pictures: Mapping[PictureKey, Picture]) -> list[Problem]:
    return [
        Problem(
            Place(guide.file, figure.line),
            "N22",
            "a packet takes no stand-in for a picture",
            "Make the picture available: see the warning about it, or put the file into assets/screenshots/.",
        )
        for guide in chosen
        for figure in guide.figures
        if not pictures[figure.picture].views
    ]


def _as_error(problem: Problem, confirmed_only: bool, despite_warnings: bool) -> Problem:
    stops = confirmed_only if problem.code == _UNCONFIRMED else not despite_warnings
    return replace(problem, severity=Severity.ERROR) if stops else problem
