"""`handbook email`: drafts, or messages that are shown, asked about, sent and recorded."""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from collections.abc import Iterable, Sequence

from builder.config.handbook import CONFIG_NAME, Config
from builder.mail import journal, login, message, planning, sending, table
from builder.mail.attachment import friendly_name
from builder.mail.journal import Entry, Journal, State
from builder.mail.planning import Planned
from builder.mail.sending import Clock, Pace, Sent
from builder.mail.table import Row
from builder.mail.transport import Unfit
from builder.problems import BuildError, Place, Problem, Severity
from builder.progress import Progress
from builder.store import write_whole

DONE, PROBLEMS, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def email(options: argparse.Namespace, config: Config, progress: Progress) -> int:
    """Runs the command; the exit code."""
    wrong = _wrong_use(options)
    if wrong:
        print(wrong, file=sys.stderr)
        return WRONG_USE
    rows = _rows(options, config)
    if not options.send:
        return _draft(options, config, rows)
    login.check(config.email)
    path = config.root / journal.NAME
    try:
        with Journal(path, config.shown(path)) as record:
            return _send(options, config, rows, record, progress)
    except KeyboardInterrupt:
        print(f"\ninterrupted; {config.shown(path)} tells what was sent", file=sys.stderr)
        return INTERRUPTED


def _wrong_use(options: argparse.Namespace) -> str:
    """What is wrong with the options together, or nothing."""
    if options.table and (options.to or options.cc or options.name):
        return "the table names the recipients: leave --to, --cc and --name out"
    if not options.table and not (options.documents and options.to):
        return "name what to send, and to whom: handbook email GUIDE --to ADDRESS, or handbook email --table FILE"
    if options.all and not options.table:
        return "--all is for a table: give --table as well"
    if options.draft and (options.send or options.all):
        return "--draft FILE is for one message that is not sent"
    if not options.send and (options.yes or options.resend or options.login_command):
        return "--yes, --resend and --login-command are for --send"
    if options.send and not options.yes and not sys.stdin.isatty():
        return "nobody can be asked here: look at the draft first, then give --yes"
    return ""


def _rows(options: argparse.Namespace, config: Config) -> list[Row]:
    documents = tuple(options.documents)
    if options.table:
        return table.read(options.table, config.shown(options.table), documents)
    return [Row(Place("handbook email"), documents, tuple(options.to), tuple(options.cc), options.name)]


def _draft(options: argparse.Namespace, config: Config, rows: Sequence[Row]) -> int:
    path = config.root / journal.NAME
    entries, _ = journal.read(path, config.shown(path))
    planned, warnings = planning.plan(rows, config, journal.domains(entries))
    _print_problems(warnings)
    chosen = planned if options.all else planned[:1]
    for each in chosen:
        path = options.draft or config.paths.output / "email" / _draft_name(each)
        data = message.draft(each.letter)
        try:
            write_whole(path, data, 0o600)
        except OSError as error:
            hint = "Check the free space and the permissions of this folder."
            why = error.strerror or type(error).__name__
            raise BuildError([Problem(Place(config.shown(path)), "O01", f"can't be written: {why}", hint)]) from error
        print(f"{config.shown(path)}  {len(data):,} bytes, to {', '.join(each.letter.recipients)}")
    _say_rest(len(planned) - len(chosen))
    return DONE


def _draft_name(planned: Planned) -> str:
    """The file of a draft; the digest keeps apart what would have one name."""
    letter = planned.letter
    stem = letter.attachments[0].friendly_name.removesuffix(".pdf")
    return friendly_name(stem, letter.recipients[0]).removesuffix(".pdf") + f"-{letter.digest[7:13]}.eml"


def _send(options: argparse.Namespace, config: Config, rows: Sequence[Row], record: Journal, progress: Progress) -> int:
    planned, warnings = planning.plan(rows, config, journal.domains(record.entries))
    waiting, notes = _waiting(planned, record, options)
    chosen = waiting if options.all else waiting[:1]
    _print_problems([*warnings, *notes, *_left(record, planned)])
    failed = any(problem.is_error for problem in notes)
    if not chosen:
        print("nothing was sent")
        return PROBLEMS if failed else DONE
    for each in chosen:
        print(_shown(each, config))
    if not options.yes and not _agreed(len(chosen)):
        print("nothing was sent")
        return DONE
    email = config.email
    pace = Pace(email.messages_a_minute, email.tries, email.retry_seconds)
    clock = Clock(lambda: datetime.datetime.now(datetime.UTC), time.sleep, time.monotonic)
    sent: list[Sent] = []
    try:
        sender = chosen[0].letter.sender
        assert sender
        server = login.server(email, sender, options.login_command)
        for done in sending.send([each.letter for each in chosen], server, record, pace, clock, progress):
            sent.append(done)
    except Unfit as unfit:
        _print_problems([Problem(Place(CONFIG_NAME), unfit.code, unfit.message, unfit.hint)])
        failed = True
    except BuildError as error:
        _print_problems(error.problems)
        failed = True
    failed |= _print_sent(sent, email.host)
    _say_rest(len(waiting) - len(sent))
    return PROBLEMS if failed else DONE


