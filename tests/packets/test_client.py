"""Clients' files and tables: what they may say, and what is refused at which line."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from builder.guides.guide import Facts, Guide, parse_guide
from builder.packets import client as clients
from builder.packets import samples, table
from builder.packets.addresses import parse as parse_ip
from builder.packets.client import Client
from builder.pdf.filling import printable
from builder.problems import BuildError, Problem

DATE = datetime.date(2026, 11, 21)


def guide(slug: str, front: str) -> Guide:
    found, problems = parse_guide(
        f"---\nexchange: {slug.title()}\n{front}---\n# Key on {slug}\n\n## Step 1: Go\n\nGo.\n", slug, ""
    )
    assert found and not problems
    return found


GUIDES = {
    "tight": guide("tight", 'label_length: 8\nip_whitelist: {separator: ",", maximum: 2, ipv6: false}\n'),
    "wide": guide("wide", 'ip_whitelist: {separator: ", ", maximum: 5, ranges: true}\n'),
    "unsaid": guide("unsaid", ""),
}


def read(tmp_path: Path, text: str) -> tuple[Client | None, list[Problem]]:
    path = tmp_path / "acme.yaml"
    path.write_text(text, "utf-8")
    said, problems = clients.read(path, "acme.yaml")
    return clients.client(said, GUIDES, printable, DATE) if said else (None, problems)


def found(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    client, problems = read(tmp_path, text)
    assert (client is None) == bool(problems)
    assert all(problem.place.file == "acme.yaml" and problem.hint for problem in problems)
    return sorted((problem.place.line, problem.code) for problem in problems)


def test_values_come_from_defaults_and_are_overridden(tmp_path: Path) -> None:
    text = """client: Acme
exchanges: [wide, tight, unsaid]
ips: [203.0.113.7, "2001:DB8:0::7"]
label: MM
overrides:
  tight: {ips: [198.51.100.9, 198.51.100.10], label: MM-2}
