"""Binds laid-out parts into one tagged PDF.

Each part was laid out alone and finished by `finish.finisher`. Binding copies its pages, hangs its structure tree,
outline, destinations and form fields into the whole, and leads the links between parts (`href="part:ANCHOR"`) to where
their anchors came to lie in this binding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from builder.pdf import provenance
from builder.pdf.metadata import Description
from builder.pdf.sharing import Shared
from builder.pdf.writing import as_form, opened, pack, save, write_metadata

LINK_SCHEME = "part:"
SIGNATURE_FIELD = "signature"

_LABEL_STYLES = {"roman": Name.r, "arabic": Name.D}


@dataclass(frozen=True, slots=True)
class Section:
    """A laid-out part and how its pages are labelled.

    Labels of one style number on from part to part, also over parts of the other style in between.
    `blanks` empty pages of the same size follow, so that the next part begins on a right-hand page. `fill` puts into
    the opened part what is this binding's alone.
    """

    pdf: Path
    labels: Literal["roman", "arabic"] = "arabic"
    blanks: int = 0
    fill: Callable[[Pdf], None] | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """What stands on several pages alike: page `number`, from 0, of a PDF, and onto which pages it is stamped."""

    pdf: Path
    number: int
    pages: range


@dataclass(frozen=True, slots=True)
class Bound:
    """What was bound: pages, and the file's size in bytes."""

    pages: int
    size: int


def bind(
    parts: Sequence[Section],
    out: Path,
    said: Description,
    *,
    overlays: Sequence[Path] = (),
    made_of: provenance.MadeOf | None = None,
    signature: str = "",
    strips: Sequence[Strip] = (),
) -> Bound:
    """Write `parts`, in order, as one PDF/UA-1 and PDF/A-2a file; the same inputs give the same bytes.

    `overlays` have together as many pages as the parts; page i is stamped onto page i as a pagination artifact.
    `strips` are stamped onto several pages, the same on each.
    `made_of` is written into the metadata, completed by the pages' digests, and the file is sealed.
    `signature` is what a field for a signature is called that is put on the first page, without a look of its own.
    `out` is replaced only once the new file is whole.

    ValueError for no parts, a part that can't be read or was not finished, an anchor that two parts have, an overlay
    with another number of pages or with links, and a `created` without time zone. OSError if `out` can't be written.
    """
    if not parts:
        raise ValueError("there is nothing to bind")
    if said.created is None or said.created.tzinfo is None:
        raise ValueError("the date of creation needs a time zone")
    with ExitStack() as stack:
        sources = [stack.enter_context(opened(part.pdf)) for part in parts]
        for part, source in zip(parts, sources, strict=True):
            if part.fill:
                part.fill(source)
        anchors = _anchors(parts, sources)
        book = stack.enter_context(Pdf.new())
        whole = _Whole(book.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document)))
        shared = Shared()
        for part, source in zip(parts, sources, strict=True):
            _lead_links(source, anchors)
            _renumber(source, whole)
            _add(book, whole, source)
            for _ in range(part.blanks):
                _add_blank(book)
        for page in book.pages:
            shared.look_through(page.obj)
        if overlays:
            stamps = [page for path in overlays for page in stack.enter_context(opened(path)).pages]
            _stamp(book, stamps, shared)
        for number, strip in enumerate(strips):
            _stamp_strip(book, stack.enter_context(opened(strip.pdf)), strip, f"/Strip{number}", shared)
        if signature:
            _add_signature_field(book, whole, signature)
        _write_catalog(book, whole, said.language)
        lengths = [len(source.pages) + part.blanks for part, source in zip(parts, sources, strict=True)]
        book.Root.PageLabels = Dictionary(Nums=Array(_page_labels(parts, lengths)))
        _copy_output_intent(book, sources[0], shared)
        pack(book)
        if made_of is not None:
            made_of = replace(made_of, pages=provenance.page_digests(book))
        write_metadata(book, said, made_of)
        return Bound(len(book.pages), save(book, out, sealed=made_of is not None))


@dataclass(slots=True)
class _Whole:
    """What the parts add up to. Objects of the bound file, in the order of the parts."""

    document: Object  # the structure element that holds one Part element for each part
    elements: list[Object] = field(default_factory=list)
    next_key: int = 0  # of the parent tree: every page and every annotation has one
    owners: list[Object | int] = field(default_factory=list)  # the parent tree: key, owner, key, owner, …
    destinations: dict[bytes, Object] = field(default_factory=dict)
    outline: list[Object] = field(default_factory=list)  # top entries
    outline_length: int = 0  # entries that show when the outline is first opened
    fields: list[Object] = field(default_factory=list)
    field_names: set[str] = field(default_factory=set)
    form_fonts: Object | None = None  # with which a viewer shows what is typed; the same in all parts


def _pairs(flat: Any) -> Iterator[tuple[Any, Any]]:
    """Keys and values of a PDF name or number tree's leaf."""
    items = iter(flat)
    return zip(items, items, strict=True)


