"""Wanted pictures → files in the screenshots' folder, each as its address gave it or as a person put it there.

A picture is looked for in the folder first; only what is missing (or, with `refresh`, what may have changed) is asked
for. The lock file is written before a picture is put in its place, so that a run that ends in between leaves a record
without its file, which the next run downloads, and never a file that would be taken for a person's work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from builder.problems import BuildError, Problem, Severity, in_order
from builder.screenshots.fetch import aside, lock, mirror, validate
from builder.screenshots.fetch.addresses import is_local, local_path, refuse_unless_allowed, shown
from builder.screenshots.fetch.faults import Code, Fault, from_disk
from builder.screenshots.fetch.folder import Order, Sight, State, look, plan
from builder.screenshots.fetch.lock import Entry
from builder.screenshots.fetch.obtain import Run, Task, ask, at_each, at_lock
from builder.screenshots.fetch.wanted import Limits, Source, Wanted
from builder.screenshots.model import Screenshot


@dataclass(frozen=True, slots=True)
class Fetched:
    """The pictures by address as written, the records in force, and what a person should know.

    `others` counts pictures of a mirror that are not those that the lock file names.
    """

    screenshots: Mapping[str, Screenshot]
    entries: Mapping[str, Entry]
    problems: tuple[Problem, ...]
    others: int = 0


def _quiet(done: int, total: int, name: str) -> None:
    """Reports nothing."""


def fetch(
    wanted: Sequence[Wanted],
    source: Source,
    limits: Limits,
    *,
    today: date,
    project: Path,
    report: Callable[[int, int, str], None] = _quiet,
) -> Fetched:
    """The pictures that could be had; problems are in order of place.

    An address that is missing from the mapping has a problem at each line that names it, unless the lock file is
    unreadable: then nothing is looked for and the lock file's problems are all there is. `report(done, total, name)`
    is called in the calling thread as each requested picture is settled. Files are shown relative to `project`.
    """
    run = Run(source, limits, today, project, os.urandom(4).hex())
    named, problems = lock.read(source.lock_file, run.lock_name)
    if problems:
        return Fetched({}, {}, problems)
    entries: Mapping[str, Entry] = aside.in_force(named, aside.read(source), source, project)
    orders, bad = plan(wanted, entries)
    notes = list(bad)
    sights = look(orders, entries, source.folder)
    if any(sight.state is State.FOREIGN for sight in sights):
        sights, entries, more = _adopt(run, orders, entries)
        notes += more
    tasks, more = _tasks(run, sights, entries)
    notes += more
    had = {sight.order.address: sight.screenshot for sight in sights if sight.state is State.KNOWN and sight.screenshot}
    if tasks:
        came, recorded, more = ask(run, tasks, report)
        notes += more
        had |= came
        entries = {**entries, **recorded}
    return Fetched(_as_written(orders, had), entries, in_order(notes), _others(run, had, named, entries))


def _others(run: Run, had: Mapping[str, Screenshot], named: Mapping[str, Entry], in_force: Mapping[str, Entry]) -> int:
    """How many pictures of a mirror are in use in the place of those that the lock file names."""
    return sum(
        1
        for address, shot in had.items()
        if address in named
        and named[address].sha256 != shot.sha256
        and not in_force[address].replaced
        and aside.is_mirrored(address, run.source, run.project)
    )


def _as_written(orders: Iterable[Order], had: Mapping[str, Screenshot]) -> dict[str, Screenshot]:
    return {
        one.address: replace(had[order.address], address=one.address)
        for order in orders
        if order.address in had
        for one in order.wanted
    }


def _adopt(
    run: Run, orders: Sequence[Order], entries: Mapping[str, Entry]
) -> tuple[tuple[Sight, ...], Mapping[str, Entry], list[Problem]]:
    """Takes files that people put into the folder. Looks again while no other run can write, and records them."""
    try:
        with lock.held(run.source.lock_file, run.lock_name) as now:
            in_force = aside.in_force(now, aside.read(run.source), run.source, run.project)
            sights, after, notes = _with_replacements(run, orders, in_force)
            changed = {address: entry for address, entry in after.items() if entry != in_force.get(address)}
            if changed:
                lock.write(run.source.lock_file, {**now, **changed})
            return sights, after, notes
    except BuildError as error:
        return (), entries, list(error.problems)
    except OSError as error:  # the pictures can be used all the same
        sights, after, notes = _with_replacements(run, orders, entries)
        return sights, after, [*notes, at_lock(run, error)]


def _with_replacements(
    run: Run, orders: Sequence[Order], entries: Mapping[str, Entry]
) -> tuple[tuple[Sight, ...], Mapping[str, Entry], list[Problem]]:
    after = dict(entries)
    lost = not run.source.lock_file.exists()
    sights: list[Sight] = []
    notes: list[Problem] = []
    for sight in look(orders, entries, run.source.folder):
        shot = sight.screenshot
        if sight.state is not State.FOREIGN or shot is None:
            sights.append(sight)
            continue
        try:
            _check_own_file(run, shot)
        except Fault as fault:
            sights.append(replace(sight, state=State.UNUSABLE, screenshot=None, fault=fault))
            continue
        sights.append(replace(sight, state=State.KNOWN))
        after[shot.address] = _replacement(run, shot, entries.get(shot.address))
        what = "is not what was downloaded" if shot.address in entries else "is not in the lock file"
        notes += at_each(sight.order, _replaced(run, shot, f"{what} and is used as it stands", lost=lost))
    return tuple(sights), after, notes


def _check_own_file(run: Run, shot: Screenshot) -> None:
    """Raises Fault as an error: a person's file that cannot be used is a mistake to mend, not bad luck."""
    name = run.name_of(shot.path)
    try:
        if shot.size > run.limits.bytes:
            hint = "save it smaller, or raise the limit in handbook.yaml"
            raise Fault(Code.TOO_LARGE, f"{name}: more than the limit of {run.limits.bytes:,} bytes", hint)
        validate.check(shot.path, run.limits.pixels, name)
    except Fault as fault:
        raise Fault(fault.code, fault.message, fault.hint, Severity.ERROR) from fault
    except OSError as error:
        raise from_disk(error, f"reading {name}") from error


