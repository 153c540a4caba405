"""Kills: of the main process, after which nothing of it goes on; of workers, after which complete PDFs stay."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from samples import make_project

from builder.cli import main

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
SECONDS = 5.0
BUILD = [sys.executable, "-m", "builder", "build", "--jobs", "2"]


def running_in(session: int) -> list[str]:
    """The command lines of all processes of a session that are no zombies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of = stat.read_text().rpartition(")")[2].split()[:4]
            if int(of) == session and state != "Z":
                found.append((stat.parent / "cmdline").read_text().replace("\0", " "))
        except (OSError, ValueError):
            continue
    return found


def killed_after(project: Path, seconds: float, words: str = "") -> subprocess.Popen[str]:
    """A build that was killed so many seconds after it began, or after it wrote some words; its pipe was closed."""
    build = subprocess.Popen(BUILD, cwd=project, text=True, stderr=subprocess.PIPE, start_new_session=True)
    assert build.stderr is not None
    while words and words not in build.stderr.readline():
        assert build.poll() is None, f"never came to {words}"
    time.sleep(seconds)
    build.kill()
    began = time.monotonic()
    build.communicate(timeout=SECONDS)  # ends when nobody holds the pipe
    while (left := running_in(build.pid)) and time.monotonic() - began < SECONDS:
        time.sleep(0.05)
    assert not left, left
    return build


@pytest.mark.parametrize("words", ["", "Inspecting", "Binding"])
def test_nothing_goes_on_after_the_main_process_was_killed(built: Path, tmp_path: Path, words: str) -> None:
    project = make_project(tmp_path, like=built if words == "Binding" else None)
    killed_after(project, 0.1 if words == "Binding" else 0.4, words)
    shutil.rmtree(project / ".cache", ignore_errors=True)
    shutil.copytree(built / ".cache", project / ".cache")  # what this build does is sweep, and that is quick
    left = {path.name for path in (project / "output").glob("*")} if (project / "output").exists() else set()
    assert subprocess.run(BUILD, cwd=project, capture_output=True).returncode == 0
    assert not list((project / "output").glob(".building*")), left


