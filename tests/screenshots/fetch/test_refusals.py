"""Downloads: which addresses may be asked, and what counts as a picture."""

from __future__ import annotations

import gzip
import io
import socket
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest
from picture_server import (
    QUICK,
    Answer,
    Project,
    Server,
    codes,
    only,
    png,
    png_that_claims,
    sending,
)
from PIL import Image

from builder.screenshots.fetch import transfer


def redirecting(to: str, status: int = 302) -> Answer:
    return sending(b"", status, Location=to)


def test_redirects_to_allowed_hosts_are_followed(project: Project, server: Server) -> None:
    server.routes["/1.png"] = redirecting("/b%20c/2.png", 301)
    server.routes["/b%20c/2.png"] = redirecting(f"{server.root}/3.png?token=x", 307)
    server.routes["/3.png?token=x"] = sending(png())
    got, problems = project.fetch("/1.png")
    assert problems == () and got["/1.png"].path.name == "1.png"
    assert project.record("/1.png")["address"].endswith("/1.png")


@pytest.mark.parametrize(
    "to",
    [
        "http://localhost:{port}/2.png",
        "//localhost:{port}/2.png",
        "http://a:b@127.0.0.1:{port}/2.png",
        "file:///etc/x",
        "",
    ],
)
def test_redirects_elsewhere_are_refused(project: Project, server: Server, to: str) -> None:
    server.routes["/1.png"] = redirecting(to.format(port=server.port))
    server.routes["/2.png"] = sending(png())
    got, problems = project.fetch("/1.png")
    assert got == {} and server.paths == ["/1.png"]
    assert codes(problems) == ["S06" if to else "S02"]


def test_redirects_end(project: Project, server: Server) -> None:
    server.routes["/1.png"] = redirecting("/1.png")
    _, problems = project.fetch("/1.png", limits=replace(QUICK, redirects=3))
    assert "3 times" in only(problems, "S06").message and len(server.asked) == 4


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://pictures.example/1.png", "not encrypted"),
        ("https://elsewhere.example/1.png", "not an allowed host"),
        ("https://user:pass@pictures.example/1.png", "user name or password"),
        ("ftp://pictures.example/1.png", "not an https address"),
        ("https:///1.png", "not an https address"),
        ("https://pictures.example/a/%2e%2e/1.png", "'..'"),
        ("https://pictures.example:port/1.png", "not a valid address"),
        ("https://elsewhere.example\\@pictures.example/1.png", "address"),
        ("https://pictures.example\\.elsewhere.example/1.png", "no valid host"),
        ("data://x,aaaa", "not an https address"),
    ],
)
def test_addresses_that_may_not_be_asked(
    project: Project, address: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("a connection was tried"))
    got, problems = project.fetch(address, hosts=("pictures.example",))
    assert got == {} and says in only(problems, "S06").message
    assert "pass" not in str(problems[0]).replace("password", "")


def test_nothing_secret_is_told_or_sent(project: Project, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = project.root / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hidden\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.routes["/1.png?token=hidden"] = sending(b"", 404, Set_Cookie="a=b")
    server.routes["/2.png"] = sending(png(), Set_Cookie="a=b")
    server.routes["/3.png"] = sending(png())
    _, problems = project.fetch("/1.png?token=hidden", "/2.png", "/3.png", limits=replace(QUICK, parallel=1))
    assert "hidden" not in str(only(problems, "S02")) and "/1.png" in str(problems[0])
    for _, headers in server.asked:
        assert "Authorization" not in headers and "Cookie" not in headers
        assert headers["Accept"] == "image/*" and headers["User-Agent"].startswith("handbook-builder")


def test_a_server_that_does_not_speak_tls_is_asked_once(project: Project, server: Server) -> None:
    got, problems = project.fetch(f"https://127.0.0.1:{server.port}/1.png")
    assert got == {} and "no trusted connection" in only(problems, "S01").message
    assert "tries" not in problems[0].message


def test_too_many_bytes_announced(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(png(), Content_Length="1001")
    began = time.monotonic()
    got, problems = project.fetch("/1.png", limits=replace(QUICK, bytes=1000, read_seconds=5))
    assert got == {} and "1,000 bytes" in only(problems, "S03").message
    assert time.monotonic() - began < 2, "the body is not waited for"


def test_too_many_bytes_unannounced(project: Project, server: Server) -> None:
    sent = 0

    def endless(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while sent < 200_000_000:
            handler.wfile.write(bytes(100_000))
            sent += 100_000

    server.routes["/1.png"] = endless
    got, problems = project.fetch("/1.png", limits=replace(QUICK, bytes=1_000_000))
    only(problems, "S03")
    assert got == {} and sent < 100_000_000 and project.files() == []


def test_a_small_body_may_not_unpack_to_much(project: Project, server: Server) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server.routes["/1.png"] = sending(bomb, Content_Encoding="gzip")
    got, problems = project.fetch("/1.png", limits=replace(QUICK, bytes=1_000_000))
    only(problems, "S03")
    assert got == {} and len(bomb) < 100_000 and project.files() == []


def test_no_more_is_unpacked_than_may_be_kept() -> None:
    unpack = transfer._unpacker("", {"Content-Encoding": "gzip"})
    assert len(unpack(gzip.compress(bytes(50_000_000)), 1000)) == 1000


def test_a_packed_picture_is_unpacked(project: Project, server: Server) -> None:
    server.routes["/1.png"] = sending(gzip.compress(png()), Content_Encoding="gzip")
    server.routes["/2.png"] = sending(png(), Content_Encoding="br")
    got, problems = project.fetch("/1.png", "/2.png")
    assert got["/1.png"].path.read_bytes() == png()
    assert only(problems, "S04").place.line == 2
    assert {headers["Accept-Encoding"] for _, headers in server.asked} == {"identity"}


def animation() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("red", "green")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (8, 6)).save(out, "GIF")
    return out.getvalue()


def damaged() -> bytes:
    body = bytearray(png(size=(64, 64)))
    body[60] ^= 0xFF
    return bytes(body)


def shortened_jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()[:-400]


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        (b"<!DOCTYPE html><html><title>Sign in</title>", "S04", "a web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "S04", "an SVG drawing"),
        (gif(), "S04", "a GIF"),
        (b"", "S04", "an empty file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "S04", "Git LFS"),
        (animation(), "S04", "moves"),
        (damaged(), "S04", "damaged PNG"),
        (png()[:-20], "S04", "damaged PNG"),
        (shortened_jpeg(), "S04", "damaged JPEG"),
        (png_that_claims(5001, 5000), "S05", "5001 × 5000"),
        (png_that_claims(10_000, 10_000), "S05", "more than the limit"),
        (png_that_claims(60_000, 60_000), "S05", "more than the limit"),
    ],
)
def test_what_is_no_picture(
    project: Project, server: Server, body: bytes, code: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if code == "S05":
        monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    server.routes["/1.png"] = sending(body, Content_Type="image/png")
    got, problems = project.fetch("/1.png")
    problem = only(problems, code)
    assert got == {} and says in problem.message and problem.hint and not problem.is_error
    assert len(server.asked) == 1 and project.files() == [] and not project.source.lock_file.exists()
