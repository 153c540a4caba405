"""Pictures that people put into the folder, and mirrors that stand in for the network."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from picture_server import (
    QUICK,
    Project,
    Server,
    codes,
    in_turn,
    only,
    png,
    png_that_claims,
    sending,
    webp,
)

from builder.problems import Place
from builder.screenshots.fetch import lock


def put(project: Project, file: str, body: bytes) -> Path:
    path = project.source.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


# A person's files


@pytest.mark.parametrize("file", ["1.png", "1.PNG", "1.jpeg", "1.webp"])
def test_a_file_put_there_by_hand_is_used_and_told_once(project: Project, server: Server, file: str) -> None:
    path = put(project, f"binance/{file}", webp())
    got, problems = project.fetch("/1.png")
    problem = only(problems, "S09")
    assert not problem.is_error and problem.place == Place("guides/binance.md", 1)
    assert got["/1.png"].path == path and server.asked == []
    record = project.record("/1.png")
    assert record["replaced"] is True and record["file"] == f"binance/{file}" and "fetched" not in record
    assert record["sha256"] == got["/1.png"].sha256 and record["bytes"] == len(webp())
    assert project.fetch("/1.png")[1] == () and server.asked == []


def test_a_download_replaced_by_hand_is_used_and_never_refreshed(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png("red"), ETag='"v1"')
    project.fetch("/1.png")
    path = put(project, "binance/1.png", png("green"))
    got, problems = project.fetch("/1.png")
    only(problems, "S09")
    assert got["/1.png"].path == path and "etag" not in project.record("/1.png")
    _, problems = project.fetch("/1.png", refresh=True)
    assert "not refreshed" in only(problems, "S09").message
    assert path.read_bytes() == png("green") and len(server.asked) == 1
    put(project, "binance/1.png", png("blue"))
    assert codes(project.fetch("/1.png")[1]) == ["S09"], "a further correction is told again"


def test_a_replacement_that_is_gone_is_not_swapped_silently(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png("red"))
    project.fetch("/1.png")
    path = put(project, "binance/1.png", png("green"))
    project.fetch("/1.png")
    path.unlink()
    got, problems = project.fetch("/1.png")
    assert got == {} and "binance/1.png" in only(problems, "S13").message and len(server.asked) == 1
    put(project, "binance/1.png", png("red"))  # on a colleague's machine: the download of before
    got, problems = project.fetch("/1.png")
    assert got == {} and codes(problems) == ["S13"]
    got, problems = project.fetch("/1.png", refresh=True)
    assert codes(problems) == ["S08"] and got["/1.png"].path.read_bytes() == png("red")
    assert "replaced" not in project.record("/1.png")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>saved from a browser", "S04"),
        (b"", "S04"),
        (png_that_claims(6000, 6000), "S05"),
        (png(size=(100, 100)) + bytes(3000), "S03"),
    ],
)
def test_a_persons_file_that_cannot_be_used_is_an_error(
    project: Project, server: Server, body: bytes, code: str
) -> None:
    server.routes["/1.png"] = sending(png())
    path = put(project, "binance/1.png", body)
    for refresh in (False, True):
        got, problems = project.fetch("/1.png", limits=replace(QUICK, bytes=2000), refresh=refresh)
        problem = only(problems, code)
        assert got == {} and problem.is_error and "assets/screenshots/binance/1.png" in problem.message
    assert path.read_bytes() == body and server.asked == [], "neither used nor overwritten"
    assert not project.source.lock_file.exists()


def test_two_files_for_one_address_are_told(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png())
    project.fetch("/1.png")
    put(project, "binance/1.jpg", webp())
    got, problems = project.fetch("/1.png")
    assert "binance/1.jpg" in only(problems, "S14").message
    assert got["/1.png"].path.name == "1.png"


def test_files_that_are_no_pictures_by_name_are_passed_over(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png())
    for name in ("1.png.txt", ".1.png", "1.svg", "10.png"):
        put(project, f"binance/{name}", b"x")
    (project.source.folder / "binance" / "1.webp").mkdir()
    got, problems = project.fetch("/1.png")
    assert problems == () and got["/1.png"].path.name == "1.png" and server.paths == ["/1.png"]


def test_another_addresss_download_is_not_taken_for_a_persons_file(project: Project, server: Server) -> None:
    server.routes["/old/1.png"], server.routes["/new/1.png"] = sending(png("red")), sending(png("green"))
    project.fetch("/old/1.png")
    got, problems = project.fetch("/new/1.png")
    assert problems == () and got["/new/1.png"].path.read_bytes() == png("green")
    assert project.fetch("/old/1.png")[0]["/old/1.png"].path.read_bytes() == png("red")


def test_what_another_run_just_wrote_is_not_taken_for_a_persons_file(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/1.png"] = sending(png())
    project.fetch("/1.png")
    read, before = lock.read, [True]

    def read_too_early(lock_file: Path, name: str) -> object:
        return ({}, ()) if before and before.pop() else read(lock_file, name)

    monkeypatch.setattr(lock, "read", read_too_early)
    got, problems = project.fetch("/1.png")
    assert problems == () and "/1.png" in got and "replaced" not in project.record("/1.png")


def test_a_file_put_there_during_the_download_is_not_overwritten(project: Project, server: Server) -> None:
    def answer(handler: object) -> None:
        put(project, "binance/1.png", png("green"))
        sending(png("red"))(handler)  # type: ignore[arg-type]

    server.routes["/1.png"] = answer
    got, problems = project.fetch("/1.png")
    assert got == {} and "during the download" in only(problems, "S09").message
    assert project.files() == ["binance/1.png"]
    got, _ = project.fetch("/1.png")
    assert got["/1.png"].path.read_bytes() == png("green")


def test_a_persons_file_is_used_where_the_lock_file_cannot_be_written(project: Project, server: Server) -> None:
    path = put(project, "binance/1.png", png())
    project.source.lock_file.with_name(".screenshots.lock.yaml.guard").mkdir()
    got, problems = project.fetch("/1.png")
    assert got["/1.png"].path == path and sorted(codes(problems)) == ["S09", "S11"]


# Mirrors


@pytest.fixture
def shelf(project: Project) -> Path:
    folder = project.root / "shelf"
    (folder / "gate" / "Bilder ä").mkdir(parents=True)
    (folder / "gate" / "Bilder ä" / "Screenshot 1.png").write_bytes(png("red"))
    return folder


PREFIX = "https://pictures.example/guides/"
PICTURE = PREFIX + "gate/Bilder%20%C3%A4/Screenshot 1.png"


@pytest.mark.parametrize("mirror", ["shelf", "{root}/shelf", "{root}/shelf/"])
@pytest.mark.parametrize("prefix", [PREFIX, PREFIX.rstrip("/")])
def test_a_folder_stands_in_for_a_prefix(
    project: Project, server: Server, shelf: Path, mirror: str, prefix: str
) -> None:
    mirror = mirror.format(root=project.root.as_posix())
    got, problems = project.fetch(PICTURE, prefix=prefix, mirror=mirror, offline=True)
    assert problems == ()
    assert got[PICTURE].path == project.source.folder / "binance" / "Screenshot 1.png"
    assert got[PICTURE].path.read_bytes() == png("red")
    records = project.source.lock_file.read_text("utf-8")
    assert f"address: {PREFIX}gate/Bilder%20%C3%A4/Screenshot%201.png\n" in records
    shutil.rmtree(shelf)
    got, problems = project.fetch(PICTURE)
    assert problems == () and PICTURE in got, "kept and locked like a download"


def test_a_folder_is_read_again_on_refresh(project: Project, server: Server, shelf: Path) -> None:
    project.fetch(PICTURE, prefix=PREFIX, mirror="shelf")
    picture = shelf / "gate" / "Bilder ä" / "Screenshot 1.png"
    assert project.fetch(PICTURE, prefix=PREFIX, mirror="shelf", refresh=True)[1] == ()
    picture.write_bytes(png("green"))
    assert project.fetch(PICTURE, prefix=PREFIX, mirror="shelf")[1] == ()
    got, problems = project.fetch(PICTURE, prefix=PREFIX, mirror="shelf", refresh=True)
    assert problems == () and got[PICTURE].path.read_bytes() == png("green")


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("gate/none.png", "has no gate/none.png"),
        ("gate", "has no gate"),
        ("..%2Fsecret.png", "leads out"),
        ("gate%2F..%2F..%2Fsecret.png", "leads out"),
        ("..%252Fsecret.png", "leads out"),
        ("%2Fetc%2Fhostname", "leads out"),
        ("nul%00.png", "has no"),
        ("link.png", "leads out"),
        ("linked/secret.png", "leads out"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_nothing_comes_from_outside_the_folder(
    project: Project, server: Server, shelf: Path, rest: str, says: str
) -> None:
    (project.root / "outside").mkdir()
    for secret in (project.root / "secret.png", project.root / "outside" / "secret.png"):
        secret.write_bytes(png())
    (shelf / "link.png").symlink_to(project.root / "secret.png")
    (shelf / "linked").symlink_to(project.root / "outside")
    got, problems = project.fetch(PREFIX + rest, prefix=PREFIX, mirror="shelf")
    assert got == {} and says in only(problems, "S12").message
    assert project.files() == []


def test_a_folder_of_files_is_held_to_the_same_limits(project: Project, server: Server, shelf: Path) -> None:
    (shelf / "page.png").write_bytes(b"<html>")
    (shelf / "huge.png").write_bytes(bytes(3000))
    os.mkfifo(shelf / "pipe.png") if hasattr(os, "mkfifo") else (shelf / "pipe.png").mkdir()
    names = ("page.png", "huge.png", "pipe.png")
    got, problems = project.fetch(
        *(PREFIX + name for name in names), prefix=PREFIX, mirror="shelf", limits=replace(QUICK, bytes=2000)
    )
    assert got == {} and codes(problems) == ["S04", "S03", "S12"]


def test_a_folder_that_is_not_there(project: Project, server: Server) -> None:
    got, problems = project.fetch(PICTURE, prefix=PREFIX, mirror="nowhere")
    assert got == {} and "not a folder" in only(problems, "S12").message


def test_a_mirror_without_a_prefix_is_told(project: Project, server: Server, shelf: Path) -> None:
    got, problems = project.fetch(PICTURE, mirror="shelf")
    assert got == {} and "prefix" in only(problems, "S12").message


def test_an_address_stands_in_for_a_prefix(project: Project, server: Server) -> None:
    server.routes["/m/gate/Bilder%20%C3%A4/Screenshot%201.png"] = in_turn(
        sending(png("red"), ETag='"mirror"'), sending(png("green"))
    )
    server.routes["/guidesother/1.png"] = sending(png("blue"))
    mirror = {"prefix": PREFIX, "mirror": f"{server.root}/m", "hosts": ()}
    got, problems = project.fetch(PICTURE, **mirror)
    assert problems == () and got[PICTURE].path.read_bytes() == png("red")
    assert "etag" not in project.source.lock_file.read_text(), "it would mean nothing to the real server"
    got, problems = project.fetch(PICTURE, refresh=True, **mirror)
    assert problems == () and got[PICTURE].path.read_bytes() == png("green")
    assert "If-None-Match" not in server.asked[1][1]
    asked = len(server.asked)
    _, problems = project.fetch("https://pictures.example/guidesother/1.png", **mirror)
    assert codes(problems) == ["S06"] and len(server.asked) == asked
    _, problems = project.fetch(PREFIX + "2.png", offline=True, **mirror)
    assert codes(problems) == ["S07"] and len(server.asked) == asked
