"""Whole packets in a made-up project: what is printed, copied, refused, made again, and kept apart."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from laid_out import faults, structure_faults
from packet_reading import chromium, everything, poppler
from packet_samples import ACME, IPS, canaries

from builder.cli import main
from builder.packets import packet as packets
from builder.packets import run as running
from builder.pdf import provenance


def run(*arguments: str) -> int:
    return main(["--debug", "packet", *arguments, "--despite-warnings", "--jobs", "1"])


def write(name: str, text: str) -> str:
    path = Path("packets") / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return str(path)


def test_values_are_copied_exactly_wherever_they_stand(acme: tuple[Path, Path]) -> None:
    comma, spaced, lines = ",".join(IPS), "203.0.113.7, 198.51.100.0/24", "\n".join(IPS)
    for path, least in ((acme[0], 4), (acme[1], 1)):
        for text in (poppler(path), chromium(path)):
            assert text.count(comma) >= least and text.count(spaced) >= least and text.count(lines) >= least
            assert text.count("ICG ffi-Acme fl 1") >= 3 * least
            assert "\u00ad" not in text and "ﬁ" not in text and "\ufb02" not in text


def test_a_client_finds_everything_in_order(acme: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["packet", "--code", "packets/acme.yaml"]) == 0
    code = capsys.readouterr().out.split("  ")[0]
    text = poppler(acme[0])
    for words in (
        "Start here",
        "Send back",
        "Never send",
        "21. Januar",
        "30. Juni 2027",
        "A word to you.",
        "Max Muster",
    ):
        assert (words in text) == (words != "21. Januar"), words
    assert [text.index(name) for name in ("Spaced, page", "Example, page", "Unsaid, page")] == sorted(
        text.index(name) for name in ("Spaced, page", "Example, page", "Unsaid, page")
    )
    # Beside every list: three on the first pages, and in each guide's box, step and checklist.
    assert text.count(code) == 1 + 3 + 3 * 3
    assert text.count("Prepared for Acme Capital Ltd") >= len(pikepdf.open(acme[0]).pages) - 2
    for words in ("exactly these IP addresses", "carries this label"):
        assert text.count(words) == 3
    assert code in poppler(acme[1])


def test_pages_are_told_right(acme: tuple[Path, Path]) -> None:
    from printed import read

    printed = read(acme[0])
    text = poppler(acme[0])
    for slug, name in (("spaced", "Spaced"), ("comma", "Example"), ("unsaid", "Unsaid")):
        assert f"{name}, page {printed.names[slug] + 1}" in text
    assert printed.glyphs_missing == 0
    assert not [name for name in printed.names if name.startswith(("slot.", "field."))]


def test_both_files_hold_to_the_standards(acme: tuple[Path, Path]) -> None:
    names = ("Spaced", "Example", "Unsaid")
    heads = {f"{name} How to create an API key on {name}" for name in names}
    for path in acme:
        assert faults(path, running_heads=heads) == []
        with pikepdf.open(path) as pdf:
            assert structure_faults(pdf) == []


def test_the_sheet_has_real_fields_and_none_for_a_secret(acme: tuple[Path, Path]) -> None:
    with pikepdf.open(acme[1]) as pdf:
        form = pdf.Root.AcroForm
        assert "/NeedAppearances" not in form
        kinds = [str(field.FT) for field in form.Fields]
        assert kinds.count("/Tx") == 2 and kinds.count("/Btn") == 9
        for field in form.Fields:
            assert str(field.TU) and "/N" in field.AP and int(field.F) & 4
            assert not re.search("secret|password|key", str(field.T).casefold())
        assert {str(field.T) for field in form.Fields if field.FT == "/Tx"} == {"signed-name", "signed-date"}
        assert "/FontFile2" in form.DR.Font["/FieldText"].FontDescriptor


def test_what_a_file_says_of_itself(
    acme: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pikepdf.open(acme[0]) as pdf:
        record = provenance.record_of(pdf)
    assert record and record.packet["kind"] == "packet" and record.packet["client"] == "Acme Capital Ltd"
    assert record.packet["exchanges"] == "Spaced, Example, Unsaid"
    assert re.fullmatch(r"\d{4} \d{4}", record.packet["code"])
    capsys.readouterr()
    assert main(["verify", str(acme[0])]) == 0
    told = capsys.readouterr().out
    assert f"a packet for Acme Capital Ltd, control code {record.packet['code']}" in told and "intact" in told
    data = bytearray(acme[0].read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "altered.pdf").write_bytes(data)
    assert main(["verify", str(tmp_path / "altered.pdf")]) == 1


def test_without_a_key_a_packet_says_that_it_carries_no_code(project: Path) -> None:
    settings = project / "handbook.yaml"
    settings.write_text(settings.read_text().replace("packets: {code_key_env: TEST_CODE_KEY}\n", ""))
    assert run(write("acme.yaml", ACME)) == 0
    text = poppler(project / "output/packets/acme/acme-api-keys.pdf")
    assert "This packet carries no control code" in text and not re.search(r"\b\d{4} \d{4}\b", text)
    assert main(["packet", "--code", "packets/acme.yaml"]) == 1


def test_only_what_changed_is_made_again(project: Path) -> None:
    write("acme.yaml", ACME)
    acme = [project / "output/packets/acme" / name for name in ("acme-api-keys.pdf", "acme-sign-off.pdf")]
    write("other.yaml", ACME.replace("Acme Capital", "Other"))
    both = ("packets/acme.yaml", "packets/other.yaml")
    assert run(*both) == 0
    other = project / "output/packets/other/other-api-keys.pdf"
    before = {path: path.stat().st_mtime_ns for path in (*acme, other)}
    assert run(*both) == 0
    assert before == {path: path.stat().st_mtime_ns for path in before}
    write("other.yaml", ACME.replace("Acme Capital", "Other").replace("203.0.113.7", "203.0.113.8"))
    assert run(*both) == 0
    assert before[other] != other.stat().st_mtime_ns and before[acme[0]] == acme[0].stat().st_mtime_ns
    data = acme[0].read_bytes()
    acme[0].write_bytes(data.replace(b"Acme", b"Emca", 1))
    assert run(*both) == 0
    assert acme[0].read_bytes() == data  # the same inputs give the same bytes


def test_an_old_packet_never_lies_beside_a_new_sheet(acme: tuple[Path, Path], tmp_path: Path) -> None:
    there = [tmp_path / path.name for path in acme]
    for path in there:
        path.write_bytes(b"old")
    new = {path: Path(shutil.copy(path, f"{path}.new")) for path in there}
    new[there[0]].unlink()  # so that this can't be put in place
    with pytest.raises(FileNotFoundError):
        packets._put(*new.items())
    assert not there[0].exists() and there[1].exists()


def test_two_guides_of_one_exchange_are_two(project: Path) -> None:
    text = Path("guides/comma.md").read_text("utf-8").replace("on Example", "on Example for firms")
    Path("guides/twin.md").write_text(text.replace("Step 1: Log in", "Step 1: Enter"), "utf-8")
    assert run(write("acme.yaml", "client: A\nexchanges: [comma, twin]\nips: [203.0.113.7]\n")) == 0
    text = poppler(project / "output/packets/acme/acme-api-keys.pdf")
    assert "on Example for firms" in text and "Log in" in text


@pytest.mark.parametrize("arguments", [(), ("packets/acme.yaml", "--table", "t.csv")])
def test_wrong_use_is_told(project: Path, arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == 2


def test_a_packet_is_strict(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("acme.yaml", ACME)
    assert main(["packet", "packets/acme.yaml", "--jobs", "1"]) == 1  # these guides have warnings
    assert not (project / "output").exists()
    settings = project / "handbook.yaml"
    asked = settings.read_text()
    settings.write_text(asked.replace("{code_key", "{confirmed_only: true, code_key"))
    capsys.readouterr()
    assert run("packets/acme.yaml") == 1
    settings.write_text(asked)
    shutil.rmtree(project / "assets" / "screenshots")
    (project / "empty").mkdir()
    assert run("packets/acme.yaml", "--mirror", "empty") == 1
    assert "N22" in capsys.readouterr().err


TABLE = "client,exchanges,ips,label,note\n"


def row(name: str, ip: str = "203.0.113.9", exchanges: str = "comma") -> str:
    return f"{name},{exchanges},{ip},L-{name},Note of {name}\n"


def test_a_bad_row_never_stops_the_others(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(TABLE + row("One") + row("Two", "10.0.0.1") + row("Three") + row("Four", "x"), "utf-8-sig")
    assert run("--table", "t.csv") == 1
    err = capsys.readouterr().err
    assert "t.csv:3: N15" in err and "t.csv:5: N13" in err
    made = sorted(path.parent.name for path in Path("output/packets").glob("*/*-api-keys.pdf"))
    assert made == ["one", "three"]
    failed = Path("output/packets/failed.csv")
    lines = failed.read_text("utf-8-sig").splitlines()
    assert lines[0] == "reason,client,exchanges,ips,label,note" and len(lines) == 3 and "N15" in lines[1]
    Path("mended.csv").write_text(
        failed.read_text("utf-8-sig").replace("10.0.0.1", "203.0.113.5").replace(",x,", ",203.0.113.6,")
    )
    assert run("--table", "mended.csv") == 0
    assert not failed.exists() and Path("output/packets/two/two-api-keys.pdf").exists()


def test_an_interrupted_table_goes_on(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("t.csv").write_text(TABLE + "".join(row(f"C{number}") for number in range(4)))
    count = 0

    def interrupted(kit: Any, order: Any) -> packets.Finished:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return packets.make(kit, order)

    monkeypatch.setattr(running, "make", interrupted)
    assert run("--table", "t.csv") == 130
    monkeypatch.setattr(running, "make", packets.make)
    done = {path: path.stat().st_mtime_ns for path in Path("output/packets").glob("*/*.pdf")}
    assert len(done) == 4
    assert run("--table", "t.csv") == 0
    assert all(path.stat().st_mtime_ns == time for path, time in done.items())
    assert len(list(Path("output/packets").glob("*/*.pdf"))) == 8
    assert not list(Path("output/packets").rglob(".making-*"))


_MARKS = re.compile(rb"zq\d{3}x|198\.51\.\d{1,3}\.77|2001:db8:[0-9a-f]{4}:cafe")


def marks(person: dict[str, str]) -> set[bytes]:
    """What is found of a client when somebody looks for anybody's values."""
    return set(_MARKS.findall(" ".join(person.values()).encode()))


