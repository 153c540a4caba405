"""Parts and bindings: which documents are laid out, and which of them make a PDF.

A guide is laid out once; its own PDF and the handbook are bindings of the same part with different neighbours and
different page numbers, which are stamped on when it is bound.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import accumulate
from pathlib import Path
from types import ModuleType

from builder import __version__, processes
from builder.config.handbook import CONFIG_NAME
from builder.guides.blocks import Block, PictureKey
from builder.guides.guide import Guide
from builder.guides.markdown import parse as parse_markdown
from builder.guides.markdown import settle
from builder.pages import html
from builder.pages.html import Chapter, Folio, Look, Page
from builder.pdf.provenance import MadeOf, Origin, sha256
from builder.problems import BuildError, Place, Problem, Severity
from builder.progress import Progress
from builder.screenshots.model import Picture
from builder.store import Store, digest

_NO_GLYPH = re.compile(r"\.notdef.*\"(.+)\" \((.+)\)")
PRODUCER = f"handbook-builder {__version__}"


@dataclass(frozen=True, slots=True)
class Book:
    """What all parts of one build share."""

    look: Look
    templates: Path
    store: Store
    created: datetime.datetime
    origins: Mapping[str, Origin] = field(default_factory=dict)  # of each guide, by slug


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


@dataclass(frozen=True, slots=True)
class Run:
    """A part's place in a PDF: the style of its page numbers, and how many empty pages follow it."""

    part: Part
    labels: str
    blanks: int = 0

    @property
    def pages(self) -> int:
        return self.part.pages + self.blanks

    @property
    def printed(self) -> Iterator[bool]:
        """Of each page, whether there is anything on it."""
        return (number < self.part.pages and number not in self.part.blanks for number in range(self.pages))


@dataclass(frozen=True, slots=True)
class Binding:
    """A PDF to be bound: its parts in order, and the feet of its pages.

    That of the last page tells what the PDF is made of, so that it has to be laid out anew whenever anything changes.
    """

    name: str
    key: str
    runs: tuple[Run, ...]
    folios: Part
    colophon: Page
    title: str
    subject: str
    language: str
    author: str
    created: datetime.datetime
    made_of: MadeOf


def guide_pages(
    book: Book, guides: Sequence[Guide], chosen: Sequence[Guide], pictures: Mapping[PictureKey, Picture]
) -> dict[str, Page]:
    """The documents of the chosen guides by slug; each has its number among all guides."""
    numbers = {guide.slug: number for number, guide in enumerate(guides, 1)}
    return {
        guide.slug: html.guide_page(guide, pictures, book.look, book.templates, numbers[guide.slug], len(guides))
        for guide in chosen
    }


def begin(book: Book, documents: Mapping[str, Page], worker: Executor | None) -> Future[None] | None:
    """Has the early worker lay out the one document that was not laid out before; several wait for `guide_parts`."""
    waiting = [(page, key) for page in documents.values() if _kept(book, key := _key(page)) is None]
    if worker is None or len(waiting) != 1:
        return None
    (page, key) = waiting[0]
    return worker.submit(_lay_out_and_keep, page, key, book.store)


def guide_parts(
    book: Book, chosen: Sequence[Guide], documents: Mapping[str, Page], jobs: int, progress: Progress
) -> tuple[dict[str, Part], list[Problem]]:
    """The parts of the chosen guides by slug; those not laid out before are laid out in parallel processes."""
    lay_out_all(book, list(documents.values()), jobs, progress, [guide.exchange for guide in chosen])
    parts = {slug: lay_out(book, page) for slug, page in documents.items()}
    problems = [complaint(words, guide.file, guide) for guide in chosen for words in parts[guide.slug].complaints]
    return parts, problems


def other_problems(bindings: Sequence[Binding], laid: Mapping[str, Part]) -> list[Problem]:
    """What the engine said of all that is no guide: covers, front and back matter, feet."""
    guides = {part.key for part in laid.values()}
    found = [part for binding in bindings for part in (*(run.part for run in binding.runs), binding.folios)]
    words = dict.fromkeys(words for part in found if part.key not in guides for words in part.complaints)
    return [complaint(each, CONFIG_NAME) for each in words]


def foresee(
    book: Book,
    guides: Sequence[Guide],
    chosen: Sequence[Guide],
    documents: Mapping[str, Page],
    begun: Future[None],
) -> None:
    """Lays out covers, front and back matter and feet for the pages that are planned for the guide that was begun.

    It is being laid out elsewhere meanwhile; should it get other pages after all, the result is not used.
    """
    load_engine()
    parts = {slug: _kept(book, key := _key(page)) or _planned(book, key, begun) for slug, page in documents.items()}
    known = {slug: part for slug, part in parts.items() if part}
    colophon = Folio("Build", "", "")  # for nothing but to have the engine read what it reads once
    load_engine().lay_out(html.folio_page(book.look, book.templates, [colophon]), book.store.assets)
    for guide in chosen:
        if guide.slug in known:
            _feet(book, _single_runs(book, guide, known[guide.slug]))
    if len(known) == len(guides):
        _feet(book, _handbook_runs(book, guides, known))


