"""A block that no template prints is an error: it would be missing from the pages without a word."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from samples import ROOT

from builder.pages import rendering
from builder.pages.templates import Templates

ID = re.compile(r'(?<=\bid=")[^"]*')


@dataclass(frozen=True)
class Novelty:
    line: int = 1


def test_an_unknown_block_is_not_passed_over() -> None:
    environment = rendering._environment(Templates.read(ROOT / "templates"))
    source = "{% import 'parts.html' as parts with context %}{{ parts.block(it) }}"
    with pytest.raises(TypeError, match="no template prints a Novelty"):
        environment.from_string(source).render(it=Novelty())


def test_no_guides_name_is_an_anchor_of_the_handbooks_own() -> None:
    """A slug neither begins with a hyphen nor has two in a row; a guide may be called glossary.md or gate-step-1.md."""
    templates = [*(ROOT / "templates").glob("*.html"), *(ROOT / "templates" / "packet").glob("*.html")]
    ids = {found for path in templates if path.name != "audit.html" for found in ID.findall(path.read_text("utf-8"))}
    assert {"-glossary", "{{ slug }}", "{{ slug }}--step-{{ loop.index }}"} <= ids
    for each in ids:
        assert re.fullmatch(r"-\w.*|\{\{ slug \}\}(--.*)?|(slot|field)\..*", each), each
