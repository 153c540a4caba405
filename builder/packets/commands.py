"""`handbook packet`: turns options into a wish, has it fulfilled, and prints what came of it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from builder.config.handbook import Config
from builder.packets import samples
from builder.packets.run import Outcome, Wish, codes, run
from builder.problems import BuildError, Place, Problem, errors_in
from builder.progress import Progress
from builder.request import Request
from builder.store import write_whole

DONE, PROBLEMS, WRONG_USE = 0, 1, 2


def packet(
    options: argparse.Namespace, request: Request, progressing: Callable[[], AbstractContextManager[Progress]]
) -> int:
    """Writes examples, tells control codes, or makes packets."""
    if options.sample:
        return _sample(request.config)
    if options.code:
        for name, code in codes(request, options.code):
            print(f"{code}  {name}")
        return DONE
    fault = _wrong_use(options)
    if fault:
        print(fault, file=sys.stderr)
        return WRONG_USE
    started = time.perf_counter()
    wish = Wish(
        files=tuple(options.files),
        table=options.table,
        despite_warnings=options.despite_warnings,
        password=_password(options),
        signing=_signing(options, request.config),
        cluster=options.cluster,
    )
    with progressing() as progress:
        outcome = run(replace(request, strict=False), wish, progress)
    return _told(outcome, request, wish, time.perf_counter() - started)


def _wrong_use(options: argparse.Namespace) -> str:
    if bool(options.files) == bool(options.table):
        return "name clients' files, or a table with --table; 'handbook packet --sample' writes an example of both"
    if options.sign and (options.password or options.password_command):
        return "a packet is signed or locked with a password, not both: locking would break the signature"
    if options.cluster and (options.sign or options.password or options.password_command):
        return "packets are signed and locked on this machine only: neither key nor password leaves it"
    return ""


def _sample(config: Config) -> int:
    """Writes the examples, never over a file that is there."""
    folder = config.root / "packets"
    for name, text in (("example.yaml", samples.YAML), ("example.csv", samples.as_csv())):
        path = folder / name
        if path.exists():
            print(f"{config.shown(path)} is there already; it was left alone")
        else:
            write_whole(path, text.encode())
            print(f"wrote {config.shown(path)}")
    return DONE


def _password(options: argparse.Namespace) -> str:
    if not (options.password or options.password_command):
        return ""
    from builder.pdf import locking

    password = locking.asked_for(options.password_command)
    print(locking.WARNING, file=sys.stderr)
    return password


def _signing(options: argparse.Namespace, config: Config) -> object:
    if not options.sign:
        return None
    from builder.pdf import signing

    settings = config.packets
    if not settings.certificate:
        hint = "Name the firm's PKCS #12 file as 'certificate' under 'packets'."
        raise BuildError([Problem(Place("handbook.yaml"), "N23", "no certificate is configured to sign with", hint)])
    return signing.signing(config.root / Path(settings.certificate).expanduser(), settings.certificate_password_env)


def _told(outcome: Outcome, request: Request, wish: Wish, seconds: float) -> int:
    shown = request.config.shown
    problems = [*outcome.problems, *(problem for one in outcome.finished for problem in one.problems)]
    for problem in dict.fromkeys(problems):
        print(problem, file=sys.stderr)
    if wish.table is None:
        for one in outcome.finished:
            for made in one.made:
                state = "" if made.fresh else "  unchanged"
                print(f"{shown(made.path)}  {made.pages:3} pages  {made.size:>9,} bytes{state}")
    print(_summary(outcome, seconds))
    if outcome.failed:
        print(f"look at {shown(outcome.failed)}: mend its rows, and give it to --table again")
    return PROBLEMS if errors_in(problems) else DONE


def _summary(outcome: Outcome, seconds: float) -> str:
    def counted(words: str, number: int) -> list[str]:
        return [f"{number} {words}"] if number else []

    done: Sequence[bool] = [any(made.fresh for made in one.made) for one in outcome.finished if one.made]
    parts = [*counted("made", sum(done)), *counted("unchanged", len(done) - sum(done))]
    parts += counted("failed", len(outcome.finished) - len(done))
    return f"{', '.join(parts) or 'nothing to do'} in {seconds:.1f} s"
