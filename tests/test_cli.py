"""What a person types: exit codes, help, and what is printed when things go wrong."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from samples import make_project

from builder import build, cli


def test_wrong_use_is_2(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    for words in (["nonsense"], ["build", "--nonsense"], ["build", "--jobs", "0"], ["build", "--paper", "a3"]):
        with pytest.raises(SystemExit) as stop:
            cli.main(words)
        assert stop.value.code == 2
    assert "Traceback" not in capfd.readouterr().err


def test_outside_a_project_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["build"]) == 1
    assert "handbook.yaml: C09" in capfd.readouterr().err


def test_a_fault_of_the_builder_is_3_and_has_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_project(tmp_path))

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(build, "_build", fail)
    assert cli.main(["build"]) == 3
    said = capfd.readouterr().err
    assert "fault in the builder" in said and "Traceback" not in said
    assert cli.main(["--debug", "build"]) == 3
    assert "Traceback" in capfd.readouterr().err


def test_a_file_that_can_not_be_read_is_a_problem_in_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project = make_project(tmp_path)
    monkeypatch.chdir(project)
    (project / "templates" / "folder.css").mkdir()
    assert cli.main(["check"]) == 1
    assert "folder.css: O01 can't be written or read" in capfd.readouterr().err


def test_interruption_is_130(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "build"],
        cwd=project,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    assert any("Inspecting" in line for line in process.stderr)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    said = process.stderr.read()
    assert process.wait(30) == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert not list(project.rglob("*.pdf"))


def test_a_terminal_sees_a_bar_and_others_see_lines(built: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path, like=built)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "build"], cwd=project, stdout=subprocess.PIPE, stderr=slave
    )
    os.close(slave)
    seen = b""
    while True:
        try:
            data = os.read(master, 4096)
        except OSError:
            break
        if not data:
            break
        seen += data
    assert process.wait(60) == 0
    assert b"\r" in seen and b"2/2" in seen
    plain = subprocess.run(
        [sys.executable, "-m", "builder", "build", "--refresh"], cwd=project, capture_output=True, check=True
    ).stderr
    assert b"\r" not in plain
