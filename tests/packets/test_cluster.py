"""Packets on a cluster: a real scheduler and two worker processes, of which one is killed half-way."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from packet_samples import canaries

from builder.cli import main
from builder.packets import cluster
from builder.problems import BuildError

ROWS = 14


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler on loopback with two workers, and the workers' processes."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    cli = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen([*cli, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet)  # type: ignore[call-overload]
    cli = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
    workers = [
        subprocess.Popen([*cli, "--no-dashboard", "--name", str(number)], **quiet)  # type: ignore[call-overload]
        for number in range(2)
    ]
    try:
        from distributed import Client

        with Client(address, timeout=60) as client:
            client.wait_for_workers(2, timeout=120)
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def table(project: Path) -> None:
    people = [canaries(number) for number in range(ROWS)]
    lines = [",".join(people[0]), *(",".join(person.values()) for person in people)]
    (project / "t.csv").write_text("\n".join(lines) + "\n")


def digests(project: Path) -> dict[str, str]:
    folder = project / "output" / "packets"
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.slow
def test_a_dead_worker_costs_nothing_but_what_it_was_doing(
    project: Path, dask: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = dask
    table(project)

    def kill_one() -> None:
        while len(digests(project)) < ROWS // 2:
            time.sleep(0.05)
        os.kill(workers[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    asked = ["--debug", "packet", "--table", "t.csv", "--despite-warnings"]
    assert main([*asked, "--cluster", address]) == 0
    killer.join()
    from distributed import Client

    with Client(address) as client:
        log = client.run_on_scheduler(
            lambda dask_scheduler: [tuple(each)[:3] for each in dask_scheduler.transition_log]
        )
    started = [key for key, _, state in log if state == "processing" and str(key).startswith("made_there")]
    assert len(set(started)) == ROWS and len(started) <= ROWS + 4
    found = digests(project)
    assert len(found) == 2 * ROWS and not [name for name in found if ".making" in name]
    (project / "output").rename(project / "elsewhere")
    assert main([*asked, "--jobs", "2"]) == 0
    assert digests(project) == found


def test_workers_that_are_not_alike_get_no_work(tmp_path: Path) -> None:
    ours = cluster.versions(str(tmp_path))
    cluster._compare({"tcp://one": dict(ours)}, ours, "tcp://here")
    with pytest.raises(BuildError) as raised:
        cluster._compare({"tcp://one": {**ours, "weasyprint": "1.0"}}, ours, "tcp://here")
    assert "tcp://one: weasyprint is 1.0" in str(raised.value)
    (tmp_path / "a.png").write_bytes(b"another asset")
    assert cluster.versions(str(tmp_path)) != ours


def test_a_cluster_that_is_not_there_is_a_problem(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packet", "packets/first.yaml", "--cluster", "tcp://127.0.0.1:9", "--password"]) == 2
    (project / "t.csv").write_text("client,exchanges,ips\nA,comma,203.0.113.1\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "_SECONDS", 1)
        assert main(["packet", "--table", "t.csv", "--despite-warnings", "--cluster", "tcp://127.0.0.1:9"]) == 1
    assert "N25" in capsys.readouterr().err
