"""A project with three made-up exchanges that take values in different ways, and a key for control codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from packet_samples import ACME, KEY, guides
from samples import Once, make_project


@pytest.fixture(scope="session")
def kitchen(built: Path, once: Once) -> Path:
    """The project with its pictures inspected and its guides laid out, to be copied; tests must not change it."""

    def prepare(folder: Path) -> None:
        project = make_project(folder, guides(), like=built)
        with (project / "handbook.yaml").open("a") as file:
            file.write("packets: {code_key_env: TEST_CODE_KEY}\n")
        (project / "packets").mkdir()
        (project / "packets" / "first.yaml").write_text(
            "client: First\nexchanges: [comma, spaced, unsaid]\nips: [203.0.113.1]\nlabel: A\n"
        )
        make_packet(project, "first")

    return once("packets", prepare) / "project"


@pytest.fixture(scope="session")
def acme_made(kitchen: Path, once: Once) -> Path:
    """The project with Acme's packet; tests must not change it."""

    def prepare(folder: Path) -> None:
        copy = Path(shutil.copytree(kitchen, folder / "project", ignore=shutil.ignore_patterns("output")))
        (copy / "packets" / "acme.yaml").write_text(ACME)
        make_packet(copy, "acme")

    return once("acme", prepare) / "project"


def make_packet(project: Path, client: str) -> None:
    from builder.cli import main

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        patch.setenv("TEST_CODE_KEY", KEY)
        assert main(["--debug", "packet", f"packets/{client}.yaml", "--despite-warnings", "--jobs", "1"]) == 0


@pytest.fixture
def acme(acme_made: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Acme's packet and sign-off sheet, in the working folder's project; tests must not change them."""
    monkeypatch.chdir(acme_made)
    monkeypatch.setenv("TEST_CODE_KEY", KEY)
    folder = acme_made / "output" / "packets" / "acme"
    return folder / "acme-api-keys.pdf", folder / "acme-sign-off.pdf"


@pytest.fixture
def project(kitchen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, which is the working folder; nothing has been made in it."""
    copy = Path(shutil.copytree(kitchen, tmp_path / "project", ignore=shutil.ignore_patterns("output")))
    monkeypatch.chdir(copy)
    monkeypatch.setenv("TEST_CODE_KEY", KEY)
    return copy
