"""The PDFs of a build change as one: kills at every step, errors at every step, two at once, things in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from builder.publish import journal

NAMES = ("guides/a.pdf", "guides/b.pdf", "handbook.pdf", "new.pdf")
OLD = {name: b"old " + name.encode() for name in NAMES[:3]}
NEW = {name: b"new " + name.encode() for name in NAMES}
STEPS = ("replace", "link", "fsync", "unlink", "mkdir", "rmdir")
LEFT_OVER = {".publishing.lock"}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    folder = tmp_path / "output"
    for name, data in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def publish(output: Path) -> None:
    with journal.workplace(output) as folder:
        for number, data in enumerate(NEW.values()):
            (folder / f"key{number}").write_bytes(data)
        journal.put(output, folder, {name: f"key{number}" for number, name in enumerate(NEW)})


def there(output: Path) -> dict[str, bytes]:
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in output.rglob("*.pdf")}


def is_clean(output: Path) -> bool:
    return {path.name for path in output.iterdir() if path.name.startswith(".")} <= LEFT_OVER


def killed_at(output: Path, step: int, failing: str = "") -> bool:
    """Publishes in a child that ends without a word before its `step`-th change; whether it did.

    The file that is called `failing` can't be replaced there.
    """
    child = os.fork()
    if child == 0:
        left, real_replace = [step], journal._replace

        def refusing(file: Path, target: Path) -> None:
            if target.name == failing:
                raise OSError(28, "No space left on device")
            real_replace(file, target)

        def dying(real):  # type: ignore[no-untyped-def]
            def call(*arguments, **more):  # type: ignore[no-untyped-def]
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)
                return real(*arguments, **more)

            return call

        try:
            journal._replace = refusing
            for name in STEPS:
                setattr(os, name, dying(getattr(os, name)))
            publish(output)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a kill is a child that ends")
@pytest.mark.parametrize("links", [True, False])
def test_a_kill_at_any_step_leaves_one_set_after_the_next_build(
    output: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:  # as on FAT, exFAT and some shares
        monkeypatch.setattr(os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError(95, "not supported")))
    came = set()
    for step in range(100):
        if not killed_at(output, step):
            break
        journal.settle_left_over(output)
        now = there(output)
        assert now in (OLD, NEW), f"step {step}"
        assert is_clean(output), f"step {step}"
        came.add(now == NEW)
        for name in NAMES:
            (output / name).unlink(missing_ok=True)
            if name in OLD:
                (output / name).write_bytes(OLD[name])
    else:
        pytest.fail("never came to an end")
    assert step > 12 and came == {True, False}  # both before and after it was settled
    assert there(output) == NEW


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a kill is a child that ends")
@pytest.mark.parametrize("failing", ["b.pdf", "new.pdf"])
def test_a_kill_while_all_is_taken_back_leaves_one_set_after_the_next_build(output: Path, failing: str) -> None:
    for step in range(100):
        if not killed_at(output, step, failing):
            break
        journal.settle_left_over(output)
        now = there(output)
        assert now in (OLD, NEW) and is_clean(output), f"step {step}"
        for name in NAMES:
            (output / name).unlink(missing_ok=True)
            if name in OLD:
                (output / name).write_bytes(OLD[name])
    assert step > 12 and there(output) == OLD and is_clean(output)


def test_a_journal_that_cannot_be_read_now_stays_for_the_next_build(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(100):
        assert killed_at(output, step)
        if (output / ".publishing.json").exists() and there(output) != OLD:
            break
        journal.settle_left_over(output)
    held = sorted(output.rglob("*"))
    with monkeypatch.context() as patch:
        patch.setattr(journal.files, "read", lambda *_: (_ for _ in ()).throw(OSError(24, "Too many open files")))
        with pytest.raises(OSError, match="Too many"):
            publish(output)
    assert sorted(output.rglob("*")) == held
    publish(output)
    assert there(output) == NEW and is_clean(output)


@pytest.mark.parametrize("failing", range(4))
def test_an_error_at_any_file_takes_all_back_and_names_it(
    output: Path, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = journal._replace, []

    def replace(file: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == failing + 1:
            raise OSError(13, "Permission denied", str(file), None, str(target))
        real(file, target)

    monkeypatch.setattr(journal, "_replace", replace)
    with pytest.raises(OSError, match="denied") as caught:
        publish(output)
    assert caught.value.filename == str(output / sorted(NEW)[failing])
    assert there(output) == OLD and is_clean(output)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_in_a_files_place_is_named_and_nothing_changes(output: Path, name: str) -> None:
    (output / name).unlink(missing_ok=True)
    (output / name).mkdir()
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    with pytest.raises(OSError, match="a folder stands") as caught:
        publish(output)
    assert caught.value.filename == str(output / name)
    assert before == {p: p.read_bytes() for p in output.rglob("*") if p.is_file() and p.name not in LEFT_OVER}


def test_an_interruption_between_two_files_is_heard_when_all_are_in_place(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = journal._replace

    def replace(file: Path, target: Path) -> None:
        os.kill(os.getpid(), 2)
        real(file, target)

    if os.name == "nt":
        pytest.skip("signals can't wait there")
    monkeypatch.setattr(journal, "_replace", replace)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # one that runs in the background has none
    try:
        with pytest.raises(KeyboardInterrupt):
            publish(output)
    finally:
        signal.signal(signal.SIGINT, before)
    assert there(output) == NEW and is_clean(output)


def test_what_a_killed_build_left_is_swept_by_the_next(output: Path) -> None:
    (output / ".building-abc").mkdir()
    (output / ".building-abc" / "unseen").write_bytes(b"%PDF of which no gate knows")
    journal.settle_left_over(output)
    assert there(output) == OLD and is_clean(output)


@pytest.mark.parametrize("said", [b"", b"{", b"[]", b'{"folder": "../..", "new": {}, "before": {}}', b"null"])
def test_a_journal_that_is_not_ours_is_no_journal(output: Path, said: bytes) -> None:
    (output / ".publishing.json").write_bytes(said)
    journal.settle_left_over(output)
    assert there(output) == OLD and is_clean(output)


def test_of_two_builds_at_once_one_waits(output: Path) -> None:
    order: list[str] = []

    def other() -> None:
        with journal.workplace(output):
            order.append("other")

    with journal.workplace(output) as folder:
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.3)
        assert folder.exists()
        order.append("first")
    thread.join(10)
    assert order == ["first", "other"]


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="an immutable file needs root and ext4")
def test_an_immutable_file_in_the_handbooks_place(output: Path) -> None:
    if subprocess.run(["chattr", "+i", output / "handbook.pdf"], capture_output=True).returncode:
        pytest.skip("the file system knows no immutable files")
    try:
        with pytest.raises(OSError) as caught:
            publish(output)
        assert caught.value.filename == str(output / "handbook.pdf")
        assert there(output) == OLD and is_clean(output)
    finally:
        subprocess.run(["chattr", "-i", output / "handbook.pdf"], check=True)
