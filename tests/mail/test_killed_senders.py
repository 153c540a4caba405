"""The sender is killed at every step of its work; nothing is ever sent twice, and nothing is forgotten in silence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from mail_case import Mail
from smtp_server import Post

from builder.mail.journal import NAME

# Forks a child for each step after which it is to die: a step is a write to a file (half a line and its other half), a
# sync, or something said or heard on the wire. What each child and each second run ended with is printed.
DRIVER = """
    import os, signal, smtplib, sys
    import builder.mail.command, builder.cli, pikepdf, jinja2, email_validator

    def run(address, die_at):
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1]
        left = [die_at]

        def step():
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def around(owner, name):
            real = getattr(owner, name)

            def wrapped(*given):
                result = real(*given)
                if name != "send" or len(given[1]) < 5 or len(given[1]) > 1000:  # commands end in an answer anyway
                    step()
                return result

            setattr(owner, name, wrapped)

        write = os.write

        def write_half(file, data):
            done = write(file, data[: max(1, len(data) // 2 if data.startswith(b"{") else len(data))])
            step()
            return done

        if die_at:
            os.write = write_half
            around(os, "fsync")
            around(smtplib.SMTP, "send")
            around(smtplib.SMTP, "getreply")
        code = builder.cli.main(["email", "example", "--to", address, "--send", "--yes"])
        os._exit(code)

    for die_at in range(1, 200):
        address = f"at{die_at}@client.example"
        first = run(address, die_at)
        second = run(address, 0)
        print("result", die_at, first, os.waitstatus_to_exitcode(second), flush=True)
        if first == 0:
            break
"""


def test_killed_at_every_step(project: Path, post: Post) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(DRIVER)], cwd=project, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    results = [[*map(int, line.split()[1:])] for line in done.stdout.splitlines() if line.startswith("result")]
    assert len(results) > 15 and all(first == signal.SIGKILL for _, first, _ in results[:-1]) and results[-1][1] == 0
    times = dict.fromkeys(post.seen, 0)
    for arrived in post.arrived:
        times[arrived.recipients[0]] += 1
    last = {}
    for line in (project / NAME).read_text("utf-8").splitlines():
        entry = json.loads(line)
        last[entry["addresses"][0]] = entry["state"]
    codes = set()
    for step, _, second in results:
        address = f"at{step}@client.example"
        assert times.get(address, 0) <= 1, f"sent twice after it was killed at step {step}"
        if second == 0:  # nothing was begun, or it was accepted
            assert last[address] == "accepted" and times[address] == 1
        else:
            assert second == 1 and last[address] == "sending"
        codes.add((second, times.get(address, 0)))
    assert codes == {(0, 1), (1, 0), (1, 1)}  # all that can be: sent once, or left open and told, arrived or not


def test_a_last_line_without_its_end_counts(project: Path, mail: Mail, post: Post) -> None:
    assert mail("example", "--to", "jane@client.example", "--send", "--yes")[0] == 0
    journal = project / NAME
    lines = journal.read_bytes()
    journal.write_bytes(lines.rstrip(b"\n"))  # as some editors do
    code, _, problems = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 0 and "M13" in problems and len(post.arrived) == 1
    assert mail("example", "--to", "joe@client.example", "--send", "--yes")[0] == 0
    assert journal.read_bytes().startswith(lines) and len(journal.read_bytes().splitlines()) == 4


def test_a_journal_that_cannot_be_used_is_a_problem(
    project: Path, mail: Mail, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("example", "--to", "jane@client.example", "--send", "--yes")
    (project / NAME).mkdir(parents=True)
    code, _, problems = mail(*words)
    assert code == 1 and "M11" in problems and not post.arrived
    (project / NAME).rmdir()

    real, left = os.fsync, [2]

    def full(file: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        real(file)

    monkeypatch.setattr(os, "fsync", full)  # the folder's and the first line's succeed
    code, said, problems = mail(*words)
    assert code == 1 and "M11" in problems and "No space left" in problems and "0 accepted" in said
    assert len(post.arrived) == 1
    monkeypatch.setattr(os, "fsync", real)


def test_half_a_line_is_as_none(project: Path, mail: Mail, post: Post) -> None:
    assert mail("example", "--to", "jane@client.example", "--send", "--yes")[0] == 0
    journal = project / NAME
    begun, accepted = journal.read_bytes().splitlines(keepends=True)
    for length in range(0, len(begun) - 1, 40):  # killed before anything was sent: it is sent
        journal.write_bytes(begun[:length])
        before = len(post.arrived)
        assert mail("example", "--to", "jane@client.example", "--send", "--yes")[0] == 0
        assert len(post.arrived) == before + 1
        assert [json.loads(line)["state"] for line in journal.read_bytes().splitlines()] == ["sending", "accepted"]
    for length in range(0, len(accepted) - 1, 60):  # killed while it was noted that it was taken: nobody repeats it
        journal.write_bytes(begun + accepted[:length])
        before = len(post.arrived)
        code, _, problems = mail("example", "--to", "jane@client.example", "--send", "--yes")
        assert code == 1 and "M12" in problems and len(post.arrived) == before
        assert journal.read_bytes() == begun
