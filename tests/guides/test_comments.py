"""Comments do not print; everything else that looks like HTML does, as text."""

from __future__ import annotations

import pytest

from builder.guides import markdown
from builder.guides.blocks import Callout, Figure, Listing, Paragraph, Table, plain
from builder.guides.comments import Comment


def shown(source: str) -> list[str]:
    return [plain(block.spans) for block in markdown.parse(source).blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<!-- alone -->", []),
        ("<!-- over\n\ntwo lines -->\n\nText", ["Text"]),
        ("Text <!-- at the end -->", ["Text"]),
        ("Text\n<!-- between -->\nmore", ["Text", "more"]),
        ("<!-- a --> Text <!-- b -->", ["Text"]),
        ("Text <!-- over\nlines --> goes on", ["Text  goes on"]),
        ("Text <!-- that never ends", ["Text <!-- that never ends"]),
        ("<!-- that never ends", ["<!-- that never ends"]),
        ("A `<!-- code -->` stays", ["A <!-- code --> stays"]),
        ("Raw <b>HTML</b> <!DOCTYPE x> <?x?> stays", ["Raw <b>HTML</b> <!DOCTYPE x> <?x?> stays"]),
        ("<div>\n<!-- x -->\n</div>", ["<div>", "</div>"]),
        ("<!-- a --><script>x</script>", ["<script>x</script>"]),
        ("**<!-- a -->bold**", ["bold"]),
    ],
)
def test_comments_do_not_print(source: str, expected: list[str]) -> None:
    assert shown(source) == expected


def test_code_blocks_keep_comments() -> None:
    (block,) = markdown.parse("```\n<!-- code -->\n```\n").blocks
    assert getattr(block, "text", "") == "<!-- code -->"
    assert markdown.parse("    <!-- code -->\n").comments == ()


def test_a_comment_parts_no_picture_from_its_orders_and_no_list() -> None:
    blocks = markdown.settle(
        markdown.parse(
            "1. One\n<!-- x -->\n2. Two\n\n<!-- y -->\n![P](https://a.example/p.png){width=60} <!-- z -->\n\n3. Three\n"
        ).blocks
    )
    (listing,) = blocks
    assert isinstance(listing, Listing) and [item.number for item in listing.items] == [1, 2, 3]
    figures = [block for item in listing.items for inner in item.blocks for block in getattr(inner, "blocks", [inner])]
    assert [figure.orders for figure in figures if isinstance(figure, Figure)] == [(("width", "60"),)]


def test_comments_in_quotations_and_tables() -> None:
    quote, table = markdown.parse("> **Note:** a <!-- q -->\n> <!-- r -->\n\n| a |\n|---|\n| b <!-- t --> |\n").blocks
    assert isinstance(quote, Callout) and isinstance(table, Table)
    assert [plain(block.spans) for block in quote.blocks if isinstance(block, Paragraph)] == ["a"]
    assert plain(table.rows[0][0]) == "b"


def test_comments_know_their_lines() -> None:
    source = "---\na: 1\n---\n\n<!-- one\nmore -->\nText\nmore <!-- two -->\n\n- Item <!-- three -->\n"
    assert markdown.parse(source.replace("\n", "\r\n")).comments == (
        Comment("one\nmore", 5, 6),
        Comment("two", 8, 8),
        Comment("three", 10, 10),
    )


def test_many_openings_cost_little() -> None:
    assert len(shown("<!-- " * 5_000)) == 1


def test_comments_in_a_table_part_no_rows_and_are_all_found() -> None:
    source = (
        "| a | b |\n|---|---|\n| c | d | <!-- check off: L05 behind -->\n<!-- check off: L06 above -->\n"
        "| e | f |\n| g <!-- within --> | h |\n<!-- below -->\n\nText\n"
    )
    text = markdown.parse(source)
    table, paragraph = text.blocks
    assert isinstance(table, Table) and isinstance(paragraph, Paragraph)
    assert [[plain(cell) for cell in row] for row in table.rows] == [["c", "d"], ["e", "f"], ["g", "h"]]
    assert [(comment.line, comment.text) for comment in text.comments] == [
        (3, "check off: L05 behind"),
        (4, "check off: L06 above"),
        (6, "within"),
        (7, "below"),
    ]


@pytest.mark.parametrize("rows", ["", "| One | Two |\n"])
def test_a_header_that_is_only_a_comment_stays_the_header(rows: str) -> None:
    (table,) = markdown.parse(f"| <!-- note --> | |\n|---|---|\n{rows}").blocks
    assert isinstance(table, Table)
    assert (table.header, len(table.rows)) == (((), ()), bool(rows))


def test_an_empty_row_of_a_table_stays() -> None:
    (table,) = markdown.parse("| a | b |\n|---|---|\n|  |  |\n").blocks
    assert isinstance(table, Table) and len(table.rows) == 1