"""
    client, problems = read(tmp_path, text)
    assert client and not problems
    assert [(each.slug, each.label, each.ip_text) for each in client.exchanges] == [
        ("wide", "MM", "203.0.113.7, 2001:db8::7"),
        ("tight", "MM-2", "198.51.100.9,198.51.100.10"),
        ("unsaid", "MM", "203.0.113.7\n2001:db8::7"),
    ]
    assert client.date == DATE and client.folder == "acme"


HEAD = "client: Acme\nexchanges: [wide]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("client: A\nexchanges: [elsewhere]\nips: [203.0.113.7]\n", [(2, "N10")]),
        ("client: A\nexchanges:\n- wide\n- wide\nips: [203.0.113.7]\n", [(4, "N11")]),
        (HEAD + "ips: [203.0.113.7]\noverrides:\n  tight: {label: X}\n", [(5, "N12")]),
        (
            HEAD + "ips:\n- 203.0.113.7\n- 203.0.113\n- 203.0.113.07\n- fe80::1%eth0\n",
            [(5, "N13"), (6, "N13"), (7, "N13")],
        ),
        (HEAD + "ips: ['::ffff:203.0.113.7']\n", [(3, "N13")]),
        (HEAD + "ips: [203.0.113.1/28]\n", [(3, "N13")]),
        (HEAD + "ips: [203.0.113.9-203.0.113.7]\n", [(3, "N13")]),
        (HEAD, [(2, "N14")]),
        (HEAD + "ips: [10.1.2.3, 127.0.0.1, 169.254.1.1]\n", [(3, "N15")] * 3),
        (HEAD + "ips: ['fc00::1', '::1', 'ff02::1', 100.64.0.1, 0.0.0.0/0]\n", [(3, "N15")] * 5 + [(3, "N21")]),
        (HEAD + "ips: [203.0.113.7, 203.0.113.0/28]\n", [(3, "N21")]),
        (HEAD + "ips: [203.0.113.7, 203.0.113.7]\n", [(3, "N21")]),
        ("client: A\nexchanges: [tight]\nips: [203.0.113.0/28]\n", [(3, "N16")]),
        ("client: A\nexchanges: [tight]\nips: ['2001:db8::7']\n", [(3, "N16")]),
        ("client: A\nexchanges: [tight]\nips:\n- 203.0.113.1\n- 203.0.113.2\n- 203.0.113.3\n", [(6, "N16")]),
        ("client: A\nexchanges: [tight]\nips: [203.0.113.1]\nlabel: ninechars\n", [(4, "N17")]),
        (HEAD + "ips: [203.0.113.1]\nlabel: " + "x" * 65 + "\n", [(4, "N17")]),
        (HEAD + "ips: [203.0.113.1]\nlabel: 標籤\n", [(4, "N18")]),
        (HEAD + "ips: [203.0.113.1]\ndate: 2026-02-02\nexpires: 2026-02-01\n", [(5, "N19")]),
        (HEAD + "ips: [203.0.113.1]\nlable: x\n", [(4, "N03")]),
        (HEAD + "ips: [203.0.113.1]\noverrides: {wide: {key: x}}\n", [(4, "N06")]),
        (HEAD + "ips: [203.0.113.1]\noverrides:\n  wide: {label: X}\n  wide: {label: Y}\n", [(6, "N06")]),
        ("client: A\nexchanges: []\nips: [203.0.113.1]\n", [(2, "N10")]),
        (HEAD + "ips: [203.0.113.1]\nemail: nobody\n", [(4, "N06")]),
        ('client: "Ac\\u202Eme"\nexchanges: [wide]\nips: [203.0.113.1]\n', [(1, "N06")]),
        ("exchanges: [wide]\n", [(1, "N05")]),
        ("client: [\n", [(2, "N01")]),
    ],
)
def test_what_is_wrong_is_told_at_its_line(tmp_path: Path, text: str, expected: list[tuple[int, str]]) -> None:
    assert found(tmp_path, text) == expected


def test_a_list_is_refused_that_has_no_room_on_a_page(tmp_path: Path) -> None:
    def text(count: int) -> str:
        ips = "".join(f"- 203.0.113.{number}\n" for number in range(count))
        return f"client: A\nexchanges: [unsaid]\nips:\n{ips}"

    assert found(tmp_path, text(40)) == []
    assert found(tmp_path, text(41)) == [(4, "N16")]


def test_a_range_is_taken_where_the_exchange_takes_them(tmp_path: Path) -> None:
    client, _ = read(tmp_path, HEAD + "ips: [203.0.113.0/28, 198.51.100.1-198.51.100.9]\n")
    assert client and client.exchanges[0].ips == ("203.0.113.0/28", "198.51.100.1-198.51.100.9")


def test_the_samples_say_the_same(tmp_path: Path) -> None:
    guides = {slug: guide(slug, "ip_whitelist: {ranges: true}\n") for slug in ("binance", "gate", "lbank")}
    path = tmp_path / "example-capital-ltd.yaml"
    path.write_text(samples.YAML)
    said, problems = clients.read(path, "x")
    (row,) = table.parse(samples.as_csv(), "x")
    assert said and row.said and not problems and not row.problems
    one, _ = clients.client(said, guides, printable, DATE)
    other, _ = clients.client(row.said, guides, printable, DATE)
    assert one and other
    assert [getattr(one, name) for name in Client.__slots__ if name != "place"] == [
        getattr(other, name) for name in Client.__slots__ if name != "place"
    ]
    columns = set(samples.ROW)
    assert {key.name for key in clients.CLIENT_KEYS} - {"overrides"} <= columns


def test_names_that_differ_get_folders_that_differ() -> None:
    assert clients.folder_name("Müller & Söhne (Straße) – O’Neil") == "muller-sohne-strasse-oneil"
    names = ("東京キャピタル", "大阪証券", "x" * 70 + "a", "x" * 70 + "b", "Łódź", "ódź", "!", "?")
    folders = [clients.folder_name(name) for name in names]
    assert len({*folders}) == len(names)
    assert all(re.fullmatch("[a-z0-9-]{1,60}", folder) for folder in folders)


def test_a_table_has_one_client_a_row_with_its_line() -> None:
    first = 'Acme,"wide, tight",203.0.113.7;203.0.113.8,"two\r\nlines"\r\n'
    text = f"client,exchanges,ips,note\r\n{first},wide,1.2.3.4,\r\nB,wide\r\nACME,wide,1.1.1.1,\r\n"
    rows = table.parse(text, "t.csv")
    assert [row.line for row in rows] == [2, 4, 5, 6]
    assert [[problem.code for problem in row.problems] for row in rows] == [[], ["N05"], ["N09"], ["N11"]]
    client, _ = clients.client(rows[0].said, GUIDES, printable, DATE)  # type: ignore[arg-type]
    assert client and client.exchanges[1].ips == ("203.0.113.7", "203.0.113.8") and client.note == "two lines"


def test_a_byte_order_mark_is_no_part_of_a_table(tmp_path: Path) -> None:
    for mark in (b"", b"\xef\xbb\xbf"):
        (tmp_path / "t.csv").write_bytes(mark + "client,exchanges,ips\nÄcme,wide,203.0.113.7\n".encode())
        (row,) = table.read(tmp_path / "t.csv", "t.csv")
        assert row.said and row.said.values["client"] == "Äcme"
        (tmp_path / "c.yaml").write_bytes(mark + HEAD.encode())
        said, problems = clients.read(tmp_path / "c.yaml", "c.yaml")
        assert said and not problems


@pytest.mark.parametrize("text", ["client,exchangs\nA,b\n", "client,client\nA,B\n", "client\n", 'client\n"open\n', ""])
def test_a_table_that_is_none_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BuildError):
        table.parse(text, "t.csv")


def test_rows_that_failed_come_back_with_all_columns_and_the_reason() -> None:
    rows = table.parse('client,exchanges,ips,note\nAcme,,1.2.3.4,"a, b"\n', "t.csv")
    text = table.failed([(row, row.problems) for row in rows])
    assert text.splitlines()[0] == "reason,client,exchanges,ips,note"
    (again,) = table.parse(text.replace("Acme,,", "Acme,wide,"), "t.csv")
    assert again.said and again.said.values["note"] == "a, b"


def test_a_row_with_too_few_cells_or_too_many_loses_none_and_stays_refused() -> None:
    text = "client,exchanges,ips,label,note\nA,wide\nB,wide,203.0.113.7,L,a note,and more\nC,wide,x,L,whole\n"
    for _ in range(2):
        rows = table.parse(text, "t.csv")
        assert [len(row.problems) for row in rows] == [1, 1, 0]
        text = table.failed([(row, row.problems) for row in rows])
        for cells in ("A,wide", "B,wide,203.0.113.7,L,a note,and more", "C,wide,x,L,whole"):
            assert f",{cells}\r\n" in text


def test_the_documentation_address_blocks_count_as_public() -> None:
    assert all(parse_ip(text).is_public for text in ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"))
    assert Facts().ip_ranges is None
