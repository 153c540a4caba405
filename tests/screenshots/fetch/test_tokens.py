"""A token in a picture's address: asked with, and nowhere to be found afterwards."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from picture_server import Project, Server, png, sending
from samples import SAMPLE, make_project

from builder.cli import main
from builder.screenshots.fetch import lock
from builder.screenshots.fetch.addresses import recorded

TOKEN = "s3cretT0kenThatOpensEverything"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://x.example/a.png", "https://x.example/a.png"),
        (f"https://x.example/a.png?token={TOKEN}&x=", "https://x.example/a.png?token=~bf6d0f9f&x="),
        (f"https://x.example/a.png?{TOKEN}", "https://x.example/a.png?~bf6d0f9f"),
        (f"https://x.example/a.png?{TOKEN}#{TOKEN}", "https://x.example/a.png?~bf6d0f9f"),
        ("https://x.example/a.png?a=b=c", "https://x.example/a.png?a=~56f1f4ec"),
    ],
)
def test_a_record_has_a_short_digest_in_each_values_place(address: str, expected: str) -> None:
    said = recorded(address)
    assert said.partition("?")[0] == expected.partition("?")[0] and TOKEN not in said
    assert said.count("~") == expected.count("~") and recorded(said) == said


def test_addresses_that_differ_in_a_value_differ_in_their_records() -> None:
    assert recorded("https://x.example/a?id=1") != recorded("https://x.example/a?id=2")


def test_an_old_lock_file_loses_its_token_when_it_is_written_again() -> None:
    text = f"- address: https://x.example/a.png?t={TOKEN}\n  file: a/a.png\n  sha256: {'a' * 64}\n  bytes: 1\n"
    entries, problems = lock.parse(text, "lock.yaml")
    assert problems == () and TOKEN not in lock.text_of(entries.values())


def test_the_download_is_asked_for_with_the_token(project: Project, server: Server) -> None:
    server.routes[f"/1.png?token={TOKEN}"] = sending(png("red"))
    server.routes["/1.png"] = sending(png("red"))
    got, problems = project.fetch(f"/1.png?token={TOKEN}")
    assert problems == () and got
    assert any(TOKEN in str(asked) for asked in server.asked), server.asked
    assert TOKEN not in project.source.lock_file.read_text()
    assert project.fetch(f"/1.png?token={TOKEN}")[1] == ()
    assert len(server.asked) == 1  # it is known again


def test_nothing_that_a_build_leaves_holds_the_token(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    guide = SAMPLE.replace("create.png", f"create.png?token={TOKEN}").replace("menu%201.png", f"none.png?token={TOKEN}")
    project = make_project(tmp_path, {"example": guide}, like=built)
    monkeypatch.chdir(project)
    assert main(["build"]) == 0
    said = "".join(capfd.readouterr())
    assert TOKEN not in said and "none.png" in said
    assert TOKEN not in (project / "assets" / "screenshots.lock.yaml").read_text()
    for path in (project / "output").rglob("*.pdf"):
        with pikepdf.open(path) as pdf:
            everything = b"".join(
                each.read_bytes() if isinstance(each, pikepdf.Stream) else repr(each).encode()
                for each in pdf.objects
                if not (isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image")
            )
        assert TOKEN.encode() not in everything
    for path in project.rglob("*"):
        if path.is_file() and path.parent.name != "guides":
            assert TOKEN.encode() not in path.read_bytes(), path
