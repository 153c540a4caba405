"""HTML → one finished PDF part. The only module that calls WeasyPrint.

The engine reads files through `_AssetFetcher` and in no other way.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from builder.layout import engine, finish, fitting
from builder.pages.page import Page
from builder.processes import without_collection
from builder.store import is_asset

with engine.loading():
    import weasyprint
    from weasyprint.text.ffi import ffi, pangoft2
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

ASSET_NAME = re.compile(r"[0-9a-f]{40}\.(png|svg|ttf|otf)")
_TYPES = {"png": "image/jpeg", "svg": "image/svg+xml", "ttf": "font/ttf", "otf": "font/otf"}


@dataclass(frozen=True, slots=True)
class Laid:
    """A laid-out part: `anchors` tells on which page (from 0) each id stands, `complaints` what the engine logged."""

    pdf: bytes
    pages: int
    anchors: dict[str, int]
    blanks: tuple[int, ...]  # pages, from 0, with nothing on them, so that the next one is a right or a left one
    complaints: tuple[str, ...]


class _AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves `asset:///<digest>.<ending>` out of one flat folder, and nothing else.

    For a PNG it hands out a placeholder of the same size and remembers the picture for the finisher.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=set(), allow_redirects=False, fail_on_errors=True)
        self.folder = folder
        self.pictures: dict[str, bytes] = {}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> Any:
        parts = urlsplit(url)
        name = parts.path.removeprefix("/")
        if parts.scheme != "asset" or parts.netloc or not ASSET_NAME.fullmatch(name):
            raise self._refusal(f"a page asked for {url[:80]!r}, which is no prepared asset")
        path = self.folder / name
        if path.is_symlink():
            raise self._refusal("an asset is never a link")
        data = path.read_bytes()
        if not is_asset(name, data):
            raise self._refusal("an asset is not what it was when it was put in")
        if name.endswith(".png"):
            self.pictures[finish.digest(data)] = data
            data = finish.placeholder(data)
        return URLFetcherResponse(url, data, {"Content-Type": _TYPES[name.rsplit(".", 1)[1]]})

    def _refusal(self, message: str) -> ValueError:
        self.refused.append(message)  # a drawing's own errors are swallowed by the engine
        return ValueError(message)


class _Complaints(logging.Handler):
    """Collects what the engine says while it works."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A style sheet as it was read: its rules, what its `@font-face` rules say, and what the engine logged."""

    text: str
    css: Any
    faces: tuple[Mapping[str, Any], ...]
    said: tuple[str, ...]


class _Html(weasyprint.HTML):  # type: ignore[misc]
    """A document whose `own` style sheet has been read; the engine's are cut down to what may play a part in it."""

    own: _Sheet

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        sheets = super()._ua_stylesheets(forms)
        return [engine.without_needless_rules(sheet, self.own.css, self.own.text) for sheet in sheets]


class _Faces:
    """Stands in for a font configuration while a sheet is read, which wants nothing else of it."""

    def __init__(self) -> None:
        self.found: list[Mapping[str, Any]] = []

    def add_font_face(self, descriptors: Mapping[str, Any], _: URLFetcher) -> None:
        self.found.append(descriptors)


def lay_out(page: Page, assets: Path, foretell: fitting.Foretold | None = None) -> Laid:
    """The finished PDF part of a page; ValueError when it asks for anything but prepared assets.

    Where pages are planned, `foretell` is told of the plan before they are made.
    """
    with _listening() as complaints:
        return _lay_out(page, assets, complaints, foretell)


def on_endless_page(page: Page, assets: Path) -> Any:
    """The engine's own pages of a document of which nothing is parted; ValueError as for `lay_out`."""
    with _listening() as complaints:
        fetcher = _AssetFetcher(assets)
        found = _renderer(page, fetcher, complaints)(fitting.ENDLESS)
        _refuse(fetcher)
        return found.pages


