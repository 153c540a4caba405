"""Fuzzing: a few odd files of each kind in every run, thousands with `make test-all`; every find is kept as a case.

FUZZ_EXAMPLES says how many of each kind.
"""

from __future__ import annotations

import os
from pathlib import Path

import fuzzing
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from samples import SAMPLE, make_project

FINDS = Path(__file__).parent / "finds"
MANY = int(os.environ.get("FUZZ_EXAMPLES", "500"))
KINDS = {
    "guide": (lambda project, text: fuzzing.try_guide(project, text), fuzzing.guides),
    "settings": (
        lambda project, text: fuzzing.try_build(project, "handbook.yaml", text.encode("utf-8", "replace")),
        fuzzing.settings_texts,
    ),
    "brand": (
        lambda project, text: fuzzing.try_build(project, "assets/brand/brand.yaml", text.encode("utf-8", "replace")),
        fuzzing.brand_texts,
    ),
    "lock": (
        lambda project, text: fuzzing.try_build(
            project, "assets/screenshots.lock.yaml", text.encode("utf-8", "replace")
        ),
        fuzzing.lock_texts,
    ),
    "logo": (fuzzing.try_logo, fuzzing.logos),
    "png": (fuzzing.try_picture, fuzzing.pngs()),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without pictures: what is fuzzed is not what they show."""
    without = "".join(line for line in SAMPLE.splitlines(keepends=True) if not line.startswith("!["))
    return make_project(tmp_path_factory.mktemp("fuzzed"), {"example": without})


def fuzz(kind: str, project: Path, many: int) -> None:
    attempt, strategy = KINDS[kind]

    @settings(
        max_examples=many,
        deadline=None,
        database=None,
        derandomize=many < 100,  # the same in every run, so that nobody is stopped by chance
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if many > 100 else [Phase.generate],
    )
    @given(strategy)
    def tried(value: object) -> None:
        attempt(project, value)  # type: ignore[operator]

    tried()


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_odd_files_are_built_or_refused(kind: str, project: Path) -> None:
    fuzz(kind, project, 5)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_odd_files_are_built_or_refused(kind: str, project: Path) -> None:
    fuzz(kind, project, MANY)


@pytest.mark.parametrize("find", sorted(FINDS.iterdir()), ids=lambda find: find.name)
def test_what_was_found_once_stays_mended(find: Path, project: Path) -> None:
    attempt, _ = KINDS[find.name.partition("-")[0]]
    data = find.read_bytes()
    attempt(project, data if find.suffix in (".svg", ".png") else data.decode())  # type: ignore[operator]
