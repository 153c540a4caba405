"""Asks for pictures, many at a time, and puts what comes into the folder and the lock file."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from builder import files
from builder.problems import BuildError, Place, Problem
from builder.screenshots.fetch import aside, lock, mirror, validate
from builder.screenshots.fetch.addresses import shown
from builder.screenshots.fetch.faults import TRY_LATER, Code, Fault, from_disk, too_slow
from builder.screenshots.fetch.folder import PART_PREFIX, Order, digest, free_name, stem, sweep
from builder.screenshots.fetch.lock import Entry
from builder.screenshots.fetch.wanted import Limits, Source
from builder.screenshots.fetch.workers import Overdue, results
from builder.screenshots.model import Screenshot

if TYPE_CHECKING:
    from builder.screenshots.fetch.transfer import Transport

_KEEP_SECONDS = 1.0  # how often what has come is put in its place, so that an interrupted run keeps it
_GRACE_SECONDS = 1.0  # for a thread to report by itself that its time is up


@dataclass(frozen=True, slots=True)
class Run:
    """What holds for the whole of one call; `token` marks its half-written files."""

    source: Source
    limits: Limits
    today: date
    project: Path
    token: str

    def name_of(self, path: Path) -> str:
        """The path as people know it: relative to the project where it can be."""
        inside = path.is_relative_to(self.project)
        return (path.relative_to(self.project) if inside else path).as_posix()

    @property
    def lock_name(self) -> str:
        return self.name_of(self.source.lock_file)


@dataclass(frozen=True, slots=True)
class Task:
    """A picture to ask for; `kept` is what stays in use when it cannot be had."""

    order: Order
    target: str | mirror.InFolder
    entry: Entry | None
    kept: Screenshot | None

    @property
    def shown(self) -> str:
        return shown(self.order.address)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A whole, checked picture in `part`, to be put in its place."""

    task: Task
    part: Path
    sha256: str
    size: int
    ending: str
    etag: str
    last_modified: str


_Outcome = _Arrival | Fault | None  # None: the server says that it has not changed


def ask(
    run: Run, tasks: Sequence[Task], report: Callable[[int, int, str], None]
) -> tuple[dict[str, Screenshot], dict[str, Entry], list[Problem]]:
    """The pictures that came and their records, by address in normal form, and what a person should know.

    What has come is kept even when Ctrl-C ends the wait.
    """
    sweep(run.source.folder)
    had: dict[str, Screenshot] = {}
    recorded: dict[str, Entry] = {}
    notes: list[Problem] = []
    waiting: list[_Arrival] = []

    def keep() -> None:
        came, records, more = _keep(run, waiting)
        waiting.clear()
        had.update(came)
        recorded.update(records)
        notes.extend(more)

    lost, tasks_left = _without_lost_hosts(run, tasks)
    notes += lost
    kept_at = time.monotonic()
    try:
        for done, (task, outcome) in enumerate(_outcomes(run, tasks_left), start=len(tasks) - len(tasks_left) + 1):
            if isinstance(outcome, _Arrival):
                waiting.append(outcome)
            elif isinstance(outcome, Fault):
                notes += at_each(task.order, _still_kept(outcome) if task.kept else outcome)
            if waiting and time.monotonic() - kept_at > _KEEP_SECONDS:
                keep()
                kept_at = time.monotonic()
            report(done, len(tasks), task.order.stem)
    finally:
        try:
            if waiting:
                keep()
        finally:
            sweep(run.source.folder, run.token)
    return had, recorded, notes


def _without_lost_hosts(run: Run, tasks: Sequence[Task]) -> tuple[list[Problem], list[Task]]:
    """One problem for each host that can't be reached, and the tasks that need none of them."""
    addresses = [task.target for task in tasks if isinstance(task.target, str)]
    if not addresses:
        return [], list(tasks)
    from builder.screenshots.fetch.reach import unreachable

    lost = unreachable(addresses, run.limits.connect_seconds)
    of_host = {host: [task for task in tasks if _host(task) == host] for host in sorted(lost)}
    problems = [_lost(host, together) for host, together in of_host.items()]
    return problems, [task for task in tasks if _host(task) not in lost]


def _host(task: Task) -> str:
    return urlsplit(task.target).netloc if isinstance(task.target, str) else ""


def _lost(host: str, tasks: Sequence[Task]) -> Problem:
    missing = [task for task in tasks if not task.kept]
    places = sorted(one.place for task in missing or tasks for one in task.order.wanted)
    count = f"{len(missing)} picture{'s' * (len(missing) != 1)} could not be had" if missing else "nothing is refreshed"
    return Fault(Code.UNREACHABLE, f"{host} can't be reached; {count}", TRY_LATER).at(places[0])


