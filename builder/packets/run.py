"""The recipe for packets: clients' files or a table → checked orders → packets, in several processes or machines.

What a row lacks never stops the others. What was made of the same before stays, so an interrupted run goes on.
"""

from __future__ import annotations

import functools
import gc
import itertools
import pickle
import shutil
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from builder import inputs, processes, sources
from builder.guides.guide import Guide
from builder.packets import client as clients
from builder.packets import control, table, values
from builder.packets import kit as kitting
from builder.packets.client import Client, Said
from builder.packets.kit import Kit
from builder.packets.packet import Finished, Order, lost, make
from builder.packets.table import FAILED, Row
from builder.pdf import filling
from builder.problems import BuildError, Place, Problem, in_order, stop_on_errors
from builder.progress import Progress
from builder.request import Request
from builder.sources import Sources
from builder.store import write_whole

OUTSTANDING = 4
"""How many orders a worker has at most: few are lost with it."""
RENEWED = 200
"""After so many packets a process is replaced by a new one."""
ALLOCATED = 100_000
"""So many new objects a worker has before it looks for garbage. Usually they are 700, and a tenth of its time goes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What packets to make: of clients' files, or of the rows of a table; and how."""

    files: tuple[Path, ...] = ()
    table: Path | None = None
    despite_warnings: bool = False
    password: str = ""
    signing: Any = None
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of all orders, in their order, with the warnings; `failed` is the table of those that failed."""

    finished: tuple[Finished, ...]
    problems: tuple[Problem, ...]
    failed: Path | None = None


def run(request: Request, wish: Wish, progress: Progress) -> Outcome:
    """Packets for everybody who can have one; BuildError where nobody can, and for clients' files where one can't."""
    read = sources.read(request)
    guides = _guides(request, read)
    rows = _rows(request, wish)
    checked = _checked(request, rows, guides)
    if wish.table is None:
        stop_on_errors(problem for _, _, problems in checked for problem in problems)
    found = [(row, client) for row, client, _ in checked if client]
    key = code_key(request)
    finished: dict[str, Finished] = {}
    problems: tuple[Problem, ...] = ()
    if found:
        slugs = tuple(dict.fromkeys(exchange.slug for _, client in found for exchange in client.exchanges))
        request = replace(request, slugs=slugs)
        gathered = kitting.gather(request, read, progress, despite_warnings=wish.despite_warnings)
        problems = gathered.problems
        rooms = _rooms([client for _, client in found], {guide.slug: guide for guide in guides}, coded=bool(key))
        kit = kitting.kit(gathered, rooms, progress)
        out = request.output / "packets"
        orders = [
            Order(client, control.code(key, client) if key else "", out / client.folder, wish.password, wish.signing)
            for _, client in found
        ]
        for done, one in enumerate(_made(request, wish, kit, orders), 1):
            finished[one.folder] = one
            progress("Packets", done, len(orders), "")
        for order in orders:  # what a process left that died
            for rest in order.folder.glob(".making-*"):
                shutil.rmtree(rest, ignore_errors=True)
    return _outcome(request, wish, checked, finished, problems)


def codes(request: Request, files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """The name and the control code of each client in some files, YAML or CSV, without making anything."""
    key = code_key(request)
    if key is None:
        hint = "Name 'code_key_env' or 'code_key_command' under 'packets' in handbook.yaml."
        raise BuildError([Problem(Place("handbook.yaml"), "N20", "no key for control codes is configured", hint)])
    guides = _guides(request, sources.read(request))
    for path in files:
        wish = Wish(table=path) if path.suffix.casefold() == ".csv" else Wish(files=(path,))
        checked = _checked(request, _rows(request, wish), guides)
        stop_on_errors(problem for _, _, problems in checked for problem in problems)
        yield from ((client.name, control.code(key, client)) for _, client, _ in checked if client)


def code_key(request: Request) -> bytes | None:
    """The firm's key for control codes, where one is configured."""
    settings = request.config.packets
    return control.key_from(settings.code_key_env, settings.code_key_command, "handbook.yaml")


def _guides(request: Request, read: Sources) -> tuple[Guide, ...]:
    """All guides that can be read; what is wrong with those that a packet takes is told when they are gathered."""
    guides, problems = inputs.guides(request, read, ())
    if not guides:
        stop_on_errors(problems)
    return guides


def _rows(request: Request, wish: Wish) -> list[Row]:
    """What is wished for as rows; a client's file is one."""
    if wish.table is not None:
        return table.read(wish.table, request.config.shown(wish.table))
    rows: list[Row] = []
    homes: dict[str, Place] = {}
    for path in wish.files:
        said, problems = clients.read(path, request.config.shown(path))
        if said is not None and said.folder in homes:
            message = f"its packet would take the place of that for {homes[said.folder]}"
            problems.append(Problem(said.place, "N11", message, "Give the two files different names."))
        if said is not None:
            homes.setdefault(said.folder, said.place)
        rows.append(Row(0, (), (), said, tuple(problems)))
    return rows


