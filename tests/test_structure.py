"""How the program is built: which rooms may know which, and that no result outlives what it was made from."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from imports import closure, modules
from samples import ROOT

from builder import boundaries
from builder.boundaries import Boundary

GRAPH = modules()

LAYERS = (
    ("__init__.py", "credentials.py", "files.py", "png.py", "problems.py", "progress.py", "processes.py", "scratch.py"),
    ("units.py",),
    ("store.py", "boundaries.py", "fields.py"),
    ("config/",),
    ("guides/",),
    ("screens/__init__.py", "screens/model.py", "screens/controls.py"),
    ("screens/reading.py", "screens/writing.py"),
    ("screenshots/__init__.py", "screenshots/model.py", "screenshots/review.py"),
    ("screenshots/fetch/",),
    ("screenshots/inspect/",),
    ("screenshots/prepare/",),
    ("screenshots/pipeline.py",),
    ("screens/shapes.py", "screens/drafting.py"),
    ("pages/",),
    ("screens/describing.py", "screens/drawing.py"),
    ("pdf/",),
    ("layout/",),
    ("screens/pipeline.py",),
    ("request.py", "sources.py", "inputs.py", "speculation.py"),
    ("publish/",),
    ("checks/",),
    ("build.py",),
    ("packets/",),
    ("audit.py", "proof.py", "verify.py", "screens/command.py"),
    ("mail/",),
    ("commands.py", "cli.py", "__main__.py"),
)
"""The rooms from the ground up: each may know its own and those before it, for types and in functions too."""


def layer(path: str) -> int:
    found = [number for number, rooms in enumerate(LAYERS) if any(path.startswith(room) for room in rooms)]
    assert len(found) == 1, f"{path} belongs to {len(found)} layers; give it one place in LAYERS"
    return found[0]


def test_imports_run_downwards_only() -> None:
    upwards = [
        f"{path} imports {other}"
        for path, module in GRAPH.items()
        for other in module.own
        if layer(other) > layer(path)
    ]
    assert not upwards, upwards


def test_no_module_imports_itself_by_way_of_others() -> None:
    for path, module in GRAPH.items():
        ways = [other for other in module.own if path in closure(GRAPH, other)]
        assert not ways, f"{path} imports {ways}, and is imported by them"


@pytest.mark.parametrize("boundary", boundaries.ALL, ids=lambda boundary: boundary.name)
def test_a_results_key_covers_all_that_its_makers_import(boundary: Boundary) -> None:
    covered = {path.relative_to(boundaries.PACKAGE).as_posix() for path in files(boundary)}
    for maker in boundary.makers:
        assert not closure(GRAPH, maker) - covered


@pytest.mark.parametrize("boundary", boundaries.ALL, ids=lambda boundary: boundary.name)
def test_a_results_key_covers_the_libraries_that_its_makers_import(boundary: Boundary) -> None:
    known = {name for name, _ in boundaries._versions(boundary.libraries)}
    owners = metadata.packages_distributions()
    for maker in boundary.makers:
        imported = {name for path in closure(GRAPH, maker) for name in GRAPH[path].libraries}
        for name in imported - set(sys.stdlib_module_names):
            names = {boundaries._canonical(owner) for owner in owners.get(name, [])}
            # A package's second distribution (rapidocr's opencv) may be any of those that offer the name.
            assert names & known, f"{boundary.name}: {name} comes from {names or 'nowhere'}"


def test_a_changed_byte_in_any_module_changes_the_key_of_every_result_made_with_it(tmp_path: Path) -> None:
    package = Path(
        shutil.copytree(ROOT / "builder", tmp_path / "builder", ignore=shutil.ignore_patterns("__pycache__"))
    )
    before = {boundary: boundaries._digest(boundary, package) for boundary in boundaries.ALL}
    made_with = {b: set().union(*(closure(GRAPH, maker) for maker in b.makers)) for b in boundaries.ALL}
    for path in GRAPH:
        file = package / path
        data = file.read_bytes()
        file.write_bytes(data + b" ")
        boundaries._digest.cache_clear()
        for boundary, key in before.items():
            if path in made_with[boundary]:
                assert boundaries._digest(boundary, package) != key, f"{path} is not in the key of a {boundary.name}"
        file.write_bytes(data)
    boundaries._digest.cache_clear()
    assert before == {boundary: boundaries._digest(boundary, package) for boundary in boundaries.ALL}


@pytest.mark.parametrize("boundary", boundaries.ALL, ids=lambda boundary: boundary.name)
def test_another_version_of_a_library_changes_the_key(boundary: Boundary, monkeypatch: pytest.MonkeyPatch) -> None:
    before = boundaries._versions(boundary.libraries)
    for name, version in before:
        if version == "none":
            continue
        folders = dict(boundaries._distributions())
        folders[name] = folders[name].with_name(f"{name}-99.dist-info")
        with monkeypatch.context() as patch:
            patch.setattr(boundaries, "_distributions", lambda folders=folders: folders)
            boundaries._versions.cache_clear()
            assert boundaries._versions(boundary.libraries) != before, name
    boundaries._versions.cache_clear()


def files(boundary: Boundary) -> Iterator[Path]:
    return boundaries.files(boundary.rooms, boundaries.PACKAGE)
