"""Packets, sheets and mails of a firm that writes in another language."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from pathlib import Path

import pytest
from laid_out import faults
from packet_reading import poppler
from samples import ROOT, make_project

from builder.cli import main
from builder.guides.blocks import Block, Given, Listing, Together
from builder.guides.guide import parse_guide
from builder.packets.placing import placed
from builder.pages import words as catalogue
from builder.pages.templates import Templates
from builder.problems import Place

GUIDE = (ROOT / "tests" / "second_firm" / "nordbank.md").read_text("utf-8")
ASKING = {
    "en": ("Under **Trusted**, enter the IP addresses.", "Type your label.", "Check that the IP addresses are listed."),
    "de": (
        "Tragen Sie unter **Vertraute Adressen** die IP-Adressen ein.",
        "Geben Sie die Bezeichnung ein.",
        "Prüfen Sie, dass die IP-Adressen eingetragen sind.",
    ),
    "zh-Hans": ("在**受信任**下输入IP地址，然后点击**确认**。", "请填写API密钥的标签。", "检查已输入的IP地址。"),
}
CLIENT = """client: Müller & Söhne KG
exchanges: [nordboerse]
ips: [203.0.113.7, 203.0.113.9]
label: ICG-MM
account_manager: Max Muster
expires: 2027-06-30
"""


def kinds(blocks: tuple[Block, ...]) -> list[str]:
    found = []
    for block in blocks:
        match block:
            case Given(kind=kind):
                found.append(kind)
            case Listing(items=items):
                found += [kind for item in items for kind in kinds(item.blocks)]
            case Together(blocks=inner):
                found += kinds(inner)
            case _:
                pass
    return found


@pytest.mark.parametrize("language", ASKING)
def test_instructions_ask_in_every_language(language: str) -> None:
    words, _ = catalogue.load(Templates.read(ROOT / "templates").files, language, Place("handbook.yaml"))
    assert words is not None
    steps = "".join(f"{number}. {line}\n" for number, line in enumerate(ASKING[language], 1))
    guide, _ = parse_guide(f"---\nexchange: A\n---\n# A\n\n## Step 1: B\n\n{steps}", "a", "a.md")
    assert guide is not None
    assert kinds(placed(guide, words, has_label=True).steps[0].blocks) == ["ips", "label"]
    assert kinds(placed(guide, words, has_label=False).steps[0].blocks) == ["ips"]


def test_a_german_firm_sends_german_packets(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    step = "Tragen Sie die IP-Adressen mit Kommas ohne Leerzeichen getrennt ein.\n\n## Schritt 3: Schlüssel verwahren"
    project = make_project(
        tmp_path, {"nordboerse": GUIDE.replace("## Schritt 3: Schlüssel verwahren", step)}, like=built
    )
    settings = (project / "handbook.yaml").read_text("utf-8")
    (project / "handbook.yaml").write_text(f"language: de\nemail: {{from: desk@firm.example}}\n{settings}", "utf-8")
    (project / "packets").mkdir()
    (project / "packets" / "client.yaml").write_text(CLIENT, "utf-8")
    monkeypatch.chdir(project)
    assert main(["--debug", "packet", "packets/client.yaml", "--despite-warnings", "--jobs", "1"]) == 0
    folder = next((project / "output" / "packets").iterdir())
    packet, sheet = folder / f"{folder.name}-api-keys.pdf", folder / f"{folder.name}-sign-off.pdf"
    text, signed = poppler(packet), poppler(sheet)
    for words in (
        "Hier beginnen",
        "Kein Kontrollcode",
        "30. Juni 2027",
        "Erstellt für Müller & Söhne KG",
        "Max Muster",
    ):
        assert words in text, words
    assert text.count("203.0.113.7,203.0.113.9") == 4, "on the first pages, in the box, the step and the checklist"
    assert "Bestätigungsblatt" in signed and "kein Kontrollcode" not in signed
    for words in ("Start here", "Prepared for", "Sign-off", "Label of", "IP addresses", "Your ", " key"):
        assert words not in text + signed, words
    assert faults(packet, running_heads={"Nordbörse So erstellen Sie einen API-Schlüssel bei Nordbörse"}) == []
    assert faults(sheet) == []
    capfd.readouterr()
    assert main(["email", str(packet), "--to", "jane@client.example", "--draft", "a.eml"]) == 0, capfd.readouterr().err
    draft = email.message_from_bytes((project / "a.eml").read_bytes(), policy=email.policy.default)
    assert "Unterlagen zur Einrichtung für Müller & Söhne KG" in str(draft["subject"])
    for kind in ("plain", "html"):
        body = draft.get_body((kind,))
        assert body is not None
        said = body.get_content().casefold()
        assert "so gehen sie vor" in said and "niemand bei" in said and "how to" not in said and "hello" not in said


def test_words_left_empty_ask_for_nothing() -> None:
    words, _ = catalogue.load(Templates.read(ROOT / "templates").files, "en", Place("handbook.yaml"))
    assert words is not None
    said = {**words.said, "packet.asks": "enter, ", "packet.only_checks": ","}
    guide, _ = parse_guide("---\nexchange: A\n---\n# A\n\n## Step 1: B\n\nEnter the IP addresses.\n", "a", "a.md")
    assert guide is not None
    assert kinds(placed(guide, replace(words, said=said), has_label=False).steps[0].blocks) == ["ips"]
