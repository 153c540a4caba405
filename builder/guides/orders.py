"""The orders behind a picture, `{crop="x y w h" mask="x y w h; …" width=80}`: understood in full, or not at all.

An order that is passed over leaves a picture uncovered. So whatever stands in braces behind a picture is either a list
of known orders or an error, and so are braces elsewhere that look as if they were meant for a picture.
"""

from __future__ import annotations

import re
from typing import Any

FORMS = {
    "crop": 'crop="x y width height", or crop=none',
    "mask": 'mask="x y width height", several apart by ;',
    "width": "width=80",
    "figure": "figure=drawing or figure=screenshot",
}
"""The orders that there are, and how they are written."""
HINT = f"Write {{…}} right behind the picture, with {'; '.join(FORMS.values())}. Boxes are in pixels of the screenshot."
KIND = "orders"
_ORDER = re.compile(r'\s*([^\s=:"{}]+)=(?:"([^"{}]*)"|([^\s"=,;:{}]+))(?=\s|$)')
_BETWEEN = {"softbreak", "hardbreak", "link_close", "strong_close", "em_close", "comment"}
_ASTRAY = re.compile(r'\{\s*[\w-]+\s*[:=]\s*["“”\'\d]|\{\s*(?:crop|mask|width|figure)\b', re.IGNORECASE)


def plugin(parser: Any) -> None:
    """Teaches a markdown-it parser to set braces behind a picture apart as tokens of their own."""
    parser.inline.ruler.after("image", KIND, _inline)


def read(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The orders by name, and what can't be understood about the text inside the braces; empty when all can."""
    found: dict[str, str] = {}
    position = 0
    while text[position:].strip():
        match = _ORDER.match(text, position)
        if not match:
            return (), f"'{text[position:].strip()}' can't be understood"
        name, value = match[1], match[2] if match[2] is not None else match[3]
        if name not in FORMS:
            return (), f"there is no order '{name}'"
        if name in found:
            return (), f"'{name}' stands twice"
        found[name] = value
        position = match.end()
    return tuple(found.items()), "" if found else "they say nothing"


def are_astray(text: str) -> bool:
    """Whether a text that prints looks like orders that were meant for a picture."""
    return _ASTRAY.search(text) is not None


def _inline(state: Any, silent: bool) -> bool:
    if state.src[state.pos] != "{" or state.pending.strip():
        return False
    before = next((token.type for token in reversed(state.tokens) if token.type not in _BETWEEN), "")
    if before not in {"image", KIND}:
        return False
    end = state.src.find("}", state.pos)
    if not silent:
        state.pending = ""
        token = state.push(KIND, "", 0)
        token.content = state.src[state.pos + 1 : end if end >= 0 else None]
        token.meta = {"closed": end >= 0, "second": before == KIND}
    state.pos = end + 1 if end >= 0 else len(state.src)
    return True
