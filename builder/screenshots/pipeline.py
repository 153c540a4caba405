"""Looks at screenshots not seen before and prepares them, in parallel processes; what was seen is kept by content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import replace

from builder import processes
from builder.guides.blocks import PictureKey
from builder.problems import Problem, Severity
from builder.progress import Progress
from builder.screenshots.inspect.record import cache_key, from_json, to_json
from builder.screenshots.model import Inspection, Picture
from builder.screenshots.prepare import prepare
from builder.store import Store

_ONCE_MORE = {"I05", "I06"}  # the worker was ended from outside; the file was being replaced


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
        inspected, problems = inspect_many(
            tasks, report=lambda done, total, name: progress("Inspecting", done, total, name), workers=workers
        )
        found = list(inspected)
        if any(problem.code in _ONCE_MORE for problem in problems):  # alone, there is more memory
            left = [number for number, inspection in enumerate(found) if inspection is None]
            again, problems = inspect_many([tasks[number] for number in left], workers=1)
            found = [dict(zip(left, again, strict=True)).get(number, one) for number, one in enumerate(found)]
        for key, inspection in zip(missing, found, strict=True):
            if inspection is not None:
                store.keep_note(key, to_json(inspection))
                known[key] = inspection
    # A picture that was not inspected is not printed; that is a warning, since its stand-in is.
    return [known.get(key) for key in keys], [replace(problem, severity=Severity.WARNING) for problem in problems]


def known(jobs: Mapping[PictureKey, prepare.Job], store: Store) -> dict[str, Inspection]:
    """What was seen on the screenshots that were inspected before, by address as the guides write it."""
    found: dict[str, Inspection] = {}
    for (address, _), job in jobs.items():
        note = store.note(cache_key(job.screenshot.sha256, job.rules))
        if note is not None:
            found[address] = from_json(note)
    return found


def prepare_all(
    jobs: Mapping[PictureKey, prepare.Job], store: Store, workers: int, progress: Progress
) -> tuple[dict[PictureKey, Picture], list[Problem]]:
    """The pictures of jobs not prepared before; one that could not be inspected is left out, with a problem."""
    inspected, problems = seen(list(jobs.values()), store, workers, progress)
    work = [(key, job, found) for (key, job), found in zip(jobs.items(), inspected, strict=True) if found is not None]
    made: dict[PictureKey, Picture] = {}
    if not work:
        return made, problems
    progress("Preparing", 0, len(work), "")
    with processes.pool(min(workers, len(work))) as pool:
        futures = {pool.submit(prepare.prepare, job, found, store.root): (key, job) for key, job, found in work}
        for done, future in enumerate(as_completed(futures), 1):
            key, job = futures[future]
            made[key] = future.result()
            progress("Preparing", done, len(work), job.place.file)
    return made, problems
