"""The firm on the page: one folder with `brand.yaml` and what it names, declared once, checked, with its meanings."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import fields, files
from builder.config.contrast import LEAST
from builder.config.drawings import MAX_BYTES as DRAWING_BYTES
from builder.config.palette import Palette, palette, too_weak
from builder.fields import Key, section
from builder.problems import Place, Problem

MAX_BYTES = 30_000_000
"""The largest typeface that is read, in bytes."""
PACKAGE = "package:"
"""Begins a typeface's file that lies in an installed package: `package:NAME/path/in/it.ttf`."""
_SANS = f"{PACKAGE}font_source_sans_pro/files/SourceSansPro-"
_MANROPE = f"{PACKAGE}font_manrope/files/Manrope-"
OURS = {
    "body": {
        "family": "Source Sans Pro",
        "regular": f"{_SANS}Regular.ttf",
        "italic": f"{_SANS}It.ttf",
        "bold": f"{_SANS}Semibold.ttf",
    },
    "display": {"family": "Manrope", "bold": f"{_MANROPE}Bold.ttf", "heavy": f"{_MANROPE}ExtraBold.ttf"},
}
"""The typefaces of a brand that names none, by role and cut."""
_NEEDED = {"body": ("family", "regular", "bold"), "display": ("family", "bold")}
_CUTS = {"body": ("regular", "italic", "bold"), "display": ("bold", "heavy")}
_SIGNATURES = (b"\0\1\0\0", b"OTTO", b"true")
_VARIABLE = re.compile(r"var\(--([a-z_-]+)\)")
_WHERE = "the file beside this one, or package:NAME/path for one in an installed package"

BRAND_KEYS = (
    Key("name", fields.text, "The firm's name.", required=True),
    Key("tagline", fields.text, "A few words under the name on covers.", ""),
    Key("logo", fields.text, "The logo's SVG file, relative to this one; it stands on the panel's colour.", ""),
    Key("logo_on_paper", fields.text, "The logo on the paper's colour, as printed covers have it; else `logo`.", ""),
    Key("logo_names_firm", fields.flag, "Whether the logo shows the name already, which then isn't set beside.", False),
    Key("cover_art", fields.text, "The cover's drawing, an SVG file; it fills the foot of the cover.", ""),
    section(
        "colours",
        "The brand's colours by what they are for; every tint and the text on it is derived from them. In the SVG "
        "files `var(--accent)` and so on stand for them.",
        Key("ink", fields.colour, "Text.", "#14161C"),
        Key("accent", fields.colour, "Rules, discs, edges of tabs, shapes on the cover.", "#E5C73E"),
        Key("paper", fields.colour, "The ground of the pages.", "#FFFFFF"),
        Key("panel", fields.colour, "The ground of covers, tabs and heads of tables; the ink where it isn't given."),
    ),
    section(
        "typefaces",
        "TrueType or OpenType files. Whoever names one of a group names all of it.",
        section(
            "body",
            "For text.",
            Key("family", fields.text, "The family's name.", ""),
            Key("regular", fields.text, f"Upright: {_WHERE}.", ""),
            Key("italic", fields.text, "Italic; upright where it isn't given.", ""),
            Key("bold", fields.text, "What is printed bold in text.", ""),
        ),
        section(
            "display",
            "For headings, numbers and covers.",
            Key("family", fields.text, "The family's name.", ""),
            Key("bold", fields.text, "Headings.", ""),
            Key("heavy", fields.text, "Titles and numbers; bold where it isn't given.", ""),
        ),
    ),
    section(
        "page",
        "Lengths in mm.",
        Key("column", fields.number(120, 190, whole=False), "How wide text, figures and tables may be.", 166.0),
        Key("gutter", fields.number(0, 30, whole=False), "Where a guide's text begins, after the number.", 14.0),
        Key("top", fields.number(12, 60, whole=False), "The margin above.", 25.0),
        Key("bottom", fields.number(14, 60, whole=False), "The margin below.", 18.0),
        Key("binding", fields.number(0, 15, whole=False), "More margin at the spine of bound pages.", 5.0),
        Key("bleed", fields.number(0, 5, whole=False), "How far colours go on beyond trimmed edges.", 3.0),
        Key("tab", fields.number(12, 60, whole=False), "The length of a thumb tab.", 24.0),
        Key("logo_height", fields.number(5, 40, whole=False), "How high the logo is set.", 15.0),
    ),
    Key("contacts", fields.pairs, "Ways to reach the firm, as 'Name: value' lines; printed as they stand.", ()),
    Key("legal", fields.text, "The legal line on the back page.", ""),
)


@dataclass(frozen=True, slots=True)
class Typeface:
    """A family in its cuts: `files` has an absolute path or `package:…` for each of regular, italic, bold, heavy."""

    family: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """The page's lengths in mm."""

    column: float = 166.0
    gutter: float = 14.0
    top: float = 25.0
    bottom: float = 18.0
    binding: float = 5.0
    bleed: float = 3.0
    tab: float = 24.0
    logo_height: float = 15.0


@dataclass(frozen=True, slots=True)
class Brand:
    """The firm as it appears on the page; `logo` and `cover_art` are SVG files or None."""

    name: str
    tagline: str
    logo: Path | None
    logo_on_paper: Path | None
    logo_names_firm: bool
    cover_art: Path | None
    colours: Palette
    body: Typeface
    display: Typeface
    page: Measures
    contacts: tuple[tuple[str, str], ...]
    legal: str

    @property
    def files(self) -> tuple[Path, ...]:
        """The files beside brand.yaml on which pages depend."""
        drawings = [path for path in (self.logo, self.logo_on_paper, self.cover_art) if path]
        faces = [file for face in (self.body, self.display) for _, file in face.files if not file.startswith(PACKAGE)]
        return (*dict.fromkeys(drawings), *(Path(file) for file in dict.fromkeys(faces)))


