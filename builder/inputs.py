"""What all commands work on, made in one place: guides, what people said of pictures, and what to do for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.config import drawings
from builder.config.handbook import CONFIG_NAME, Config
from builder.guides.blocks import Figure, PictureKey
from builder.guides.files import File
from builder.guides.guide import Guide, guide_in
from builder.pages import words as catalogue
from builder.pages.page import Look
from builder.pages.templates import Templates
from builder.pdf.provenance import Origin, text_digest
from builder.problems import Place, Problem, Severity, stop_on_errors
from builder.progress import Progress
from builder.request import Request
from builder.screens import pipeline as drawing
from builder.screens.drawing import Style
from builder.screens.model import Screen, picture_name
from builder.screenshots import pipeline, review
from builder.screenshots.fetch.addresses import named, recorded
from builder.screenshots.fetch.download import Fetched, fetch
from builder.screenshots.fetch.lock import Entry
from builder.screenshots.fetch.wanted import Limits, Source, Wanted
from builder.screenshots.model import (
    Clearing,
    Inspection,
    MaskWords,
    Picture,
    Screenshot,
    SecretKind,
    kinds_of,
)
from builder.screenshots.prepare import prepare
from builder.sources import Sources
from builder.store import Store
from builder.units import POINTS_PER_MM

_READABLE_PT = 6.0
"""The size of type below which a marked label is warned of."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the commands work on.

    `guides` are all, in the handbook's order; `chosen` those that were asked for, and `jobs` what is to be done for
    each picture of theirs that could be had. `entries` is the lock file. `screens` are the drawn ones, by slug and by
    their pictures' names, and `plan` tells by slug which figures are drawn because somebody wishes so. `others` counts
    pictures of a mirror that are not those that the lock file names.
    """

    guides: tuple[Guide, ...]
    chosen: tuple[Guide, ...]
    jobs: Mapping[PictureKey, prepare.Job]
    entries: Mapping[str, Entry]
    screens: Mapping[str, Mapping[str, Screen]]
    plan: Mapping[str, frozenset[PictureKey]]
    others: int
    reading_problems: tuple[Problem, ...]
    fetching_problems: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self.reading_problems, *self.fetching_problems)


@dataclass(frozen=True, slots=True)
class Record:
    """What people said of one picture in the lock file; `clearings` hold for the bytes with the digest `sha256`."""

    sha256: str
    place: Place
    clearings: tuple[Clearing, ...]
    confirmation: review.Confirmation | None
    has_clearings: bool  # also such as lift nothing


def guides(request: Request, sources: Sources, slugs: Sequence[str]) -> tuple[tuple[Guide, ...], tuple[Problem, ...]]:
    """The guides in the handbook's order, and everything that is wrong with them.

    With `slugs`, only those guides' problems count; the others are still read, since every guide has its place.
    """
    config = request.config
    files, problems = sources.guides, list(sources.problems)
    for slug in slugs:
        if slug not in files and files:
            message = f"there is no guide '{slug}'"
            place = Place(config.shown(request.guides))
            problems.append(Problem(place, "G12", message, f"There are: {', '.join(files)}."))
    if request.is_own:
        problems += _unknown_in_order(config, files)
    found = []
    for slug in _in_order(config, files):
        guide, faults = guide_in(files[slug], slug)
        problems += faults if not slugs or slug in slugs else ()
        if guide is not None:
            found.append(guide)
    return tuple(found), tuple(problems)


def _in_order(config: Config, files: Mapping[str, File]) -> list[str]:
    first = [slug for slug in dict.fromkeys(config.guides) if slug in files]
    return first + [slug for slug in files if slug not in first]


def _unknown_in_order(config: Config, files: Mapping[str, File]) -> list[Problem]:
    return [
        Problem(
            Place(CONFIG_NAME, config.guides_line),
            "C10",
            f"'guides' names '{slug}', and there is no such guide",
            f"Write guides/{slug}.md, or take the name out. There are: {', '.join(files)}.",
        )
        for slug in config.guides
        if slug not in files
    ]


def gather(
    request: Request,
    sources: Sources,
    progress: Progress,
    *,
    lenient: bool = False,
    whole: bool = False,
    as_printed: bool = False,
    told: Sequence[Problem] = (),
) -> Inputs:
    """All guides, and the pictures of those that were asked for, or with `whole` of all.

    BuildError where a guide can't be read, before any picture is fetched; unless `lenient`, which goes on without it.
    With `as_printed`, no picture is asked for in whose place there will be a drawing.
    What was `told` before, of the rest of what is needed, counts with it.
    """
    found, problems = guides(request, sources, request.slugs)
    chosen = tuple(guide for guide in found if not request.slugs or guide.slug in request.slugs)
    screens, faults = _screens(found, chosen, sources)
    problems = (*_of_drawings(request.config, sources.brand), *problems, *faults)
    if not lenient:
        stop_on_errors([*told, *problems])
    plan, faults = _plan(request, chosen, screens) if as_printed else ({}, [])
    words = _mask_words(request.config, sources.templates)
    jobs, fetched, more = _jobs(request, found, found if whole else chosen, progress, plan, words)
    fetching = (*faults, *more)
    return Inputs(found, chosen, jobs, fetched.entries, screens, plan, fetched.others, problems, fetching)


def _screens(
    guides: Sequence[Guide], chosen: Sequence[Guide], sources: Sources
) -> tuple[dict[str, dict[str, Screen]], list[Problem]]:
    """All guides' drawn screens; only those of the chosen ones are complained of."""
    found: dict[str, dict[str, Screen]] = {}
    problems: list[Problem] = []
    for guide in guides:
        found[guide.slug], faults = drawing.screens_of(guide, sources.screens.get(guide.slug))
        problems += faults if guide in chosen else []
    return found, problems


