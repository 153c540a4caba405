"""Finishing real WeasyPrint documents: pictures, tags, forms, metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import pydyf
import pymupdf
import pytest
import weasyprint
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
from PIL import Image

from builder.layout import finish, painting

ICON = '<svg aria-hidden="true" width="8" height="8" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>'
CHECKBOX_CSS = "input { appearance: auto; width: 4mm; height: 4mm; border: 0.5pt solid }"
EVERYTHING = f"""
<main><section>
<h1 id="top">Make a key</h1>
<p>Open <a href="https://example.com/">the {ICON} <b>official</b> site</a>, or go to <a href="#two">step two</a>.</p>
<ul><li>plain text</li><li><p>a paragraph</p><p>and another</p></li><li>outer<ul><li>inner</li></ul></li></ul>
<h2>Step one</h2>
<ol><li><p>Choose <strong>API</strong>.</p>
<figure><img src="asset:///menu" alt="The menu; API is marked."><figcaption>Figure 1. Begin here</figcaption></figure>
</li></ol>
<h2 id="two" class="new-page">Step two</h2>
<table><caption>What to switch on</caption>
<thead><tr><th>Permission</th><th>Meaning</th><th>Set</th></tr></thead>
<tbody><tr><th scope="row">Read</th><td>See balances</td><td>yes</td></tr>
<tr><th scope="row">Trade</th><td>Place orders</td><td>no</td></tr>
<tr><th scope="row">Withdraw</th><td>Send money away</td><td>no</td></tr></tbody></table>
<ul style="list-style: none; padding: 0">
<li><label><input type="checkbox" name="one"> Withdrawals are off</label></li>
<li><input type="checkbox" name="two" title="The addresses are bound"> Bound</li></ul>
</section></main>
"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("finish") / "everything.pdf"
    return lay_out(path, EVERYTHING, css=CHECKBOX_CSS, pictures={"menu": png(drawing())})


def test_a_document_with_everything_passes_both_profiles_and_reads_well(everything: Path) -> None:
    assert faults(everything) == []
    with pikepdf.open(everything) as pdf:
        assert structure_faults(pdf) == []


def test_without_the_finisher_it_would_not_pass(tmp_path: Path) -> None:
    html = weasyprint.HTML(
        string=f"<html lang=en><title>A guide</title><style>{CSS}</style>{EVERYTHING}",
        url_fetcher=Fetcher({"menu": png(drawing())}),
    )
    html.write_pdf(tmp_path / "raw.pdf", pdf_variant=finish.VARIANT, pdf_forms=True)
    assert len(faults(tmp_path / "raw.pdf")) > 5


def test_the_tags_say_what_the_page_shows(everything: Path) -> None:
    with pikepdf.open(everything) as pdf:
        first, second = tags(pdf)
    item = ("LI", "Lbl", "LBody")
    assert first == (
        "Part",
        (
            "Sect",
            "H1",
            ("P", "Span", "Link", "Span", "Link", "Span"),
            (
                "L",
                item,
                ("LI", "Lbl", ("LBody", "P", "P")),
                ("LI", "Lbl", ("LBody", "Span", ("L", item))),
            ),
            "H2",
            ("L", ("LI", "Lbl", ("LBody", "P", ("Div", "Figure", "Caption")))),
        ),
    )
    head, row = ("TR", "TH", "TH", "TH"), ("TR", "TH", "TD", "TD")
    assert second == (
        "Part",
        (
            "Sect",
            "H2",
            ("Table", "Caption", ("THead", head), ("TBody", row, row, row)),
            ("L", ("LI", ("LBody", "Form", "Span")), ("LI", ("LBody", "Form", "Span"))),
        ),
    )


@pytest.mark.parametrize(
    ("mode", "bits", "depth", "space"),
    [
        ("1", 1, 1, "/DeviceGray"),
        ("L", 8, 8, "/DeviceGray"),
        ("RGB", 8, 8, "/DeviceRGB"),
        ("P", 1, 1, "/Indexed"),
        ("P", 2, 2, "/Indexed"),
        ("P", 4, 4, "/Indexed"),
        ("P", 8, 8, "/Indexed"),
    ],
)
def test_a_picture_is_placed_unchanged(tmp_path: Path, mode: str, bits: int, depth: int, space: str) -> None:
    original = drawing(mode, bits)
    data = png(original, bits=bits) if mode == "P" else png(original)
    path = lay_out(tmp_path / "part.pdf", '<h1>A</h1><p><img src="asset:///it" alt="Shapes">', pictures={"it": data})
    with pikepdf.open(path) as pdf:
        (image,) = images(pdf)
        assert image.read_raw_bytes() == chunks(data, b"IDAT")
        assert image.BitsPerComponent == depth
        assert (image.ColorSpace[0] if mode == "P" else image.ColorSpace) == space
        assert image.Interpolate is False
        assert pikepdf.PdfImage(image).as_pil_image().convert("RGB").tobytes() == original.convert("RGB").tobytes()
    assert faults(path) == []


