"""The look at links, against a server on this machine."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from builder.checks.links import Bounds, look
from builder.guides.guide import Guide, parse_guide

TODAY = datetime.date(2026, 7, 1)
QUICK = Bounds(connect=1, read=0.3, pause=0)


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    times: ClassVar[list[float]] = []
    at_once: ClassVar[list[int]] = []
    now: ClassVar[int] = 0
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def _answer(self) -> None:
        with self._guard:
            type(self).now += 1
            self.asked.append(f"{self.command} {self.path}")
            self.times.append(time.monotonic())
            self.at_once.append(type(self).now)
        time.sleep(0.6 if self.path == "/slow" else 0.01)
        status = {"/gone": 410, "/missing": 404, "/broken": 500}.get(self.path, 200)
        if self.path == "/no-head" and self.command == "HEAD":
            status = 405
        if self.path in {"/circle", "/moved"}:
            status = 302
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/circle" if self.path == "/circle" else f"http://127.0.0.1:{PORT[0]}/fine")
        self.send_header("Content-Length", "0")
        self.end_headers()
        with self._guard:
            type(self).now -= 1

    do_HEAD = do_GET = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


PORT = [0]


@pytest.fixture
def server() -> Iterator[str]:
    # What an earlier test left behind, such as a slow answer, must not count in this one.
    for kept in ("asked", "times", "at_once"):
        setattr(Handler, kept, [])
    here = type("Here", (Handler,), {"now": 0})
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), here)
    PORT[0] = httpd.server_address[1]
    threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://localhost:{PORT[0]}"
    httpd.shutdown()
    httpd.server_close()


def guide_with(*addresses: str) -> list[Guide]:
    links = "\n".join(f"- [a page]({address})" for address in addresses)
    source = f"# T on Exemplar\n\n## Step 1: Go\n\n{links}\n"
    guide, _ = parse_guide(source, "exemplar", "exemplar.md")
    assert guide
    return [guide]


def codes(server: str, *paths: str, bounds: Bounds = QUICK, remembered: dict[str, Any] | None = None) -> list[str]:
    found = look(
        guide_with(*(server + path for path in paths)), {} if remembered is None else remembered, TODAY, bounds
    )
    return [finding.code for finding in found["exemplar"]]


def test_what_answers_is_fine(server: str) -> None:
    assert codes(server, "/fine", "/no-head") == []
    assert Handler.asked == ["HEAD /fine", "HEAD /no-head", "GET /no-head"]


def test_what_is_gone(server: str) -> None:
    assert codes(server, "/gone", "/missing") == ["K01", "K01"]
    assert Handler.asked == ["HEAD /gone", "GET /gone", "HEAD /missing", "GET /missing"]


def test_what_can_not_be_asked(server: str) -> None:
    assert codes(server, "/broken", "/slow", "/circle") == ["K02", "K02", "K02"]
    assert codes("http://localhost:1", "/") == ["K02"]


def test_what_leads_elsewhere(server: str) -> None:
    assert codes(server, "/moved") == ["K03"]


def test_good_answers_are_remembered_for_a_while(server: str) -> None:
    remembered: dict[str, Any] = {}
    assert codes(server, "/fine", "/gone", remembered=remembered) == ["K01"]
    Handler.asked.clear()
    assert codes(server, "/fine", "/gone", remembered=remembered) == ["K01"]
    assert "HEAD /fine" not in Handler.asked and "HEAD /gone" in Handler.asked
    Handler.asked.clear()
    remembered[f"{server}/fine"]["asked"] = "2026-06-01"
    assert codes(server, "/fine", remembered=remembered) == []
    assert Handler.asked == ["HEAD /fine"]
    remembered[f"{server}/fine"] = {"nonsense": 1}
    assert codes(server, "/fine", remembered=remembered) == []


def test_one_request_at_a_time_with_a_pause(server: str) -> None:
    assert codes(server, "/a", "/b", "/c", bounds=Bounds(pause=0.1)) == []
    assert max(Handler.at_once) == 1
    assert all(later - earlier >= 0.09 for earlier, later in zip(Handler.times, Handler.times[1:], strict=False))


def test_bounds(server: str) -> None:
    assert codes(server, "/a", "/b", "/c", bounds=Bounds(addresses=2, pause=0)) == ["K02"]
    assert codes(server, "/d", "/e", bounds=Bounds(total=0, pause=0)) == ["K02", "K02"]
    assert Handler.asked == ["HEAD /a", "HEAD /b"]


def test_each_address_is_asked_once(server: str) -> None:
    assert codes(server, "/a", "/a") == []
    assert Handler.asked == ["HEAD /a"]
