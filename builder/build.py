"""The recipe: guides → screenshots → pages → parts → bound PDFs. It wires the stages and alone writes into `output/`.

Every result is kept under the digest of what went into it. When nothing went in that differs from last time, and the
output is still there, nothing is imported and nothing is made.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder import parts as parting
from builder.config import CONFIG_NAME, Config
from builder.problems import BuildError, Place, Problem, Severity, errors_in, in_order
from builder.store import Store, digest

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from builder.gate import Watch
    from builder.screenshots.model import Picture

Progress = Callable[[str, int, int, str], None]
"""Told the stage, how many are done, how many there are, and the last one's name."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to build. Without `slugs`, every guide and the handbook; with them, those guides' PDFs."""

    config: Config
    guides: Path
    output: Path
    today: datetime.date  # for the lock file and the age of screenshots; never for the pages
    slugs: tuple[str, ...] = ()
    paper: str = "a4"
    mirror: str = ""
    strict: bool = False
    offline: bool = False
    refresh: bool = False
    jobs: int = 1
    ink_saver: bool = False
    gate_ocr: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A published PDF; `size` in bytes, `fresh` when this run made it anew."""

    path: Path
    pages: int
    size: int
    sha256: str
    key: str
    fresh: bool = True


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
        inputs = _inputs(request)
        last = None if request.refresh else _unchanged(store, inputs)
        if last is not None:
            return last
        store.open()
        outcome, complete = _build(request, store, progress)
        if complete:  # what is missing is looked for again next time
            _remember(store, _inputs(request), outcome)
        store.prune()
        return outcome
    except OSError as error:
        raise BuildError([_disk_problem(request, error)]) from error


def _build(request: Request, store: Store, progress: Progress) -> tuple[Outcome, bool]:
    with parting.early_worker(request.jobs) as worker:
        return _build_with(request, store, progress, worker)


def _build_with(request: Request, store: Store, progress: Progress, worker: Executor | None) -> tuple[Outcome, bool]:
    from builder import checking, gather
    from builder.screenshots import inspections

    guides, problems = gather.guides(request.config, request.guides, request.slugs)
    _stop_on_errors(problems)
    chosen = [guide for guide in guides if not request.slugs or guide.slug in request.slugs]
    jobs, faults = gather.picture_jobs(request, chosen, progress)
    problems += faults
    pictures, faults = gather.pictures(jobs, chosen, store, request.jobs, progress)
    problems += faults
    book = parting.Book(
        gather.look(request, store),
        request.config.root / "templates",
        store,
        created(request.config),
        gather.origins(request.config, chosen, jobs),
    )
    documents = parting.guide_pages(book, guides, chosen, pictures)
    begun = parting.begin(book, documents, worker)
    problems += gather.reviews(request.config, chosen, pictures)
    problems = checking.in_build(request, guides, inspections.known(jobs, store), problems)
    if request.strict:
        problems = [replace(problem, severity=Severity.ERROR) for problem in problems]
    _stop_on_errors(problems)
    watch = gather.watch(request, chosen, pictures, store)
    if begun is not None:
        parting.load_engine()  # for the front matter; the guide is being laid out meanwhile
        begun.result()
    laid, layout_problems = parting.guide_parts(book, chosen, documents, request.jobs, progress)
    problems += layout_problems
    _stop_on_errors(problems)
    bindings = [parting.single(book, guide, laid[guide.slug]) for guide in chosen]
    if not request.slugs:
        bindings.append(parting.handbook(book, guides, laid))
    made = _publish(request, store, bindings, watch, progress)
    missing = any(not picture.views for picture in pictures.values())
    shown = [pictures[figure.picture] for guide in chosen for figure in guide.figures]
    return Outcome(made, in_order(problems), mean_ink(shown)), not missing or request.offline


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


def _stop_on_errors(problems: Sequence[Problem]) -> None:
    if errors_in(problems):
        raise BuildError(in_order(problems))


def _disk_problem(request: Request, error: OSError) -> Problem:
    where = request.config.shown(Path(error.filename)) if isinstance(error.filename, str) else request.output.name
    return Problem(
        Place(where),
        "O01",
        f"can't be written or read: {error.strerror or error}",
        "Check the free space and the permissions of this file and of output/ and .cache/.",
    )


