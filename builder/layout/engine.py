"""Loads WeasyPrint for `document.py`, quickly, and spares it needless work. Nothing here changes what stands on a page.

It relies on names inside WeasyPrint and cffi; tests/layout/test_engine.py fails where one of them has changed.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes.util
import re
import sys
from collections.abc import Iterator
from typing import Any

from builder.processes import without_collection

SHAPING = (
    *("font_family", "font_style", "font_stretch", "font_weight", "font_size", "font_kerning", "lang", "direction"),
    *("font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings", "font_variation_settings"),
    *("font_language_override", "letter_spacing", "word_spacing", "white_space", "tab_size", "overflow_wrap"),
    *("word_break", "hyphens", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone"),
)
"""What `split_first_line` asks of a style, besides whether there is a line under, through or over the text."""

_NOTES = {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}
_NOTE_AREAS = {"@footnote", "@note-area"}
_WITH_NOTES = re.compile(r"\bfootnote\b|\bnote\(")

_POINTERS = (
    *("char *", "unsigned int *", "hb_tag_t *", "hb_codepoint_t *"),
    *("FcChar8 **", "PangoFcFontMap *", "PangoLogAttr *", "PangoRectangle *"),
)
_ARRAY = re.compile(r"(\w+)\[(\d*)\]")


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """For the import of WeasyPrint.

    For each name that a library may have, cffi asks `ctypes.util.find_library`, which on Linux starts a linker and a
    compiler: 0.15 s in all. The last name that WeasyPrint tries, such as `libpango-1.0.so.0`, is one that the loader
    finds without it, and in the same place.
    """
    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        with without_collection():
            yield
    finally:
        ctypes.util.find_library = find
    from weasyprint.text.ffi import ffi

    if hasattr(ffi, "_parsed_types") and hasattr(ffi, "_backend"):  # cffi is not ours to pin: it may do without
        ffi._parsed_types = _CTypes(ffi)


@contextlib.contextmanager
def shaping_once() -> Iterator[None]:
    """A text that is set again in the same style and width is not shaped again while this lasts.

    Every text is laid out twice, on an endless page and on real ones, and tables ask time and again how narrow their
    cells may be. For one document at a time, as fonts differ and none may depend on the one before.
    """
    from weasyprint.layout import inline, preferred

    shape = inline.split_first_line
    looks: dict[tuple[Any, ...], int] = {}
    styles: dict[int, tuple[int, Any]] = {}  # holds on to each style, so that no other gets its id
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def look(style: Any) -> int:
        """The same number for all styles in which a text looks the same."""
        if id(style) not in styles:
            decorated = style["text_decoration_line"] != "none"  # may be a set, which is no key
            values = (decorated, *map(style.__getitem__, SHAPING))
            styles[id(style)] = looks.setdefault(values, len(looks)), style
        return styles[id(style)][0]

    def split_first_line(text: str, style: Any, context: Any, *how: Any, **more: Any) -> tuple[Any, ...]:
        key = (text, look(style), how, *more.items())
        if key not in known:
            known[key] = shape(text, style, context, *how, **more)
        line, *measures = known[key]
        own = object.__new__(type(line))  # drawing changes it
        own.__dict__.update(line.__dict__)
        return own, *measures

    inline.split_first_line = preferred.split_first_line = split_first_line
    try:
        yield
    finally:
        inline.split_first_line = preferred.split_first_line = shape


def without_needless_rules(of_engine: Any, own: Any, own_text: str) -> Any:
    """One of the engine's own sheets without what it says of notes, if there are none, and of boxes that stay empty.

    It would make five styles for every element, in case it had a footnote, and sixteen for every page, for the boxes
    in its margins. A box that `own`, the sheet of a document, says nothing of is left out whatever its style.
    """
    named = {box for _, selectors, _ in own.page_rules for _, box, _ in selectors} | _NOTE_AREAS | {None}
    sheet, sheet.matcher = copy.copy(of_engine), copy.copy(of_engine.matcher)
    sheet.page_rules = [rule for rule in of_engine.page_rules if all(box in named for _, box, _ in rule[1])]
    if not _WITH_NOTES.search(own_text):
        rules = of_engine.matcher.other_selectors
        sheet.matcher.other_selectors = [rule for rule in rules if rule[3] not in _NOTES]
    return sheet


class _CTypes(dict[str, tuple[Any, bool]]):
    """The C types that an FFI knows, by name, each with whether it is a function.

    cffi reads every name, after all declarations, with a parser written in Python: 3 ms each, and arrays of glyphs
    have another length each time. Here pointers are read together, and arrays are put together from them.
    """

    def __init__(self, ffi: Any) -> None:
        super().__init__(ffi._parsed_types)
        self._ffi = ffi
        kinds = ffi.typeof(f"void(*)({', '.join(_POINTERS)})").args
        self.update((name, (kind, False)) for name, kind in zip(_POINTERS, kinds, strict=True))

    def __missing__(self, name: str) -> tuple[Any, bool]:
        array = _ARRAY.fullmatch(name)
        if not array:
            raise KeyError(name)
        length = int(array[2]) if array[2] else None
        self[name] = self._ffi._backend.new_array_type(self._ffi.typeof(f"{array[1]} *"), length), False
        return self[name]
