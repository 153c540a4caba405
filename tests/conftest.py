"""What all tests share: a network that ends at loopback, and a small project that has been built."""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from samples import Once, make_project


def pytest_configure() -> None:
    """Ctrl-C is tried on commands, which a shell would shield from it where it runs the tests in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _keep_to_one_core()


def _keep_to_one_core() -> None:
    """Each of several processes that run tests gets a core, so that builds in it start no more processes than help."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if worker and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker) % len(cores)]})


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection beyond this machine fails the test that makes it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])  # type: ignore[index]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test reached for {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """What takes long is made once for all processes that run tests; the others wait. Nobody may change it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = root / name, root / f"{name}.done"
        with FileLock(root / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def built(once: Once) -> Path:
    """A sample project that has been built; tests must not change it."""

    def build(folder: Path) -> None:
        from builder.cli import main

        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(make_project(folder))
            assert main(["--debug", "build"]) == 0

    return once("built", build) / "project"
