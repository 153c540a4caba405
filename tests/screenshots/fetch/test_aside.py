"""A mirror of other pictures than the lock file names: they are used, and the lock file stays as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from picture_server import Project, Server, png, sending

from builder.screenshots.fetch import lock
from builder.screenshots.fetch.lock import Entry

REST = "/1.png"


@pytest.fixture
def mirror(project: Project, server: Server) -> dict[str, Any]:
    """A shelf with a green picture; the lock file names the red one that the server has."""
    shelf = project.root / "shelf"
    shelf.mkdir()
    (shelf / "1.png").write_bytes(png("green"))
    server.routes[REST] = sending(png("red"))
    address = server.root + REST
    entry = Entry(address, "binance/1.png", hashlib.sha256(png("red")).hexdigest(), len(png("red")))
    project.source.lock_file.parent.mkdir(parents=True)
    lock.write(project.source.lock_file, {address: entry})
    return {"prefix": server.root + "/", "mirror": "shelf"}


def test_others_are_used_and_the_lock_file_stays(project: Project, mirror: dict[str, Any]) -> None:
    before = project.source.lock_file.read_bytes()
    for changes in ({}, {}, {"refresh": True}, {}):
        got, problems = project.fetch(REST, **mirror, **changes)
        assert problems == () and got[REST].path.read_bytes() == png("green")
        assert got[REST].sha256 == hashlib.sha256(png("green")).hexdigest()
        assert project.source.lock_file.read_bytes() == before


def test_without_the_mirror_the_named_picture_comes_back(project: Project, mirror: dict[str, Any]) -> None:
    before = project.source.lock_file.read_bytes()
    project.fetch(REST, **mirror)
    got, problems = project.fetch(REST)
    assert problems == () and got[REST].path.read_bytes() == png("red")
    got, problems = project.fetch(REST, **mirror)
    assert problems == () and got[REST].path.read_bytes() == png("red"), "what is named is here already"
    assert project.source.lock_file.read_bytes() == before


def test_a_true_mirror_leaves_nothing_aside(project: Project, mirror: dict[str, Any]) -> None:
    (project.root / "shelf" / "1.png").write_bytes(png("red"))
    got, problems = project.fetch(REST, **mirror)
    assert problems == () and got[REST].path.read_bytes() == png("red")
    assert project.files() == ["binance/1.png"]


def test_a_persons_file_is_still_a_persons(project: Project, mirror: dict[str, Any]) -> None:
    got, _ = project.fetch(REST, **mirror)
    path: Path = got[REST].path
    path.write_bytes(png("blue"))
    got, problems = project.fetch(REST, **mirror)
    assert [problem.code for problem in problems] == ["S09"] and got[REST].path.read_bytes() == png("blue")
    assert project.record(REST)["replaced"] is True


def test_what_the_server_itself_changed_is_told(project: Project, server: Server, mirror: dict[str, Any]) -> None:
    server.routes[REST] = sending(png("blue"))
    got, problems = project.fetch(REST)
    assert [problem.code for problem in problems] == ["S08"] and got[REST].path.read_bytes() == png("blue")
