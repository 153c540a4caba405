"""Settings and brand: what is read, and how every fault is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import make_project

from builder import fields
from builder.config import email
from builder.config.brand import BRAND_KEYS, Measures
from builder.config.checks import CHECK_KEYS, Settings
from builder.config.email import EMAIL_KEYS
from builder.config.handbook import HANDBOOK_KEYS, find_root, load_config
from builder.fields import Key, section
from builder.screenshots.fetch.wanted import Limits

KEYS = (
    Key("name", fields.text, "A name.", required=True),
    Key("count", fields.number(1, 9), "A count.", 3),
    Key("many", fields.several(fields.text), "Some words.", ()),
    section("inner", "More.", Key("when", fields.date, "A day."), Key("colour", fields.colour, "A colour.", "#000000")),
)


def read(source: str) -> tuple[dict[str, object], list[str]]:
    found, problems = fields.read(source, "file.yaml", KEYS, "C")
    return dict(found.values), [f"{problem.place.line} {problem.code}" for problem in problems]


def test_defaults_stand_where_nothing_is_said() -> None:
    values, problems = read("name: A\n")
    assert values == {"name": "A", "count": 3, "many": (), "inner": {"when": None, "colour": "#000000"}}
    assert problems == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("name: [\n", ["2 C01"]),
        ("- a\n", ["1 C02"]),
        ("name: A\nnmae: B\n", ["2 C03"]),
        ("name: A\nname: B\n", ["2 C04"]),
        ("count: 2\n", ["1 C05"]),
        ("name: A\ncount: 10\n", ["2 C06"]),
        ("name: A\ncount: two\n", ["2 C06"]),
        ("name: A\ninner:\n  when: soon\n  colour: red\n", ["3 C06", "4 C06"]),
        ("name: A\ninner: 3\n", ["2 C02"]),
        ("name: {a: b}\nmany: [x, [y]]\nother: 1\n", ["3 C03", "1 C06", "2 C06"]),
    ],
)
def test_every_fault_is_reported_with_its_line(source: str, expected: list[str]) -> None:
    assert read(source)[1] == expected


def test_hosts_are_compared_in_one_form() -> None:
    keys = (Key("hosts", fields.several(fields.host), "Hosts.", ()),)
    found, problems = fields.read("hosts: [Raw.Example.COM., localhost, 127.0.0.1, '::1']\n", "file.yaml", keys, "C")
    assert found.values["hosts"] == ("raw.example.com", "localhost", "127.0.0.1", "::1") and not problems
    for said in ("https://www.example.com", "www.example.com/a", "example..com", "*.example.com", "a b"):
        _, (problem,) = fields.read(f"hosts: '{said}'\n", "file.yaml", keys, "C")
        assert problem.code == "C06" and "without https://" in problem.message


def test_a_near_miss_is_suggested() -> None:
    _, problems = fields.read("nmae: A\nname: B\n", "file.yaml", KEYS, "C")
    assert problems[0].hint.startswith("Did you mean 'name'?")
    assert "count, inner, many, name" in problems[0].hint


@pytest.mark.parametrize(
    ("keys", "made"),
    [
        (next(key for key in BRAND_KEYS if key.name == "page"), Measures()),
        (CHECK_KEYS, Settings()),
        (EMAIL_KEYS, email.Settings()),
        (next(key for key in HANDBOOK_KEYS if key.name == "limits"), Limits()),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_what_is_left_out_is_the_same_with_and_without_a_file(keys: Key, made: object) -> None:
    """Defaults stand at the keys, and at the values that code makes without settings."""
    said = {key.name.removeprefix("picture_"): key.default for key in keys.keys if key.default is not None}
    shared = {name: value for name, value in said.items() if hasattr(made, name)}
    assert len(shared) >= len(said) - 1  # `from` is called sender
    assert shared == {name: getattr(made, name) for name in shared}


def test_a_project_is_found_from_a_folder_inside_it(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    assert find_root(project / "templates" / "text") == project.resolve()
    assert find_root(tmp_path / "mirror") is None


def test_all_files_faults_come_at_once(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project / "handbook.yaml").write_text("title: A\nedition: 1\n")
    (project / "assets" / "brand" / "brand.yaml").write_text("nam: A\nlogo: none.svg\n")
    found, problems = load_config(project)
    assert found is None
    assert {(problem.place.file, problem.code) for problem in problems} == {
        ("handbook.yaml", "C05"),
        ("assets/brand/brand.yaml", "B03"),
        ("assets/brand/brand.yaml", "B05"),
    }


@pytest.mark.parametrize(
    ("brand", "code"),
    [("name: A\nlogo: none.svg\n", "B09"), ("name: A\nlogo: brand.yaml\n", "B09"), ("name: \xff\n", "B08")],
)
def test_a_brand_that_cannot_be_used(tmp_path: Path, brand: str, code: str) -> None:
    project = make_project(tmp_path)
    (project / "assets" / "brand" / "brand.yaml").write_bytes(brand.encode("latin-1"))
    assert [problem.code for problem in load_config(project)[1]] == [code]


def test_a_missing_brand_file_is_named(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project / "assets" / "brand" / "brand.yaml").unlink()
    assert [str(problem).split("\n")[0] for problem in load_config(project)[1]] == [
        "assets/brand/brand.yaml: B07 the file is missing"
    ]


def test_another_firm_changes_one_file(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    text = (
        "name: Other Firm\ncontacts:\n  Desk: desk@firm.example\n  Telephone: '+00 1'\nlegal: Registered somewhere.\n"
    )
    (project / "assets" / "brand" / "brand.yaml").write_text(text)
    found, problems = load_config(project)
    assert problems == []
    assert found and found.brand.contacts == (("Desk", "desk@firm.example"), ("Telephone", "+00 1"))
    assert found.brand.logo is None
