"""`handbook screens`: a sheet with a guide's drawings, for those who write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from builder import inputs
from builder.pages.html import screens_page
from builder.problems import Problem
from builder.screens import pipeline
from builder.store import Store, write_whole

if TYPE_CHECKING:
    from builder.build import Request


def draw(request: Request) -> tuple[list[Path], list[Problem]]:
    """Writes a PDF with each guide's drawings, one under the other; the files, and what is wrong."""
    from builder.layout.document import lay_out

    config = request.config
    store = Store(config.root / ".cache")
    store.open()
    guides, problems = inputs.guides(config, request.guides, request.slugs)
    written = []
    for guide in guides:
        if request.slugs and guide.slug not in request.slugs:
            continue
        screens, faults = inputs.screens(config, guide)
        problems += faults
        if not screens:
            continue
        templates, look = config.root / "templates", inputs.look(request, store)
        style = inputs.drawn_style(config, guide)
        made, faults = pipeline.drawings(screens.values(), style, look, templates, store)
        problems += faults
        lines = [f"{screen.picture}, {screen.file}:{screen.line}" for screen in screens.values()]
        page = screens_page(look, templates, list(zip(lines, made.values(), strict=True)))
        path = request.output / "screens" / f"{guide.slug}.pdf"
        write_whole(path, lay_out(page, store.assets).pdf)
        written.append(path)
    return written, problems