def test_a_picture_without_its_file_stops_the_layout(tmp_path: Path) -> None:
    html = weasyprint.HTML(string="<img src=asset:///it alt=Shapes>", url_fetcher=Fetcher({"it": png(drawing())}))
    with pytest.raises(ValueError, match="no picture was given"):
        html.write_pdf(tmp_path / "part.pdf", pdf_variant=finish.VARIANT, finisher=finish.finisher({}))


def test_a_placeholder_has_the_size_of_its_picture() -> None:
    import io

    data = finish.placeholder(png(Image.new("L", (1920, 40_000))))
    assert len(data) < 200
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", (1920, 40_000))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0", "not a PNG"),
        (png(drawing())[:-20], "cut off"),
        (png(drawing())[:60], "cut off"),
        (png(Image.new("RGBA", (4, 4))), "transparency"),
        (png(Image.new("LA", (4, 4))), "transparency"),
        (png(drawing(), transparency=0), "transparency"),
        (png(Image.new("I;16", (4, 4))), "16 bits"),
        (png(Image.new("L", (70_000, 1))), "65535"),
        (png(drawing("RGB")).replace(b"\x08\x02\x00\x00\x00", b"\x08\x02\x00\x00\x01", 1), "interlaced"),
    ],
)
def test_what_cannot_be_placed_unchanged_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        finish.placeholder(data)


def test_links_are_named_by_their_text_and_have_one_area_a_line(everything: Path) -> None:
    with pikepdf.open(everything) as pdf:
        links = [each for each in annotations(pdf) if each.Subtype == "/Link"]
        assert [(str(link.Contents), int(link.F)) for link in links] == [("the official site", 4), ("step two", 4)]
        assert str(links[0].A.URI) == "https://example.com/"
        assert str(links[1].Dest) == "two"


def test_a_link_around_blocks_and_pictures_is_one_link(tmp_path: Path) -> None:
    body = '<h1>A</h1><a href="https://example.com/" style="display: block"><p>One <b>card</b></p><p>to click</p></a>'
    picture = '<p><a href="https://example.com/2"><img src="asset:///it" alt="A code"></a></p>'
    mixed = '<p><a href="https://example.com/3" class="more">The code: <img src="asset:///it" alt="Squares"></a></p>'
    css = '.more::after { content: " ›" }'
    path = lay_out(tmp_path / "part.pdf", body + picture + mixed, css=css, pictures={"it": png(drawing())})
    with pikepdf.open(path) as pdf:
        assert tags(pdf) == [
            "H1",
            ("Link", "P", "P"),
            ("P", ("Link", "Figure")),
            ("P", ("Link", "Span", "Figure", "Span")),
        ]
        names = {str(each.A.URI)[-1]: set() for each in annotations(pdf)}
        for each in annotations(pdf):
            names[str(each.A.URI)[-1]].add(str(each.Contents))
        assert names == {"/": {"One card to click"}, "2": {"A code"}, "3": {"The code:"}}
        assert structure_faults(pdf) == []
    assert faults(path) == []


def test_a_link_over_two_lines_can_be_clicked_on_both(tmp_path: Path) -> None:
    words = "a link whose words need more than the one line that there is on such a narrow page"
    path = lay_out(tmp_path / "part.pdf", f'<h1>A</h1><p>See <a href="https://example.com/">{words}</a>.</p>')
    with pikepdf.open(path) as pdf:
        assert [str(each.Contents) for each in annotations(pdf)] == [words, words]
    assert faults(path) == []


def test_figures_say_what_and_where_they_are(everything: Path) -> None:
    with pikepdf.open(everything) as pdf:
        (figure,) = elements(pdf, "Figure")
        assert str(figure.Alt) == "The menu; API is marked."
        left, bottom, right, top = (float(edge) for edge in figure.A.BBox)
        assert right - left == pytest.approx(40 / 25.4 * 72, abs=0.01)
        assert (right - left) / (top - bottom) == pytest.approx(64 / 37, abs=0.01)
        drawn = _place_of_image(pdf.pages[0])
        assert (left, bottom, right, top) == pytest.approx(drawn, abs=0.01)


