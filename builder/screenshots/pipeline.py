"""Looks at screenshots not seen before and prepares them, in parallel processes; what was seen is kept by content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import replace
from typing import TypeVar

from builder import processes
from builder.problems import Problem, Severity
from builder.progress import Progress
from builder.screenshots.inspect.record import cache_key, from_json, to_json
from builder.screenshots.model import Inspection, Picture
from builder.screenshots.prepare import prepare
from builder.store import Store

_ONCE_MORE = {"I05", "I06"}  # the worker was ended from outside; the file was being replaced
K = TypeVar("K")
"""What a caller tells its pictures apart by."""


def seen(
    jobs: Sequence[prepare.Job], store: Store, workers: int, progress: Progress
) -> tuple[list[Inspection | None], list[Problem]]:
    """The inspection of each job's screenshot, None where it could not be inspected."""
    keys = [cache_key(job.screenshot.sha256, job.rules) for job in jobs]
    known = {key: from_json(note) for key in keys if (note := store.note(key)) is not None}
    missing = {key: job for key, job in zip(keys, jobs, strict=True) if key not in known}
    problems: tuple[Problem, ...] = ()
    if missing:
        from builder.screenshots.inspect.inspect import Task, inspect_many  # the readers are heavy

        progress("Inspecting", 0, len(missing), "")
        tasks = [Task(job.screenshot, job.rules, job.place) for job in missing.values()]
        names = list(missing)

        def keep(number: int, inspection: Inspection) -> None:
            store.keep_note(names[number], to_json(inspection))
            known[names[number]] = inspection

        _, problems = inspect_many(
            tasks,
            report=lambda done, total, name: progress("Inspecting", done, total, name),
            keep=keep,
            workers=workers,
        )
        if any(problem.code in _ONCE_MORE for problem in problems):  # one alone has more memory
            failed = [number for number, key in enumerate(names) if key not in known]
            of = dict(zip(failed, problems, strict=True))  # a problem for each, in their order
            left = [number for number, problem in of.items() if problem.code in _ONCE_MORE]
            _, again = inspect_many(
                [tasks[number] for number in left], keep=lambda number, seen: keep(left[number], seen), workers=1
            )
            problems = (*(problem for number, problem in of.items() if number not in left), *again)
    # A picture that was not inspected is not printed; that is a warning, since its stand-in is.
    return [known.get(key) for key in keys], [replace(problem, severity=Severity.WARNING) for problem in problems]


def known(job: prepare.Job, store: Store) -> Inspection | None:
    """What was seen on a job's screenshot when it was inspected before."""
    note = store.note(cache_key(job.screenshot.sha256, job.rules))
    return None if note is None else from_json(note)


def prepared(
    jobs: Mapping[K, prepare.Job], store: Store, workers: int, progress: Progress
) -> tuple[dict[K, Picture], list[Problem]]:
    """The pictures of some jobs; one that could not be inspected or is not what was is left out, with a problem."""
    ready = {key: picture for key, job in jobs.items() if (picture := prepare.known(job, store))}
    waiting = {key: job for key, job in jobs.items() if key not in ready}
    if not waiting:
        return ready, []
    made, problems = _prepare_all(waiting, store, workers, progress)
    return ready | made, problems


def _prepare_all(
    jobs: Mapping[K, prepare.Job], store: Store, workers: int, progress: Progress
) -> tuple[dict[K, Picture], list[Problem]]:
    """The pictures of jobs not prepared before; one that was not inspected as it is is left out, with a problem."""
    inspected, problems = seen(list(jobs.values()), store, workers, progress)
    work = []
    for (key, job), found in zip(jobs.items(), inspected, strict=True):
        if found is not None:
            outside = prepare.outside(job, found)
            problems += outside
            work += [] if outside else [(key, job, found)]
    made: dict[K, Picture] = {}
    if not work:
        return made, problems
    progress("Preparing", 0, len(work), "")
    with processes.pool(min(workers, len(work))) as pool:
        futures = {pool.submit(prepare.prepare, job, found, store.root): (key, job) for key, job, found in work}
        for done, future in enumerate(as_completed(futures), 1):
            key, job = futures[future]
            try:
                made[key] = future.result()
            except prepare.Changed:
                problems.append(prepare.changed(job.place))
            progress("Preparing", done, len(work), job.place.file)
    return made, problems
