"""A page can reach prepared assets and nothing else, whatever it says and however it says it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import screen

from builder.layout import document as layout
from builder.pages.fonts import FACES
from builder.pages.page import Page
from builder.screenshots.prepare.encode import encode
from builder.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "cache")
    store.open()
    (tmp_path / "secret.png").write_bytes(encode(screen(["secret"])))
    (store.assets / ("a" * 40 + ".png")).symlink_to(tmp_path / "secret.png")
    return store


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()


def page(store: Store, body: str) -> Page:
    """A page in a typeface of ours: the engine sees no others."""
    face = store.put_asset(FACES[0].load(), ".ttf")
    style = f'<style>@font-face {{ font-family: T; src: url("asset:///{face}") }} html {{ font-family: T }}</style>'
    return Page(f"<!doctype html><html lang=en><title>t</title>{style}{body}", tagged=False)


WAYS = {
    "image": '<img src="{}" alt="x">',
    "style sheet": '<link rel="stylesheet" href="{}">',
    "import": "<style>@import '{}';</style>",
    "background": "<div style=\"background: url('{}'); height: 9mm\">x</div>",
    "list mark": "<ul style=\"list-style-image: url('{}')\"><li>x</li></ul>",
    "content": "<style>p::before {{ content: url('{}') }}</style><p>x</p>",
    "typeface": "<style>@font-face {{ font-family: F; src: url('{}') }} p {{ font-family: F }}</style><p>x</p>",
    "border": "<div style=\"border: 2mm solid; border-image: url('{}') 3\">x</div>",
    "attachment": '<link rel="attachment" href="{}">',
    "attached link": '<a rel="attachment" href="{}">x</a>',
    "object": '<object data="{}">x</object>',
    "embed": '<embed src="{}">',
    "picture in a drawing": '<svg viewBox="0 0 9 9"><image href="{}" width="9" height="9"/></svg>',
    "base": '<base href="{}"><img src="x.png" alt="x">',
}
FORBIDDEN = (
    "{server}/x.png",
    "file://{folder}/secret.png",
    "{folder}/secret.png",
    "../secret.png",
    "asset:///../secret.png",
    "asset:///%2e%2e/secret.png",
    "asset://host/" + "b" * 40 + ".png",
    "asset:///" + "a" * 40 + ".png",  # a link that leads out
)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_out(way: str, store: Store, server: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = server
    for template in FORBIDDEN:
        target = template.format(server=address, folder=tmp_path)
        with pytest.raises(ValueError, match=r"Error fetching|no prepared asset|never a link"):
            layout.lay_out(page(store, WAYS[way].format(target)), store.assets)
    assert asked == []


def test_an_svg_asset_reaches_no_further(store: Store, server: tuple[str, list[str]]) -> None:
    address, asked = server
    inner = f'<image href="{address}/x" width="9" height="9"/>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inner}</svg>'
    name = store.put_asset(drawing.encode(), ".svg")
    document = page(store, f'<img src="asset:///{name}" alt="x">')
    with pytest.raises(ValueError, match=r"Error fetching|no prepared asset|never a link"):
        layout.lay_out(document, store.assets)
    assert asked == []


def test_an_asset_is_placed_and_leaves_no_path(store: Store, tmp_path: Path) -> None:
    name = store.put_asset(encode(screen(["fine"])), ".png")
    document = page(store, f'<img src="asset:///{name}" alt="x">')
    laid = layout.lay_out(document, store.assets)
    assert laid.pages == 1 and laid.complaints == ()
    assert str(tmp_path).encode() not in laid.pdf
