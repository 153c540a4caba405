"""The recipe: guides → screenshots → pages → parts → bound PDFs. It wires the stages.

Every result is kept under the digest of what went into it. When nothing went in that differs from last time, and the
output is still there, nothing is imported and nothing is made.
"""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder import sources
from builder.config.handbook import CONFIG_NAME, Config
from builder.pages.paper import paper
from builder.problems import BuildError, Place, Problem, Severity, in_order, of_disk, stop_on_errors
from builder.processes import without_collection
from builder.progress import Progress
from builder.publish import completeness, journal, publishing
from builder.publish.publishing import Made
from builder.request import Request
from builder.sources import Sources
from builder.store import Store, digest

if TYPE_CHECKING:
    from builder.screenshots.model import Picture
    from builder.speculation import Speculation

_SECONDS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build gave, with the warnings that go with it.

    `ink` is the pictures' mean ink coverage, 0 to 1, as they are and as they are printed. `drawn` counts drawings,
    `standing_in` those in the place of a picture that was wanted and could not be had, and `others` pictures of a
    mirror that are not those that the lock file names.
    """

    made: tuple[Made, ...]
    problems: tuple[Problem, ...]
    ink: tuple[float, float] = (0.0, 0.0)
    drawn: int = 0
    standing_in: int = 0
    others: int = 0


def build(request: Request, progress: Progress) -> Outcome:
    """Builds what is asked for; BuildError with every problem found when it can't be, and `output/` is as it was."""
    store = Store(request.config.paths.cache)
    try:
        journal.settle_left_over(request.output)
        read = sources.read(request)
        last = None if request.refresh else _unchanged(store, digest(read.digest, sources.pictures(request)))
        if last is not None:
            return last
        from builder.speculation import speculation

        store.open()
        try:
            with without_collection(), speculation(request.jobs) as ahead:
                outcome = _build(request, read, store, ahead, progress)
        except BrokenExecutor:  # a worker was ended from outside; what was made is kept
            request = replace(request, jobs=1)
            with without_collection(), speculation(request.jobs) as ahead:
                outcome = _build(request, read, store, ahead, progress)
        store.prune()
        return outcome
    except BrokenExecutor as error:
        message = "a process that worked for this build was ended from outside, twice"
        hint = "Free some memory and build again; the PDFs that were there are as they were."
        raise BuildError([Problem(Place(request.output.name), "O03", message, hint)]) from error
    except OSError as error:
        raise BuildError([_disk_problem(request, error)]) from error


