"""The lock file: what is read, what is refused, what survives a rewrite."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from builder.problems import BuildError, Place
from builder.screenshots.fetch import lock
from builder.screenshots.fetch.lock import Entry

ROOT = Path(__file__).parents[3]
A, B = "a" * 64, "b" * 64
ADDRESS = "https://pictures.example/gate/Screenshot%201.png"
PLAIN = Entry(ADDRESS, "gate/Screenshot 1.png", A, 12, date(2026, 3, 1))
RECORD = f"- address: {ADDRESS}\n  file: gate/Screenshot 1.png\n  sha256: {A}\n  bytes: 12\n"


def test_the_text_is_for_people_and_sorted() -> None:
    later = replace(PLAIN, address="https://pictures.example/z.png", etag='W/"1"', replaced=True, earlier=(B,))
    text = lock.text_of([later, PLAIN])
    header, _, body = text.partition("\n- ")
    assert all(line.startswith("#") for line in header.splitlines()) and "git" in header
    assert "- " + body == (
        f"{RECORD}  fetched: 2026-03-01\n"
        f"- address: https://pictures.example/z.png\n  file: gate/Screenshot 1.png\n  sha256: {A}\n  bytes: 12\n"
        f'  fetched: 2026-03-01\n  etag: W/"1"\n  replaced: true\n  earlier:\n  - {B}\n'
    )


def test_what_is_written_is_read_again() -> None:
    digits = "1" * 64
    long = "https://pictures.example/" + "long%20/" * 40 + "x.png?a=~3e23e816"
    entries = [
        replace(PLAIN, etag="yes", last_modified="Mon, 02 Feb 2026 10:00:00 GMT", earlier=(B, digits)),
        replace(PLAIN, address=long, sha256=digits, replaced=True, fetched=None),
        replace(PLAIN, address="https://pictures.example/%C3%A9.png", file="gate/é 'x' #1.png", etag='"#: -"'),
    ]
    read, problems = lock.parse(lock.text_of(entries), "lock.yaml")
    assert problems == () and read == {entry.address: entry for entry in entries}
    assert lock.text_of(read.values()) == lock.text_of(reversed(entries))


def test_keys_of_other_stages_survive() -> None:
    more = (
        "  inspection:\n    words:\n    - text: '☑️ 12:30'\n      box: [1, 2, 3, 4]\n      score: 0.5\n    empty: []\n"
        "  crop: [0, 0, 10, 10]\n  confirmed: 2026-02-01\n  note: null\n"
    )
    read, problems = lock.parse(RECORD + more, "lock.yaml")
    assert problems == ()
    changed = replace(read[ADDRESS], sha256=B)
    [record] = yaml.safe_load(lock.text_of([changed]))
    assert record["sha256"] == B
    assert {key: record[key] for key in yaml.safe_load(more)} == yaml.safe_load(more)
    assert "box: [1, 2, 3, 4]" in lock.text_of([changed])


def test_an_address_in_another_writing_is_the_same() -> None:
    read, problems = lock.parse(RECORD.replace("%20", " "), "lock.yaml")
    assert problems == () and list(read) == [ADDRESS]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "[]\n"])
def test_an_empty_file_has_no_entries(text: str) -> None:
    assert lock.parse(text, "lock.yaml") == ({}, ())


def test_a_missing_file_has_no_entries(tmp_path: Path) -> None:
    assert lock.read(tmp_path / "lock.yaml", "lock.yaml") == ({}, ())


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- address: [\n", 2, "cannot be understood"),
        (RECORD + "<<<<<<< HEAD\n", 6, "cannot be understood"),
        ("binance: 1\n", 0, "a list of records"),
        (RECORD + "- file: x\n", 5, "begins with 'address: …'"),
        (RECORD + RECORD, 5, "has a record already"),
        (RECORD + "  file: gate/2.png\n", 5, "the key 'file' twice"),
        (RECORD.replace(A, "a" * 63), 1, "▸ sha256, earlier: 64 hexadecimal digits"),
        (RECORD.replace(A, "12"), 1, "▸ sha256: 64 hexadecimal digits"),
        (RECORD.replace("12", "many"), 1, "▸ bytes: a number of bytes"),
        (RECORD.replace("12", "true"), 1, "▸ bytes: a number of bytes"),
        (RECORD.replace("file: gate/", "file: ../gate/"), 1, "▸ file: a path below"),
        (RECORD.replace("file: gate/", "file: /gate/"), 1, "▸ file: a path below"),
        (RECORD.replace("file: gate/", "file: C:/gate/"), 1, "▸ file: a path below"),
        (RECORD.replace("file: gate/", "file: gate\\"), 1, "▸ file: a path below"),
        (RECORD + "  fetched: yesterday\n", 1, "▸ fetched: a date"),
        (RECORD + "  fetched: 2026-02-31\n", 1, "cannot be understood"),
        (RECORD + "  replaced: 1\n", 1, "▸ replaced: true or false"),
        (RECORD + "  earlier: [x]\n", 1, "64 hexadecimal digits"),
        (RECORD + "  note: !!python/object/apply:os.getcwd []\n", 5, "cannot be understood"),
        (RECORD.replace("https", "ftp"), 1, "is not an https address"),
        ("- address: https://u:hidden@pictures.example/1.png\n", 1, "user name or password"),
        ("a\0b", 0, "cannot be understood"),
    ],
)
def test_what_cannot_be_understood_is_a_problem_with_its_line(text: str, line: int, says: str) -> None:
    entries, problems = lock.parse(text, "assets/lock.yaml")
    assert entries == {} and len(problems) == 1
    assert problems[0].code == "S10" and problems[0].is_error and problems[0].hint
    assert says in problems[0].message and "hidden" not in problems[0].message
    assert problems[0].place == Place("assets/lock.yaml", line)


def test_all_problems_are_found_at_once() -> None:
    _, problems = lock.parse(RECORD.replace("12", "x") + RECORD.replace("12", "y"), "lock.yaml")
    assert [problem.place.line for problem in problems] == [1, 5]


def test_other_encodings_and_folders_are_problems(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"# \xe9\n")
    (tmp_path / "folder.yaml").mkdir()
    assert lock.read(tmp_path / "latin.yaml", "x")[1][0].code == "S10"
    assert lock.read(tmp_path / "folder.yaml", "x")[1][0].code == "S11"


def test_writing_is_one_step_and_only_when_something_changed(tmp_path: Path) -> None:
    lock_file = tmp_path / "assets" / "lock.yaml"
    with lock.held(lock_file, "lock.yaml") as entries:
        assert entries == {}
        assert lock.write(lock_file, {ADDRESS: PLAIN}) is True
        assert lock.write(lock_file, {ADDRESS: PLAIN}) is False
    assert {path.name for path in lock_file.parent.iterdir()} == {"lock.yaml", ".lock.yaml.guard"}


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock_file = tmp_path / "lock.yaml"
    lock_file.write_text(RECORD)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        lock.write(lock_file, {ADDRESS: replace(PLAIN, sha256=B)})
    assert lock_file.read_text() == RECORD and list(tmp_path.iterdir()) == [lock_file]


def test_a_corrupt_file_is_never_written(tmp_path: Path) -> None:
    lock_file = tmp_path / "lock.yaml"
    lock_file.write_text("- address: [")
    with pytest.raises(BuildError) as raised:
        lock.amend(lock_file, "lock.yaml", {ADDRESS: {"crop": [1]}})
    assert raised.value.problems[0].code == "S10" and lock_file.read_text() == "- address: ["


def test_amending_sets_and_removes_keys(tmp_path: Path) -> None:
    lock_file = tmp_path / "lock.yaml"
    lock_file.write_text(RECORD + "  crop: [1]\n  note: old\n")
    lock.amend(
        lock_file, "lock.yaml", {ADDRESS.replace("%20", " "): {"crop": [2], "note": None}, "https://x/y": {"a": 1}}
    )
    entries, _ = lock.read(lock_file, "lock.yaml")
    assert dict(entries[ADDRESS].more) == {"crop": [2]} and list(entries) == [ADDRESS]


def test_new_bytes_forget_what_was_known_of_the_old() -> None:
    entry = replace(PLAIN, etag="x", last_modified="y", more={"crop": [1]})
    other = entry.with_bytes_of(B)
    assert (other.sha256, other.earlier, other.etag, other.fetched) == (B, (A,), "", None)
    assert other.more == {"crop": [1]}
    assert other.with_bytes_of(A).earlier == (B,), "never the current digest"
    assert entry.with_bytes_of(A) is entry
    assert replace(entry, replaced=True).with_bytes_of(B).earlier == (), "a person's file is not an earlier download"
    for digest in "0123456789":
        other = other.with_bytes_of(digest * 64)
    assert len(other.earlier) == 4 and other.earlier[0] == "8" * 64


def test_processes_wait_for_each_other(tmp_path: Path) -> None:
    lock_file = tmp_path / "lock.yaml"
    program = (
        "import sys, pathlib\n"
        "from builder.screenshots.fetch import lock\n"
        "for n in range(10):\n"
        "    address = f'https://pictures.example/{sys.argv[2]}/{n}.png'\n"
        "    with lock.held(pathlib.Path(sys.argv[1]), 'lock.yaml') as entries:\n"
        f"        entry = lock.Entry(address, 'x/1.png', {A!r}, 1)\n"
        "        lock.write(pathlib.Path(sys.argv[1]), {**entries, address: entry})\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program, str(lock_file), name], cwd=ROOT) for name in "abc"]
    assert [run.wait(20) for run in runs] == [0, 0, 0]
    entries, problems = lock.read(lock_file, "lock.yaml")
    assert problems == () and len(entries) == 30


def test_waiting_for_another_run_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.2)
    lock_file = tmp_path / "lock.yaml"
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock.held(lock_file, "lock.yaml"):
            held.set()
            done.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(5)
    began = time.monotonic()
    with pytest.raises(TimeoutError), lock.held(lock_file, "lock.yaml"):
        pass
    assert time.monotonic() - began < 2
    done.set()
    thread.join()
