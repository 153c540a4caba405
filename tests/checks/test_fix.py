"""`check --fix`: what is mechanical is mended, nothing else is touched, and mending twice changes nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest
from check_case import case_in, inspection

from builder.checks.mend import diff, fix
from builder.guides.guide import parse_guide

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[2]
HEAD = "# How to create an API key on Exemplar\n\n## Step 1: Go on\n\n"


def fixed(text: str) -> str:
    return fix(text, "exemplar")[0]


@pytest.mark.parametrize("folder", sorted(CASES.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_mending_twice_changes_nothing_more(folder: Path) -> None:
    case = case_in(folder)
    for slug, source in case.sources.items():
        once, changes = fix(source, slug, case.seen)
        again, more = fix(once, slug, case.seen)
        assert (again, more) == (once, [])
        assert bool(changes) == (once != source)


@pytest.mark.parametrize("path", sorted((ROOT / "guides").glob("*.md")), ids=lambda path: path.stem)
def test_own_guides_need_no_mending(path: Path) -> None:
    source = path.read_text("utf-8")
    assert fix(source, path.stem) == (source, [])


def test_steps_are_numbered_and_references_follow() -> None:
    source = "# T on Exemplar\n\n## Step 1: Go\n\nSee step 4.\n\n## Step 4: Stop at step 1\n\nText, `step 4`.\n"
    assert fixed(source) == source.replace("See step 4", "See step 2").replace("## Step 4", "## Step 2")


def test_references_stay_where_two_steps_have_one_number() -> None:
    source = "# T on Exemplar\n\n## Step 1: Go\n\nSee step 1.\n\n## Step 1: Stop\n\nText.\n"
    assert fixed(source) == source.replace("## Step 1: Stop", "## Step 2: Stop")


def test_lists_go_on_after_a_picture() -> None:
    picture = "![One](https://a.example/1.png)"
    source = f"{HEAD}1. Open it.\n\n{picture}\n\n1. Close it.\n2. Go.\n"
    assert fixed(source) == source.replace("1. Close", "2. Close").replace("2. Go", "3. Go")


def test_what_hangs_below_an_entry_moves_with_a_wider_number() -> None:
    first = "".join(f"{number}. Go.\n" for number in range(1, 10))
    source = f"{HEAD}{first}\n![One](https://a.example/1.png)\n\n1. Stop.\n\n   Stay in.\n2. End.\n"
    mended = fixed(source)
    assert "10. Stop.\n\n    Stay in.\n11. End.\n" in mended
    before, after = (parse_guide(text, "a", "a.md")[0] for text in (source, mended))
    assert before and after
    assert len(after.steps[0].blocks) == 1  # one list, its entry and all


def test_lists_that_begin_anew_stay() -> None:
    source = f"{HEAD}1. Open it.\n2. Close it.\n\nIf it comes back:\n\n1. Read it.\n1. Close it.\n"
    assert fixed(source) == source


def test_pictures_get_their_blank_lines() -> None:
    source = f"{HEAD}1. Open it.\n![One](https://a.example/1.png)\n2. Close it.\n> **Note:** x\n> ![Two](https://a.example/2.png)\n"
    assert fixed(source) == (
        f"{HEAD}1. Open it.\n\n![One](https://a.example/1.png)\n\n2. Close it.\n"
        "> **Note:** x\n>\n> ![Two](https://a.example/2.png)\n"
    )


def test_captions_are_exchanged_only_where_the_pictures_prove_it() -> None:
    case = case_in(CASES / "W04" / "wrong")
    source = case.sources["exemplar"]
    assert fix(source, "exemplar")[0] == source
    mended, changes = fix(source, "exemplar", case.seen)
    assert mended.index("Set Trade and Create") < mended.index("Store the Secret]")
    assert mended.count("https://") == source.count("https://") and len(changes) == 2
    blind = {address: inspection(["Nothing to read"]) for address in case.seen}
    assert fix(source, "exemplar", blind)[0] == source


@pytest.mark.parametrize(
    ("separator", "text", "expected"),
    [
        ('","', "Separate the IPs by commas.", "Separate the IPs by commas without spaces."),
        ('", "', "Separate the IPs by a comma.", "Separate the IPs by a comma and a space."),
        ('","', "Separate the IPs by commas without spaces.", "Separate the IPs by commas without spaces."),
        ('","', "Enter IPs as 192.0.2.1, 192.0.2.2, 192.0.2.3.", "Enter IPs as 192.0.2.1,192.0.2.2,192.0.2.3."),
        ('","', "Enter IPs as `192.0.2.1, 192.0.2.2`.", "Enter IPs as `192.0.2.1, 192.0.2.2`."),
    ],
)
def test_separators(separator: str, text: str, expected: str) -> None:
    head = f"---\nip_whitelist:\n  separator: {separator}\n---\n\n{HEAD}"
    assert fixed(head + text + "\n") == head + expected + "\n"


def test_separators_stay_where_the_front_matter_knows_none() -> None:
    source = f"{HEAD}Separate the IPs by commas.\n"
    assert fixed(source) == source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Press "Go" now.', "Press “Go” now."),
        ('Press **"Go"** now.', "Press **“Go”** now."),
        ('(e.g. "MM Bot", "Pool")', "(e.g. “MM Bot”, “Pool”)"),
        ("It isn't Jane's.", "It isn’t Jane’s."),
        ("Press 'Go' now.", "Press ‘Go’ now."),
        ("Since the '90s.", "Since the ’90s."),
        ("One - two -- three – four.", "One — two — three — four."),
        ("One--two.", "One — two."),
        ("From 5–10 on a well-known -x.", "From 5–10 on a well-known -x."),
        ("Two  spaces   here.", "Two spaces here."),
        ('Keep `"a"  -- b`, <https://a.example/"x"> and \\"this\\".', None),
        ('Keep [“it”](https://a.example/a--b "a  b").', None),
        ("Keep the break  \nhere.", None),
        ('Keep <!-- "this"  -- --> still.', None),
        (
            '![A "b"](https://a.example/a--b.png){crop="1 2 3 4"}',
            '![A “b”](https://a.example/a--b.png){crop="1 2 3 4"}',
        ),
        ("| a |  b |\n|---|----|\n| c  d | - |", "| a |  b |\n|---|----|\n| c d | — |"),
        ('    "code"  -- x', None),
        ('```\n"code"  -- x\n```', None),
    ],
)
def test_typography(text: str, expected: str | None) -> None:
    assert fixed(f"{HEAD}{text}\n") == f"{HEAD}{text if expected is None else expected}\n"


def test_front_matter_stays() -> None:
    head = '---\nsummary: "It\'s  a -- b"\n---\n\n' + HEAD
    assert fixed(head + "Go  on.\n") == head + "Go on.\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_stay(end: str) -> None:
    source = f"{HEAD}Go  on.\n![One](https://a.example/1.png)\n".replace("\n", end)
    expected = f"{HEAD}Go on.\n\n![One](https://a.example/1.png)\n".replace("\n", end)
    assert fixed(source) == expected


def test_a_byte_order_mark_and_a_missing_last_line_end_stay() -> None:
    assert fixed(f"\ufeff{HEAD}Go  on.") == f"\ufeff{HEAD}Go on."


def test_guides_in_another_language_are_mended_by_what_holds_in_all() -> None:
    """German quotes and dashes are others; two spaces are wrong everywhere."""
    text = 'Wähle  "Lesen" - nie mehr.\n'
    assert fix(HEAD + text, "exemplar", language="de-AT")[0] == HEAD + text.replace("  ", " ")
    assert fix(HEAD + text, "exemplar")[0] == HEAD + "Wähle “Lesen” — nie mehr.\n"


def test_what_is_off_is_not_mended() -> None:
    source = f"{HEAD}Go  on. <!-- check off: L06 drawn on the screen so -->\nStay  here.\n"
    assert fixed(source) == source.replace("Stay  here", "Stay here")
    by_key = "---\nchecks:\n  off:\n    L06: drawn so\n---\n\n" + HEAD + "Go  on.\n"
    assert fixed(by_key) == by_key


@pytest.mark.parametrize("source", ["", "no title", "---\n: [\n---\n", "# Only a title\n"])
def test_what_is_no_guide_stays(source: str) -> None:
    assert fix(source, "exemplar") == (source, [])


def test_the_change_is_shown() -> None:
    before, after = f"{HEAD}Go  on.\n", f"{HEAD}Go on.\n"
    shown = diff(before, after, "guides/exemplar.md")
    assert shown.startswith("--- guides/exemplar.md (as it was)\n+++ guides/exemplar.md (mended)\n@@")
    assert shown.endswith("-Go  on.\n+Go on.\n")
    assert diff(before, before, "guides/exemplar.md") == ""


def test_one_picture_inside_a_list_does_not_stop_the_others() -> None:
    source = (
        "# How to create an API key on Example\n\n## Step 1: Go\n\n- Open it.\n![A](https://x.example/1.png)\n"
        "- Press it.\n\nLook.\n![B](https://x.example/2.png)\nText here.\n"
    )
    mended, changes = fix(source, "example")
    assert "Look.\n\n![B](https://x.example/2.png)\n\nText here." in mended and len(changes) >= 2
    assert mended.count("- ") == 2
