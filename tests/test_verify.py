"""A PDF tells what it was made of; a change to it is seen, and so is a checkout that has moved on."""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from pathlib import Path

import page as page_validation
import pikepdf
import pytest
from samples import SAMPLE
from test_build import pages_of

from builder.cli import main
from builder.pdf import provenance
from builder.pdf.provenance import MadeOf


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built sample as the current folder."""
    copy = tmp_path / "project"
    shutil.copytree(built, copy, ignore=shutil.ignore_patterns(".cache"))
    monkeypatch.chdir(copy)
    return copy


def record(pdf: Path) -> MadeOf:
    with pikepdf.open(pdf) as document:
        found = provenance.record_of(document)
    assert found is not None
    return found


def verified(pdf: Path | str, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capfd.readouterr()
    code = main(["--debug", "verify", str(pdf)])
    return code, capfd.readouterr().out


def test_a_pdf_tells_what_it_was_made_of(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, said = verified("output/handbook.pdf", capfd)
    original = (project.parent / "project" / "assets" / "screenshots" / "example" / "create.png").read_bytes()
    assert code == 0
    assert "output/handbook.pdf: edition 7, made as handbook.pdf" in said
    assert hashlib.sha256(SAMPLE.encode()).hexdigest()[:16] + "  example" in said
    assert hashlib.sha256(original).hexdigest()[:16] + "  https://pictures.example/main/example/create.png" in said
    assert "intact" in said and "up to date" in said


@pytest.mark.parametrize("name", ["handbook.pdf", "guides/example.pdf"])
def test_metadata_and_the_last_page_name_edition_build_and_content(built: Path, name: str) -> None:
    pdf = built / "output" / name
    made = record(pdf)
    last = pages_of(pdf)[-1]
    with pikepdf.open(pdf) as document:
        said = {key: str(value) for key, value in document.docinfo.items()}
        packet = document.Root.Metadata.read_bytes().decode()
    assert (said["/Edition"], said["/BuildId"], said["/ContentDigest"]) == ("7", made.build_id, made.content)
    assert f"<handbook:BuildId>{made.build_id}<" in packet and f"<handbook:ContentDigest>{made.content}<" in packet
    assert f"Build {made.build_id} · Content {made.short_content}" in last and "Edition 7" in last
    assert made.short_content == made.content[7:19] and len(made.content) == 71


def test_the_record_keeps_the_files_valid(built: Path) -> None:
    for name in ("handbook.pdf", "guides/example.pdf"):
        for profile in ("ua1", "2a"):
            assert page_validation.validate_pdf(built / "output" / name, profile=profile).failures == []


def test_each_changed_byte_breaks_the_seal(built: Path) -> None:
    data = (built / "output" / "guides" / "example.pdf").read_bytes()
    assert provenance.is_intact(data)
    for place in range(0, len(data), len(data) // 50):
        changed = bytearray(data)
        changed[place] ^= 1
        assert not provenance.is_intact(bytes(changed)), place
    assert not provenance.is_intact(data + b"\n")
    assert not provenance.is_intact(data[:-1])


def test_a_changed_page_is_named(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pdf = project / "output" / "handbook.pdf"
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        document.pages[4].contents_add(b"0 0 100 100 re f")
        document.save(pdf)
    code, said = verified(pdf, capfd)
    assert code == 1
    assert "output/handbook.pdf: V03 it was altered since it was made: page 5 of the file differs" in said


def test_an_exchanged_picture_and_a_link_led_astray_are_named(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pdf = project / "output" / "guides" / "example.pdf"
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        linked, shown = set(), set()
        for number, page in enumerate(document.pages, 1):
            for annotation in page.get("/Annots", ()):
                if "/URI" in annotation.get("/A", {}):
                    annotation.A.URI = pikepdf.String("https://astray.example/")
                    linked.add(number)
            drawing = b"".join(part.read_bytes() for part in page.Contents)
            for name, image in page.Resources.get("/XObject", {}).items():
                if image.get("/Subtype") == "/Image" and name.encode() + b" Do" in drawing:
                    shown.add(number)
        images = [each for each in document.objects if isinstance(each, pikepdf.Stream) and each.get("/Width")]
        for image in images:
            size = len(image.read_bytes())
            image.write(zlib.compress(bytes(size)), filter=pikepdf.Name.FlateDecode)
        document.save(pdf)
    assert linked and shown
    code, said = verified(pdf, capfd)
    assert code == 1
    named = {int(word) for word in said.split("made: page")[1].split(" of the file")[0].strip("s ").split(", ")}
    assert named == linked | shown


def test_a_file_saved_again_is_altered_though_its_pages_are_not(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pdf = project / "output" / "handbook.pdf"
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        document.save(pdf, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    code, said = verified(pdf, capfd)
    assert code == 1 and "the pages look as they did" in said
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        del document.pages[2]
        document.save(pdf)
    code, said = verified(pdf, capfd)
    assert code == 1 and f"pages and had {len(record(pdf).pages)}" in said


def test_a_checkout_that_has_moved_on_is_told(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copy(project / "output" / "handbook.pdf", project / "received.pdf")
    shutil.copy(project / "output" / "guides" / "example.pdf", project / "output" / "handbook.pdf")
    (project / "guides" / "example.md").write_text(SAMPLE + "\nMore.\n", "utf-8")
    (project / "guides" / "other.md").write_text(SAMPLE, "utf-8")
    settings = project / "handbook.yaml"
    settings.write_text(settings.read_text("utf-8").replace("'7'", "'8'"), "utf-8")
    lock = project / "assets" / "screenshots.lock.yaml"
    first = next(iter(record(project / "received.pdf").screenshots.values())).removeprefix("sha256:")
    lock.write_text(lock.read_text("utf-8").replace(first, "f" * 64), "utf-8")
    code, said = verified("received.pdf", capfd)
    assert code == 0 and "intact" in said and "up to date" not in said
    assert "V04 warning: this checkout is at edition 8" in said
    assert "V05 warning: this checkout has other guides: example (changed), other (new)" in said
    assert "V06 warning: this checkout has other bytes for 1 of its screenshots" in said
    assert "V07 warning: output/handbook.pdf is another build" in said
    (project / "guides" / "example.md").unlink()
    assert "example (gone)" in verified("received.pdf", capfd)[1]


def test_line_ends_do_not_make_a_guide_new(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "guides" / "example.md").write_bytes(SAMPLE.replace("\n", "\r\n").encode())
    assert "up to date" in verified("output/handbook.pdf", capfd)[1]


def test_outside_of_a_project_nothing_is_compared(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = verified(built / "output" / "handbook.pdf", capfd)
    assert code == 0 and "intact" in said and "up to date" not in said


@pytest.mark.parametrize(
    "data", [b"", b"not a PDF", b"%PDF-1.7\n" + b"\xff" * 4000, b"%PDF-1.7\ntrailer<</Root 1 0 R>>\n%%EOF"]
)
def test_garbage_is_a_problem(tmp_path: Path, data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.pdf").write_bytes(data)
    code, said = verified(tmp_path / "x.pdf", capfd)
    assert code == 1 and ": V01 " in said and "hint: " in said


def test_broken_copies_never_end_in_a_traceback(built: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = (built / "output" / "guides" / "example.pdf").read_bytes()
    for number in range(12):
        cut = len(data) * number // 12
        for broken in (data[:cut], data[:cut] + b"<<[/" * 50 + data[cut + 200 :]):
            (tmp_path / "x.pdf").write_bytes(broken)
            code, said = verified(tmp_path / "x.pdf", capfd)
            assert code == 1 and (": V01 " in said or ": V02 " in said or ": V03 " in said)


def test_what_is_no_file_of_ours(
    built: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(tmp_path / "theirs.pdf")
        document.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    assert ": V02 " in verified(tmp_path / "theirs.pdf", capfd)[1]
    assert ": V01 it is encrypted" in verified(tmp_path / "locked.pdf", capfd)[1]
    assert ": V01 it is no file" in verified(tmp_path, capfd)[1]
    assert ": V01 it can't be read" in verified(tmp_path / "none.pdf", capfd)[1]
    (tmp_path / "huge.pdf").touch()
    os.truncate(tmp_path / "huge.pdf", 300_000_000)
    assert ": V01 it has more than 200,000,000 bytes" in verified(tmp_path / "huge.pdf", capfd)[1]


def test_a_forged_record_steers_neither_terminal_nor_paths(
    project: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("../../etc/passwd", "\x00", "a\x1b[2J", "x" * 5000):
        forged = MadeOf(name, "7\x1b[31m", "b", "c", {"../../x\x1b": "d"}, {}, ())
        tags = "".join(f"<{key}>{value}</{key}>" for key, value in provenance.described(forged))
        with pikepdf.new() as document:
            document.add_blank_page()
            document.Root.Metadata = pikepdf.Stream(document, f"<x>{tags}</x>".encode())
            document.Root.Metadata.Type, document.Root.Metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
            document.save(tmp_path / "forged.pdf", fix_metadata_version=False)
        data = (tmp_path / "forged.pdf").read_bytes()
        (tmp_path / "forged.pdf").write_bytes(provenance.sealed(data))
        code, said = verified(tmp_path / "forged.pdf", capfd)
        assert code == 0 and "intact" in said and "\x1b" not in said and "\x00" not in said