def _place_of_image(page: pikepdf.Page) -> tuple[float, float, float, float]:
    matrix, stack = pikepdf.Matrix(), []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "q":
            stack.append(matrix)
        elif str(operator) == "Q":
            matrix = stack.pop()
        elif str(operator) == "cm":
            matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
        elif str(operator) == "Do" and page.Resources.XObject[operands[0]].Subtype == "/Image":
            (x1, y1), (x2, y2) = matrix.transform((0, 0)), matrix.transform((1, 1))
            return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    raise AssertionError("no image is drawn")


def test_margin_boxes_and_decoration_are_artifacts(everything: Path, tmp_path: Path) -> None:
    with pikepdf.open(everything) as pdf:
        assert artifacts(pdf) == ["/Layout", "/Pagination", "/Pagination"]  # an icon on page 1, a folio on each page
    code = '<svg width="9" height="9"><title>A code</title><rect width="9" height="9"/></svg>'
    path = lay_out(tmp_path / "part.pdf", f"<h1>A</h1><p>{ICON} Mind.</p>{code}")
    with pikepdf.open(path) as pdf:
        assert [str(figure.Alt) for figure in elements(pdf, "Figure")] == ["A code"]
    assert faults(path) == []


def test_what_is_painted_in_order_keeps_its_state() -> None:
    def marked(content: int, *items: bytes) -> list[Any]:
        return ["/P", pydyf.Dictionary({"MCID": content}), b"BDC", *items, b"EMC"]

    artifact = ["/Artifact", b"BMC", b"0 0 9 9 re", b"f", b"EMC"]
    items = [
        *(b"1 0 0 -1 0 9 cm", b"q", b"2 0 0 2 0 0 cm", b"0 0 5 5 re", b"W", b"n", b"/a0.5 gs"),
        *(*marked(1, b"1 0 0 rg", b"one"), *artifact, b"/s1 cs", b"1 scn"),
        *(*marked(2, b"two"), b"0 1 0 rg", b"/a1 gs"),
        *(b"q", b"3 0 0 3 0 0 cm", *marked(0, b"q", b"9 w", b"zero", b"Q"), b"Q", *artifact, b"Q"),
    ]
    clip = b"0 0 5 5 re\nW\nn"
    assert painting.reordered(items, [0, 1, 2]) == [
        *items[:7],
        *(b"1 0 0 rg", *artifact, b"/s1 cs", b"1 scn", b"0 1 0 rg", b"/a1 gs"),
        *(b"q", b"3 0 0 3 0 0 cm", b"Q", *artifact, b"Q"),
        *(b"q", b"2 0 0 2 0 0 cm", clip, b"/s1 cs", b"1 scn", b"0 1 0 rg", b"/a1 gs", b"3 0 0 3 0 0 cm"),
        *(*marked(0, b"q", b"9 w", b"zero", b"Q"), b"Q"),
        *(b"q", b"2 0 0 2 0 0 cm", clip, b"/a0.5 gs", *marked(1, b"1 0 0 rg", b"one"), b"Q"),
        *(b"q", b"2 0 0 2 0 0 cm", clip, b"/a0.5 gs", b"1 0 0 rg", b"/s1 cs", b"1 scn", *marked(2, b"two"), b"Q"),
    ]


def test_a_picture_may_be_named_by_its_aria_label(tmp_path: Path) -> None:
    code = '<svg role="img" aria-label="A code" width="9" height="9"><rect width="9" height="9"/></svg>'
    path = lay_out(tmp_path / "part.pdf", f"<h1>A</h1><p>{code}</p>")
    with pikepdf.open(path) as pdf:
        assert [str(figure.Alt) for figure in elements(pdf, "Figure")] == ["A code"]
    assert faults(path) == []


def test_a_heading_with_a_positioned_number_is_one_heading(tmp_path: Path) -> None:
    css = "h2 { position: relative; padding-left: 9mm } .disc { position: absolute; left: 0 }"
    path = lay_out(tmp_path / "part.pdf", '<h1>A</h1><h2><span class="disc">1</span> Begin</h2><p>Text</p>', css=css)
    with pikepdf.open(path) as pdf:
        assert tags(pdf) == ["H1", "H2", "P"]
        assert structure_faults(pdf) == []


