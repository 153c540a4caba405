"""A picture server on loopback, and a project that downloads from it without waiting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from picture_server import Project, Server, hurry, running


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as one:
        yield one


@pytest.fixture
def project(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Project:
    hurry(monkeypatch)
    return Project(tmp_path, server)
