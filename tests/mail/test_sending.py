"""Messages sent to a real server with TLS: what arrives, what is refused, what is tried again, what is written down."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import smtplib
import sys
import time
from pathlib import Path

import pytest
from mail_case import Mail, configure, make_packet
from smtp_server import PASSWORD, TOKEN, USER, Papers, Post, serving

from builder.mail import sending
from builder.mail.journal import NAME

# The server warns of a login that asks for no STARTTLS, also where there is TLS from the start.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")


def states(project: Path) -> list[str]:
    """The journal's states in order."""
    return [json.loads(line)["state"] for line in (project / NAME).read_text("utf-8").splitlines()]


def test_what_arrives_is_what_was_meant(project: Path, mail: Mail, post: Post) -> None:
    words = ("example", "--to", "Müller, Jürgen <j@client.example>", "--cc", "joe@client.example", "--send", "--yes")
    code, said, problems = mail(*words)
    assert code == 0, problems
    (arrived,) = post.arrived
    assert arrived.encrypted and [password for _, password in post.logins] == [PASSWORD]
    assert arrived.sender == USER and arrived.recipients == ("j@client.example", "joe@client.example")
    message = arrived.message
    assert [box.display_name for box in message["To"].addresses] == ["Müller, Jürgen"]
    assert message["Cc"] == "joe@client.example" and message["Bcc"] is None and message["X-Unsent"] is None
    assert message["Date"].datetime.utcoffset() is not None
    assert message["Message-ID"].endswith("@firm.example>")
    (attached,) = message.iter_attachments()
    assert attached.get_content() == (project / "output" / "guides" / "example.pdf").read_bytes()
    assert "accepted by localhost for j@client.example, joe@client.example: 250 2.0.0 queued as 7" in said
    assert "whether it arrived, only the recipient can tell" in said and "delivered" not in said
    assert states(project) == ["sending", "accepted"]
    assert (project / NAME).stat().st_mode & 0o077 == 0
    for text in (said, problems, (project / NAME).read_text("utf-8")):
        assert PASSWORD not in text


def test_lines_that_begin_with_a_dot_survive(project: Path, mail: Mail, post: Post) -> None:
    template = project / "templates" / "email" / "body.txt"
    template.write_text(".\n..two\n" + template.read_text("utf-8") + "\n.\n", "utf-8")
    assert mail("example", "--to", "jane@client.example", "--send", "--yes")[0] == 0
    body = post.arrived[0].message.get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()
    assert lines[:2] == [".", "..two"] and lines[-1] == "."


def test_implicit_tls(project: Path, mail: Mail, papers: Papers) -> None:
    with serving(Post(), papers.servers["good"], security="tls") as post:
        configure(project, port=post.port, security="tls")
        assert mail("example", "--to", "jane@client.example", "--send", "--yes")[0] == 0
        assert len(post.arrived) == 1 and post.arrived[0].encrypted


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("paper", ["wrong host", "expired", "self-signed"])
def test_bad_certificates_are_refused(project: Path, mail: Mail, papers: Papers, paper: str, security: str) -> None:
    with serving(Post(), papers.servers[paper], security=security) as post:
        configure(project, port=post.port, security=security)
        code, _, said = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 1 and "M21 the certificate of localhost:" in said
    assert not post.arrived and not post.logins
    assert not (project / NAME).read_text("utf-8")


def test_a_server_that_hides_starttls_is_refused(project: Path, mail: Mail) -> None:
    with serving(Post(), None) as post:
        for changes in ({}, {"login": "none", "trusted_relays": ["localhost"]}):
            configure(project, port=post.port, **changes)
            code, _, said = mail("example", "--to", "jane@client.example", "--send", "--yes")
            assert code == 1 and "M22" in said
    assert not post.arrived and not post.logins


def test_a_server_that_is_not_there(project: Path, mail: Mail) -> None:
    configure(project, port=1)
    code, _, said = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 1 and "M20 localhost:1 can't be reached: Connection refused" in said