def _publish(
    request: Request, store: Store, bindings: Sequence[parting.Binding], watch: Watch, progress: Progress
) -> tuple[Made, ...]:
    """Binds what changed into a folder of its own, reads it back, and puts all of it in place at once, or nothing."""
    request.output.mkdir(parents=True, exist_ok=True)
    made: list[Made] = []
    with tempfile.TemporaryDirectory(dir=request.output, prefix=".building-") as temporary:
        for number, binding in enumerate(bindings, 1):
            progress("Binding", number - 1, len(bindings), binding.name)
            made.append(_bound(request, store, binding, Path(temporary)))
        progress("Binding", len(bindings), len(bindings), "")
        _read_back(request, store, made, Path(temporary), watch, progress)
        for one in made:
            if one.fresh:
                one.path.parent.mkdir(parents=True, exist_ok=True)
                (Path(temporary) / one.key).replace(one.path)
    for one in made:
        store.keep_note(_note_key(one.path), {**asdict(one), "path": str(one.path)})
    return tuple(made)


def _read_back(
    request: Request, store: Store, made: Sequence[Made], temporary: Path, watch: Watch, progress: Progress
) -> None:
    """Stops at the last gate what gives something away; what passed it before, with the same to watch for, passes."""
    keys = {one.path: digest("gate", one.sha256, watch.key) for one in made}
    waiting = [one for one in made if not store.note(keys[one.path])]
    if not waiting:
        return
    from builder import gate

    files = {request.config.shown(one.path): temporary / one.key if one.fresh else one.path for one in waiting}
    _stop_on_errors(gate.read_back(files, watch, store, request.jobs, progress))
    for one in waiting:
        store.keep_note(keys[one.path], True)


def _bound(request: Request, store: Store, binding: parting.Binding, temporary: Path) -> Made:
    path = request.output / binding.name
    note = store.note(_note_key(path))
    if note and note["key"] == binding.key and _is(path, note["size"], note["sha256"]):
        return Made(**{**note, "path": path, "fresh": False})
    bound = temporary / binding.key
    pages = parting.bind(binding, bound)
    data = bound.read_bytes()
    return Made(path, pages, len(data), hashlib.sha256(data).hexdigest(), binding.key)


def _note_key(path: Path) -> str:
    return digest("bound", str(path.resolve()))


def _is(path: Path, size: int, sha256: str) -> bool:
    try:
        return path.stat().st_size == size and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _inputs(request: Request) -> str:
    """The digest of everything a build depends on, from bytes on disk alone."""
    root, config = request.config.root, request.config
    total = hashlib.sha256()

    def take(*values: object) -> None:
        total.update(repr(values).encode())

    take(request.slugs, request.paper, request.mirror, request.strict, request.offline, str(request.output.resolve()))
    take(request.ink_saver, request.gate_ocr, os.environ.get("SOURCE_DATE_EPOCH", ""), _installed())
    watched = [root / CONFIG_NAME, config.brand_file, *([config.brand.logo] if config.brand.logo else [])]
    watched += sorted(Path(__file__).parent.rglob("*.py"))
    watched += sorted(path for path in (root / "templates").rglob("*") if path.is_file())
    watched += sorted(request.guides.rglob("*.md"))
    for path in watched:
        take(str(path), hashlib.sha256(path.read_bytes()).digest())
    screenshots = root / "assets" / "screenshots"
    lock = root / "assets" / "screenshots.lock.yaml"
    take(hashlib.sha256(lock.read_bytes()).digest() if lock.exists() else None)
    for path in sorted(screenshots.rglob("*")) if screenshots.is_dir() else []:
        if path.is_file():
            found = path.stat()
            take(path.as_posix(), found.st_size, found.st_mtime_ns)
    return total.hexdigest()


def _installed() -> tuple[str, ...]:
    """The installed packages with their versions, by their folders' names: reading their metadata takes much longer."""
    import sysconfig

    packages = Path(sysconfig.get_path("purelib"))
    return tuple(sorted(path.name for path in packages.glob("*.dist-info")))


def _unchanged(store: Store, inputs: str) -> Outcome | None:
    note = store.note(digest("build", inputs))
    if note is None or not all(_is(Path(one["path"]), one["size"], one["sha256"]) for one in note["made"]):
        return None
    made = tuple(Made(**{**one, "path": Path(one["path"]), "fresh": False}) for one in note["made"])
    before, after = note["ink"]
    return Outcome(made, tuple(_problem(value) for value in note["problems"]), (before, after))


def _remember(store: Store, inputs: str, outcome: Outcome) -> None:
    made = [{**asdict(one), "path": str(one.path)} for one in outcome.made]
    problems = [asdict(problem) for problem in outcome.problems]
    note = {"made": made, "problems": problems, "ink": outcome.ink}
    store.keep_note(digest("build", inputs), json.loads(json.dumps(note)))


def _problem(value: Mapping[str, Any]) -> Problem:
    return Problem(**{**value, "place": Place(**value["place"]), "severity": Severity(value["severity"])})
