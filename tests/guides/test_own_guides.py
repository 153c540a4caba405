"""Our own guides: what must never be on is named wherever it matters, and words are few."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from samples import ROOT

from builder.guides.blocks import Block, Callout, Listing, Paragraph, Permissions, Together, plain
from builder.guides.files import read_file
from builder.guides.guide import Guide, guide_in

SLUGS = ("binance", "bingx", "coinstore", "gate", "lbank")


def guide(slug: str) -> Guide:
    found, _ = guide_in(read_file(ROOT / "guides" / f"{slug}.md", f"{slug}.md"), slug)
    assert found is not None
    return found


def flat(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Together | Callout):
            yield from flat(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from flat(item.blocks)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_must_never_be_on_is_in_the_table_and_named_in_the_warning_above_it(slug: str) -> None:
    one = guide(slug)
    for step in one.steps:
        rows = [row for block in flat(step.blocks) if isinstance(block, Permissions) for row in block.rows]
        if rows:
            off = {plain(row.name) for row in rows if not row.on}
            warned = {
                span.text
                for block in flat(step.blocks)
                if isinstance(block, Callout) and block.kind == "important"
                for inner in flat(block.blocks)
                if isinstance(inner, Paragraph)
                for span in inner.spans
                if span.strong
            }
            assert {*one.facts.withdrawal} <= off
            assert {*one.facts.withdrawal} == warned
            return
    pytest.fail("no step sets permissions")


@pytest.mark.parametrize("slug", SLUGS)
def test_instructions_say_what_to_do_first_and_captions_are_brief(slug: str) -> None:
    one = guide(slug)
    texts = [plain(block.spans) for step in one.steps for block in flat(step.blocks) if isinstance(block, Paragraph)]
    assert not [text for text in texts if text.startswith("Go to")]
    assert max(len(figure.alt) for figure in one.figures) <= 60
