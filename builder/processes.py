"""Processes that work side by side, and how they are started.

Libraries with native threads (the text reader, OpenCV, the PNG squeezer) hang in a child that was forked after the
parent had used them. So workers begin afresh, except where they are to share what the parent has loaded. An
interruption is for the parent alone: it ends its workers, and they say nothing.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

_SET_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG


def fresh() -> Any:
    """The way to start a process that has nothing of this one's threads."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    with deaf():
        forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")


@contextlib.contextmanager
def pool(
    workers: int, *, sharing: bool = False, prepare: tuple[Callable[[Any], None], Any] | None = None
) -> Iterator[ProcessPoolExecutor]:
    """So many workers; `sharing` what this process has imported, where forking is safe for that (Linux).

    `prepare` is a function that each worker calls first, with its argument.

    Whatever ends the work early ends the workers at once.
    """
    context = multiprocessing.get_context("fork") if sharing and sys.platform == "linux" else fresh()
    executor = ProcessPoolExecutor(max(workers, 1), mp_context=context, initializer=_begin, initargs=(prepare,))
    try:
        with deaf():
            executor.submit(os.getpid)  # forked workers start with the first task
        yield executor
    except BaseException:
        for process in (getattr(executor, "_processes", None) or {}).values():  # 3.14 has a method for this
            process.terminate()
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def _begin(prepare: tuple[Callable[[Any], None], Any] | None) -> None:
    """The first thing that a worker does."""
    end_with_parent()
    if prepare is not None:
        first, argument = prepare
        first(argument)


def end_with_parent() -> None:
    """To be called in a worker: it ends when the process that wants its work does, however that ended.

    Else it would go on for minutes, and hold the terminal's pipe open, for which a script waits. The system's word is
    the quickest, where there is one; it counts for the process that started this one, which is not always that one.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """Nobody looks for garbage meanwhile: making many objects that stay costs a quarter more with it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """An interruption is heard when the block ends, whichever thread the system gives it to."""
    if threading.current_thread() is not threading.main_thread():  # which alone is interrupted
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard and callable(before):
            before(heard[0], None)


@contextlib.contextmanager
def deaf() -> Iterator[None]:
    """What is started meanwhile never hears of an interruption; this process does so when the block ends.

    That a signal is blocked is inherited, and the signal waits; where it can only be ignored (Windows), it is lost.
    """
    if hasattr(signal, "pthread_sigmask"):
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # every kind of worker wants it, and its start would lift the block
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    elif threading.current_thread() is threading.main_thread():
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
    else:
        yield
