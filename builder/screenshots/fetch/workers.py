"""Runs work in threads that never hold up the program's end, and hands over results as they come."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
_TICK_SECONDS = 0.1  # how long Ctrl-C can go unnoticed where a wait cannot be interrupted (Windows)


@dataclass(frozen=True, slots=True)
class Overdue:
    """Stands for the result of work that did not come back in time; the thread is left to itself."""


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


def results(
    tasks: Sequence[T], work: Callable[[T], R], *, parallel: int, seconds: float, stop: threading.Event
) -> Iterator[tuple[T, R | Overdue]]:
    """Yields (task, result) in the order of arrival; a task that takes longer than `seconds` yields Overdue.

    What `work` raises is raised here. However the iteration ends, `stop` is set; `work` should look at it often.
    The threads are daemons and not an executor's, because an executor's are waited for when Ctrl-C ends the program.
    """
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, R | _Raised]] = queue.SimpleQueue()
    began: dict[int, float] = {}

    def run_tasks() -> None:
        while not stop.is_set():
            try:
                number = todo.get_nowait()
            except queue.Empty:
                return
            began[number] = time.monotonic()
            try:
                done.put((number, work(tasks[number])))
            except BaseException as error:
                done.put((number, _Raised(error)))

    def start_thread() -> None:
        threading.Thread(target=run_tasks, name="download", daemon=True).start()

    for number in range(len(tasks)):
        todo.put(number)
    for _ in range(min(parallel, len(tasks))):
        start_thread()
    waiting = set(range(len(tasks)))
    try:
        while waiting:
            for number in _late(waiting, began, seconds):
                waiting.discard(number)
                start_thread()  # its thread is stuck, perhaps in a name look-up, which has no time-out of its own
                yield tasks[number], Overdue()
            try:
                number, outcome = done.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                continue
            if number not in waiting:
                continue
            waiting.discard(number)
            if isinstance(outcome, _Raised):
                raise outcome.error
            yield tasks[number], outcome
    finally:
        stop.set()


def _late(waiting: set[int], began: dict[int, float], seconds: float) -> list[int]:
    now = time.monotonic()
    return [number for number in waiting if now - began.get(number, now) > seconds]
