"""Real PDFs for the tests: small documents laid out as the builder lays out its parts, and what is read from them."""

from __future__ import annotations

import importlib.resources
import io
import logging
import struct
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import outloud
import page as page_validation
import pikepdf
import weasyprint
from PIL import Image, ImageDraw
from weasyprint.urls import URLFetcher, URLFetcherResponse

from builder.layout import finish

CSS = """
@font-face { font-family: Body; src: url(asset:///SourceSansPro-Regular.ttf) }
@font-face { font-family: Body; font-weight: 700; src: url(asset:///SourceSansPro-Bold.ttf) }
@page { size: 120mm 160mm; margin: 15mm; @bottom-right { content: "Folio " counter(page); border-top: 1pt solid } }
body { font: 10pt/14pt Body }
img { width: 40mm }
.new-page { break-before: page }
"""


class Fetcher(URLFetcher):
    """Serves the fonts of a package and the pictures it is given, and nothing else."""

    def __init__(self, pictures: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=set(), fail_on_errors=True)
        self.pictures = pictures

    def fetch(self, url: str, headers: Any = None) -> Any:
        name = url.removeprefix("asset:///")
        if name in self.pictures:
            return URLFetcherResponse(url, finish.placeholder(self.pictures[name]), {"Content-Type": "image/jpeg"})
        font = importlib.resources.files("font_source_sans_pro") / "files" / name
        return URLFetcherResponse(url, font.read_bytes(), {"Content-Type": "font/ttf"})


def lay_out(
    path: Path, body: str, *, css: str = "", title: str = "A guide", pictures: dict[str, bytes] | None = None
) -> Path:
    """Lay out a body as a finished part; whatever the engine complains of fails the test."""
    pictures = pictures or {}
    html = f"<html lang=en><head><title>{title}</title><style>{CSS}{css}</style></head><body>{body}</body></html>"
    complaints: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: complaints.append(record.getMessage())  # type: ignore[method-assign]
    weasyprint.LOGGER.addHandler(handler)
    try:
        document = weasyprint.HTML(string=html, url_fetcher=Fetcher(pictures)).render(
            pdf_variant=finish.VARIANT, pdf_forms=True
        )
        hook = finish.finisher({finish.digest(png): png for png in pictures.values()})
        path.write_bytes(document.write_pdf(pdf_variant=finish.VARIANT, pdf_forms=True, finisher=hook))
    finally:
        weasyprint.LOGGER.removeHandler(handler)
    assert complaints == []
    return path


def drawing(mode: str = "P", bits: int = 8) -> Image.Image:
    """A picture with shapes, of a PNG's mode and depth: 1, L, RGB, or P with at most 2^bits colours."""
    image = Image.new("RGB", (64, 37), "white")
    draw = ImageDraw.Draw(image)
    for step in range(12):
        draw.rectangle((step * 5, step * 2, step * 5 + 14, step * 2 + 11), fill=(step * 20, 255 - step * 21, step * 7))
    for column in range(64):
        draw.line((column, 30, column, 37), fill=(column * 4, 0, 255 - column * 4))
    return image.quantize(2**bits) if mode == "P" else image.convert(mode)


