"""A built project that may send, certificates, and a server that takes its messages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from smtp_server import PASSWORD, USER, Papers, Post, issue, serving

from builder.cli import main
from builder.pdf.provenance import sha256


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


def configure(project: Path, **changes: object) -> None:
    """Writes the section `email` of the settings anew."""
    email = {
        "from": f"The Desk <{USER}>",
        "host": "localhost",
        "port": 9,
        "messages_a_minute": 600,
        "retry_seconds": 0.02,
        "timeout_seconds": 5,
        **changes,
    }
    file = project / "handbook.yaml"
    before = file.read_text("utf-8").partition("\nemail: ")[0]
    file.write_text(f"{before}\nemail: {json.dumps(email)}\n", "utf-8")


Mail = Callable[..., tuple[int, str, str]]


@pytest.fixture
def mail(project: Path, capfd: pytest.CaptureFixture[str]) -> Mail:
    """Runs `handbook email …`; the exit code and what it said."""

    def run(*words: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(["--debug", "email", *map(str, words)])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def make_packet(project: Path, client: str, *, password: str = "", **changes: object) -> Path:
    """A made-up packet with the record beside it that its maker writes."""
    folder = project / "output" / "packets" / client
    folder.mkdir(parents=True)
    path = folder / "packet.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = client
        locked = pikepdf.Encryption(owner=password + "!", user=password, R=6) if password else None
        pdf.save(path, encryption=locked or False)
    said = {
        "client": client,
        "title": f"Onboarding packet for {client}",
        "control_code": "1234 5678",
        "sha256": sha256(path.read_bytes()),
        "stand_ins": 0,
        **changes,
    }
    path.with_name("packet.pdf.json").write_text(json.dumps(said), "utf-8")
    return path
