"""What counts as shown: OCR misreads, wraps and cuts, and must still not find what is not there."""

from __future__ import annotations

import pytest
from check_case import inspection

from builder.checks.ocr_text import sight_of, within

DIALOG = [
    ("Restrict access to trusted", 100, 100, 400, 120),
    ("machines only", 100, 126, 260, 146),
    ("lP Address", 100, 300, 210, 320),
    ("Whitelist", 216, 300, 300, 320),
    ("SECURITYVERIFICATION", 100, 400, 400, 420),
    ("Creaie API Kev", 100, 500, 260, 520),
    ("Read,Trade", 100, 600, 200, 620),
    ("Already spread", 100, 700, 250, 720),
    ("Save", 100, 800, 140, 820),
]


@pytest.mark.parametrize(
    "label",
    [
        "Restrict access to trusted machines only",  # wrapped
        "Restrict access to trusted machines only (Recommended)",  # a remark in brackets
        "IP Address Whitelist",  # two boxes side by side, l for I
        "Security Verification",  # written together, other case
        "Create API Key",  # two letters misread
        "+ Create API Key",
        "Read",
        "Trade",
        "save",
    ],
)
def test_shown(label: str) -> None:
    assert sight_of(inspection(DIALOG)).shows(label)


@pytest.mark.parametrize(
    "label",
    [
        "Spread API",
        "Rea",  # a part of a word
        "Ready",
        "Name",  # as long as Save, and two letters off
        "Have",  # one letter off, but too short to forgive it
        "Machines only restrict",  # in another order
        "Delete API Key",
        "Whitelist Address",
    ],
)
def test_not_shown(label: str) -> None:
    assert not sight_of(inspection(DIALOG)).shows(label)


def test_lines_far_apart_do_not_run_on() -> None:
    far = [
        ("Create", 100, 100, 160, 120),
        ("key", 100, 300, 140, 320),
        ("Delete", 100, 500, 160, 520),
        ("all", 700, 526, 740, 546),
    ]
    sight = sight_of(inspection(far))
    assert not sight.shows("Create key") and not sight.shows("Delete all")
    assert sight.hints_at("Create key") and not sight.hints_at("Create") and not sight.hints_at("Create lock")


def test_names_are_short_lines() -> None:
    sight = sight_of(inspection(["Risk reminder", "Please read all of the warnings in this window first"]))
    assert sight.names_with("Reminder") and not sight.names_with("warnings") and sight.has("warnings")


@pytest.mark.parametrize(
    ("one", "other", "most", "expected"),
    [
        ("abcdef", "abcdef", 0, True),
        ("abcdef", "abcxef", 1, True),
        ("abcdef", "abdef", 1, True),
        ("abcdef", "xabcdef", 1, True),
        ("abcdef", "abcxyf", 1, False),
        ("abc", "abcdef", 2, False),
        ("", "ab", 2, True),
    ],
)
def test_within(one: str, other: str, most: int, expected: bool) -> None:
    assert within(one, other, most) is expected
    assert within(other, one, most) is expected