OUR_TYPEFACES = tuple(
    Typeface(cuts["family"], tuple((cut, file) for cut, file in cuts.items() if cut != "family"))
    for cuts in OURS.values()
)
"""Those for text and for headings of a brand that names none."""


def brand(said: fields.Fields, file: Path, shown: str) -> tuple[Brand, list[Problem]]:
    """The brand that a file describes, and what is wrong with it; `shown` is the file's printed name."""
    values, problems = said.values, list[Problem]()
    colours = _colours(values["colours"], said, shown, problems)
    drawings = {name: _drawing(name, said, file, shown, problems) for name in ("logo", "logo_on_paper", "cover_art")}
    body, display = (_typeface(role, said, file, shown, problems) for role in ("body", "display"))
    made = Brand(
        name=values["name"],
        tagline=values["tagline"],
        logo=drawings["logo"],
        logo_on_paper=drawings["logo_on_paper"] or drawings["logo"],
        logo_names_firm=values["logo_names_firm"],
        cover_art=drawings["cover_art"],
        colours=colours,
        body=body,
        display=display,
        page=Measures(**values["page"]),
        contacts=values["contacts"],
        legal=values["legal"],
    )
    return made, problems


def drawn(data: bytes, colours: Palette) -> bytes:
    """An SVG file of the brand with its colours in place of `var(--…)`."""
    return _VARIABLE.sub(lambda match: str(getattr(colours, match[1].replace("-", "_"))), data.decode()).encode()


def _colours(roles: Mapping[str, Any], said: fields.Fields, shown: str, problems: list[Problem]) -> Palette:
    """All colours. Text that is too weak on the paper itself is a problem at the line of the colour to change."""
    made = palette(roles["ink"], roles["paper"], roles["accent"], roles["panel"] or roles["ink"])
    for pair, ratio in too_weak(made):
        message = (
            f"{pair.text} ({getattr(made, pair.text)}) on {pair.ground} ({getattr(made, pair.ground)}) "
            f"has a contrast of {ratio:.2f}:1, for {pair.where}"
        )
        hint = f"Choose an ink and a paper with at least {LEAST}:1, or text can't be read by everybody."
        line = said.lines.get("colours.ink") or said.lines.get("colours.paper") or said.lines.get("colours", 0)
        problems.append(Problem(Place(shown, line), "B10", message, hint))
        break  # whatever else is weak follows from this
    return made


def _drawing(name: str, said: fields.Fields, file: Path, shown: str, problems: list[Problem]) -> Path | None:
    if not said.values[name]:
        return None
    path: Path = file.parent / said.values[name]
    place = Place(shown, said.lines.get(name, 0))
    try:
        path = path.resolve()
        text = files.read(path, DRAWING_BYTES).decode() if path.suffix.casefold() == ".svg" else ""
    except (OSError, RuntimeError, UnicodeDecodeError):  # also a loop of links
        text = ""
    if "<svg" not in text:
        hint = "Name an .svg file beside it."
        problems.append(Problem(place, "B09", f"'{name}' is not an SVG file that exists", hint))
        return None
    for number, line in enumerate(text.splitlines(), 1):
        for role in _VARIABLE.findall(line):
            if role.replace("-", "_") not in Palette.__dataclass_fields__:
                known = ", ".join(each.replace("_", "-") for each in Palette.__dataclass_fields__)
                message = f"there is no colour '--{role}'"
                where = Place((Path(shown).parent / said.values[name]).as_posix(), number)
                problems.append(Problem(where, "B11", message, f"There are: {known}."))
    return path


def _typeface(role: str, said: fields.Fields, file: Path, shown: str, problems: list[Problem]) -> Typeface:
    given = said.values["typefaces"][role]
    if not any(given.values()):
        given = OURS[role]
    line = said.lines.get(f"typefaces.{role}", 0)
    for name in _NEEDED[role]:
        if not given[name]:
            message = f"the typeface '{role}' has no '{name}'"
            hint = f"Add '{name}: …' under typefaces.{role}, or leave all of it out."
            problems.append(Problem(Place(shown, line), "B12", message, hint))
    files = []
    for cut in _CUTS[role]:
        source = str(given.get(cut) or "")
        if source and (found := _font(source, file)) is None:
            where = Place(shown, said.lines.get(f"typefaces.{role}.{cut}", line))
            message = f"'{source}' is no TrueType or OpenType file that can be had"
            problems.append(Problem(where, "B13", message, f"Name {_WHERE}."))
        elif source and found:
            files.append((cut, found))
    return Typeface(given["family"], tuple(files))


def _font(source: str, file: Path) -> str | None:
    """A typeface's file as it is kept, or None if there is no such typeface."""
    path = package_file(source) if source.startswith(PACKAGE) else (file.parent / source).resolve()
    try:
        begins = path.open("rb").read(4) if path else b""
    except OSError:
        begins = b""
    return None if begins not in _SIGNATURES else source if source.startswith(PACKAGE) else str(path)


def package_file(source: str) -> Path | None:
    """The file that `package:NAME/path` names, if the package is installed."""
    name, _, inner = source.removeprefix(PACKAGE).partition("/")
    try:
        found = importlib.util.find_spec(name) if name.isidentifier() else None
    except (ImportError, ValueError):  # a name such as __main__, or a package that can't be imported
        found = None
    return Path(found.submodule_search_locations[0]) / inner if found and found.submodule_search_locations else None