def _planned(book: Book, key: str, begun: Future[None]) -> Part | None:
    """A part that is being laid out, as soon as its pages are planned; None if it was finished before that."""
    while (plan := book.store.note(_plan_key(key))) is None:
        if begun.done():
            return None
        time.sleep(0.005)
    return Part(key, Path(), plan["pages"], plan["anchors"], (), ())


def _plan_key(key: str) -> str:
    return digest("plan", key)


def lay_out(book: Book, page: Page) -> Part:
    """The part of a document, laid out only if it was not before."""
    key = _key(page)
    part = _kept(book, key)
    if part is None:
        _lay_out_and_keep(page, key, book.store)
        part = _kept(book, key)
    assert part is not None
    return part


def _kept(book: Book, key: str) -> Part | None:
    note, pdf = book.store.note(key), book.store.result(key, ".pdf")
    if note is None or pdf is None:
        return None
    return Part(key, pdf, note["pages"], note["anchors"], tuple(note["blanks"]), tuple(note["complaints"]))


def lay_out_all(book: Book, documents: Sequence[Page], jobs: int, progress: Progress, names: Sequence[str]) -> None:
    """Lays out what was not laid out before, in several processes where that is worth their start."""
    waiting = [
        (page, key, name) for page, name in zip(documents, names, strict=True) if _kept(book, key := _key(page)) is None
    ]
    if not waiting:
        return
    progress("Laying out", 0, len(waiting), "")
    workers = min(jobs, len(waiting))
    if workers <= 1:
        for done, (page, key, name) in enumerate(waiting, 1):
            _lay_out_and_keep(page, key, book.store)
            progress("Laying out", done, len(waiting), name)
        return
    load_engine()  # once, for all workers where they share it
    with processes.pool(workers, sharing=True) as pool:
        futures = {pool.submit(_lay_out_and_keep, page, key, book.store): name for page, key, name in waiting}
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            progress("Laying out", done, len(waiting), futures[future])


def _lay_out_and_keep(page: Page, key: str, store: Store) -> None:
    def foretell(count: int, anchors: Mapping[str, int]) -> None:
        store.keep_note(_plan_key(key), {"pages": count, "anchors": anchors})

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


def _key(page: Page) -> str:
    """What a part depends on: the document, which names its assets by their content, and the engine."""
    return digest(
        "part", page.html, repr((page.sizings, page.tagged, page.room_mm, page.for_press)), PRODUCER, _engine(), _code()
    )


@functools.cache
def _engine() -> str:
    import importlib.metadata

    return " ".join(importlib.metadata.version(name) for name in ("weasyprint", "pydyf", "fonttools"))


@functools.cache
def _code() -> str:
    here = Path(__file__).parent.parent
    files = [*sorted((here / "layout").glob("*.*")), here / "pdf" / "metadata.py", here / "pages" / "paper.py"]
    return digest(*(file.read_bytes() for file in files))


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
            yield from _lines_with(text, getattr(value, each.name), own)


def single(book: Book, guide: Guide, part: Part) -> Binding:
    """One guide's own PDF: cover, guide, contacts."""
    runs = _single_runs(book, guide, part)
    build_id = digest(*(run.part.key for run in runs))[:12]
    made_of = _made_of(book, f"guides/{guide.slug}.pdf", runs, [guide], build_id)
    return _binding(book, made_of, runs, guide.title, guide.facts.summary or guide.title)


def _single_runs(book: Book, guide: Guide, part: Part) -> tuple[Run, ...]:
    cover = lay_out(book, html.single_cover(guide, book.look, book.templates))
    back = lay_out(book, html.back_page(book.look, book.templates, ()))
    return _run(book, cover, "arabic"), _run(book, part, "arabic", next_is_left=True), Run(back, "arabic")


def handbook(book: Book, guides: Sequence[Guide], laid: Mapping[str, Part]) -> Binding:
    """The whole handbook: front matter in roman page numbers, the guides and the glossary in arabic ones."""
    runs = _handbook_runs(book, guides, laid)
    build_id = digest(*(run.part.key for run in runs))[:12]
    made_of = _made_of(book, "handbook.pdf", runs, guides, build_id)
    return _binding(book, made_of, runs, book.look.title, book.look.subtitle)


