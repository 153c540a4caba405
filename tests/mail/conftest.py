"""A built project that may send, certificates, and a server that takes its messages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from mail_case import Mail, configure
from smtp_server import PASSWORD, Papers, Post, issue, serving

from builder.cli import main


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return issue(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, papers: Papers) -> Path:
    """A copy of the built sample as the current folder, and an environment with a password and a trusted authority."""
    copy = tmp_path / "project"
    shutil.copytree(built, copy, ignore=shutil.ignore_patterns(".cache"))
    monkeypatch.chdir(copy)
    monkeypatch.setenv("SSL_CERT_FILE", str(papers.authority))
    monkeypatch.setenv("HANDBOOK_SMTP_PASSWORD", PASSWORD)
    monkeypatch.delenv("HANDBOOK_SMTP_TOKEN", raising=False)
    configure(copy)
    return copy


@pytest.fixture
def post(project: Path, papers: Papers) -> Iterator[Post]:
    """A good server, to which the project sends."""
    with serving(Post(), papers.servers["good"]) as running:
        configure(project, port=running.port)
        yield running


@pytest.fixture
def mail(project: Path, capfd: pytest.CaptureFixture[str]) -> Mail:
    """Runs `handbook email …`; the exit code and what it said."""

    def run(*words: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(["--debug", "email", *map(str, words)])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run
