"""Values in the room that a page keeps for them, on a page made by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from builder.pdf.filling import Value, fill


@pytest.fixture
def page() -> Iterator[pikepdf.Pdf]:
    """A page with a placeholder 70 points below its upper edge, where the slot is."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(b"BT 1 0 0 -1 80 100 Tm /F1 9 Tf [<01>] TJ ET")
        page.Resources = Dictionary()
        place = Array([page.obj, Name.XYZ, 60, 842 - 70, 0])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("slot.here.ips.1"), place])))
        yield pdf


def lines(count: int) -> dict[tuple[str, str], Value]:
    found = tuple(f"203.0.113.{number}" for number in range(count))
    return {("here", "ips"): Value("\n".join(found), found)}


def test_every_line_of_a_value_is_drawn(page: pikepdf.Pdf) -> None:
    fill(page, lines(40))
    assert page.pages[0].Contents.read_bytes().count(b"Tj") == 40
    assert not len(page.Root.Names.Dests.Names)


def test_no_value_reaches_beyond_its_page(page: pikepdf.Pdf) -> None:
    with pytest.raises(ValueError, match="beyond its page"):
        fill(page, lines(60))


def test_the_large_typeface_is_for_letters_that_need_it(page: pikepdf.Pdf) -> None:
    """Values that are copied as several lines have line breaks, which nothing draws."""

    def embedded(values: dict[tuple[str, str], Value]) -> int:
        with pikepdf.new() as pdf:
            pdf.pages.extend(page.pages)
            place = Array([pdf.pages[0].obj, Name.XYZ, 60, 842 - 70, 0])
            pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("slot.here.ips.1"), place])))
            fill(pdf, values)
            (font,) = pdf.pages[0].Resources.Font.values()
            return len(font.DescendantFonts[0].FontDescriptor.FontFile3.read_bytes())

    assert embedded(lines(3)) < 10_000 < embedded({("here", "ips"): Value("Zürich", ("Zürich",))})
