"""Writes the lock files: exact versions with hashes, for every platform, from what pyproject.toml allows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = (
    "--universal",
    "--generate-hashes",
    "--python-version",
    "3.11",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "--quiet",
)
LOCKS = {
    "requirements.lock": ("--extra", "setup"),
    "requirements-dev.lock": ("--extra", "dev", "--constraint", "requirements.lock"),
}


def main() -> int:
    for name, extra in LOCKS.items():
        command = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "pyproject.toml",
            *COMMON,
            *extra,
            "--output-file",
            name,
        ]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
