"""One client's packet and sign-off sheet: first pages of their own, guides that are shared, values put into both.

Nothing of a client is written anywhere but into these two files: what is laid out for them lies in a folder of its own
that is gone when they are done, and the last gate keeps nothing of what it reads in them.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from builder.layout import parts as parting
from builder.layout.parts import Part
from builder.packets import values
from builder.packets.client import Client
from builder.packets.kit import Kit
from builder.pages import html, rendering
from builder.pages.page import Cover, Folio, Page
from builder.pages.words import Words
from builder.pdf import binding, filling, provenance, text_fields
from builder.pdf.metadata import Description
from builder.pdf.provenance import MadeOf
from builder.problems import BuildError, Problem, Severity, stop_on_errors
from builder.publish import gate
from builder.publish.bindings import PRODUCER
from builder.publish.publishing import Made
from builder.store import Store, digest

PACKET, SIGN_OFF = "packet", "sign-off sheet"
"""The kinds of documents, as their records name them."""
_LONGEST_NAME = 60  # of a client at the foot of a page
_FRONTS: dict[tuple[int, ...], int] = {}
"""How many first pages clients had, by what their number depends on: a good guess for the next one."""
_NOTHING = "\u00a0"
"""Keeps the line of a foot where the other half is stamped by itself."""
_NOTES = 500  # that a process remembers


@dataclass(frozen=True, slots=True)
class Order:
    """A packet to be made: the client, their control code (empty where there is no key), and where it goes.

    `password` locks the packet; `signing` is whose signature it gets, for `pdf.signing`.
    """

    client: Client
    code: str
    folder: Path
    password: str = field(default="", repr=False)
    signing: Any = None


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of an order: its files, or why there are none."""

    folder: str
    made: tuple[Made, ...]
    problems: tuple[Problem, ...] = ()


def paths(order: Order) -> tuple[Path, Path]:
    """Where the packet and its sign-off sheet go."""
    name = order.client.folder
    return order.folder / f"{name}-api-keys.pdf", order.folder / f"{name}-sign-off.pdf"


def make(kit: Kit, order: Order) -> Finished:
    """The two files of an order, made only where they are not there yet; problems where they can't be made."""
    try:
        return _make(kit, order)
    except BuildError as error:
        return Finished(order.client.folder, (), error.problems)
    except OSError as error:
        hint = "Check the free space and the permissions of output/packets/."
        problem = Problem(order.client.place, "O01", f"can't be written or read: {error.strerror or error}", hint)
        return Finished(order.client.folder, (), (problem,))
    except Exception as error:  # a fault of ours in one packet is no reason to stop the others
        return lost(order, error)


