"""“Your values”: real fields, read aloud, or what the firm knows in print; each paper in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from laid_out import elements, faults, structure_faults
from samples import make_project

from builder.cli import main


def text_fields(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [field for field in pdf.Root.AcroForm.Fields if field.FT == "/Tx"]


def test_values_can_be_typed_in(built: Path) -> None:
    path = built / "output" / "guides" / "example.pdf"
    with pikepdf.open(path) as pdf:
        fields = text_fields(pdf)
        assert [str(field.TU) for field in fields] == [
            "Key name",
            *(f"IP address {number}" for number in range(1, 5)),
            "Key made on",
        ]
        assert len({str(field.T) for field in fields}) == len(fields)
        assert "/NeedAppearances" not in pdf.Root.AcroForm
        for field in fields:
            name = str(field.DA).split()[0]
            assert name in pdf.Root.AcroForm.DR.Font, "a viewer finds the typeface to draw with"
            assert str(field.V) == "" and field.AP.N.read_bytes().strip() == b""
            left, bottom, right, top = (float(value) for value in field.Rect)
            assert abs(right - left) > 60 and abs(top - bottom) > 15, "room to write by hand"
        owned = [kid.Obj.objgen for form in elements(pdf, "Form") for kid in form.K if not isinstance(kid, int)]
        assert {field.objgen for field in fields} <= {*owned}
        assert structure_faults(pdf) == []
    assert faults(path, running_heads=["Example How to create an API key on Example"]) == []


def test_what_is_typed_is_kept_and_what_is_known_is_printed(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path, like=built)
    settings = (project / "handbook.yaml").read_text("utf-8")
    known = "values:\n  label: ACME-1\n  addresses: [203.0.113.7, 203.0.113.8]\n"
    (project / "handbook.yaml").write_text(settings + known, "utf-8")
    monkeypatch.chdir(project)
    assert main(["--debug", "build", "example"]) == 0
    path = project / "output" / "guides" / "example.pdf"
    with pdfplumber.open(path) as document:
        text = document.pages[1].extract_text()
    assert "ACME-1" in text and "203.0.113.7,203.0.113.8" in text, "joined as this exchange wants it"
    with pikepdf.open(path) as pdf:
        (field,) = text_fields(pdf)
        assert str(field.TU) == "Key made on"
    assert faults(path, running_heads=["Example How to create an API key on Example"]) == []


def test_an_address_that_is_none_is_told_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project(tmp_path)
    settings = (project / "handbook.yaml").read_text("utf-8")
    (project / "handbook.yaml").write_text(f"values:\n  addresses: [203.0.113.7, 203.0.113.700]\n{settings}", "utf-8")
    monkeypatch.chdir(project)
    assert main(["build"]) == 1
    assert "handbook.yaml:2: C06 'values.addresses' should be an IP address" in capsys.readouterr().err


def test_papers_do_not_overwrite_each_other(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path, like=built)
    monkeypatch.chdir(project)
    for options in ([], ["--paper", "letter"], ["--profile", "print", "--paper", "letter"]):
        assert main(["--debug", "build", "example", *options]) == 0
    found = {path.relative_to(project / "output").as_posix() for path in (project / "output").rglob("*.pdf")}
    assert found == {"guides/example.pdf", "letter/guides/example.pdf", "print/letter/guides/example.pdf"}
    with pdfplumber.open(project / "output" / "guides" / "example.pdf") as document:
        assert round(document.pages[0].height) == 842
