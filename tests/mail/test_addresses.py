"""Addresses: what is malformed, hides something or looks like another is refused; the rest comes out in one form."""

from __future__ import annotations

from pathlib import Path

import pytest
from mail_case import Mail, configure

from builder.mail.addresses import Doubtful, Mailbox, look_alikes, mailbox


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("jane@client.example", Mailbox("jane@client.example")),
        (" Jane.Doe+x@Client.EXAMPLE ", Mailbox("Jane.Doe+x@client.example")),
        ("Jane Doe <jane@client.example>", Mailbox("jane@client.example", "Jane Doe")),
        ('"Doe, Jane" <jane@client.example>', Mailbox("jane@client.example", "Doe, Jane")),
        ("علی‌رضا <a@client.example>", Mailbox("a@client.example", "علی‌رضا")),
    ],
)
def test_what_is_taken(words: str, meant: Mailbox) -> None:
    assert mailbox(words) == meant


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "M03"),
        ("jane", "M03"),
        ("jane@", "M03"),
        ("@client.example", "M03"),
        ("jane@client", "M03"),
        ("jane@localhost", "M03"),
        ("jane@client..example", "M03"),
        ("jane doe@client.example", "M03"),
        ("jane@client.example, joe@client.example", "M03"),
        ("jane@client.example joe@client.example", "M03"),
        ("jane@[127.0.0.1]", "M03"),
        ('"a b"@client.example', "M03"),
        ("<jane@client.example", "M03"),
        ("ceo@firm.example <eve@elsewhere.example>", "M03"),
        ("x" * 101 + " <jane@client.example>", "M03"),
        ("a" * 65 + "@client.example", "M03"),
        ("jane@client.example\r\nBcc: eve@elsewhere.example", "M02"),
        ("Jane\nBcc: eve@elsewhere.example <jane@client.example>", "M02"),
        ("jane@client.example\x00", "M02"),
        ("Jane\u2028Doe <jane@client.example>", "M02"),
        ("\u202egnp.elpmaxe <jane@client.example>", "M02"),
        ("jane@cli\u00adent.example", "M02"),
        ("jane@аcme.com", "M04"),
        ("jane@xn--cme-5cd.com", "M04"),
        ("jane@müller.de", "M04"),
        ("jаne@client.example", "M04"),
        ("jörg@client.example", "M04"),
        ("jane@client。example", "M04"),
        ("jane@ｃlient.example", "M04"),
    ],
)
def test_what_is_refused(words: str, code: str) -> None:
    with pytest.raises(Doubtful) as refused:
        mailbox(words)
    assert refused.value.code == code and refused.value.hint


def test_letters_that_look_like_others_are_named() -> None:
    with pytest.raises(Doubtful, match="cyrillic small letter a"):
        mailbox("jane@аcme.com")


def test_a_domain_that_a_person_has_vouched_for_is_taken_in_ascii() -> None:
    for vouched in ("müller.de", "xn--mller-kva.de"):
        assert mailbox("jane@müller.de", [vouched]).address == "jane@xn--mller-kva.de"
        assert mailbox("jane@xn--mller-kva.de", [vouched]).address == "jane@xn--mller-kva.de"


def test_domains_that_look_like_known_ones() -> None:
    known = ["acme-trading.com", "milk.example"]
    assert [*look_alikes(["acme-tradlng.com"], known, [])] == [("acme-tradlng.com", "acme-trading.com")]
    assert [*look_alikes(["acmetrading.com", "rnilk.example"], known, [])] == [
        ("acmetrading.com", "acme-trading.com"),
        ("rnilk.example", "milk.example"),
    ]
    assert not [*look_alikes(["acme-trading.com", "globex.com", "acme.com"], known, [])]
    assert not [*look_alikes(["acme-tradlng.com"], known, ["acme-tradlng.com"])]
    assert [*look_alikes(["ar-nex.com"], ["arnex.com"], ["arnex.com"])] == [("ar-nex.com", "arnex.com")]
    both = ["arnex.com", "ar-nex.com"]
    assert not [*look_alikes(["arnex.com", "globex.com"], both, [])]  # what is known already is nobody's fault now
    assert not [*look_alikes(both, both, [])]


def test_a_domain_like_the_senders_own_is_refused(project: Path, mail: Mail) -> None:
    code, _, said = mail("example", "--to", "jane@flrm.example")
    assert code == 1 and "M04 the domain flrm.example looks like firm.example" in said
    configure(project, vouched_domains=["flrm.example"])
    assert mail("example", "--to", "jane@flrm.example")[0] == 0


def test_all_bad_addresses_are_told_at_once(mail: Mail) -> None:
    code, _, said = mail("example", "--to", "jane@", "joe@аcme.com", "--cc", "x\ny@client.example")
    assert code == 1 and all(each in said for each in ("M02", "M03", "M04")) and "\nBcc" not in said


def test_a_bad_sender_is_told_at_its_line(project: Path, mail: Mail) -> None:
    configure(project, reply_to="nobody")
    code, _, said = mail("example", "--to", "jane@client.example")
    assert code == 1 and "handbook.yaml:" in said and "C06 'email.reply_to'" in said
    configure(project, **{"from": "Desk <desk@fіrm.example>"})
    code, _, said = mail("example", "--to", "jane@client.example")
    line = (project / "handbook.yaml").read_text("utf-8").splitlines().index("email:") + 2
    assert code == 1 and f"handbook.yaml:{line}: M04" in said
