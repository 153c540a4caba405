"""Parts and bindings: which documents are laid out, and which of them make a PDF.

A guide is laid out once; its own PDF and the handbook are bindings of the same part with different neighbours and
different page numbers, which are stamped on when it is bound.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import ModuleType

from builder import __version__, pages, processes
from builder.blocks import Block, PictureKey
from builder.config import CONFIG_NAME
from builder.guides import Guide
from builder.markdown import parse as parse_markdown
from builder.markdown import settle
from builder.pages import Chapter, Folio, Look, Page
from builder.problems import BuildError, Place, Problem, Severity, errors_in
from builder.provenance import MadeOf, Origin, sha256
from builder.screenshots.model import Picture
from builder.store import Store, digest

Progress = Callable[[str, int, int, str], None]
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
    """A laid-out document. `anchors` tells on which of its pages, from 0, each id stands."""

    key: str
    pdf: Path
    pages: int
    anchors: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Binding:
    """A PDF to be bound: its parts with the style of their page numbers, and the part with the feet of all pages."""

    name: str
    key: str
    parts: tuple[tuple[Part, str], ...]
    folios: Part
    title: str
    subject: str
    language: str
    author: str
    created: datetime.datetime
    made_of: MadeOf


@contextlib.contextmanager
def early_worker(jobs: int) -> Iterator[Executor | None]:
    """A process that loads the engine while this one is still reading; after an edit, half of the time is that.

    None where only one process may work.
    """
    if jobs < 2:
        yield None
        return
    with processes.pool(1, sharing=True) as worker:
        worker.submit(_load_engine_there)
        yield worker


def _load_engine_there() -> None:
    with contextlib.suppress(BuildError):  # told when something is to be laid out
        load_engine()


def guide_pages(
    book: Book, guides: Sequence[Guide], chosen: Sequence[Guide], pictures: Mapping[PictureKey, Picture]
) -> dict[str, Page]:
    """The documents of the chosen guides by slug; each has its number among all guides."""
    numbers = {guide.slug: number for number, guide in enumerate(guides, 1)}
    return {
        guide.slug: pages.guide_page(guide, pictures, book.look, book.templates, numbers[guide.slug], len(guides))
        for guide in chosen
    }


def begin(book: Book, documents: Mapping[str, Page], worker: Executor | None) -> Future[None] | None:
    """Has the early worker lay out the one document that was not laid out before; several wait for `guide_parts`."""
    waiting = [(page, key) for page in documents.values() if not _is_laid_out(book, key := _key(page))]
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
    problems = [
        _complaint(words, guide.file, guide) for guide in chosen for words in _complaints(book, parts[guide.slug])
    ]
    return parts, problems


def lay_out(book: Book, page: Page) -> Part:
    """The part of a document, laid out only if it was not before."""
    key = _key(page)
    note, pdf = book.store.note(key), book.store.result(key, ".pdf")
    if note is None or pdf is None:
        _lay_out_and_keep(page, key, book.store)
        note, pdf = book.store.note(key), book.store.result(key, ".pdf")
    assert pdf is not None
    return Part(key, pdf, note["pages"], note["anchors"])


def _is_laid_out(book: Book, key: str) -> bool:
    return bool(book.store.note(key) and book.store.result(key, ".pdf"))


def lay_out_all(book: Book, documents: Sequence[Page], jobs: int, progress: Progress, names: Sequence[str]) -> None:
    """Lays out what was not laid out before, in several processes where that is worth their start."""
    waiting = [
        (page, key, name)
        for page, name in zip(documents, names, strict=True)
        if not _is_laid_out(book, key := _key(page))
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
    laid = load_engine().lay_out(page, store.assets)
    store.keep(key, ".pdf", laid.pdf)
    store.keep_note(key, {"pages": laid.pages, "anchors": laid.anchors, "complaints": laid.complaints})


def load_engine() -> ModuleType:
    """The layout module; BuildError when the system lacks the libraries that its engine loads."""
    try:
        with contextlib.redirect_stdout(None):  # the engine prints advice of its own
            from builder import layout
    except OSError as error:
        message = f"the system's text libraries are missing: {str(error).splitlines()[0]}"
        hint = "Type: python3 tools/bootstrap.py libraries. It installs them where it may, and says how elsewhere."
        raise BuildError([Problem(Place("weasyprint"), "E03", message, hint)]) from error
    return layout


def _key(page: Page) -> str:
    """What a part depends on: the document, which names its assets by their content, and the engine."""
    return digest("part", page.html, repr((page.sizings, page.tagged, page.room_mm)), PRODUCER, _engine(), _code())


@functools.cache
def _engine() -> str:
    import importlib.metadata

    return " ".join(importlib.metadata.version(name) for name in ("weasyprint", "pydyf", "fonttools"))


@functools.cache
def _code() -> str:
    here = Path(__file__).parent
    names = ("layout", "engine", "fitting", "paging", "finish", "tagging", "structure", "painting", "metadata")
    return digest(*(here.joinpath(name).read_bytes() for name in ("fonts.conf", *(f"{name}.py" for name in names))))


def _complaints(book: Book, part: Part) -> list[str]:
    """What the engine said of a part; what it says several times over counts once."""
    return list(dict.fromkeys(book.store.note(part.key)["complaints"]))


def _complaint(words: str, file: str, said_by: object = ()) -> Problem:
    """The engine's words as a problem; `said_by` is searched for the line that gave rise to it."""
    missing = _NO_GLYPH.search(words)
    if missing:
        message = f"no typeface has the character “{missing[1]}” ({missing[2]})"
        line = next(_lines_with(missing[1], said_by, 0), 0)
        return Problem(Place(file, line), "E01", message, "Write it differently, or add a face in builder/fonts.py.")
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


