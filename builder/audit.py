"""Screenshots → a page to look at: what was found and why, what was masked, what is printed, what is new since then.

The page holds masked pictures only and asks nothing of anybody: no script, no address but data, and a policy that says
so. `confirm` records in the lock file that a person looked; it takes the word of nobody who was not shown the page.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from builder import inputs, processes, sources
from builder.guides.blocks import PictureKey
from builder.guides.guide import Guide
from builder.inputs import Inputs
from builder.pages import rendering
from builder.pages.templates import Templates
from builder.problems import BuildError, Place, Problem, in_order
from builder.progress import Progress
from builder.request import Request
from builder.screenshots import pipeline, review
from builder.screenshots.fetch import aside
from builder.screenshots.fetch.addresses import recorded, shown
from builder.screenshots.fetch.lock import Entry
from builder.screenshots.model import Box, Inspection, MarkKind, Picture, Secret, SecretKind, Treatment, View
from builder.screenshots.prepare import prepare
from builder.store import Store, digest, write_whole
from builder.units import PIXELS_PER_MM, POINTS_PER_MM

PAGE = "audit.html"
_MAX_REMEMBERED = 5000
_USUAL = 0.74  # the size of type as a part of the box that the reader of words puts around it


@dataclass(frozen=True, slots=True)
class Use:
    """Where a picture is printed."""

    guide: str
    slug: str
    place: Place
    figure: int
    caption: str


@dataclass(frozen=True, slots=True)
class Region:
    """A masked or cleared place: its number on the picture, and the lock file's lines that would clear it."""

    number: int
    kind: str
    why: str
    box: Box
    lines: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A printed part as it is printed: `letter` names it, lengths in mm, sizes of type in pt (0: no text)."""

    letter: str
    box: Box
    picture: str  # data: address
    width: int  # px, as printed at 96 px an inch
    height: int
    width_mm: float
    min_mm: float
    label_pt: float
    min_pt: float
    marked: bool  # whether the label is one that a mark means
    locator: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture as one or more figures print it. Without `treatment` there is nothing to print, and `missing` why."""

    name: str
    address: str
    uses: tuple[Use, ...]
    missing: str = ""
    treatment: Treatment | None = None
    size: tuple[int, int] = (0, 0)
    picture: str = ""  # data: address of the masked whole
    masks: tuple[Region, ...] = ()
    cleared: tuple[Region, ...] = ()
    marks: tuple[tuple[str, Box], ...] = ()
    lines_read: int = 0
    parts: tuple[Part, ...] = ()
    light: bool = False
    confirmed: datetime.date | None = None  # the day of the last confirmation, whether or not it still holds
    holds: bool = False
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit gave."""

    page: Path
    shots: tuple[Shot, ...]
    problems: tuple[Problem, ...]

    @property
    def masked(self) -> Mapping[str, int]:
        """How many places are masked, by what they would give away, the commonest first."""
        counts = Counter(region.kind for shot in self.shots for region in shot.masks)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def printed(self) -> int:
        return sum(shot.treatment is not None for shot in self.shots)

    @property
    def unconfirmed(self) -> int:
        return sum(shot.treatment is not None and not shot.holds for shot in self.shots)


def audit(
    request: Request, progress: Progress, *, confirm: bool = False, figures: Mapping[str, frozenset[int]] | None = None
) -> Audited:
    """Writes the page for some guides, or for all; with `confirm`, first records that a person looked at them.

    `figures` narrows what is confirmed to some figures of a guide, by its slug.

    BuildError when the guides can't be read, or when a person can't have looked: the page never showed what is there.
    """
    store = Store(request.config.paths.cache)
    store.open()
    read = sources.read(request)
    found = inputs.gather(request, read, progress, whole=confirm)
    ready, faults = pipeline.prepared(found.jobs, store, request.jobs, progress)
    if confirm:
        entries = _confirm(request, store, found, ready, figures or {})
        found = replace(found, chosen=found.guides, entries=entries)  # who confirmed one guide goes on with the others
    problems = [*found.problems, *faults, *inputs.reviews(request.config, found, ready)]
    shots = _shots(request, store, found, ready, progress)
    audited = Audited(request.output / PAGE, shots, in_order(problems))
    write_whole(audited.page, page(audited, request, read.templates).encode())
    _remember(request, store, shots)
    return audited


def _confirm(
    request: Request,
    store: Store,
    found: Inputs,
    ready: Mapping[PictureKey, Picture],
    figures: Mapping[str, frozenset[int]],
) -> Mapping[str, Entry]:
    """Puts into the lock file that a person looked at the chosen guides' pictures today; what it says then."""
    remembered = set(store.note(_memory(request)) or ())
    said, _ = inputs.records(request.config, found.entries)
    looked: dict[str, list[Treatment]] = {}
    problems = [_no_such_figure(guide, number) for guide in found.chosen for number in _unknown(guide, figures)]
    chosen = {
        (guide.slug, figure.number)
        for guide in found.chosen
        for figure in guide.figures
        if figure.number in figures.get(guide.slug, (figure.number,))
    }
    for guide in found.guides:
        for figure in guide.figures:
            picture = ready.get(figure.picture)
            if picture is None or picture.treatment is None:
                continue
            record = said.get(recorded(figure.address))
            confirmation = record.confirmation if record else None
            if (guide.slug, figure.number) in chosen:
                if review.seen_of(picture.treatment).digest not in remembered:
                    problems.append(_never_shown(Place(guide.file, figure.line), guide, figure.number))
            elif confirmation is None or not confirmation.holds_for(picture.treatment):
                continue
            looked.setdefault(figure.address, []).append(picture.treatment)
    if problems:
        raise BuildError(problems)
    theirs = {
        recorded(figure.address)
        for guide in found.chosen
        for figure in guide.figures
        if (guide.slug, figure.number) in chosen
    }
    more = {
        address: {review.CONFIRMED: review.confirmed_now(treatments, request.today)}
        for address, treatments in looked.items()
        if recorded(address) in theirs
    }
    config = request.config
    lock_name = config.shown(config.paths.lock_file)
    return aside.amend(inputs.source_of(request), config.root, lock_name, more)