def isolate(project: Path, count: int, workers: Sequence[int]) -> None:
    """Makes packets for so many clients, some on each number of workers, and looks for anybody's values everywhere."""
    people = [canaries(number) for number in range(count)]
    random.Random(7).shuffle(people)
    for place, jobs in enumerate(workers):
        lines = [",".join(people[0]), *(",".join(person.values()) for person in people[place :: len(workers)])]
        (project / "t.csv").write_text("\n".join(lines) + "\n")
        assert main(["--debug", "packet", "--table", "t.csv", "--despite-warnings", "--jobs", str(jobs)]) == 0
    for person in people:
        folder = project / "output" / "packets" / person["client"].casefold().replace(" ", "-")
        found = {path: everything(path) for path in folder.iterdir()}
        assert len(found) == 2
        for path, data in found.items():
            assert set(_MARKS.findall(data)) == marks(person), path.name
        printed = [person[name] for name in ("client", "contact", "account_manager", "note")]
        whole = b"\n".join(found.values())
        assert all(words.encode() in whole for words in printed) and person["email"].encode() not in whole
    for path in (project / ".cache").rglob("*"):
        held = everything(path) if path.suffix == ".pdf" else path.read_bytes() if path.is_file() else b""
        assert not _MARKS.search(held) and not _MARKS.search(path.name.encode()), path.name


