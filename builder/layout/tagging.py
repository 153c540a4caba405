"""Mends the tags that WeasyPrint 70 writes, so that the PDF is PDF/UA-1 and reads well aloud.

The clauses are those of ISO 14289-1: figures 7.3, headings 7.4, tables 7.5, lists 7.6, links and fields 7.18; what no
clause wants tagged is an artifact (7.1). The standard elements and what may stand in them: ISO 32000-1, 14.8.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pydyf

from builder.layout import struct_tree
from builder.layout.painting import paint_in_reading_order
from builder.layout.struct_tree import Node, number

if TYPE_CHECKING:
    from weasyprint import Document

_SVG = "{http://www.w3.org/2000/svg}svg"
_POINTS_PER_PIXEL = 0.75

# Text may stand in these directly; all others only group.
_HOLD_TEXT = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "Lbl", "LBody", "TH", "TD", "Caption", "Link", "Span"}
_NEVER_NESTED = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "Caption"}
_INLINE = {"Span", "Link", "Form", "Figure"}
_BOXES = {"NonStruct", "Span"}
_NEEDLESS_WHEN_EMPTY = {"Part", "Art", "Sect", "Div", "NonStruct", "Span", "P", "Link"}
_WITHIN_WORDS = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup", "u"}
_TABLE_PARTS = {"Table", "THead", "TBody", "TFoot", "TR", "TH", "TD"}


def mend(document: Document, pdf: pydyf.PDF) -> None:
    """Make the tags of a laid-out document conform; ValueError for what can't be tagged."""
    root = struct_tree.read(pdf)
    known = set(struct_tree.contents(root))
    _describe_links(document)
    boxes = list(_boxes(document))
    _mend_figures(document, boxes, root)
    _mend_drawings(document, boxes, root)
    _mend_tables(boxes, root)
    _mend_links(pdf, root)
    _mend_lists(pdf, root)
    _simplify(root)
    _part_text(pdf, root)
    struct_tree.write(pdf, root, known)
    paint_in_reading_order(pdf, root)


def input_labels(document: Document) -> dict[Any, str]:
    """What each form input is called, by its HTML element: its `aria-label`, its label on the page, or its `title`."""
    labels: dict[Any, str] = {}
    for root in _html_elements(document):
        named = {element.get("id"): element for element in root.iter("input") if element.get("id")}
        for label in root.iter("label"):
            target = named.get(label.get("for"))
            for element in label.iter("input") if target is None else (target,):
                labels[element] = _text(label)
        for element in root.iter("input"):
            labels[element] = element.get("aria-label") or labels.get(element) or element.get("title") or ""
    return labels


def _boxes(document: Document) -> Iterator[tuple[int, Any]]:
    """All boxes, margin boxes included, each with the index of its page."""
    for index, page in enumerate(document.pages):
        for box in page._page_box.descendants(placeholders=True):
            yield index, box


def _html_elements(document: Document) -> list[Any]:
    return list(dict.fromkeys(box.element for _, box in _boxes(document) if box.element_tag == "html"))


def _text(element: Any) -> str:
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        gap = "" if child.tag in _WITHIN_WORDS else " "
        yield gap
        yield from _pieces(child)
        yield gap + (child.tail or "")


def _describe_links(document: Document) -> None:
    """Name each link by its text: PDF/UA has `Contents` read aloud, where WeasyPrint puts the address."""
    for page in document.pages:
        for kind, target, _, box in page.links:
            if kind in ("internal", "external") and box.link_annotation:  # none if its anchor is missing
                box.link_annotation["Contents"] = pydyf.String(_name(box.element) or target)


def _name(element: Any) -> str:
    pictured = " ".join(picture.get("alt", "") for picture in element.iter("img"))
    return str(element.get("aria-label") or _text(element) or pictured.strip() or element.get("title") or "")


def _mend_figures(document: Document, boxes: list[tuple[int, Any]], root: Node) -> None:
    """Take decorative pictures out; name the others, and say where they are in points from the page's lower left."""
    pictures = {(page, *_content_box(box)): box.element for page, box in boxes if box.element_tag in ("img", _SVG)}
    under: Node | None = None
    for node in root.walk():
        if node.kind != "Figure":
            continue
        left, top, right, bottom = node.element["A"]["BBox"]
        element = pictures[node.page, left, top, right, bottom]
        if under is not None and _lies_over_picture(element):
            # What points at things in a picture belongs to it, and is painted after it.
            under.kids += node.kids
            node.kind, node.kids = "NonStruct", []
            del node.element["A"]
            continue
        under = node
        if _is_decorative(element):
            node.kind = "NonStruct"
            node.kids = [kid for kid in node.kids if not isinstance(kid, int)]
            del node.element["A"]
            continue
        if label := element.get("aria-label"):
            node.element["Alt"] = pydyf.String(label)
        height = document.pages[node.page].height
        corners = (left, height - bottom, right, height - top)
        node.element["A"]["BBox"] = pydyf.Array(round(corner * _POINTS_PER_PIXEL, 3) for corner in corners)