def _front(book: Book, page: Page) -> Part:
    """The part of a document that is no guide; BuildError where its words can't be printed."""
    part = lay_out(book, page)
    problems = [_complaint(words, CONFIG_NAME) for words in _complaints(book, part)]
    if errors_in(problems):
        raise BuildError(problems)
    return part


def single(book: Book, guide: Guide, part: Part) -> Binding:
    """One guide's own PDF: cover, guide, contacts."""
    look = book.look
    cover = _front(book, pages.single_cover(guide, look, book.templates))
    back = _front(book, pages.back_page(look, book.templates, (), ""))
    total = cover.pages + part.pages + back.pages
    build_id = digest(cover.key, part.key, back.key)[:12]
    folios = [Folio(_imprint(look), str(number), f" of {total}") for number in range(2, total)]
    parts = ((cover, "arabic"), (part, "arabic"), (back, "arabic"))
    made_of = _made_of(book, f"guides/{guide.slug}.pdf", parts, [guide], build_id)
    stamped = _front(book, pages.folio_page(look, book.templates, [None, *folios, _colophon(made_of)]))
    subject = guide.facts.summary or guide.title
    return _binding(book, made_of, parts, stamped, guide.title, subject)


def handbook(book: Book, guides: Sequence[Guide], laid: Mapping[str, Part]) -> Binding:
    """The whole handbook: front matter in roman page numbers, the guides and the glossary in arabic ones."""
    look, templates = book.look, book.templates
    chapters, next_page = [], 1
    for number, guide in enumerate(guides, 1):
        part = laid[guide.slug]
        steps = tuple(
            next_page + part.anchors[f"{guide.slug}-step-{position}"] for position in range(1, len(guide.steps) + 1)
        )
        chapters.append(Chapter(guide, number, next_page, steps))
        next_page += part.pages
    how_to_use, rules = _text(book, "how-to-use"), _text(book, "rules")
    front = _front(book, pages.front_page(look, templates, chapters, how_to_use, rules, next_page))
    back = _front(book, pages.back_page(look, templates, _text(book, "glossary"), ""))
    total = next_page - 1 + back.pages
    build_id = digest(front.key, *(laid[guide.slug].key for guide in guides), back.key)[:12]
    folios: list[Folio | None] = [None]
    folios += [Folio(_imprint(look), _roman(number), "") for number in range(2, front.pages + 1)]
    folios += [Folio(_imprint(look), str(number), f" of {total}") for number in range(1, total)]
    parts = ((front, "roman"), *((laid[guide.slug], "arabic") for guide in guides), (back, "arabic"))
    made_of = _made_of(book, "handbook.pdf", parts, guides, build_id)
    stamped = _front(book, pages.folio_page(look, templates, [*folios, _colophon(made_of)]))
    return _binding(book, made_of, parts, stamped, look.title, look.subtitle)


def bind(binding: Binding, out: Path) -> int:
    """Writes a binding; the number of its pages."""
    from builder import binding as binder

    made_of = binding.made_of
    bound = binder.bind(
        [binder.Part(part.pdf, labels) for part, labels in binding.parts],  # type: ignore[arg-type]
        out,
        title=binding.title,
        language=binding.language,
        created=binding.created,
        author=binding.author,
        subject=binding.subject,
        creator=PRODUCER,
        producer=PRODUCER,
        properties={"Edition": made_of.edition, "BuildId": made_of.build_id, "ContentDigest": made_of.content},
        overlay=binding.folios.pdf,
        made_of=made_of,
    )
    return bound.pages


def _made_of(
    book: Book, name: str, parts: Sequence[tuple[Part, str]], guides: Sequence[Guide], build_id: str
) -> MadeOf:
    """What a PDF is made of. Its content's digest is the parts': the last page prints it, so it can't be the file's."""
    content = sha256(b"".join(sha256(part.pdf.read_bytes()).encode() for part, _ in parts))
    origins = {guide.slug: book.origins[guide.slug] for guide in guides if guide.slug in book.origins}
    screenshots = {address: found for origin in origins.values() for address, found in origin.screenshots.items()}
    texts = {slug: origin.text for slug, origin in origins.items()}
    return MadeOf(name, book.look.edition, build_id, content, texts, screenshots)


def _colophon(made_of: MadeOf) -> Folio:
    """The foot of the back page."""
    return Folio(f"Build {made_of.build_id} · Content {made_of.short_content}", "", "")


def _binding(
    book: Book, made_of: MadeOf, parts: tuple[tuple[Part, str], ...], folios: Part, title: str, subject: str
) -> Binding:
    look = book.look
    here = Path(__file__).parent
    code = digest(*(here.joinpath(f"{name}.py").read_bytes() for name in ("binding", "provenance")))
    key = digest(
        "binding",
        repr(made_of),
        repr([(part.key, label) for part, label in parts]),
        folios.key,
        title,
        subject,
        look.language,
        look.brand.name,
        book.created.isoformat(),
        code,
    )
    return Binding(
        made_of.name, key, parts, folios, title, subject, look.language, look.brand.name, book.created, made_of
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
