"""A bound PDF two-up for folding: the pages read in order once the sheets are folded, and look as they did."""

from __future__ import annotations

import io
import subprocess
import time
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import page as page_validation
import pdfplumber
import pikepdf
import pymupdf
import pytest
from laid_out import lay_out
from PIL import Image
from weasyprint import HTML

from builder.pdf import provenance, readback
from builder.pdf.binding import Section, bind, pack
from builder.pdf.booklet import Sheet, Side, Signature, impose, order
from builder.pdf.metadata import Description
from builder.pdf.provenance import MadeOf
from builder.publish import gate
from builder.publish.gate import Watch
from builder.screenshots.inspect.secrets import fingerprint
from builder.store import Store
from builder.verify import verify

MM = 72 / 25.4
EXACT, WIDE = 127, 1050  # dpi at which an A4 page is a whole number of pixels wide, and that number
CREATED = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
PLAIN = "green harbour lantern"
PAGES = 10
MADE_OF = MadeOf("book.pdf", "7", "0123456789ab", f"sha256:{'5' * 64}", {"example": f"sha256:{'6' * 64}"}, {})
AWAY = (30, 50)  # pt, of the page's corner from where it usually is
PRESS = "@page { bleed: 6mm } .bled { position: absolute; top: 20mm; width: 6mm; height: 60mm; background: #f00 }"
BLED = '<div class="bled" style="left: -21mm"></div><div class="bled" style="left: 105mm"></div>'


def book(path: Path, pages: int, *, css: str = "", more: str = "") -> Path:
    """A bound PDF whose pages say which they are, with a link, a form field and `more` on each."""
    rest = f'<a href="https://example.com/">here</a> <label><input type="checkbox"> done</label>{more}'
    body = "".join(f"<p{' class=new-page' if n > 1 else ''}>Page {n} is {rest}</p>" for n in range(1, pages + 1))
    css = "input { appearance: auto; width: 4mm; height: 4mm }" + css
    part = lay_out(path.with_suffix(".part"), body, css=css)
    said = Description(
        "Book",
        "en",
        CREATED,
        author="Onboarding & Co",
        subject="Keys",
        keywords="key, <exchange>",
        creator="builder",
        further={"Edition": "7"},
    )
    bind([Section(part)], path, said)
    return path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten pages with something in the bleed outside of each, and whose corner is not where the sheet's is."""
    path = book(tmp_path_factory.mktemp("source") / "book.pdf", PAGES, css=PRESS, more=BLED)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            page.contents_add(f"q 1 0 0 1 {AWAY[0]} {AWAY[1]} cm".encode(), prepend=True)
            page.contents_add(b"Q")
            for key in ("/MediaBox", "/BleedBox", "/TrimBox"):
                left, bottom, right, top = page.obj[key]
                page.obj[key] = pikepdf.Array([left + AWAY[0], bottom + AWAY[1], right + AWAY[0], top + AWAY[1]])
        pdf.pages[4].obj.Resources = pikepdf.Dictionary(
            dict(pdf.pages[4].Resources.items())
        )  # as blank pages have them
        pdf.save(path)
    return path


