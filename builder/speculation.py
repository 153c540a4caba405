"""Work that is begun before it is certain to be wanted, in a second process, while this one goes on.

After an edit one guide has to be laid out. It is begun as soon as it has been read; what else there is to find out may
still stop the build. The pages that are planned for it are known long before it is finished, and this process makes
front matter and folios for them meanwhile. Results are kept by what they were made from, so what turns out not to be
wanted does no harm.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path

from builder import processes
from builder.layout import parts
from builder.layout.parts import Part
from builder.pages.page import Page
from builder.problems import BuildError
from builder.store import Store


class Speculation:
    """One second process and what it was given to do; without one, nothing is begun early."""

    def __init__(self, worker: Executor | None, plans: Connection | None) -> None:
        self.worker = worker
        self._plans = plans
        self._begun: tuple[str, Future[None]] | None = None

    def begin(self, store: Store, documents: Mapping[str, Page]) -> None:
        """Has the one document laid out that was not before; several are better spread over all processes later."""
        waiting = [page for page in documents.values() if parts.kept(store, parts.key_of(page)) is None]
        if self.worker is not None and len(waiting) == 1:
            key = parts.key_of(waiting[0])
            self._begun = key, self.worker.submit(_lay_out, store, waiting[0], key)

    @property
    def has_begun(self) -> bool:
        return self._begun is not None

    def parts(self, store: Store, documents: Mapping[str, Page]) -> dict[str, Part]:
        """The parts that are known by now, the one at work as it is planned; waits for its plan."""
        known = {}
        for name, page in documents.items():
            key = parts.key_of(page)
            part = parts.kept(store, key) or self._planned(store, key)
            if part is not None:
                known[name] = part
        return known

    def settle(self) -> None:
        """Waits for what was begun; raises what went wrong there."""
        if self._begun is not None:
            self._begun[1].result()

    def _planned(self, store: Store, key: str) -> Part | None:
        """The part at work as soon as its pages are planned, or as it is when it needed no plan."""
        if self._begun is None or self._begun[0] != key or self._plans is None:
            return None
        done, told = Pipe(duplex=False)
        self._begun[1].add_done_callback(lambda _: told.close())
        wait([self._plans, done])  # a plan, or the end of the work
        if not self._plans.poll():
            return parts.kept(store, key)
        key, pages, anchors = self._plans.recv()
        return Part(key, Path(), pages, anchors, (), ())


@contextlib.contextmanager
def speculation(jobs: int) -> Iterator[Speculation]:
    """A second process, where there may be one, that loads the layout engine to begin with."""
    if jobs < 2:
        yield Speculation(None, None)
        return
    plans, plan = Pipe(duplex=False)
    with processes.pool(1, sharing=True, prepare=(_keep_line, plan)) as worker:
        worker.submit(_load_engine)
        yield Speculation(worker, plans)


_line: Connection | None = None  # in the second process, to the first


def _keep_line(line: Connection) -> None:
    global _line
    _line = line


def _load_engine() -> None:
    with contextlib.suppress(BuildError):  # told when something is to be laid out
        parts.load_engine()


def _lay_out(store: Store, page: Page, key: str) -> None:
    def planned(key: str, pages: int, anchors: Mapping[str, int]) -> None:
        if _line is not None:
            _line.send((key, pages, dict(anchors)))

    parts.lay_out_and_keep(store, page, key, planned)