@pytest.mark.slow
def test_kills_at_many_moments_leave_whole_sets(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    subprocess.run(BUILD, cwd=project, check=True, capture_output=True)
    guide = project / "guides" / "example.md"
    text = guide.read_text("utf-8")
    sets = {}
    for word in ("First", "Second"):
        guide.write_text(text.replace("Log in\n", f"{word} log in\n"), "utf-8")
        subprocess.run(BUILD, cwd=project, check=True, capture_output=True)
        sets[word] = {path.name: path.read_bytes() for path in (project / "output").rglob("*.pdf")}
    for number in range(30):
        word = ("First", "Second")[number % 2]
        guide.write_text(text.replace("Log in\n", f"{word} log in\n"), "utf-8")
        killed_after(project, 0.1 * number)
        assert subprocess.run(BUILD, cwd=project, capture_output=True).returncode == 0, number
        assert {path.name: path.read_bytes() for path in (project / "output").rglob("*.pdf")} == sets[word], number


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "project"
    shutil.copytree(built, copy)
    shutil.copytree(built.parent / "mirror", tmp_path / "mirror")
    monkeypatch.chdir(copy)
    assert main(["build"]) == 0
    return copy


def pdfs(project: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (project / "output").rglob("*.pdf")}


def edit(project: Path) -> None:
    guide = project / "guides" / "example.md"
    guide.write_text(guide.read_text("utf-8").replace("Open the site", "Open the page"), "utf-8")


def dying(line: object) -> None:
    """A worker that is ended by the system as soon as it is given something."""
    line.recv()  # type: ignore[attr-defined]
    os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_are_killed_do_not_cost_complete_pdfs_their_pictures(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from builder.screenshots.inspect import inspect

    before = pdfs(project)
    (project / ".cache").rename(project / "kept")
    edit(project)
    real = inspect._work
    monkeypatch.setattr(inspect, "_work", dying)
    assert main(["build"]) == 1
    said = capfd.readouterr().err
    assert "I05" in said and "was kept" in said and "nothing was changed" in said
    assert pdfs(project) == before
    monkeypatch.setattr(inspect, "_work", real)
    shutil.rmtree(project / ".cache")
    (project / "kept").rename(project / ".cache")
    assert main(["build"]) == 0
    assert pdfs(project) != before


def test_without_pdfs_to_keep_they_are_made_without_the_pictures(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from builder.screenshots.inspect import inspect

    shutil.rmtree(project / ".cache")
    shutil.rmtree(project / "output")
    monkeypatch.setattr(inspect, "_work", dying)
    assert main(["build"]) == 0
    assert "warning: the picture could not be inspected" in capfd.readouterr().err
    edit(project)
    assert main(["build"]) == 0  # what is there has no pictures either
    assert "warning: the picture could not be inspected" in capfd.readouterr().err


def test_a_worker_that_is_killed_once_is_asked_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from builder.screenshots.inspect import inspect

    before = pdfs(project)
    shutil.rmtree(project / ".cache")
    shutil.rmtree(project / "output")
    real, calls = inspect.inspect_many, []

    def once(*arguments: object, **more: object) -> object:
        calls.append(1)
        with pytest.MonkeyPatch.context() as patch:
            if len(calls) == 1:
                patch.setattr(inspect, "_work", dying)
            return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(inspect, "inspect_many", once)
    assert main(["build"]) == 0
    assert pdfs(project) == before and len(calls) == 2


@pytest.mark.parametrize("times", [1, 9])
def test_a_layout_process_that_is_killed_is_done_without(
    project: Path, times: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from concurrent.futures import BrokenExecutor

    from builder.layout import parts

    before = pdfs(project)
    edit(project)
    real, left = parts.lay_out_all, [times]

    def broken(*arguments: object, **more: object) -> object:
        left[0] -= 1
        if left[0] >= 0:
            raise BrokenExecutor("a process was ended abruptly")
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "lay_out_all", broken)
    assert main(["build"]) == (0 if times == 1 else 1)
    assert (pdfs(project) == before) == (times > 1)
    assert ("O03" in capfd.readouterr().err) == (times > 1)


def test_a_full_disk_under_the_screenshots_costs_no_pictures(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from builder.screenshots.fetch import mirror

    before = pdfs(project)
    shutil.rmtree(project / "assets" / "screenshots")
    edit(project)

    def full(*_: object) -> None:
        raise mirror.from_disk(OSError(28, "No space left on device"), "copying the picture")

    monkeypatch.setattr(mirror, "copy", full)
    assert main(["build"]) == 1
    assert "S11" in capfd.readouterr().err and pdfs(project) == before


@pytest.mark.parametrize("place", [".cache", "output"])
def test_what_is_full_is_named_and_nothing_changes(
    project: Path, place: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = pdfs(project)
    edit(project)
    real = os.fsync

    def full(file: int) -> None:
        if f"/{place}/" in str(Path(f"/proc/self/fd/{file}").readlink()):
            raise OSError(28, "No space left on device")
        real(file)

    monkeypatch.setattr(os, "fsync", full)
    assert main(["build", "--jobs", "1"]) == 1
    said = capfd.readouterr().err
    assert "O01 can't be written or read: No space left on device" in said
    assert said.split("O01")[0].splitlines()[-1].startswith(f"{place}:")
    assert pdfs(project) == before
    assert not list((project / "output").glob(".building*"))
    monkeypatch.setattr(os, "fsync", real)
    assert main(["build"]) == 0


def fill(path: Path, spare: int) -> None:
    """Fills what is left of a file system, but for so many bytes."""
    free = os.statvfs(path.parent)
    path.write_bytes(b"x" * (free.f_bavail * free.f_frsize - spare))


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small file system")
@pytest.mark.slow
@pytest.mark.parametrize("place", [".cache", "output", "assets/screenshots"])
def test_a_small_file_system_that_fills_up(project: Path, place: str) -> None:
    before = pdfs(project)
    edit(project)
    held = project / place
    kept = project / "kept"
    shutil.copytree(held, kept)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", held], capture_output=True).returncode:
        pytest.skip("may not mount here")
    try:
        if place == "output":
            shutil.copytree(kept, held, dirs_exist_ok=True)
        fill(held / "filler", spare=40_000 if place == "output" else 0)
        assert main(["build"]) == 1
        assert pdfs(project) == before
        (held / "filler").unlink()
    finally:
        subprocess.run(["umount", held], check=True)
    assert main(["build"]) == 0


@pytest.mark.parametrize("knowing", ["pictures", pytest.param("nothing", marks=pytest.mark.slow)])
def test_two_builds_at_once_make_what_one_makes(built: Path, tmp_path: Path, knowing: str) -> None:
    alone, project = (
        make_project(tmp_path / name, like=built if knowing == "pictures" else None) for name in ("alone", "both")
    )
    for each in (alone, project):
        edit(each)
    both = [subprocess.Popen(BUILD, cwd=project, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [build.communicate(timeout=300)[1] for build in both]
    assert [build.returncode for build in both] == [0, 0], said
    assert subprocess.run(BUILD, cwd=alone, capture_output=True).returncode == 0
    assert pdfs(project) == pdfs(alone)
