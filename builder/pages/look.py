"""What all pages of a build look like: brand, paper, words, and typefaces and drawings as assets of the store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from builder import boundaries
from builder.config.brand import Brand, drawn
from builder.config.handbook import Config
from builder.pages import fonts
from builder.pages.page import Look
from builder.pages.paper import Paper
from builder.pages.words import Words
from builder.store import Store, digest


def look(config: Config, paper: Paper, files: Mapping[Path, bytes], words: Words, store: Store) -> Look:
    """The look of a handbook on some paper; `files` are those of the brand, as they were read."""
    firm = config.brand
    logo = firm.logo_on_paper if paper.is_bound else firm.logo
    faces, common = _faces(firm, files, store)
    return Look(
        brand=firm,
        paper=paper,
        faces=faces,
        common=common,
        logo=_drawing(firm, logo, files, store),
        art=_drawing(firm, firm.cover_art, files, store),
        title=config.title,
        subtitle=config.subtitle,
        edition=config.edition,
        words=words,
        values=config.values,
    )


def _drawing(firm: Brand, path: Path | None, files: Mapping[Path, bytes], store: Store) -> str:
    """The asset of one of the brand's drawings in its colours, or nothing."""
    return store.put_asset(drawn(files[path], firm.colours), ".svg") if path else ""


def _faces(firm: Brand, files: Mapping[Path, bytes], store: Store) -> tuple[tuple[tuple[fonts.Face, str], ...], str]:
    """All faces with the assets that hold them, and what all the brand's own ones have."""
    own = fonts.faces(firm.body, firm.display)
    faces = (*own, *fonts.FALLBACKS)
    read = [digest(data) for data in files.values()]
    key = digest("faces", repr((faces, read, boundaries.installed())), boundaries.FACES.digest)
    note = store.note(key)
    if note is None or not all(store.has_asset(name) for name in note["assets"]):
        names = [store.put_asset(face.load(), face.suffix) for face in faces]
        note = {"assets": names, "common": fonts.covered(face.load() for face in own)}
        store.keep_note(key, note)
    return tuple(zip(faces, note["assets"], strict=True)), note["common"]
