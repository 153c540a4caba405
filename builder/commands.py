"""The commands: each turns options into a request, has it done, and prints what came of it."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.problems import BuildError, Place, Problem, errors_in, in_order

if TYPE_CHECKING:
    from tqdm import tqdm

    from builder.build import Outcome
    from builder.config.handbook import Config
    from builder.publish.publishing import Made
    from builder.request import Request

DONE, PROBLEMS, WRONG_USE = 0, 1, 2
_SHEETS = 4  # of a booklet's signature, where nobody says how many


def _configuration() -> Config:
    from builder.config.handbook import CONFIG_NAME, find_root, load_config

    root = find_root(Path.cwd())
    if root is None:
        hint = f"Run inside a project: a folder with {CONFIG_NAME}."
        raise BuildError([Problem(Place(CONFIG_NAME), "C09", "there is no such file here or above", hint)])
    found, problems = load_config(root)
    if found is None:
        raise BuildError(in_order(problems))
    return found


def _request(options: argparse.Namespace, config: Config, **more: Any) -> Request:
    """What the options that most commands share ask for."""
    from builder.request import Request

    return Request(
        config=config,
        guides=options.guides or config.paths.guides,
        slugs=tuple(dict.fromkeys(options.slugs)),
        mirror=options.mirror,
        offline=options.offline,
        jobs=options.jobs,
        today=datetime.date.today(),
        **{"output": config.paths.output, "ink_saver": config.ink_saver, **more},
    )


def build(options: argparse.Namespace) -> int:
    """`handbook build`."""
    from builder.build import build as make

    started = time.perf_counter()
    config = _configuration()
    profile = options.profile or ("print" if options.booklet else "screen")
    if options.booklet and profile != "print":
        print("a booklet is made of the print profile's pages: leave --profile screen out", file=sys.stderr)
        return WRONG_USE
    if options.signature and not options.booklet:
        print("--signature folds a booklet: add --booklet", file=sys.stderr)
        return WRONG_USE
    spare_ink = config.ink_saver or profile == "print"
    request = _request(
        options,
        config,
        output=options.output or config.paths.output,
        paper=options.paper or config.paper,
        profile=profile,
        booklet=(options.signature or _SHEETS) if options.booklet else 0,
        strict=options.strict,
        figures=options.figures,
        refresh=options.refresh,
        ink_saver=spare_ink if options.ink_saver is None else options.ink_saver,
        gate_ocr=options.gate_ocr,
    )
    with _progress() as progress:
        outcome = make(request, progress)
    print_problems(outcome.problems)
    _print_made(outcome, config, time.perf_counter() - started)
    return DONE


def audit(options: argparse.Namespace) -> int:
    """`handbook audit`."""
    from builder.audit import audit as look
    from builder.audit import summary

    if options.confirm and not options.slugs:
        print("name the guides that you have looked at: handbook audit --confirm SLUG …", file=sys.stderr)
        return WRONG_USE
    slugs, figures = _figures_named(options.slugs)
    if figures is None or (figures and not options.confirm):
        print("name a guide, or with --confirm one of its figures too: binance, binance:3", file=sys.stderr)
        return WRONG_USE
    options.slugs = slugs
    config = _configuration()
    request = _request(options, config, output=options.output or config.paths.output)
    with _progress() as progress:
        audited = look(request, progress, confirm=options.confirm, figures=figures)
    for problem in audited.problems:
        print(problem, file=sys.stderr)
    for line in summary(audited):
        print(line)
    print(f"look at {config.shown(audited.page)}")
    return PROBLEMS if errors_in(audited.problems) else DONE


def _figures_named(names: Sequence[str]) -> tuple[list[str], dict[str, frozenset[int]] | None]:
    """Guides, and the numbers of figures where a guide was named with some (`binance:3`); None for what is neither."""
    whole = {name for name in names if ":" not in name}
    figures: dict[str, frozenset[int]] = {}
    for name in names:
        slug, colon, number = name.partition(":")
        if colon and not number.isdecimal():
            return [], None
        if colon and slug not in whole:
            figures[slug] = figures.get(slug, frozenset()) | {int(number)}
    return list(dict.fromkeys(name.partition(":")[0] for name in names)), figures


def check(options: argparse.Namespace) -> int:
    """`handbook check`: problems to standard output, since they are what was asked for."""
    from builder.checks import command, formats

    request = _request(options, _configuration(), strict=options.strict)
    with _progress() as progress:
        diffs = command.fix(request, progress, write=True) if options.fix else []
        checked = command.check(request, progress, links=options.links)
    written = {"json": formats.as_json, "github": formats.as_github}.get(options.format)
    if written is not None:
        print("".join(diffs), end="", file=sys.stderr)  # the other is for programs
        print(written(checked.problems))
    else:
        print("".join(diffs), end="")
        for problem in checked.problems:
            print(problem)
        print(f"{_counted(checked.problems)}; {checked.summary}")
    return PROBLEMS if errors_in(checked.problems) else DONE


def screens(options: argparse.Namespace) -> int:
    """`handbook screens`."""
    from builder.screens import command

    config = _configuration()
    request = _request(options, config)
    lines: list[str] = []
    if options.draw:
        written, problems = command.draw(request)
    else:
        with _progress() as progress:
            written, lines, problems = command.drafts(request, progress)
    for problem in in_order(problems):
        print(problem, file=sys.stderr)
    for line in lines:
        print(line)
    for path in written:
        print(f"look at {config.shown(path)}")
    return PROBLEMS if errors_in(problems) else DONE


def verify(options: argparse.Namespace) -> int:
    """`handbook verify`: works outside of a project too, and then compares with none."""
    from builder import verify as verifying
    from builder.config.handbook import find_root

    config = _configuration() if find_root(Path.cwd()) else None
    worst = DONE
    for path in options.files:
        verified = verifying.verify(path, config)
        for line in (*verified.lines, *verified.problems):
            print(line)
        worst = PROBLEMS if errors_in(verified.problems) else worst
    return worst


def proof(options: argparse.Namespace) -> int:
    """`handbook proof`: of the handbook as it was last built."""
    from builder import proof as proofing

    config = _configuration()
    pdf, sheet = config.paths.output / "handbook.pdf", config.paths.output / "proof.png"
    accepted = config.paths.accepted_proof
    with _progress() as progress:
        found, looks = proofing.proof(pdf, config.shown(pdf), sheet, accepted, progress)
    if options.accept:
        proofing.accept(looks, accepted)
    for line in found.summary:
        print(line)
    print(f"accepted: {config.shown(accepted)}" if options.accept else f"look at {config.shown(sheet)}")
    return DONE


def email(options: argparse.Namespace) -> int:
    """`handbook email`."""
    from builder.mail import command

    config = _configuration()
    with _progress() as progress:
        return command.email(options, config, progress)


def packet(options: argparse.Namespace) -> int:
    """`handbook packet`."""
    from builder.packets import commands

    config = _configuration()
    options.slugs = []
    request = _request(
        options,
        config,
        output=options.output or config.paths.output,
        paper=options.paper or config.paper,
        figures=options.figures,
    )
    return commands.packet(options, request, _progress)


def new(options: argparse.Namespace) -> int:
    """`handbook new`: never writes over a guide."""
    from builder.checks import starting

    config = _configuration()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", options.slug):
        print("a slug has small letters, digits and single hyphens, such as gate or my-exchange", file=sys.stderr)
        return WRONG_USE
    problem = _write_new(config, options.slug, starting.new(options.slug, options.exchange))
    if problem:
        raise BuildError([problem])
    return DONE


def take(options: argparse.Namespace) -> int:
    """`handbook import`: writes what it can read, and lists what a person must fill in."""
    from builder.checks import command

    config = _configuration()
    options.guides = options.folder
    with _progress() as progress:
        taken = command.taken(_request(options, config), progress)
    there = []
    for slug, guide in taken.items():
        problem = _write_new(config, slug, guide.text)
        if problem:
            there.append(problem)
            continue
        for line in guide.missing:
            print(f"  to fill in: {line}")
        for picture in guide.pictures:
            print(f"  to copy beside it: {picture}")
    for problem in there:
        print(problem, file=sys.stderr)
    return PROBLEMS if there else DONE


def _write_new(config: Config, slug: str, text: str) -> Problem | None:
    """Writes a guide that is not there yet; else what is wrong."""
    from builder.store import write_whole

    path = config.paths.guides / f"{slug}.md"
    if path.exists():
        place, hint = Place(config.shown(path)), "Move it away first, or take another slug."
        return Problem(place, "G14", "there is such a guide already; it was left alone", hint)
    write_whole(path, text.encode())
    print(f"wrote {config.shown(path)}")
    return None


def _counted(problems: Sequence[Problem]) -> str:
    errors = len(errors_in(problems))
    warnings = len(problems) - errors
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"


def _print_made(outcome: Outcome, config: Config, seconds: float) -> None:
    width = max(len(_shown(made, config)) for made in outcome.made)
    for made in outcome.made:
        state = "" if made.fresh else "  unchanged"
        print(f"{_shown(made, config):{width}}  {made.pages:3} pages  {made.size:>9,} bytes{state}")
    warnings = len(outcome.problems)
    told = f", {warnings} warning{'s' * (warnings != 1)}" if warnings else ""
    before, after = outcome.ink
    ink = f", ink on pictures {before:.0%} → {after:.0%}" if after != before else ""
    if outcome.others:
        names = f"{outcome.others} picture{'s' * (outcome.others != 1)}"
        lock_name = config.shown(config.paths.lock_file)
        print(f"the mirror has {names} other than {lock_name} names; it stays as it is")
    if outcome.standing_in:
        print(
            f"{outcome.standing_in} of {outcome.drawn} drawn figures stand in for screenshots that could not be had; "
            "build again with a connection, or with --mirror, to fetch them"
        )
    elif outcome.drawn:
        print(f"{outcome.drawn} figures are drawn")
    print(f"done in {seconds:.1f} s{ink}{told}")


def _shown(made: Made, config: Config) -> str:
    return config.shown(made.path)


def print_problems(problems: Sequence[Problem]) -> None:
    """Prints problems, and that nothing was changed if there are errors among them."""
    for problem in problems:
        print(problem, file=sys.stderr)
    errors = len(errors_in(problems))
    if errors:
        print(f"{errors} error{'s' * (errors != 1)}; nothing was changed", file=sys.stderr)


@contextlib.contextmanager
def _progress() -> Iterator[_Progress]:
    progress = _Progress()
    try:
        yield progress
    finally:
        progress.close()


class _Progress:
    """Draws a bar for each stage on a terminal; prints one line for each stage elsewhere."""

    def __init__(self) -> None:
        self.stage = ""
        self.bar: tqdm[Any] | None = None

    def __call__(self, stage: str, done: int, total: int, name: str) -> None:
        if not sys.stderr.isatty():
            if stage != self.stage:
                print(f"{stage}: {total}", file=sys.stderr)
            self.stage = stage
            return
        from tqdm import tqdm

        if stage != self.stage or self.bar is None:
            self.close()
            self.stage = stage
            self.bar = tqdm(total=total, desc=f"{stage:12}", leave=False, dynamic_ncols=True, file=sys.stderr)
        self.bar.set_postfix_str(name[:40], refresh=False)
        self.bar.n = done
        self.bar.refresh()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
