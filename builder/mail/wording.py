"""A message's subject, plain text and HTML, from `templates/email/`; the HTML fetches nothing."""

from __future__ import annotations

import functools
import textwrap
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.config.handbook import CONFIG_NAME, Config
from builder.mail.attachment import Attachment
from builder.pages import words as catalogue
from builder.pages.templates import Templates
from builder.pages.words import Words
from builder.problems import BuildError, Place, Problem

if TYPE_CHECKING:
    from jinja2 import Environment

_COLUMNS = 72


@dataclass(frozen=True, slots=True)
class Wording:
    """A message's words; `html` is a whole document."""

    subject: str
    text: str
    html: str


def wording(name: str, attachments: Sequence[Attachment], config: Config) -> Wording:
    """The words that go with some attachments; `name` is greeted, if there is one. BuildError for a faulty template."""
    values, folder = _values(name, attachments, config), config.paths.templates / "email"
    subject = " ".join(_rendered(folder, "subject.txt", values, config).split())
    text = _wrapped(_rendered(folder, "body.txt", values, config))
    return Wording(subject, text, _rendered(folder, "body.html", {**values, "subject": subject}, config))


def _rendered(folder: Path, name: str, values: Mapping[str, Any], config: Config) -> str:
    from jinja2 import TemplateError

    try:
        return _environment(folder, escaped=name.endswith(".html")).get_template(name).render(values)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        # The engine makes frames of the template's lines; a fault of form has its line with it.
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(folder / name)]
        line = getattr(error, "lineno", None) or (frames[-1].lineno if frames else None)
        hint = "Compare it with the template that came with the builder."
        place = Place(config.shown(folder / name), line or 0)
        raise BuildError([Problem(place, "M07", f"the template can't be used: {error}", hint)]) from error


def _values(name: str, attachments: Sequence[Attachment], config: Config) -> dict[str, Any]:
    say = _words(config.paths.templates, config.language, config.language_line)
    packet = next((one for one in attachments if one.client), None)
    brand = config.brand
    return {
        "name": name,
        "brand": brand,
        "colours": brand.colours,
        "language": say.language,
        "say": say,
        "packet": packet,
        "guides": [one for one in attachments if not one.client],
        "files": [{"title": one.title, "name": one.friendly_name, "facts": _facts(one, say)} for one in attachments],
    }


def _facts(attachment: Attachment, say: Words) -> str:
    size = _size(attachment.size)
    return (
        say("mail.file_pages", number=attachment.pages, size=size) if attachment.pages else say("mail.file", size=size)
    )


@functools.cache
def _words(folder: Path, language: str, line: int) -> Words:
    """The words of the handbook's language; BuildError with what is wrong with them."""
    words, problems = catalogue.load(Templates.read(folder).files, language, Place(CONFIG_NAME, line))
    if words is None:
        raise BuildError(problems)
    return words


def _size(count: int) -> str:
    return f"{count / 1e6:.1f}\u00a0MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))}\u00a0kB"


def _wrapped(text: str) -> str:
    """Paragraphs and list items in lines of 72 letters; nothing that might be an address is parted."""
    lines = []
    for line in text.strip().splitlines():
        body = line.lstrip()
        inner = " " * (len(line) - len(body)) + " " * (len(body.partition(" ")[0]) + 1 if _is_item(body) else 0)
        wrap = textwrap.wrap(line, _COLUMNS, subsequent_indent=inner, break_long_words=False, break_on_hyphens=False)
        lines += wrap or [""]
    return "\n".join(lines) + "\n"


def _is_item(line: str) -> bool:
    mark = line.partition(" ")[0]
    return mark == "*" or (mark.endswith(".") and mark[:-1].isdecimal())


@functools.cache
def _environment(folder: Path, *, escaped: bool) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(folder), autoescape=escaped, undefined=StrictUndefined)  # noqa: S701
