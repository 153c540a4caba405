"""Measures packets: one alone, and a table of made-up clients, each with three exchanges whose guides are prepared.

`python -m benchmarks.packets [--clients N] [--jobs N] [--mirror PATH] [--figures KIND] [--profile]` in a project
folder; wall clock and processor time, so that figures from a busy machine can be told apart, and how much memory this
process and its workers have while the table is made.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import datetime
import itertools
import os
import pstats
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder.config.handbook import load_config
from builder.packets import run as running
from builder.packets.run import Wish
from builder.progress import Progress
from builder.request import Request

COLUMNS = "client,account_manager,exchanges,ips,label,note"
LINES = 10
"""Of the table of memory, at most."""


@dataclass
class Watched:
    """Packets that are done, and what memory was seen, in megabytes: of this process, and of its largest worker.

    Memory is what is resident (RSS): what a worker shares with this process counts in both.
    """

    done: int = 0
    seen: list[tuple[float, int, float, float]] = field(default_factory=list)  # seconds, packets, memory twice

    def progress(self, stage: str, done: int, _total: int, _name: str) -> None:
        self.done = done if stage == "Packets" else 0

    @contextlib.contextmanager
    def watching(self, seconds: float = 0.5) -> Iterator[None]:
        """Looks from time to time while the block runs; on Linux, which alone tells it so."""
        ended, begun = threading.Event(), time.perf_counter()

        def look() -> None:
            while not ended.wait(seconds):
                workers = [resident(pid) for pid in children(os.getpid())]
                now = time.perf_counter() - begun
                self.seen.append((now, self.done, resident(os.getpid()), max(workers, default=0.0)))

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def told(self) -> Iterator[str]:
        """The greatest memory that was seen in each stretch of the packets, and how fast they were made in it."""
        found = [each for each in self.seen if each[1]]
        if not found:
            return
        most = found[-1][1]
        before, packets = 0.0, 0
        for _, stretch in itertools.groupby(found, lambda each: (each[1] - 1) * LINES // most):
            here = list(stretch)
            now, done = here[-1][:2]
            pace = f"{(done - packets) / (now - before):5.1f} a second" if before and now > before else ""
            mine, theirs = max(each[2] for each in here), max(each[3] for each in here)
            yield f"  up to packet {done:5}: this process {mine:4.0f} MB, the largest worker {theirs:4.0f} MB  {pace}"
            before, packets = now, done


def children(pid: int) -> list[int]:
    """The processes that a process has started and that run."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def resident(pid: int) -> float:
    """The memory of a process in megabytes; 0 where it can't be told."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return 0.0


def silent(_stage: str, _done: int, _total: int, _name: str) -> None:
    pass


def clients(count: int, exchanges: list[str]) -> str:
    """A table of clients with one to four addresses each."""
    rows = [
        f"Client {number:04},Max Muster,{' '.join(exchanges)},"
        f"{' '.join(f'198.51.{number % 250}.{host}' for host in range(1, 2 + number % 4))},L-{number},A note"
        for number in range(count)
    ]
    return "\n".join([COLUMNS, *rows]) + "\n"


def made(request: Request, count: int, exchanges: list[str], progress: Progress = silent) -> tuple[float, float]:
    """Seconds by the clock and of processors that some clients' packets took."""
    table = request.output / "clients.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(clients(count, exchanges))
    begun, used = time.perf_counter(), os.times()
    outcome = running.run(request, Wish(table=table, despite_warnings=True), progress)
    assert all(one.made for one in outcome.finished), outcome.finished
    now = os.times()
    spent = sum(now[:4]) - sum(used[:4])
    return time.perf_counter() - begun, spent


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--clients", type=int, default=40)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--mirror", default="")
    options.add_argument("--figures", choices=("screenshots", "drawings"), default="")
    options.add_argument("--profile", action="store_true")
    asked = options.parse_args()
    config, problems = load_config(Path.cwd())
    assert config, problems
    os.environ.setdefault("BENCHMARK_KEY", "a key for nothing but benchmarks")
    config = replace(config, packets=replace(config.packets, code_key_env="BENCHMARK_KEY"))
    exchanges = sorted(path.stem for path in config.paths.guides.glob("*.md"))[:3]
    with tempfile.TemporaryDirectory() as folder:
        request = Request(
            config=config,
            guides=config.paths.guides,
            output=Path(folder, "prepared"),
            today=datetime.date.today(),
            mirror=asked.mirror,
            ink_saver=config.ink_saver,
            figures=asked.figures,
        )
        made(request, 4, exchanges)
        alone, used = made(replace(request, output=Path(folder, "alone")), 1, exchanges)
        print(f"one packet alone: {alone:.2f} s, {used:.2f} s of processors, the check of its guides included")
        profile = cProfile.Profile(time.process_time)
        if asked.profile:
            profile.enable()
        _, used_by_few = made(replace(request, output=Path(folder, "few")), 8, exchanges)
        profile.disable()
        if asked.profile:
            pstats.Stats(profile).sort_stats("cumtime").print_stats(60)
        many = replace(request, output=Path(folder, "many"), jobs=asked.jobs)
        watched = Watched()
        with watched.watching():
            wall, used = made(many, asked.clients, exchanges, watched.progress)
        print(f"{asked.clients} packets with {asked.jobs} processes: {wall:.1f} s, {used:.1f} s of processors")
        print(*watched.told(), sep="\n")
        each = (used_by_few - used_for_none(request, folder, exchanges)) / 8
        print(f"a packet in a table: {each:.3f} s of a processor, so {1 / each:.1f} a second and core")


def used_for_none(request: Request, folder: str, exchanges: list[str]) -> float:
    """Seconds of processors that a table takes of which everything is there already."""
    return made(replace(request, output=Path(folder, "few")), 8, exchanges)[1]


if __name__ == "__main__":
    main()