def lost(order: Order, error: BaseException) -> Finished:
    """An order that was not carried out. What the error says may hold a client's values, so only its kind is told."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    hint = "Run again: what was made stays. If it fails again, please report it."
    message = f"the packet could not be made: {type(error).__name__}{where}"
    return Finished(order.client.folder, (), (Problem(order.client.place, "N26", message, hint),))


def key_of(kit: Kit, order: Order) -> str:
    """The digest of everything that an order's files depend on. The contact's mail address is not printed."""
    client = replace(order.client, place=replace(order.client.place, file="", line=0), email="")
    parts = [_part(kit, order, exchange.slug).key for exchange in client.exchanges]
    look = kit.book.look
    seal = order.signing.fingerprint if order.signing else ""
    created = kit.book.created.isoformat()
    return digest(repr(client), order.code, repr(look), _back(kit, order).key, *parts, created, seal, kit.program)


def _part(kit: Kit, order: Order, slug: str) -> Part:
    exchange = next(each for each in order.client.exchanges if each.slug == slug)
    return kit.parts[slug, values.room(exchange, kit.separators[slug], coded=bool(order.code))]


def _back(kit: Kit, order: Order) -> Part:
    """The back page, which is the same for all packets of the same exchanges."""
    drawn = [told for exchange in order.client.exchanges for told in kit.drawn[exchange.slug]]
    return parting.lay_out(kit.book.store, html.back_page(kit.book.look, kit.book.templates, (), drawn))


def _make(kit: Kit, order: Order) -> Finished:
    key = key_of(kit, order)
    packet, sheet = paths(order)
    there = () if order.password else (_in_place(packet, key, order.signing), _in_place(sheet, key))
    if there and all(there):
        return Finished(order.client.folder, tuple(made for made in there if made))
    order.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=order.folder, prefix=".making-") as temporary:
        work = _Work(kit, order, key, Path(temporary))
        files = {packet: work.packet(), sheet: work.sheet()}
        _read_back(kit, order, {path: file for path, (file, _) in files.items()})
        if order.password:
            from builder.pdf import locking

            locking.lock(files[packet][0], order.password)
        if order.signing:
            from builder.pdf import signing

            signing.sign(files[packet][0], order.signing)
        made = tuple(_made(path, file, pages, key) for path, (file, pages) in files.items())
        _put((packet, files[packet][0]), (sheet, files[sheet][0]))
    return Finished(order.client.folder, made)


def _in_place(path: Path, key: str, signing: Any = None) -> Made | None:
    """A file as it was made before of the same, not a byte changed; a signature is appended to what was made."""
    import pikepdf

    try:
        data = path.read_bytes()
    except OSError:
        return None
    whole = provenance.first_revision(data) if signing else data
    if key.encode() not in data or not provenance.is_intact(whole) or (signing and not _is_signed(data, signing)):
        return None
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            record, pages = provenance.record_of(pdf), len(pdf.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return None
    if record is None or record.packet.get("key") != f"sha256:{key}":
        return None
    return Made(path, pages, len(data), hashlib.sha256(data).hexdigest(), key, fresh=False)


def _put(packet: tuple[Path, Path], sheet: tuple[Path, Path]) -> None:
    """Puts a packet and its sheet where they go, from where they are: where a packet is, its own sheet is too."""
    packet[0].unlink(missing_ok=True)
    for path, file in (sheet, packet):
        file.replace(path)


def _is_signed(data: bytes, by: Any) -> bool:
    """Whether a file has the signature that it would get, and nothing was appended to it since."""
    from builder.pdf import signing

    try:
        found = signing.signature_in(data)
    except ValueError:
        return False
    return bool(found and found.intact and found.whole and found.fingerprint == by.fingerprint)


def _made(path: Path, file: Path, pages: int, key: str) -> Made:
    data = file.read_bytes()
    return Made(path, pages, len(data), hashlib.sha256(data).hexdigest(), key)


def _read_back(kit: Kit, order: Order, files: Mapping[Path, Path]) -> None:
    """Stops at the last gate what gives something away; the client's values have no form that it should know."""
    meant = tuple(text for exchange in order.client.exchanges for text in (exchange.ip_text, *exchange.ips))
    watch = replace(kit.watch, vouched=(*kit.watch.vouched, *meant))
    named = {path.name: file for path, file in files.items()}
    problems = gate.read_back(named, watch, _forgetful(kit.book.store.root), 1, _silent)
    stop_on_errors(replace(problem, place=order.client.place) for problem in problems)


