"""The control code: what it depends on, that it is evenly spread, and that its key stays where it is."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from dataclasses import replace

import pytest

from builder.packets import control
from builder.packets.client import Client, Exchange
from builder.problems import BuildError, Place

KEY = b"0123456789abcdef"
CLIENT = Client(
    folder="acme",
    place=Place("acme.yaml"),
    name="Acme",
    contact="Jane",
    email="jane@acme.example",
    account_manager="Max",
    exchanges=(Exchange("wide", "MM", ("203.0.113.7", "203.0.113.8"), ""), Exchange("tight", "", ("203.0.113.9",), "")),
    date=datetime.date(2026, 11, 21),
    expires=None,
    dates="en",
    note="",
)


def changed(**values: object) -> Client:
    return replace(CLIENT, **values)  # type: ignore[arg-type]


def test_it_has_eight_digits_and_is_the_same_each_time() -> None:
    code = control.code(KEY, CLIENT)
    assert len(code) == 9 and code[4] == " " and code.replace(" ", "").isdecimal()
    assert code == control.code(KEY, changed(note="another", contact="Joe", folder="x", place=Place("y", 7)))
    assert code == "8221 0764", "codes that were printed must stay what they are"


def test_whatever_a_forger_would_change_changes_it() -> None:
    first, second = CLIENT.exchanges
    others = [
        changed(name="Acme Ltd"),
        changed(date=datetime.date(2026, 11, 22)),
        changed(expires=datetime.date(2027, 1, 1)),
        changed(exchanges=(second, first)),
        changed(exchanges=(first,)),
        changed(exchanges=(replace(first, label="MM-2"), second)),
        changed(exchanges=(replace(first, ips=("203.0.113.7", "203.0.113.6")), second)),
        changed(exchanges=(replace(first, ips=("203.0.113.7",)), replace(second, ips=("203.0.113.8", "203.0.113.9")))),
        changed(exchanges=(replace(first, label="MM\0"), second)),
        changed(exchanges=(replace(first, slug="wideM", label="M"), second)),
    ]
    assert len({control.encoded(client) for client in (CLIENT, *others)}) == len(others) + 1
    assert len({control.code(KEY, client) for client in (CLIENT, *others)}) == len(others) + 1
    assert control.code(KEY[::-1], CLIENT) != control.code(KEY, CLIENT)


def test_digits_are_evenly_spread() -> None:
    codes = [control.code(KEY, changed(name=f"Client {number}")) for number in range(4000)]
    for place in (0, 1, 2, 3, 5, 6, 7, 8):
        counts = Counter(code[place] for code in codes)
        assert len(counts) == 10 and max(counts.values()) < 500 and min(counts.values()) > 310


def test_the_key_comes_from_the_environment_or_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRM_KEY", "a-key-of-some-length")
    assert control.key_from("FIRM_KEY", "", "h") == b"a-key-of-some-length"
    monkeypatch.delenv("FIRM_KEY")
    assert control.key_from("FIRM_KEY", "echo from-a-command-it-came", "h") == b"from-a-command-it-came"
    assert control.key_from("", "", "h") is None


@pytest.mark.parametrize(("variable", "command"), [("NOT_SET", ""), ("", "false"), ("", "echo tooshort-SECRET"[:15])])
def test_a_key_that_is_configured_but_not_there_stops(variable: str, command: str) -> None:
    os.environ.pop("NOT_SET", None)
    with pytest.raises(BuildError) as raised:
        control.key_from(variable, command, "handbook.yaml")
    (problem,) = raised.value.problems
    assert problem.code == "N20" and "SECRET" not in str(problem)