@contextlib.contextmanager
def _listening() -> Iterator[_Complaints]:
    """What the engine says goes nowhere else while this lasts."""
    logger = logging.getLogger("weasyprint")
    complaints = _Complaints()
    logger.handlers, logger.propagate = [complaints], False
    logger.setLevel(logging.WARNING)
    try:
        with without_collection(), engine.shaping_once():
            yield complaints
    except weasyprint.urls.FatalURLFetchingError as error:  # a BaseException, so that the engine can't swallow it
        raise ValueError(str(error)) from None
    finally:
        logger.handlers = []


def _renderer(page: Page, fetcher: _AssetFetcher, complaints: _Complaints) -> Callable[[str], Any]:
    """Lays the page out with some further rules; what was said of it before counts no more."""
    fonts = _fonts()
    html = _Html(string=page.html, url_fetcher=fetcher, base_url="asset:///")
    own = html.etree_element.find(".//style")  # taken out, so that it is read once for all rounds and documents
    html.own, own.text = _sheet(own.text), ""
    for face in html.own.faces:
        fonts.add_font_face(face, fetcher)
    said_before = [*html.own.said, *complaints.said]

    def render(rules: str) -> Any:
        complaints.said[:] = said_before
        further = weasyprint.CSS(string=rules, url_fetcher=fetcher)
        return html.render(stylesheets=[html.own.css, further], font_config=fonts, **_options(page))

    return render


def _refuse(fetcher: _AssetFetcher) -> None:
    if fetcher.refused:
        raise ValueError(fetcher.refused[0])


def _lay_out(page: Page, assets: Path, complaints: _Complaints, foretell: fitting.Foretold | None) -> Laid:
    fetcher = _AssetFetcher(assets)
    render = _renderer(page, fetcher, complaints)
    document = fitting.fitted(render, page.sizings, page.room_mm, foretell) if page.room_mm else render("")
    pdf = document.write_pdf(**_options(page), finisher=finish.finisher(fetcher.pictures, press_bleed=page.press_bleed))
    _refuse(fetcher)
    anchors = {name: number for number, each in reversed(list(enumerate(document.pages))) for name in each.anchors}
    blanks = tuple(number for number, each in enumerate(document.pages) if each._page_box.page_type.blank)
    return Laid(pdf, len(document.pages), anchors, blanks, tuple(dict.fromkeys(complaints.said)))


@functools.lru_cache(maxsize=4)
def _sheet(rules: str) -> _Sheet:
    """A style sheet, read once for all documents that have it. The engine only reads in it, as in its own ones.

    Typefaces are not: what the text library knows of them would grow with every document.
    """
    faces, complaints = _Faces(), _Complaints()
    nothing = URLFetcher(allowed_protocols=set(), fail_on_errors=True)
    logger = logging.getLogger("weasyprint")
    handlers, logger.handlers = logger.handlers, [complaints]
    try:
        css = weasyprint.CSS(string=rules, url_fetcher=nothing, font_config=faces)
    finally:
        logger.handlers = handlers
    return _Sheet(rules, css, tuple(faces.found), tuple(complaints.said))


class _Fonts(FontConfiguration):  # type: ignore[misc]  # as above
    """Typefaces that are given back. Pango 1.50 keeps the last reference to them: 0.2 MB with every document."""

    def __del__(self) -> None:
        if hasattr(self, "font_map"):
            pangoft2.pango_fc_font_map_set_config(ffi.cast("PangoFcFontMap *", self.font_map), ffi.NULL)
        super().__del__()


def _fonts() -> FontConfiguration:
    """Typefaces that come from the style sheet alone.

    The machine's own are out of sight, so that what is printed does not depend on them and a character that our faces
    lack is noticed. The engine reads this variable when the configuration is made; without any face it would crash,
    so it is not left set for others.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
    try:
        return _Fonts()
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _options(page: Page) -> dict[str, Any]:
    return {"pdf_variant": finish.VARIANT, "pdf_forms": True} if page.tagged else {}
