"""Texts beyond bounds are refused at once, before they are parsed; nothing that is read waits or leads elsewhere."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from samples import SAMPLE, make_project

from builder.cli import main
from builder.config.drawings import MAX_BYTES as LOGO_BYTES
from builder.config.drawings import fault
from builder.fields import Key, read, several, text
from builder.guides.files import find_guides
from builder.guides.guide import FRONT_MATTER_KEYS, parse_guide
from builder.screenshots.fetch import lock

SECONDS = 2.0  # of processor time for a refusal
TITLE = "# How to create an API key on Example\n\n## Step 1: Go\n\n"

FLOODS = {
    "900 KB of words in a paragraph": TITLE + "word " * 180_000,
    "900 KB in one word": TITLE + "w" * 900_000,
    "60 KB of words in a paragraph": TITLE + "word " * 10_000,
    "50 KB in one word": TITLE + "w" * 50_000,
    "brackets": TITLE + "[" * 50_000,
    "brackets on lines": TITLE + "[\n" * 1_000,
    "backticks": TITLE + " ".join("`" * (1 + number % 90) for number in range(1_000)),
    "asterisks": TITLE + "*a **b " * 2_000,
    "headings": TITLE + "# \n" * 1_000,
    "underlined headings": TITLE + "a\n===\n\n" * 300,
    "blank entries": TITLE + "- \n" * 1_000,
    "entries in entries": TITLE + "- " * 2_000 + "a",
    "quotations in quotations": TITLE + ">" * 5_000 + "a",
    "lines": TITLE + "a\n\n" * 5_000,
    "spaces before a word": TITLE + " " * 5_000 + "a",
    "a table's cells": TITLE + "|a|b|\n|-|-|\n" + "|c|d|\n" * 900,
    "a table's columns": TITLE + "|a" * 200 + "|\n" + "|-" * 200 + "|\n",
    "an address meant often": TITLE + f"[a]: https://x.example/{'p' * 1000}\n\n" + ("[a] " * 250 + "\n\n") * 5,
    "pictures": TITLE + "![A](https://x.example/1.png)\n\n" * 100,
    "a control character": TITLE + "a \x01 b",
}
YAML = {
    "aliases": "checks:\n  off: &a {L01: x}\n" + "".join(f"k{n}: *a\n" for n in range(9)),
    "aliases of aliases": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(20)),
    "an alias as a key": "? &a [x, x]\n: *a\n",
    "brackets": "a: " + "[" * 50_000,
    "braces": "a: " + "{b: " * 50_000,
    "lists in lists": "- " * 40_000 + "a",
    "questions": "? " * 30_000,
    "many keys": "".join(f"k{n}: v\n" for n in range(6_000)),
    "a long text": "exchange: " + "word " * 5_000,
    "a mapping as a key": "? {a: b}\n: c\n? [a]\n: d\n",
    "digits": "minutes: " + "9" * 6_000,
}


def refused(source: str) -> list[str]:
    began = time.process_time()
    guide, problems = parse_guide(source, "example", "example.md")
    assert time.process_time() - began < SECONDS
    assert guide is None
    return [problem.code for problem in problems]


@pytest.mark.parametrize("name", FLOODS)
def test_a_guide_beyond_bounds_is_refused_at_once(name: str) -> None:
    assert set(refused(FLOODS[name])) == {"G04"}


def test_the_bound_and_the_line_are_told() -> None:
    _, problems = parse_guide(TITLE + "word " * 10_000, "example", "example.md")
    assert str(problems[0]).startswith("example.md:5: G04 the paragraph has 50,000 characters; 10,000 are read at most")


@pytest.mark.parametrize("name", YAML)
def test_front_matter_beyond_bounds_is_refused_at_once(name: str) -> None:
    began = time.process_time()
    _, problems = read(YAML[name], "example.md", FRONT_MATTER_KEYS, "F")
    assert time.process_time() - began < SECONDS
    assert problems and {problem.code for problem in problems} <= {"F01", "F03", "F06"}


def test_ordinary_texts_are_far_from_every_bound() -> None:
    three_times = SAMPLE + SAMPLE.split("this guide leads")[-1].split("---\n")[-1] * 2
    assert parse_guide(three_times, "example", "example.md")[0] is not None


@pytest.mark.parametrize("name", ["aliases", "brackets", "lists in lists", "a mapping as a key", "an alias as a key"])
def test_a_lock_file_beyond_bounds_is_refused_at_once(name: str) -> None:
    began = time.process_time()
    _, problems = lock.parse("- " + YAML[name].replace("\n", "\n  "), "lock.yaml")
    assert time.process_time() - began < SECONDS
    assert [problem.code for problem in problems] == ["S10"]


def test_a_number_of_a_step_with_thousands_of_digits_is_no_number() -> None:
    assert parse_guide(f"# On Example\n\n## Step {'9' * 1_400}: Go\n\nGo.\n", "example", "example.md")[0]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
LOGOS = {
    "nested use": SVG
    + '<g id="a0"><rect width="1" height="1"/></g>'
    + "".join(f'<g id="a{n}"><use href="#a{n - 1}"/><use xlink:href="#a{n - 1}"/></g>' for n in range(1, 40)),
    "use of itself": SVG + '<g id="a"><use href="#a"/></g>',
    "a long chain of use": SVG
    + '<g id="a0"/>'
    + "".join(f'<use id="a{n}" href="#a{n - 1}"/>' for n in range(1, 1_900)),
    "markers at every point": SVG
    + f'<marker id="m">{"<rect/>" * 50}</marker><path marker-mid="url(#m)" d="M0 0{"h1" * 5_000}"/>',
    "a mask for everything": SVG
    + f'<style>*{{mask:url(#m)}}</style><mask id="m">{"<rect/>" * 100}</mask>'
    + "<g/>" * 200,
    "elements": SVG + "<g/>" * 5_000,
    "elements in elements": SVG + "<g>" * 1_000 + "</g>" * 1_000,
    "an outside picture": SVG + '<image href="https://x.example/a.png"/>',
    "an outside reference": SVG + '<use href="https://x.example/a.svg#b"/>',
    "an outside style": SVG + '<rect style="fill: url(https://x.example/a)"/>',
    "an outside sheet": SVG + "<style>@import 'https://x.example/a.css'</style>",
    "entities": '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
    "a script": SVG + "<script>1</script>",
    "a huge number": SVG + '<rect width="1e300"/>',
    "no size": SVG.replace("0 0 9 9", "0 0 0 9"),
    "no SVG": "<html>",
    "no namespace": '<svg viewBox="0 0 9 9">',
    "a book": SVG + f"<text>{'word ' * 1_000}</text>",
}


@pytest.mark.parametrize("name", LOGOS)
def test_a_logo_that_would_trouble_the_engine_is_refused_at_once(name: str) -> None:
    root = LOGOS[name]
    data = (root + ("</html>" if root.startswith("<html") else "</svg>")).encode()
    began = time.process_time()
    assert fault(data)
    assert time.process_time() - began < SECONDS


def test_a_logo_as_drawing_programs_write_it_is_none_of_these() -> None:
    assert not fault(
        (
            '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
            '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
            + SVG
            + "<metadata>x</metadata>"
            + '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
            + '<g id="a"><path fill="url(#g)" d="M0 0L9 9z"/></g><use xlink:href="#a" x="2"/></svg>'
        ).encode()
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_pictures = "".join(line for line in SAMPLE.splitlines(True) if not line.startswith("!["))
    project = make_project(tmp_path, {"example": without_pictures})
    monkeypatch.chdir(project)
    return project


def check(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    began = time.process_time()
    assert main(["check", "--offline", *arguments]) == 1
    assert time.process_time() - began < 5 * SECONDS
    return "".join(capfd.readouterr())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such pipes")
def test_a_pipe_or_a_device_as_a_guide_is_refused(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(project / "guides" / "pipe.md")
    (project / "guides" / "zero.md").symlink_to("/dev/zero")
    said = check(capfd)
    assert "guides/pipe.md: G05 the guide can't be read: it is no plain file" in said
    assert "guides/zero.md: G05 the guide is a link that leads out of the folder" in said
    assert main(["build", "--offline"]) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such pipes")
@pytest.mark.parametrize("file", ["assets/screenshots.lock.yaml", "assets/brand/brand.yaml", "assets/brand/logo.svg"])
def test_a_pipe_elsewhere_is_refused_too(project: Path, file: str, capfd: pytest.CaptureFixture[str]) -> None:
    (project / file).unlink(missing_ok=True)
    os.mkfifo(project / file)
    main(["check", "--offline"])
    main(["build", "--offline"])
    assert "no plain file" in (said := "".join(capfd.readouterr())) or "not an SVG file that exists" in said


def test_a_link_out_of_the_folder_is_not_followed(
    project: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "private.md").write_text("# A private file\n\n## Step 1: Go\n\nGo.\n")
    (project / "guides" / "other.md").symlink_to(tmp_path / "private.md")
    assert "guides/other.md: G05" in check(capfd)


@pytest.mark.parametrize("name", ["..md", "-.md", "中文.md", "x.markdown", ".md"])
def test_a_file_that_is_named_like_no_guide_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "example.md").write_text(SAMPLE)
    (tmp_path / name).write_text(SAMPLE)
    found, problems = find_guides(tmp_path, "guides")
    assert [*found] == ["example"]
    assert [(problem.code, problem.place.file) for problem in problems] == [("G15", f"guides/{name}")]


def test_a_guide_may_end_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "EXAMPLE.MD").write_text(SAMPLE)
    assert [*find_guides(tmp_path, "guides")[0]] == ["example"]


def test_a_logo_of_many_bytes_is_refused(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "assets/brand/logo.svg").write_bytes(b" " * (LOGO_BYTES + 1))
    assert "B09" in check(capfd)


def test_a_problem_tells_of_an_alias_what_to_do() -> None:
    _, problems = read("a: &x [1]\nb: *x\n", "brand.yaml", [Key("a", several(text), "")], "B")
    assert str(problems[0]).startswith(
        "brand.yaml:1: B01 this is not read: an anchor or an alias ('x'); write the value"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links need rights there")
def test_a_logo_that_is_a_loop_of_links_or_has_a_name_too_long_is_refused(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "assets/brand/loop.svg").symlink_to("loop.svg")
    for name in ("loop.svg", "x" * 300 + ".svg"):
        (project / "assets/brand/brand.yaml").write_text(f"name: Firm\nlogo: {name}\n", "utf-8")
        assert main(["check", "--offline"]) == 1
        assert "assets/brand/brand.yaml:2: B09" in "".join(capfd.readouterr())