def _destinations(source: Pdf) -> Any:
    names = source.Root.get(Name.Names, Dictionary())
    return names.get(Name.Dests, Dictionary()).get(Name.Names, Array())


def _anchors(parts: Sequence[Section], sources: Sequence[Pdf]) -> dict[str, bytes]:
    """Every anchor of every part, as text and as the bytes of its destination's name."""
    anchors: dict[str, bytes] = {}
    homes: dict[str, Path] = {}
    for part, source in zip(parts, sources, strict=True):
        if Name.StructTreeRoot not in source.Root:
            raise ValueError(f"{part.pdf} is not tagged; lay it out with the finisher")
        for name, _ in _pairs(_destinations(source)):
            anchor = str(name)
            if anchor in anchors:
                raise ValueError(f"the anchor {anchor!r} is in {homes[anchor]} and in {part.pdf}")
            anchors[anchor] = bytes(name)
            homes[anchor] = part.pdf
    return anchors


def _lead_links(source: Pdf, anchors: Mapping[str, bytes]) -> None:
    """Make links to other parts into links to named destinations; take out those whose part is not bound here."""
    owners = {int(key): owner for key, owner in _pairs(source.Root.StructTreeRoot.ParentTree.Nums)}
    for page in source.pages:
        lost = []
        for index, annotation in enumerate(page.get(Name.Annots, ())):
            address = str(annotation.get(Name.A, Dictionary()).get(Name.URI, ""))
            if not address.startswith(LINK_SCHEME):
                continue
            name = anchors.get(unquote(address.removeprefix(LINK_SCHEME)))
            if name is not None:
                del annotation.A
                annotation.Dest = String(name)
            else:
                lost.append(index)
                _make_plain(owners.pop(int(annotation.StructParent)), annotation)
        for index in reversed(lost):
            del page.Annots[index]
    source.Root.StructTreeRoot.ParentTree.Nums = Array([part for pair in owners.items() for part in pair])


def _make_plain(link: Object, annotation: Object) -> None:
    """Turn a Link element into plain text that no annotation belongs to."""
    link.S = Name.Span
    link.K = Array([kid for kid in link.K if not _refers_to(kid, annotation)])


def _refers_to(kid: Any, annotation: Object) -> bool:
    return isinstance(kid, Dictionary) and Name.Obj in kid and kid.Obj.objgen == annotation.objgen


def _renumber(source: Pdf, whole: _Whole) -> None:
    """Give the part's pages, annotations and parent tree the keys that they will have in the bound file."""
    first = whole.next_key
    tree = source.Root.StructTreeRoot.ParentTree
    moved = [(int(key) + first, owner) for key, owner in _pairs(tree.Nums)]
    tree.Nums = Array([part for pair in moved for part in pair])
    whole.next_key = 1 + max((key for key, _ in moved), default=first - 1)
    for page in source.pages:
        page.StructParents = int(page.StructParents) + first
        for annotation in page.get(Name.Annots, ()):
            if Name.StructParent in annotation:
                annotation.StructParent = int(annotation.StructParent) + first


def _add(book: Pdf, whole: _Whole, source: Pdf) -> None:
    """Copy a part. Its pages come first, so that all that refers to them refers to the copies."""
    for page in source.pages:
        book.pages.append(page)
    structure = book.copy_foreign(source.Root.StructTreeRoot)
    (element,) = structure.K
    element.S = Name.Part
    element.P = whole.document
    whole.elements.append(element)
    whole.owners.extend(structure.ParentTree.Nums)
    destinations = book.copy_foreign(source.make_indirect(_destinations(source)))
    whole.destinations.update((bytes(name), place) for name, place in _pairs(destinations))
    if Name.Outlines in source.Root:
        _add_outline(book.copy_foreign(source.Root.Outlines), whole)
    if Name.AcroForm in source.Root:
        form = book.copy_foreign(source.make_indirect(source.Root.AcroForm))
        for form_field in form.Fields:
            _add_field(form_field, whole)
        if Name.DR in source.Root.AcroForm:
            whole.form_fonts = book.copy_foreign(source.make_indirect(source.Root.AcroForm.DR))


def _add_blank(book: Pdf) -> None:
    """Append an empty page like the last one, for `_stamp` to draw on."""
    page = Dictionary(Type=Name.Page, Resources=Dictionary(XObject=Dictionary()), Contents=book.make_stream(b""))
    for key, value in book.pages[-1].obj.items():
        if key.endswith("Box"):
            page[key] = value
    book.pages.append(pikepdf.Page(book.make_indirect(page)))


def _add_outline(outline: Object, whole: _Whole) -> None:
    if whole.outline:
        whole.outline[-1].Next = outline.First
        outline.First.Prev = whole.outline[-1]
    entry: Object | None = outline.First
    while entry is not None:
        whole.outline.append(entry)
        entry = entry.get(Name.Next)
    whole.outline_length += int(outline.Count)


