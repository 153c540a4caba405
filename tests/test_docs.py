"""Documents say what is so: every command, option, key and code is described, and the README's commands exist."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from pathlib import Path
from types import ModuleType

from samples import ROOT

DOCS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("document", ROOT / "tools" / "document.py")
    assert spec and spec.loader
    document = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(document)
    return document


def test_configuration_is_what_the_code_declares() -> None:
    assert text("docs/configuration.md") == tool().configuration()


def test_commands_are_what_the_code_declares() -> None:
    said = text("docs/commands.md")
    assert said == tool().commands()
    assert "## handbook build" in said and "--strict" in said


def test_checks_are_what_the_rules_declare() -> None:
    assert text("docs/checks.md") == tool().checks()


def test_every_code_is_explained() -> None:
    said = text("docs/problems.md") + text("docs/checks.md")
    for path in (ROOT / "builder").rglob("*.py"):
        for code in re.findall(r'"([A-Z]\d\d)"', path.read_text("utf-8")):
            assert re.search(rf"\b{code}\b", said), f"{code} of {path.name} is not explained"


def test_options_in_the_documents_exist() -> None:
    known = set(re.findall(r"--[a-z-]+", text("docs/commands.md"))) | {"--debug", "--version"}
    for path in DOCS:
        for line in re.findall(r"handbook [^`\n]*", path.read_text("utf-8")):
            assert set(re.findall(r"--[a-z-]+", line)) <= known, f"{path.name}: {line}"


def test_make_targets_of_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    for path in DOCS:
        for target in re.findall(r"`make ([a-z-]+)", path.read_text("utf-8")):
            assert target in targets, f"{path.name}: make {target}"


def test_nobody_gets_a_copy_for_what_make_knows_itself() -> None:
    """CC is the compiler to make, and to many environments."""

    def typed(*words: str) -> str:
        done = subprocess.run(
            ["make", "--no-print-directory", "-n", "email", "GUIDE=binance", "TO=a@b.example", *words],
            cwd=ROOT,
            env={**os.environ, "CC": "gcc"},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()[-1]

    assert "--cc" not in typed() and '--cc "x@y.example"' in typed("CC=x@y.example")


def test_links_between_documents_lead_somewhere() -> None:
    for path in DOCS:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_rooms_of_the_architecture_exist() -> None:
    for name in re.findall(r"`([a-z_]+\.py)`", text("ARCHITECTURE.md")):
        assert list((ROOT / "builder").rglob(name)), name


def test_tests_that_code_names_exist() -> None:
    for path in (path for room in ("builder", "tests", "tools", "benchmarks") for path in (ROOT / room).rglob("*.py")):
        for name in re.findall(r"\btests/[\w/]+\.py", path.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{path.relative_to(ROOT)}: {name}"


def test_tables_in_documents_are_whole() -> None:
    for path in DOCS:
        width = 0
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not width or not cells or cells == width, f"{path.name}:{number}"
            width = cells


def test_pictures_in_documents_are_small() -> None:
    for path in (ROOT / "docs").glob("*.png"):
        assert Path(path).stat().st_size < 300_000