def _unknown(guide: Guide, figures: Mapping[str, frozenset[int]]) -> list[int]:
    return sorted(figures.get(guide.slug, frozenset()) - {figure.number for figure in guide.figures})


def _no_such_figure(guide: Guide, number: int) -> Problem:
    message = f"there is no figure {number}; the guide has {len(guide.figures)}"
    return Problem(Place(guide.file), "I11", message, f"Look at output/audit.html; write {guide.slug}:NUMBER.")


def _never_shown(place: Place, guide: Guide, figure: int) -> Problem:
    message = f"figure {figure} is not as output/audit.html last showed it, so nobody can have looked at it"
    return Problem(place, "I10", message, f"Run `handbook audit {guide.slug}`, look at the page, then confirm.")


def _memory(request: Request) -> str:
    return digest("audited", str(request.config.root))


def _remember(request: Request, store: Store, shots: Iterable[Shot]) -> None:
    """Keeps what the page showed, since only that can be confirmed."""
    now = [review.seen_of(shot.treatment).digest for shot in shots if shot.treatment]
    before = [one for one in store.note(_memory(request)) or () if one not in now]
    store.keep_note(_memory(request), (before + now)[-_MAX_REMEMBERED:])


def _shots(
    request: Request,
    store: Store,
    those: Inputs,
    ready: Mapping[PictureKey, Picture],
    progress: Progress,
) -> tuple[Shot, ...]:
    """The pictures of the chosen guides in their order, each once."""
    uses: dict[PictureKey, list[Use]] = {}
    jobs = those.jobs
    for guide in those.chosen:
        for figure in guide.figures:
            use = Use(guide.exchange, guide.slug, Place(guide.file, figure.line), figure.number, figure.alt)
            uses.setdefault(figure.picture, []).append(use)
    keys = [key for key in uses if key in ready]
    seen, _ = pipeline.seen([jobs[key] for key in keys], store, request.jobs, progress)
    found = {key: inspection for key, inspection in zip(keys, seen, strict=True) if inspection}
    wholes = _wholes({key: (jobs[key], found[key]) for key in found}, store, request.jobs, progress)
    said, _ = inputs.records(request.config, those.entries)
    return tuple(
        _shot(key, used, store, jobs[key], ready[key], found[key], wholes[key], said.get(recorded(key[0])))
        if key in wholes
        else Shot(
            _name(key[0]),
            shown(key[0]),
            tuple(used),
            _why_not_shown(key in jobs, key in found),
        )
        for key, used in uses.items()
    )


