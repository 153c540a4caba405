"""Checks guides: brings the rules what they need, for `handbook check` and for every build.

What a screenshot shows is read once and kept; a picture that can't be had or inspected says nothing here, the build
reports it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from builder import inputs, sources
from builder.checks import reading, run, suppressions
from builder.checks.finding import Finding
from builder.checks.lock_status import kept_in
from builder.guides.guide import Guide
from builder.inputs import Inputs
from builder.problems import Problem, Severity, in_order
from builder.progress import Progress
from builder.request import Request
from builder.screens import pipeline as drawing
from builder.screenshots.fetch.addresses import is_local, local_path
from builder.screenshots.model import Inspection
from builder.store import Store, write_whole

_LINKS = "links"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `summary` says how many labels the screenshots confirm."""

    problems: tuple[Problem, ...]
    summary: str


def check(request: Request, progress: Progress, *, links: bool = False) -> Checked:
    """Every problem of the guides asked for, those of reading them included."""
    store = _store(request)
    found = inputs.gather(request, sources.read(request), progress, lenient=True)
    seen, _ = inputs.inspected(found, store, request.jobs, progress)
    more = _links(request, found.chosen, store) if links else None
    of_rules, summary = _rules(request, found, seen, more)
    wanted = _asked_for(found, run.together(found.reading_problems, of_rules))
    if request.strict:
        wanted = [replace(problem, severity=Severity.ERROR) for problem in wanted]
    return Checked(in_order(wanted), summary)


def in_build(
    request: Request, found: Inputs, seen: Mapping[str, Inspection], problems: Sequence[Problem]
) -> list[Problem]:
    """A build's problems with those of the rules; guides that nobody adapted yet only warn."""
    of_rules, _ = _rules(request, found, seen)
    return _asked_for(found, run.softened(run.together(problems, of_rules)))


def meant_keys(guides: Sequence[Guide]) -> list[str]:
    """What stands where an author says, with a reason, that strings with the form of keys are none: rule A10 is off."""
    return [text for guide in guides for text in suppressions.texts_without(reading.view(guide), "A10")]


def fix(request: Request, progress: Progress, *, write: bool) -> list[str]:
    """What can be mended mechanically in the guides asked for, as one diff a guide; written only if told so."""
    from builder.checks import mend

    found = inputs.gather(request, sources.read(request), progress, lenient=True)
    seen, _ = inputs.inspected(found, _store(request), request.jobs, progress)
    diffs = []
    for guide in found.chosen:
        before = guide.source.data.decode("utf-8")
        after, changes = mend.fix(before, guide.slug, seen, request.config.language)
        if changes:
            diffs.append(mend.diff(before, after, guide.file))
            if write:
                write_whole(guide.source.path, after.encode())
    return diffs


@dataclass(frozen=True, slots=True)
class Taken:
    """A guide of a foreign folder with front matter, as far as it tells it, and what is left to a person.

    `missing` is to be filled in; `pictures` lie beside the foreign guide, by their paths from there.
    """

    text: str
    missing: tuple[str, ...]
    pictures: tuple[str, ...]


def taken(request: Request, progress: Progress) -> dict[str, Taken]:
    """The guides of a foreign folder by slug."""
    from builder.checks import importing

    found = inputs.gather(request, sources.read(request), progress)
    seen, _ = inputs.inspected(found, _store(request), request.jobs, progress)
    guides = {}
    for guide in found.chosen:
        text, missing = importing.import_guide(guide.source.text, guide.slug, seen, request.config.language)
        beside = (local_path(figure.address) for figure in guide.figures if is_local(figure.address))
        guides[guide.slug] = Taken(text, tuple(missing), tuple(dict.fromkeys(beside)))
    return guides


def _rules(
    request: Request,
    found: Inputs,
    seen: Mapping[str, Inspection],
    links: Mapping[str, Sequence[Finding]] | None = None,
) -> tuple[tuple[Problem, ...], str]:
    """What the rules say of all guides, and how many labels they confirmed."""
    config = request.config
    kept = kept_in(found.entries, config.shown(config.paths.screenshots)) if request.is_own else None
    problems, tally = run.check(found.guides, seen, config.checks, request.today, kept, links, found.screens)
    return problems, str(tally)


def _asked_for(found: Inputs, problems: Sequence[Problem]) -> list[Problem]:
    """All problems, less those of guides that nobody asked for."""
    unasked = {guide.file for guide in found.guides} - {guide.file for guide in found.chosen}
    others = unasked | {drawing.file_of(file) for file in unasked}
    return [problem for problem in problems if problem.place.file not in others]


def _store(request: Request) -> Store:
    store = Store(request.config.paths.cache)
    store.open()
    return store


def _links(request: Request, guides: Sequence[Guide], store: Store) -> Mapping[str, Sequence[Finding]]:
    from builder.checks import links

    remembered = store.note(_LINKS) or {}
    found = links.look(guides, remembered, request.today)
    store.keep_note(_LINKS, remembered)
    return found
