"""What is read from the cache is what was put in, or is made again: every kind of damage to every kind of entry."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SAMPLE, make_project

from builder.cli import main
from builder.store import Store, digest


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """One bit in the middle, with size and time as before."""
    found, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def flip_last(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def other_type(path: Path) -> None:
    path.write_bytes(b'{"made": [], "problems": [], "ink": [0, 0]}')


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_bytes(b"x")


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nothing"))


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def link_to_another(path: Path) -> None:
    """A whole entry of the same kind, in the place of this one."""
    others = sorted(p for p in path.parent.iterdir() if p != path and p.suffix == path.suffix and p.is_file())
    path.unlink()
    path.symlink_to(others[0] if others else "/dev/zero")


def swapped(path: Path) -> None:
    others = sorted(p for p in path.parent.iterdir() if p != path and p.suffix == path.suffix and p.is_file())
    if others:
        path.write_bytes(others[-1].read_bytes())
    else:
        path.write_bytes(b"")


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def gone(path: Path) -> None:
    path.unlink()


DAMAGES = (
    *(cut, flip, flip_last, empty, longer, other_type, folder, link_to_nothing, link_to_itself, link_to_another),
    *(swapped, pipe, gone),
)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes need rights there")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "cache")
    store.open()
    return store


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_to_an_entry_is_as_if_it_were_not_there(store: Store, damage: Callable[[Path], None]) -> None:
    name, other = store.put_asset(b"asset" * 9, ".png"), store.put_asset(b"other" * 9, ".png")
    store.keep_note("note", {"a": 1})
    store.keep_note("other", {"b": 2})
    result = store.keep("result", ".pdf", b"%PDF" * 9)
    store.keep("other", ".pdf", b"%PDX" * 9)
    for again in range(2):  # also what has been seen to be whole by this process
        assert store.has_asset(name) and store.note("note") == {"a": 1} and store.result("result", ".pdf") == result
        for path in (store.assets / name, store._path("note", ".note"), result):
            damage(path)
        assert not store.has_asset(name) and store.note("note") is None and store.result("result", ".pdf") is None
        with pytest.raises(OSError):
            store.asset(name)
        assert store.has_asset(other) and store.note("other") == {"b": 2}
        assert store.put_asset(b"asset" * 9, ".png") == name
        store.keep_note("note", {"a": 1})
        store.keep("result", ".pdf", b"%PDF" * 9)
        assert store.asset(name) == b"asset" * 9 and store.note("note") == {"a": 1} and again < 2
        assert store.result("result", ".pdf") == result and result.read_bytes() == b"%PDF" * 9


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_to_the_key_empties_the_cache_and_no_more(store: Store, damage: Callable[[Path], None]) -> None:
    store.keep_note("note", 1)
    (store.root / "other").write_bytes(b"x" * 32)
    damage(store.root / "key")
    after = Store(store.root)
    after.open()
    assert after.note("note") in (None, 1)
    after.keep_note("note", 2)
    assert Store(store.root).note("note") == 2


@pytest.mark.parametrize("name", ["", "assets", "results"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_something_else_in_a_folders_place_is_moved_away(store: Store, name: str, kind: str) -> None:
    shutil.rmtree(store.root / name)
    (store.root / name).write_bytes(b"x") if kind == "file" else (store.root / name).symlink_to("nowhere")
    again = Store(store.root)
    again.open()
    again.keep_note("note", 1)
    assert again.note("note") == 1 and again.has_asset(again.put_asset(b"x", ".png"))


def test_the_cache_is_its_owners_alone(built: Path) -> None:
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in (built / ".cache").rglob("*") if path.is_file()}
    assert stat.S_IMODE((built / ".cache").stat().st_mode) == 0o700
    assert stat.S_IMODE((built / "assets" / "screenshots").stat().st_mode) == 0o700
    assert {mode for path, mode in modes.items() if path.parent != built / ".cache" or path.name == "key"} == {0o600}


def test_a_note_says_nothing_without_the_key_and_twice_the_same_looks_different(store: Store) -> None:
    value = {"fingerprint": "c0ffee" * 8, "words": ["Account 12345678"]}
    store.keep_note("note", value)
    first = store._path("note", ".note").read_bytes()
    store.keep_note("note", value)
    second = store._path("note", ".note").read_bytes()
    assert first != second and b"c0ffee" not in first and b"Account" not in first
    assert store._path("note", ".note").stem not in (digest("note")[:40], digest("", "note")[:40])
    stranger = Store(store.root.with_name("other"))
    stranger.open()
    shutil.copytree(store.root / "results", stranger.root / "results", dirs_exist_ok=True)
    assert stranger.note("note") is None


def outputs(project: Path) -> dict[str, bytes]:
    return {p.relative_to(project).as_posix(): p.read_bytes() for p in (project / "output").rglob("*.pdf")}


def rebuilt(project: Path) -> dict[str, bytes]:
    shutil.rmtree(project / "output")
    assert main(["build"]) == 0
    return outputs(project)


@pytest.fixture(scope="module")
def project(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    # One picture: it has to be inspected anew each time that its note is damaged.
    text = SAMPLE.replace(
        "![The menu with the entry API Management framed](https://pictures.example/main/example/menu%201.png)\n", ""
    )
    project = make_project(tmp_path_factory.mktemp("damaged"), {"example": text}, like=built)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert main(["build"]) == 0
    return project


def entries(project: Path) -> list[Path]:
    cache = project / ".cache"
    return [p for folder in ("assets", "results") for p in sorted((cache / folder).iterdir()) if p.is_file()]


@pytest.mark.parametrize("damage", [flip, folder], ids=lambda damage: damage.__name__)
def test_damage_to_every_entry_at_once_changes_no_pdf(
    project: Path, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    before = rebuilt(project)
    for path in entries(project):
        damage(path)
    assert rebuilt(project) == before
    assert rebuilt(project) == before


@pytest.mark.slow
def test_every_damage_to_every_entry_alone_changes_no_pdf(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    before = rebuilt(project)
    tried: Counter[str] = Counter()
    for damage in DAMAGES:
        for path in entries(project):
            if not path.is_file() or (path.suffix in (".otf", ".ttf") and damage not in (cut, flip, folder)):
                continue  # typefaces are many and all alike
            damage(path)
            assert rebuilt(project) == before, (damage.__name__, path.name)
            tried[damage.__name__] += 1
    print(dict(tried))


def test_a_picture_with_other_bytes_but_the_same_size_and_time_is_noticed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    (picture,) = (project / "assets" / "screenshots").rglob("*.png")
    whole = picture.read_bytes()
    assert main(["build"]) == 0
    before = outputs(project)
    found = picture.stat()
    picture.write_bytes(whole[:-40] + bytes(40))
    os.utime(picture, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert main(["build"]) == 1  # a file of a person's that can't be used
    assert outputs(project) == before
    picture.write_bytes(whole)
    assert main(["build"]) == 0