def guides_with_screens(
    request: Request, sources: Sources
) -> tuple[list[tuple[Guide, dict[str, Screen]]], list[Problem]]:
    """The guides asked for that have drawn screens, with these, and what is wrong; no picture is fetched."""
    found, problems = guides(request, sources, request.slugs)
    chosen = [guide for guide in found if not request.slugs or guide.slug in request.slugs]
    screens, faults = _screens(found, chosen, sources)
    return [(guide, screens[guide.slug]) for guide in chosen if screens[guide.slug]], [*problems, *faults]


def _plan(
    request: Request, chosen: Sequence[Guide], screens: Mapping[str, Mapping[str, Screen]]
) -> tuple[dict[str, frozenset[PictureKey]], list[Problem]]:
    plan: dict[str, frozenset[PictureKey]] = {}
    problems: list[Problem] = []
    for guide in chosen:
        wish = (request.config.figures, request.figures)
        plan[guide.slug], faults = drawing.to_be_drawn(guide, screens[guide.slug], *wish)
        problems += faults
    return plan, problems


def drawn(
    found: Inputs,
    config: Config,
    pictures: Mapping[PictureKey, Picture],
    look: Look,
    templates: Templates,
    store: Store,
    workers: int,
) -> tuple[dict[str, dict[PictureKey, Picture]], list[Problem]]:
    """By slug, what is drawn: as wished, and where there is no picture to print."""
    keys_of: dict[str, list[PictureKey]] = {}
    wanted: dict[str, tuple[list[Screen], Style]] = {}
    for guide in found.chosen:
        screens, wished = found.screens[guide.slug], found.plan.get(guide.slug, frozenset())
        keys = [
            figure.picture
            for figure in guide.figures
            if picture_name(figure.address) in screens
            and (figure.picture in wished or not pictures[figure.picture].views)
        ]
        if keys:
            names = dict.fromkeys(picture_name(address) for address, _ in keys)
            keys_of[guide.slug] = keys
            wanted[guide.slug] = [screens[name] for name in names], drawn_style(config, guide)
    made, problems = drawing.drawings(wanted, look, templates, store, workers)
    return {
        slug: {key: drawing.as_picture(made[slug][picture_name(key[0])]) for key in keys}
        for slug, keys in keys_of.items()
    }, problems


def drawn_style(config: Config, guide: Guide) -> Style:
    """What the drawings of a guide take from the brand and from its front matter."""
    return Style(config.brand.colours, guide.facts.accent or "", next(iter(guide.domains), "…"))


def _of_drawings(config: Config, read: Mapping[Path, bytes]) -> list[Problem]:
    """What is wrong with the brand's drawings."""
    hint = "Save it as plain SVG: shapes, no pictures, nothing from elsewhere."
    return [
        Problem(Place(config.shown(path)), "B09", f"the drawing can't be used: {wrong}", hint)
        for path, data in read.items()
        if path.suffix.casefold() == ".svg" and (wrong := drawings.fault(data))
    ]


