"""Measures whether the words beside the marks can be read in print: their printed height, and what OCR makes of them.

Every label (a word that a mark means) of every figure is looked for in the finished PDFs: the picture is found by its
data, and its place on the page is where the PDF draws it. The page is rendered at 150 dpi in grey and read as a whole
by the reader that looked at the original. A label is read back when what stands at its place is like what was read on
the original, case, spaces and signs aside. What is not found so is looked for once more on its figure alone, on the
same pixels at the same size, as a person would who looks at the figure and not at the page; the two shares are told
apart. A label that several views show is judged in the one that prints it largest; one that no view shows has failed.

Its size is told twice: the height of the reader's box around it, and the size of its type, which is what a typographer
means by 8 pt: that is measured by the ink, from the foot of the letters to the top of capitals and ascenders.

The other setting is computed only: the same screenshots set plainly, each whole and as wide as the column. `--mirror`
names a folder or address with the real screenshots; without it they are taken from `assets/screenshots/`.
"""

from __future__ import annotations

import argparse
import datetime
import difflib
import io
import math
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import pdfplumber
from PIL import Image

from builder import inputs, sources
from builder.build import build
from builder.config.handbook import load_config
from builder.guides.blocks import PictureKey
from builder.guides.guide import Guide
from builder.pages.paper import OURS, SIZES
from builder.pdf import readback
from builder.problems import BuildError
from builder.progress import Progress
from builder.publish.gate import data_digest
from builder.request import Request
from builder.screenshots.inspect.words import Line, read_closer, read_lines
from builder.screenshots.model import Box, Inspection, Picture
from builder.store import Store

ROOT = Path(__file__).resolve().parent.parent
DPI = 150
LEAST_PT = 8.0
TYPE_GOALS = ((6.5, 0.95), (7.5, 0.80))  # so large a type, in pt, for such a share of the labels
MEDIAN_GOAL_PT = 8.0
COARSEST_DPI = 110.0
ALIKE = 0.8  # how like the original a reading has to be, 0 to 1
GOAL_READ = 0.98
GOAL_LARGE = 0.95
_POINTS_PER_MM = 72 / 25.4


class Area(NamedTuple):
    """A rectangle on a page, in pt from the page's top left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a PDF draws a picture; pages count from 1."""

    page: int
    area: Area

    def area_of(self, box: Box, crop: Box) -> Area:
        """Where a box is printed when this is the placement of a crop; both in pixels of the original."""
        across, down = self.area.width / crop.width, self.area.height / crop.height
        return Area(
            self.area.left + (box.left - crop.left) * across,
            self.area.top + (box.top - crop.top) * down,
            self.area.left + (box.right - crop.left) * across,
            self.area.top + (box.bottom - crop.top) * down,
        )


@dataclass(frozen=True, slots=True)
class Label:
    """A word beside a mark: as it was read on the original, and as it is printed.

    `view` is the placement of the view that prints it largest, None where no view shows it; `area` is its own. The
    heights are those of the text's box; `plain_pt` is for the whole picture as wide as the column. `on_page` is what
    was read at its place on the page, `on_figure` on the figure alone where the page did not do. `type_pt` is the size
    of its type in print.
    """

    text: str
    box: Box  # in pixels of the original
    view: Placement | None
    area: Area
    plain_pt: float
    type_pt: float = 0.0
    on_page: str = ""
    on_figure: str = ""

    @property
    def printed_pt(self) -> float:
        return self.area.height

    @property
    def is_large(self) -> bool:
        return self.printed_pt >= LEAST_PT

    @property
    def is_read_on_page(self) -> bool:
        return likeness(self.text, self.on_page) >= ALIKE

    @property
    def is_read(self) -> bool:
        return self.is_read_on_page or likeness(self.text, self.on_figure) >= ALIKE


@dataclass(frozen=True, slots=True)
class Measured:
    """A printed figure: the placements of its views, and its labels."""

    slug: str
    number: int
    views: tuple[Placement, ...]
    labels: tuple[Label, ...]
    coarsest_dpi: float = math.inf  # of its views


