"""Measures builds as a user has them: first, unchanged, after one edit; wall time, peak memory, sizes.

Works on a copy of this project, each build in a process of its own. Figures of one run can be compared with each
other; machines differ. `--mirror` names a folder or address with the real screenshots; without it the pictures are
taken from `assets/screenshots/`, and where there are none, stand-ins are built.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("templates", "guides", "assets", "handbook.yaml")


@dataclass(frozen=True, slots=True)
class Run:
    """One build: seconds of wall time, and the peak memory of its largest process in MB."""

    seconds: float
    megabytes: float


def build(project: Path, mirror: str, *more: str) -> Run:
    """Builds in a process of its own."""
    command = [sys.executable, "-m", "builder", "build", *(["--mirror", mirror] if mirror else ["--offline"]), *more]
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the build failed: {' '.join(command)}")
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss / scale)


def edited(project: Path, mirror: str, times: int) -> list[Run]:
    """Builds after small edits to one guide, each different."""
    guide = project / "guides" / "gate.md"
    source = guide.read_text("utf-8")
    runs = []
    for number in range(times):
        guide.write_text(f"{source}\nEdit {number}.\n", "utf-8")
        runs.append(build(project, mirror))
    return runs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirror", default="")
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    mirror = str(Path(options.mirror).resolve()) if Path(options.mirror).is_dir() and options.mirror else options.mirror
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        project.mkdir()
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, project / name)
        first = build(project, mirror)
        unchanged = [build(project, mirror) for _ in range(options.times)]
        edits = edited(project, mirror, options.times)
        shutil.rmtree(project / ".cache" / "results")
        report(project, {"first, nothing cached": [first], "unchanged": unchanged, "after one edit": edits})
    return 0


def report(project: Path, runs: dict[str, list[Run]]) -> None:
    """Prints medians, and each as a ratio of the build after one edit."""
    base = statistics.median(run.seconds for run in runs["after one edit"])
    print(f"{'build':24} {'seconds':>8} {'ratio':>7} {'peak MB':>8}")
    for name, measured in runs.items():
        seconds = statistics.median(run.seconds for run in measured)
        memory = max(run.megabytes for run in measured)
        print(f"{name:24} {seconds:8.2f} {seconds / base:7.2f} {memory:8.0f}")
    for path in sorted((project / "output").rglob("*.pdf")):
        print(f"{path.relative_to(project / 'output')!s:24} {path.stat().st_size:>12,} bytes")


if __name__ == "__main__":
    raise SystemExit(main())
