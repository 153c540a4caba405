"""The recipe: guides → screenshots → pages → parts → bound PDFs. It wires the stages.

Every result is kept under the digest of what went into it. When nothing went in that differs from last time, and the
output is still there, nothing is imported and nothing is made.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder import files
from builder.config.handbook import CONFIG_NAME, Config
from builder.guides.guide import is_markdown
from builder.problems import BuildError, Place, Problem, Severity, in_order, stop_on_errors
from builder.processes import early_worker, without_collection
from builder.progress import Progress
from builder.publish import completeness, journal, publishing
from builder.publish.publishing import Made
from builder.store import Store, digest

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from builder.screenshots.model import Picture


@dataclass(frozen=True, slots=True)
class Request:
    """What to build. Without `slugs`, every guide and the handbook; with them, those guides' PDFs."""

    config: Config
    guides: Path
    output: Path
    today: datetime.date  # for the lock file and the age of screenshots; never for the pages
    slugs: tuple[str, ...] = ()
    paper: str = "a4"
    profile: str = "screen"
    booklet: int = 0  # sheets that are folded together, at most; 0 makes no booklet
    mirror: str = ""
    strict: bool = False
    offline: bool = False
    refresh: bool = False
    jobs: int = 1
    ink_saver: bool = False
    gate_ocr: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build gave, with the warnings that go with it.

    `ink` is the pictures' mean ink coverage, 0 to 1, as they are and as they are printed.
    """

    made: tuple[Made, ...]
    problems: tuple[Problem, ...]
    ink: tuple[float, float] = (0.0, 0.0)


def build(request: Request, progress: Progress) -> Outcome:
    """Builds what is asked for; BuildError with every problem found when it can't be, and `output/` is as it was."""
    store = Store(request.config.root / ".cache")
    try:
        journal.settle_left_over(request.output)
        sources = _sources(request)
        last = None if request.refresh else _unchanged(store, digest(sources, _pictures(request)))
        if last is not None:
            return last
        store.open()
        outcome = _built(request, store, sources, progress)
        store.prune()
        return outcome
    except OSError as error:
        raise BuildError([_disk_problem(request, error)]) from error


def _built(request: Request, store: Store, sources: str, progress: Progress) -> Outcome:
    """Once more, in one process less, where a worker was ended from outside: what was made is kept."""
    try:
        with without_collection(), early_worker(request.jobs, _load_engine) as worker:
            return _build(request, store, sources, progress, worker)
    except BrokenExecutor:
        request = replace(request, jobs=1)
    try:
        with without_collection():
            return _build(request, store, sources, progress, None)
    except BrokenExecutor as error:
        message = "a process that worked for this build was ended from outside, twice"
        hint = "Free some memory and build again; the PDFs that were there are as they were."
        raise BuildError([Problem(Place(request.output.name), "O03", message, hint)]) from error


def _load_engine() -> None:
    from builder.layout import parts

    with contextlib.suppress(BuildError):  # told when something is to be laid out
        parts.load_engine()


def _build(request: Request, store: Store, sources: str, progress: Progress, worker: Executor | None) -> Outcome:
    from builder import inputs
    from builder.checks import command
    from builder.layout import parts as parting
    from builder.screenshots import pipeline

    guides, problems = inputs.guides(request.config, request.guides, request.slugs)
    stop_on_errors(problems)
    chosen = [guide for guide in guides if not request.slugs or guide.slug in request.slugs]
    jobs, faults = inputs.picture_jobs(request, chosen, progress)
    state = digest(sources, _pictures(request))  # as they are used, whatever is changed from now on
    problems += faults
    pictures, faults = inputs.pictures(jobs, chosen, store, request.jobs, progress)
    problems += faults
    book = parting.Book(
        inputs.look(request, store),
        request.config.root / "templates",
        store,
        created(request.config),
        inputs.origins(request.config, chosen, jobs),
    )
    documents = parting.guide_pages(book, guides, chosen, pictures)
    begun = parting.begin(book, documents, worker)
    problems += inputs.reviews(request.config, chosen, pictures)
    problems = command.in_build(request, guides, pipeline.known(jobs, store), problems)
    _stop(request, problems)
    watch = inputs.watch(request, chosen, pictures, store)
    if begun is not None:
        parting.foresee(book, guides, chosen, documents, begun)
        begun.result()
    laid, layout_problems = parting.guide_parts(book, chosen, documents, request.jobs, progress)
    problems += layout_problems
    _stop(request, problems)
    bindings = [parting.single(book, guide, laid[guide.slug]) for guide in chosen]
    if not request.slugs:
        bindings.append(parting.handbook(book, guides, laid))
    problems += parting.other_problems(bindings, laid)
    targets = [request.output / binding.name for binding in bindings]
    problems = completeness.guarded(store, targets, problems)
    _stop(request, problems)
    made = publishing.publish(request, book, bindings, watch, worker, progress)
    shown = [pictures[figure.picture] for guide in chosen for figure in guide.figures]
    completeness.remember(store, targets, complete=all(picture.views for picture in shown))
    outcome = Outcome(made, in_order(problems), mean_ink(shown))
    if request.offline or all(picture.views for picture in shown):  # what is missing is looked for again next time
        _remember(store, state, outcome)
    return outcome


