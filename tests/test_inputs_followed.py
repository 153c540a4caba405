"""Whatever a handbook is made from, changing it changes the PDFs, and putting it back gives the former bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import font_source_sans_pro
import pytest
from samples import make_project, screen

from builder import boundaries
from builder.cli import main

Change = Callable[[Path, pytest.MonkeyPatch], "list[str] | None"]
"""Changes one input of the project, or gives options for the build."""


def edited(file: str, old: str, new: str) -> Change:
    def change(project: Path, _: pytest.MonkeyPatch) -> None:
        path = project / file
        text = path.read_text("utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def another_picture(project: Path, _: pytest.MonkeyPatch) -> None:
    screen(["Account", "API Keys", "Log out"], size=(320, 560), marked=1).save(
        project / "assets" / "screenshots" / "example" / "menu 1.png"
    )


def another_typeface(project: Path, _: pytest.MonkeyPatch) -> None:
    brand = project / "assets" / "brand" / "brand.yaml"
    files = "package:font_source_sans_pro/files/SourceSansPro-"
    face = f"typefaces:\n  body: {{family: Thin, regular: '{files}Light.ttf', bold: '{files}Semibold.ttf'}}\n"
    brand.write_text(brand.read_text("utf-8") + face, "utf-8")


def the_bytes_of_a_typeface(project: Path, patch: pytest.MonkeyPatch) -> None:
    """The file beside the brand is another one under the same name."""
    another_typeface(project, patch)
    brand = project / "assets" / "brand" / "brand.yaml"
    package = Path(font_source_sans_pro.__file__).parent / "files"
    (project / "assets" / "brand" / "own.ttf").write_bytes((package / "SourceSansPro-Black.ttf").read_bytes())
    own = re.sub(r"'package:\S+Light.ttf'", "own.ttf", brand.read_text("utf-8"))
    brand.write_text(own, "utf-8")


def another_version_of(name: str) -> Change:
    def change(_: Path, patch: pytest.MonkeyPatch) -> None:
        folders = dict(boundaries._distributions())
        folders[name] = folders[name].with_name(f"{name}-99.dist-info")
        patch.setattr(boundaries, "_distributions", lambda: folders)

    return change


def option(*words: str) -> Change:
    return lambda *_: list(words)


CHANGES: dict[str, Change] = {
    "a guide's text": edited("guides/example.md", "Open the site and log in.", "Log in first."),
    "front matter": edited("guides/example.md", "secret_shown: once", "secret_shown: always"),
    "an order behind a picture": edited("guides/example.md", "menu%201.png)", "menu%201.png){width=40}"),
    "a picture": another_picture,
    "a template": edited(
        "templates/guide.html",
        "<",
        "<!-- another --><",
    ),
    "a style sheet": edited("templates/handbook.css", "font-size: ", "font-size: 1"),
    "a text of ours": edited("templates/text/en/rules.md", " ", " really "),
    "a brand colour": edited("assets/brand/brand.yaml", "#14161C", "#241C14"),
    "the brand's name": edited("assets/brand/brand.yaml", "name: ", "name: The "),
    "the logo": edited("assets/brand/logo.svg", "<svg ", "<svg data-new='1' "),
    "a setting": edited("handbook.yaml", "Sample Handbook", "Other Handbook"),
    "the edition": edited("handbook.yaml", "edition: '7'", "edition: '8'"),
    "an option": option("--paper", "letter"),
    "ink": option("--ink-saver"),
    "a typeface": another_typeface,
    "a typeface's file": the_bytes_of_a_typeface,
    "the engine": another_version_of("weasyprint"),
    "what binds": another_version_of("pikepdf"),
}


FEW = (
    *("a guide's text", "a picture", "a template", "a style sheet", "a text of ours"),
    *("a brand colour", "a setting", "an option", "a typeface's file", "what binds"),
)
"""One of each class: these are changed in every run of the tests, all of them in the long one."""

REMADE = {"the engine", "what binds"}
"""What may give the same bytes, if only it is made anew."""


def pdfs(project: Path) -> dict[str, bytes]:
    output = project / "output"
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in sorted(output.rglob("*.pdf"))}


def made_at(project: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (project / "output").rglob("*.pdf")}


def build(*options: str) -> None:
    boundaries._digest.cache_clear()
    boundaries._versions.cache_clear()
    assert main(["--debug", "build", "--jobs", "1", *options]) == 0
    boundaries._digest.cache_clear()
    boundaries._versions.cache_clear()


@pytest.mark.parametrize("names", [FEW, pytest.param(tuple(CHANGES), marks=pytest.mark.slow)], ids=["few", "all"])
def test_the_output_follows_every_input(
    names: tuple[str, ...], built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path, like=built)
    monkeypatch.chdir(project)
    build()
    first, at = pdfs(project), made_at(project)
    before = {path: path.read_bytes() for path in sorted(project.rglob("*")) if _is_input(project, path)}
    for name in random.Random(20261121).sample(names, len(names)):
        with monkeypatch.context() as patch:
            build(*(CHANGES[name](project, patch) or []))
        if name in REMADE:
            assert made_at(project) != at, f"{name} is of another version, and nothing was made anew"
        else:
            assert pdfs(project) != first, f"{name} was changed, and the PDFs are as they were"
        at = made_at(project)
        for path, data in before.items():
            path.write_bytes(data)
    build()
    assert {name: data for name, data in pdfs(project).items() if name in first} == first


def _is_input(project: Path, path: Path) -> bool:
    return path.is_file() and path.relative_to(project).parts[0] not in {"output", ".cache"}
