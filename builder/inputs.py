"""What all commands work on, made in one place: guides, what people said of pictures, and what to do for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builder.config.handbook import CONFIG_NAME, Config
from builder.guides.blocks import Figure, PictureKey
from builder.guides.guide import File, Guide, guide_in
from builder.pdf.provenance import Origin, text_digest
from builder.problems import Place, Problem, stop_on_errors
from builder.progress import Progress
from builder.request import Request
from builder.screenshots import pipeline, review
from builder.screenshots.fetch.addresses import normal_form
from builder.screenshots.fetch.download import Fetched, fetch
from builder.screenshots.fetch.lock import Entry
from builder.screenshots.fetch.wanted import Limits, Source, Wanted
from builder.screenshots.model import Clearing, Inspection, Picture, Screenshot, kinds_of
from builder.screenshots.prepare import prepare
from builder.sources import Sources
from builder.store import Store


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the commands work on.

    `guides` are all, in the handbook's order; `chosen` those that were asked for, and `jobs` what is to be done for
    each picture of theirs that could be had. `entries` is the lock file.
    """

    guides: tuple[Guide, ...]
    chosen: tuple[Guide, ...]
    jobs: Mapping[PictureKey, prepare.Job]
    entries: Mapping[str, Entry]
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


def _guides(
    config: Config, request: Request, sources: Sources, slugs: Sequence[str]
) -> tuple[tuple[Guide, ...], tuple[Problem, ...]]:
    """The guides in the handbook's order, and everything that is wrong with them.

    With `slugs`, only those guides' problems count; the others are still read, since every guide has its place.
    """
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
        problems += faults if not slugs or slug in slugs else []
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
    request: Request, sources: Sources, progress: Progress, *, lenient: bool = False, whole: bool = False
) -> Inputs:
    """All guides, and the pictures of those that were asked for, or with `whole` of all.

    BuildError where a guide can't be read, before any picture is fetched; unless `lenient`, which goes on without it.
    """
    found, problems = _guides(request.config, request, sources, request.slugs)
    if not lenient:
        stop_on_errors(problems)
    chosen = tuple(guide for guide in found if not request.slugs or guide.slug in request.slugs)
    jobs, entries, faults = _jobs(request, found if whole else chosen, progress)
    return Inputs(found, chosen, jobs, entries, problems, tuple(faults))


def origins(found: Inputs) -> dict[str, Origin]:
    """The digests of what guides are made of: their texts, and the pictures that could be had, as downloaded."""
    return {
        guide.slug: Origin(
            text=text_digest(guide.source.data),
            screenshots={
                normal_form(figure.address): f"sha256:{found.jobs[figure.picture].screenshot.sha256}"
                for figure in guide.figures
                if figure.picture in found.jobs
            },
        )
        for guide in found.chosen
    }


def _jobs(
    request: Request, chosen: Sequence[Guide], progress: Progress
) -> tuple[dict[PictureKey, prepare.Job], Mapping[str, Entry], list[Problem]]:
    """What is to be done for each picture of some guides that could be had, and what the lock file says."""
    figures = [(guide, figure) for guide in chosen for figure in guide.figures]
    wanted = [Wanted(figure.address, guide.slug, Place(guide.file, figure.line)) for guide, figure in figures]
    fetched = _fetched(request, wanted, progress)
    problems = list(fetched.problems)
    said, _ = records(request.config, fetched.entries)
    jobs: dict[PictureKey, prepare.Job] = {}
    for guide, figure in figures:
        orders, faults = prepare.read_orders(figure.orders, Place(guide.file, figure.line))
        problems += faults
        if figure.address in fetched.screenshots:
            screenshot = fetched.screenshots[figure.address]
            record = said.get(normal_form(figure.address))
            clearings = record.clearings if record and record.sha256 == screenshot.sha256 else ()
            jobs[figure.picture] = _job(request, guide, figure, screenshot, orders, clearings)
    return jobs, fetched.entries, problems


def _job(
    request: Request,
    guide: Guide,
    figure: Figure,
    screenshot: Screenshot,
    orders: prepare.Orders,
    clearings: tuple[Clearing, ...],
) -> prepare.Job:
    config = request.config
    return prepare.Job(
        screenshot=screenshot,
        orders=orders,
        colour=config.mark_colour,
        allowed_hosts=config.code_hosts,
        official_domains=guide.domains,
        pixel_limit=config.picture_pixels,
        place=Place(guide.file, figure.line),
        light=request.ink_saver,
        clearings=clearings,
        left_open=kinds_of(config.left_open),
    )


def _fetched(request: Request, wanted: Sequence[Wanted], progress: Progress) -> Fetched:
    """The screenshots by address as written, from the folder or their hosts."""
    config = request.config
    source = Source(
        folder=config.paths.screenshots,
        lock_file=config.paths.lock_file,
        hosts=config.hosts,
        prefix=config.prefix,
        mirror=request.mirror or config.mirror,
        offline=request.offline,
        refresh=request.refresh,
    )
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

    return fetch(wanted, source, limits, today=request.today, project=config.root, report=report)


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
    unseen = "It could not be inspected for secrets when these pages were made"
    absent = "It could not be downloaded when these pages were made"
    for guide in found.chosen:
        for figure in guide.figures:
            if figure.picture not in ready:
                ready[figure.picture] = Picture(missing=unseen if figure.picture in found.jobs else absent)
    return ready, problems


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


def reviews(config: Config, found: Inputs, ready: Mapping[PictureKey, Picture]) -> list[Problem]:
    """What people have said of pictures that does not hold, and how many pictures nobody has looked at."""
    said, problems = records(config, found.entries)
    lock_name = config.shown(config.paths.lock_file)
    shown = {figure.picture: ready[figure.picture] for guide in found.chosen for figure in guide.figures}
    printed = [(normal_form(address), picture) for (address, _), picture in shown.items() if picture.treatment]
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