PAINTED_LATE = f"""<h1>A</h1>
<section><h2><span class="disc">1</span> Begin</h2><p>First {ICON} <a href="#b">words</a>, then</p>
<ol><li>one <b>bold</b></li><li><p>two</p></li></ol><p><img src="asset:///it" alt="Shapes"> after it</p>
<p class="clipped">clipped words that are cut off <span>in the middle</span></p><p class="turned">turned</p>
<table><tr><th>Head</th><th>Line</th></tr><tr><td>cell</td><td>last</td></tr></table><p id="b">end</p></section>"""
PAINTED_LATE_CSS = """h2 { position: relative; padding-left: 9mm; color: #a33 }
.disc { position: absolute; left: 0; background: #111; color: #fff; width: 6mm; text-align: center }
::marker { color: #070 } b { color: rgba(0, 0, 200, 0.5) } th { background: #eee; position: relative }
.clipped { overflow: hidden; width: 30mm; height: 14pt; background: #ff0 }
.turned { transform: translate(9mm, 2mm) rotate(3deg); color: #00a; text-decoration: underline }"""


def test_tagged_content_is_painted_in_reading_order_and_looks_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(name: str) -> Path:
        return lay_out(tmp_path / name, PAINTED_LATE, css=PAINTED_LATE_CSS, pictures={"it": png(drawing())})

    inner = made("inner.pdf")
    monkeypatch.setattr("builder.layout.tagging.paint_in_reading_order", lambda *_: None)
    plain = made("plain.pdf")
    with pymupdf.open(inner) as new, pymupdf.open(plain) as old:
        words = [word[4] for word in new[0].get_text("words", sort=False)]
        assert " ".join(words[:15]) == "Folio 1 A 1 Begin First words, then 1. one bold 2. two after it"
        assert sorted(words) == sorted(word[4] for word in old[0].get_text("words", sort=False))
        assert words != [word[4] for word in old[0].get_text("words", sort=False)]
        assert new[0].get_pixmap(dpi=150).samples == old[0].get_pixmap(dpi=150).samples
    assert any("ORD-001" in fault for fault in faults(plain))
    assert faults(inner) == []


def test_running_headers_are_artifacts(tmp_path: Path) -> None:
    css = "@page { @top-left { content: element(head) } } .head { position: running(head) }"
    path = lay_out(
        tmp_path / "part.pdf", f'<div class="head">Running <b>head</b> {ICON}</div><h1>A</h1><p>Text', css=css
    )
    with pikepdf.open(path) as pdf:
        assert tags(pdf) == ["H1", "P"]
        assert set(artifacts(pdf)) == {"/Pagination"}
        assert structure_faults(pdf) == []
    assert faults(path) == []


def test_a_link_in_a_margin_box_is_refused(tmp_path: Path) -> None:
    css = "@page { @top-left { content: element(head) } } .head { position: running(head) }"
    with pytest.raises(ValueError, match="page 1, 'the top'"):
        lay_out(tmp_path / "part.pdf", '<div class="head"><a href="#a">the top</a></div><h1 id="a">A</h1>', css=css)


def test_opacity_on_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="opacity"):
        lay_out(tmp_path / "part.pdf", '<h1>A</h1><p style="opacity: 0.5">faint</p>')


def test_tables_say_what_their_headers_head(everything: Path) -> None:
    with pikepdf.open(everything) as pdf:
        scopes = [str(header.A.Scope) for header in elements(pdf, "TH")]
        assert scopes == ["/Column"] * 3 + ["/Row"] * 3
        assert not any("/ID" in header for header in elements(pdf, "TH"))
        assert not any("/Headers" in cell.A for cell in elements(pdf, "TD"))


def test_a_table_that_only_arranges_has_no_table_tags(tmp_path: Path) -> None:
    inner = "<table><tr><th>Label</th><th>Set</th></tr><tr><td>Read</td><td>yes</td></tr></table>"
    body = f'<h1>A</h1><table role="presentation"><tr><td><p>left</p>{inner}</td><td>right</td></tr></table>'
    path = lay_out(tmp_path / "part.pdf", body)
    with pikepdf.open(path) as pdf:
        assert len(elements(pdf, "Table")) == 1
        assert [str(header.A.Scope) for header in elements(pdf, "TH")] == ["/Column", "/Column"]
        assert structure_faults(pdf) == []
    assert faults(path) == []


