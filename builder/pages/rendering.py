"""Templates and values → HTML, with the style sheets in it. With mail/wording.py the only user of Jinja."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from builder.guides.blocks import Span, plain
from builder.guides.guide import Facts
from builder.pages import figures, pointing
from builder.pages.exchange import is_never, never_first, ordered_rows, purpose, silent_rows
from builder.pages.fonts import FALLBACKS, Face, needed
from builder.pages.page import Look, Page
from builder.pages.paper import MARKS_MM
from builder.pages.slots import SLOTS
from builder.pages.templates import Templates
from builder.pages.words import Words

_UNQUOTED = r"[^\w -]"
"""What a family's name in a style sheet had better not hold."""


def _size_class(words: str) -> str:
    """How large a title is set: the longer, the smaller."""
    return "long" if len(words) > 110 else "longish" if len(words) > 44 else ""


def _unknown(block: object) -> None:
    """Refuses what no template prints: silence would leave it out of the pages."""
    raise TypeError(f"no template prints a {type(block).__name__}")


def _spelt_out(link: Span) -> str:
    """The address of a link in brackets, for readers who can't click, where the link's words don't give it."""
    address = link.href.split("://", 1)[-1].removesuffix("/")
    return f" ({address})" if "://" in link.href and address not in link.text else ""


def _strong_list(words: Words, labels: Sequence[str]) -> Any:
    """Labels in bold as one list in a sentence."""
    import markupsafe

    strong = [markupsafe.Markup("<strong>{}</strong>").format(label) for label in labels]
    return markupsafe.Markup(words.enumerated(strong))  # noqa: S704  each label was escaped


def _bare(address: str) -> str:
    """A picture's address without what may be a secret: a user's name, a query with a token."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that make no address; a problem says so
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


@functools.cache
def _compiled() -> Any:
    """Templates as Jinja has compiled them in this process, by their sources: a second set shares most with the first.

    It asks for them anew for each set, and to compile them all takes a quarter of a second.
    """
    import jinja2

    class Compiled(jinja2.BytecodeCache):
        def __init__(self) -> None:
            self._kept: dict[tuple[str, str], bytes] = {}

        def load_bytecode(self, bucket: Any) -> None:
            if code := self._kept.get((bucket.key, bucket.checksum)):
                bucket.bytecode_from_string(code)

        def dump_bytecode(self, bucket: Any) -> None:
            self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()

    return Compiled()


@functools.lru_cache(maxsize=4)
def _environment(templates: Templates) -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.DictLoader(dict(templates.files)),
        bytecode_cache=_compiled(),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "unknown": _unknown,
        "kind_of": lambda block: type(block).__name__.casefold(),
        "introduces": lambda block, following: figures.introduces(
            block, None if isinstance(following, jinja2.Undefined) else following
        ),
        "belongs": figures.belongs,
        "spelt_out": _spelt_out,
        "bare": _bare,
        "size_class": _size_class,
        "slots": SLOTS,
        "strong_list": _strong_list,
        "words_of": plain,
        "never_first": never_first,
        "is_never": is_never,
        "ordered_rows": ordered_rows,
        "purpose": purpose,
        "silent_rows": silent_rows,
        "overlay": pointing.overlay,
        "numbers": pointing.numbers,
        "named": pointing.named,
        "letter": lambda number: "abcdefghijklmnopqrstuvwxyz"[number - 1],
    }
    return environment


def _family_list(*families: str) -> Any:
    import markupsafe

    quoted = dict.fromkeys(f'"{re.sub(_UNQUOTED, "", name)}"' for name in families)
    return markupsafe.Markup(", ".join(quoted))  # noqa: S704  nothing ends the string


@functools.lru_cache(maxsize=16)
def _css(sheets: tuple[Any, ...], look: Look, faces: tuple[tuple[Face, str], ...]) -> str:
    """The style sheets, templates that are others once their files have changed, with some of the look's faces."""
    body, display = look.brand.body.family, look.brand.display.family
    others = [face.family for face in FALLBACKS]
    fonts = [
        {"family": _family_list(face.family), "weight": face.weight, "style": face.style, "asset": asset}
        for face, asset in faces
    ]
    values = {
        "c": look.brand.colours,
        "paper": look.paper,
        "page": look.paper.measures,
        "marks": MARKS_MM,
        "slot": SLOTS,
        "hyphens": look.words.hyphenation,
        "quotes": look.words.quotes,
        "body_font": _family_list(body, *others),
        "display_font": _family_list(display, body, *others),
    }
    return "".join(str(sheet.render(fonts=fonts, **values)) for sheet in sheets)


def rendered(templates: Templates, file: str, /, **values: Any) -> str:
    """A template that is no page of a handbook, such as the audit's."""
    return str(_environment(templates).get_template(file).render(**values))


def document(templates: Templates, name: str, look: Look, **values: Any) -> Page:
    """A document in the handbook's look: its own pages, or such as a packet's first ones."""
    html = str(
        _environment(templates)
        .get_template(name)
        .render(
            css="",
            brand=look.brand,
            c=look.brand.colours,
            display_name=look.brand.display.family,
            logo=look.logo,
            art=look.art,
            edition=look.edition,
            is_bound=look.paper.is_bound,
            language=look.words.language,
            say=look.words,
            body_class="",
            **{
                "title": look.title,
                "pictures": {},
                "instructions": {},
                "slug": "",
                "root_class": "",
                "given": None,
                "facts": Facts(),
                **values,
            },
            next_slot=itertools.count(1).__next__,
        )
    )
    # Each face costs time, and those for Chinese much of it.
    faces = tuple((face, asset) for face, asset in look.faces if needed(face, html, look.common))
    names = ["handbook.css", *(["print.css"] if look.paper.is_bound else [])]
    if 'class="drawing"' in html:
        names.append("screens.css")
    sheets = tuple(_environment(templates).get_template(name) for name in names)
    css = _css(sheets, look, faces)  # the sheets are ours, and what a brand puts into them was checked by form
    bleed = look.paper.bleed if look.paper.is_bound else None
    return Page(html.replace("<style></style>", f"<style>{css}</style>", 1), press_bleed=bleed)