class _Forgetful(Store):
    """The cache, of which everything may be read and into which nothing is written.

    What the gate notes of one packet, digests of stretches of text that are clear, serves the next one in this process.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._notes: dict[str, Any] = {}

    def note(self, key: str) -> Any:
        return self._notes[key] if key in self._notes else super().note(key)

    def keep_note(self, key: str, value: Any) -> None:
        self._notes[key] = value
        while len(self._notes) > _NOTES:
            del self._notes[next(iter(self._notes))]


@functools.lru_cache(maxsize=1)
def _forgetful(root: Path) -> _Forgetful:
    return _Forgetful(root)


def _silent(stage: str, done: int, total: int, name: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class _Work:
    """The making of one order, in a folder of its own."""

    kit: Kit
    order: Order
    key: str
    folder: Path

    def packet(self) -> tuple[Path, int]:
        """The packet, and how many pages it has."""
        kit, client = self.kit, self.order.client
        guides = [_part(kit, self.order, exchange.slug) for exchange in client.exchanges]
        front, front_pages = self._front(guides)
        back = _back(kit, self.order)
        total = front_pages + sum(part.pages for part in guides) + back.pages
        made_of = self._made_of(PACKET, paths(self.order)[0], [front, *(part.pdf for part in guides), back.pdf])
        fill = functools.partial(filling.fill, values=self._values())
        parts = [
            binding.Section(front, fill=fill),
            *(binding.Section(part.pdf, fill=fill) for part in guides),
            binding.Section(back.pdf),
        ]
        names = ", ".join(kit.exchanges[exchange.slug] for exchange in client.exchanges)
        title = kit.book.look.words("packet.title", client=client.name)
        return self._bound(parts, made_of, title, names, range(1, total - 1), total), total

    def sheet(self) -> tuple[Path, int]:
        """The sign-off sheet, and how many pages it has."""
        client, look = self.order.client, self.kit.book.look
        title = look.words("sign_off.title_for", client=client.name)
        entries = self._entries([0] * len(client.exchanges))
        data, pages = self._laid_out("packet/sign-off.html", title=title, entries=entries)
        laid = self._kept("sheet-part", data)
        made_of = self._made_of(SIGN_OFF, paths(self.order)[1], [laid])
        part = binding.Section(laid, fill=self._fill_sheet)
        return self._bound([part], made_of, title, "", range(pages), pages), pages

    def _fill_sheet(self, pdf: Any) -> None:
        """Values and text fields; none of these asks for a secret."""
        filling.fill(pdf, self._values())
        say, exchanges = self.kit.book.look.words, self.kit.exchanges
        meanings = {"signed-name": say("sign_off.your_name"), "signed-date": say("sign_off.date_of_signing")}
        labels = {f"{slug}-label": say("sign_off.label", exchange=exchange) for slug, exchange in exchanges.items()}
        text_fields.add(pdf, meanings | labels)

    def _front(self, guides: Sequence[Part]) -> tuple[Path, int]:
        """Cover and first pages. They tell the guides' pages, which depend on how many they are themselves."""
        client, look = self.order.client, self.kit.book.look
        names = tuple(self.kit.exchanges[exchange.slug] for exchange in client.exchanges)
        cover = Cover(client.name, look.words("packet.cover", firm=look.brand.name), look.words("packet.kind"), names)
        lines = (values.ip_lines(exchange, self.kit.separators[exchange.slug]) for exchange in client.exchanges)
        shape = (len(client.name) // 20, len(client.note) // 60, *lines)
        count = _FRONTS.get(shape, 2)
        while True:
            firsts = [count + 1 + sum(part.pages for part in guides[:number]) for number in range(len(guides))]
            title = look.words("packet.running", client=client.name)
            entries = self._entries(firsts)
            data, pages = self._laid_out("packet/front.html", title=title, cover=cover, entries=entries)
            if pages == count:
                return self._kept("front", data), pages
            count = _FRONTS[shape] = pages

    def _entries(self, firsts: Sequence[int]) -> list[dict[str, Any]]:
        """What the first pages and the sheet say of each exchange; `firsts` are the guides' first pages."""
        kit = self.kit
        return [
            {
                "slug": exchange.slug,
                "exchange": kit.exchanges[exchange.slug],
                "label": exchange.label,
                "lines": values.ip_lines(exchange, kit.separators[exchange.slug]),
                "page": first,
            }
            for exchange, first in zip(self.order.client.exchanges, firsts, strict=True)
        ]

    def _laid_out(self, template: str, **more: Any) -> tuple[bytes, int]:
        """A document of this client's; a character that no typeface has is a problem of their file."""
        client, book = self.order.client, self.kit.book
        dated = functools.partial(_dated, language=client.dates) if client.dates else book.look.words.day
        page = rendering.document(
            book.templates,
            template,
            book.look,
            client=client,
            coded=bool(self.order.code),
            is_locked=bool(self.order.password),
            dated=dated,
            **more,
        )
        return self._engine(page)

    def _engine(self, page: Page) -> tuple[bytes, int]:
        laid = parting.load_engine().lay_out(page, self.kit.book.store.assets)
        place = self.order.client.place
        found = (parting.complaint(words, place.file) for words in laid.complaints)
        stop_on_errors(replace(each, place=place, severity=Severity.ERROR) for each in found)
        return laid.pdf, laid.pages

    def _kept(self, name: str, data: bytes) -> Path:
        path = self.folder / f"{name}.pdf"
        path.write_bytes(data)  # nobody else sees it, and it need not outlive a crash
        return path

    def _values(self) -> dict[tuple[str, str], filling.Value]:
        return values.values(self.order.client, dict(self.kit.separators), self.order.code)

    def _made_of(self, kind: str, path: Path, parts: Sequence[Path]) -> MadeOf:
        """The record. It tells of the client what is printed anyway."""
        client, book = self.order.client, self.kit.book
        origins = (
            {exchange.slug: book.origins[exchange.slug] for exchange in client.exchanges} if kind == PACKET else {}
        )
        digests = (provenance.sha256(part.read_bytes()).encode() for part in parts)
        drawn = repr([asdict(exchange) for exchange in client.exchanges]).encode() + self.order.code.encode()
        return MadeOf(
            f"packets/{client.folder}/{path.name}",
            book.look.edition,
            self.key[:12],
            provenance.sha256(b"".join([*digests, drawn])),
            {slug: origin.text for slug, origin in origins.items()},
            {name: found for origin in origins.values() for name, found in origin.screenshots.items()},
            stand_ins=(),
            packet={
                "kind": kind,
                "client": client.name,
                "code": self.order.code,
                "exchanges": ", ".join(self.kit.exchanges[exchange.slug] for exchange in client.exchanges),
                "key": f"sha256:{self.key}",
            },
        )

    def _bound(
        self, parts: Sequence[binding.Section], made_of: MadeOf, title: str, subject: str, footed: range, total: int
    ) -> Path:
        """The parts as one file. `footed` are the pages with a foot; a packet's last page tells what it is made of.

        The numbers on the feet are the same in all packets with as many pages, and the client's name is on one page
        that is drawn on each: so few pages are laid out for one client alone. The sheet is bound after the packet.
        """
        kit, order = self.kit, self.order
        book, kind = kit.book, made_of.packet["kind"]
        out, signed = self.folder / f"{kind}.pdf", bool(order.signing) and kind == PACKET
        numbers = [
            Folio(_NOTHING, str(page + 1), book.look.words("folio.of", total=total)) if page in footed else None
            for page in range(total)
        ]
        strips = self.folder / "strips.pdf"
        if kind == PACKET:
            told = book.look.words("folio.build", build=made_of.build_id, content=made_of.short_content)
            own = [Folio(_short(order.client.name, book.look.words), _NOTHING, ""), Folio(told, "", "")]
            strips = self._kept("strips", self._engine(html.folio_page(book.look, book.templates, own))[0])
        stamps = [binding.Strip(strips, 0, footed)]
        if kind == PACKET:
            stamps.append(binding.Strip(strips, 1, range(total - 1, total)))
        said = Description(
            title,
            book.look.words.language,
            book.created,
            author=book.look.brand.name,
            subject=subject,
            creator=PRODUCER,
            producer=PRODUCER,
            further={"Edition": made_of.edition, "BuildId": made_of.build_id, "ContentDigest": made_of.content},
        )
        binding.bind(
            parts,
            out,
            said,
            overlays=[parting.lay_out(book.store, html.folio_page(book.look, book.templates, numbers)).pdf],
            made_of=made_of,
            signature=order.signing.name if signed else "",
            strips=stamps,
        )
        return out


def _short(name: str, say: Words) -> str:
    return say(
        "packet.prepared_for", client=name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"
    )


def _dated(date: datetime.date, language: str) -> str:
    """A date in a client's language; in English as the guides' pages write it, day first."""
    from babel.dates import format_date

    return str(format_date(date, "long", locale="en_GB" if language == "en" else language))