def test_a_wrong_password_is_told_and_not_shown(
    project: Path, mail: Mail, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDBOOK_SMTP_PASSWORD", "wrong-secret")
    code, said, problems = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 1 and "M23" in problems and "wrong-secret" not in said + problems
    post.login_answer = "535 5.7.8 no, not wrong-secret"
    problems = mail("example", "--to", "jane@client.example", "--send", "--yes")[2]
    assert "5.7.8 no, not …" in problems
    assert not post.arrived


def test_a_server_that_takes_no_passwords_any_more(project: Path, mail: Mail, post: Post) -> None:
    post.login_answer = "550 5.7.30 Basic authentication is not supported for Client Submission."
    code, _, said = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 1 and "M25" in said and "set email.login to token" in said
    post.login_answer = ""
    code, _, said = mail("example", "--to", "old@client.example", "--send", "--yes")
    assert code == 1 and "M25" in said and states(project) == ["sending", "deferred"]


def test_login_by_token(project: Path, mail: Mail, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(project, port=post.port, login="token")
    assert "M27" in mail("example", "--to", "jane@client.example", "--send", "--yes")[2]
    monkeypatch.setenv("HANDBOOK_SMTP_TOKEN", "stale")
    code, _, said = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 1 and "M23" in said and "stale" not in said
    command = f"{sys.executable} -c \"print('{TOKEN}')\""
    words = ("example", "--to", "jane@client.example", "--send", "--yes", "--login-command", command)
    assert mail(*words)[0] == 0
    assert [kind for kind, _ in post.logins] == ["XOAUTH2", "XOAUTH2"] and len(post.arrived) == 1


@pytest.mark.parametrize("command", ["false", "no-such-program", "unbalanced '", " ", "true"])
def test_a_command_that_fails(project: Path, mail: Mail, post: Post, command: str) -> None:
    words = ("example", "--to", "jane@client.example", "--send", "--yes", "--login-command", command)
    code, _, said = mail(*words)
    assert code == 1 and "M27" in said and not post.logins


def test_no_login_only_on_a_trusted_relay(project: Path, mail: Mail, papers: Papers) -> None:
    with serving(Post(), papers.servers["good"], login=False) as post:
        configure(project, port=post.port, login="none")
        assert "M26 localhost is no trusted relay" in mail("example", "--to", "j@client.example", "--send", "--yes")[2]
        configure(project, port=post.port, login="none", trusted_relays=["localhost"])
        assert mail("example", "--to", "j@client.example", "--send", "--yes")[0] == 0
        assert len(post.arrived) == 1 and not post.logins


def test_what_the_settings_lack_is_told_before_anything(project: Path, mail: Mail) -> None:
    configure(project, host=None, **{"from": None})
    code, _, said = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 1 and said.count("M26") == 2


def test_a_password_has_no_place_in_the_settings(project: Path, mail: Mail) -> None:
    configure(project, password="hunter2")
    code, _, said = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 1 and "C03" in said and "hunter2" not in said


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "sent"), [("y\n", 1), ("n\n", 0), ("\n", 0), ("", 0)])
def test_it_shows_and_asks(
    project: Path, mail: Mail, post: Post, monkeypatch: pytest.MonkeyPatch, answer: str, sent: int
) -> None:
    packet = make_packet(project, "Acme")
    monkeypatch.setattr(sys, "stdin", _Terminal(answer))
    code, said, _ = mail(packet, "--to", "Jane <jane@client.example>", "--send")
    assert code == 0 and len(post.arrived) == sent
    for words in (
        "to:           Jane <jane@client.example>",
        "subject:      ICG Trading: onboarding packet for Acme",
        f"attachment:   ICG-Trading-Acme-onboarding-packet.pdf ({packet.stat().st_size:,} bytes, 1 page)",
        "control code: 1234 5678",
        "size:         ",
        "send this message? [y/N]",
    ):
        assert words in said
    assert states(project) == ["sending", "accepted"] * sent