def _replacement(run: Run, shot: Screenshot, entry: Entry | None) -> Entry:
    file = shot.path.relative_to(run.source.folder).as_posix()
    former = entry.with_bytes_of(shot.sha256) if entry else Entry(shot.address, file, shot.sha256, shot.size)
    return replace(former, file=file, bytes=shot.size, replaced=True)


def _replaced(run: Run, shot: Screenshot, what: str, *, lost: bool = False) -> Fault:
    hint = "to have the guide's own picture again, delete the file and build with --refresh"
    if lost:
        hint = f"if {run.lock_name} was lost, restore it from git; if nothing was put there by hand, delete the folder"
    return Fault(Code.REPLACED, f"{run.name_of(shot.path)} {what}", hint)


def _tasks(run: Run, sights: Iterable[Sight], entries: Mapping[str, Entry]) -> tuple[list[Task], list[Problem]]:
    """What to ask for, and the problems of what need not or may not be asked for."""
    tasks: list[Task] = []
    notes: list[Problem] = []
    missing: list[tuple[Order, Fault]] = []
    for sight in sights:
        if sight.spare:
            notes += at_each(sight.order, _two_files(sight))
        try:
            task = _task(run, sight, entries.get(sight.order.address))
        except Fault as fault:
            if fault.code is Code.OFFLINE:
                missing.append((sight.order, fault))
            else:
                notes += at_each(sight.order, fault)
        else:
            tasks += [task] if task else []
    return tasks, notes + _not_asked_for(run, missing)


def _not_asked_for(run: Run, missing: Sequence[tuple[Order, Fault]]) -> list[Problem]:
    """What is not in the folder and may not be asked for, in one line however much it is."""
    if len(missing) < 2:
        return [problem for order, fault in missing for problem in at_each(order, fault)]
    first = min(one.place for order, _ in missing for one in order.wanted)
    message = f"{len(missing)} pictures are not in {run.name_of(run.source.folder)}"
    return [Fault(Code.OFFLINE, message, missing[0][1].hint).at(first)]


def _task(run: Run, sight: Sight, entry: Entry | None) -> Task | None:
    """The request this sight calls for; None when none is needed. Raises Fault when the picture cannot be had."""
    source = run.source
    if sight.fault:
        raise sight.fault
    known = sight.state is State.KNOWN
    if is_local(sight.order.address):
        beside = mirror.InFolder(sight.order.wanted[0].beside or run.project, local_path(sight.order.address), "guide")
        same = known and sight.screenshot and mirror.has(beside, sight.screenshot.sha256)
        return None if same else Task(sight.order, beside, entry, sight.screenshot if known else None)
    if known and not source.refresh:
        return None
    if entry and entry.replaced:
        if known and sight.screenshot:
            raise _replaced(run, sight.screenshot, "was put there by hand and is not refreshed")
        if not source.refresh:
            hint = f"put {entry.file} back into the folder, or build with --refresh to have the guide's own picture"
            raise Fault(Code.REPLACEMENT_LOST, f"the picture that was put in by hand, {entry.file}, is missing", hint)
    address = sight.order.request
    target = mirror.place_of(address, source, run.project)
    if source.offline and not isinstance(target, mirror.InFolder):
        if known:
            return None
        hint = "build once without --offline, or put the picture there by hand"
        raise Fault(Code.OFFLINE, f"{shown(address)} is not in {run.name_of(source.folder)}", hint)
    if target is None:
        refuse_unless_allowed(address, mirror.hosts(source))
        target = address
    return Task(sight.order, target, entry, sight.screenshot if known else None)


def _two_files(sight: Sight) -> Fault:
    others = ", ".join(sight.spare)
    return Fault(
        Code.TWO_FILES, f"two pictures for one address; not used: {others}", "delete the one that is not meant"
    )
