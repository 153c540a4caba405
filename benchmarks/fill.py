"""Measures how full the pages of chapters are, on the guides' own PDFs as poppler draws them, and counts all pages.

A page's fill is how far down the last ink of its text reaches, as a share of the height that the text may take. A
chapter is what stands between cover and back; its last page ends where the guide ends, so the mean without these says
how well the others are used.
"""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf

from benchmarks.labels import arguments, asked, render, tell
from builder.build import build
from builder.pages.paper import Paper, paper
from builder.problems import BuildError

DPI = 50
GOAL, LEAST = 0.85, 0.55
_INK = 200  # grey, 0 to 255, below which something is printed
_PX_PER_MM = DPI / 25.4


def fills(pdf: Path, on: Paper) -> list[float]:
    """How full each page of a guide's chapter is, 0 to 1."""
    return [_fill(pdf, number, on) for number in range(2, _pages(pdf))]


def _pages(pdf: Path) -> int:
    with pikepdf.open(pdf) as opened:
        return len(opened.pages)


def _fill(pdf: Path, number: int, on: Paper) -> float:
    grey = np.asarray(render(pdf, number, DPI))
    top, height = round(on.measures.top * _PX_PER_MM), round(on.room * _PX_PER_MM)
    # What stands beside the column, such as the tab, is none of its text.
    left, right = round(on.inner * _PX_PER_MM), round((on.width - on.outer) * _PX_PER_MM)
    rows = np.flatnonzero((grey[top : top + height, left:right] < _INK).any(axis=1))
    return float(rows[-1] + 1) / height if rows.size else 0.0


def report(output: Path, on: Paper) -> None:
    """Prints a line for each guide, and what all have in common."""
    inside: list[float] = []
    every: list[float] = []
    singles = sorted(output.rglob("guides/*.pdf"))
    for pdf in singles:
        found = fills(pdf, on)
        inside += found[:-1]
        every += found
        print(f"{pdf.stem:14}" + "".join(f"{fill:5.0%}" for fill in found))
    print(f"pages: {sum(map(_pages, singles))} in {len(singles)} guides' own PDFs, ", end="")
    print(f"{sum(map(_pages, output.rglob('handbook.pdf')))} in the handbook")
    if inside:
        print(f"fill inside chapters: mean {statistics.mean(inside):.1%} (goal {GOAL:.0%}), ", end="")
        print(f"least {min(inside):.1%} (goal {LEAST:.0%}); with last pages: mean {statistics.mean(every):.1%}")


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--figures", choices=["screenshots", "drawings"], default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        request = replace(asked(options, Path(folder)), figures=options.figures)
        try:
            build(request, tell)
        except BuildError as error:
            raise SystemExit("\n".join(map(str, error.problems))) from error
        report(Path(folder), paper(options.paper, "screen", request.config.brand.page))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
