"""Brings together what pages are made of: the guides, their pictures, the brand's look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from builder import files
from builder.config import logo as logos
from builder.config.handbook import CONFIG_NAME, Config
from builder.guides.blocks import Figure, PictureKey
from builder.guides.guide import Guide, find_guides, read_guide
from builder.pages import fonts
from builder.pages.html import Look
from builder.pages.paper import paper
from builder.pdf.provenance import Origin, text_digest
from builder.problems import Place, Problem
from builder.progress import Progress
from builder.screenshots import pipeline, review
from builder.screenshots.fetch import lock
from builder.screenshots.fetch.addresses import recorded
from builder.screenshots.fetch.download import fetch
from builder.screenshots.fetch.wanted import Limits, Source, Wanted
from builder.screenshots.model import Clearing, Picture, Screenshot
from builder.screenshots.prepare import prepare
from builder.store import Store, digest

if TYPE_CHECKING:
    from builder.build import Request
    from builder.publish.gate import Watch

SCREENSHOTS = Path("assets/screenshots")
LOCK = Path("assets/screenshots.lock.yaml")


def guides(config: Config, folder: Path, slugs: Sequence[str] = ()) -> tuple[list[Guide], list[Problem]]:
    """The guides of a folder in the handbook's order, and everything that is wrong with them.

    With `slugs`, only those guides' problems count; the others are still read, since every guide has its place.
    """
    paths, problems = find_guides(folder, config.shown(folder))
    for slug in slugs:
        if slug not in paths and paths:
            message = f"there is no guide '{slug}'"
            problems.append(Problem(Place(config.shown(folder)), "G12", message, f"There are: {', '.join(paths)}."))
    if folder.resolve() == (config.root / "guides").resolve():
        problems += _unknown_in_order(config, paths)
    found = []
    for slug in _in_order(config, paths):
        guide, faults = read_guide(paths[slug], slug, config.shown(paths[slug]))
        problems += faults if not slugs or slug in slugs else []
        if guide is not None:
            found.append(guide)
    return found, problems


def _in_order(config: Config, paths: Mapping[str, Path]) -> list[str]:
    first = [slug for slug in dict.fromkeys(config.guides) if slug in paths]
    return first + [slug for slug in paths if slug not in first]


def _unknown_in_order(config: Config, files: Mapping[str, Path]) -> list[Problem]:
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


def look(request: Request, store: Store) -> Look:
    """What all pages share; typefaces and logo become assets."""
    config = request.config
    logo = config.brand.logo
    return Look(
        brand=config.brand,
        paper=paper(request.paper, request.profile),
        faces=_faces(store),
        logo=store.put_asset(files.read(logo, logos.MOST_BYTES), ".svg") if logo else "",
        title=config.title,
        subtitle=config.subtitle,
        edition=config.edition,
        language=config.language,
    )


def _faces(store: Store) -> tuple[tuple[fonts.Face, str], ...]:
    faces = (*fonts.FACES, *fonts.FALLBACKS)
    key = digest("faces", repr(faces), *fonts.versions())
    names = store.note(key)
    if names is None or not all(store.has_asset(name) for name in names):
        names = [store.put_asset(face.load(), face.suffix) for face in faces]
        store.keep_note(key, names)
    return tuple(zip(faces, names, strict=True))


def pictures(
    jobs: Mapping[PictureKey, prepare.Job], chosen: Sequence[Guide], store: Store, workers: int, progress: Progress
) -> tuple[dict[PictureKey, Picture], list[Problem]]:
    """The pictures of some guides, ready to be placed; each one that can't be had is there with the reason."""
    ready, problems = prepared(jobs, store, workers, progress)
    unseen = "It could not be inspected for secrets when these pages were made"
    absent = "It could not be downloaded when these pages were made"
    for guide in chosen:
        for figure in guide.figures:
            if figure.picture not in ready:
                ready[figure.picture] = Picture(missing=unseen if figure.picture in jobs else absent)
    return ready, problems


def picture_jobs(
    request: Request, chosen: Sequence[Guide], progress: Progress
) -> tuple[dict[PictureKey, prepare.Job], list[Problem]]:
    """What is to be done for each picture of some guides that could be had."""
    figures = [(guide, figure) for guide in chosen for figure in guide.figures]
    wanted = [Wanted(figure.address, guide.slug, Place(guide.file, figure.line)) for guide, figure in figures]
    found, problems = download(request, wanted, progress)
    said, _ = records(request.config)
    jobs: dict[PictureKey, prepare.Job] = {}
    for guide, figure in figures:
        orders, faults = prepare.read_orders(figure.orders, Place(guide.file, figure.line))
        problems += faults
        if figure.address in found:
            screenshot = found[figure.address]
            record = said.get(recorded(figure.address))
            clearings = record.clearings if record and record.sha256 == screenshot.sha256 else ()
            jobs[figure.picture] = _job(request, guide, figure, screenshot, orders, clearings)
    return jobs, problems


