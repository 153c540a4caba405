"""Downloads: what is asked, what is kept and under which name."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from picture_server import (
    ROOT,
    TODAY,
    Project,
    Server,
    in_turn,
    only,
    png,
    sending,
    webp,
)

from builder.problems import Place


def test_a_picture_is_kept_under_its_name_and_locked(project: Project, server: Server) -> None:
    server.routes["/a/Screenshot%201.png"] = sending(png(), ETag='"v1"', Last_Modified="Mon, 02 Feb 2026 10:00:00 GMT")
    got, problems = project.fetch("/a/Screenshot%201.png")
    assert problems == ()
    shot = got["/a/Screenshot%201.png"]
    assert shot.path == project.source.folder / "binance" / "Screenshot 1.png"
    assert shot.path.read_bytes() == png() and shot.size == len(png())
    record = project.record("/a/Screenshot%201.png")
    assert record == {
        "address": server.root + "/a/Screenshot%201.png",
        "file": "binance/Screenshot 1.png",
        "sha256": shot.sha256,
        "bytes": len(png()),
        "fetched": TODAY,
        "etag": '"v1"',
        "last_modified": "Mon, 02 Feb 2026 10:00:00 GMT",
    }
    assert project.files() == ["binance/Screenshot 1.png"]


def test_two_writings_of_an_address_are_one_download(project: Project, server: Server) -> None:
    server.routes["/a/Screenshot%201.png"] = sending(png())
    got, problems = project.fetch("/a/Screenshot 1.png", "/a/Screenshot%201.png", "/a/%53creenshot 1.png#top")
    assert problems == ()
    assert server.paths == ["/a/Screenshot%201.png"]
    assert set(got) == {"/a/Screenshot 1.png", "/a/Screenshot%201.png", "/a/%53creenshot 1.png#top"}
    assert {shot.address.removeprefix(server.root) for shot in got.values()} == set(got)


@pytest.mark.parametrize(
    ("written", "asked", "file"),
    [
        ("/a/two  spaces.png", "/a/two%20%20spaces.png", "two  spaces.png"),
        ("/a/Gebühr%C3%A9.png", "/a/Geb%C3%BChr%C3%A9.png", "Gebühré.png"),
        ("/a/x.png?raw=true&b=1 2", "/a/x.png?raw=true&b=1%202", "x.png"),
        ("/a/100%25.png", "/a/100%25.png", "100%.png"),
        ("/a/b%2Fc.png", "/a/b%2Fc.png", "b_c.png"),
        ("/a/.hidden.PNG", "/a/.hidden.PNG", "hidden.png"),
        ("/a/con.png", "/a/con.png", "_con.png"),
        ("/a/", "/a/", "picture.png"),
        ("/a/" + "é" * 90 + ".png", "/a/" + "%C3%A9" * 90 + ".png", "é" * 50 + ".png"),
        ("/a/wrong.jpg", "/a/wrong.jpg", "wrong.png"),
        ("/a/line%0Abreak%3A.png", "/a/line%0Abreak:.png", "line break_.png"),
    ],
)
def test_addresses_of_all_kinds(project: Project, server: Server, written: str, asked: str, file: str) -> None:
    server.routes[asked] = sending(png())
    got, problems = project.fetch(written)
    assert problems == ()
    assert project.files() == [f"binance/{file}"]
    assert got[written].path.name == file
    project.fetch(written)
    assert server.paths == [asked]


def test_an_address_that_was_escaped_twice_is_found_where_it_is_meant(project: Project, server: Server) -> None:
    server.routes["/a/Screenshot%201.png"] = sending(png())
    got, problems = project.fetch("/a/Screenshot%25201.png")
    assert problems == () and got["/a/Screenshot%25201.png"].path.name == "Screenshot 1.png"
    assert server.paths == ["/a/Screenshot%25201.png", "/a/Screenshot%201.png"]


def test_same_names_get_a_suffix_that_does_not_move(project: Project, server: Server) -> None:
    for path, colour in (("/b/1.png", "red"), ("/a/1.PNG", "green"), ("/c/1.jpg", "blue")):
        server.routes[path] = sending(png(colour))
    later, _ = project.fetch("/b/1.png")
    assert later["/b/1.png"].path.name == "1.png"
    got, problems = project.fetch("/c/1.jpg", "/a/1.PNG", "/b/1.png")
    assert problems == ()
    assert got["/b/1.png"].path == later["/b/1.png"].path
    assert all(re.fullmatch(r"1 [0-9a-f]{8}\.png", got[path].path.name) for path in ("/a/1.PNG", "/c/1.jpg"))
    assert len({shot.sha256 for shot in got.values()}) == 3
    for path, colour in (("/b/1.png", "red"), ("/a/1.PNG", "green"), ("/c/1.jpg", "blue")):
        assert got[path].path.read_bytes() == png(colour)
    assert project.fetch("/a/1.PNG")[0]["/a/1.PNG"].path == got["/a/1.PNG"].path


def test_the_ending_tells_the_truth_also_after_a_change(project: Project, server: Server) -> None:
    server.routes["/1.png"] = in_turn(sending(png()), sending(webp()))
    project.fetch("/1.png")
    got, problems = project.fetch("/1.png", refresh=True)
    only(problems, "S08")
    assert got["/1.png"].path.name == "1.webp" and project.files() == ["binance/1.webp"]


# What is asked, and what is not


def test_a_second_run_asks_nothing_and_imports_no_requests(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png())
    project.fetch("/1.png")
    before = project.source.lock_file.stat().st_mtime_ns
    program = (
        "import sys, datetime, pathlib\n"
        "from builder.problems import Place\n"
        "from builder.screenshots.fetch.download import *\n"
        f"root = pathlib.Path({str(project.root)!r})\n"
        "source = Source(root/'assets/screenshots', root/'assets/screenshots.lock.yaml', ('127.0.0.1',))\n"
        f"wanted = [Wanted({server.root + '/1.png'!r}, 'binance', Place('g.md', 1))]\n"
        "got = fetch(wanted, source, Limits(), today=datetime.date(2027, 1, 1), project=root)\n"
        "assert len(got.screenshots) == 1 and not got.problems, got.problems\n"
        "assert not {'requests', 'urllib3', 'PIL', 'filelock'} & set(sys.modules), 'heavy imports'\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    assert server.paths == ["/1.png"]
    assert project.source.lock_file.stat().st_mtime_ns == before


def test_offline_asks_nothing(project: Project, server: Server) -> None:
    server.routes["/1.png"] = server.routes["/2.png"] = sending(png())
    project.fetch("/1.png")
    got, problems = project.fetch("/1.png", "/2.png", offline=True, refresh=True)
    assert list(got) == ["/1.png"] and server.paths == ["/1.png"]
    problem = only(problems, "S07")
    assert problem.place == Place("guides/binance.md", 2) and not problem.is_error and problem.hint
    _, problems = project.fetch("/1.png", "/2.png", "/3.png", "/4.png", offline=True)
    assert only(problems, "S07").message == "3 pictures are not in assets/screenshots"


def test_refresh_asks_conditionally_and_keeps_what_did_not_change(project: Project, server: Server) -> None:
    changed = "Mon, 02 Feb 2026 10:00:00 GMT"
    server.routes["/1.png"] = in_turn(sending(png(), ETag='"v1"', Last_Modified=changed), sending(b"", 304))
    project.fetch("/1.png")
    before = project.source.lock_file.read_bytes()
    got, problems = project.fetch("/1.png", refresh=True)
    assert problems == () and got["/1.png"].path.read_bytes() == png()
    sent = server.asked[1][1]
    assert sent["If-None-Match"] == '"v1"' and sent["If-Modified-Since"] == changed
    assert project.source.lock_file.read_bytes() == before


def test_no_condition_is_sent_for_a_file_that_is_not_there(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png(), ETag='"v1"')
    got, _ = project.fetch("/1.png")
    before = project.source.lock_file.read_bytes()
    got["/1.png"].path.unlink()
    got, problems = project.fetch("/1.png")
    assert problems == () and got["/1.png"].path.is_file()
    assert "If-None-Match" not in server.asked[1][1]
    assert project.source.lock_file.read_bytes() == before, "the same picture again changes nothing in git"


@pytest.mark.parametrize("how", ["refresh", "clean checkout"])
def test_a_change_upstream_is_taken_and_told(project: Project, server: Server, how: str) -> None:
    server.routes["/1.png"] = in_turn(sending(png("red"), ETag='"v1"'), sending(png("green"), ETag='"v2"'))
    first, _ = project.fetch("/1.png")
    if how == "clean checkout":
        shutil.rmtree(project.source.folder)
    got, problems = project.fetch("/1.png", refresh=how == "refresh")
    problem = only(problems, "S08")
    assert not problem.is_error and problem.place.line == 1 and "binance/1.png" in problem.message
    assert got["/1.png"].path.read_bytes() == png("green")
    record = project.record("/1.png")
    assert record["etag"] == '"v2"' and record["earlier"] == [first["/1.png"].sha256]
    assert project.fetch("/1.png")[1] == ()


def test_an_older_download_is_not_taken_for_a_persons_work(project: Project, server: Server) -> None:
    server.routes["/1.png"] = in_turn(sending(png("red")), sending(png("green")))
    project.fetch("/1.png")
    project.fetch("/1.png", refresh=True)
    path = project.source.folder / "binance" / "1.png"
    path.write_bytes(png("red"))  # a colleague who got the new lock file from git still has the old picture
    _, problems = project.fetch("/1.png")
    assert problems == () and path.read_bytes() == png("green")
    assert "replaced" not in project.record("/1.png") and len(server.asked) == 3


def test_a_refresh_that_fails_keeps_what_is_there(project: Project, server: Server) -> None:
    server.routes["/1.png"] = in_turn(sending(png()), sending(b"gone", 410))
    project.fetch("/1.png")
    got, problems = project.fetch("/1.png", refresh=True)
    assert "is used" in only(problems, "S02").message
    assert got["/1.png"].path.read_bytes() == png()
