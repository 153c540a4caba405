"""Downloads from servers in trouble, and without a network."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from picture_server import (
    QUICK,
    TODAY,
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
from builder.screenshots.fetch import obtain, transfer
from builder.screenshots.fetch.download import Limits, Wanted, fetch


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_in_trouble_is_asked_again(project: Project, server: Server, status: int) -> None:
    server.routes["/1.png"] = in_turn(sending(b"oh", status), sending(b"oh", status), sending(png()))
    got, problems = project.fetch("/1.png")
    assert problems == () and "/1.png" in got and len(server.asked) == 3


def test_retries_end(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(b"oh", 503)
    got, problems = project.fetch("/1.png", limits=replace(QUICK, retries=2))
    assert got == {} and len(server.asked) == 3
    assert "503 Service Unavailable (3 tries)" in only(problems, "S01").message


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204, 304])
def test_a_refusal_is_final(project: Project, server: Server, status: int) -> None:
    server.routes["/1.png"] = sending(b"" if status in (204, 304) else b"no", status)
    got, problems = project.fetch("/1.png")
    assert got == {} and len(server.asked) == 1 and project.files() == []
    problem = only(problems, "S02")
    assert str(status) in problem.message and problem.place == Place("guides/binance.md", 1) and problem.hint


def test_retry_after_is_honoured(project: Project, server: Server) -> None:
    server.routes["/1.png"] = in_turn(sending(b"", 429, Retry_After="1"), sending(png()))
    began = time.monotonic()
    got, _ = project.fetch("/1.png")
    assert "/1.png" in got and 1 <= time.monotonic() - began < 3


def test_retry_after_is_bounded(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(b"", 503, Retry_After="31")
    began = time.monotonic()
    _, problems = project.fetch("/1.png", limits=replace(QUICK, total_seconds=60))
    only(problems, "S01")
    assert time.monotonic() - began < 2 and len(server.asked) == 1


def test_retry_after_as_a_date_is_read_on_the_servers_clock() -> None:
    headers = {"Date": "Mon, 02 Feb 2015 10:00:00 GMT", "Retry-After": "Mon, 02 Feb 2015 10:00:07 GMT"}
    assert transfer._retry_after(headers) == 7
    assert transfer._retry_after({"Retry-After": "soon"}) is None


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    body = png()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:30])
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_off_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"1e\r\n" + png()[:30] + b"\r\n")
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("trouble", [cut_off, cut_off_chunks, hang_up])
def test_a_broken_connection_is_tried_again(project: Project, server: Server, trouble: Answer) -> None:
    server.routes["/1.png"] = in_turn(trouble, sending(png()))
    got, problems = project.fetch("/1.png")
    assert problems == () and got["/1.png"].path.read_bytes() == png()
    server.routes["/2.png"] = trouble
    got, problems = project.fetch("/2.png")
    assert got == {} and server.paths.count("/2.png") == 4 and project.files() == ["binance/1.png"]
    only(problems, "S01")


def test_chunks_without_a_length_are_taken_whole(project: Project, server: Server) -> None:
    body = png(size=(300, 200))

    def chunks(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(body), 100):
            piece = body[start : start + 100]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    server.routes["/1.png"] = chunks
    assert project.fetch("/1.png")[0]["/1.png"].path.read_bytes() == body


def dripping(handler: BaseHTTPRequestHandler) -> None:
    body = png(size=(500, 500))
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for byte in body:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.02)


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    for number in range(1000):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" if number == 0 else b"X-%d: 1\r\n" % number)
        time.sleep(0.05)


@pytest.mark.parametrize(("trouble", "grace"), [(dripping, 5), (dripping_headers, 0.2)])
def test_a_slow_picture_ends_at_the_total_limit(
    project: Project, server: Server, trouble: Answer, grace: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(obtain, "_GRACE_SECONDS", grace)
    server.routes["/0.png"], server.routes["/1.png"] = trouble, sending(png())
    began = time.monotonic()
    limits = replace(QUICK, total_seconds=0.5, parallel=1)
    got, problems = project.fetch("/1.png", "/0.png", limits=limits)
    assert time.monotonic() - began < 1.5
    assert list(got) == ["/1.png"] and "not complete" in only(problems, "S01").message
    assert project.files() == ["binance/1.png"]


def test_a_refused_connection_is_not_tried_for_every_picture(project: Project) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        began = time.monotonic()
        got, problems = project.fetch(*(f"{address}/{n}.png" for n in range(29)), limits=Limits())
    assert time.monotonic() - began < 2
    assert got == {} and codes(problems) == ["S01"]
    assert problems[0].place.line == 1 and "29 pictures could not be had" in problems[0].message


@pytest.mark.skipif(sys.platform != "linux", reason="a full backlog drops connections there")
def test_a_host_that_swallows_connections_is_not_waited_for_twice(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, contextlib.ExitStack() as stack:
        for _ in range(4):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        began = time.monotonic()
        limits = Limits(connect_seconds=0.4)
        got, problems = project.fetch(*(f"{address}/{n}.png" for n in range(29)), limits=limits)
    assert 0.4 <= time.monotonic() - began < 1.2
    assert got == {} and codes(problems) == ["S01"]


def test_without_a_network_a_build_does_not_wait(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def no_names(host: object, *_: object, **__: object) -> Any:
        asked.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    began = time.monotonic()
    addresses = [f"https://pictures.example/{n}.png" for n in range(29)]
    got, problems = project.fetch(*addresses, limits=Limits(), hosts=("pictures.example",))
    assert time.monotonic() - began < 2
    assert got == {} and codes(problems) == ["S01"]
    assert len(asked) == 1, "asked once, and for none of the others"


def test_a_name_look_up_that_hangs_does_not_hang_the_build(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, released = socket.getaddrinfo, threading.Event()

    def hanging(host: object, *more: Any, **named: Any) -> Any:
        if host == "pictures.example":
            released.wait(8)
            raise socket.gaierror(socket.EAI_AGAIN, "at last")
        return real(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    monkeypatch.setattr(obtain, "_GRACE_SECONDS", 0.2)
    server.routes["/1.png"] = sending(png())
    began = time.monotonic()
    got, problems = project.fetch(
        "https://pictures.example/1.png",
        "/1.png",
        limits=replace(QUICK, total_seconds=0.3, parallel=1),
        hosts=("pictures.example", "127.0.0.1"),
    )
    released.set()
    assert time.monotonic() - began < 2
    assert list(got) == ["/1.png"] and only(problems, "S01").place.line == 1


def test_pictures_are_asked_for_at_the_same_time(project: Project, server: Server) -> None:
    together = threading.Barrier(8, timeout=3)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        together.wait()
        sending(png())(handler)

    paths = [f"/{n}.png" for n in range(8)]
    server.routes.update(dict.fromkeys(paths, answer))
    reported: list[tuple[int, int, str]] = []
    wanted = [Wanted(server.root + path, "gate", Place("guides/gate.md", 1)) for path in paths]
    got = fetch(
        wanted, project.source, QUICK, today=TODAY, project=project.root, report=lambda *now: reported.append(now)
    )
    assert got.problems == () and len(got.screenshots) == 8
    assert [done for done, _, _ in reported] == list(range(1, 9)) and {total for _, total, _ in reported} == {8}
    assert sorted(name for _, _, name in reported) == [f"gate/{n}" for n in range(8)]