def at_each(order: Order, fault: Fault) -> list[Problem]:
    """The fault as a problem at every line that names the picture."""
    return [fault.at(one.place) for one in order.wanted]


def at_lock(run: Run, error: OSError) -> Problem:
    """The problem of a lock file that cannot be written."""
    return from_disk(error, "writing it").at(Place(run.lock_name))


def _still_kept(fault: Fault) -> Fault:
    return Fault(fault.code, f"{fault.message}; the copy in the folder is used", fault.hint, fault.severity)


def _outcomes(run: Run, tasks: Sequence[Task]) -> Iterator[tuple[Task, _Outcome]]:
    stop = threading.Event()
    with _transport(run, tasks, stop) as transport:

        def work(task: Task) -> _Outcome:
            try:
                return _obtain(run, task, transport)
            except Fault as fault:
                return fault

        seconds = run.limits.total_seconds + _GRACE_SECONDS
        try:
            for task, outcome in results(tasks, work, parallel=run.limits.parallel, seconds=seconds, stop=stop):
                yield task, too_slow(task.shown, run.limits.total_seconds) if isinstance(outcome, Overdue) else outcome
        finally:
            stop.set()


@contextmanager
def _transport(run: Run, tasks: Sequence[Task], stop: threading.Event) -> Iterator[Transport | None]:
    """What the downloads share; None, and nothing imported, when a mirror folder has everything."""
    if not any(isinstance(task.target, str) for task in tasks):
        yield None
        return
    from builder.screenshots.fetch import transfer

    session = transfer.open_session(run.limits.parallel)
    try:
        source = run.source
        yield transfer.Transport(session, mirror.hosts(source), mirror.http_hosts(source), run.limits, stop, {})
    finally:
        session.close()


def _obtain(run: Run, task: Task, transport: Transport | None) -> _Arrival | None:
    """Runs in a thread. Raises Fault; leaves no file behind unless it arrived whole."""
    part = run.source.folder / task.order.stem
    part = part.with_name(f"{PART_PREFIX}{run.token}-{os.urandom(4).hex()}")
    try:
        files.make_private(run.source.folder)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.open("xb").close()  # a folder that cannot be written is found out before anybody is asked
    except OSError as error:
        raise from_disk(error, f"writing into {run.name_of(part.parent)}") from error
    arrival = None
    try:
        arrival = _fill(run, task, transport, part)
        return arrival
    finally:
        if arrival is None:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _fill(run: Run, task: Task, transport: Transport | None, part: Path) -> _Arrival | None:
    etag = last_modified = ""
    if isinstance(task.target, mirror.InFolder):
        sha256, size = mirror.copy(task.target, part, run.limits.bytes)
    else:
        from builder.screenshots.fetch import transfer

        assert transport is not None
        got = transfer.download(transport, task.target, part, _validators(task))
        if got is None:
            return None
        sha256, size = got.sha256, got.size
        if task.target == task.order.request:  # a mirror's validators mean nothing to the real server
            etag, last_modified = got.etag, got.last_modified
    if task.entry and sha256 == task.entry.sha256:
        ending = task.entry.file.removeprefix(stem(task.entry.file))  # checked when it was recorded
    else:
        ending = validate.check(part, run.limits.pixels, task.shown)
    return _Arrival(task, part, sha256, size, ending, etag, last_modified)


def _validators(task: Task) -> dict[str, str]:
    """Headers that let the server say 'not changed'; only when the unchanged file is here, and for its own server."""
    if not task.kept or not task.entry or task.target != task.order.request:
        return {}
    headers = {"If-None-Match": task.entry.etag, "If-Modified-Since": task.entry.last_modified}
    return {name: value for name, value in headers.items() if value}


