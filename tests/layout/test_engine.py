"""The engine is spared work, and its pages are the same as ever. What is relied on inside it is still there."""

from __future__ import annotations

import contextlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cffi
import pytest
from cffi.cparser import Parser
from weasyprint.css import StyleFor
from weasyprint.layout import inline, preferred
from weasyprint.text import fonts, line_break
from weasyprint.text.ffi import ffi

from builder.layout import document as layout
from builder.layout import engine
from builder.pages.figures import Sizing
from builder.pages.fonts import FACES
from builder.pages.page import Page
from builder.store import Store

WORDS = "Every key that a client makes is kept by the client, and nobody else ever sees the secret that goes with it. "
TEXTS = f"""
<h1 id=one>Where <em>words</em> are set</h1>
<p>{WORDS * 3}<p>{WORDS * 3}
<p style="text-align: justify; letter-spacing: .3pt">{WORDS * 2}
<p style="text-decoration: underline line-through">{WORDS}
<p style="width: 30mm; hyphens: manual">Ex\u00adtra\u00ador\u00addi\u00adnar\u00adi\u00adly{"long" * 20} words
<p style="width: 40mm; white-space: nowrap; overflow: hidden; text-overflow: ellipsis">{WORDS}
<p style="white-space: pre-wrap; tab-size: 3">one\ttab\n\ntwo\t\ttabs
<p dir=rtl>{WORDS}
<table style="table-layout: auto"><tr><td style="width: 100%">{WORDS}<ul><li>{WORDS}</ul><td>{WORDS}
<tr><td>{WORDS}<td>{WORDS}</table>
<div style="float: right">{WORDS[:30]}</div><p>{WORDS}<div style="position: absolute">{WORDS[:20]}</div>
"""
RULES = "@page {{ size: A6; margin: 9mm; @top-right {{ content: counter(page) }} }} html {{ font: 9pt/12pt T }} {} {}"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "cache")
    store.open()
    return store


def document(store: Store, body: str, rules: str = "", **more: Any) -> Page:
    """A tagged document in a typeface of ours."""
    face = f'@font-face {{ font-family: T; src: url("asset:///{store.put_asset(FACES[0].load(), ".ttf")}") }}'
    head = f"<title>t</title><style>{RULES.format(face, rules)}</style>"
    return Page(f"<!doctype html><html lang=en>{head}<body><div class=body>{body}</div>", **more)


