"""What a brand's logo and cover art may be: small drawings that stand for themselves.

The engine draws it as it comes: a drawing that shows itself many times over would keep it busy for minutes, one that
names another file would be left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES = 200_000
_ELEMENTS, _DRAWN, _DEPTH, _TEXT = 2_000, 10_000, 40, 2_000
_SVG = "{http://www.w3.org/2000/svg}"
_REFUSED = {"image", "foreignObject", "script", "animate", "set", "a"}
_REFERENCE = re.compile(r"url\(\s*['\"]?([^'\")]*)")
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_GEOMETRY = {
    *("viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr"),
    *("d", "points", "dx", "dy", "transform", "gradientTransform", "patternTransform", "offset", "rotate"),
    *("stroke-width", "stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "opacity", "font-size"),
    *("fill-opacity", "stroke-opacity", "stop-opacity", "markerWidth", "markerHeight", "refX", "refY", "textLength"),
    *("letter-spacing", "startOffset"),
}
_LARGEST = 1e6


def fault(data: bytes) -> str:
    """Why a drawing can't be printed; empty where it can."""
    from xml.etree.ElementTree import ParseError, fromstring

    if b"<!ENTITY" in data:
        return "it declares entities"
    try:
        root = fromstring(data)  # noqa: S314  expat bounds what entities may become, and there are none
    except (ParseError, ValueError, LookupError) as error:
        return f"it can't be read as XML: {error}"
    elements = list(root.iter())
    if root.tag != f"{_SVG}svg":
        return 'it is no SVG: its root should be <svg xmlns="http://www.w3.org/2000/svg">'
    if len(elements) > _ELEMENTS:
        return f"it has {len(elements):,} elements; {_ELEMENTS:,} are read at most"
    if _depth(root) > _DEPTH:
        return f"its elements stand in one another more than {_DEPTH} deep"
    if sum(len(each.text or "") for each in elements if each.tag in (f"{_SVG}text", f"{_SVG}tspan")) > _TEXT:
        return f"it holds more than {_TEXT:,} characters of text"
    return _contents_fault(elements) or _size_fault(root) or _drawn_fault(root, elements)


def _contents_fault(elements: list[Element]) -> str:
    for element in elements:
        name = str(element.tag).removeprefix(_SVG)
        if name in _REFUSED:
            return f"it holds a <{name}>; it should be shapes alone"
        for reference in _references(element):
            if not reference.startswith("#"):
                return f"it refers to something outside of it: {reference[:60]}"
        if name == "style" and "@" in (element.text or ""):
            return "its style sheet has a rule with @; it should be shapes alone"
        for key, value in element.attrib.items():
            if key in _GEOMETRY and any(abs(float(number)) > _LARGEST for number in _NUMBER.findall(value)):
                return f"the number in {key}=… of a <{name}> is beyond {_LARGEST:,.0f}"
    return ""


def _size_fault(root: Element) -> str:
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    if "viewBox" in root.attrib and not (len(box) == 4 and min(box[2:]) > 0):
        return "its viewBox should be four numbers, the last two above 0"
    for name in ("width", "height"):
        numbers = _NUMBER.findall(root.get(name, "1"))
        if not numbers or float(numbers[0]) <= 0:
            return f"its {name} should be above 0"
    return ""


def _drawn_fault(root: Element, elements: list[Element]) -> str:
    """Counts how many elements are drawn when those that are shown by reference are counted each time."""
    named = {element.attrib["id"]: element for element in elements if "id" in element.attrib}
    sheet = " ".join(element.text or "" for element in elements if element.tag == f"{_SVG}style")
    everywhere = {match[1].strip() for match in _REFERENCE.finditer(sheet)}
    counts: dict[int, float] = {}

    def drawn(element: Element, open_: frozenset[int]) -> float:
        if id(element) in open_:
            return float("inf")
        if id(element) not in counts:
            inner = open_ | {id(element)}
            times = (
                1 + len(element.get("d", "")) + len(element.get("points", "")) if "marker" in str(element.attrib) else 1
            )
            shown = [named[name[1:]] for name in _references(element) if name[1:] in named]
            total = (
                1 + sum(drawn(child, inner) for child in element) + times * sum(drawn(each, inner) for each in shown)
            )
            counts[id(element)] = total
        return counts[id(element)]

    try:
        total = drawn(root, frozenset())
        total += len(elements) * sum(drawn(named[name[1:]], frozenset()) for name in everywhere if name[1:] in named)
    except RecursionError:
        total = float("inf")
    return "" if total <= _DRAWN else f"with what it shows by reference it has more than {_DRAWN:,} elements"


def _references(element: Element) -> Iterator[str]:
    """What an element refers to: by an address of its own, and by `url(…)` in any attribute or style sheet."""
    attributes: Mapping[str, str] = element.attrib
    for name in _HREFS:
        if name in attributes:
            yield attributes[name].strip()
    for text in (*attributes.values(), *((element.text or "",) if element.tag == f"{_SVG}style" else ())):
        yield from (match[1].strip() for match in _REFERENCE.finditer(text))


def _depth(root: Element) -> int:
    depth, level = 0, [root]
    while level:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth
