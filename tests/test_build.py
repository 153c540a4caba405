"""The main job, end to end: what is made, what is made again, and what is left alone."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pikepdf
import pytest
from samples import SAMPLE, make_project

from builder import commands
from builder.build import build
from builder.cli import main
from builder.config.handbook import load_config
from builder.request import Request


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built sample that a test may change, as the current folder."""
    copy = tmp_path / "project"
    shutil.copytree(built, copy)
    shutil.copytree(built.parent / "mirror", tmp_path / "mirror")
    monkeypatch.chdir(copy)
    assert main(["build"]) == 0  # the copy's own paths are part of what a build depends on
    return copy


def pages_of(pdf: Path) -> list[str]:
    """The text of each page, read by poppler."""
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, text=True).stdout
    return text.split("\f")[:-1]


def test_makes_the_handbook_and_each_guide(built: Path) -> None:
    handbook = pages_of(built / "output" / "handbook.pdf")
    single = pages_of(built / "output" / "guides" / "example.pdf")
    assert "Sample Handbook" in handbook[0]
    assert any("Contents" in page for page in handbook[:5])
    assert "How to create an API key on Example" in " ".join(single[0].split())
    assert any("Before you close Example" in page for page in single)
    assert "Questions?" in single[-1]


def test_contents_name_the_pages_on_which_steps_stand(built: Path) -> None:
    pages = pages_of(built / "output" / "handbook.pdf")
    contents = next(page for page in pages if "Contents" in page and "Glossary" in page)
    with pikepdf.open(built / "output" / "handbook.pdf") as pdf:
        front = int(pdf.Root.PageLabels.Nums[2])
    for title in ("Log in", "Open the menu", "Set the permissions"):
        line = next(line for line in contents.split("\n") if title in line)
        page = pages[front + int(line.split()[-1]) - 1]
        assert title in page
        assert f"{line.split()[-1]} of" in page