def prepared(
    jobs: Mapping[PictureKey, prepare.Job], store: Store, workers: int, progress: Progress
) -> tuple[dict[PictureKey, Picture], list[Problem]]:
    """The pictures of some jobs; one that could not be inspected is left out, with a problem."""
    ready = {key: picture for key, job in jobs.items() if (picture := prepare.known(job, store))}
    waiting = {key: job for key, job in jobs.items() if key not in ready}
    if not waiting:
        return ready, []
    made, problems = pipeline.prepare_all(waiting, store, workers, progress)
    return ready | made, problems


def origins(config: Config, chosen: Sequence[Guide], jobs: Mapping[PictureKey, prepare.Job]) -> dict[str, Origin]:
    """The digests of what some guides are made of: their texts, and the pictures that could be had, as downloaded."""
    return {
        guide.slug: Origin(
            text=text_digest((config.root / guide.file).read_bytes()),
            screenshots={
                recorded(figure.address): f"sha256:{jobs[figure.picture].screenshot.sha256}"
                for figure in guide.figures
                if figure.picture in jobs
            },
        )
        for guide in chosen
    }


@dataclass(frozen=True, slots=True)
class Record:
    """What people said of one picture in the lock file; `clearings` hold for the bytes with the digest `sha256`."""

    sha256: str
    place: Place
    clearings: tuple[Clearing, ...]
    confirmation: review.Confirmation | None
    has_clearings: bool  # also such as lift nothing


def records(config: Config) -> tuple[dict[str, Record], list[Problem]]:
    """What people said of pictures, by address in normal form, and what is wrong with it."""
    file = config.root / LOCK
    try:
        text = files.read(file, lock.MOST_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError):  # `download` has reported it
        return {}, []
    entries, unread = lock.parse(text, LOCK.as_posix())
    if unread:
        return {}, []
    lines = review.record_lines(text)
    found: dict[str, Record] = {}
    problems: list[Problem] = []
    for address, entry in entries.items():
        place = Place(LOCK.as_posix(), lines.get(address, 0))
        clearings, faults = review.read_clearings(entry.more, entry.sha256, place)
        confirmation, more_faults = review.read_confirmation(entry.more, place)
        found[address] = Record(entry.sha256, place, clearings, confirmation, review.CLEARED in entry.more)
        problems += faults + more_faults
    return found, problems


def reviews(config: Config, chosen: Sequence[Guide], ready: Mapping[PictureKey, Picture]) -> list[Problem]:
    """What people have said of the pictures of some guides that does not hold, and how many nobody has looked at."""
    said, problems = records(config)
    shown = {figure.picture: ready[figure.picture] for guide in chosen for figure in guide.figures}
    printed = [(recorded(address), picture) for (address, _), picture in shown.items() if picture.treatment]
    for address, picture in printed:
        record = said.get(address)
        if record and picture.treatment:
            problems += review.idle(record.clearings, picture.treatment, record.place)
    confirmations = {address: record.confirmation for address, record in said.items() if record.confirmation}
    count = review.unconfirmed(printed, confirmations)
    if count:
        slugs = [guide.slug for guide in chosen if guide.figures]
        problems.append(review.unconfirmed_problem(count, len(printed), slugs, LOCK.as_posix()))
    return problems


def watch(request: Request, guides: Sequence[Guide], ready: Mapping[PictureKey, Picture], store: Store) -> Watch:
    """What the last gate looks for in a build's PDFs."""
    from builder.publish import gate

    treatments = [picture.treatment for picture in ready.values() if picture.treatment]
    found = {mask.fingerprint: mask.kind.value for one in treatments for mask in one.masks if mask.fingerprint}
    cleared = {secret.fingerprint for one in treatments for secret in one.cleared if secret.fingerprint}
    unread = [
        view.asset
        for picture in ready.values()
        if picture.treatment and any(not secret.fingerprint for secret in picture.treatment.cleared)
        for view in picture.views
    ]
    meant = [guide.file for guide in guides if any(code == "A10" for code, _ in guide.facts.rules_off)]
    return gate.Watch(
        fingerprints=found,
        cleared=frozenset(cleared - found.keys()),
        cleared_pictures=frozenset(gate.data_digest(store.asset(name)) for name in unread),
        hosts=request.config.code_hosts,
        domains=tuple(sorted({domain for guide in guides for domain in guide.domains})),
        vouched=(
            *sorted({figure.address for guide in guides for figure in guide.figures}),
            *((request.config.root / file).read_text("utf-8") for file in meant),
        ),
        ocr=request.gate_ocr,
    )


def download(
    request: Request, wanted: Sequence[Wanted], progress: Progress
) -> tuple[Mapping[str, Screenshot], list[Problem]]:
    """The screenshots by address as written, from the folder or their hosts."""
    config = request.config
    source = Source(
        folder=config.root / SCREENSHOTS,
        lock_file=config.root / LOCK,
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

    found, problems = fetch(wanted, source, limits, today=request.today, project=config.root, report=report)
    return found, list(problems)


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
    )
