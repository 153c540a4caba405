"""Processes that work side by side, and how they are started.

Libraries with native threads (the text reader, OpenCV, the PNG squeezer) hang in a child that was forked after the
parent had used them. So workers begin afresh, except where they are to share what the parent has loaded.
"""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def fresh() -> Any:
    """The way to start a process that has nothing of this one's threads."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def pool(workers: int, *, sharing: bool = False) -> ProcessPoolExecutor:
    """So many workers; `sharing` what this process has imported, where forking is safe for that (Linux)."""
    context = multiprocessing.get_context("fork") if sharing and sys.platform == "linux" else fresh()
    return ProcessPoolExecutor(max(workers, 1), mp_context=context)
