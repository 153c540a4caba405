"""Parts: documents that are laid out alone, each once; kept by what went into them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import ModuleType

from builder import boundaries, processes
from builder.pages.page import Page
from builder.problems import BuildError, Place, Problem, Severity
from builder.progress import Progress
from builder.store import Store, digest

_NO_GLYPH = re.compile(r"\.notdef.*\"(.+)\" \((.+)\)")

Planned = Callable[[str, int, Mapping[str, int]], None]
"""Told a part's key, how many pages are planned for it, and on which of them, from 0, each id will stand."""


@dataclass(frozen=True, slots=True)
class Part:
    """A laid-out document. `anchors` tells on which of its pages, from 0, each id stands.

    `complaints` is what the engine said of it; what it said several times over counts once.
    """

    key: str
    pdf: Path
    pages: int
    anchors: Mapping[str, int]
    blanks: tuple[int, ...]  # its empty pages, from 0
    complaints: tuple[str, ...]


def key_of(page: Page) -> str:
    """What a part depends on: the document, which names its assets by their content, and what lays it out."""
    settings = (page.sizings, page.tagged, page.room_mm, page.press_bleed)
    return digest("part", page.html, repr(settings), boundaries.PART.digest)


def kept(store: Store, key: str) -> Part | None:
    """A part that was laid out before."""
    note, pdf = store.note(key), store.result(key, ".pdf")
    if note is None or pdf is None:
        return None
    return Part(key, pdf, note["pages"], note["anchors"], tuple(note["blanks"]), tuple(note["complaints"]))


def lay_out(store: Store, page: Page) -> Part:
    """The part of a document, laid out only if it was not before."""
    key = key_of(page)
    part = kept(store, key)
    if part is None:
        lay_out_and_keep(store, page, key)
        part = kept(store, key)
    assert part is not None
    return part


def lay_out_all(store: Store, documents: Mapping[str, Page], jobs: int, progress: Progress) -> dict[str, Part]:
    """The parts of some documents by name; several processes lay out what was not before, where that is worth it."""
    keys = {name: key_of(page) for name, page in documents.items()}
    waiting = [name for name in documents if kept(store, keys[name]) is None]
    if waiting:
        progress("Laying out", 0, len(waiting), "")
    workers = min(jobs, len(waiting))
    if workers <= 1:
        for done, name in enumerate(waiting, 1):
            lay_out_and_keep(store, documents[name], keys[name])
            progress("Laying out", done, len(waiting), name)
    else:
        load_engine()  # once, for all workers where they share it
        with processes.pool(workers, sharing=True) as pool:
            futures = {pool.submit(lay_out_and_keep, store, documents[name], keys[name]): name for name in waiting}
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                progress("Laying out", done, len(waiting), futures[future])
    return {name: lay_out(store, page) for name, page in documents.items()}


def lay_out_and_keep(store: Store, page: Page, key: str, planned: Planned | None = None) -> None:
    """Lays a document out and keeps the part under its key; runs in any process."""

    def foretell(count: int, anchors: Mapping[str, int]) -> None:
        if planned is not None:
            planned(key, count, anchors)

    laid = load_engine().lay_out(page, store.assets, foretell)
    store.keep(key, ".pdf", laid.pdf)
    note = {"pages": laid.pages, "anchors": laid.anchors, "blanks": laid.blanks, "complaints": laid.complaints}
    store.keep_note(key, note)


def load_engine() -> ModuleType:
    """The layout module; BuildError when the system lacks the libraries that its engine loads."""
    try:
        with contextlib.redirect_stdout(None):  # the engine prints advice of its own
            from builder.layout import document as layout
    except OSError as error:
        message = f"the system's text libraries are missing: {str(error).splitlines()[0]}"
        hint = "Type: python3 tools/bootstrap.py libraries. It installs them where it may, and says how elsewhere."
        raise BuildError([Problem(Place("weasyprint"), "E03", message, hint)]) from error
    return layout


def complaint(words: str, file: str, said_by: object = ()) -> Problem:
    """The engine's words as a problem; `said_by` is searched for the line that gave rise to it."""
    missing = _NO_GLYPH.search(words)
    if missing:
        message = f"no typeface has the character “{missing[1]}” ({missing[2]})"
        line = next(_lines_with(missing[1], said_by, 0), 0)
        return Problem(Place(file, line), "E01", message, "Write it differently, or add a typeface that has it.")
    message = f"the layout engine says: {words}"
    return Problem(Place(file), "E02", message, "Please report this with the guide.", Severity.WARNING)


def _lines_with(text: str, value: object, line: int) -> Iterator[int]:
    """The lines on which a text stands in a value made of texts, tuples and dataclasses."""
    if isinstance(value, str):
        if text in value:
            yield line
    elif isinstance(value, tuple):
        for each in value:
            yield from _lines_with(text, each, line)
    elif is_dataclass(value):
        own = getattr(value, "line", line)
        for each in fields(value):
            if each.name != "source":  # in which everything stands once more
                yield from _lines_with(text, getattr(value, each.name), own)
