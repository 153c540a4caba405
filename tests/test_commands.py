"""The commands for authors: check, new, import, as they are typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from samples import SAMPLE

from builder.cli import main


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built sample, inspections included, as the current folder."""
    copy = tmp_path / "project"
    shutil.copytree(built, copy, ignore=shutil.ignore_patterns("output"))
    shutil.copytree(built.parent / "mirror", tmp_path / "mirror")
    monkeypatch.chdir(copy)
    return copy


def said(capfd: pytest.CaptureFixture[str]) -> str:
    return capfd.readouterr().out


def test_a_right_guide_passes_and_its_labels_are_confirmed(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "0 errors, 0 warnings; 1 guides, 2 pictures; 3 of 3 labels confirmed" in said(capfd)


def test_a_wrong_guide_is_told_in_three_forms(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    guide = project / "guides" / "example.md"
    guide.write_text(SAMPLE.replace("3. Click **Create key**.", "3. Click **Delete account**."), "utf-8")
    assert main(["check", "--strict"]) == 1
    text = said(capfd)
    assert "guides/example.md:32:" in text and "W01" in text and "Delete account" in text
    assert main(["check", "--strict", "--format", "json"]) == 1
    (problem, *_) = json.loads(said(capfd))
    assert problem["code"] == "W01" and problem["line"] == 32
    assert main(["check", "--strict", "--format", "github"]) == 1
    assert said(capfd).startswith("::error file=guides/example.md,line=32,")


def test_fix_mends_what_is_mechanical_and_shows_it(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    guide = project / "guides" / "example.md"
    guide.write_text(SAMPLE.replace("## Step 4:", "## Step 7:").replace("Open the site", "Open  the site"), "utf-8")
    assert main(["check", "--fix"]) == 0
    text = said(capfd)
    assert "-## Step 7: Save the key" in text and "+## Step 4: Save the key" in text
    assert guide.read_text("utf-8") == SAMPLE
    guide.write_text(SAMPLE.replace("Open the site", "Open  the site"), "utf-8")
    assert main(["check", "--fix", "--format", "json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out) == [] and "-Open  the site" in err


def test_a_signature_without_a_booklet_is_wrong_use(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--signature", "2"]) == 2
    assert "add --booklet" in capfd.readouterr().err


def test_a_build_checks_first(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    guide = project / "guides" / "example.md"
    guide.write_text(SAMPLE.replace("| Trade | On |", "| Trade | On |\n| Internal Transfer | On |"), "utf-8")
    assert main(["build"]) == 1
    assert "which moves funds" in capfd.readouterr().err
    assert not (project / "output").exists()


def test_new_begins_a_guide_that_passes_and_overwrites_none(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "second-exchange"]) == 0
    guide = project / "guides" / "second-exchange.md"
    assert "# How to create an API key on Second Exchange" in guide.read_text("utf-8")
    assert main(["check", "second-exchange"]) == 0
    guide.write_text("mine", "utf-8")
    assert main(["new", "second-exchange"]) == 1
    assert guide.read_text("utf-8") == "mine"
    assert "G14" in capfd.readouterr().err
    assert main(["new", "../outside"]) == 2


def test_import_writes_what_the_text_tells_and_lists_the_rest(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = project.parent / "found" / "third"
    folder.mkdir(parents=True)
    body = SAMPLE.split("---\n", 2)[2].replace("Example", "Third")
    body = body.replace("## Step 2", "![A window](shots/own.png)\n\n## Step 2", 1)
    (folder / "third.md").write_text(body, "utf-8")
    (folder.parent / "example.md").write_text(body, "utf-8")
    assert main(["import", str(folder.parent), "--offline"]) == 1  # the project has a guide 'example'
    text = (project / "guides" / "third.md").read_text("utf-8")
    assert "exchange: Third" in text and "- Trade" in text and "secret_shown: once" in text
    out, err = capfd.readouterr()
    assert "to fill in: website" in out and out.count("to copy beside it: shots/own.png") == 1
    assert "guides/example.md: G14" in err and "nothing was changed" not in err