def _stop(request: Request, problems: Sequence[Problem]) -> None:
    """Where there are errors, which warnings are when the request is strict."""
    if request.strict:
        problems = [replace(problem, severity=Severity.ERROR) for problem in problems]
    stop_on_errors(problems)


def mean_ink(pictures: Sequence[Picture]) -> tuple[float, float]:
    """The mean ink coverage of pictures before and after they were printed light, weighted by their printed areas."""
    parts = [
        (view.comfortable_mm**2 * view.height / view.width, *ink)
        for picture in pictures
        if picture.treatment
        for view, ink in zip(picture.views, picture.treatment.ink, strict=True)
    ]
    area = sum(part for part, _, _ in parts) or 1.0
    before, after = sum(part * ink for part, ink, _ in parts) / area, sum(part * ink for part, _, ink in parts) / area
    return round(before, 4), round(after, 4)


def created(config: Config) -> datetime.datetime:
    """The date that goes into the PDFs: the edition's, or SOURCE_DATE_EPOCH where that is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    return datetime.datetime.combine(config.date, datetime.time(), datetime.UTC)


def _disk_problem(request: Request, error: OSError) -> Problem:
    where = request.config.shown(Path(error.filename)) if isinstance(error.filename, str) else request.output.name
    where = where.partition(f"/{journal.WORK}")[0]  # nobody knows the folder in which PDFs are made
    return Problem(
        Place(where),
        "O01",
        f"can't be written or read: {error.strerror or error}",
        "Check the free space and the permissions of this file and of output/ and .cache/.",
    )


def _sources(request: Request) -> str:
    """The digest of everything but pictures that a build depends on, from bytes on disk alone."""
    root, config = request.config.root, request.config
    total = hashlib.sha256()

    def take(*values: object) -> None:
        total.update(repr(values).encode())

    take(request.slugs, request.paper, request.profile, request.booklet, str(request.output.resolve()))
    take(request.mirror, request.strict, request.offline)
    take(request.ink_saver, request.gate_ocr, os.environ.get("SOURCE_DATE_EPOCH", ""), _installed())
    watched = [root / CONFIG_NAME, config.brand_file, *([config.brand.logo] if config.brand.logo else [])]
    watched += sorted(Path(__file__).parent.rglob("*.py"))
    watched += sorted(path for path in (root / "templates").rglob("*") if path.is_file())
    watched += sorted(path for path in request.guides.rglob("*") if is_markdown(path))
    for path in watched:
        take(str(path), files.fingerprint(path))
    return total.hexdigest()


def _pictures(request: Request) -> str:
    """The digest of what is known of the screenshots that were downloaded."""
    assets = request.config.root / "assets"
    folder, lock = assets / "screenshots", assets / "screenshots.lock.yaml"
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    state = [(path.as_posix(), stat.st_size, stat.st_mtime_ns) for path, stat in found]
    return digest(files.fingerprint(lock), repr(state))


def _installed() -> tuple[str, ...]:
    """The installed packages with their versions, by their folders' names: reading their metadata takes much longer."""
    import sysconfig

    packages = Path(sysconfig.get_path("purelib"))
    return tuple(sorted(path.name for path in packages.glob("*.dist-info")))


def _unchanged(store: Store, inputs: str) -> Outcome | None:
    note = store.note(digest("build", inputs))
    if note is None:
        return None
    made = tuple(Made(**{**one, "path": Path(one["path"]), "fresh": False}) for one in note["made"])
    if not all(publishing.is_there(one.path, one.size, one.sha256) for one in made):
        return None
    before, after = note["ink"]
    return Outcome(made, tuple(_problem(value) for value in note["problems"]), (before, after))


def _remember(store: Store, inputs: str, outcome: Outcome) -> None:
    made = [{**asdict(one), "path": str(one.path)} for one in outcome.made]
    problems = [asdict(problem) for problem in outcome.problems]
    note = {"made": made, "problems": problems, "ink": outcome.ink}
    store.keep_note(digest("build", inputs), json.loads(json.dumps(note)))


def _problem(value: Mapping[str, Any]) -> Problem:
    return Problem(**{**value, "place": Place(**value["place"]), "severity": Severity(value["severity"])})
