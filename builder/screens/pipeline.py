"""Which figures of a guide are drawn, and their drawings, ready to be set like pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from builder import boundaries, processes
from builder.guides.blocks import Figure, PictureKey
from builder.guides.files import File
from builder.guides.guide import Guide
from builder.layout.parts import load_engine
from builder.pages.figures import MAX_TYPE_PT, MIN_TYPE_PT, TYPE_PT
from builder.pages.html import screens_page
from builder.pages.page import Look, Page
from builder.pages.templates import Templates
from builder.problems import Place, Problem, Severity
from builder.screens import drawing, reading
from builder.screens.drawing import Style
from builder.screens.model import Screen, picture_name
from builder.screenshots.model import Drawn, Picture, View
from builder.store import Store, digest

DRAWINGS, SCREENSHOTS = "drawings", "screenshots"
ORDER = "figure"
_PER_MM = 100  # a drawing's size as a view's whole numbers


def file_of(guide_file: str) -> str:
    """The file that describes a guide's screens, beside the guide's own."""
    return guide_file.removesuffix(".md") + ".screens.yaml"


def screens_of(guide: Guide, file: File | None) -> tuple[dict[str, Screen], list[Problem]]:
    """The screens that the file beside a guide describes, by their pictures' names, and what is wrong with them."""
    if file is None or file.problem:
        return {}, [file.problem] if file and file.problem else []
    found, problems = reading.screens_in(file.data, file.shown)
    names = [picture_name(figure.address) for figure in guide.figures]
    for screen in found.values():
        if screen.picture not in names:
            message = f"the guide has no picture '{screen.picture}'"
            hint = f"Name one of: {', '.join(dict.fromkeys(names)) or 'none, the guide has no pictures'}."
            problems.append(Problem(Place(screen.file, screen.line), "D12", message, hint))
    return found, problems


def to_be_drawn(
    guide: Guide, screens: Mapping[str, Screen], default: str, forced: str = ""
) -> tuple[frozenset[PictureKey], list[Problem]]:
    """The pictures in whose place drawings are wanted and there, and what was asked for in vain.

    `forced` is what was typed; it stands above the guide's own word and below a figure's.
    """
    wish = forced or guide.facts.figures or default
    wanted: set[PictureKey] = set()
    problems: list[Problem] = []
    without = []
    for figure in guide.figures:
        order = dict(figure.orders).get(ORDER, "")
        if order != "drawing" and (order == "screenshot" or wish != DRAWINGS):
            continue
        if picture_name(figure.address) in screens:
            wanted.add(figure.picture)
        elif order == "drawing":
            place, hint = (
                Place(guide.file, figure.line),
                f"Describe it in {file_of(guide.file)}, or take the order out.",
            )
            problems.append(Problem(place, "D13", "this figure is to be drawn, and nothing says how", hint))
        else:
            without.append(figure)
    if without:
        problems.append(_not_described(guide, without))
    return frozenset(wanted), problems


def _not_described(guide: Guide, figures: Sequence[Figure]) -> Problem:
    numbers = ", ".join(str(figure.number) for figure in figures)
    message = f"figures are to be drawn, and nothing says how for {numbers}; their screenshots are used"
    hint = f"Describe them in {file_of(guide.file)}; docs/screens.md says how."
    return Problem(Place(guide.file, figures[0].line), "D14", message, hint, Severity.WARNING)


def drawings(
    wanted: Mapping[str, tuple[Sequence[Screen], Style]], look: Look, templates: Templates, store: Store, workers: int
) -> tuple[dict[str, dict[str, Drawn]], list[Problem]]:
    """Drawings by guide and by their pictures' names, measured by the layout engine, and what could not be drawn well.

    `wanted` are the screens of each guide, by slug, with the style in which they are drawn.
    """
    made = {
        slug: [drawing.drawn(screen, style, templates, look.words) for screen in screens]
        for slug, (screens, style) in wanted.items()
    }
    pages = {slug: screens_page(look, templates, [("", each) for each in drawn]) for slug, drawn in made.items()}
    _measure([page for page in pages.values() if store.note(_key(page)) is None], store, workers)
    found: dict[str, dict[str, Drawn]] = {}
    problems: list[Problem] = []
    for slug, (screens, _) in wanted.items():
        note = store.note(_key(pages[slug]))
        found[slug] = {
            screen.picture: replace(one, height_mm=measured["height_mm"])
            for screen, one, measured in zip(screens, made[slug], note, strict=True)
        }
        problems += [
            Problem(Place(screen.file, screen.line), "D15", f"on the drawing of '{screen.picture}', {fault}", _WIDER)
            for screen, measured in zip(screens, note, strict=True)
            for fault in measured["faults"]
        ]
    return found, problems


def _key(page: Page) -> str:
    return digest("drawings", page.html, boundaries.PART.digest)


def _measure(waiting: Sequence[Page], store: Store, workers: int) -> None:
    """Measures pages not measured before, in several processes where that is worth it."""
    if len(waiting) < 2 or workers < 2:
        for page in waiting:
            _measure_and_keep(page, store)
        return
    load_engine()  # once, for all workers where they share it
    with processes.pool(min(workers, len(waiting)), sharing=True) as pool:
        for future in [pool.submit(_measure_and_keep, page, store) for page in waiting]:
            future.result()


def _measure_and_keep(page: Page, store: Store) -> None:
    load_engine()
    from builder.layout.measuring import measured

    found = measured(page, store.assets)
    store.keep_note(_key(page), [asdict(found[f"screen-{number}"]) for number in range(1, len(found) + 1)])


_WIDER = "Give it a larger 'width', or draw less of it."


def as_picture(drawn: Drawn) -> Picture:
    """The drawing as pages set it: it grows and shrinks like a picture, within the bounds of its type."""
    view = View(
        asset="",
        width=round(drawn.width_mm * _PER_MM),
        height=max(round(drawn.height_mm * _PER_MM), 1),
        comfortable_mm=drawn.width_mm,
        min_mm=drawn.width_mm * MIN_TYPE_PT / TYPE_PT,
        max_mm=drawn.width_mm * MAX_TYPE_PT / TYPE_PT,
    )
    return Picture(views=(view,), drawn=drawn)