def measure(request: Request, progress: Progress, *, reading_back: bool = True) -> list[Measured]:
    """Builds, and measures every figure of every guide. Raises `BuildError`; ValueError for a picture not in print."""
    build(request, progress)
    store = Store(request.config.paths.cache)
    found = inputs.gather(request, sources.read(request), progress)
    pictures, _ = inputs.pictures(found, store, request.jobs, progress)
    seen = inputs.known(found, store)
    figures: list[tuple[Path, Measured]] = []
    for guide in found.chosen:
        pdf = request.output / "guides" / f"{guide.slug}.pdf"
        figures += [(pdf, figure) for figure in measure_guide(pdf, guide, pictures, seen, store)]
    if not reading_back:
        return [figure for _, figure in figures]
    return _read_back(figures, request.jobs, progress)


def measure_guide(
    pdf: Path,
    guide: Guide,
    pictures: Mapping[PictureKey, Picture],
    seen: Mapping[str, Inspection],
    store: Store,
) -> list[Measured]:
    """The figures of a guide with their labels, not read yet. ValueError when a picture is not in the PDF."""
    waiting = {key: list(found) for key, found in placements(pdf).items()}
    figures = []
    for figure in guide.figures:
        picture = pictures[figure.picture]
        if picture.treatment is None:
            figures.append(Measured(guide.slug, figure.number, (), ()))
            continue
        views = []
        for view in picture.views:
            left = waiting.get(data_digest(store.asset(view.asset)))
            if not left:
                raise ValueError(f"{pdf.name} does not show figure {figure.number}")
            views.append(left.pop(0) if len(left) > 1 else left[0])
        shown = list(zip(views, picture.treatment.crops, strict=True))
        inspection = seen[figure.address]
        sizes = dict(zip(picture.treatment.labels, picture.treatment.sizes, strict=False))
        labels = tuple(_label(box, sizes.get(box, 0.0), shown, inspection) for box in picture.treatment.labels)
        dpi = min(crop.width / place.area.width * 72 for place, crop in shown)
        figures.append(Measured(guide.slug, figure.number, tuple(views), labels, dpi))
    return figures


def _label(box: Box, size: float, shown: Sequence[tuple[Placement, Box]], inspection: Inspection) -> Label:
    text = next((word.text for word in inspection.words if word.box == box), "")
    plain = box.height * OURS.column * _POINTS_PER_MM / inspection.size[0]
    areas = [(view, view.area_of(box, crop)) for view, crop in shown if crop.contains(box)]
    view, area = max(areas, key=lambda each: each[1].height, default=(None, Area(0, 0, 0, 0)))
    return Label(text, box, view, area, plain, size * area.height / box.height)


def placements(pdf: Path) -> dict[str, list[Placement]]:
    """Where a PDF draws its pictures, in order, by the SHA-256 of their data as stored."""
    found: dict[str, list[Placement]] = {}
    with pdfplumber.open(pdf) as opened:
        for page in opened.pages:
            for image in page.images:
                area = Area(*(float(image[side]) for side in ("x0", "top", "x1", "bottom")))
                key = readback.data_digest(image["stream"].get_rawdata())
                found.setdefault(key, []).append(Placement(page.page_number, area))
            page.close()
    return found


def render(pdf: Path, page: int, dpi: int = DPI) -> Image.Image:
    """A page in grey, as poppler draws it."""
    number = str(page)
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-f", number, "-l", number, str(pdf)]
    try:
        made = subprocess.run(command, capture_output=True, check=True)
    except FileNotFoundError as error:
        raise SystemExit("pdftoppm is not installed; install poppler-utils (poppler on macOS)") from error
    return Image.open(io.BytesIO(made.stdout))


