"""Every rule has a folder of cases: guides that break it and guides that keep it, with what must be said of them.

`REFRESH=1 pytest tests/checks/test_checks.py` writes the expected outputs anew; look at the difference before you keep
it.
"""

from __future__ import annotations

import datetime
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from check_case import Case, case_in, inspection

from builder.checks import formats, links, safety
from builder.checks.finding import Finding
from builder.checks.labels import Tally
from builder.checks.reading import view
from builder.checks.rules import BY_CODE, FAMILIES, RULES
from builder.checks.run import check, softened, together
from builder.checks.suppressions import Off
from builder.config.checks import Settings
from builder.guides.files import find_guides
from builder.guides.guide import Guide, parse_guide
from builder.problems import Place, Problem, Severity

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
TODAY = datetime.date(2026, 7, 1)
REFRESH = bool(os.environ.get("REFRESH"))
FROM_READING = {"F03"}
"""Codes of reading that the check is asked for by name, such as unknown front matter."""

SCREENSHOTS = os.environ.get("HANDBOOK_SCREENSHOTS")
WORDS = os.environ.get("HANDBOOK_WORDS")


def said(case: Case) -> list[Problem]:
    """What reading and checking a case say, in order."""
    found: list[Guide] = []
    problems: list[Problem] = []
    for slug, source in case.sources.items():
        guide, of_reading = parse_guide(source, slug, f"{slug}.md")
        problems += of_reading
        if guide is not None:
            found.append(guide)
    of_links = links.judge(found, case.answers) if case.answers is not None else None
    of_check, _ = check(found, case.seen, case.settings, TODAY, case.kept, of_links, case.screens)
    return list(together(problems, of_check))


@pytest.mark.parametrize("kind", ["wrong", "right"])
@pytest.mark.parametrize("code", sorted({*BY_CODE, *FROM_READING}))
def test_rule(code: str, kind: str) -> None:
    folder = CASES / code / kind
    case = case_in(folder)
    problems = said(case)
    text = "".join(f"{problem}\n" for problem in problems)
    if REFRESH:
        (folder / "expected.txt").write_text(text, "utf-8")
    assert text == (folder / "expected.txt").read_text("utf-8")
    if kind == "wrong":
        assert code in {problem.code for problem in problems}
    else:
        assert text == ""


def test_no_leftovers() -> None:
    """A case that no rule asks for, and a file that no case reads, are mistakes."""
    assert sorted(path.name for path in CASES.iterdir()) == sorted({*BY_CODE, *FROM_READING})
    for folder in CASES.iterdir():
        assert sorted(path.name for path in folder.iterdir()) == ["right", "wrong"]
        for kind in folder.iterdir():
            known = {"expected.txt", "seen.json", "kept.json", "answers.json", "settings.json"}
            assert {path.name for path in kind.iterdir() if path.suffix != ".md"} <= known | {
                f"{path.stem}.screens.yaml" for path in kind.glob("*.md")
            }
            assert any(path.suffix == ".md" for path in kind.iterdir())


def test_every_wrong_case_has_a_place() -> None:
    for code in BY_CODE:
        for problem in said(case_in(CASES / code / "wrong")):
            assert problem.place.line > 0 or problem.code == "P08"
            assert problem.place.file


def test_table_of_rules() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert {code[0] for code in codes} == set(FAMILIES)
    for rule in RULES:
        assert rule.hint and rule.why and not rule.title.endswith(".")


def test_every_mended_rule_is_mended() -> None:
    """What the table promises `check --fix` does: the wrong case no longer breaks the rule."""
    from builder.checks.mend import fix

    for rule in RULES:
        if not rule.mended:
            continue
        case = case_in(CASES / rule.code / "wrong")
        mended = {slug: fix(source, slug, case.seen)[0] for slug, source in case.sources.items()}
        before = [problem for problem in said(case) if problem.code == rule.code]
        after = [problem for problem in said(case.with_sources(mended)) if problem.code == rule.code]
        assert len(after) < len(before), rule.code


def test_off_in_front_matter_and_by_comment() -> None:
    case = case_in(CASES / "L05" / "wrong")
    (slug, source), *_ = case.sources.items()
    by_key = source.replace("---\n", "---\nchecks:\n  off:\n    L05: quoted from the screen\n", 1)
    line = next(line for line in source.splitlines() if "!" in line and "](" not in line)
    by_comment = source.replace(line, f"{line} <!-- check off: L05 quoted from the screen -->")
    above = source.replace(line, f"<!-- check off: L05 quoted from the screen -->\n{line}")
    assert [problem.code for problem in said(case)] == ["L05"]
    for text in (by_key, by_comment, above):
        assert said(case.with_sources({slug: text})) == []