def origins(
    found: Inputs, ready: Mapping[PictureKey, Picture], drawn: Mapping[str, Mapping[PictureKey, Picture]]
) -> dict[str, Origin]:
    """The digests of what guides are made of: their texts, and the pictures that could be had, as downloaded.

    Those that are neither there nor drawn are named.
    """
    return {
        guide.slug: Origin(
            text=text_digest(guide.source.data),
            screenshots={
                recorded(figure.address): f"sha256:{found.jobs[figure.picture].screenshot.sha256}"
                for figure in guide.figures
                if figure.picture in found.jobs
            },
            stand_ins=tuple(
                named(figure.address)
                for figure in guide.figures
                if not drawn.get(guide.slug, ready).get(figure.picture, ready[figure.picture]).views
            ),
        )
        for guide in found.chosen
    }


def _jobs(
    request: Request,
    guides: Sequence[Guide],
    chosen: Sequence[Guide],
    progress: Progress,
    plan: Mapping[str, frozenset[PictureKey]],
    words: MaskWords,
) -> tuple[dict[PictureKey, prepare.Job], Fetched, list[Problem]]:
    """What is to be done for each picture of some guides that could be had, less those of the plan; what was had."""
    figures = [(guide, figure) for guide in chosen for figure in guide.figures]
    wanted = [
        Wanted(figure.address, guide.slug, Place(guide.file, figure.line), guide.source.path.parent)
        for guide, figure in figures
        if figure.picture not in plan.get(guide.slug, frozenset())
    ]
    fetched = _fetched(request, wanted, progress)
    problems = list(fetched.problems)
    said, _ = records(request.config, fetched.entries)
    jobs: dict[PictureKey, prepare.Job] = {}
    lengths, domains = request.config.brand.page, _shared_domains(guides)
    for guide, figure in figures:
        place = Place(guide.file, figure.line)
        orders, faults = prepare.read_orders(figure.orders, place, lengths.column - lengths.gutter)
        problems += faults
        if figure.address in fetched.screenshots and figure.picture not in plan.get(guide.slug, frozenset()):
            screenshot = fetched.screenshots[figure.address]
            record = said.get(recorded(figure.address))
            clearings = record.clearings if record and record.sha256 == screenshot.sha256 else ()
            jobs[figure.picture] = _job(request, place, domains[figure.picture], screenshot, orders, clearings, words)
    return jobs, fetched, problems


def _shared_domains(guides: Sequence[Guide]) -> dict[PictureKey, tuple[str, ...]]:
    """The official domains for each picture: of several guides that show it, those that they have in common.

    It is printed once for all of them, and what one exchange's own mail address is may be a person's to another.
    """
    shared: dict[PictureKey, tuple[str, ...]] = {}
    for guide in guides:
        for figure in guide.figures:
            before = shared.get(figure.picture, guide.domains)
            shared[figure.picture] = tuple(domain for domain in before if domain in guide.domains)
    return shared


def _job(
    request: Request,
    place: Place,
    official_domains: tuple[str, ...],
    screenshot: Screenshot,
    orders: prepare.Orders,
    clearings: tuple[Clearing, ...],
    words: MaskWords,
) -> prepare.Job:
    config = request.config
    return prepare.Job(
        screenshot=screenshot,
        orders=orders,
        colour=config.mark_colour,
        allowed_hosts=config.code_hosts,
        official_domains=official_domains,
        pixel_limit=config.picture_pixels,
        place=place,
        light=request.ink_saver,
        clearings=clearings,
        left_open=kinds_of(config.left_open),
        words=words,
    )


def _mask_words(config: Config, templates: Templates) -> MaskWords:
    """What masks say in the handbook's language; what is wrong with its catalogue is told where pages are made."""
    words, _ = catalogue.load(templates.files, config.language, Place(CONFIG_NAME, config.language_line))
    if words is None:
        return MaskWords()
    return MaskWords(tuple((kind, words(f"mask.{kind.name.lower()}")) for kind in SecretKind), words("mask.short"))


def source_of(request: Request) -> Source:
    """How a request may have its screenshots."""
    config = request.config
    return Source(
        folder=config.paths.screenshots,
        lock_file=config.paths.lock_file,
        hosts=config.hosts,
        prefix=config.prefix,
        mirror=request.mirror or config.mirror,
        offline=request.offline,
        refresh=request.refresh,
    )


def _fetched(request: Request, wanted: Sequence[Wanted], progress: Progress) -> Fetched:
    """The screenshots by address as written, from the folder or their hosts."""
    config = request.config
    limits = Limits(
        bytes=config.picture_bytes,
        pixels=config.picture_pixels,
        connect_seconds=config.connect_seconds,
        read_seconds=config.read_seconds,
        total_seconds=config.total_seconds,
        retries=config.retries,
        parallel=config.parallel,
    )

    def report(done: int, total: int, name: str) -> None:
        progress("Downloading", done, total, name)

    return fetch(wanted, source_of(request), limits, today=request.today, project=config.root, report=report)