def _why_not_shown(downloaded: bool, inspected: bool) -> str:
    if inspected:
        return "Its file is not what was inspected"
    return "It could not be inspected for secrets" if downloaded else "It could not be downloaded"


def _shot(
    key: PictureKey,
    uses: Sequence[Use],
    store: Store,
    job: prepare.Job,
    picture: Picture,
    seen: Inspection,
    whole: bytes,
    record: inputs.Record | None,
) -> Shot:
    treatment = picture.treatment
    assert treatment is not None
    confirmation = record.confirmation if record else None
    has_clearings = bool(record and record.has_clearings)
    return Shot(
        name=_name(key[0]),
        address=shown(key[0]),
        uses=tuple(uses),
        treatment=treatment,
        size=seen.size,
        picture=_data("image/webp", whole),
        masks=tuple(_masks(treatment, has_clearings)),
        cleared=tuple(_cleared(treatment, job)),
        marks=tuple((mark.kind.value, mark.box) for mark in seen.marks if mark.kind is not MarkKind.BAR),
        lines_read=len(seen.words),
        parts=tuple(_parts(store, picture, treatment, seen)),
        light=any(before != after for before, after in treatment.ink),
        confirmed=confirmation.date if confirmation else None,
        holds=bool(confirmation and confirmation.holds_for(treatment)),
        changes=tuple(changes_since(confirmation, treatment)) if confirmation else (),
    )


def _name(address: str) -> str:
    return unquote(shown(address).rsplit("/", 1)[-1])


def _masks(treatment: Treatment, has_clearings: bool) -> Iterator[Region]:
    downwards = sorted(treatment.masks, key=lambda secret: (secret.box.top, secret.box.left))
    for number, secret in enumerate(downwards, 1):
        lines = "" if secret.kind is SecretKind.CHOSEN else _lines_to_clear(secret, treatment.sha256, has_clearings)
        yield Region(number, secret.kind.value, secret.why, secret.box, lines)


def _lines_to_clear(secret: Secret, sha256: str, has_clearings: bool) -> str:
    """What to paste into the picture's record of the lock file; the reason is for the person to write."""
    lines = [] if has_clearings else [f"  {review.CLEARED}:"]
    lines += [
        f"  - kind: {secret.kind.value}",
        f"    box: {list(secret.box)}",
        f"    sha256: {sha256}",
        "    reason: ",
    ]
    return "\n".join(lines)


def _cleared(treatment: Treatment, job: prepare.Job) -> Iterator[Region]:
    for number, secret in enumerate(treatment.cleared, 1):
        own = [one for one in job.clearings if review.sorted_out([secret], [one])[1]]
        reason = own[0].reason if own else ""
        yield Region(number, secret.kind.value, secret.why, secret.box, reason=reason)


def _parts(store: Store, picture: Picture, treatment: Treatment, seen: Inspection) -> Iterator[Part]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    for position, (view, box) in enumerate(zip(picture.views, treatment.crops, strict=True)):
        marked = [size for label, size in zip(treatment.labels, treatment.sizes, strict=True) if box.contains(label)]
        words = [_USUAL * word.box.height for word in seen.words if box.contains(word.box) and len(word.text) > 2]
        smallest = min(marked or words, default=0.0)
        width, height = _printed_size(view)
        yield Part(
            letter=letters[position % 26] if len(picture.views) > 1 else "",
            box=box,
            picture=_data("image/png", store.asset(view.asset)),
            width=width,
            height=height,
            width_mm=view.comfortable_mm,
            min_mm=view.min_mm,
            label_pt=smallest * view.comfortable_mm * POINTS_PER_MM / box.width,
            min_pt=smallest * view.min_mm * POINTS_PER_MM / box.width,
            marked=bool(marked),
            locator=view.locator,
        )


