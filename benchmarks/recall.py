"""Measures how many made-up secrets the inspection covers, by kind, what it covers needlessly, and what it costs.

The specimens are those of `tests/specimens`, drawn by seed: `--seed 2` draws as many others. `--only WORD` keeps the
kinds with a word in their name, `--every N` each Nth. `--pictures DIR` writes what was missed there, with the covered
places in grey and what can still be seen in red.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from specimens import collection, innocent, measuring
from specimens.measuring import Outcome


def main() -> int:
    options = _options()
    wanted = [n for n in range(0, collection.COUNT) if options.only in collection.group_of(n)][:: options.every]
    harmless = [] if options.only else list(range(0, innocent.COUNT))[:: options.every]
    with multiprocessing.get_context("spawn").Pool(options.jobs, maxtasksperchild=80) as pool:
        found = pool.map(partial(measuring.of_specimen, seed=options.seed), wanted, 5)
        alarms = pool.map(partial(measuring.of_innocent, seed=options.seed), harmless, 5)
    _print(found, alarms)
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(one) for one in (*found, *alarms)], indent=1))
    if options.pictures:
        _draw([one for one in found if not one.covered], [one for one in alarms if not one.covered], options)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD", help="only kinds with this in their name")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth specimen")
    parser.add_argument("--seed", type=int, default=1, help="which screens are drawn")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--pictures", metavar="DIR", help="where pictures of what was missed are written")
    parser.add_argument("--json", metavar="FILE", help="where every outcome is written")
    return parser.parse_args()


def _print(found: list[Outcome], alarms: list[Outcome]) -> None:
    for group, covered, tried in measuring.table(found):
        missed = [str(one.number) for one in found if one.group == group and not one.covered]
        print(f"{group:32} {covered:4} / {tried:<4} {'' if not missed else 'missed: ' + ' '.join(missed)}")
    good = sum(one.covered for one in found)
    print(f"{'all':32} {good:4} / {len(found):<4} {100 * good / max(len(found), 1):.1f} %")
    for one in alarms:
        if not one.covered:
            print(f"false alarm on {one.number} ({one.group}): {'; '.join(one.why)}")
    if alarms:
        print(f"innocent screens with something covered: {sum(not one.covered for one in alarms)} of {len(alarms)}")
    seconds = [one.seconds for one in (*found, *alarms)]
    print(f"CPU seconds a picture: mean {statistics.mean(seconds):.2f}, most {max(seconds):.2f}")


def _draw(missed: list[Outcome], alarms: list[Outcome], options: argparse.Namespace) -> None:
    folder = Path(options.pictures)
    folder.mkdir(parents=True, exist_ok=True)
    for one in missed:
        measuring.marked(one.number, one, options.seed).save(
            folder / f"{one.group.replace(': ', '-')}-{one.number}.png"
        )
    for one in alarms:
        innocent.screen(one.number, options.seed)[1].save(folder / f"innocent-{one.number}.png")


if __name__ == "__main__":
    sys.exit(main())
