"""`handbook screens`: for those who describe screens a first draft, or a sheet with what they have described."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from builder import inputs, sources
from builder.config.handbook import CONFIG_NAME
from builder.guides.blocks import (
    Block,
    Callout,
    Figure,
    Listing,
    Paragraph,
    PictureKey,
    Span,
    Together,
    figures_in,
)
from builder.guides.guide import Guide
from builder.pages import words as catalogue
from builder.pages.html import screens_page
from builder.pages.look import look
from builder.pages.paper import paper
from builder.problems import BuildError, Place, Problem
from builder.progress import Progress
from builder.request import Request
from builder.screens import drafting, pipeline, writing
from builder.screens.model import Screen, picture_name
from builder.screenshots import pipeline as seeing
from builder.screenshots.model import Box, Inspection, Picture, Treatment
from builder.screenshots.prepare.prepare import Changed, Job, changed, original
from builder.store import Store, write_whole


def draw(request: Request) -> tuple[list[Path], list[Problem]]:
    """Writes a PDF with each guide's drawings, one under the other; the files, and what is wrong."""
    from builder.layout.parts import load_engine

    config, store = request.config, _store(request)
    read = sources.read(request)
    guides, problems = inputs.guides_with_screens(request, read)
    words, faults = catalogue.load(read.templates.files, config.language, Place(CONFIG_NAME, config.language_line))
    problems += faults
    if words is None:
        raise BuildError(problems)
    on = paper(request.paper, request.profile, config.brand.page)
    looks = look(config, on, read.brand, words, store)
    wanted = {guide.slug: (list(screens.values()), inputs.drawn_style(config, guide)) for guide, screens in guides}
    made, faults = pipeline.drawings(wanted, looks, read.templates, store, request.jobs)
    problems += faults
    written = []
    for guide, screens in guides:
        lines = [f"{screen.picture}, {screen.file}:{screen.line}" for screen in screens.values()]
        page = screens_page(looks, read.templates, list(zip(lines, made[guide.slug].values(), strict=True)))
        path = request.output / "screens" / f"{guide.slug}.pdf"
        write_whole(path, load_engine().lay_out(page, store.assets).pdf)
        written.append(path)
    return written, problems


def drafts(request: Request, progress: Progress) -> tuple[list[Path], list[str], list[Problem]]:
    """Writes a first draft of each guide's screens from its inspected screenshots, never over a person's file.

    The files, what became of each draft where a person has corrected it, and what is wrong.
    """
    store = _store(request)
    found = inputs.gather(request, sources.read(request), progress, lenient=True)
    ready, faults = seeing.prepared(found.jobs, store, request.jobs, progress)
    seen = inputs.known(found, store)
    written, told = [], []
    for guide in found.chosen:
        ours = request.config.brand.name
        made = []
        for figure in guide.figures:
            if figure.picture not in ready:
                continue
            try:
                made.append(_draft(guide, figure, found.jobs, ready, seen, ours))
            except Changed:
                faults.append(changed(Place(guide.file, figure.line)))
        if not made:
            continue
        path = request.output / "screens" / f"{guide.slug}.screens.yaml"
        heading = f"A draft from the screenshots: correct it, then put it at guides/{guide.slug}.screens.yaml"
        write_whole(path, writing.text_of(made, heading).encode())
        written.append(path)
        corrected = found.screens[guide.slug]
        told += [_compared(guide, one, corrected[one.picture]) for one in made if one.picture in corrected]
    return written, told, [*found.problems, *faults]


def _store(request: Request) -> Store:
    store = Store(request.config.paths.cache)
    store.open()
    return store


def _draft(
    guide: Guide,
    figure: Figure,
    jobs: Mapping[PictureKey, Job],
    ready: Mapping[PictureKey, Picture],
    seen: Mapping[str, Inspection],
    ours: str,
) -> Screen:
    picture, job = ready[figure.picture], jobs[figure.picture]
    assert picture.treatment is not None
    things = _looked_at(job, seen[figure.address], picture.treatment, ours)
    width = min(max(picture.views[0].comfortable_mm, 60.0), 150.0)
    return drafting.draft(picture_name(figure.address), things, _instructions(guide, figure), width)


def _looked_at(job: Job, seen: Inspection, treatment: Treatment, ours: str) -> drafting.Seen:
    """What a draft is made of. Raises `Changed`."""
    import numpy as np

    # A crop goes on over even ground that is no part of the picture.
    region = Box.around(treatment.crops or (seen.content,)).within(Box(0, 0, *seen.size))
    pixels = np.asarray(original(job, seen))
    return drafting.Seen(pixels, seen, region, treatment.labels, treatment.masks, ours)


def _instructions(guide: Guide, figure: Figure) -> dict[str, int]:
    """The numbers of the instructions in a figure's step, by the names in bold that they have first."""
    found: dict[str, int] = {}
    step = next((step for step in guide.steps if figure in figures_in(step.blocks)), None)
    for block in _listings(step.blocks if step else ()):
        for item in block.items if block.ordered else ():
            for name in (span.text.casefold() for inner in item.blocks for span in _spans(inner) if span.strong):
                found.setdefault(name, item.number)
    return found


def _listings(blocks: Sequence[Block]) -> Iterator[Listing]:
    for block in blocks:
        if isinstance(block, Listing):
            yield block
        elif isinstance(block, Together | Callout):
            yield from _listings(block.blocks)


def _spans(block: Block) -> Iterator[Span]:
    if isinstance(block, Paragraph):
        yield from block.spans
    elif isinstance(block, Together):
        for inner in block.blocks:
            yield from _spans(inner)


def _compared(guide: Guide, drafted: Screen, final: Screen) -> str:
    same, after, gone = drafting.alike(drafted, final)
    return f"{guide.slug} {final.picture}: {same} of {after} controls as drafted, {gone} drafted ones left out"