def _waiting(
    planned: Sequence[Planned], record: Journal, options: argparse.Namespace
) -> tuple[list[Planned], list[Problem]]:
    """The letters to send, and why the others are not."""
    waiting, notes = [], []
    for each in planned:
        entry = sending.standing(each.letter, record)
        repeated = options.resend and entry and (entry.state is not State.ACCEPTED or not options.table)
        if entry is None or repeated:
            waiting.append(each)
        else:
            notes.append(_not_again(each.place, entry))
    return waiting, notes


def _not_again(place: Place, entry: Entry) -> Problem:
    to, at = ", ".join(entry.addresses), entry.at
    if entry.state is State.ACCEPTED:
        hint = "To send it once more, name it alone and give --resend."
        return Problem(
            place, "M13", f"this was accepted for {to} at {at}; it is not sent again", hint, Severity.WARNING
        )
    if entry.state is State.REFUSED:
        hint = "Have the address corrected, or give --resend once the reason is gone."
        return Problem(place, "M14", f"{to} was refused at {at}: {entry.said}", hint)
    return _unsettled(place, entry, Severity.ERROR)


def _unsettled(place: Place, entry: Entry, severity: Severity) -> Problem:
    to = ", ".join(entry.addresses)
    hint = (
        "Ask the recipient, or look into the server's log or the sent folder; then give --resend if it has to go again."
    )
    message = f"a message to {to} was begun at {entry.at}, and nobody knows whether it went out; it is not repeated"
    return Problem(place, "M12", message, hint, severity)


def _left(record: Journal, planned: Sequence[Planned]) -> list[Problem]:
    """What earlier runs left open that is not part of this one."""
    here = {(each.letter.client, each.letter.digest, address) for each in planned for address in each.letter.recipients}
    return [
        _unsettled(Place(journal.NAME.as_posix()), entry, Severity.WARNING)
        for entry in record.unsettled()
        if not here & {(entry.client, entry.digest, address) for address in entry.addresses}
    ]


def _shown(planned: Planned, config: Config) -> str:
    letter = planned.letter
    lines = [("to", ", ".join(map(str, letter.to)))]
    lines += [("cc", ", ".join(map(str, letter.cc)))] if letter.cc else []
    lines += [("from", str(letter.sender)), ("subject", letter.wording.subject)]
    for one in letter.attachments:
        pages = "opens with a password" if one.locked else f"{one.pages} page{'s' * (one.pages != 1)}"
        lines.append(("attachment", f"{one.friendly_name} ({one.size:,} bytes, {pages})"))
    if letter.packet:
        lines.append(("control code", letter.packet.control_code or "none"))
    lines.append(("size", f"{planned.size:,} bytes as sent, by {config.email.host}:{config.email.port}"))
    return "\n".join(f"{name + ':':14}{value}" for name, value in lines) + "\n"


def _agreed(count: int) -> bool:
    question = "send this message" if count == 1 else f"send these {count} messages"
    try:
        return input(f"{question}? [y/N] ").strip().casefold() in {"y", "yes"}
    except EOFError:
        return False


def _print_sent(sent: Iterable[Sent], host: str) -> bool:
    """Tells what became of each letter; whether any was not accepted."""
    failed = False
    counts: dict[State, int] = dict.fromkeys(State, 0)
    for each in sent:
        counts[each.state] += 1
        to = ", ".join(each.letter.recipients)
        if each.state is State.ACCEPTED:
            print(f"accepted by {host} for {to}: {each.said}")
        else:
            failed = True
            _print_problems([_not_accepted(to, each)])
    told = {"accepted": State.ACCEPTED, "refused": State.REFUSED, "put off": State.DEFERRED, "unknown": State.SENDING}
    print(", ".join(f"{counts[state]} {name}" for name, state in told.items() if counts[state] or name == "accepted"))
    if counts[State.ACCEPTED]:
        print("accepted means that the server took it; whether it arrived, only the recipient can tell")
    return failed


def _not_accepted(to: str, sent: Sent) -> Problem:
    place = Place(journal.NAME.as_posix())
    if sent.state is State.REFUSED:
        return Problem(place, "M14", f"refused for {to}: {sent.said}", "Have the address corrected, then send again.")
    if sent.state is State.DEFERRED:
        return Problem(
            place, "M15", f"put off for {to} at every try: {sent.said}", "Give the same command again later."
        )
    hint = "Ask the recipient, or look into the server's log; then give --resend if it has to go again."
    return Problem(place, "M12", f"nobody knows whether the message to {to} went out: {sent.said}", hint)


def _say_rest(count: int) -> None:
    if count > 0:
        print(f"{count} more message{'s wait' if count > 1 else ' waits'}: --all takes the whole table")


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)