def test_nothing_of_one_client_is_in_anything_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    isolate(project, 4, (1, 2))
    assert not _MARKS.search("".join(capsys.readouterr()).encode())


@pytest.mark.slow
def test_nothing_of_one_of_200_clients_is_in_anything_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    isolate(project, 200, (1, 2, 3, 4))
    assert not _MARKS.search("".join(capsys.readouterr()).encode())


@pytest.mark.slow
def test_a_thousand_rows_need_no_more_memory_than_a_hundred(project: Path) -> None:
    import resource

    def peak(rows: int, first: int) -> int:
        lines = [",".join(canaries(0)), *(",".join(canaries(number).values()) for number in range(first, first + rows))]
        (project / "t.csv").write_text("\n".join(lines) + "\n")
        assert main(["packet", "--table", "t.csv", "--despite-warnings", "--jobs", "2"]) == 0
        shutil.rmtree(project / "output")
        mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return max(mine, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)

    after_100 = peak(100, 0)
    assert peak(900, 100) < 1.25 * after_100


def test_a_record_says_of_a_client_only_what_is_printed(acme: tuple[Path, Path]) -> None:
    for path in acme:
        with pikepdf.open(path) as pdf:
            record = provenance.record_of(pdf)
        assert record and set(record.packet) == {"kind", "client", "code", "exchanges", "key"}
        assert "203.0.113" not in json.dumps(dict(record.packet))