def _handbook_runs(book: Book, guides: Sequence[Guide], laid: Mapping[str, Part]) -> tuple[Run, ...]:
    look, templates = book.look, book.templates
    inside = [_run(book, laid[guide.slug], "arabic") for guide in guides]
    firsts = [*accumulate((run.pages for run in inside), initial=1)]
    chapters = [
        Chapter(guide, number, first, _step_pages(guide, run.part, first))
        for number, (guide, run, first) in enumerate(zip(guides, inside, firsts[:-1], strict=True), 1)
    ]
    how_to_use, rules = _text(book, "how-to-use"), _text(book, "rules")
    front = lay_out(book, html.front_page(look, templates, chapters, how_to_use, rules, firsts[-1]))
    back = lay_out(book, html.back_page(look, templates, _text(book, "glossary")))
    return _run(book, front, "roman"), *inside, Run(back, "arabic")


def _run(book: Book, part: Part, labels: str, *, next_is_left: bool = False) -> Run:
    """A part with what makes the next one begin on a right-hand page, or on a left one as a back without glossary."""
    if not book.look.paper.is_bound:
        return Run(part, labels)
    ends_right = part.pages % 2 == 1
    return Run(part, labels, int(ends_right != next_is_left))


def _step_pages(guide: Guide, part: Part, first: int) -> tuple[int, ...]:
    return tuple(first + part.anchors[f"{guide.slug}-step-{position}"] for position in range(1, len(guide.steps) + 1))


def _feet(book: Book, runs: Sequence[Run]) -> Part:
    """The feet of all pages but the last."""
    return lay_out(book, html.folio_page(book.look, book.templates, _folios(book.look, runs)))


def _folios(look: Look, runs: Sequence[Run]) -> list[Folio | None]:
    """The feet of all pages but the last: none on the cover and on empty ones, on the others the page's number."""
    total = sum(run.pages for run in runs if run.labels == "arabic")
    reached = dict.fromkeys((run.labels for run in runs), 0)
    folios: list[Folio | None] = []
    for run in runs:
        for is_printed in run.printed:
            reached[run.labels] += 1
            number = reached[run.labels]
            words = (_roman(number), "") if run.labels == "roman" else (str(number), f" of {total}")
            folios.append(Folio(_imprint(look), *words) if is_printed else None)
    return [None, *folios[1:-1]]


def bind(book: Book, binding: Binding, out: Path) -> int:
    """Writes a binding; the number of its pages."""
    from builder.pdf import binding as binder

    made_of = binding.made_of
    bound = binder.bind(
        [binder.Part(run.part.pdf, run.labels, run.blanks) for run in binding.runs],  # type: ignore[arg-type]
        out,
        title=binding.title,
        language=binding.language,
        created=binding.created,
        author=binding.author,
        subject=binding.subject,
        creator=PRODUCER,
        producer=PRODUCER,
        properties={"Edition": made_of.edition, "BuildId": made_of.build_id, "ContentDigest": made_of.content},
        overlays=[binding.folios.pdf, lay_out(book, binding.colophon).pdf],
        made_of=made_of,
    )
    return bound.pages


def _made_of(book: Book, name: str, runs: Sequence[Run], guides: Sequence[Guide], build_id: str) -> MadeOf:
    """What a PDF is made of. Its content's digest is the parts': the last page prints it, so it can't be the file's."""
    content = sha256(b"".join(sha256(run.part.pdf.read_bytes()).encode() for run in runs))
    origins = {guide.slug: book.origins[guide.slug] for guide in guides if guide.slug in book.origins}
    screenshots = {address: found for origin in origins.values() for address, found in origin.screenshots.items()}
    texts = {slug: origin.text for slug, origin in origins.items()}
    name = name if book.look.paper.profile == "screen" else f"{book.look.paper.profile}/{name}"
    return MadeOf(name, book.look.edition, build_id, content, texts, screenshots)


def _binding(book: Book, made_of: MadeOf, runs: tuple[Run, ...], title: str, subject: str) -> Binding:
    look = book.look
    folios = _feet(book, runs)
    colophon = Folio(f"Build {made_of.build_id} · Content {made_of.short_content}", "", "")
    last = html.folio_page(look, book.templates, [colophon], sum(run.pages for run in runs))
    code = digest(*(file.read_bytes() for file in sorted((Path(__file__).parent.parent / "pdf").glob("*.py"))))
    key = digest(
        "binding",
        repr(made_of),
        repr([(run.part.key, run.labels, run.blanks) for run in runs]),
        folios.key,
        _key(last),
        title,
        subject,
        look.language,
        look.brand.name,
        book.created.isoformat(),
        code,
    )
    return Binding(
        made_of.name, key, runs, folios, last, title, subject, look.language, look.brand.name, book.created, made_of
    )


def _imprint(look: Look) -> str:
    return f"{look.brand.name} · {look.title} · Edition {look.edition}"


def _text(book: Book, name: str) -> tuple[Block, ...]:
    source = (book.templates / "text" / f"{name}.md").read_text("utf-8")
    return tuple(settle(parse_markdown(source).blocks))


def _roman(number: int) -> str:
    digits = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    words = ""
    for value, letters in digits:
        words += letters * (number // value)
        number %= value
    return words