def _add_field(form_field: Object, whole: _Whole) -> None:
    """Fields of one name are one field; two parts don't mean the same checkbox."""
    name = str(form_field.T)
    if name in whole.field_names:
        name = f"{name}-{len(whole.elements)}-{len(whole.fields)}"
        form_field.T = String(name)
    whole.field_names.add(name)
    whole.fields.append(form_field)


def _add_signature_field(book: Pdf, whole: _Whole, meaning: str) -> None:
    """A field for a signature, of no size, at the end of the reading order; tagged, as PDF/UA wants it of every field.

    Who signs fills it in and adds nothing else to the pages.
    """
    page = book.pages[0].obj
    widget = book.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(SIGNATURE_FIELD),
            TU=String(meaning),
            Rect=Array([0, 0, 0, 0]),
            F=132,  # printed, which PDF/A wants, and locked
            P=page,
            StructParent=whole.next_key,
        )
    )
    element = book.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Form, P=whole.document, Pg=page, Alt=String(meaning))
    )
    element.K = Array([Dictionary(Type=Name.OBJR, Obj=widget, Pg=page)])
    if Name.Annots not in page:
        page.Annots = Array()
        page.Tabs = Name.S
    page.Annots.append(widget)
    whole.elements.append(element)
    whole.owners.extend((whole.next_key, element))
    whole.next_key += 1
    whole.fields.append(widget)


def _stamp(book: Pdf, stamps: Sequence[pikepdf.Page], shared: Shared) -> None:
    """Draw each stamp over the page of the same number, marked as an artifact."""
    if len(stamps) != len(book.pages):
        raise ValueError(f"the overlay has {len(stamps)} pages for {len(book.pages)}")
    for index, (page, stamp) in enumerate(zip(book.pages, stamps, strict=True)):
        if Name.Annots in stamp:
            raise ValueError(f"page {index + 1} of the overlay has links or form fields")
        form = as_form(book, stamp, stamp.mediabox)
        shared.look_through(form)
        _draw_over(book, page, form, f"/Overlay{index}")


def _stamp_strip(book: Pdf, source: Pdf, strip: Strip, name: str, shared: Shared) -> None:
    stamp = source.pages[strip.number]
    form = as_form(book, stamp, stamp.mediabox)
    shared.look_through(form)
    for index in strip.pages:
        _draw_over(book, book.pages[index], form, name)


def _draw_over(book: Pdf, page: pikepdf.Page, form: Object, name: str) -> None:
    """`name` is the form's own, as the pages of a part share one dictionary of resources."""
    page.Resources.XObject[name] = form
    page.contents_add(book.make_stream(b"q"), prepend=True)
    page.contents_add(f"Q /Artifact <</Type /Pagination>> BDC q {name} Do Q EMC".encode())


def _write_catalog(book: Pdf, whole: _Whole, language: str) -> None:
    root = book.Root
    root.Lang = String(language)
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.StructTreeRoot = book.make_indirect(
        Dictionary(
            Type=Name.StructTreeRoot,
            K=Array([whole.document]),
            ParentTree=book.make_indirect(Dictionary(Nums=Array(whole.owners))),
            ParentTreeNextKey=whole.next_key,
        )
    )
    whole.document.P = root.StructTreeRoot
    whole.document.K = Array(whole.elements)
    if whole.destinations:
        names = [
            part for name, place in sorted(whole.destinations.items(), key=_first) for part in (String(name), place)
        ]
        root.Names = Dictionary(Dests=book.make_indirect(Dictionary(Names=Array(names))))
    if whole.outline:
        _write_outline(book, whole)
    if whole.fields:
        root.AcroForm = Dictionary(Fields=Array(whole.fields))
    if whole.form_fonts is not None:
        root.AcroForm.DR = whole.form_fonts


def _write_outline(book: Pdf, whole: _Whole) -> None:
    root = book.Root
    root.PageMode = Name.UseOutlines
    root.Outlines = book.make_indirect(
        Dictionary(Type=Name.Outlines, First=whole.outline[0], Last=whole.outline[-1], Count=whole.outline_length)
    )
    for entry in whole.outline:
        entry.Parent = root.Outlines


def _first(pair: tuple[bytes, Object]) -> bytes:
    return pair[0]


def _page_labels(parts: Sequence[Section], lengths: Sequence[int]) -> Iterator[Object | int]:
    """Where a style begins or is taken up again, the page's index and how it is labelled."""
    reached = dict.fromkeys(_LABEL_STYLES, 1)
    page, before = 0, None
    for part, length in zip(parts, lengths, strict=True):
        if part.labels != before:
            yield page
            yield Dictionary(S=_LABEL_STYLES[part.labels], St=reached[part.labels])
        reached[part.labels] += length
        page, before = page + length, part.labels


def _copy_output_intent(book: Pdf, source: Pdf, shared: Shared) -> None:
    """The parts all have the same one: what the colours of the pages mean."""
    (intent,) = book.copy_foreign(source.make_indirect(source.Root.OutputIntents))
    shared.share(intent, Name.DestOutputProfile)
    book.Root.OutputIntents = Array([intent])