def png(image: Image.Image, **options: Any) -> bytes:
    """The picture as a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def chunks(data: bytes, kind: bytes) -> bytes:
    """What the chunks of one kind in a PNG file hold, joined."""
    found, offset = b"", 8
    while offset < len(data):
        length, name = struct.unpack_from(">I4s", data, offset)
        found += data[offset + 8 : offset + 8 + length] if name == kind else b""
        offset += 12 + length
    return found


def images(pdf: pikepdf.Pdf) -> list[Any]:
    """The image streams of a PDF, each once."""
    return [each for each in pdf.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"]


def outline_of(element: Any) -> Any:
    """The tags below an element: "P" for one that holds content, ("L", …) for one that holds tags."""
    inner = [outline_of(kid) for kid in element.K if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    kind = str(element.S)[1:]
    return (kind, *inner) if inner else kind


def tags(pdf: pikepdf.Pdf) -> Any:
    """The tags below the one document element."""
    (document,) = pdf.Root.StructTreeRoot.K
    assert document.S == "/Document"
    _, *inner = outline_of(document)
    return inner


def elements(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    """All structure elements of a kind, in reading order."""
    return [each for each in _below(pdf.Root.StructTreeRoot.K[0]) if f"/{kind}" == each.S]


def _below(element: Any) -> Iterator[Any]:
    for kid in element.K:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _below(kid)


def annotations(pdf: pikepdf.Pdf) -> list[Any]:
    """All annotations, page by page."""
    return [annotation for page in pdf.pages for annotation in page.get("/Annots", ())]


def faults(path: Path, *, running_heads: Collection[str] = ()) -> list[str]:
    """What the validators say against a file as PDF/UA-1 and PDF/A-2a, and how it reads aloud.

    A running head that stands on two pages only is taken for lost text by one of them; so the heads are to be named.
    So is the line above a step that goes on overleaf. And a step that begins a page in three guides is taken for a
    running head, though it is a heading of the text: each line that is meant must be in the outline.
    """
    found = []
    for profile in ("ua1", "2a"):
        report = page_validation.validate_pdf(path, profile=profile)
        found += [f"{failure.rule_id} {failure.message}" for failure in report.failures]
        assert report.is_compliant == (not report.failures)
    result = outloud.check(str(path))
    heard = [each for each in result.findings if each.severity in ("error", "warning")]
    heard = [
        each
        for each in heard
        if each.rule != "TAG-002" or not (each.evidence in running_heads or each.evidence.endswith(", continued"))
    ]
    titles = outline_titles(path)
    heard = [
        each
        for each in heard
        if each.rule != "PAG-001" or each.count > 3 or not {*(each.evidence or "?").split("; ")} <= titles
    ]
    return found + [f"{each.rule} {each.message}" for each in heard]


def outline_titles(path: Path) -> set[str]:
    """What a file's outline names."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        waiting, titles = [*outline.root], set()
        while waiting:
            entry = waiting.pop()
            titles.add(str(entry.title))
            waiting += entry.children
    return titles


def structure_faults(pdf: pikepdf.Pdf) -> list[str]:
    """Where the tree, the parent tree, the pages and the annotations do not agree with one another."""
    found = []
    nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    owners = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
    if list(owners) != sorted(owners) or len(owners) != len(nums) // 2:
        found.append("the parent tree's keys are not unique and in order")
    pages = {page.objgen: page for page in pdf.pages}
    owned = set()

    def walk(element: Any) -> None:
        for kid in element.K:
            if isinstance(kid, int):
                owned.add((element.Pg.objgen, kid))
                if owners[int(element.Pg.StructParents)][kid].objgen != element.objgen:
                    found.append(f"content {kid} is not owned by its {element.S}")
            elif "/Obj" in kid:
                if owners[int(kid.Obj.StructParent)].objgen != element.objgen:
                    found.append("an annotation is not owned by its element")
                if kid.Obj.objgen not in [each.objgen for each in kid.Pg.Annots]:
                    found.append("an element refers to an annotation that is on no page")
            else:
                if kid.P.objgen != element.objgen:
                    found.append(f"{kid.S} names another parent than {element.S}")
                walk(kid)
        if "/Pg" in element and element.Pg.objgen not in pages:
            found.append(f"{element.S} is on a page that is not in the file")

    walk(pdf.Root.StructTreeRoot.K[0])
    for page in pdf.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
                content = (page.objgen, int(operands[1].MCID))
                if content not in owned:
                    found.append(f"content {content} is marked but nobody owns it")
                owned.discard(content)
    found += [f"content {content} is owned but not on the page" for content in sorted(owned)]
    if int(pdf.Root.StructTreeRoot.get("/ParentTreeNextKey", 1 << 30)) <= max(owners):
        found.append("the next key of the parent tree is taken")
    return found + _lost_objects(pdf)


def _lost_objects(pdf: pikepdf.Pdf) -> list[str]:
    """Annotations and elements that are in the file but have no place in it."""
    kinds = [str(each.get("/Type")) for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
    on_pages = [each for each in annotations(pdf) if each.get("/Type") == "/Annot"]
    in_tree = 1 + sum(1 for _ in _below(pdf.Root.StructTreeRoot.K[0]))
    found = [] if kinds.count("/Annot") == len(on_pages) else ["an annotation is on no page"]
    return found if kinds.count("/StructElem") == in_tree else [*found, "an element is not in the tree"]


def artifacts(pdf: pikepdf.Pdf) -> list[str]:
    """The types of the artifacts of all pages, in order of drawing."""
    found = []
    for page in pdf.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "BDC" and operands[0] == "/Artifact":
                found.append(str(operands[1].Type))
    return found
