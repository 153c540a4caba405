"""Sends letters one by one: the journal before and after each, not too fast, again what was put off, nothing twice.

Nothing here runs in a worker: the process that a person has started sends, and no other.
"""

from __future__ import annotations

import contextlib
import datetime
import multiprocessing
import smtplib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from builder.mail import message, transport
from builder.mail.journal import Entry, Journal, State, entry
from builder.mail.message import Letter, Stamp
from builder.mail.transport import Busy, Reply, Server, Verdict
from builder.progress import Progress


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, as something that can be exchanged: `now` in UTC, `wait` in seconds, `ticks` that never go back."""

    now: Callable[[], datetime.datetime]
    wait: Callable[[float], None]
    ticks: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast to send and how patiently: the wait before a second try doubles with each one."""

    messages_a_minute: int
    tries: int
    retry_seconds: float


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a letter; `state` is SENDING where nobody knows."""

    letter: Letter
    state: State
    said: str


def send(
    letters: Sequence[Letter], server: Server, journal: Journal, pace: Pace, clock: Clock, progress: Progress
) -> Iterator[Sent]:
    """Sends letters that `standing` found nothing against. Raises transport.Unfit where the server can't be used."""
    if multiprocessing.parent_process() is not None:
        raise RuntimeError("a worker must never send")
    keys = [(each.client, each.digest, address.casefold()) for each in letters for address in each.recipients]
    if len(set(keys)) < len(keys):
        raise RuntimeError("the same would be sent to the same address twice")
    line = _Line(server)
    next_start = clock.ticks()
    try:
        for number, letter in enumerate(letters):
            progress("Sending", number, len(letters), letter.recipients[0])
            clock.wait(max(0.0, next_start - clock.ticks()))
            next_start = clock.ticks() + 60 / pace.messages_a_minute
            yield _one(letter, line, journal, pace, clock)
        progress("Sending", len(letters), len(letters), "")
    finally:
        line.hang_up()


def standing(letter: Letter, journal: Journal) -> Entry | None:
    """What the journal says of a letter that was sent, begun or refused before; None where nothing is against it."""
    entries = [journal.last(letter.client, letter.digest, address) for address in letter.recipients]
    known = [each for each in entries if each and each.state is not State.DEFERRED]
    order = (State.SENDING, State.ACCEPTED, State.REFUSED)  # what is least certain first
    return min(known, key=lambda each: order.index(each.state), default=None)


class _Line:
    """The connection, which is made when it is needed and again when it broke."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._stack = contextlib.ExitStack()
        self._smtp: smtplib.SMTP | None = None

    def call(self) -> smtplib.SMTP:
        """Raises Unfit or Busy."""
        if self._smtp is None or self._smtp.sock is None:
            self.hang_up()
            self._smtp = self._stack.enter_context(transport.session(self.server))
        return self._smtp

    def hang_up(self) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._stack.close()
        self._smtp = None


def _one(letter: Letter, line: _Line, journal: Journal, pace: Pace, clock: Clock) -> Sent:
    assert letter.sender
    name = message.message_id(letter, journal.accepted(letter.client, letter.digest, letter.recipients))
    reply = Reply(Verdict.LATER, "")
    for attempt in range(pace.tries):
        if attempt:
            clock.wait(pace.retry_seconds * 2 ** (attempt - 1))
        try:
            smtp = line.call()
        except Busy as busy:
            reply = Reply(Verdict.LATER, str(busy))
            continue
        stamp = Stamp(clock.now(), name)
        data = message.outgoing(letter, stamp)
        _note(journal, State.SENDING, letter, stamp, Reply(Verdict.UNKNOWN, ""))
        reply = transport.deliver(smtp, letter.sender.address, letter.recipients, data)
        fault = transport.unfit(reply)
        state = State.DEFERRED if fault else _state(reply)
        if state is not State.SENDING:
            _note(journal, state, letter, Stamp(clock.now(), name), reply)
        if reply.verdict in {Verdict.LATER, Verdict.UNKNOWN}:
            line.hang_up()
        if fault:
            raise fault
        if reply.verdict is not Verdict.LATER:
            break
    return Sent(letter, _state(reply), reply.said)


def _state(reply: Reply) -> State:
    return {
        Verdict.ACCEPTED: State.ACCEPTED,
        Verdict.LATER: State.DEFERRED,
        Verdict.NEVER: State.REFUSED,
        Verdict.UNKNOWN: State.SENDING,
    }[reply.verdict]


def _note(journal: Journal, state: State, letter: Letter, stamp: Stamp, reply: Reply) -> None:
    about = letter.recipients
    if state is State.REFUSED and reply.about:  # the others were not written to, and may be, without that one
        about = (reply.about,)
        others = [address for address in letter.recipients if address != reply.about]
        if others:
            put_off = (State.DEFERRED, letter.client, letter.digest, others, stamp.message_id, stamp.date)
            journal.note(entry(*put_off, f"not sent, since {reply.about} was refused"))
    journal.note(entry(state, letter.client, letter.digest, about, stamp.message_id, stamp.date, reply.said))