def _read_back(figures: Sequence[tuple[Path, Measured]], jobs: int, progress: Progress) -> list[Measured]:
    """The figures with what was read of their labels, page by page in several processes."""
    places = {
        (pdf, label.view.page): None for pdf, figure in figures for label in figure.labels if label.view is not None
    }
    tasks = [
        (
            pdf,
            page,
            [label for path, figure in figures if path == pdf for label in figure.labels if _is_on(label, page)],
        )
        for pdf, page in places
    ]
    found: dict[tuple[Path, Label], Label] = {}
    # Never a plain fork: the reader's threads would be copied in the middle of what they do.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, (task, read) in enumerate(zip(tasks, pool.map(_read_page, tasks), strict=True), 1):
            found |= {(task[0], label): after for label, after in zip(task[2], read, strict=True)}
            progress("Reading back", done, len(tasks), task[0].name)
    return [
        replace(figure, labels=tuple(found.get((pdf, label), label) for label in figure.labels))
        for pdf, figure in figures
    ]


def _is_on(label: Label, page: int) -> bool:
    return label.view is not None and label.view.page == page


def _read_page(task: tuple[Path, int, list[Label]]) -> list[Label]:
    pdf, page, labels = task
    return read_labels(render(pdf, page), labels)


def read_labels(page: Image.Image, labels: Sequence[Label]) -> list[Label]:
    """The labels of a page, rendered at 150 dpi, with what is read of them."""
    lines = read_lines(page)
    read = [replace(label, on_page=reading(label.text, label.area, lines)) for label in labels]
    regions = {label.view.area for label in read if label.view is not None and not label.is_read_on_page}
    close = {area: read_closer(page, [_pixels(area)], scale=1) for area in regions}
    return [
        replace(label, on_figure=reading(label.text, label.area, close[label.view.area]))
        if label.view is not None and label.view.area in close and not label.is_read_on_page
        else label
        for label in read
    ]


def _pixels(area: Area) -> Box:
    left, top, right, bottom = (edge * DPI / 72 for edge in area)
    return Box(int(left), int(top), math.ceil(right), math.ceil(bottom))


def reading(text: str, area: Area, lines: Iterable[Line]) -> str:
    """What stands in an area of a page, given its lines at 150 dpi: the reading that is most like a text.

    The reader may take two labels of one row for one line, or one for two. So a reading is a line that meets the area,
    or what all of them together have of their characters within it.
    """
    left, top, right, bottom = (edge * DPI / 72 for edge in area)
    slack = (bottom - top) / 2
    there = []
    for line in sorted(lines, key=lambda line: line.word.box.left):
        box = line.word.box
        if top <= (box.top + box.bottom) / 2 <= bottom and box.left < right and box.right > left:
            there.append(line)
    inside = [
        letter
        for line in there
        for letter, (start, end) in zip(line.word.text, line.letters, strict=True)
        if left - slack <= (start + end) / 2 <= right + slack
    ]
    return max(["".join(inside), *(line.word.text for line in there)], key=lambda read: likeness(text, read))


