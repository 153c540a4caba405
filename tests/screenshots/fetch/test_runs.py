"""Downloads by several runs at once, by runs that are cut short, onto disks that refuse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from picture_server import (
    ROOT,
    Answer,
    Project,
    Server,
    codes,
    in_turn,
    only,
    png,
    sending,
)

from builder.problems import Place
from builder.screenshots.fetch import lock

RUNNER = """
import sys, datetime, pathlib, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore Ctrl-C
from builder.problems import Place
from builder.screenshots.fetch.download import Limits, Source, Wanted, fetch
root = pathlib.Path(sys.argv[1])
assets = root / "assets"
source = Source(assets / "screenshots", assets / "screenshots.lock.yaml", ("127.0.0.1",))
wanted = [Wanted(address, "binance", Place("guides/binance.md", 1)) for address in sys.argv[2:]]
print("ready", flush=True)
got = fetch(wanted, source, Limits(retries=0), today=datetime.date(2026, 3, 1), project=root)
print(len(got.screenshots), *got.problems, sep="\\n")
"""


def run(project: Project, *paths: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", RUNNER, str(project.root), *(project.server.root + path for path in paths)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_runs_at_once(project: Project, server: Server) -> None:
    bodies = {f"/{letter}/{n}.png": png(size=(n + 1, ord(letter))) for n in range(10) for letter in "ab"}

    def late(body: bytes) -> Answer:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            time.sleep(0.05)
            sending(body)(handler)

        return answer

    server.routes.update({path: late(body) for path, body in bodies.items()})
    halves = [path for path in bodies if path.startswith("/a")], [path for path in bodies if path.startswith("/b")]
    runs = [run(project, *halves[0], "/b/1.png"), run(project, *halves[1], "/a/1.png"), run(project, *bodies)]
    outputs = [one.communicate(timeout=20) for one in runs]
    assert [out.split("\n")[1:] for out, _ in outputs] == [["11", ""], ["11", ""], ["20", ""]], outputs
    asked = len(server.asked)
    got, problems = project.fetch(*bodies)
    assert problems == () and len(server.asked) == asked
    assert {path: shot.path.read_bytes() for path, shot in got.items()} == bodies
    assert len(project.files()) == 20
    assert not any("replaced" in project.record(path) or "earlier" in project.record(path) for path in bodies)


def stalling(reached: threading.Event) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(png())))
        handler.end_headers()
        handler.wfile.write(png()[:40])
        handler.wfile.flush()
        reached.set()
        time.sleep(4)

    return answer


def test_a_killed_run_leaves_nothing_half_written(project: Project, server: Server) -> None:
    reached = threading.Event()
    server.routes["/1.png"] = in_turn(stalling(reached), sending(png()))
    one = run(project, "/1.png")
    assert reached.wait(5)
    while not (left := [file for file in project.files() if Path(file).name.startswith(".part-")]):
        time.sleep(0.01)
    time.sleep(0.1)
    one.kill()
    one.communicate(timeout=5)
    assert project.files() == left and not project.source.lock_file.exists()

    got, problems = project.fetch("/1.png")
    assert problems == () and got["/1.png"].path.read_bytes() == png()
    assert project.files() == [*left, "binance/1.png"], "it may be another run's that is still at work"
    old = time.time() - 7200
    os.utime(project.source.folder / left[0], (old, old))
    server.routes["/2.png"] = sending(png())
    project.fetch("/2.png")
    assert project.files() == ["binance/1.png", "binance/2.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way there")
def test_ctrl_c_ends_at_once_and_keeps_what_came(project: Project, server: Server) -> None:
    reached = threading.Event()
    server.routes["/1.png"], server.routes["/2.png"] = sending(png()), stalling(reached)
    one = run(project, "/1.png", "/2.png")
    assert reached.wait(5)
    time.sleep(0.6)
    began = time.monotonic()
    one.send_signal(signal.SIGINT)
    _, errors = one.communicate(timeout=5)
    assert time.monotonic() - began < 2
    assert one.returncode == -signal.SIGINT and "KeyboardInterrupt" in errors
    assert project.files() == ["binance/1.png"] and project.record("/1.png")["bytes"] == len(png())


@pytest.mark.parametrize("recorded", [True, False])
def test_a_run_that_ends_between_record_and_file_does_no_harm(
    project: Project, server: Server, recorded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/1.png"] = in_turn(sending(png("red")), sending(png("green")))
    project.fetch("/1.png")
    put = lock.put

    def killed(part: Path, target: Path) -> None:
        if target.suffix == ".png" or not recorded:
            raise SystemExit
        put(part, target)

    with monkeypatch.context() as patch:
        patch.setattr(lock, "put", killed)
        with pytest.raises(SystemExit):
            project.fetch("/1.png", refresh=True)
    assert ("earlier" in project.record("/1.png")) is recorded
    got, problems = project.fetch("/1.png", refresh=not recorded)
    assert codes(problems) == ([] if recorded else ["S08"])
    assert got["/1.png"].path.read_bytes() == png("green")
    assert "replaced" not in project.record("/1.png") and project.files() == ["binance/1.png"]


def test_a_folder_that_cannot_be_written(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png())
    project.source.folder.mkdir(parents=True)
    (project.source.folder / "binance").write_text("a file where the folder should be")
    got, problems = project.fetch("/1.png")
    assert got == {} and only(problems, "S11").place == Place("guides/binance.md", 1)
    assert "assets/screenshots/binance" in problems[0].message and server.asked == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_full_disk(project: Project, server: Server) -> None:
    import resource

    server.routes["/1.png"] = sending(png(size=(400, 400), colour="red") + bytes(100_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        got, problems = project.fetch("/1.png")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    only(problems, "S11")
    assert got == {} and project.files() == [] and not project.source.lock_file.exists()


def test_a_lock_file_that_cannot_be_written(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png())
    guard = project.source.lock_file.with_name(".screenshots.lock.yaml.guard")
    guard.mkdir(parents=True)
    got, problems = project.fetch("/1.png")
    assert got == {} and codes(problems) == ["S11", "S11"]
    assert {problem.place.file for problem in problems} == {"assets/screenshots.lock.yaml", "guides/binance.md"}
    assert project.files() == []


def test_a_corrupt_lock_file_is_told_and_left_alone(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png())
    project.source.lock_file.parent.mkdir(parents=True)
    project.source.lock_file.write_text("- address: [\n")
    got, problems = project.fetch("/1.png")
    problem = only(problems, "S10")
    assert got == {} and problem.is_error and problem.place.file == "assets/screenshots.lock.yaml"
    assert project.source.lock_file.read_text() == "- address: [\n" and server.asked == []


def test_a_lock_file_that_becomes_corrupt_meanwhile_is_left_alone(project: Project, server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        project.source.lock_file.write_text("<<<<<<< HEAD\n")
        sending(png())(handler)

    server.routes["/1.png"] = answer
    got, problems = project.fetch("/1.png")
    assert got == {} and sorted(codes(problems)) == ["S10", "S11"]
    assert project.source.lock_file.read_text() == "<<<<<<< HEAD\n" and project.files() == []


def test_other_stages_keys_survive_a_refresh(project: Project, server: Server) -> None:
    server.routes["/1.png"] = in_turn(sending(png("red")), sending(png("green")))
    project.fetch("/1.png")
    text = project.source.lock_file.read_text()
    more = "  masks:\n  - {kind: API key, box: [1, 2, 3, 4]}\n  confirmed: {by: Ann, date: 2026-02-01}\n"
    project.source.lock_file.write_text(text + more)
    project.fetch("/1.png", refresh=True)
    record = project.record("/1.png")
    assert record["masks"] == [{"kind": "API key", "box": [1, 2, 3, 4]}]
    assert record["confirmed"] == {"by": "Ann", "date": date(2026, 2, 1)}