def test_what_is_wrong_with_the_whole_guide_is_told_at_its_title_and_can_be_off_above_it() -> None:
    case = case_in(CASES / "A04" / "wrong")
    ((slug, source),) = case.sources.items()
    source = source.replace("---\n", "---\n# To fill in: much\n", 1)
    title = next(line for line in source.splitlines() if line.startswith("# How"))
    (problem,) = said(case.with_sources({slug: source}))
    assert (problem.code, problem.place.line) == ("A04", source.splitlines().index(title) + 1)
    off = source.replace(title, f"<!-- check off: A04 there is no such field -->\n{title}")
    assert said(case.with_sources({slug: off})) == []


def test_what_was_not_asked_is_not_idle() -> None:
    """Without words read, without the lock file and without links, their rules may stay off in peace."""
    case = case_in(CASES / "R03" / "right")
    (slug, source), *_ = case.sources.items()
    off = "---\nchecks:\n  off:\n" + "".join(f"    {code}: reason\n" for code in ("W01", "P10", "K01"))
    text = source.replace("---\n", off, 1)
    assert said(case.with_sources({slug: text})) == []


def test_a_line_of_the_guide_is_no_line_of_the_file_beside_it() -> None:
    beside = Finding(10, 0, "D22", "x", file="exemplar.screens.yaml")
    assert not Off("D22", "reason", 9, (9, 10)).covers(beside)
    assert Off("D22", "reason", 9).covers(beside)
    assert Off("D22", "reason", 9, (9, 10)).covers(replace(beside, file=""))


def test_drawings_without_screenshots_may_have_d22_off() -> None:
    case = case_in(CASES / "D22" / "wrong")
    ((slug, source),) = case.sources.items()
    off = source.replace("---\n", "---\nchecks:\n  off:\n    D22: compared by hand\n", 1)
    assert said(case.with_sources({slug: off})) == []
    assert said(replace(case, seen={}).with_sources({slug: off})) == []


def test_reading_does_not_repeat_the_check() -> None:
    place = Place("a.md", 3)
    repeated = Problem(place, "G11", "numbered", severity=Severity.WARNING)
    other = Problem(place, "G08", "a second title")
    own = Problem(place, "T01", "step 3 follows step 1")
    assert together([repeated, other], [own]) == (other, own)


def test_foreign_guides_are_softened() -> None:
    foreign = [
        Problem(Place("foreign.md", 1), "T08", "x", severity=Severity.WARNING),
        Problem(Place("foreign.md"), "T01", "x"),
    ]
    own = Problem(Place("own.md", 1), "T01", "x")
    assert [problem.is_error for problem in softened([*foreign, own])] == [False, False, True]


def test_json() -> None:
    problem = Problem(Place("guides/ä.md", 3, 7), "L02", 'a "long" one', "cut it", Severity.WARNING)
    assert json.loads(formats.as_json([problem])) == [
        {
            "file": "guides/ä.md",
            "line": 3,
            "column": 7,
            "code": "L02",
            "severity": "warning",
            "message": 'a "long" one',
            "hint": "cut it",
        }
    ]
    assert json.loads(formats.as_json([])) == []


def test_github_annotations() -> None:
    problem = Problem(Place("a,b:c.md", 3), "L02", "50% of\nit", "cut it", Severity.WARNING)
    expected = "::warning file=a%2Cb%3Ac.md,line=3,title=L02::50%25 of%0Ait%0Ahint: cut it"
    assert formats.as_github([problem]) == expected
    error = Problem(Place("a.md", 3, 9), "T01", "x")
    assert formats.as_github([error, error]).splitlines() == ["::error file=a.md,line=3,col=9,title=T01::x"] * 2


def _folder(root: Path) -> tuple[list[Guide], dict[str, str]]:
    files, _ = find_guides(root, root.name)
    sources = {slug: path.read_text("utf-8-sig") for slug, path in files.items()}
    parsed = [parse_guide(source, slug, f"{slug}.md")[0] for slug, source in sources.items()]
    return [guide for guide in parsed if guide], sources


def _words_seen(found: list[Guide]) -> dict[str, object]:
    assert WORDS
    seen = {}
    for guide in found:
        for figure in guide.figures:
            name = unquote(figure.address).rpartition("/")[2].removesuffix(".png")
            dump = Path(WORDS) / f"{guide.slug}-{name.split()[-1]}.json"
            if dump.exists():
                lines = [(word["text"], *word["box"]) for word in json.loads(dump.read_text("utf-8"))]
                seen[figure.address] = inspection(lines)
    return seen


def _own() -> tuple[list[Guide], dict[str, str]]:
    return _folder(ROOT / "guides")