def _mend_drawings(document: Document, boxes: list[tuple[int, Any]], root: Node) -> None:
    """Make each drawing (`<article>`) one figure with all its text, whatever boxes that stands in."""
    first: dict[tuple[int, Any], Any] = {}
    for page, box in boxes:
        if box.element_tag == "article":
            first.setdefault((page, box.element), box)
    for node, box in zip(_outermost(root, "Art"), first.values(), strict=True):
        node.kind = "Figure"
        node.kids = [kid for each in node.walk() for kid in each.kids if isinstance(kid, int)]
        node.element["Alt"] = pydyf.String(box.element.get("aria-label") or "")
        left, top = box.border_box_x(), box.border_box_y()
        height = document.pages[node.page].height
        corners = (left, height - top - box.border_height(), left + box.border_width(), height - top)
        bounds = pydyf.Array(round(corner * _POINTS_PER_PIXEL, 3) for corner in corners)
        node.element["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": bounds})


def _outermost(node: Node, kind: str) -> Iterator[Node]:
    """The elements of a kind that stand in no other of that kind, in reading order."""
    for kid in node.nodes:
        if kid.kind == kind:
            yield kid
        else:
            yield from _outermost(kid, kind)


def _content_box(box: Any) -> tuple[float, ...]:
    left, top = box.content_box_x(), box.content_box_y()
    return left, top, left + box.width, top + box.height


def _lies_over_picture(element: Any) -> bool:
    return "pointers" in (element.get("class") or "").split()


def _is_decorative(element: Any) -> bool:
    return element.get("aria-hidden") == "true" or element.get("role") in ("presentation", "none")


def _mend_tables(boxes: list[tuple[int, Any]], root: Node) -> None:
    """Say what each header cell heads, and take the tags from tables that only arrange (`role="presentation"`).

    Scope takes the place of WeasyPrint's header ids, which would have to be made unique when parts are bound.
    """
    arranging = set()
    for _, box in boxes:
        if box.element_tag == "table" and _is_decorative(box.element):
            arranging |= {id(cell.mark) for cell in _cells(box)}
        if (cell := getattr(box, "mark", None)) is not None:
            cell.pop("ID", None)
            cell["A"].pop("Headers", None)
            if cell["S"] == "/TH":
                cell["A"]["Scope"] = "/Row" if box.element.get("scope") == "row" else "/Column"
    if arranging:
        _flatten_tables(root, arranging)


def _cells(table: Any) -> Iterator[Any]:
    """The cells of this table, but not those of a table inside one of them."""
    for box in table.children:
        if getattr(box, "mark", None) is not None:
            yield box
        elif box.element_tag in ("table", "thead", "tbody", "tfoot", "tr"):
            yield from _cells(box)


def _flatten_tables(node: Node, arranging: set[int]) -> bool:
    """Whether the node holds cells, itself or below, that are to be flattened up to and including their table."""
    below = [_flatten_tables(kid, arranging) for kid in node.nodes]
    if id(node.element) not in arranging and not (node.kind in _TABLE_PARTS - {"TH", "TD"} and any(below)):
        return False
    inside = node.kind != "Table"
    node.kind = "Div"
    node.element.pop("A", None)
    return inside


def _mend_links(pdf: pydyf.PDF, node: Node, link: Node | None = None) -> None:
    """One element a link: WeasyPrint gives every box inside `<a>` an annotation of its own. `link` is around `node`."""
    references = [kid for kid in node.kids if _is_link(pdf, kid)]
    if link is None and references:
        node.kind = "Link"
        link = node
    elif link is not None:
        for reference in references:
            node.kids.remove(reference)
            _move_annotation(pdf, reference, link)
        if node.kind == "Link":
            node.kind = "Span"
    for kid in node.nodes:
        _mend_links(pdf, kid, link)
    if link is node and not _has_text(node):
        node.element["Alt"] = _areas(pdf, node)[0]["Contents"]


def _has_text(node: Node) -> bool:
    return any(isinstance(kid, int) for each in node.walk() if each.kind != "Figure" for kid in each.kids)


def _areas(pdf: pydyf.PDF, link: Node) -> list[pydyf.Dictionary]:
    """The annotations of a link."""
    return [pdf.objects[number(kid["Obj"])] for kid in link.kids if _is_link(pdf, kid)]


def _is_link(pdf: pydyf.PDF, kid: Any) -> bool:
    return isinstance(kid, dict) and pdf.objects[number(kid["Obj"])]["Subtype"] == "/Link"


def _move_annotation(pdf: pydyf.PDF, reference: pydyf.Dictionary, link: Node) -> None:
    """To the link, as a further area that can be clicked; away with it if the link's own area covers it."""
    annotation = pdf.objects[number(reference["Obj"])]
    areas = _areas(pdf, link)
    if any(_covers(area["Rect"], annotation["Rect"]) for area in areas):
        pdf.objects[number(reference["Pg"])]["Annots"].remove(reference["Obj"])
        annotation.clear()
    else:
        link.kids.append(reference)
        annotation["Contents"] = areas[0]["Contents"]


