"""Binding real parts: one tree, one outline, links that land, the same bytes again."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest
from laid_out import (
    CSS,
    Fetcher,
    annotations,
    artifacts,
    chunks,
    drawing,
    elements,
    faults,
    images,
    lay_out,
    png,
    structure_faults,
    tags,
)
from weasyprint import HTML

from builder.pdf import provenance, writing
from builder.pdf.binding import Bound, Section, bind
from builder.pdf.metadata import Description

CREATED = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
PICTURE = png(drawing())
CHECKBOX_CSS = "input { appearance: auto; width: 4mm; height: 4mm }"

FRONT = """<h1 id="front">Handbook</h1><p>Welcome to all of it.</p>
<h2 class="new-page" id="contents">Contents</h2>
<ol><li><a href="part:north">North</a></li><li><a href="part:south">South</a></li>
<li><a href="part:east">East</a></li></ol>"""


def guide(slug: str, name: str, other: str) -> str:
    """A chapter of two pages."""
    return f"""<section><h1 id="{slug}">{name}</h1>
<p>{name} begins here; see <a href="#{slug}-step">the step</a> or <a href="part:{other}">another <b>guide</b></a>.</p>
<figure><img src="asset:///shared" alt="The {name} menu."><figcaption>What to choose in {name}</figcaption></figure>
<h2 id="{slug}-step" class="new-page">Step in {name}</h2>
<table><thead><tr><th>Permission</th><th>Set</th></tr></thead>
<tbody><tr><td>Read {name}</td><td>yes</td></tr><tr><td>Trade {name}</td><td>no</td></tr></tbody></table>
<ul><li><label><input type="checkbox" name="done"> {name} is done</label></li></ul></section>"""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Section]:
    folder = tmp_path_factory.mktemp("parts")
    front = lay_out(folder / "front.pdf", FRONT, title="Front")
    guides = [
        lay_out(folder / f"{slug}.pdf", guide(slug, name, other), css=CHECKBOX_CSS, pictures={"shared": PICTURE})
        for slug, name, other in (("north", "North", "south"), ("south", "South", "front"))
    ]
    return [Section(front, "roman"), *(Section(path) for path in guides)]


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folios = "".join(f'<div class="folio">folio {number} of 6</div>' for number in range(1, 7))
    css = """@page { margin: 0; @bottom-right { content: none } }
    .folio { height: 100mm; padding: 2mm } .folio + .folio { break-before: page }"""
    return lay_out(tmp_path_factory.mktemp("overlay") / "folios.pdf", folios, css=css)


def bound(parts: list[Section], out: Path, **changes: Any) -> Bound:
    more = {name: changes.pop(name) for name in ("overlays", "made_of") if name in changes}
    return bind(
        parts, out, Description(**{"title": "The handbook", "language": "en", "created": CREATED, **changes}), **more
    )


@pytest.fixture(scope="module")
def book(parts: list[Section], overlay: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bound") / "book.pdf"
    result = bound(
        parts,
        out,
        overlays=[overlay] if overlay else [],
        author="Onboarding & Co",
        subject="How to make keys",
        keywords="key, <exchange>",
        creator="builder",
        producer="engine",
        further={"Edition": "May 2026"},
    )
    assert result == Bound(6, out.stat().st_size)
    return out


def test_the_bound_file_passes_both_profiles_and_reads_well(book: Path) -> None:
    assert faults(book) == []
    with pikepdf.open(book) as pdf:
        assert structure_faults(pdf) == []
        assert pdf.check_pdf_syntax() == []


def test_each_part_keeps_its_tags_in_order(book: Path, parts: list[Section]) -> None:
    alone = []
    for part in parts:
        with pikepdf.open(part.pdf) as pdf:
            alone.append(("Part", *tags(pdf)))
    contents = alone[0][-1]
    assert contents == ("L", *[("LI", "Lbl", ("LBody", "Link"))] * 3)
    alone[0] = (*alone[0][:-1], ("L", *[("LI", "Lbl", ("LBody", "Link"))] * 2, ("LI", "Lbl", ("LBody", "Span"))))
    with pikepdf.open(book) as pdf:
        assert tags(pdf) == alone


def test_links_between_parts_land_and_lost_ones_are_plain_text(
    book: Path, parts: list[Section], tmp_path: Path
) -> None:
    with pikepdf.open(book) as pdf:
        assert [str(link.Dest) for link in annotations(pdf) if link.Subtype == "/Link"] == [
            *("north", "south"),
            *("north-step", "south", "south-step", "front"),
        ]
        assert not any("/A" in link for link in annotations(pdf))
        assert len(elements(pdf, "Link")) == 6
    bound(parts[1:2], tmp_path / "single.pdf")
    with pikepdf.open(tmp_path / "single.pdf") as pdf:
        assert [str(link.Dest) for link in annotations(pdf) if link.Subtype == "/Link"] == ["north-step"]
        assert structure_faults(pdf) == []
    assert faults(tmp_path / "single.pdf") == []
    for path in (book, tmp_path / "single.pdf"):
        assert b"part:" not in _all_bytes(path)


def _all_bytes(path: Path) -> bytes:
    with pikepdf.open(path) as pdf:
        return b"\n".join(
            each.stream_dict.unparse() + each.read_bytes() if isinstance(each, pikepdf.Stream) else each.unparse()
            for each in pdf.objects
            if not (isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image")
        )


def test_destinations_and_outline_land_on_their_headings(book: Path) -> None:
    with pymupdf.open(book) as pdf:
        entries = pdf.get_toc()
        assert entries == [
            [1, "Handbook", 1],
            [2, "Contents", 2],
            [1, "North", 3],
            [2, "Step in North", 4],
            [1, "South", 5],
            [2, "Step in South", 6],
        ]
        for _, title, number in entries:
            assert title in pdf[number - 1].get_text()
        pages = {name: place["page"] for name, place in pdf.resolve_names().items()}
    assert pages == {"front": 0, "contents": 1, "north": 2, "north-step": 3, "south": 4, "south-step": 5}


def test_the_outline_can_be_walked_backwards(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        assert int(pdf.Root.Outlines.Count) == 6
        titles, entry = [], pdf.Root.Outlines.Last
        while entry is not None:
            assert entry.Parent.objgen == pdf.Root.Outlines.objgen
            titles.append(str(entry.Title))
            entry = entry.get("/Prev")
        assert titles == ["South", "North", "Handbook"]


def test_destinations_are_sorted_for_readers_that_search_by_halves(parts: list[Section], tmp_path: Path) -> None:
    bound([parts[2], parts[1], parts[0]], tmp_path / "book.pdf")
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        names = [bytes(name) for name in list(pdf.Root.Names.Dests.Names)[::2]]
    assert names == sorted(names)
    assert len(names) == 6


def test_anchors_outside_ascii_are_found(tmp_path: Path) -> None:
    one = lay_out(tmp_path / "one.pdf", '<h1>One</h1><p>To <a href="part:größe%20два">it</a></p>')
    two = lay_out(tmp_path / "two.pdf", '<h1 id="größe два">Two</h1><p>Here</p>')
    bound([Section(one), Section(two)], tmp_path / "book.pdf")
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        (link,) = annotations(pdf)
        assert str(link.Dest) == "größe два"
        assert bytes(link.Dest) == bytes(pdf.Root.Names.Dests.Names[0])


def test_pages_are_in_order_and_the_text_too(book: Path) -> None:
    with pymupdf.open(book) as pdf:
        texts = [" ".join(page.get_text().split()) for page in pdf]
    for number, words in enumerate(
        ("Welcome", "Contents", "North begins", "Trade North", "South begins", "Trade South")
    ):
        assert words in texts[number]
        assert f"folio {number + 1} of 6" in texts[number]


def test_the_overlay_is_an_artifact_and_its_fonts_are_kept_once(book: Path, parts: list[Section]) -> None:
    with pikepdf.open(book) as pdf:
        forms = [
            form for page in pdf.pages for name, form in page.Resources.XObject.items() if name.startswith("/Overlay")
        ]
        assert len({form.objgen for form in forms}) == 6
        assert len({form.Resources.objgen for form in forms}) == 1
        assert artifacts(pdf).count("/Pagination") == 6 + 6  # the parts' own margin boxes, and the overlay
        for page in pdf.pages:
            depths = list(accumulate(_nesting(each) for each in pikepdf.parse_content_stream(page)))
            assert (min(depths), depths[-1]) == (0, 0)
            *_, last = [each for each in pikepdf.parse_content_stream(page) if str(each.operator) == "BDC"]
            assert (last.operands[0], last.operands[1]) == ("/Artifact", {"/Type": pikepdf.Name.Pagination})


def _nesting(instruction: Any) -> int:
    return {"q": 1, "Q": -1}.get(str(instruction.operator), 0)


def test_an_overlay_draws_where_it_did(book: Path, overlay: Path) -> None:
    with pymupdf.open(book) as pdf, pymupdf.open(overlay) as folios:
        for page, folio in zip(pdf, folios, strict=True):
            (there,), (here,) = page.search_for("of 6"), folio.search_for("of 6")
            assert tuple(there) == pytest.approx(tuple(here))


def test_an_untagged_overlay_will_do(parts: list[Section], tmp_path: Path) -> None:
    body = "".join(f'<p style="break-after: page">{number}</p>' for number in range(5)) + "<p>5</p>"
    html = HTML(string=f"<html lang=en><style>{CSS}</style>{body}", url_fetcher=Fetcher({}))
    html.write_pdf(tmp_path / "folios.pdf")
    bound(parts, tmp_path / "book.pdf", overlays=[tmp_path / "folios.pdf"])
    assert faults(tmp_path / "book.pdf") == []


def test_an_overlay_must_fit(parts: list[Section], overlay: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the overlay has 6 pages for 2"):
        bound(parts[:1], tmp_path / "book.pdf", overlays=[overlay])
    with pytest.raises(ValueError, match="page 2 of the overlay has links"):
        bound(parts[:1], tmp_path / "book.pdf", overlays=[parts[0].pdf])
    assert not (tmp_path / "book.pdf").exists()


def test_the_same_streams_are_kept_once_and_pictures_unchanged(book: Path, parts: list[Section]) -> None:
    with pikepdf.open(book) as pdf:
        (image,) = images(pdf)
        assert image.read_raw_bytes() == chunks(PICTURE, b"IDAT")
        profiles = [each for each in pdf.objects if isinstance(each, pikepdf.Stream) and each.get("/N") == 3]
        assert [each.objgen for each in profiles] == [pdf.Root.OutputIntents[0].DestOutputProfile.objgen]
    assert book.stat().st_size < sum(part.pdf.stat().st_size for part in parts)


def test_a_font_that_two_parts_share_is_kept_once(tmp_path: Path) -> None:
    one = lay_out(tmp_path / "one.pdf", '<h1 id="one">Same words</h1>')
    two = lay_out(tmp_path / "two.pdf", '<h1 id="two">Same words</h1>')
    bound([Section(one), Section(two)], tmp_path / "book.pdf")
    with pikepdf.open(one) as single, pikepdf.open(tmp_path / "book.pdf") as pdf:
        assert len(_fonts(pdf)) == len(_fonts(single)) == 2  # bold heading, regular folio


def _fonts(pdf: pikepdf.Pdf) -> set[Any]:
    descriptors = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/FontFile2" in each]
    return {each.FontFile2.objgen for each in descriptors}


def test_fields_of_several_parts_stay_several(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        assert [str(field.TU) for field in fields] == ["North is done", "South is done"]
        assert len({str(field.T) for field in fields}) == 2
        assert [field.objgen for field in fields] == [
            each.objgen for each in annotations(pdf) if each.Subtype == "/Widget"
        ]


def test_page_labels_follow_the_styles(parts: list[Section], tmp_path: Path) -> None:
    front, north, south = (part.pdf for part in parts)
    bare = lay_out(tmp_path / "bare.pdf", "<h1>Bare</h1>")
    order = [Section(front, "roman"), Section(north), Section(south)]
    bound(order, tmp_path / "book.pdf")
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        assert [page.label for page in pdf.pages] == ["i", "ii", "1", "2", "3", "4"]
        assert list(pdf.Root.PageLabels.Nums)[::2] == [0, 2]
    bound([Section(north), Section(bare, "roman"), Section(south)], tmp_path / "book.pdf")
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        assert [page.label for page in pdf.pages] == ["1", "2", "i", "3", "4"]


def test_the_catalog_and_the_metadata_say_the_same(book: Path) -> None:
    with pikepdf.open(book) as pdf:
        root = pdf.Root
        assert pdf.pdf_version == "1.7"
        assert (str(root.Lang), root.PageMode, root.MarkInfo.Marked) == ("en", "/UseOutlines", True)
        assert root.ViewerPreferences.DisplayDocTitle is True
        assert {key: str(value) for key, value in pdf.docinfo.items()} == {
            "/Title": "The handbook",
            "/Author": "Onboarding & Co",
            "/Subject": "How to make keys",
            "/Keywords": "key, <exchange>",
            "/Creator": "builder",
            "/Producer": "engine",
            "/Edition": "May 2026",
            "/CreationDate": "D:20260504103000+00'00'",
            "/ModDate": "D:20260504103000+00'00'",
        }
        assert root.Metadata.read_raw_bytes().count(b"<rdf:RDF") == 1
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("2", "A", "1")
            assert (xmp["dc:title"], xmp["dc:creator"]) == ("The handbook", ["Onboarding & Co"])
            assert (xmp["dc:description"], xmp["pdf:Keywords"]) == ("How to make keys", "key, <exchange>")
            assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"] == "2026-05-04T10:30:00+00:00"


def test_a_date_keeps_its_zone(parts: list[Section], tmp_path: Path) -> None:
    created = datetime(2026, 5, 4, tzinfo=timezone(-timedelta(hours=3, minutes=30)))
    bound(parts, tmp_path / "book.pdf", created=created)
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        assert str(pdf.docinfo.CreationDate) == "D:20260504000000-03'30'"
    assert faults(tmp_path / "book.pdf") == []


def test_the_same_parts_elsewhere_give_the_same_bytes(parts: list[Section], overlay: Path, tmp_path: Path) -> None:
    written = []
    for folder in (tmp_path / "a", tmp_path / "longer-name" / "b", tmp_path / "c"):
        folder.mkdir(parents=True)
        moved = [
            Section(folder.joinpath(f"{number}.pdf"), part.labels)
            for number, part in enumerate(parts)
            if folder.joinpath(f"{number}.pdf").write_bytes(part.pdf.read_bytes())
        ]
        bound(moved, folder / "book.pdf", overlays=[overlay])
        written.append((folder / "book.pdf").read_bytes())
        time.sleep(0.6)  # a file identifier made from the clock differs after a second
    assert written[0] == written[1] == written[2]
    bound(parts, tmp_path / "later.pdf", overlays=[overlay], created=CREATED + timedelta(days=1))
    assert (tmp_path / "later.pdf").read_bytes() != written[0]


def test_what_cannot_be_bound_leaves_the_old_file(parts: list[Section], tmp_path: Path) -> None:
    out = tmp_path / "book.pdf"
    out.write_bytes(b"yesterday")
    untagged = tmp_path / "untagged.pdf"
    HTML(string="text").write_pdf(untagged)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    for wrong, words in (
        ([], "nothing to bind"),
        ([Section(tmp_path / "missing.pdf")], "missing.pdf can't be read"),
        ([Section(tmp_path / "broken.pdf")], "broken.pdf can't be read"),
        ([*parts, Section(untagged)], "untagged.pdf is not tagged"),
        ([*parts, parts[1]], "the anchor 'north' is in .*north.pdf and in .*north.pdf"),
    ):
        with pytest.raises(ValueError, match=words):
            bound(wrong, out)
    with pytest.raises(ValueError, match="time zone"):
        bound(parts, out, created=datetime(2026, 5, 4))
    assert out.read_bytes() == b"yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.pdf", "broken.pdf", "untagged.pdf"]


@pytest.mark.slow
def test_the_time_per_part_does_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "CUT", b"in no file")  # large files are sometimes written twice, by chance
    paragraphs = "".join(f"<p>Paragraph {number} with <b>a few</b> words.</p>" for number in range(150))
    model = lay_out(tmp_path / "model.pdf", f'<h1 id="model">M</h1><p><a href="part:model">self</a></p>{paragraphs}')
    many = []
    for number in range(200):
        with pikepdf.open(model) as pdf:
            pdf.Root.Names.Dests.Names[0] = pikepdf.String(f"model-{number}")
            pdf.save(tmp_path / f"{number}.pdf")
        many.append(Section(tmp_path / f"{number}.pdf"))

    def seconds_a_part(count: int) -> float:
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            bound(many[:count], tmp_path / "book.pdf")
            best = min(best, time.perf_counter() - start)
        return best / count

    assert seconds_a_part(200) / seconds_a_part(50) < 1.6


def test_packed_objects_are_moved_until_none_of_their_streams_ends_in_a_carriage_return(
    parts: list[Section], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, calls = writing._written, []

    def unlucky(book: pikepdf.Pdf, mode: Any) -> bytes:
        calls.append(mode)
        return write(book, mode) + (b"\r\nendstream" if len(calls) < 3 else b"")

    monkeypatch.setattr(writing, "_written", unlucky)
    bound(parts, tmp_path / "book.pdf")
    assert calls == [pikepdf.ObjectStreamMode.generate] * 3
    assert b"/ObjStm" in (tmp_path / "book.pdf").read_bytes()
    assert faults(tmp_path / "book.pdf") == []


def test_a_page_is_the_same_whatever_the_drawings_are_that_it_does_not_draw() -> None:
    def digests(other: bytes) -> tuple[str, ...]:
        with pikepdf.new() as pdf:
            page = pdf.add_blank_page()
            forms = {name: pdf.make_stream(data, Subtype=pikepdf.Name.Form) for name, data in drawings(other)}
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(forms))
            page.Contents = pdf.make_stream(b"q /Overlay12 Do Q")
            return provenance.page_digests(pdf)

    def drawings(other: bytes) -> list[tuple[str, bytes]]:
        return [("/Overlay1", other), ("/Overlay12", b"0 0 1 1 re f")]

    assert digests(b"0 0 1 1 re f") == digests(b"0 0 2 2 re f")