def test_nobody_to_ask(project: Path, mail: Mail, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert mail("example", "--to", "jane@client.example", "--send")[0] == 2 and not post.arrived


def test_what_was_accepted_is_not_sent_again(project: Path, mail: Mail, post: Post) -> None:
    assert mail("example", "--to", "jane@client.example", "--send", "--yes")[0] == 0
    code, said, problems = mail("example", "--to", "Jane Doe <JANE@client.example>", "--send", "--yes")
    assert code == 0 and "M13 warning" in problems and "nothing was sent" in said and len(post.arrived) == 1
    code, _, problems = mail("example", "--to", "joe@client.example", "--cc", "jane@client.example", "--send", "--yes")
    assert "M13" in problems and len(post.arrived) == 1
    assert mail("example", "--to", "jane@client.example", "--send", "--yes", "--resend")[0] == 0
    first, second = (each.message["Message-ID"] for each in post.arrived)
    assert first != second  # a mailbox that drops repetitions takes it: somebody wanted it twice


def test_put_off_and_tried_again(project: Path, mail: Mail, post: Post) -> None:
    configure(project, port=post.port, retry_seconds=0.2)
    started = time.monotonic()
    assert mail("example", "--to", "later@client.example", "--send", "--yes")[0] == 0
    assert time.monotonic() - started >= 0.2 + 0.4
    assert states(project) == ["sending", "deferred", "sending", "deferred", "sending", "accepted"]
    assert len(post.arrived) == 1


def test_put_off_at_every_try(project: Path, mail: Mail, post: Post) -> None:
    configure(project, port=post.port, tries=2)
    code, said, problems = mail("example", "--to", "slow@client.example", "--send", "--yes")
    assert code == 1 and "M15" in problems and "451 4.7.1 greylisted" in problems and "0 accepted, 1 put off" in said
    assert (
        post.seen["slow@client.example"] == 2
        and "M15" in mail("example", "--to", "slow@client.example", "--send", "--yes")[2]
    )
    assert post.seen["slow@client.example"] == 4


@pytest.mark.parametrize(
    ("who", "words"), [("never", "550 5.1.1 no such user"), ("full", "552 5.2.2 mailbox full�[31m")]
)
def test_refused_for_good(project: Path, mail: Mail, post: Post, who: str, words: str) -> None:
    for _ in range(2):
        code, _, problems = mail("example", "--to", f"{who}@client.example", "--send", "--yes")
        assert code == 1 and "M14" in problems and words in problems
    assert post.seen[f"{who}@client.example"] == 1 and states(project) == ["sending", "refused"] and not post.arrived


def test_one_refused_recipient_keeps_the_message_from_all(project: Path, mail: Mail, post: Post) -> None:
    words = ("example", "--to", "jane@client.example", "--cc", "never@client.example", "--send", "--yes")
    assert mail(*words)[0] == 1 and not post.arrived
    assert mail("example", "--to", "jane@client.example", "--send", "--yes")[0] == 0 and len(post.arrived) == 1


def test_a_message_without_an_answer_is_never_repeated_by_itself(project: Path, mail: Mail, post: Post) -> None:
    code, said, problems = mail("example", "--to", "gone@client.example", "--send", "--yes")
    assert code == 1 and "M12 nobody knows" in problems and "1 unknown" in said and len(post.arrived) == 1
    code, said, problems = mail("example", "--to", "gone@client.example", "--send", "--yes")
    assert code == 1 and "M12" in problems and "nothing was sent" in said and len(post.arrived) == 1
    assert "M12 warning" in mail("example", "--to", "jane@client.example", "--send", "--yes")[2]
    mail("example", "--to", "gone@client.example", "--send", "--yes", "--resend")
    ids = [each.message["Message-ID"] for each in post.arrived]
    assert len(ids) == 3 and ids[0] == ids[2] != ids[1]  # the same, so that a mailbox may drop the second


def test_a_damaged_journal_stops_everything(project: Path, mail: Mail, post: Post) -> None:
    mail("example", "--to", "jane@client.example", "--send", "--yes")
    whole = (project / NAME).read_bytes()
    (project / NAME).write_bytes(whole.replace(b'"accepted"', b'"acceptd"'))
    code, _, problems = mail("example", "--to", "joe@client.example", "--send", "--yes")
    assert code == 1 and f"{NAME.as_posix()}:2: M11" in problems and len(post.arrived) == 1


def test_two_runs_at_once(project: Path, mail: Mail, post: Post) -> None:
    from builder.mail.journal import Journal

    with Journal(project / NAME, "x"):
        code, _, problems = mail("example", "--to", "jane@client.example", "--send", "--yes")
    assert code == 1 and "M10" in problems and not post.arrived


def test_each_line_is_on_the_disk_before_work_goes_on(
    project: Path, mail: Mail, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    sync, command, answer = os.fsync, smtplib.SMTP.docmd, smtplib.SMTP.getreply

    def synced(file: int) -> None:
        sync(file)
        seen.append(f"{states(project)[-1]} on the disk" if (project / NAME).read_bytes() else "")

    def commanded(smtp: smtplib.SMTP, words: str, more: str = "") -> tuple[int, bytes]:
        seen.append(words.partition(" ")[0])
        return command(smtp, words, more)

    def answered(smtp: smtplib.SMTP) -> tuple[int, bytes]:
        found = answer(smtp)
        seen.append(str(found[0]))
        return found

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(smtplib.SMTP, "docmd", commanded)
    monkeypatch.setattr(smtplib.SMTP, "getreply", answered)
    assert mail("example", "--to", "jane@client.example", "--send", "--yes")[0] == 0
    begun = seen.index("sending on the disk")
    rest = ["MAIL", "250", "RCPT", "250", "DATA", "354", "250", "accepted on the disk", "QUIT", "221"]
    assert seen[begun + 1 :] == rest and "MAIL" not in seen[:begun]


def test_a_file_that_is_exchanged_meanwhile_is_not_sent(
    project: Path, mail: Mail, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exchange(_: str) -> str:
        (project / "output" / "guides" / "example.pdf").write_bytes(b"%PDF-1.7")
        return "y"

    monkeypatch.setattr(sys, "stdin", _Terminal(""))
    monkeypatch.setattr("builtins.input", exchange)
    code, _, problems = mail("example", "--to", "jane@client.example", "--send")
    assert code == 1 and "M31" in problems and not post.arrived and not (project / NAME).read_bytes()


def test_a_worker_never_sends() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool, pytest.raises(RuntimeError, match="never send"):
        pool.apply(_send_nothing)


def _send_nothing() -> None:
    list(sending.send([], None, None, None, None, None))  # type: ignore[arg-type]


def table(project: Path, text: str) -> Path:
    path = project / "people.csv"
    path.write_bytes(text.encode("utf-8-sig"))
    return path


def test_a_table_sends_one_message_unless_all_is_given(project: Path, mail: Mail, post: Post) -> None:
    packet = make_packet(project, "Acme").relative_to(project)
    people = table(
        project,
        'document,to,cc,name\r\nexample,never@client.example,,\r\nexample,"Müller, J. <a@client.example>",,\r\n'
        f'{packet}; example,b@client.example; c@client.example,d@client.example,"the whole\r\ndesk"\r\n\r\n',
    )
    code, said, problems = mail("--table", people, "--send", "--yes")
    assert code == 1 and "M14" in problems and "2 more messages wait" in said and not post.arrived
    code, said, _ = mail("--table", people, "--send", "--yes")
    assert "accepted by localhost for a@client.example" in said and "1 more message waits" in said
    assert len(post.arrived) == 1
    code, said, problems = mail("--table", people, "--send", "--yes", "--all")
    assert code == 1 and "M14" in problems and "M13" in problems  # the first was refused and is told again
    assert post.arrived[1].recipients == ("b@client.example", "c@client.example", "d@client.example")
    body = post.arrived[1].message.get_body(("plain",))
    assert body and body.get_content().startswith("Hello the whole desk,")
    mail("--table", people, "--send", "--yes", "--all", "--resend")
    assert len(post.arrived) == 2 and post.seen["never@client.example"] == 2


def test_drafts_of_a_table(project: Path, mail: Mail) -> None:
    people = table(project, "to,name\na@client.example,Ann\nb@client.example,Ben\n")
    assert "1 more message waits" in mail("example", "--table", people)[1]
    assert mail("example", "--table", people, "--all")[0] == 0
    assert len([*(project / "output" / "email").glob("*.eml")]) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "M41"),
        ("document,to\n", "M42"),
        ("document,too\nexample,a@client.example\n", "M41"),
        ("document,to,to\nexample,a@client.example,b@client.example\n", "M41"),
        ("document\nexample\n", "M41"),
        ("document,to\nexample\n", "M42"),
        ("document,to\n,a@client.example\n", "M42"),
        ("document,to\nexample,;\n", "M42"),
        ('document,to\nexample,"a@client.example"x\n', "M40"),
        ("document,to\nexample,a@client.example\nexample,A@client.example\n", "M43"),
        ("document,to\nexample,a@client.example\nexample,Ann <a@client.example>\n", "M43"),
        ("document,to,cc\nexample,a@client.example,\nexample,b@client.example,a@client.example\n", "M43"),
        ("document,to\nexample,a@client.example;a@client.example\n", "M43"),
        ("document,to\nexample,a@client.example\nexample,b@\n", "M03"),
        ("document,to\nexample,a@client.example\nother,b@client.example\n", "M30"),
        ("document,to\nexample,a@mill.example\nexample,b@miii.example\n", "M04"),
    ],
)
def test_a_table_is_right_as_a_whole_or_not_used(project: Path, mail: Mail, post: Post, text: str, code: str) -> None:
    result, _, problems = mail("--table", table(project, text), "--send", "--yes", "--all")
    assert result == 1 and f" {code} " in problems and not post.seen


