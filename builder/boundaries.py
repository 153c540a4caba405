"""What code each kind of kept result depends on: whole rooms of this package, and the libraries they stand on.

A result is used again only where all of that is the same, so nobody has to remember to raise a number. Rooms are named
coarsely; tests/test_structure.py compares them with what the code really imports, and fails where one is missing.
"""

from __future__ import annotations

import functools
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.store import digest

PACKAGE = Path(__file__).parent
_REQUIRED = re.compile(r"^Requires-Dist: ([\w.-]+).*$", re.MULTILINE)
_OF_EXTRA = re.compile(r";.*\bextra\b")


@dataclass(frozen=True, slots=True)
class Boundary:
    """One kind of result. `makers` are the modules that make it.

    `rooms` are folders and modules below this package in which all lies that the makers import, directly or not, and
    `libraries` the distributions that they import; those that these require count as well.
    """

    name: str
    makers: tuple[str, ...]
    rooms: tuple[str, ...]
    libraries: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256, in hex, of the rooms' files and of the libraries' versions."""
        return _digest(self, PACKAGE)


_COMMON = (
    "png.py",
    "problems.py",
    "processes.py",
    "progress.py",
    "files.py",
    "store.py",
    "boundaries.py",
    "units.py",
    "screenshots/model.py",
)
_READERS = (
    "mnemonic",
    "numpy",
    "onnxruntime",
    "openvino",
    "phonenumbers",
    "pillow",
    "python-stdnum",
    "rapidocr",
    "zxing-cpp",
)

INSPECTION = Boundary(
    "inspection",
    makers=("screenshots/inspect/inspect.py",),
    rooms=("screenshots/inspect", *_COMMON),
    libraries=_READERS,
)
PICTURE = Boundary(
    "picture",
    makers=("screenshots/prepare/prepare.py",),
    rooms=("screenshots/inspect", "screenshots/prepare", "screenshots/review.py", *_COMMON),
    libraries=(*_READERS, "imagequant", "pyoxipng", "font-source-sans-pro"),
)
FACES = Boundary(
    "typefaces",
    makers=("pages/fonts.py",),
    rooms=("pages/fonts.py", "config", "fields.py", *_COMMON),
    libraries=("font-manrope", "font-source-sans-pro", "justmytype-intl-cjk", "pymupdf-fonts", "fonttools", "pyyaml"),
)
PART = Boundary(
    "part",
    makers=("layout/document.py", "layout/measuring.py"),
    rooms=("layout", "pages", "pdf", "guides", "config", "fields.py", "screenshots", *_COMMON),
    libraries=(
        "weasyprint",
        "fonttools",
        "pyyaml",
        "jinja2",
        "markdown-it-py",
        "mdit-py-plugins",
        "segno",
        "cffi",
        "babel",
    ),
)
BINDING = Boundary(
    "binding",
    makers=("pdf/binding.py", "pdf/booklet.py"),
    rooms=("pdf", *_COMMON),
    libraries=("pikepdf",),
)
VERDICT = Boundary(
    "verdict",
    makers=("publish/gate.py",),
    rooms=("publish/gate.py", "pdf", "config", "guides", "fields.py", "screenshots/inspect", *_COMMON),
    libraries=(*_READERS, "pikepdf", "pyyaml", "markdown-it-py", "mdit-py-plugins"),
)
ALL = (INSPECTION, PICTURE, FACES, PART, BINDING, VERDICT)


def files(rooms: tuple[str, ...], package: Path) -> Iterator[Path]:
    """The files of some rooms, each once, in order."""
    found = set[Path]()
    for room in rooms:
        path = package / room
        found |= {file for file in path.rglob("*") if file.is_file()} if path.is_dir() else {path}
    yield from sorted(file for file in found if file.suffix != ".pyc")


@functools.cache
def _digest(boundary: Boundary, package: Path) -> str:
    code = [
        (file.relative_to(package).as_posix(), digest(file.read_bytes())) for file in files(boundary.rooms, package)
    ]
    return digest(boundary.name, repr(code), repr(_versions(boundary.libraries)), repr(sys.version_info))


@functools.cache
def _versions(libraries: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Name and version of some distributions and of all that they require, as far as it is installed."""
    found: dict[str, str] = {}
    waiting = list(libraries)
    while waiting:
        name = _canonical(waiting.pop())
        if name not in found:
            folder = _distributions().get(name)
            found[name] = folder.name if folder else "none"
            waiting += _required_by(folder) if folder else []
    return tuple(sorted(found.items()))


def installed() -> tuple[str, ...]:
    """The installed distributions with their versions, as their folders are named: reading them takes much longer."""
    return tuple(sorted(folder.name for folder in _distributions().values()))


@functools.cache
def _distributions() -> Mapping[str, Path]:
    """The folders `name-version.dist-info` by name."""
    places = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    folders = (folder for place in places for folder in Path(place).glob("*.dist-info"))
    return {_canonical(folder.name.split("-", 1)[0]): folder for folder in folders}


def _required_by(folder: Path) -> list[str]:
    """What a distribution requires, by name; what only an extra wants is left out."""
    try:
        head = (folder / "METADATA").read_text("utf-8", "replace").split("\n\n", 1)[0]
    except OSError:
        return []
    return [match[1] for match in _REQUIRED.finditer(head) if not _OF_EXTRA.search(match[0])]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
