"""What stands in braces behind a picture is understood in full, or it is an error: an order is never passed over."""

from __future__ import annotations

import pytest

from builder.guides.guide import parse_guide
from builder.problems import Place, Problem
from builder.screenshots.prepare.prepare import read_orders

PICTURE = "![A screen](https://pictures.example/1.png)"


def read(behind: str, between: str = "") -> tuple[list[Problem], tuple[tuple[str, str], ...]]:
    source = f"# T\n\n## Step 1: Go\n\nSee this:\n\n{PICTURE}{between}{behind}\n"
    guide, problems = parse_guide(source, "a", "a.md")
    orders = guide.figures[0].orders if guide else ()
    return [problem for problem in problems if problem.code != "T08"], orders


@pytest.mark.parametrize(
    ("said", "orders"),
    [
        ('{crop="1 2 30 40"}', (("crop", "1 2 30 40"),)),
        ("{crop=none}", (("crop", "none"),)),
        ('{mask="1 2 3 4; 5 6 7 8" width=80}', (("mask", "1 2 3 4; 5 6 7 8"), ("width", "80"))),
        ('{ mask="1 2 3 4"\n width=80 }', (("mask", "1 2 3 4"), ("width", "80"))),
    ],
)
@pytest.mark.parametrize("between", ["", " ", "\n", "<!-- as agreed -->"])
def test_orders_that_are_understood(said: str, orders: tuple[tuple[str, str], ...], between: str) -> None:
    assert read(said, between) == ([], orders)


@pytest.mark.parametrize("between", ["", " ", "\n", "\n\n", "**", "\n\n- "])
@pytest.mark.parametrize(
    "said",
    [
        '{maks="1 2 3 4"}',
        "{widht=80}",
        "{mask: 500 200 600 400}",
        "{mask=500,200,600,400}",
        "{mask=500 200 600 400}",
        '{mask="1 2 3 4" mask="5 6 7 8"}',
        '{mask="1 2 3 4"',
        "{mask=“1 2 3 4”}",
        "{mask='1 2 3 4'}",
        '{mask ="1 2 3 4"}',
        "{mask}",
        '{MASK="1 2 3 4"}',
        '{mask="1 2 3 4",crop="1 2 3 4"}',
    ],
)
def test_orders_that_are_not(said: str, between: str) -> None:
    problems, orders = read(said, between)
    assert [(problem.code, problem.is_error) for problem in problems] == [("G13", True)]
    assert 7 <= problems[0].place.line <= 9
    assert "mask=" in problems[0].hint
    assert orders == ()


@pytest.mark.parametrize("said", ["{}", "{ }", '{width=80}{mask="1 2 3 4"}', "{.class}", "{#id}"])
def test_braces_that_say_nothing_or_too_much(said: str) -> None:
    assert [problem.code for problem in read(said)[0]] == ["G13"]


def test_braces_elsewhere_are_text() -> None:
    source = "# T\n\n## Step 1: Go\n\nThe list {a, b} and `{mask=1}` are words.\n"
    guide, problems = parse_guide(source, "a", "a.md")
    assert guide and not [problem for problem in problems if problem.code == "G13"]


def test_front_matter_without_an_end_is_an_error() -> None:
    guide, problems = parse_guide("---\nexchange: A\n\n# T\n\n## Step 1: Go\n\nGo.\n", "a", "a.md")
    assert guide is None
    assert [(str(problem.place), problem.code, problem.is_error) for problem in problems] == [("a.md:1", "F07", True)]


@pytest.mark.parametrize(("width", "widest", "taken"), [("152", 152.0, 152), ("153", 152.0, None), ("91", 90.5, None)])
def test_a_width_beyond_the_text_is_an_error(width: str, widest: float, taken: int | None) -> None:
    orders, problems = read_orders((("width", width),), Place("a.md", 3), widest)
    assert orders.width_mm == taken
    assert [problem.code for problem in problems] == ([] if taken else ["G13"])
