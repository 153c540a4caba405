"""docs/writing-guides.md teaches what is so: its guide passes the check, and its pieces mean what it says."""

from __future__ import annotations

import datetime
from pathlib import Path

from builder.checks.run import check
from builder.config.checks import Settings
from builder.guides import markdown
from builder.guides.blocks import Block, Callout, Code, Permissions, Together, figures_in
from builder.guides.guide import Guide, parse_guide

PAGE = Path(__file__).parents[2] / "docs" / "writing-guides.md"
TODAY = datetime.date(2026, 7, 1)


def examples() -> tuple[str, list[str]]:
    """The whole guide, and the pieces."""
    fences = [block.text for block in markdown.parse(PAGE.read_text("utf-8")).blocks if isinstance(block, Code)]
    whole, *pieces = fences
    return whole + "\n", pieces


def parsed(source: str) -> Guide:
    guide, problems = parse_guide(source, "exemplar", "exemplar.md")
    assert guide and problems == []
    return guide


def problems_of(source: str) -> list[str]:
    found, _ = check([parsed(source)], {}, Settings(), TODAY)
    return [str(problem) for problem in found]


def test_the_whole_guide_passes() -> None:
    source, _ = examples()
    assert problems_of(source) == []
    assert [step.number for step in parsed(source).steps] == [1, 2, 3]


def test_the_whole_guide_would_not_pass_otherwise() -> None:
    source, _ = examples()
    assert problems_of(source.replace("only once", "to you"))
    assert problems_of(source.replace("2. Click **New Key", "3. Click **New Key"))


def test_the_pieces_pass_in_a_guide() -> None:
    source, pieces = examples()
    assert len(pieces) == 5
    for piece in pieces:
        assert problems_of(source.replace("## Keep the key safe", f"{piece}\n\n## Keep the key safe")) == []


def test_the_pieces_are_what_the_page_says() -> None:
    _, pieces = examples()
    blocks = [list(markdown.settle(markdown.parse(piece).blocks)) for piece in pieces]
    callout, picture, permissions, typed, commented = blocks
    assert isinstance(callout[0], Callout) and callout[0].kind == "important"
    assert isinstance(picture[0], Together)
    assert dict(_figure_orders(picture)) == {"crop": "80 60 640 400", "width": "90"}
    assert isinstance(permissions[1], Permissions) and not any(row.on for row in permissions[1].rows)
    assert any(span.code and span.text == "desk-1" for span in getattr(typed[0], "spans", ()))
    assert len(commented) == 1


def _figure_orders(blocks: list[Block]) -> tuple[tuple[str, str], ...]:
    (figure,) = figures_in(blocks)
    return figure.orders
