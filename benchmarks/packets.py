"""Measures packets: one alone, and a table of made-up clients, each with three exchanges whose guides are prepared.

`python -m benchmarks.packets [--clients N] [--jobs N] [--mirror PATH] [--profile]` in a project folder; wall clock and
processor time, so that figures from a busy machine can be told apart.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime
import os
import pstats
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from builder.config.handbook import load_config
from builder.packets import run as running
from builder.packets.run import Wish
from builder.request import Request

COLUMNS = "client,account_manager,exchanges,ips,label,note"


def clients(count: int, exchanges: list[str]) -> str:
    """A table of clients with one to four addresses each."""
    rows = [
        f"Client {number:04},Max Muster,{' '.join(exchanges)},"
        f"{' '.join(f'198.51.{number % 250}.{host}' for host in range(1, 2 + number % 4))},L-{number},A note"
        for number in range(count)
    ]
    return "\n".join([COLUMNS, *rows]) + "\n"


def made(request: Request, count: int, exchanges: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of processors that some clients' packets took."""
    table = request.output / "clients.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(clients(count, exchanges))
    begun, used = time.perf_counter(), os.times()
    outcome = running.run(request, Wish(table=table, despite_warnings=True), lambda *_: None)
    assert all(one.made for one in outcome.finished), outcome.finished
    now = os.times()
    spent = sum(now[:4]) - sum(used[:4])
    return time.perf_counter() - begun, spent


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--clients", type=int, default=40)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--mirror", default="")
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
        wall, used = made(many, asked.clients, exchanges)
        print(f"{asked.clients} packets with {asked.jobs} processes: {wall:.1f} s, {used:.1f} s of processors")
        each = (used_by_few - used_for_none(request, folder, exchanges)) / 8
        print(f"a packet in a table: {each:.3f} s of a processor, so {1 / each:.1f} a second and core")


def used_for_none(request: Request, folder: str, exchanges: list[str]) -> float:
    """Seconds of processors that a table takes of which everything is there already."""
    return made(replace(request, output=Path(folder, "few")), 8, exchanges)[1]


if __name__ == "__main__":
    main()