def test_an_unchanged_build_makes_nothing_and_imports_no_engine(project: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*.pdf")}
    heavy = {"weasyprint", "pikepdf", "PIL", "requests", "jinja2", "markdown_it", "numpy"}
    code = f"import sys; from builder.cli import main; main(['build']); print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert run.stdout.strip().endswith("[]"), run.stdout
    assert "unchanged" in run.stdout
    assert before == {path: path.stat().st_mtime_ns for path in project.rglob("*.pdf")}


def test_an_edit_makes_only_that_guide_and_the_handbook_anew(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SAMPLE.replace("Example", "Other")
    other = other.replace("secret_shown: once", "secret_shown: once\nchecks: {off: {T06: the same on purpose}}")
    project = make_project(tmp_path, {"example": SAMPLE, "other": other}, like=built)
    monkeypatch.chdir(project)
    assert main(["build"]) == 0
    parts = set((project / ".cache" / "results").glob("*.pdf"))
    singles = {path.name: path.stat().st_mtime_ns for path in (project / "output" / "guides").iterdir()}
    guide = project / "guides" / "other.md"
    text = guide.read_text("utf-8").replace("Open the site and log in.", "Log in with your password.")
    guide.write_text(text, "utf-8")
    assert main(["build"]) == 0
    new = set((project / ".cache" / "results").glob("*.pdf")) - parts
    now = {path.name: path.stat().st_mtime_ns for path in (project / "output" / "guides").iterdir()}
    assert now["example.pdf"] == singles["example.pdf"]
    assert now["other.pdf"] > singles["other.pdf"]
    assert any("Log in with your password." in page for page in pages_of(project / "output" / "handbook.pdf"))
    assert len(new) <= 4  # the guide, the feet of its PDF, and at most the front matter and the feet of the handbook


def test_a_deleted_pdf_comes_back_the_same(project: Path) -> None:
    pdf = project / "output" / "guides" / "example.pdf"
    before = pdf.read_bytes()
    pdf.unlink()
    assert main(["build"]) == 0
    assert pdf.read_bytes() == before


def test_what_is_edited_during_a_build_is_built_next_time(project: Path) -> None:
    guide = project / "guides" / "example.md"
    text = guide.read_text("utf-8")
    guide.write_text(text.replace("Open the site and log in.", "Log in."), "utf-8")

    def edit(stage: str, *_: object) -> None:
        if stage == "Binding":
            guide.write_text(text.replace("Open the site and log in.", "Log in with your password."), "utf-8")

    found, _ = load_config(project)
    assert found is not None
    request = Request(found, project / "guides", project / "output", datetime.date(2026, 1, 5))
    assert any(made.fresh for made in build(request, edit).made)
    assert any(made.fresh for made in build(request, lambda *_: None).made)
    assert not any(made.fresh for made in build(request, lambda *_: None).made)
    assert any("Log in with your password." in page for page in pages_of(project / "output" / "handbook.pdf"))


def test_the_same_inputs_give_the_same_bytes(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In another folder, on other days, with one process and with four, with the cache empty, part full and full."""

    class Day(datetime.date):
        @classmethod
        def today(cls) -> datetime.date:
            return days.pop()

    def built_again(*options: str) -> dict[str, bytes]:
        shutil.rmtree(project / "output", ignore_errors=True)
        assert main(["build", *options]) == 0
        return {path.name: path.read_bytes() for path in (project / "output").rglob("*.pdf")}

    days = [datetime.date(2026, 1, day) for day in (5, 6, 7)]
    expected = {path.name: path.read_bytes() for path in (built / "output").rglob("*.pdf")}
    project = make_project(tmp_path)
    monkeypatch.chdir(project)
    monkeypatch.setattr(commands, "datetime", types.SimpleNamespace(date=Day))
    assert built_again("--jobs", "4") == expected
    for path in (project / ".cache" / "results").glob("*.pdf"):
        path.unlink()
    assert built_again("--jobs", "1") == expected
    assert built_again("--jobs", "4") == expected
    assert days == []


def test_slugs_make_those_guides_and_no_handbook(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """And nothing is asked of the other guides' pictures: here they could not be had."""
    other = SAMPLE.replace("main/example", "main/other").replace("Example", "Other").replace("exchange.", "other.")
    project = make_project(tmp_path, {"example": SAMPLE, "other": other}, like=built)
    monkeypatch.chdir(project)
    assert main(["build", "example"]) == 0
    assert [path.name for path in (project / "output").rglob("*.pdf")] == ["example.pdf"]
    assert "other" not in capfd.readouterr().err


def test_a_missing_picture_is_a_warning_and_a_stand_in(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project / "assets" / "screenshots")
    (project / "assets" / "screenshots.lock.yaml").unlink()
    (project.parent / "mirror" / "example" / "create.png").unlink()
    assert main(["build", "--mirror", str(project.parent / "mirror")]) == 0
    said = capfd.readouterr().err
    assert "guides/example.md:34: S12 warning" in said
    assert "hint: " in said
    text = " ".join(" ".join(pages_of(project / "output" / "guides" / "example.pdf")).split())
    assert "No picture here yet" in text
    assert "look for Account, API Management and Create key" in text
    assert "example/create.png" in text.replace(" ", "")


def test_strict_refuses_a_missing_picture_and_leaves_the_output(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")}
    shutil.rmtree(project / "assets" / "screenshots")
    (project / "assets" / "screenshots.lock.yaml").unlink()
    (project.parent / "mirror" / "example" / "create.png").unlink()
    assert main(["build", "--strict", "--mirror", str(project.parent / "mirror")]) == 1
    assert "nothing was changed" in capfd.readouterr().err
    assert {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")} == before


def test_all_problems_at_once_and_the_output_untouched(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")}
    (project / "guides" / "empty.md").write_text("", "utf-8")
    (project / "guides" / "untitled.md").write_text("## Step 1: Log in\n\nLog in.\n", "utf-8")
    (project / "guides" / "example.md").write_text(SAMPLE.replace("exchange: Example", "exchang: Example"), "utf-8")
    assert main(["build"]) == 1
    said = capfd.readouterr().err
    assert "guides/empty.md: G06" in said
    assert "guides/untitled.md:1: G07" in said
    assert "guides/example.md:2: F03 there is no key 'exchang'" in said
    assert "Did you mean 'exchange'?" in said
    assert {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")} == before


def test_what_the_engine_complains_of_is_told_and_strict_refuses_it(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """In guides, and in front and back matter too; the same words are told once for a file."""
    with (project / "templates" / "handbook.css").open("a") as sheet:
        sheet.write("p { colour: red }")
    before = {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")}
    assert main(["audit"]) == 0 and main(["audit", "--confirm", "example"]) == 0
    capfd.readouterr()
    assert main(["build", "--strict"]) == 1
    assert "guides/example.md: E02 the layout engine says" in capfd.readouterr().err
    assert {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")} == before
    assert main(["build"]) == 0
    said = [line for line in capfd.readouterr().err.splitlines() if ": E02 " in line]
    assert [line.split(":")[0] for line in said] == ["guides/example.md", "handbook.yaml"]
    assert all("warning: the layout engine says" in line and "colour" in line for line in said)


def test_an_unknown_slug_names_the_known_ones(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "exmaple"]) == 1
    assert "there is no guide 'exmaple'" in capfd.readouterr().err


def test_wrong_configuration_is_reported_with_its_line(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    settings = project / "handbook.yaml"
    settings.write_text(settings.read_text("utf-8") + "papper: a4\nlimits:\n  retries: many\n", "utf-8")
    assert main(["build"]) == 1
    said = capfd.readouterr().err
    assert "handbook.yaml:8: C03 there is no key 'papper'" in said
    assert "handbook.yaml:10: C06 'limits.retries' should be a whole number from 0 to 10" in said


def test_an_output_that_is_no_folder_is_a_problem(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "taken").write_text("a file")
    assert main(["build", "--output", "taken"]) == 1
    said = capfd.readouterr().err
    assert "taken: O01 can't be written or read" in said
    assert "hint: " in said


def test_a_full_disk_is_a_problem_and_leaves_the_output(project: Path) -> None:
    """A limit on the size of files stands in for the disk: writing fails in the middle, as it does there."""
    before = {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")}
    guide = project / "guides" / "example.md"
    guide.write_text(guide.read_text("utf-8").replace("Open the site and log in.", "Log in."), "utf-8")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
        "from builder.cli import main; sys.exit(main(['build', '--jobs', '1']))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert "O01 can't be written or read: File too large" in run.stderr
    assert "Traceback" not in run.stderr
    assert {path: path.read_bytes() for path in (project / "output").rglob("*.pdf")} == before
    assert not list(project.rglob(".writing-*")) and not list(project.rglob(".building-*"))


def test_upstream_form_builds_as_it_stands(project: Path) -> None:
    folder = project.parent / "found" / "example"
    folder.mkdir(parents=True)
    body = SAMPLE.split("---\n", 2)[2].replace("\n", "\r\n")
    (folder / "example.md").write_text(body, "utf-8", newline="")
    (folder / "Example.md").write_text(body, "utf-8", newline="")
    assert main(["build", "--guides", str(folder.parent), "--output", str(project / "other")]) == 0
    text = " ".join(pages_of(project / "other" / "guides" / "example.pdf"))
    assert "Example" in text
    assert "Official address" not in text  # nothing said where the exchange is


def test_html_in_a_guide_prints_as_text(project: Path) -> None:
    guide = project / "guides" / "example.md"
    text = guide.read_text("utf-8")
    text = text.replace("Open the site and log in.", "Open <b onclick=x>the site</b> <script>1</script>.")
    guide.write_text(text, "utf-8")
    assert main(["build", "example"]) == 0
    text = " ".join(" ".join(pages_of(project / "output" / "guides" / "example.pdf")).split())
    assert "<b onclick=x>the site</b> <script>1</script>" in text


@pytest.mark.parametrize("said", ["abc", "-1", "1.5", "9" * 20, "253402300800", "１２"])
def test_a_date_from_outside_that_is_none_is_refused(
    project: Path, said: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", said)
    assert main(["build"]) == 1
    assert f"SOURCE_DATE_EPOCH: O04 '{said}'" in capfd.readouterr().err
