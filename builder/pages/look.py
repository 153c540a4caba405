"""What all pages of a build look like: brand, paper, and typefaces and logo as assets of the store."""

from __future__ import annotations

from builder import boundaries
from builder.config.handbook import Config
from builder.pages import fonts
from builder.pages.html import Look
from builder.pages.paper import Paper
from builder.store import Store, digest


def look(config: Config, paper: Paper, logo: bytes, store: Store) -> Look:
    """The look of a handbook on some paper; `logo` is the bytes of the brand's SVG file, or nothing."""
    return Look(
        brand=config.brand,
        paper=paper,
        faces=_faces(store),
        logo=store.put_asset(logo, ".svg") if logo else "",
        title=config.title,
        subtitle=config.subtitle,
        edition=config.edition,
        language=config.language,
    )


def _faces(store: Store) -> tuple[tuple[fonts.Face, str], ...]:
    faces = (*fonts.FACES, *fonts.FALLBACKS)
    key = digest("faces", repr(faces), boundaries.FACES.digest)
    names = store.note(key)
    if names is None or not all((store.assets / name).exists() for name in names):
        names = [store.put_asset(face.load(), face.suffix) for face in faces]
        store.keep_note(key, names)
    return tuple(zip(faces, names, strict=True))