def test_glossaries_and_lists_without_marks_conform(tmp_path: Path) -> None:
    body = """<h1>A</h1><dl><div><dt>API</dt><dd>An interface</dd></div><dt>IP</dt><dd><p>An address</p></dd></dl>
    <ol style="list-style: none"><li>one</li><li><p>two</p><ul><li>three</li></ul></li></ol>"""
    path = lay_out(tmp_path / "part.pdf", body)
    with pikepdf.open(path) as pdf:
        plain = ("LI", "LBody")
        glossary, steps = tags(pdf)[1:]
        assert glossary == ("L", plain, plain, plain, ("LI", ("LBody", "P")))
        assert steps == ("L", plain, ("LI", ("LBody", "P", ("L", ("LI", "Lbl", "LBody")))))
    assert faults(path) == []


def test_a_list_that_breaks_over_pages_conforms(tmp_path: Path) -> None:
    items = "".join(f"<li><p>Item {number} {'has words to fill its lines ' * 6}</p></li>" for number in range(12))
    path = lay_out(tmp_path / "part.pdf", f"<h1>A</h1><ol>{items}</ol>")
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) > 1
        assert structure_faults(pdf) == []
    assert faults(path) == []


def test_checkboxes_can_be_ticked_and_are_named(everything: Path) -> None:
    with pikepdf.open(everything) as pdf:
        form = pdf.Root.AcroForm
        assert "/NeedAppearances" not in form
        one, two = form.Fields
        assert (str(one.TU), str(two.TU)) == ("Withdrawals are off", "The addresses are bound")
        for box in (one, two):
            assert (box.FT, box.AS, box.V, int(box.F)) == ("/Btn", "/Off", "/Off", 4)
            assert "/MK" not in box  # the page has a frame; a viewer would draw another
            assert set(box.AP.N.keys()) == {"/on", "/Off"}
            assert box.AP.N.on.read_bytes().strip().endswith(b"f")
            assert box.AP.N.Off.read_bytes().strip() == b""


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ('<input type="checkbox" name="one">', "has no label"),
        ('<input type="text" name="one" title="Label">', "no checkbox"),
        ('<input type="radio" name="one" title="Label">', "no checkbox"),
    ],
)
def test_fields_that_cannot_be_made_to_pass_are_refused(tmp_path: Path, field: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        lay_out(tmp_path / "part.pdf", f"<h1>A</h1><p>{field} text</p>", css="input { appearance: auto }")


def test_the_metadata_names_both_standards_once(everything: Path) -> None:
    with pikepdf.open(everything) as pdf:
        xmp = pdf.Root.Metadata.read_raw_bytes().decode()
        assert xmp.count("<rdf:RDF") == 1
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == str(pdf.docinfo.Title) == "A guide"


def test_the_same_document_gives_the_same_bytes(everything: Path, tmp_path: Path) -> None:
    again = lay_out(tmp_path / "again.pdf", EVERYTHING, css=CHECKBOX_CSS, pictures={"menu": png(drawing())})
    assert again.read_bytes() == everything.read_bytes()


def test_what_points_at_a_picture_is_part_of_it_and_painted_over_it(tmp_path: Path) -> None:
    picture = Image.new("RGB", (200, 100), (20, 22, 28))
    svg = (
        '<svg class="pointers" aria-hidden="true" viewBox="-4 -2 208 104" style="position:absolute;left:-2%;top:-2%;'
        'width:104%;height:104%"><rect x="20" y="20" width="80" height="40" fill="none" stroke="#E5C73E" '
        'stroke-width="6"/><circle cx="150" cy="50" r="20" fill="#E5C73E"/>'
        '<text x="150" y="56" text-anchor="middle" font-family="Body" font-size="18">2</text></svg>'
    )
    # The list marker and the heading make the page one that is painted anew, in reading order.
    body = (
        '<h1 style="position:relative">Make a key</h1><ol><li><p>Choose <b>API</b>.</p><div class="shot" '
        f'style="position:relative;width:60mm"><img src="asset:///shot" alt="A form. Marked: 2 API" '
        f'style="width:60mm;display:block">{svg}</div></li></ol><p>Go on.</p>'
    )
    path = lay_out(tmp_path / "made.pdf", body, pictures={"shot": png(picture.quantize(4))})
    assert faults(path) == []
    with pikepdf.open(path) as pdf:
        assert structure_faults(pdf) == []
        (figure,) = elements(pdf, "Figure")
        assert str(figure.Alt) == "A form. Marked: 2 API"
        assert len(figure.K) == 2  # the picture, and what lies over it
    with pymupdf.open(path) as book:
        pixels = book[0].get_pixmap(dpi=144)
        colours = {pixels.pixel(x, y) for x in range(0, pixels.width, 3) for y in range(0, pixels.height, 3)}
    assert any(max(abs(one - other) for one, other in zip(each, (229, 199, 62), strict=True)) < 8 for each in colours)