def inspected(
    found: Inputs, store: Store, workers: int, progress: Progress
) -> tuple[dict[str, Inspection], list[Problem]]:
    """What is on the pictures that could be had, by address as the guides write it; what is not known is looked at."""
    seen, problems = pipeline.seen(list(found.jobs.values()), store, workers, progress)
    return {address: one for (address, _), one in zip(found.jobs, seen, strict=True) if one}, problems


def known(found: Inputs, store: Store) -> dict[str, Inspection]:
    """What was seen on the pictures that were inspected before, by address as the guides write it."""
    return {address: one for (address, _), job in found.jobs.items() if (one := pipeline.known(job, store))}


def pictures(
    found: Inputs, store: Store, workers: int, progress: Progress
) -> tuple[dict[PictureKey, Picture], list[Problem]]:
    """The chosen guides' pictures, ready to be placed; each one that can't be had is there with the reason."""
    ready, problems = pipeline.prepared(found.jobs, store, workers, progress)
    for guide in found.chosen:
        for figure in guide.figures:
            if figure.picture not in ready:
                ready[figure.picture] = Picture(
                    missing="not_inspected" if figure.picture in found.jobs else "not_downloaded"
                )
            problems += _too_small(Place(guide.file, figure.line), figure, ready[figure.picture])
    return ready, problems


def _too_small(place: Place, figure: Figure, picture: Picture) -> list[Problem]:
    """That a marked label prints too small to be read, whatever part of its screen is shown."""
    sizes = list(_label_sizes(picture))
    size = min(sizes, default=_READABLE_PT)
    if size >= _READABLE_PT:
        return []
    message = f"a marked label of figure {figure.number} prints in type of {size:.1f} pt"
    hint = "Take the screenshot of a smaller window or at a higher zoom; no crop of this one is sharp and larger."
    return [Problem(place, "I12", message, hint, Severity.WARNING)]


def _label_sizes(picture: Picture) -> Iterator[float]:
    """The size in pt of each marked label's type, in the view that prints it largest; 0 where none shows it."""
    if picture.treatment is None:
        return
    shown = list(zip(picture.views, picture.treatment.crops, strict=True))
    for label, size in zip(picture.treatment.labels, picture.treatment.sizes, strict=True):
        scales = (view.comfortable_mm * POINTS_PER_MM / crop.width for view, crop in shown if crop.contains(label))
        yield size * max(scales, default=0.0)


def records(config: Config, entries: Mapping[str, Entry]) -> tuple[dict[str, Record], list[Problem]]:
    """What people said of pictures, by address in normal form, and what is wrong with it."""
    lock_name = config.shown(config.paths.lock_file)
    found: dict[str, Record] = {}
    problems: list[Problem] = []
    for address, entry in entries.items():
        place = Place(lock_name, entry.line)
        clearings, faults = review.read_clearings(entry.more, entry.sha256, place)
        confirmation, more_faults = review.read_confirmation(entry.more, place)
        found[address] = Record(entry.sha256, place, clearings, confirmation, review.CLEARED in entry.more)
        problems += faults + more_faults
    return found, problems


def reviews(
    config: Config,
    found: Inputs,
    ready: Mapping[PictureKey, Picture],
    drawn: Mapping[str, Mapping[PictureKey, Picture]] | None = None,
) -> list[Problem]:
    """What people have said of pictures that does not hold, and how many pictures nobody has looked at."""
    spared = drawn or {}
    said, problems = records(config, found.entries)
    lock_name = config.shown(config.paths.lock_file)
    shown = {
        figure.picture: ready[figure.picture]
        for guide in found.chosen
        for figure in guide.figures
        if figure.picture not in spared.get(guide.slug, {})
    }
    printed = [(recorded(address), picture) for (address, _), picture in shown.items() if picture.treatment]
    for address, picture in printed:
        record = said.get(address)
        if record and picture.treatment:
            problems += review.idle(record.clearings, picture.treatment, record.place)
    confirmations = {address: record.confirmation for address, record in said.items() if record.confirmation}
    count = review.unconfirmed(printed, confirmations)
    if count:
        slugs = [guide.slug for guide in found.chosen if guide.figures]
        problems.append(review.unconfirmed_problem(count, len(printed), slugs, lock_name))
    return problems
