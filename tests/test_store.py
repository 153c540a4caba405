"""The cache: named by content, whole or absent, forgotten after a month."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from builder.store import KEEP_SECONDS, Store, digest, write_whole


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "cache")
    store.open()
    return store


def test_where_a_part_ends_counts() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a") == digest(b"a")


def test_an_asset_is_named_by_its_content(store: Store) -> None:
    name = store.put_asset(b"data", ".png")
    assert store.put_asset(b"data", ".png") == name
    assert store.put_asset(b"other", ".png") != name
    assert store.asset(name) == b"data"


def test_a_broken_note_is_no_note(store: Store) -> None:
    store.keep_note("key", {"a": [1]})
    assert store.note("key") == {"a": [1]}
    (path,) = store.root.glob("results/*.note")
    path.write_bytes(path.read_bytes()[:-1])
    assert store.note("key") is None
    assert store.note("unknown") is None


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_nobody_used_for_a_month_goes(store: Store) -> None:
    old, used, new = (store.put_asset(data, ".png") for data in (b"old", b"used", b"new"))
    store.keep_note("stale", 1)
    store.keep_note("read", 2)
    past = time.time() - KEEP_SECONDS - 60
    for path in (store.assets / old, store.assets / used, *store.root.glob("results/*")):
        os.utime(path, (past, past))
    assert store.note("read") == 2
    store.prune(in_use=[used])
    assert {path.name for path in store.assets.iterdir()} == {used, new}
    assert store.note("stale") is None
    assert store.note("read") == 2


def test_the_folder_says_what_it_is_and_stays_out_of_git(store: Store) -> None:
    assert "deleted" in (store.root / "README").read_text()
    assert (store.root / ".gitignore").read_text() == "*\n"