def likeness(text: str, read: str) -> float:
    """How alike two readings are, 0 to 1, by their letters and digits."""
    one, other = _essence(text), _essence(read)
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def _essence(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def share(labels: Sequence[Label], has: Callable[[Label], bool]) -> float:
    """The share of labels that have something, 0 to 1; 1 where there are none."""
    return sum(map(has, labels)) / len(labels) if labels else 1.0


def report(figures: Sequence[Measured], *, was_read: bool = True) -> None:
    """Prints a line for each figure, totals, and the labels that fall short."""
    print(f"{'':36}{'printed':>33}{'least median':>14}{'read back':>14}{'set plainly':>21}")
    print(f"{'figure':14}{'page':>5}{'mm':>17}{'labels':>9}{'least':>8}{'median':>8}{'8 pt':>8}{'type':>14}", end="")
    print(f"{'page':>7}{'figure':>7}{'least':>7}{'median':>7}{'8 pt':>7}")
    for figure in figures:
        sizes = " + ".join(f"{_mm(view.area.width)} × {_mm(view.area.height)}" for view in figure.views)
        page = figure.views[0].page if figure.views else "none"
        print(f"{figure.slug + ' ' + str(figure.number):14}{page:>5}{sizes:>21}{_numbers(figure.labels)}")
    labels = [label for figure in figures for label in figure.labels]
    print(f"{'all':40}{_numbers(labels)}\n")
    for label, where in ((each, f"{one.slug} {one.number}") for one in figures for each in one.labels):
        if label.view is None:
            print(f"{where}: {label.text!r} is in no view")
            continue
        if not label.is_large:
            print(f"{where}: {label.text!r} is {label.printed_pt:.2f} pt high")
        if was_read and not label.is_read_on_page:
            outcome = "is read on the figure alone only" if label.is_read else f"reads {label.on_figure!r}"
            print(f"{where}, page {label.view.page}: {label.text!r} ({label.printed_pt:.1f} pt) {outcome}")
    print(f"without a picture: {sum(not figure.views for figure in figures)} of {len(figures)} figures")
    types = sorted(label.type_pt for label in labels)
    for least, goal in TYPE_GOALS:
        part = sum(size >= least for size in types) / len(types) if types else 1.0
        print(f"type of {least} pt or more: {part:.1%} (goal {goal:.0%})")
    if types:
        print(f"type: median {statistics.median(types):.2f} pt (goal {MEDIAN_GOAL_PT:.0f}), ", end="")
        print(f"smallest tenth up to {types[len(types) // 10]:.2f} pt")
    coarsest = min((figure.coarsest_dpi for figure in figures), default=math.inf)
    print(f"coarsest: {coarsest:.0f} dpi (goal {COARSEST_DPI:.0f})")
    print(f"box of 8 pt or more: {share(labels, lambda label: label.is_large):.1%} (goal {GOAL_LARGE:.0%})")
    if not was_read:
        return
    print(f"read back: {share(labels, lambda label: label.is_read):.1%} (goal {GOAL_READ:.0%}), ", end="")
    print(f"{share(labels, lambda label: label.is_read_on_page):.1%} on the page as a whole")


def _mm(points: float) -> str:
    return f"{points / _POINTS_PER_MM:.0f}"


def _numbers(labels: Sequence[Label]) -> str:
    if not labels:
        return f"{0:>5}"
    printed, plain = [label.printed_pt for label in labels], [label.plain_pt for label in labels]
    return (
        f"{len(labels):>5}{min(printed):>8.1f}{statistics.median(printed):>8.1f}"
        f"{share(labels, lambda label: label.is_large):>8.0%}"
        f"{min(label.type_pt for label in labels):>7.1f}"
        f"{statistics.median(label.type_pt for label in labels):>7.1f}"
        f"{share(labels, lambda label: label.is_read_on_page):>7.0%}{share(labels, lambda label: label.is_read):>7.0%}"
        f"{min(plain):>7.1f}{statistics.median(plain):>7.1f}"
        f"{share(labels, lambda label: label.plain_pt >= LEAST_PT):>7.0%}"
    )


def tell(stage: str, done: int, total: int, name: str) -> None:
    print(f"{stage} {done}/{total} {name}", file=sys.stderr)


def arguments(about: str | None) -> argparse.ArgumentParser:
    """What can be said of the handbook that is measured."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", default="")
    parser.add_argument("--paper", choices=sorted(SIZES), default="a4")
    parser.add_argument("--guides", type=Path, default=ROOT / "guides", help="a folder of other guides")
    return parser


def asked(options: argparse.Namespace, output: Path) -> Request:
    """The project's own handbook, as the arguments say; SystemExit where its settings can't be read."""
    mirror = str(Path(options.mirror).resolve()) if options.mirror and Path(options.mirror).is_dir() else options.mirror
    settings, problems = load_config(ROOT)
    if settings is None:
        raise SystemExit("\n".join(map(str, problems)))
    return Request(
        config=settings,
        guides=options.guides.resolve(),
        output=output,
        mirror=mirror,
        offline=not mirror,
        paper=options.paper,
        ink_saver=settings.ink_saver,
        jobs=os.cpu_count() or 1,
        today=datetime.date.today(),
    )


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--sizes", action="store_true", help="measure sizes only and read nothing back")
    parser.add_argument("--ink-saver", action="store_true", help="print dark screens light")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        request = replace(asked(options, Path(folder)), ink_saver=options.ink_saver)
        try:
            figures = measure(request, tell, reading_back=not options.sizes)
        except BuildError as error:
            raise SystemExit("\n".join(map(str, error.problems))) from error
    report(figures, was_read=not options.sizes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
