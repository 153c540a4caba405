"""The printed words: every language has all of them, and whatever is missing is told with its line."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest
from samples import ROOT

from builder.pages import words
from builder.pages.templates import Templates
from builder.problems import BuildError, Place, Problem

HERE = Place("handbook.yaml", 5)
LANGUAGES = ("en", "de", "zh-Hans")


def loaded(templates: Path, language: str) -> tuple[words.Words | None, list[Problem]]:
    return words.load(Templates.read(templates).files, language, HERE)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    for name in ("words", "text"):
        shutil.copytree(ROOT / "templates" / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_whole(language: str) -> None:
    found, problems = loaded(ROOT / "templates", language)
    assert problems == [] and found and found.language == language


def test_a_tag_with_a_region_takes_the_nearest_language() -> None:
    found, _ = loaded(ROOT / "templates", "de-AT")
    assert found and found("back.title") == "Fragen?" and found.language == "de-AT"


def test_dates_lists_and_plurals_follow_the_language() -> None:
    said = {}
    for language in LANGUAGES:
        found, _ = loaded(ROOT / "templates", language)
        assert found
        day, names = found.day(datetime.date(2026, 3, 1)), found.enumerated(["A", "B", "C"])
        said[language] = (day, names, found("opener.minutes", number=1), found.quoted("x"))
    assert said["en"] == ("1 March 2026", "A, B and C", "About 1 minute", "“x”")
    assert said["de"] == ("1. März 2026", "A, B und C", "Etwa 1 Minute", "„x“")
    assert said["zh-Hans"] == ("2026年3月1日", "A、B和C", "约 1 分钟", "“x”")


def test_every_word_that_pages_ask_for_is_there_and_no_other() -> None:
    found, _ = loaded(ROOT / "templates", "en")
    assert found
    known = {name.partition("|")[0] for name in found.said}
    sources = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "templates").rglob("*.txt"),
        *(ROOT / "builder").rglob("*.py"),
    ]
    text = "".join(path.read_text("utf-8") for path in sources)
    asked = set(re.findall(r"(?:say|words)\(\s*['\"]([a-z_]+\.[a-z_]+)['\"]", text))
    assert asked <= known, "the catalogue lacks a word"
    named = set(re.findall(r"['\"]([a-z_]+\.[a-z_]+)['\"]", text))
    begun = tuple(re.findall(r"['\"{]([a-z_]+\.)(?:['\"] ~|\{)", text))
    assert [name for name in known if name not in named and not name.startswith(begun)] == []


def test_an_unknown_language_is_a_problem_where_it_was_asked_for() -> None:
    for language in ("xx", "../en", "français"):
        found, (problem,) = loaded(ROOT / "templates", language)
        assert found is None
        assert (problem.code, problem.place) == ("C11", HERE)
        assert "de, en, zh-Hans" in problem.hint


@pytest.mark.parametrize(
    ("before", "after", "code", "line_of", "message"),
    [
        ("  title: Fragen?\n", "", "U04", "back:", "'back.title' is missing"),
        ("  title: Fragen?\n", "  title: Fragen {firm}?\n", "U05", "title: Fragen", "nothing filled in"),
        ("  title: Fragen?\n", "  title: Fragen?\n  more: Mehr\n", "U06", "more: Mehr", "no word 'back.more'"),
        ("locale: de_DE", "locale: qq_QQ", "U03", "locale", "no locale"),
        ("hyphenation: auto", "hyphenation: yes please", "U03", "hyphenation", "auto or manual"),
        ("hyphenation: auto", "hyphenation: [auto]", "U03", "hyphenation", "auto or manual"),
        ('["„", "“"]', "[1, {a: b}]", "U03", "quotes", "two signs"),
        ("    other: Etwa {number} Minuten\n", "", "U04", "minutes:", "'other' of 'opener.minutes'"),
        ("    one: Etwa {number} Minute\n", "    one: Etwa {zahl} Minute\n", "U05", "one: Etwa", "{number} filled in"),
        ("    one: Etwa", "    single: Etwa", "U06", "single: Etwa", "no form 'single'"),
        ("  title: Fragen?\n", "  title:\n    other: Fragen?\n", "U06", "other: Fragen", "no form 'other'"),
        ("  title: Fragen?\n", "  title: Fragen?\n  title: Noch\n", "U02", "title: Noch", "stands twice"),
        ("  title: Fragen?\n", "  title: Fragen?\n  [a]: b\n", "U02", "[a]: b", "a name is expected"),
        ("  title: Fragen?\n", "  title: [Fragen?]\n", "U02", "title: [Fragen", "should be words"),
        ("  title: Fragen?\n", "  title: [Fragen?\n", "U02", "never: Niemand", "not readable"),
    ],
)
def test_what_is_wrong_in_a_catalogue_is_told_with_its_line(
    templates: Path, before: str, after: str, code: str, line_of: str, message: str
) -> None:
    file = templates / "words" / "de.yaml"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")
    found, problems = loaded(templates, "de")
    assert found is None
    problem = problems[0]
    line = next(number for number, each in enumerate(file.read_text("utf-8").splitlines(), 1) if line_of in each)
    assert problem.code == code and problem.place.file == "templates/words/de.yaml", problems
    assert message in problem.message
    assert abs(problem.place.line - line) <= (2 if code == "U02" else 0)


def test_a_text_that_is_missing_is_named(templates: Path) -> None:
    (templates / "text" / "zh-Hans" / "rules.md").unlink()
    found, (problem,) = loaded(templates, "zh-Hans")
    assert found is None and (problem.code, problem.place.file) == ("U01", "templates/text/zh-Hans/rules.md")


def test_a_template_that_is_not_text_is_told_with_its_line(templates: Path) -> None:
    (templates / "words" / "de.yaml").write_bytes(b"locale: de_DE\nquotes: \xff\n")
    with pytest.raises(BuildError, match=r"templates/words/de\.yaml:2: U02 the file is not UTF-8"):
        Templates.read(templates)


def test_values_are_escaped_only_where_one_of_them_is_html() -> None:
    import markupsafe

    found, _ = loaded(ROOT / "templates", "en")
    assert found
    assert found("cover.edition", edition="<7>") == "Edition <7>"
    assert found("figure.look_for", labels=markupsafe.Markup("<b>A</b>")) == "On your screen, look for <b>A</b>."
