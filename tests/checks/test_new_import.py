"""`handbook new` and `handbook import`: guides that pass, and guides whose facts come from their text alone."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest

from builder.checks.importing import import_guide
from builder.checks.run import check
from builder.checks.starting import new
from builder.config.checks import Settings
from builder.guides.files import find_guides
from builder.guides.guide import Facts, parse_guide

TODAY = datetime.date(2026, 7, 1)
SCREENSHOTS = os.environ.get("HANDBOOK_SCREENSHOTS")

FOREIGN = """\
# How to Create an API Key on Exemplar

## Step 1: Open the form
1. Pick **New Key**.
2. Enter a **Key Label** (e.g. "Desk").
3. Add the **Allowed IPs (Optional)**, up to 8 IPs, one per line.

## Step 3: Set the rights
Choose the following permissions:
- Orders
- Balances (always on)

### Permissions to Leave Disabled:
- Payouts (never enable)
- Loans

> **Important:** Never enable withdrawals.

## Step 4: Security Verification
- The code sent to your e-mail
- The code from your Authenticator app
- Your fund password

## Step 5: Save the credentials
Exemplar will display:
- Access Key — public
- Secret Key — private

> **Warning:** The Secret Key is shown only once.
"""


def problems_of(slug: str, source: str) -> list[str]:
    guide, problems = parse_guide(source, slug, f"{slug}.md")
    assert guide
    found, _ = check([guide], {}, Settings(brand="Acme Desk"), TODAY)
    return [str(problem) for problem in (*problems, *found)]


@pytest.mark.parametrize(("slug", "name"), [("exemplar", ""), ("my-market", ""), ("okx", "OKX"), ("q", "Q: #1 & {y}")])
def test_a_new_guide_passes(slug: str, name: str) -> None:
    source = new(slug, name)
    assert problems_of(slug, source) == []
    guide, _ = parse_guide(source, slug, "x.md")
    assert guide and guide.exchange == (name or {"exemplar": "Exemplar", "my-market": "My Market"}[slug])
    assert [step.number for step in guide.steps] == [1, 2, 3, 4, 5]
    assert guide.facts.website is None and guide.facts.verified is None  # not known, so not said
    assert guide.figures == ()


def test_import_reads_the_facts() -> None:
    text, missing = import_guide(FOREIGN, "exemplar")
    guide, problems = parse_guide(text, "exemplar", "exemplar.md")
    assert guide and problems == []
    facts = guide.facts
    assert guide.exchange == "Exemplar"
    assert facts.enable == ("Orders", "Balances")
    assert facts.leave_off == ("Payouts", "Loans") and facts.withdrawal == ("Payouts",)
    assert facts.verification == ("Email code", "Authenticator code", "Fund password")
    assert facts.label_field == "Key Label"
    assert facts.ip_field == "Allowed IPs (Optional)" and facts.ip_required is False
    assert facts.ip_separator == "\n" and facts.ip_maximum == 8
    assert facts.key_fields == ("Access Key", "Secret Key") and facts.secret_shown == "once"
    assert [step.number for step in guide.steps] == [1, 2, 3, 4]
    assert [note.partition(":")[0] for note in missing] == ["website", "verified"]
    assert all(f"# To fill in: {note}\n" in text for note in missing)


def test_import_invents_nothing() -> None:
    text, missing = import_guide("# How to use Exemplar\n\n## Step 1: Log in\n\nLog in.\n", "exemplar")
    guide, _ = parse_guide(text, "exemplar", "exemplar.md")
    assert guide and guide.facts == Facts()
    assert [note.partition(":")[0] for note in missing] == [
        "website",
        "verified",
        "permissions.enable",
        "permissions.leave_off",
        "verification",
        "label_field",
        "ip_whitelist.field",
        "ip_whitelist.required",
        "ip_whitelist.separator",
        "key_fields",
        "secret_shown",
    ]


def test_import_keeps_what_is_there() -> None:
    once, missing = import_guide(FOREIGN, "exemplar")
    assert import_guide(once, "exemplar") == (once, missing)
    crlf = FOREIGN.replace("\n", "\r\n")
    assert "\n" not in import_guide(crlf, "exemplar")[0].replace("\r\n", "")
    assert import_guide("no guide", "exemplar") == ("no guide", [])


@pytest.mark.skipif(not SCREENSHOTS, reason="HANDBOOK_SCREENSHOTS names no folder of guides")
def test_import_of_the_real_guides() -> None:
    assert SCREENSHOTS
    facts = {}
    for slug, path in find_guides(Path(SCREENSHOTS), "upstream")[0].items():
        text, missing = import_guide(path.read_text("utf-8"), slug)
        guide, problems = parse_guide(text, slug, slug)
        assert guide and problems == [] and len(missing) <= 6
        facts[slug] = guide.facts
    assert facts["gate"].verification == ("Fund password", "Authenticator code")
    assert facts["gate"].ip_separator is None and facts["binance"].ip_separator is None
    assert {facts[slug].ip_separator for slug in ("bingx", "lbank", "coinstore")} == {","}
    assert facts["coinstore"].ip_required is True
    assert len(facts["binance"].leave_off) == 5 and len(facts["gate"].leave_off) == 11
    assert facts["lbank"].enable == ("Read only", "Trade")
    assert all(one.secret_shown == "once" for one in facts.values())
