"""Checks guides: brings the rules what they need, for `handbook check` and for every build.

What a screenshot shows is read once and kept; a picture that can't be had or inspected says nothing here, the build
reports it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder import inputs
from builder.checks import run
from builder.checks.finding import Finding
from builder.checks.lock_status import kept_in
from builder.guides.guide import Guide
from builder.problems import BuildError, Problem, Severity, errors_in, in_order
from builder.progress import Progress
from builder.screenshots import pipeline
from builder.screenshots.fetch import lock
from builder.screenshots.model import Inspection
from builder.store import Store, write_whole

if TYPE_CHECKING:
    from builder.build import Request

_LINKS = "links"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `summary` says how many labels the screenshots confirm."""

    problems: tuple[Problem, ...]
    summary: str


def check(request: Request, progress: Progress, *, links: bool = False) -> Checked:
    """Every problem of the guides asked for, those of reading them included."""
    store = Store(request.config.root / ".cache")
    store.open()
    guides, problems = inputs.guides(request.config, request.guides, request.slugs)
    problems += [fault for guide in guides for fault in inputs.screens(request.config, guide)[1]]
    jobs, _ = inputs.picture_jobs(request, guides, progress)
    pipeline.seen(list(jobs.values()), store, request.jobs, progress)
    more = _links(request, guides, store) if links else None
    found, summary = rules(request, guides, pipeline.known(jobs, store), more)
    wanted = _asked_for(request, guides, run.together(problems, found))
    if request.strict:
        wanted = [replace(problem, severity=Severity.ERROR) for problem in wanted]
    return Checked(in_order(wanted), summary)


def rules(
    request: Request,
    guides: Sequence[Guide],
    seen: Mapping[str, Inspection],
    links: Mapping[str, Sequence[Finding]] | None = None,
) -> tuple[tuple[Problem, ...], str]:
    """What the rules say of all guides, and how many labels they confirmed."""
    config = request.config
    sources = {guide.slug: _text(request, guide) for guide in guides}
    entries, _ = lock.read(config.root / inputs.LOCK, inputs.LOCK.as_posix())
    kept = kept_in(entries, inputs.SCREENSHOTS.as_posix()) if _is_own(request) else None
    screens = {guide.slug: inputs.screens(config, guide)[0] for guide in guides}
    problems, tally = run.check(guides, sources, seen, config.checks, request.today, kept, links, screens)
    return problems, str(tally)


def in_build(
    request: Request, guides: Sequence[Guide], seen: Mapping[str, Inspection], problems: Sequence[Problem]
) -> list[Problem]:
    """A build's problems with those of the rules; guides that nobody adapted yet only warn."""
    found, _ = rules(request, guides, seen)
    return _asked_for(request, guides, run.softened(run.together(problems, found)))


def fix(request: Request, progress: Progress, *, write: bool) -> list[str]:
    """What can be mended mechanically in the guides asked for, as one diff a guide; written only if told so."""
    from builder.checks import mend

    store = Store(request.config.root / ".cache")
    store.open()
    guides, _ = inputs.guides(request.config, request.guides, request.slugs)
    jobs, _ = inputs.picture_jobs(request, guides, progress)
    pipeline.seen(list(jobs.values()), store, request.jobs, progress)
    shown = pipeline.known(jobs, store)
    diffs = []
    for guide in guides:
        if request.slugs and guide.slug not in request.slugs:
            continue
        path = _path(request, guide)
        before = path.read_bytes().decode("utf-8")
        after, changes = mend.fix(before, guide.slug, shown)
        if changes:
            diffs.append(mend.diff(before, after, guide.file))
            if write:
                write_whole(path, after.encode())
    return diffs


def taken(request: Request, progress: Progress) -> dict[str, tuple[str, list[str]]]:
    """The guides of a foreign folder with front matter, as far as they tell it, and what a person must fill in."""
    from builder.checks import importing

    store = Store(request.config.root / ".cache")
    store.open()
    guides, problems = inputs.guides(request.config, request.guides, request.slugs)
    if errors_in(problems):
        raise BuildError(problems)
    jobs, _ = inputs.picture_jobs(request, guides, progress)
    pipeline.seen(list(jobs.values()), store, request.jobs, progress)
    shown = pipeline.known(jobs, store)
    wanted = [guide for guide in guides if not request.slugs or guide.slug in request.slugs]
    return {guide.slug: importing.import_guide(_text(request, guide), guide.slug, shown) for guide in wanted}


def _asked_for(request: Request, guides: Sequence[Guide], problems: Sequence[Problem]) -> list[Problem]:
    """All problems, less those of guides that nobody asked for."""
    unasked = [guide.file for guide in guides if request.slugs and guide.slug not in request.slugs]
    others = {file for guide in unasked for file in (guide, guide.removesuffix(".md") + ".screens.yaml")}
    return [problem for problem in problems if problem.place.file not in others]


def _is_own(request: Request) -> bool:
    """Whether these are the project's own guides: only they can leave a picture of the folder unused."""
    return request.guides.resolve() == (request.config.root / "guides").resolve()


def _path(request: Request, guide: Guide) -> Path:
    return request.config.root / guide.file


def _text(request: Request, guide: Guide) -> str:
    return _path(request, guide).read_text("utf-8-sig")


def _links(request: Request, guides: Sequence[Guide], store: Store) -> Mapping[str, Sequence[Finding]]:
    from builder.checks import links

    remembered = store.note(_LINKS) or {}
    found = links.look(guides, {guide.slug: _text(request, guide) for guide in guides}, remembered, request.today)
    store.keep_note(_LINKS, remembered)
    return found