def _build(request: Request, read: Sources, store: Store, ahead: Speculation, progress: Progress) -> Outcome:
    from builder import inputs
    from builder.checks import command as checks
    from builder.layout.parts import lay_out_all
    from builder.pages import words as catalogue
    from builder.pages.look import look
    from builder.publish import bindings, gate
    from builder.publish.bindings import Book

    config = request.config
    words, faults = catalogue.load(read.templates.files, config.language, Place(CONFIG_NAME, config.language_line))
    found = inputs.gather(request, read, progress, as_printed=True, told=faults)
    assert words is not None
    state = digest(read.digest, sources.pictures(request))  # as they are used, whatever is changed from now on
    pictures, faults = inputs.pictures(found, store, request.jobs, progress)
    on = paper(request.paper, request.profile, config.brand.page)
    looks = look(config, on, read.brand, words, store)
    drawn, more = inputs.drawn(found, config, pictures, looks, read.templates, store, request.jobs)
    problems = [*found.problems, *faults, *more]

    origins = inputs.origins(found, pictures, drawn)
    book = Book(looks, read.templates, store, created(config), origins, drawn, folder=folder_of(request))
    documents = bindings.guide_pages(book, found.guides, found.chosen, pictures)
    ahead.begin(store, documents)
    problems += inputs.reviews(config, found, pictures, drawn)
    problems = checks.in_build(request, found, inputs.known(found, store), problems)
    _stop(request, problems)
    meant = checks.meant_keys(found.chosen)
    watch = gate.watch(config, found.chosen, pictures.values(), store, meant=meant, ocr=request.gate_ocr)
    if ahead.has_begun:
        bindings.lay_out_around(book, found.guides, found.chosen, ahead.parts(store, documents))
        ahead.settle()

    laid = lay_out_all(store, documents, request.jobs, progress)
    problems += bindings.guide_problems(found.chosen, laid)
    _stop(request, problems)
    wanted = [bindings.single(book, guide, laid[guide.slug]) for guide in found.chosen]
    if not request.slugs:
        wanted.append(bindings.handbook(book, found.guides, laid))
    problems += bindings.other_problems(wanted, laid)
    targets = [request.output / each.name for each in wanted]
    problems = completeness.guarded(store, targets, problems)
    _stop(request, problems)
    made = publishing.publish(request, store, wanted, watch, ahead.worker, progress)

    wanted_pictures = [
        (figure.picture in drawn.get(guide.slug, {}), pictures[figure.picture])
        for guide in found.chosen
        for figure in guide.figures
        if figure.picture not in found.plan[guide.slug]
    ]
    outcome = Outcome(
        made,
        in_order(problems),
        mean_ink([picture for is_drawn, picture in wanted_pictures if not is_drawn]),
        sum(len(each) for each in drawn.values()),
        sum(1 for is_drawn, _ in wanted_pictures if is_drawn),
        found.others,
    )
    has_all = all(picture.views and not is_drawn for is_drawn, picture in wanted_pictures)
    completeness.remember(store, targets, complete=has_all)
    complete = request.offline or all(picture.views for _, picture in wanted_pictures)  # else looked for again
    if complete and sources.program() == read.program:
        _remember(store, state, outcome)
    return outcome


def folder_of(request: Request) -> str:
    """Where under `output/` PDFs of another profile or paper than the settings' go, so that none replaces another."""
    profile = request.profile if request.profile != "screen" else ""
    paper = request.paper if request.paper != request.config.paper else ""
    return "/".join(part for part in (profile, paper) if part)


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
    if epoch:
        return _date_of(epoch)
    return datetime.datetime.combine(config.date, datetime.time(), datetime.UTC)


def _date_of(epoch: str) -> datetime.datetime:
    """The date of so many seconds since 1970; BuildError for what is none, or lies beyond the year 9999."""
    try:
        if not _SECONDS.fullmatch(epoch):
            raise ValueError(epoch)
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError, OSError) as error:
        message = f"'{epoch[:40]}' is no number of seconds since 1970"
        hint = "Write digits alone, such as 1767312000, or leave it unset: then the PDFs have the edition's date."
        raise BuildError([Problem(Place("SOURCE_DATE_EPOCH"), "O04", message, hint)]) from error


def _disk_problem(request: Request, error: OSError) -> Problem:
    where = request.config.shown(Path(error.filename)) if isinstance(error.filename, str) else request.output.name
    where = where.partition(f"/{journal.WORK}")[0]  # nobody knows the folder in which PDFs are made
    return of_disk(error, where)


def _unchanged(store: Store, inputs: str) -> Outcome | None:
    note = store.note(digest("build", inputs))
    if note is None:
        return None
    made = tuple(Made(**{**one, "path": Path(one["path"]), "fresh": False}) for one in note["made"])
    if not all(publishing.is_there(one.path, one.size, one.sha256) for one in made):
        return None
    before, after = note["ink"]
    problems = tuple(_problem(value) for value in note["problems"])
    return Outcome(made, problems, (before, after), note["drawn"], note["standing_in"], note["others"])


def _remember(store: Store, inputs: str, outcome: Outcome) -> None:
    made = [{**asdict(one), "path": str(one.path)} for one in outcome.made]
    problems = [asdict(problem) for problem in outcome.problems]
    counts = {name: getattr(outcome, name) for name in ("ink", "drawn", "standing_in", "others")}
    note = {"made": made, "problems": problems, **counts}
    store.keep_note(digest("build", inputs), json.loads(json.dumps(note)))


def _problem(value: Mapping[str, Any]) -> Problem:
    return Problem(**{**value, "place": Place(**value["place"]), "severity": Severity(value["severity"])})