def _keep(run: Run, arrivals: Sequence[_Arrival]) -> tuple[dict[str, Screenshot], dict[str, Entry], list[Problem]]:
    """Records the arrivals, then renames them into place, while no other run can write."""
    had: dict[str, Screenshot] = {}
    recorded: dict[str, Entry] = {}
    notes: list[Problem] = []
    try:
        with lock.held(run.source.lock_file, run.lock_name) as now:
            after, kept_aside = dict(now), dict(aside.read(run.source))
            in_force = aside.in_force(now, kept_aside, run.source, run.project)
            was_aside = dict(kept_aside)
            moves: list[tuple[_Arrival, Entry | None, Entry]] = []
            for arrival in sorted(arrivals, key=lambda arrival: arrival.task.order.address):
                address = arrival.task.order.address
                before = in_force.get(address)
                is_other = _is_other(run, arrival, now.get(address))
                entry = _recorded(run, arrival, (kept_aside if is_other else now).get(address), after)
                target = run.source.folder / entry.file
                if _is_a_persons(target, before, arrival):
                    notes += at_each(arrival.task.order, _put_there_meanwhile(run, target))
                    continue
                if is_other:
                    kept_aside[address] = entry
                else:
                    kept_aside.pop(address, None)
                    after[address] = entry
                moves.append((arrival, before, entry))
            if kept_aside != was_aside:
                lock.write(aside.file_of(run.source), kept_aside)
            if after != now:
                lock.write(run.source.lock_file, after)
            in_force = aside.in_force(after, kept_aside, run.source, run.project)
            recorded = {entry.address: in_force[entry.address] for _, _, entry in moves}
            for arrival, before, entry in moves:
                target = run.source.folder / entry.file
                try:
                    lock.put(arrival.part, target)
                except OSError as error:
                    fault = from_disk(error, f"writing {run.name_of(target)}")
                    notes += at_each(arrival.task.order, fault)
                    continue
                had[entry.address] = Screenshot(entry.address, target, entry.sha256, arrival.size)
                _clear_former(run, before, entry)
                if before and before.sha256 != entry.sha256 and entry.address not in kept_aside:
                    notes += at_each(arrival.task.order, _changed(run, before, target))
    except BuildError as error:
        notes += error.problems
        notes += _not_kept(arrivals, OSError(0, "the lock file became unreadable"))
    except OSError as error:
        notes += [at_lock(run, error), *_not_kept(arrivals, error)]
    return had, recorded, notes


def _recorded(run: Run, arrival: _Arrival, before: Entry | None, entries: Mapping[str, Entry]) -> Entry:
    order = arrival.task.order
    others = {stem(entry.file).casefold() for entry in entries.values() if entry.address != order.address}
    name = stem(before.file) if before else free_name(order.stem, order.address, others)
    fresh = Entry(
        order.address,
        name + arrival.ending,
        arrival.sha256,
        arrival.size,
        run.today,
        arrival.etag,
        arrival.last_modified,
    )
    if before is None:
        return fresh
    if before.sha256 != fresh.sha256:
        earlier = before.with_bytes_of(fresh.sha256).earlier
        return replace(fresh, earlier=earlier, more=before.more)
    # The same bytes: a fetch on another checkout changes nothing in git; a refresh may learn new validators.
    learned = run.source.refresh and (fresh.etag or fresh.last_modified)
    etag, modified = (fresh.etag, fresh.last_modified) if learned else (before.etag, before.last_modified)
    return replace(before, file=fresh.file, etag=etag, last_modified=modified, replaced=False)


def _is_other(run: Run, arrival: _Arrival, entry: Entry | None) -> bool:
    """Whether a mirror gave other bytes than the lock file names."""
    is_mirrors = aside.is_mirrored(arrival.task.order.address, run.source, run.project)
    return is_mirrors and entry is not None and not entry.replaced and entry.sha256 != arrival.sha256


def _is_a_persons(target: Path, before: Entry | None, arrival: _Arrival) -> bool:
    """Whether what lies in the picture's place was put there by a person since this run looked."""
    try:
        there, _ = digest(target)
    except FileNotFoundError:
        return False
    if there == arrival.sha256:
        return False
    return before is None or (there not in before.earlier and (before.replaced or there != before.sha256))


def _put_there_meanwhile(run: Run, target: Path) -> Fault:
    return Fault(Code.REPLACED, f"{run.name_of(target)} was put there during the download", "build again to use it")


def _clear_former(run: Run, before: Entry | None, entry: Entry) -> None:
    """Removes the former download when the new one has another ending; never a person's file."""
    if before and before.file != entry.file:
        former = run.source.folder / before.file
        with suppress(OSError):
            if digest(former)[0] in (before.sha256, *before.earlier):
                former.unlink()


def _changed(run: Run, before: Entry, target: Path) -> Fault:
    since = f" since {before.fetched}" if before.fetched else ""
    message = f"{run.name_of(target)} has changed at its source{since}; the new picture is used"
    return Fault(Code.CHANGED, message, "look at it and confirm it again; what was confirmed was the former picture")


def _not_kept(arrivals: Sequence[_Arrival], error: OSError) -> list[Problem]:
    return [
        problem
        for arrival in arrivals
        for problem in at_each(arrival.task.order, from_disk(error, f"keeping {arrival.task.shown}"))
    ]
