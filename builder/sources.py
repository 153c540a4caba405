"""The files that a build depends on, each read once: digests and values are made from the same bytes.

What changes while a build runs is a matter for the next one, and can't be mistaken for what this one was made from.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder import boundaries, files
from builder.config.brand import MAX_BYTES as BRAND_BYTES
from builder.guides.files import File, find_guides, read_file
from builder.pages.templates import Templates
from builder.problems import Problem
from builder.request import Request
from builder.screens import reading
from builder.screenshots.fetch.addresses import PICTURE_ENDINGS
from builder.store import digest


@dataclass(frozen=True, slots=True)
class Sources:
    """Guides and drawn screens by slug, templates and the brand's files as they were read.

    `digest` stands for them, the request and this program.
    """

    guides: Mapping[str, File]
    screens: Mapping[str, File]  # what describes the drawn screens of each guide that has any
    templates: Templates
    brand: Mapping[Path, bytes]  # drawings and typefaces that lie beside the brand file
    program: str  # the digest of this program as it was when the build began
    digest: str
    problems: tuple[Problem, ...] = ()  # of looking for guides


def read(request: Request) -> Sources:
    """Reads them. Raises OSError where a template or a file of the brand can't be read."""
    config = request.config
    found, problems = find_guides(request.guides, config.shown(request.guides))
    guides = {slug: read_file(path, config.shown(path)) for slug, path in found.items()}
    beside = {slug: path.with_suffix(".screens.yaml") for slug, path in found.items()}
    screens = {slug: reading.read_file(path, config.shown(path)) for slug, path in beside.items() if path.is_file()}
    templates = Templates.read(config.paths.templates)
    brand = {path: files.read(path, BRAND_BYTES) for path in config.brand.files}
    code = program()
    said = [
        (slug, file.shown, str(file.problem), digest(file.data))
        for slug, file in (*guides.items(), *sorted(screens.items()))
    ]
    whole = digest(
        repr(_asked(request)),
        config.source,
        code,
        repr((said, problems)),
        repr(sorted(templates.files.items())),
        repr([(str(path), digest(data)) for path, data in brand.items()]),
    )
    return Sources(guides, screens, templates, brand, code, whole, tuple(problems))


def program() -> str:
    """The digest of the whole of this program and of the versions of all that is installed beside it."""
    package = boundaries.PACKAGE
    code = [
        (path.relative_to(package).as_posix(), digest(path.read_bytes())) for path in boundaries.files((".",), package)
    ]
    return digest(repr(code), repr(boundaries.installed()))


def pictures(request: Request) -> str:
    """The digest of what is known of the screenshots that were downloaded, and of the pictures beside the guides."""
    paths = request.config.paths
    state = [
        (path.as_posix(), files.fingerprint(path)) for path in sorted(paths.screenshots.rglob("*")) if path.is_file()
    ]
    beside = [path for path in sorted(request.guides.rglob("*")) if path.suffix.lower() in PICTURE_ENDINGS]
    own = [(path.as_posix(), files.fingerprint(path)) for path in beside]
    return digest(files.fingerprint(paths.lock_file), repr((state, own)))


def _asked(request: Request) -> tuple[object, ...]:
    """What a person asked for, as far as PDFs depend on it."""
    return (
        request.slugs,
        request.paper,
        request.profile,
        request.booklet,
        str(request.output.resolve()),
        str(request.guides.resolve()),
        request.mirror,
        request.strict,
        request.offline,
        request.ink_saver,
        request.figures,
        request.gate_ocr,
        os.environ.get("SOURCE_DATE_EPOCH", ""),
    )