def _checked(
    request: Request, rows: Sequence[Row], guides: Sequence[Guide]
) -> list[tuple[Row, Client | None, tuple[Problem, ...]]]:
    by_slug = {guide.slug: guide for guide in guides}
    found: list[tuple[Row, Client | None, tuple[Problem, ...]]] = []
    for row in rows:
        client, problems = _client(request, row.said, by_slug) if row.said and not row.problems else (None, [])
        found.append((row, client, in_order([*row.problems, *problems])))
    return found


def _client(request: Request, said: Said, guides: Mapping[str, Guide]) -> tuple[Client | None, list[Problem]]:
    return clients.client(said, guides, filling.printable, request.config.date)


def _rooms(found: Iterable[Client], guides: Mapping[str, Guide], *, coded: bool) -> set[tuple[str, Any]]:
    return {
        (exchange.slug, values.room(exchange, guides[exchange.slug].facts.ip_separator, coded=coded))
        for client in found
        for exchange in client.exchanges
    }


def _made(request: Request, wish: Wish, kit: Kit, orders: Sequence[Order]) -> Iterator[Finished]:
    """The orders as they are finished: here, in processes of this machine, or on a cluster."""
    workers = min(request.jobs, len(orders))
    if wish.cluster:
        from builder.packets import cluster

        with cluster.executor(wish.cluster, kit.book.store.assets) as (executor, workers):
            left = yield from _handed_out(executor, workers * OUTSTANDING, pickle.dumps(kit), deque(orders))
            yield from itertools.starmap(lost, left)
    elif workers <= 1:
        yield from (make(kit, order) for order in orders)
    else:
        _warmed()
        yield from _by_workers(workers, pickle.dumps(kit), orders)


def _by_workers(workers: int, data: bytes, orders: Sequence[Order]) -> Iterator[Finished]:
    """The orders as processes of this machine finish them, which are replaced by new ones from time to time.

    Where one of them dies, the others end with it. What they were at is done again, each order with a process to
    itself: only what ends that one too is lost.
    """
    waiting = deque(orders)
    while waiting:
        batch = deque(itertools.islice(waiting, workers * RENEWED))
        given = len(batch)
        with processes.pool(workers, sharing=True, prepare=(gc.set_threshold, ALLOCATED)) as pool:
            left = yield from _handed_out(pool, workers * OUTSTANDING, data, batch)
        for _ in range(given - len(batch)):
            waiting.popleft()
        for order, _ in left:
            with processes.pool(1, sharing=True, prepare=(gc.set_threshold, ALLOCATED)) as pool:
                yield from itertools.starmap(lost, (yield from _handed_out(pool, 1, data, deque([order]))))


def _warmed() -> None:
    """Loads once what all workers share: the engine, the values' typeface."""
    from builder.layout import parts

    parts.load_engine()
    filling.warm()


def _handed_out(
    executor: Executor, most: int, data: bytes, orders: deque[Order]
) -> Generator[Finished, None, list[tuple[Order, BaseException]]]:
    """The orders as an executor finishes them, so many at once at most, each taken out of `orders` as it is handed out.

    Returns those that an executor had which broke, with what broke it; then some may not have been handed out.
    """
    running: dict[Future[Finished], Order] = {}
    left: list[tuple[Order, BaseException]] = []
    while True:
        while orders and not left and len(running) < most:
            order = orders.popleft()
            try:
                running[executor.submit(made_there, data, order)] = order
            except BrokenExecutor as error:
                left.append((order, error))
        if not running:
            return left
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            order, fault = running.pop(future), future.exception()
            if isinstance(fault, BrokenExecutor):
                left.append((order, fault))
            else:
                yield future.result() if fault is None else lost(order, fault)


def made_there(data: bytes, order: Order) -> Finished:
    """An order made in another process, which takes the kit that it had before where that is the same."""
    return make(_unpacked(data), order)


@functools.lru_cache(maxsize=1)
def _unpacked(data: bytes) -> Kit:
    kit: Kit = pickle.loads(data)  # noqa: S301  it comes from the process that handed out the order
    return kit


def _outcome(
    request: Request,
    wish: Wish,
    checked: Sequence[tuple[Row, Client | None, tuple[Problem, ...]]],
    finished: Mapping[str, Finished],
    warnings: tuple[Problem, ...],
) -> Outcome:
    """What came of all, and the table of the rows that failed."""
    results = []
    for row, client, problems in checked:
        if client is None:
            results.append(Finished(row.said.folder if row.said else "", (), problems))
        else:
            results.append(finished[client.folder])
    lost = [(row, one.problems) for (row, _, _), one in zip(checked, results, strict=True) if not one.made]
    failed = _write_failed(request, lost) if wish.table is not None else None
    return Outcome(tuple(results), warnings, failed)


def _write_failed(request: Request, lost: Sequence[tuple[Row, Sequence[Problem]]]) -> Path | None:
    """The table of what failed, or none, so that no old one is taken for this run's."""
    path = request.output / "packets" / FAILED
    if not lost:
        path.unlink(missing_ok=True)
        return None
    write_whole(path, table.failed(lost).encode("utf-8-sig"))
    return path