def test_own_guides_are_clean() -> None:
    found, _ = _own()
    assert found
    problems, _ = check(found, {}, Settings(brand="ICG Trading"), max(_verified(found)))
    assert [str(problem) for problem in problems] == []


def _verified(found: list[Guide]) -> list[datetime.date]:
    return [guide.facts.verified for guide in found if guide.facts.verified]


@pytest.mark.skipif(not WORDS, reason="HANDBOOK_WORDS names no folder of words read on the pictures")
def test_own_guides_against_their_pictures() -> None:
    found, _ = _own()
    start = time.perf_counter()
    problems, tally = check(found, _words_seen(found), Settings(brand="ICG Trading"), max(_verified(found)))
    assert [str(problem) for problem in problems] == []
    assert tally.labels >= 80 and tally.confirmed >= 0.95 * tally.labels and tally.missing == 0
    assert time.perf_counter() - start < 2  # a bound for a busy machine; it takes 0.15 s alone


@pytest.mark.skipif(not (SCREENSHOTS and WORDS), reason="HANDBOOK_SCREENSHOTS and HANDBOOK_WORDS name no folders")
def test_known_defects_upstream() -> None:
    assert SCREENSHOTS
    found, sources = _folder(Path(SCREENSHOTS))
    problems, tally = check(found, _words_seen(found), Settings(brand="ICG Trading"), TODAY)
    codes = {slug: [p.code for p in problems if p.place.file == f"{slug}.md"] for slug in sources}
    assert "T01" in codes["coinstore"]
    assert {"W04", "P04"} <= set(codes["gate"])
    wrong_captions = [p for p in problems if p.place.file == "binance.md" and p.code in {"W03", "P03"}]
    assert len({p.place.line for p in wrong_captions}) == 6
    assert "T09" in codes["binance"]
    assert all("A06" in of_guide for of_guide in codes.values())
    assert "A07" in codes["gate"] and "A07" in codes["binance"]
    assert all("A07" not in codes[slug] for slug in ("bingx", "lbank", "coinstore"))
    assert "L11" in codes["gate"]
    # No error on what is right.
    errors = [(p.place.file, p.code) for p in problems if p.is_error]
    assert {code for _, code in errors} == {"T01", "W04", "A06"} and len(errors) == 7
    assert isinstance(tally, Tally) and tally.confirmed > 30


def test_what_the_lock_file_knows() -> None:
    """A record that no guide asks for, and a confirmation of other bytes, are told."""
    from builder.checks.lock_status import kept_in
    from builder.screenshots.fetch import lock

    record = """\
- address: https://raw.githubusercontent.com/acme/guides/main/exemplar/shots/Shot%20{n}.png
  file: exemplar/Shot {n}.png
  sha256: {digest}
  bytes: 10
  fetched: 2026-06-01
"""
    confirmed = "  confirmed:\n    date: 2026-06-02\n    sha256: {digest}\n    prints: []\n"
    text = record.format(n=1, digest="a" * 64) + confirmed.format(digest="a" * 64)
    text += record.format(n=2, digest="b" * 64) + confirmed.format(digest="a" * 64)
    text += record.format(n=9, digest="c" * 64)
    entries, problems = lock.parse(text, "screenshots.lock.yaml")
    assert problems == ()
    case = case_in(CASES / "T01" / "right")
    kept = kept_in(entries, "assets/screenshots")
    guide, _ = parse_guide(case.sources["exemplar"], "exemplar", "exemplar.md")
    assert guide
    found, _ = check([guide], {}, Settings(), TODAY, kept)
    assert [(p.code, p.place.file) for p in found] == [
        ("P08", "assets/screenshots/exemplar/Shot 9.png"),
        ("P10", "exemplar.md"),
    ]


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("Enter a passphrase of your own and save it.", []),
        ("Set a passphrase and store it well.", []),
        ("Copy the passphrase that the exchange shows.", ["A06"]),
    ],
)
def test_a_passphrase_that_the_reader_thinks_of_is_no_secret_that_is_shown(sentence: str, codes: list[str]) -> None:
    source = (
        f"# How to create an API key on Example\n\n## Step 1: Begin\n\n1. {sentence}\n\n## Step 2: Wait\n\nWait.\n\n"
        "## Step 3: Store\n\n> **Warning:** The secret key is shown only once.\n\n1. Copy the secret key.\n"
    )
    guide, _ = parse_guide(source, "example", "example.md")
    assert guide is not None
    found = [finding for finding in safety.shown_once(view(guide)) if finding.code == "A06"]
    assert [finding.code for finding in found] == codes
    assert all("line 5 has the reader see it" in finding.message for finding in found)
