"""A real HTTP server on loopback and a project that downloads from it, for the download tests."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from builder.problems import Place, Problem
from builder.screenshots.fetch import transfer
from builder.screenshots.fetch.download import Limits, Source, Wanted, fetch

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 3, 1)
QUICK = Limits(connect_seconds=1, read_seconds=2, total_seconds=10)


def png(colour: str = "white", size: tuple[int, int] = (8, 6)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def webp(colour: str = "white") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(out, "WEBP")
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


Answer = Callable[[BaseHTTPRequestHandler], None]


def sending(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in ({"Content-Length": str(len(body))} | named).items():
            if value:
                handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """The first answer to the first request, and so on; the last one from then on."""
    left = list(answers)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


@dataclass
class Server:
    routes: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def running() -> Iterator[Server]:
    """A server for the length of the block; it answers what `routes` say and keeps what it was asked."""
    known = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            known.asked.append((self.path, dict(self.headers)))
            known.routes.get(self.path, sending(b"no such page", 404))(self)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *_: object) -> None:
            pass  # the tests hang up on the server, and it on them

    http = Quiet(("127.0.0.1", 0), Handler)
    known.port = http.server_address[1]
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield known
    finally:
        http.shutdown()
        http.server_close()


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxies, and short pauses between tries."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(transfer, "BACKOFF_SECONDS", 0.02)


@dataclass
class Project:
    root: Path
    server: Server

    @property
    def source(self) -> Source:
        assets = self.root / "assets"
        return Source(assets / "screenshots", assets / "screenshots.lock.yaml", ("127.0.0.1",))

    def fetch(
        self, *addresses: str, limits: Limits = QUICK, slug: str = "binance", **changes: Any
    ) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        wanted = [
            Wanted(address if "://" in address else self.server.root + address, slug, Place(f"guides/{slug}.md", line))
            for line, address in enumerate(addresses, start=1)
        ]
        got = fetch(wanted, replace(self.source, **changes), limits, today=TODAY, project=self.root)
        return {address.removeprefix(self.server.root): shot for address, shot in got.screenshots.items()}, got.problems

    def record(self, path: str) -> dict[str, Any]:
        records = yaml.safe_load(self.source.lock_file.read_text("utf-8"))
        return next(record for record in records if record["address"] == self.server.root + path)

    def files(self) -> list[str]:
        folder = self.source.folder
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


def only(problems: tuple[Problem, ...], code: str) -> Problem:
    assert codes(problems) == [code], [str(problem) for problem in problems]
    return problems[0]