def _covers(outer: Any, inner: Any) -> bool:
    """Whether the middle of `inner` lies in `outer`; the edges of a rectangle may stand in either order."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    left, right = sorted((outer[0], outer[2]))
    bottom, top = sorted((outer[1], outer[3]))
    return bool(left <= x <= right and bottom <= y <= top)


def _mend_lists(pdf: pydyf.PDF, node: Node) -> None:
    """Lists hold items, items hold a label and one body, and a nested list stands in the body of its item."""
    for kid in node.nodes:
        _mend_lists(pdf, kid)
    if node.kind == "L":
        node.kids = _items(pdf, node)
    elif node.kind == "LI":
        labels = [kid for kid in node.nodes if kid.kind == "Lbl"]
        node.kids = [*labels, _body(pdf, node, [kid for kid in node.kids if kid not in labels])]


def _items(pdf: pydyf.PDF, node: Node) -> list[Node]:
    """The list's items; what stands between them goes to the end of the one before."""
    items: list[Node] = []
    for kid in _without_wrappers(node):
        if kid.kind in ("LI", "Caption"):
            items.append(kid)
        elif items and items[-1].kind == "LI":
            items[-1].kids[-1].kids.append(kid)
        else:
            item = struct_tree.new(pdf, "LI", beside=kid)
            item.kids = [_body(pdf, item, [kid])]
            items.append(item)
    return items


def _without_wrappers(node: Node) -> Iterator[Node]:
    for kid in node.nodes:
        if kid.kind in ("Div", "NonStruct"):
            yield from _without_wrappers(kid)
        else:
            yield kid


def _body(pdf: pydyf.PDF, item: Node, content: list[Any]) -> Node:
    """One body with all the content in its order; a body that is there already is used."""
    bodies = [kid for kid in content if isinstance(kid, Node) and kid.kind == "LBody"]
    body = bodies[0] if bodies else struct_tree.new(pdf, "LBody", beside=item)
    body.kids = [part for kid in content for part in (kid.kids if kid in bodies else [kid])]
    return body


def _simplify(node: Node) -> None:
    """Leave out elements that say nothing: WeasyPrint makes one for every box and every line of text."""
    node.kids = list(_without_repeats(node.kids, node.kind))
    for kid in node.nodes:
        _simplify(kid)
    kids = [kid for kid in node.kids if not (isinstance(kid, Node) and _is_needless(kid))]
    if node.kind == "Div" and _is_paragraph(kids):
        node.kind = "P"
    node.kids = [part for kid in kids for part in _unwrapped(kid, node)]


def _part_text(pdf: pydyf.PDF, node: Node) -> None:
    """Give text that stands beside elements one of its own: not every reader keeps the order of the two."""
    if node.nodes and any(isinstance(kid, int) for kid in node.kids):
        parted: list[Any] = []
        for is_text, run in groupby(node.kids, key=lambda kid: isinstance(kid, int)):
            if is_text:
                parted.append(struct_tree.new(pdf, "Span", beside=node))
                parted[-1].kids = list(run)
            else:
                parted.extend(run)
        node.kids = parted
    for kid in node.nodes:
        _part_text(pdf, kid)


def _without_repeats(kids: list[Any], kind: str) -> Iterator[Any]:
    """A heading in a heading is an anonymous box of the same HTML element."""
    for kid in kids:
        if isinstance(kid, Node) and kid.kind == kind and kind in _NEVER_NESTED:
            yield from _without_repeats(kid.kids, kind)
        else:
            yield kid


def _is_needless(node: Node) -> bool:
    return not node.kids and node.kind in _NEEDLESS_WHEN_EMPTY


def _is_paragraph(kids: list[Any]) -> bool:
    """Whether the kids are lines of text, perhaps with a picture among them."""
    return all(map(_is_inline, kids)) and any(not isinstance(kid, Node) or kid.kind != "Figure" for kid in kids)


def _is_inline(kid: Any) -> bool:
    if not isinstance(kid, Node) or kid.kind in _INLINE:
        return True
    return kid.kind == "NonStruct" and all(map(_is_inline, kid.kids))


def _unwrapped(kid: Any, parent: Node) -> list[Any]:
    """The kid, or what is in it if it is a mere box."""
    if not isinstance(kid, Node) or kid.kind not in _BOXES:
        return [kid]
    is_text = all(map(_is_inline, kid.kids))
    may_hold_text = parent.kind in _HOLD_TEXT or parent.kind == "NonStruct"
    if (is_text and may_hold_text) or (len(kid.kids) == 1 and kid.nodes):
        return kid.kids
    kid.kind = "P" if is_text else "Div"
    return [kid]