def _printed_size(view: View) -> tuple[int, int]:
    width = round(view.comfortable_mm * PIXELS_PER_MM)
    return width, round(width * view.height / view.width)


def changes_since(confirmation: review.Confirmation, treatment: Treatment) -> Iterator[str]:
    """What a person has not seen yet, in sentences; nothing when the confirmation holds."""
    if confirmation.holds_for(treatment):
        return
    if confirmation.sha256 != treatment.sha256:
        yield f"The picture itself is another: {confirmation.sha256[:12]}… has become {treatment.sha256[:12]}…"
    now = review.seen_of(treatment)
    before = max(confirmation.seen, key=lambda seen: len({*seen.masks} & {*now.masks}), default=None)
    if before is None:
        return
    for kind, box in now.masks:
        if (kind, box) not in before.masks:
            yield f"New mask: {kind} at {_where(box)}"
    for kind, box in before.masks:
        if (kind, box) not in now.masks:
            yield f"Mask gone: {kind} at {_where(box)}"
    if before.crops != now.crops:
        yield f"Other crop: {'; '.join(map(_where, before.crops))} has become {'; '.join(map(_where, now.crops))}"
    if confirmation.sha256 == treatment.sha256 and (before.masks, before.crops) == (now.masks, now.crops):
        yield "Other clearings, or printed in another way"


def _where(box: Box) -> str:
    return f"{box.left} {box.top} {box.width} {box.height}"


def _wholes(
    work: Mapping[PictureKey, tuple[prepare.Job, Inspection]], store: Store, workers: int, progress: Progress
) -> dict[PictureKey, bytes]:
    """The masked whole of each picture, as WebP no wider than the page needs; kept for the next time.

    One whose file is not what was inspected is left out.
    """
    keys = {key: digest("whole", job.key) for key, (job, _) in work.items()}
    known = {key: path.read_bytes() for key in work if (path := store.result(keys[key], ".webp"))}
    waiting = [key for key in work if key not in known]
    if not waiting:
        return known
    with processes.pool(min(workers, len(waiting))) as pool:
        futures = {pool.submit(prepare.masked_whole, *work[key]): key for key in waiting}
        for done, future in enumerate(as_completed(futures), 1):
            key = futures[future]
            try:
                known[key] = future.result()
            except prepare.Changed:
                continue
            store.keep(keys[key], ".webp", known[key])
            progress("Drawing", done, len(waiting), work[key][0].place.file)
    return known


def _data(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def page(audited: Audited, request: Request, templates: Templates) -> str:
    """The page as HTML."""
    import markupsafe

    config = request.config
    brand = {"ink": config.brand.colours.ink, "accent": config.brand.colours.accent}
    css = rendering.rendered(templates, "audit.css", **brand).strip()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{_hash(css)}'; base-uri 'none'; form-action 'none'"
    groups: dict[str, list[Shot]] = {}
    for shot in audited.shots:
        groups.setdefault(shot.uses[0].guide, []).append(shot)
    return rendering.rendered(
        templates,
        "audit.html",
        css=markupsafe.Markup(css),  # noqa: S704  the sheet is ours; the brand's colours were checked by form
        policy=policy,
        language=config.language,
        title=config.title,
        firm=config.brand.name,
        edition=config.edition,
        audited=audited,
        groups=groups,
        lock_name=config.shown(config.paths.lock_file),
        slugs=list(dict.fromkeys(use.slug for shot in audited.shots for use in shot.uses)),
        where=_where,
        in_words=lambda kind, count: SecretKind(kind).in_words(count),
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def summary(audited: Audited) -> Sequence[str]:
    """What a terminal is told."""
    pictures = f"{audited.printed} picture{'s' * (audited.printed != 1)}"
    kinds = ", ".join(f"{count} {SecretKind(kind).in_words(count)}" for kind, count in audited.masked.items())
    total = sum(audited.masked.values())
    masked = f"{total} masked region{'s' * (total != 1)}{f' ({kinds})' if kinds else ''}"
    lost = len(audited.shots) - audited.printed
    told = [f"{pictures}, {masked}, {audited.unconfirmed} unconfirmed"]
    if lost:
        told.append(f"{lost} more could not be had or inspected and {'is' if lost == 1 else 'are'} not printed")
    return told
