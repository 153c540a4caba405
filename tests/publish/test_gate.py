"""The last gate: a PDF that gives something away in any way is refused, a clean one passes, both quickly.

Set HANDBOOK_SCREENSHOTS to a folder with `planted.json` (file, kind, box, value) and the pictures it names to test
the five guides' finished PDFs as well.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pikepdf
import pytest
import segno
from laid_out import chunks, lay_out
from laid_out import png as png_of
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageOps
from samples import ROOT, SAMPLE, make_project, screen

from builder.cli import main
from builder.pdf import readback
from builder.pdf.binding import Section, bind
from builder.pdf.metadata import Description
from builder.pdf.readback import Passage
from builder.problems import Problem
from builder.publish import gate
from builder.publish.gate import Clear, Watch
from builder.screenshots.inspect.secrets import fingerprint
from builder.screenshots.model import Box
from builder.store import Store

KEY = "q7Rk2-VbXw9Lt4-Zn8Hd"  # made up for these tests, like every value here
PLAIN = "green harbour lantern"  # a passphrase: nothing in its form gives it away
WATCH = Watch({fingerprint(KEY): "API key", fingerprint(PLAIN): "Passphrase"})
FOLDER = os.environ.get("HANDBOOK_SCREENSHOTS", "")

Leak = Callable[[Pdf], None]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    kept = Store(tmp_path / "cache")
    kept.open()
    return kept


def code(text: str) -> Image.Image:
    """A QR code as a picture."""
    out = io.BytesIO()
    segno.make(text, micro=False).save(out, kind="png", scale=5, border=4)
    return Image.open(out).convert("RGB")


def refused(pdf: Pdf, store: Store, tmp_path: Path, watch: Watch = WATCH) -> tuple[Problem, ...]:
    path = tmp_path / "leak.pdf"
    pdf.save(path)
    return gate.read_back({"output/leak.pdf": path}, watch, store, 1, lambda *_: None)


def written(pdf: Pdf, instructions: bytes, **fonts: Any) -> None:
    """Adds text to the second page."""
    page = pdf.pages[1]
    if "/Font" not in page.resources:
        page.resources.Font = Dictionary()
    page.resources.Font["/Leak"] = fonts.get("font") or Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica
    )
    page.contents_add(Stream(pdf, b"BT /Leak 10 Tf " + instructions + b" ET"))


def shown(pdf: Pdf, picture: Image.Image) -> Stream:
    """A picture as an object of the file, placed on the last page."""
    stream = Stream(pdf, picture.tobytes())
    stream.update(
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=picture.width,
            Height=picture.height,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
        )
    )
    page = pdf.pages[-1]
    if "/XObject" not in page.resources:
        page.resources.XObject = Dictionary()
    page.resources.XObject["/Leak"] = pdf.make_indirect(stream)
    page.contents_add(Stream(pdf, b"q 100 0 0 100 50 50 cm /Leak Do Q"))
    return stream


def in_two_lines(pdf: Pdf) -> None:
    written(pdf, b"72 72 Td (is q7Rk2-VbX) Tj 0 -12 Td (w9Lt4-Zn8Hd, keep it) Tj")


def in_a_coded_typeface(pdf: Pdf) -> None:
    """As our engine writes: two bytes a letter, hex digits, with a table of what they mean, kerned."""
    letters = sorted(set(PLAIN))
    table = "".join(f"<{number:04x}> <{ord(letter):04x}>\n" for number, letter in enumerate(letters, 1))
    cmap = f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(letters)} beginbfchar\n{table}endbfchar"
    font = Dictionary(Type=Name.Font, Subtype=Name.Type0, Encoding=Name("/Identity-H"))
    font.ToUnicode = pdf.make_indirect(Stream(pdf, cmap.encode()))
    coded = "".join(f"{letters.index(letter) + 1:04x}" for letter in PLAIN)
    written(pdf, f"[<{coded[:12]}> -20 <{coded[12:]}>] TJ".encode(), font=pdf.make_indirect(font))


def in_metadata(pdf: Pdf) -> None:
    with pdf.open_metadata() as metadata:
        metadata["dc:description"] = f"for {KEY}"


def in_document_information(pdf: Pdf) -> None:
    pdf.docinfo["/Subject"] = f"for {PLAIN}"


def in_a_link(pdf: Pdf, address: str = f"https://www.exchange.example/?apikey={quote(PLAIN)}") -> None:
    action = Dictionary(S=Name.URI, URI=String(address))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    page = pdf.pages[1]
    page.obj["/Annots"] = Array([*page.obj.get("/Annots", []), pdf.make_indirect(link)])


def in_a_bookmark(pdf: Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(f"Key {KEY}", 0))


def in_a_form_field(pdf: Pdf) -> None:
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("key"), V=String(KEY))
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(field))


def in_a_description(pdf: Pdf) -> None:
    pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Figure, Alt=String(f"The key {KEY}")))
    pdf.Root.Kept = pdf.make_indirect(Dictionary(S=Name.Figure, Alt=String(f"The key {KEY} · ✓")))


def in_an_attachment(pdf: Pdf) -> None:
    pdf.attachments["notes.txt"] = pikepdf.AttachedFileSpec(pdf, f"label: trading\nkey: {KEY}\n".encode())


def in_the_name_of_an_attachment(pdf: Pdf) -> None:
    pdf.attachments[f"{KEY}.txt"] = pikepdf.AttachedFileSpec(pdf, b"nothing")


def in_an_attached_picture(pdf: Pdf) -> None:
    out = io.BytesIO()
    code('{"apiKey":"none"}').save(out, "PNG")
    pdf.attachments["code.png"] = pikepdf.AttachedFileSpec(pdf, out.getvalue())


def in_a_code(pdf: Pdf) -> None:
    shown(pdf, code('{"apiKey":"none of yours"}'))


def in_a_light_code_on_dark(pdf: Pdf) -> None:
    shown(pdf, ImageOps.invert(code("https://elsewhere.example/")))


def in_a_drawing_of_a_drawing(pdf: Pdf) -> None:
    inner = Stream(pdf, f"BT /F 9 Tf ({KEY}) Tj ET".encode())
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
    inner.update(Dictionary(Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), Resources=Dictionary(Font=Dictionary(F=font))))
    pools = Dictionary(XObject=Dictionary(I=pdf.make_indirect(inner)))
    outer = Stream(pdf, b"/I Do")
    outer.update(Dictionary(Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), Resources=pools))
    page = pdf.pages[2]
    if "/XObject" not in page.resources:
        page.resources.XObject = Dictionary()
    page.resources.XObject["/Outer"] = pdf.make_indirect(outer)
    page.contents_add(Stream(pdf, b"/Outer Do"))


WAYS: list[tuple[Leak, str, str]] = [
    (lambda pdf: written(pdf, f"({KEY}) Tj".encode()), "X01", "page 2"),
    (lambda pdf: written(pdf, f"(key:{KEY.replace('-', '')}0) Tj".encode()), "X01", "page 2"),
    (lambda pdf: written(pdf, b"[(green har) -9 (bour) 7 ( lantern)] TJ"), "X01", "page 2"),
    (lambda pdf: written(pdf, f"<{PLAIN.upper().encode().hex()}> Tj".encode()), "X01", "page 2"),
    (in_two_lines, "X01", "page 2"),
    (in_a_coded_typeface, "X01", "page 2"),
    (in_a_drawing_of_a_drawing, "X01", "page 3"),
    (in_metadata, "X01", "the metadata"),
    (in_document_information, "X01", "the document information"),
    (in_a_link, "X01", "a link"),
    (in_a_bookmark, "X01", "a bookmark"),
    (in_a_form_field, "X01", "a form field"),
    (in_a_description, "X01", "the description of a picture"),
    (in_an_attachment, "X01", "an attachment"),
    (in_the_name_of_an_attachment, "X01", "the name of an attachment"),
    (in_an_attached_picture, "X03", "an attachment"),
    (in_a_code, "X03", "page"),
    (in_a_light_code_on_dark, "X03", "page"),
]


@pytest.mark.parametrize(("leak", "expected", "where"), WAYS)
def test_a_leak_is_refused_and_not_repeated(
    built: Path, store: Store, tmp_path: Path, leak: Leak, expected: str, where: str
) -> None:
    with pikepdf.open(built / "output" / "guides" / "example.pdf") as pdf:
        leak(pdf)
        problems = refused(pdf, store, tmp_path)
    assert {problem.code for problem in problems} & {expected}, problems
    assert any(where in problem.message for problem in problems if problem.code == expected)
    for problem in problems:
        assert problem.is_error
        assert problem.place.file == "output/leak.pdf"
        assert KEY not in str(problem) and PLAIN not in str(problem) and KEY.replace("-", "") not in str(problem)


def test_clean_files_pass_and_cost_nothing_again(built: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {path.name: path for path in (built / "output").rglob("*.pdf")}
    assert gate.read_back(files, WATCH, store, 1, lambda *_: None) == ()
    monkeypatch.setattr(readback, "image_of", lambda *_: pytest.fail("a picture was looked at again"))
    assert gate.read_back(files, WATCH, store, 1, lambda *_: None) == ()


def test_the_text_of_our_own_pages_is_read(built: Path) -> None:
    with readback.opened(built / "output" / "handbook.pdf") as pdf:
        contents = readback.read(pdf)
    text = " ".join(" ".join(p.text for p in contents.passages if p.where.startswith("page")).split())
    assert "Open the site and log in." in text
    assert "Edition 7" in text  # stamped on, as a drawing
    assert {"a link", "a bookmark", "the document information", "the metadata"} <= {p.where for p in contents.passages}
    assert contents.unreadable == ()
    assert contents.loose == ()
    assert len(contents.pictures) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("b7f03c2e91d84a56b7c2e19f0d6a4b83", True),
        ("Key:A1b2C3d4E5f6G7h8I9j0K1l2", True),
        ("see https://docs.example/a/b7f03c2e91d84a56b7c2e19f0d6a4b83/page.html for more", False),
        ("see https://docs.example/a?key=b7f03c2e91d84a56b7c2e19f0d6a4b83", True),
        ("withdrawals API Management 203.0.113.10,203.0.113.11 2026-01-02 ICGMM", False),
        ("Build 729f881e517a", False),
    ],
)
def test_strings_with_the_form_of_a_key(text: str, found: bool) -> None:
    assert bool(list(gate.key_like([Passage("page 1", text)]))) is found


def test_an_address_that_is_wrapped_on_the_page_is_no_key() -> None:
    address = "https://docs.example/a/b7f03c2e91d84a56b7c2e19f0d6a4b83.png"
    passages = [Passage("page 1", "docs.example/a/\nb7f03c2e91d84a56b7c2e19f0d6a4b83.png"), Passage("a link", address)]
    assert list(gate.key_like(passages)) == []
    assert list(gate.key_like(passages[:1], [address])) == []
    assert len(list(gate.key_like(passages[:1]))) == 1


def test_codes_may_lead_where_the_configuration_says(built: Path, store: Store, tmp_path: Path) -> None:
    with pikepdf.open(built / "output" / "guides" / "example.pdf") as pdf:
        shown(pdf, code("https://app.exchange.example/get"))
        assert [problem.code for problem in refused(pdf, store, tmp_path)] == ["X03"]
        allowed = Watch({}, hosts=("exchange.example",))
        assert refused(pdf, store, tmp_path, allowed) == ()
        cleared = Watch({}, cleared=frozenset({fingerprint("https://app.exchange.example/get")}))
        assert refused(pdf, store, tmp_path, cleared) == ()


def test_an_unreadable_code_passes_only_where_it_was_cleared(built: Path, store: Store, tmp_path: Path) -> None:
    picture = code("https://app.exchange.example/get")
    pixels = np.asarray(picture).copy()
    pixels[60:110, 60:110] = 128  # the corners stay
    smeared = Image.fromarray(pixels)
    with pikepdf.open(built / "output" / "guides" / "example.pdf") as pdf:
        stream = shown(pdf, smeared)
        data = hashlib.sha256(stream.read_raw_bytes()).hexdigest()
        assert [problem.code for problem in refused(pdf, store, tmp_path, Watch({}))] == ["X03"]
        pdf.save(tmp_path / "saved.pdf")
    with readback.opened(tmp_path / "saved.pdf") as saved:
        data = next(one.data for one in readback.read(saved).pictures if one.where.startswith("page"))
        datas = {one.data for one in readback.read(saved).pictures}
    assert data in datas
    with pikepdf.open(tmp_path / "saved.pdf") as pdf:
        assert refused(pdf, store, tmp_path, Watch({}, cleared_pictures=frozenset(datas))) == ()


def test_the_data_of_a_png_is_what_the_pdf_holds(built: Path) -> None:
    assets = {gate.data_digest(path.read_bytes()) for path in (built / ".cache" / "assets").glob("*.png")}
    with readback.opened(built / "output" / "handbook.pdf") as pdf:
        assert {one.data for one in readback.read(pdf).pictures} <= assets


def broken_picture(pdf: Pdf) -> None:
    shown(pdf, Image.new("RGB", (20, 20))).Filter = Name("/JPXDecode")


def unknown_typeface(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type0, Encoding=Name("/Identity-H"))
    written(pdf, b"<00010002> Tj", font=pdf.make_indirect(font))


def picture_in_the_text(pdf: Pdf) -> None:
    written(pdf, b"ET\nBI /W 1 /H 1 /CS /G /BPC 8 ID a EI BT")


def sealed_attachment(pdf: Pdf) -> None:
    pdf.attachments["keys.zip"] = pikepdf.AttachedFileSpec(pdf, b"PK\x03\x04\x00\x00\xff\xfe")


@pytest.mark.parametrize("hide", [broken_picture, unknown_typeface, picture_in_the_text, sealed_attachment])
def test_what_cannot_be_read_back_is_refused(built: Path, store: Store, tmp_path: Path, hide: Leak) -> None:
    with pikepdf.open(built / "output" / "guides" / "example.pdf") as pdf:
        hide(pdf)
        assert "X05" in {problem.code for problem in refused(pdf, store, tmp_path)}


def test_a_file_that_is_no_pdf_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "no.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing")
    assert [p.code for p in gate.read_back({"no.pdf": path}, WATCH, store, 1, lambda *_: None)] == ["X05"]


def test_a_value_is_found_however_it_is_cut() -> None:
    bare = "abc4defgh5ijklmno6pqrstu"
    watched = {fingerprint(bare): "Token"}
    for cut in range(1, len(bare)):
        for between in (" ", "-", "\n", "\N{SOFT HYPHEN}", ": "):
            text = f"The token {bare[:cut].upper()}{between}{bare[cut:]} is yours."
            assert [kind for _, kind in gate.found_values([Passage("page 1", text)], watched, Clear())], (cut, between)
    over_pages = [Passage("page 1", f"… {bare[:9]}"), Passage("page 2", f"{bare[9:]} …")]
    assert list(gate.found_values(over_pages, watched, Clear())) == [("page 1", "Token")]
    assert not list(gate.found_values([Passage("page 1", bare[:-1])], watched, Clear()))


def test_a_value_is_found_wherever_stretches_of_text_end() -> None:
    watched = {fingerprint("abc4 defgh5 ijklmno6 pqrstu"): "Token"}
    for before in range(150):
        words = [f"word{number}" for number in range(before)]
        text = " ".join([*words, "abc4 defgh5", "ijklmno6 pqrstu", *words])
        assert list(gate.found_values([Passage("page 1", text)], watched, Clear())) == [("page 1", "Token")], before


def test_a_value_over_pages_that_were_each_clear_before_is_found() -> None:
    bare = "abc4defgh5ijklmno6pqrstu"
    watched = {fingerprint(bare): "Token"}
    begins = Passage("page 1", f"{'Some words. ' * 100} {bare[:9]}")
    ends = Passage("page 2", f"{bare[9:]} {'More words. ' * 100}")
    other = Passage("a page", f"{'Other words. ' * 100}")
    known = Clear()
    assert not list(gate.found_values([begins, other, ends, other], watched, known))
    found = Clear(frozenset(known.now))
    assert list(gate.found_values([begins, ends, other], watched, found)) == [("page 1", "Token")]
    assert list(gate.found_values([begins, ends, other], watched, Clear(frozenset(found.now)))) == [("page 1", "Token")]


def test_clear_text_is_looked_through_once_for_the_same_values(
    built: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {path.name: path for path in (built / "output").rglob("*.pdf")}
    assert gate.read_back(files, WATCH, store, 1, lambda *_: None) == ()
    looked: list[str] = []
    look = gate._kinds_in
    monkeypatch.setattr(
        gate, "_kinds_in", lambda stretch, *more: [looked.append(stretch.where), *look(stretch, *more)][1:]
    )
    assert gate.read_back(files, WATCH, store, 1, lambda *_: None) == ()
    assert looked == []

    with pikepdf.open(built / "output" / "guides" / "example.pdf") as pdf:
        written(pdf, f"({PLAIN}) Tj".encode())
        assert [problem.code for problem in refused(pdf, store, tmp_path)] == ["X01"]
        assert len(pdf.pages) > 2
        assert "page 2" in looked and "page 3" not in looked
        assert [problem.code for problem in refused(pdf, store, tmp_path)] == ["X01"]

    said = "Open the site and log in"  # what was text becomes a secret once it is found on a picture
    watch = Watch({fingerprint(said): "Passphrase"})
    assert {problem.code for problem in gate.read_back(files, watch, store, 1, lambda *_: None)} == {"X01"}


def test_the_text_itself_is_not_kept(built: Path, store: Store) -> None:
    files = {path.name: path for path in (built / "output").rglob("*.pdf")}
    assert gate.read_back(files, WATCH, store, 1, lambda *_: None) == ()
    notes = "".join(path.read_text("utf-8") for path in store.root.rglob("*.json"))
    assert "log" not in notes.casefold()


def test_reading_the_pictures_finds_what_has_no_code(built: Path, store: Store, tmp_path: Path) -> None:
    with pikepdf.open(built / "output" / "guides" / "example.pdf") as pdf:
        shown(pdf, screen(["Account", "API Key: b7f03c2e91d84a56b7c2e19f0d6a4b83"], size=(620, 150)))
        assert refused(pdf, store, tmp_path) == ()
        problems = refused(pdf, store, tmp_path, Watch({}, ocr=True))
    assert [problem.code for problem in problems] == ["X04"]
    assert "b7f03c2e" not in str(problems[0])


def test_a_build_that_leaks_publishes_nothing(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The value on the picture is masked there, and an author repeats it in the guide."""
    project = tmp_path / "project"
    shutil.copytree(built, project)
    shutil.copytree(built.parent / "mirror", tmp_path / "mirror")
    shutil.rmtree(project / "assets" / "screenshots")
    (project / "assets" / "screenshots.lock.yaml").unlink()
    value = "sunny-meadow-4711"
    screen(["My keys", f"Passphrase: {value}", "Create key"], marked=2).save(
        tmp_path / "mirror" / "example" / "create.png"
    )
    monkeypatch.chdir(project)
    mirror = str(tmp_path / "mirror")
    before = {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")}
    guide = project / "guides" / "example.md"
    guide.write_text(SAMPLE.replace("Open the site", f"Remember {value}. Open the site"), "utf-8")
    assert main(["build", "--mirror", mirror]) == 1
    said = capfd.readouterr().err
    assert "output/handbook.pdf: X01 page" in said
    assert "output/guides/example.pdf: X01 page" in said
    assert value not in said
    assert {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")} == before
    assert not list((project / "output").glob(".building*"))
    guide.write_text(SAMPLE, "utf-8")
    assert main(["build", "--mirror", mirror]) == 0
    assert {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")} != before


def test_dark_screens_are_printed_light_to_save_ink(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    shutil.copytree(built, project)
    monkeypatch.chdir(project)
    mirror = str(built.parent / "mirror")
    assert main(["build", "--mirror", mirror]) == 0
    assert "ink" not in capfd.readouterr().out
    assert main(["build", "--mirror", mirror, "--ink-saver"]) == 0
    first = capfd.readouterr().out
    words = first.split("ink on pictures ")[1].split(",")[0]
    was, now = (int(share.rstrip("%")) for share in words.split(" → "))
    assert was > 20 > now
    assert main(["build", "--mirror", mirror, "--ink-saver"]) == 0
    assert f"ink on pictures {words}" in capfd.readouterr().out  # kept, and not measured again
    (project / "handbook.yaml").write_text(
        (project / "handbook.yaml").read_text("utf-8") + "ink_saver: true\n", "utf-8"
    )
    assert main(["build", "--mirror", mirror]) == 0
    assert f"ink on pictures {words}" in capfd.readouterr().out
    assert main(["build", "--mirror", mirror, "--no-ink-saver"]) == 0
    assert "ink" not in capfd.readouterr().out


def like(one: Image.Image, other: Image.Image) -> float:
    """How alike two pictures of one size are: 1 for the same, about 0 for strangers, whatever their brightness."""
    a, b = (np.asarray(picture.convert("L"), dtype=np.float64).ravel() for picture in (one, other))
    a, b = a - a.mean(), b - b.mean()
    strength = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / strength if strength else 0.0


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project's own guides built with the real pictures, with what was inspected on them before, if it was."""
    root = tmp_path_factory.mktemp("real")
    project = make_project(root, {path.stem: path.read_text("utf-8") for path in (ROOT / "guides").glob("*.md")})
    shutil.copy(ROOT / "handbook.yaml", project / "handbook.yaml")
    if (ROOT / ".cache").is_dir():
        shutil.copytree(ROOT / ".cache", project / ".cache", ignore=shutil.ignore_patterns("*.pdf"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        for command in ("build", "audit"):
            assert main([command, "--mirror", FOLDER]) == 0
    yield project


def test_a_picture_is_known_again_whatever_its_data_ends_with(tmp_path: Path) -> None:
    """A carriage return at the end gets a byte behind it when the PDF is written."""
    drawn = (png_of(Image.new("L", (40, number // 250 + 1), number % 250)) for number in range(10_000))
    picture = next(one for one in drawn if chunks(one, b"IDAT").endswith(b"\r"))
    part = lay_out(
        tmp_path / "part.pdf", '<h1 id="a">A</h1><img src="asset:///a.png" alt="A">', pictures={"a.png": picture}
    )
    created = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    bind([Section(part)], tmp_path / "book.pdf", Description("A", "en", created))
    with readback.opened(tmp_path / "book.pdf") as pdf:
        assert [one.data for one in readback.read(pdf).pictures] == [gate.data_digest(picture)]


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="HANDBOOK_SCREENSHOTS names no folder")
def test_every_planted_box_is_covered_in_the_finished_pdfs(real: Path) -> None:
    planted = json.loads((Path(FOLDER) / "planted.json").read_text("utf-8"))
    covered = 0
    embedded: dict[str, Image.Image] = {}
    for path in (real / "output").rglob("*.pdf"):
        with readback.opened(path) as pdf:
            for one in readback.read(pdf).pictures:
                embedded.setdefault(one.data, readback.image_of(pdf, one.number))
    for file, crop, data in printed_parts(real):
        for item in (item for item in planted if item["file"] == file):
            box = Box(*item["box"]).within(crop)
            if not box.area:
                continue
            with Image.open(Path(FOLDER) / file) as original:
                was = original.convert("RGB").crop(box)
            here = box._replace(
                left=box.left - crop.left,
                top=box.top - crop.top,
                right=box.right - crop.left,
                bottom=box.bottom - crop.top,
            )
            assert abs(like(was, embedded[data].crop(here))) < 0.35, (file, item["kind"])
            covered += 1
    assert covered >= 8


def printed_parts(project: Path) -> Iterator[tuple[str, Box, str]]:
    """The file of each picture, each printed part of it, and the digest of that part's data in the PDFs."""
    from builder import inputs, sources
    from builder.config.handbook import load_config
    from builder.request import Request

    settings, _ = load_config(project)
    assert settings is not None
    request = Request(
        settings,
        project / "guides",
        project / "output",
        datetime.date(2026, 1, 2),
        mirror=FOLDER,
        ink_saver=settings.ink_saver,
    )
    store = Store(project / ".cache")
    found = inputs.gather(request, sources.read(request), lambda *_: None)
    pictures, _ = inputs.pictures(found, store, 1, lambda *_: None)
    for (address, _), picture in pictures.items():
        assert picture.treatment is not None
        file = address.removeprefix(settings.prefix).replace("%20", " ")
        for view, crop in zip(picture.views, picture.treatment.crops, strict=True):
            yield file, crop, gate.data_digest(store.asset(view.asset))


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="HANDBOOK_SCREENSHOTS names no folder")
def test_no_planted_value_is_anywhere(real: Path) -> None:
    """Neither in what is published nor in what is kept; of the PDFs, in what they say."""
    planted = json.loads((Path(FOLDER) / "planted.json").read_text("utf-8"))
    values = [item["value"].encode() for item in planted if len(item["value"]) >= 8]
    watch = Watch({fingerprint(value.decode()): "Token" for value in values})
    files = {path.name: path for path in (real / "output").rglob("*.pdf")}
    cache = Store(real / "gate")
    cache.open()
    assert gate.read_back(files, watch, cache, 2, lambda *_: None) == ()
    kept = [
        path for path in real.rglob("*") if path.is_file() and (real / "assets" / "screenshots") not in path.parents
    ]
    assert any(path.name == "audit.html" for path in kept)
    for path in kept:
        data = path.read_bytes()
        assert not [value for value in values if value in data], path.name