def test_a_table_that_is_no_text(project: Path, mail: Mail) -> None:
    (project / "people.csv").write_bytes("to\nJürgen".encode("latin-1"))
    assert "M40" in mail("example", "--table", "people.csv")[2]
    assert "M40" in mail("example", "--table", "none.csv")[2]


def test_messages_a_minute(project: Path, mail: Mail, post: Post) -> None:
    people = table(project, "to\n" + "".join(f"p{number}@client.example\n" for number in range(4)))
    configure(project, port=post.port, messages_a_minute=240)
    started = time.monotonic()
    assert mail("example", "--table", people, "--send", "--yes", "--all")[0] == 0
    assert time.monotonic() - started >= 3 * 60 / 240
    assert len(post.arrived) == 4 and len(post.logins) == 1  # over one connection


def test_a_login_that_stops_working_ends_the_run(project: Path, mail: Mail, post: Post) -> None:
    people = table(project, "to\na@client.example\nold@client.example\nc@client.example\n")
    code, said, problems = mail("example", "--table", people, "--send", "--yes", "--all")
    assert code == 1 and "M25" in problems and "1 accepted" in said and "2 more messages wait" in said
    assert [each.recipients for each in post.arrived] == [("a@client.example",)]


def test_secrets_stay_out_of_representations() -> None:
    from builder.mail.transport import Server

    assert "s3cret" not in repr(Server("h", 1, "tls", "password", "u", 1.0, "n", "s3cret"))
    assert os.environ.get("HANDBOOK_SMTP_PASSWORD") is None
