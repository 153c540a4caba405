"""A set-up that was cut off is finished or made anew; `make clean` leaves nothing of a killed build."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from samples import ROOT


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script for a checkout of its own, whose installations are only noted."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    monkeypatch.setattr(module, "HERE", str(ROOT))
    monkeypatch.setattr(module, "VENV", str(venv))
    monkeypatch.setattr(module, "PYTHON", str(venv / "bin" / "python"))
    monkeypatch.setattr(module, "BEGUN", str(venv / ".begun"))
    return module


class Steps:
    """Stands in for what the script calls: makes what each would make, and is cut off at one of them."""

    def __init__(self, bootstrap: ModuleType, cut_off: int = -1) -> None:
        self.bootstrap, self.left, self.said = bootstrap, cut_off, []

    def __call__(self, command: list[str], **_: object) -> int:
        python = Path(self.bootstrap.PYTHON)
        if command[1:4] == ["-m", "pip", "--version"]:
            return 0 if (python.parent / "pip").exists() else 1
        self.said.append(" ".join(command[1:4]))
        self.left -= 1
        if command[1:3] == ["-m", "venv"]:
            python.parent.mkdir(parents=True, exist_ok=True)
            python.write_text("")
            if self.left == -1:
                raise KeyboardInterrupt  # python is there, pip is not
            (python.parent / "pip").write_text("")
        elif self.left == -1:
            raise KeyboardInterrupt
        return 0


@pytest.mark.parametrize("cut_off", [0, 1, 2, 3])
def test_a_set_up_that_was_cut_off_is_made_anew(
    bootstrap: ModuleType, cut_off: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.subprocess, "call", Steps(bootstrap, cut_off))
    with pytest.raises(KeyboardInterrupt):
        bootstrap.provide_packages("dev")
    assert not bootstrap.is_ready("dev")
    steps = Steps(bootstrap)
    monkeypatch.setattr(bootstrap.subprocess, "call", steps)
    assert bootstrap.provide_packages("dev") and bootstrap.is_ready("dev")
    assert steps.said[0] == "-m venv " + bootstrap.VENV
    again = Steps(bootstrap)
    monkeypatch.setattr(bootstrap.subprocess, "call", again)
    assert bootstrap.is_ready("dev") and bootstrap.provide_packages("run")
    assert not any("venv" in said for said in again.said)  # what is whole is added to


def test_an_environment_without_pip_is_made_anew(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(bootstrap.PYTHON).parent.mkdir(parents=True)
    Path(bootstrap.PYTHON).write_text("")  # as an earlier version of the script left it
    steps = Steps(bootstrap)
    monkeypatch.setattr(bootstrap.subprocess, "call", steps)
    assert bootstrap.provide_packages("run")
    assert "venv" in steps.said[0]


def test_clean_leaves_nothing_of_a_killed_build(tmp_path: Path) -> None:
    output, pictures = tmp_path / "output", tmp_path / "assets" / "screenshots" / "a"
    for folder in (output / ".building-x", output / "guides", pictures, tmp_path / ".cache"):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x")
    for name in (".publishing.json", ".publishing.lock", ".writing-x", ".gitkeep"):
        (output / name).write_bytes(b"")
    (pictures / ".part-x").write_bytes(b"x")
    subprocess.run(["make", "-s", "-f", ROOT / "Makefile", "clean"], cwd=tmp_path, check=True)
    assert [path.name for path in output.iterdir()] == [".gitkeep"]
    assert [path.name for path in pictures.iterdir()] == ["file"]
    assert not (tmp_path / ".cache").exists()
