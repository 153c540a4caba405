"""The structure tree of WeasyPrint's PDF as plain nodes: read, written back, and what it does not own made artifacts.

The map from marked content and annotations to elements (PDF's parent tree) is made anew from the nodes, so that a
change to the tree is a change to lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pydyf

Content = tuple[int, int]
"""A piece of marked content: its page, from 0, and its id on that page."""


@dataclass(slots=True, eq=False)
class Node:
    """A structure element. Its kids are elements, ids of marked content on its page, and references to annotations."""

    kind: str
    page: int  # from 0; WeasyPrint's elements never span pages
    element: pydyf.Dictionary
    kids: list[Any] = field(default_factory=list)

    @property
    def nodes(self) -> list[Node]:
        """The kids that are elements."""
        return [kid for kid in self.kids if isinstance(kid, Node)]

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in reading order."""
        yield self
        for kid in self.nodes:
            yield from kid.walk()


def number(reference: bytes) -> int:
    """The object number in a reference such as `b"12 0 R"`."""
    return int(reference.split()[0])


def read(pdf: pydyf.PDF) -> Node:
    """The tree below the document element."""
    pages = {reference: index for index, reference in enumerate(pdf.page_references)}

    def node(reference: bytes) -> Any:
        element = pdf.objects[number(reference)]
        if element["Type"] != "/StructElem":
            return element
        kids = [node(kid) if isinstance(kid, bytes) else kid for kid in element["K"]]
        return Node(element["S"][1:], pages.get(element.get("Pg"), 0), element, kids)

    (document,) = _root(pdf)["K"]
    root: Node = node(document)
    return root


def new(pdf: pydyf.PDF, kind: str, beside: Node) -> Node:
    """An element on the page of another one, yet without kids and without a place in the tree."""
    element = pydyf.Dictionary({"Type": "/StructElem", "Pg": beside.element["Pg"]})
    pdf.add_object(element)
    return Node(kind, beside.page, element)


def contents(root: Node) -> Iterator[Content]:
    """All marked content that the tree owns, in reading order."""
    for kid in root.kids:
        if isinstance(kid, Node):
            yield from contents(kid)
        elif isinstance(kid, int):
            yield root.page, kid


def write(pdf: pydyf.PDF, root: Node, known: set[Content]) -> None:
    """Put the tree back. `known` is what the tree owned when it was read: what it lost since is decoration.

    ValueError for an annotation or for marked content that can't be tagged.
    """
    owners: dict[Content, bytes] = {}
    annotations: dict[bytes, bytes] = {}
    kept = {id(root.element)}
    for node in root.walk():
        own = node.element.reference
        node.element.update(S=f"/{node.kind}", K=pydyf.Array())
        for kid in node.kids:
            if isinstance(kid, int):
                owners[node.page, kid] = own
                node.element["K"].append(kid)
                continue
            if isinstance(kid, Node):
                kid.element["P"] = own
                kid = kid.element
            else:
                annotations[kid["Obj"]] = own
            kept.add(id(kid))
            node.element["K"].append(kid.reference)
    _refuse_untagged_annotations(pdf, annotations)
    _write_parent_tree(pdf, owners, annotations)
    _mark_artifacts(pdf, owners, known)
    for unused in pdf.objects:
        if isinstance(unused, dict) and unused.get("Type") in ("/StructElem", "/OBJR") and id(unused) not in kept:
            unused.clear()  # nothing refers to it any more; pydyf can't leave a number out


def _root(pdf: pydyf.PDF) -> pydyf.Dictionary:
    return pdf.objects[number(pdf.catalog["StructTreeRoot"])]


def _refuse_untagged_annotations(pdf: pydyf.PDF, tagged: dict[bytes, bytes]) -> None:
    for index, page in enumerate(pdf.page_references):
        for reference in pdf.objects[number(page)].get("Annots", ()):
            if reference not in tagged:
                name = pdf.objects[number(reference)].get("Contents")
                where = f"page {index + 1}" + (f", {name.string!r}" if name else "")
                raise ValueError(f"a link or form field in a page margin can't be tagged ({where})")


def _write_parent_tree(pdf: pydyf.PDF, owners: dict[Content, bytes], annotations: dict[bytes, bytes]) -> None:
    """For each page the owners of its marked content, by id; then the owner of each annotation."""
    rows = [pydyf.Array() for _ in pdf.page_references]
    for (page, content), owner in sorted(owners.items()):
        rows[page].extend(["null"] * (content - len(rows[page])))
        rows[page].append(owner)
    tree = pdf.objects[number(_root(pdf)["ParentTree"])]
    tree["Nums"] = pydyf.Array(part for pair in enumerate(rows) for part in pair)
    for key, (annotation, owner) in enumerate(annotations.items(), start=len(rows)):
        pdf.objects[number(annotation)]["StructParent"] = key
        tree["Nums"].extend((key, owner))


def _mark_artifacts(pdf: pydyf.PDF, owners: dict[Content, bytes], known: set[Content]) -> None:
    """Make content that no element owns an artifact: a margin box's if the tree never knew it, else a decoration."""
    pages = {number(pdf.objects[number(page)]["Contents"]): index for index, page in enumerate(pdf.page_references)}
    for stream in pdf.objects:
        if not isinstance(stream, pydyf.Stream):
            continue
        page = pages.get(stream.number)
        for position, item in enumerate(stream.stream):
            if not isinstance(item, dict) or "MCID" not in item:
                continue
            if page is None:
                raise ValueError("text or a picture under CSS opacity can't be tagged; use a lighter colour instead")
            content = (page, item["MCID"])
            if content not in owners:
                stream.stream[position - 1] = "/Artifact"
                stream.stream[position] = pydyf.Dictionary({"Type": "/Layout" if content in known else "/Pagination"})
