"""A block that no template prints is an error: it would be missing from the pages without a word."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from samples import ROOT

from builder.pages import html
from builder.pages.templates import Templates


@dataclass(frozen=True)
class Novelty:
    line: int = 1


def test_an_unknown_block_is_not_passed_over() -> None:
    environment = html._environment(Templates.read(ROOT / "templates"))
    source = "{% import 'parts.html' as parts with context %}{{ parts.block(it) }}"
    with pytest.raises(TypeError, match="no template prints a Novelty"):
        environment.from_string(source).render(it=Novelty())
