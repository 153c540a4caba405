"""Known misspellings, by codespell's word list: it knows mistakes, not words, so names and terms pass."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files

_MIN = 3  # letters; shorter words are abbreviations as often as mistakes


def misspelled(words: Collection[str]) -> dict[str, str]:
    """Those of the words (in small letters) that are known mistakes, with what was meant."""
    known = _corrections()
    return {word: known[word] for word in words if len(word) >= _MIN and word in known}


@lru_cache(maxsize=1)
def _corrections() -> dict[str, str]:
    """Mistakes and what was meant; only the list is read, codespell itself is not loaded."""
    text = (files("codespell_lib") / "data" / "dictionary.txt").read_text("utf-8")
    # A long right-hand side ends with a comma and may give a reason after it.
    return {wrong: right for wrong, _, right in (line.partition("->") for line in text.splitlines()) if right}
