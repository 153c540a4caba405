"""Packets on many machines, by Dask distributed (an extra): what they must have in common is compared first.

The scheduler and its workers are the firm's own, on a network that nobody else reaches: a task holds a client's values.
All machines see the project's folder under the same path. A task may run twice where a worker dies; its files are
written under other names and replaced, so they appear once and are the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from builder import __version__
from builder.problems import BuildError, Place, Problem

_LIBRARIES = ("weasyprint", "pydyf", "pikepdf", "fonttools", "pillow", "babel", "jinja2", "pymupdf-fonts")
_SECONDS = 20


@contextlib.contextmanager
def executor(address: str, assets: Path) -> Iterator[tuple[Executor, int]]:
    """An executor on a cluster, and how many tasks its workers do at once.

    BuildError where it can't be reached, has no workers, or a worker has other versions or assets than this machine.
    """
    try:
        from distributed import Client
    except ImportError:
        hint = "Type: .venv/bin/pip install 'distributed>=2026.8', or the extra handbook-builder[cluster]."
        raise _problem(address, "a cluster needs Dask distributed, which is not installed", hint) from None
    try:
        client: Any = Client(address, timeout=_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        hint = "Start it with: dask scheduler --host 127.0.0.1"
        raise _problem(address, f"the cluster can't be reached ({type(error).__name__})", hint) from None
    with client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            hint = "Start one with: dask worker ADDRESS --nthreads 1"
            raise _problem(address, "the cluster has no workers", hint)
        _compare(client.run(versions, str(assets)), versions(str(assets)), address)
        threads = {worker["nthreads"] for worker in workers.values()}
        if threads != {1}:
            hint = "Start workers with --nthreads 1: the layout engine is for one thread at a time."
            raise _problem(address, "a worker of the cluster has several threads", hint)
        yield client.get_executor(pure=False), len(workers)


def versions(assets: str) -> dict[str, str]:
    """What must be the same on all machines: Python, the builder's own code, libraries, and the prepared assets."""
    found = {name: _version(name) for name in _LIBRARIES}
    code = hashlib.sha256()
    here = Path(__file__).parents[1]
    for path in sorted(here.rglob("*.py")):
        code.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    names = hashlib.sha256("\n".join(sorted(path.name for path in Path(assets).glob("*.*"))).encode())
    python = platform.python_version_tuple()
    return {
        "Python": ".".join(python[:2]),
        "the builder": f"{__version__} ({code.hexdigest()[:12]})",
        "the prepared assets": names.hexdigest()[:12],
        **found,
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _compare(theirs: dict[str, dict[str, str]], ours: dict[str, str], address: str) -> None:
    differing = [
        f"{worker}: {name} is {found.get(name)}, here {ours[name]}"
        for worker, found in theirs.items()
        for name in ours
        if found.get(name) != ours[name]
    ]
    if differing:
        hint = "Install the same lock file everywhere, and let all machines see the same project folder."
        raise _problem(address, f"the workers are not like this machine: {'; '.join(differing[:4])}", hint)


def _problem(address: str, message: str, hint: str) -> BuildError:
    return BuildError([Problem(Place(address), "N25", message, hint)])
