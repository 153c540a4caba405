"""A project with three made-up exchanges that take values in different ways, and a key for control codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import SAMPLE, make_project

KEY = "a key for control codes in tests"
LABEL_STEP = """## Step 3: Enter the label

Go to **Key name** and enter your label.

## Step 4: Set the permissions"""


def _guides() -> dict[str, str]:
    """`comma` and `spaced` want their lists in one line, `unsaid` does not say how."""
    base = SAMPLE.replace("## Step 3: Set the permissions", LABEL_STEP).replace("## Step 4: Save", "## Step 5: Save")
    spaced = base.replace("exchange: Example", "exchange: Spaced").replace("on Example", "on Spaced")
    spaced = spaced.replace('separator: ",", maximum: 5', 'separator: ", ", maximum: 30, ranges: true')
    spaced = spaced.replace("separated by commas without spaces", "separated by a comma and a space")
    unsaid = base.replace("exchange: Example", "exchange: Unsaid").replace("on Example", "on Unsaid")
    unsaid = unsaid.replace(', separator: ",", maximum: 5', "").replace(", separated by commas without spaces", "")
    comma = base.replace("maximum: 5", "maximum: 30")
    return {"comma": comma, "spaced": spaced, "unsaid": unsaid}


@pytest.fixture(scope="session")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with its pictures inspected and its guides laid out, to be copied; tests must not change it."""
    from builder.cli import main

    project = make_project(tmp_path_factory.mktemp("packets"), _guides())
    with (project / "handbook.yaml").open("a") as file:
        file.write("packets: {code_key_env: TEST_CODE_KEY}\n")
    (project / "packets").mkdir()
    (project / "packets" / "first.yaml").write_text(
        "client: First\nexchanges: [comma, spaced, unsaid]\nips: [203.0.113.1]\nlabel: A\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        patch.setenv("TEST_CODE_KEY", KEY)
        assert main(["--debug", "packet", "packets/first.yaml", "--despite-warnings", "--jobs", "1"]) == 0
    return project


@pytest.fixture
def project(kitchen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, which is the working folder; nothing has been made in it."""
    import shutil

    copy = Path(shutil.copytree(kitchen, tmp_path / "project", ignore=shutil.ignore_patterns("output")))
    monkeypatch.chdir(copy)
    monkeypatch.setenv("TEST_CODE_KEY", KEY)
    return copy