def planned(store: Store, body: str = TEXTS) -> Page:
    """A document that is laid out twice."""
    return document(store, body, sizings=(Sizing("none", "", 1.0, 50, 40, 60, None),), room_mm=128.0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the libraries are searched for without tools")
def test_no_tool_is_started_to_find_the_libraries() -> None:
    refuse = "lambda event, _: event in ('subprocess.Popen', 'os.posix_spawn', 'os.fork', 'os.system') and 1 / 0"
    code = f"import sys; sys.addaudithook({refuse}); import builder.layout.document"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_search_for_libraries_is_put_back() -> None:
    import ctypes.util

    find = ctypes.util.find_library
    with contextlib.suppress(OSError), engine.loading():
        raise OSError("a library is missing")
    assert ctypes.util.find_library is find


def test_pages_are_the_same_with_and_without_what_is_spared(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    spared = [layout.lay_out(each, store.assets) for each in (planned(store), document(store, TEXTS))]
    monkeypatch.setattr(engine, "shaping_once", contextlib.nullcontext)
    monkeypatch.setattr(engine, "without_needless_rules", lambda of_engine, *_: of_engine)
    layout._sheet.cache_clear()
    assert [layout.lay_out(each, store.assets) for each in (planned(store), document(store, TEXTS))] == spared
    assert spared[0].pages > 2


def test_a_text_is_shaped_once_in_a_style_and_width(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shaped: list[tuple[str, Any]] = []
    shape = line_break.split_first_line

    def counting(text: str, style: Any, context: Any, width: Any, *how: Any, **more: Any) -> Any:
        shaped.append((text, width))
        return shape(text, style, context, width, *how, **more)

    for module in (inline, preferred):
        assert module.split_first_line is shape
        monkeypatch.setattr(module, "split_first_line", counting)
    once = planned(store, f"<p>{WORDS}<p>{WORDS}<table style='table-layout: auto'><tr><td>{WORDS}<td>{WORDS}</table>")
    layout.lay_out(once, store.assets)
    spared, shaped = shaped, []
    monkeypatch.setattr(engine, "shaping_once", contextlib.nullcontext)
    layout.lay_out(once, store.assets)
    assert set(spared) == set(shaped) and len(spared) < len(shaped) / 3


def test_everything_that_shapes_a_text_tells_it_from_others() -> None:
    readers = (line_break.split_first_line, line_break.create_layout, line_break.Layout, line_break.line_size)
    readers += (line_break.first_line_metrics, fonts.get_font_description)
    asked = {name for each in readers for name in re.findall(r"style\['(\w+)'\]", inspect.getsource(each))}
    assert asked == {*engine.SHAPING, "text_decoration_line"}


@contextlib.contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> Iterator[list[Any]]:
    """The arguments of the calls of a method."""
    calls: list[Any] = []
    method = getattr(owner, name)
    with monkeypatch.context() as patched:
        patched.setattr(
            owner, name, lambda self, *args, **more: calls.append(args or more) or method(self, *args, **more)
        )
        yield calls


def test_c_types_are_not_parsed_for_each_document(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(monkeypatch, Parser, "parse_type") as parsed:
        layout.lay_out(document(store, TEXTS), store.assets)
        layout.lay_out(document(store, "A few other glyphs: jump, quick, Zulu"), store.assets)
        assert parsed == []
        ffi.typeof("FcResult *")
        assert len(parsed) == 1


def test_c_types_are_those_that_the_parser_finds(store: Store) -> None:
    layout.lay_out(document(store, TEXTS), store.assets)
    types = [name for name in ffi._parsed_types if name.endswith(("*", "]"))]
    assert len(types) > 10
    with ffi._lock:
        found = {name: ffi._get_cached_btype(ffi._parser.parse_type(name)) for name in types}
    assert {name: ffi.typeof(name) for name in types} == found
    with pytest.raises(cffi.CDefError):
        ffi.typeof("no_such_type[3]")


def test_a_sheet_is_read_once_and_complained_of_each_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    layout._sheet.cache_clear()
    with counted(monkeypatch, layout.weasyprint.CSS, "__init__") as read:
        laid = [layout.lay_out(document(store, body, "p { colour: red }"), store.assets) for body in "abc"]
    assert sum("colour" in each["string"] for each in read) == 1
    assert [each.complaints for each in laid] == [laid[0].complaints] * 3
    assert "colour" in laid[0].complaints[0]


def test_a_sheet_imports_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="Error fetching"):
        name = store.put_asset(b"", ".svg")
        html = f"<style>@import 'asset:///{name}';</style><p>x"
        layout.lay_out(Page(html, tagged=False), store.assets)


def test_no_styles_are_made_for_what_no_page_has(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(monkeypatch, StyleFor, "set_computed_styles") as lean:
        layout.lay_out(document(store, TEXTS), store.assets)
    monkeypatch.setattr(engine, "without_needless_rules", lambda of_engine, *_: of_engine)
    with counted(monkeypatch, StyleFor, "set_computed_styles") as full:
        layout.lay_out(document(store, TEXTS), store.assets)
    assert len(lean) < len(full) / 2


@pytest.mark.parametrize("rule", ["float: footnote", "position: note(notes)"])
def test_notes_can_be_had(store: Store, monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    noted = document(store, "<p>Text<i>A note</i> and more text.", f"i {{ {rule} }}", tagged=False)
    laid = layout.lay_out(noted, store.assets)
    monkeypatch.setattr(engine, "without_needless_rules", lambda of_engine, *_: of_engine)
    assert layout.lay_out(noted, store.assets) == laid


def test_no_history_enters_a_document(store: Store) -> None:
    first, other = planned(store), document(store, TEXTS.upper(), "p { color: #123456 }")
    once = layout.lay_out(first, store.assets)
    layout.lay_out(other, store.assets)
    assert layout.lay_out(first, store.assets) == once