@pytest.fixture(scope="module")
def booklet(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In signatures of 2 sheets and 1."""
    out = tmp_path_factory.mktemp("booklet") / "booklet.pdf"
    assert impose(source, out, sheets=2, made_of=MADE_OF) == 6
    return out


def folded(signatures: Sequence[Signature]) -> list[int | None]:
    """The pages as a reader turns them over once the sheets are printed on both sides, folded, nested and gathered."""
    read = []
    for sheets in signatures:
        # Folded away from its front, a sheet is two leaves; turned about the fold, its back has left and right swapped.
        first = [(sheet.front.right, sheet.back.left) for sheet in sheets]
        second = [(sheet.back.right, sheet.front.left) for sheet in sheets]
        for recto, verso in (*first, *reversed(second)):
            read += [recto, verso]
    return read


def expected(pages: int) -> list[int | None]:
    blanks: list[int | None] = [None] * (-pages % 4)
    return [*range(1, pages), *blanks, pages] if pages > 1 else [1, *blanks]


@pytest.mark.parametrize("pages", [*range(1, 70), 160, 401])
def test_folded_sheets_read_in_order_with_blanks_before_the_back_cover(pages: int) -> None:
    for most in (1, 2, 3, 4, 5, 8, 100):
        signatures = order(pages, most)
        assert folded(signatures) == expected(pages)
        sizes = [len(sheets) for sheets in signatures]
        total = -(-pages // 4)
        assert sum(sizes) == total and max(sizes) <= most
        assert len(sizes) == -(-total // most)
        assert max(sizes) - min(sizes) <= 1 and sizes == sorted(sizes, reverse=True)


def test_the_sheets_of_a_signature_lie_one_in_the_other() -> None:
    assert order(8, 4) == ((Sheet(Side(8, 1), Side(2, 7)), Sheet(Side(6, 3), Side(4, 5))),)
    assert order(2, 4) == ((Sheet(Side(2, 1), Side(None, None)),),)
    assert order(1, 4) == ((Sheet(Side(None, 1), Side(None, None)),),)
    assert [len(sheets) for sheets in order(44, 4)] == [4, 4, 3]
    assert [len(sheets) for sheets in order(40, 4)] == [4, 3, 3]
    assert [len(sheets) for sheets in order(36, 8)] == [5, 4]


@pytest.mark.parametrize(("pages", "sheets"), [(0, 4), (-1, 4), (8, 0), (8, -2)])
def test_there_is_no_order_of_nothing(pages: int, sheets: int) -> None:
    with pytest.raises(ValueError, match=f"{pages} pages .* {sheets} sheets"):
        order(pages, sheets)


def halves(pdf: Path) -> list[list[list[Any]]]:
    """The letters on the left and on the right of each side."""
    with pdfplumber.open(pdf) as document:
        return [
            [[char for char in page.chars if (char["x0"] < page.width / 2) is left] for left in (True, False)]
            for page in document.pages
        ]


def text(chars: Sequence[Any]) -> str:
    return "".join(char["text"] for char in chars)


def sides_of(signatures: Sequence[Signature]) -> list[Side]:
    return [side for sheets in signatures for sheet in sheets for side in (sheet.front, sheet.back)]


def test_each_half_of_each_side_has_its_page(booklet: Path) -> None:
    found = halves(booklet)
    assert len(found) == 6
    for half, side in zip(found, sides_of(order(PAGES, 2)), strict=True):
        for chars, number in zip(half, (side.left, side.right), strict=True):
            assert text(chars) == ("" if number is None else f"Page {number} is heredoneFolio {number}")


def runs(page: Any) -> list[Any]:
    """What stands on a page as runs of text: the words, their typeface and size, and where they begin."""
    blocks = [block for block in page.get_text("dict")["blocks"] if "lines" in block]
    return [
        (span["text"], span["font"], *span["origin"], span["size"])
        for block in blocks
        for line in block["lines"]
        for span in line["spans"]
    ]


def test_letters_are_where_and_as_large_as_they_were(booklet: Path, source: Path) -> None:
    with pymupdf.open(booklet) as imposed, pymupdf.open(source) as pages:
        for page, side in zip(imposed, sides_of(order(PAGES, 2)), strict=True):
            wanted = [
                (words, font, x - 6 * MM + start, y - 6 * MM, size)  # the bleed lies around the source's page
                for number, start in ((side.left, 0), (side.right, 120 * MM))
                for words, font, x, y, size in (runs(pages[number - 1]) if number else ())
            ]
            found = sorted(runs(page))
            assert [run[:2] for run in found] == [run[:2] for run in sorted(wanted)]
            for here, there in zip(found, sorted(wanted), strict=True):
                assert here[2:] == pytest.approx(there[2:], abs=0.01)


def drawn(pdf: Path, number: int, dpi: int = 72) -> Any:
    """The pixels of a page, as poppler draws it."""
    command = ["pdftoppm", "-r", str(dpi), "-f", str(number), "-l", str(number), str(pdf)]
    shown = subprocess.run(command, capture_output=True, check=True)
    assert shown.stderr == b""
    return np.asarray(Image.open(io.BytesIO(shown.stdout)).convert("RGB")).astype(int)


def red(pixels: Any) -> int:
    return int(((pixels[..., 0] > 200) & (pixels[..., 1] < 100)).sum())


def test_what_lies_outside_of_the_page_is_cut_off(booklet: Path, source: Path) -> None:
    assert red(drawn(source, 1)) > 2 * 15 * 150
    assert [red(drawn(booklet, number)) for number in range(1, 7)] == [0] * 6


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [("210mm 297mm", 420 * MM, 297 * MM), ("8.5in 11in", 17 * 72, 11 * 72), ("150mm 150mm", 300 * MM, 150 * MM)],
)
def test_a_side_is_two_pages_wide_and_one_high(tmp_path: Path, size: str, width: float, height: float) -> None:
    book(tmp_path / "book.pdf", 3, css=f"@page {{ size: {size}; bleed: 3mm }}")
    assert impose(tmp_path / "book.pdf", tmp_path / "out.pdf", sheets=4) == 2
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        for side in pdf.pages:
            assert [float(edge) for edge in side.mediabox] == pytest.approx([0, 0, width, height], abs=0.001)
    assert [[text(chars)[:6] for chars in half] for half in halves(tmp_path / "out.pdf")] == [
        ["Page 3", "Page 1"],
        ["Page 2", ""],
    ]


@pytest.mark.parametrize("pages", [1, 2])
def test_a_sheet_may_be_printed_on_one_side_only(tmp_path: Path, pages: int) -> None:
    book(tmp_path / "book.pdf", pages)
    assert impose(tmp_path / "book.pdf", tmp_path / "out.pdf", sheets=4) == 2
    left = "Page 2" if pages == 2 else ""
    assert [[text(chars)[:6] for chars in half] for half in halves(tmp_path / "out.pdf")] == [
        [left, "Page 1"],
        ["", ""],
    ]
    assert (drawn(tmp_path / "out.pdf", 2) == 255).all()
    assert page_validation.validate_pdf(tmp_path / "out.pdf", profile="2b").failures == []


def test_it_is_drawing_and_nothing_else(booklet: Path) -> None:
    assert page_validation.validate_pdf(booklet, profile="2b").failures == []
    with pikepdf.open(booklet) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.pdf_version == "1.7"
        assert set(pdf.Root.keys()) == {
            *("/Type", "/Pages", "/Metadata", "/Lang", "/OutputIntents", "/ViewerPreferences"),
        }
        assert (str(pdf.Root.Lang), len(pdf.Root.OutputIntents)) == ("en", 1)
        assert pdf.Root.ViewerPreferences == {
            "/DisplayDocTitle": True,
            "/Duplex": pikepdf.Name.DuplexFlipShortEdge,
            "/PrintScaling": pikepdf.Name("/None"),
        }
        for each in pdf.objects:
            if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                assert each.get("/Subtype") not in ("/Widget", "/Link")
                assert not {"/Annots", "/StructParents", "/StructParent"} & {*each.keys()}
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Form":
                operators = {str(one.operator) for one in pikepdf.parse_content_stream(each)}
                assert not operators & {"BDC", "BMC", "EMC", "DP", "MP"}


def test_it_says_of_itself_what_the_book_does(booklet: Path, source: Path) -> None:
    with pikepdf.open(booklet) as pdf, pikepdf.open(source) as bound:
        said = {key: str(value) for key, value in bound.docinfo.items()}
        assert said["/Edition"] == "7"
        assert {key: str(value) for key, value in pdf.docinfo.items()} == {**said, "/Title": "Book – booklet"}
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "B")
            assert "pdfuaid:part" not in xmp
            assert (xmp["dc:title"], xmp["dc:creator"]) == ("Book – booklet", ["Onboarding & Co"])
            assert (xmp["dc:description"], xmp["pdf:Keywords"]) == ("Keys", "key, <exchange>")
            assert xmp["xmp:CreatorTool"] == "builder"
            assert xmp["xmp:CreateDate"] == xmp["xmp:ModifyDate"] == "2026-05-04T10:30:00+00:00"


def test_it_is_no_larger_than_the_book_and_the_same_again(booklet: Path, source: Path, tmp_path: Path) -> None:
    assert booklet.stat().st_size < 1.2 * source.stat().st_size
    time.sleep(1.1)  # a file identifier made from the clock differs after a second
    impose(source, tmp_path / "again.pdf", sheets=2, made_of=MADE_OF)
    assert (tmp_path / "again.pdf").read_bytes() == booklet.read_bytes()
    impose(source, tmp_path / "plain.pdf", sheets=2)
    with pikepdf.open(tmp_path / "plain.pdf") as pdf:
        assert provenance.record_of(pdf) is None
    assert page_validation.validate_pdf(tmp_path / "plain.pdf", profile="2b").failures == []


def test_it_knows_what_it_was_made_of(booklet: Path, tmp_path: Path) -> None:
    found = verify(booklet, None)
    assert found.problems == ()
    assert "edition 7, made as book.pdf" in found.lines[0]
    assert found.lines[-1] == "intact: not a byte has changed since it was made"
    with pikepdf.open(booklet) as pdf:
        pdf.pages[3].contents_add(b"0 0 9 9 re f")
        form = pdf.pages[4].Resources.XObject["/Right"]
        form.write(form.read_bytes() + b"\n0 0 9 9 re f")
        pdf.save(tmp_path / "altered.pdf")
    (problem,) = verify(tmp_path / "altered.pdf", None).problems
    assert problem.code == "V03" and "pages 4, 5 of the file differ" in problem.message


def test_the_gate_reads_it(booklet: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    store.open()
    watch = Watch({fingerprint(PLAIN): "Passphrase"})
    assert gate.read_back({"booklet.pdf": booklet}, watch, store, 1, lambda *_: None) == ()
    book(tmp_path / "leak.pdf", 5, more=f" {PLAIN}")
    impose(tmp_path / "leak.pdf", tmp_path / "leaky.pdf", sheets=2, made_of=MADE_OF)
    problems = gate.read_back({"leaky.pdf": tmp_path / "leaky.pdf"}, watch, store, 1, lambda *_: None)
    assert {problem.code for problem in problems} == {"X01"}
    with readback.opened(booklet) as pdf:
        contents = readback.read(pdf)
    said = " ".join(" ".join(passage.text for passage in contents.passages).split())
    assert all(f"Page {number} is here" in said for number in range(1, PAGES + 1))
    assert (contents.unreadable, contents.loose) == ((), ())


def bars(pdf: Path) -> list[list[tuple[float, float]]]:
    """Where bars of 1 mm stand on the fold of each side: their top and bottom from its head, in mm."""
    with pdfplumber.open(pdf) as document:
        return [
            [
                (round(each["top"] / MM, 2), round(each["bottom"] / MM, 2))
                for each in page.rects
                if each["width"] == pytest.approx(MM, abs=0.01)
                and (each["x0"] + each["x1"]) / 2 == pytest.approx(page.width / 2, abs=0.01)
                and each["fill"]
                and each["non_stroking_color"] in (0, (0,), [0], (0.0,))
            ]
            for page in document.pages
        ]


def test_signatures_are_marked_on_the_spine_as_a_stair(booklet: Path, source: Path, tmp_path: Path) -> None:
    # 2 sheets and 1: the fronts of the first and the third are outside.
    assert bars(booklet) == [[(12, 18)], [], [], [], [(18, 24)], []]
    impose(source, tmp_path / "one.pdf", sheets=3)
    assert bars(tmp_path / "one.pdf") == [[]] * 6


def test_a_stair_that_is_too_long_begins_again(tmp_path: Path) -> None:
    book(tmp_path / "book.pdf", 24, css="@page { size: 60mm 52mm; margin: 15mm 10mm }")
    impose(tmp_path / "book.pdf", tmp_path / "out.pdf", sheets=1)
    assert [found[0][0] for found in bars(tmp_path / "out.pdf")[::2]] == [12, 18, 24, 30, 12, 18]


def test_sheets_have_ticks_to_fold_by_and_nothing_is_printed_over_words(booklet: Path) -> None:
    with pdfplumber.open(booklet) as document:
        for number, page in enumerate(document.pages):
            fold = page.width / 2
            ticks = [each for each in page.lines if each["x0"] == each["x1"] == pytest.approx(fold, abs=0.01)]
            ends = sorted((round(each["top"] / MM, 1), round(each["bottom"] / MM, 1)) for each in ticks)
            assert ends == ([(0, 8), (152, 160)] if number % 2 == 0 else [])
            assert {each["linewidth"] for each in ticks} <= {0.25}
            assert all(char["x1"] < fold - MM or char["x0"] > fold + MM for char in page.chars)


def test_what_cannot_be_a_booklet_leaves_the_old_file(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    out.write_bytes(b"yesterday")
    wrong = tmp_path / "wrong.pdf"

    def changed(key: str, value: Any) -> Path:
        with pikepdf.open(source) as pdf:
            pdf.pages[2].obj[key] = value
            pdf.save(wrong)
        return wrong

    with pytest.raises(ValueError, match=r"none.pdf can't be read"):
        impose(tmp_path / "none.pdf", out, sheets=2)
    with pytest.raises(ValueError, match=r"page 3 of .*wrong.pdf is turned"):
        impose(changed("/Rotate", 90), out, sheets=2)
    with pytest.raises(ValueError, match=r"page 3 of .*wrong.pdf is of another size"):
        impose(changed("/TrimBox", pikepdf.Array([0, 0, 300, 400])), out, sheets=2)
    with pytest.raises(ValueError, match="10 pages can't be laid onto signatures of 0 sheets"):
        impose(source, out, sheets=0)
    HTML(string="text").write_pdf(wrong)
    with pytest.raises(ValueError, match=r"wrong.pdf was not bound by this program"):
        impose(wrong, out, sheets=2)
    assert out.read_bytes() == b"yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.pdf", "wrong.pdf"]


def test_a_handbook_becomes_a_booklet(built: Path, tmp_path: Path) -> None:
    """With pictures, ticked and unticked checkboxes, feet that are stamped on, and a cover to the edge."""
    handbook = built / "output" / "handbook.pdf"
    with pikepdf.open(handbook) as pdf:
        pages = len(pdf.pages)
        made_of = provenance.record_of(pdf)
    out = tmp_path / "booklet.pdf"
    sides = impose(handbook, out, sheets=2, made_of=made_of)
    signatures = order(pages, 2)
    assert sides == len(sides_of(signatures))
    assert page_validation.validate_pdf(out, profile="2b").failures == []
    assert verify(out, None).problems == ()
    assert out.stat().st_size < 1.2 * handbook.stat().st_size
    for index, side in enumerate(sides_of(signatures), 1):
        pixels = drawn(out, index, EXACT)
        for number, start in ((side.left, 0), (side.right, WIDE)):
            half = pixels[:, start : start + WIDE]
            page = drawn(handbook, number, EXACT)[:, :WIDE] if number else np.full_like(half, 255)
            off = np.abs(half - page)[:, 4:-4]  # but for the marks on the fold
            assert off.mean() < 0.2, (index, number)  # of 255; letters a thousandth of a pixel aside differ a little


def test_no_stream_ends_in_a_carriage_return() -> None:
    texts = [f"% {number}".encode() for number in range(1500)]
    assert any(zlib.compress(text).endswith(b"\r") for text in texts)
    with pikepdf.new() as pdf:
        pdf.Root.Loose = pikepdf.Array([pdf.make_stream(text) for text in texts[:900]])
        for text in texts[900:]:
            packed = pikepdf.Stream(pdf, zlib.compress(text), Filter=pikepdf.Name.FlateDecode)
            packed.DecodeParms = pikepdf.Dictionary(Predictor=1)
            pdf.Root.Loose.append(pdf.make_indirect(packed))
        pack(pdf)
        written = io.BytesIO()
        pdf.save(written, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"\r\nendstream" not in written.getvalue()
    with pikepdf.open(written) as pdf:
        assert [each.read_bytes() for each in pdf.Root.Loose] == texts
        assert all(each.Filter == "/FlateDecode" for each in pdf.Root.Loose)
        assert pdf.Root.Loose[-1].DecodeParms == {"/Predictor": 1}
