"""What a person types: commands and options, printed problems, progress, exit codes.

Exit codes: 0 done, 1 problems in the input, 2 wrong use, 3 a bug, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from builder import __version__, commands
from builder.commands import DONE, PROBLEMS, WRONG_USE
from builder.pages.paper import PROFILES
from builder.problems import BuildError, of_disk
from builder.scratch import scratch

BUG, INTERRUPTED = 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code."""
    read = parser()
    options = read.parse_args(arguments)
    if not getattr(options, "run", None):
        read.print_help()
        return WRONG_USE
    try:
        with scratch():
            return int(options.run(options))
    except BuildError as error:
        commands.print_problems(error.problems)
        return PROBLEMS
    except KeyboardInterrupt:
        print("\ninterrupted; what was there before is whole", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  nobody reads on
        return DONE
    except OSError as error:
        if options.debug or error.errno is None or isinstance(error, ConnectionError | TimeoutError):
            return _report_bug(error, options)  # without --debug: what is about no file
        print(of_disk(error, str(error.filename or "a file")), file=sys.stderr)
        return PROBLEMS
    except Exception as error:  # whatever gets here is a fault of ours, and the reader should be able to report it
        return _report_bug(error, options)


def parser() -> argparse.ArgumentParser:
    """The commands and their options; docs/commands.md is written from it."""
    parser = argparse.ArgumentParser(prog="handbook", description="Builds branded PDF handbooks from Markdown guides.")
    parser.add_argument("--version", action="version", version=f"handbook {__version__}")
    parser.add_argument("--debug", action="store_true", help="print the traceback when the builder itself fails")
    names = parser.add_subparsers(title="commands", metavar="COMMAND")
    _build(names.add_parser("build", help="make the handbook's and the guides' PDFs"))
    _check(names.add_parser("check", help="find what is wrong in guides before a client does"))
    _new(names.add_parser("new", help="begin a guide that passes the check"))
    _take(names.add_parser("import", help="turn guides without front matter into guides of this project"))
    _audit(
        names.add_parser("audit", help="show what is masked and cropped on every screenshot, for a person to look at")
    )
    _packet(names.add_parser("packet", help="make a client's own PDF: their exchanges, with their values in the steps"))
    _screens(names.add_parser("screens", help="draft the drawn screens of guides from their screenshots, or draw them"))
    _verify(names.add_parser("verify", help="say what a PDF was made of, and whether it was altered or is outdated"))
    _proof(names.add_parser("proof", help="draw all pages of the handbook on one sheet, and mark those that changed"))
    _email(names.add_parser("email", help="write guides or a packet into an e-mail, as a draft or to be sent"))
    return parser


def _build(build: argparse.ArgumentParser) -> None:
    build.set_defaults(run=commands.build)
    build.add_argument("slugs", nargs="*", metavar="SLUG", help="make only these guides' PDFs, and no handbook")
    _common(build)
    build.add_argument(
        "--paper",
        choices=("a4", "letter"),
        help="the paper (default: as in handbook.yaml); another one's files go to output/a4/ or output/letter/",
    )
    build.add_argument(
        "--profile",
        choices=PROFILES,
        help="for the screen (default), or for print: bleed, crop marks, binding margins, little ink; in output/print/",
    )
    build.add_argument(
        "--booklet", action="store_true", help="also lay the print profile's pages two-up for folding, in signatures"
    )
    build.add_argument(
        "--signature",
        type=_few,
        metavar="N",
        help="how many sheets of a booklet are folded together at most (default: 4)",
    )
    build.add_argument("--output", type=Path, metavar="DIR", help="where the PDFs go (default: output/)")
    build.add_argument("--strict", action="store_true", help="treat every warning as an error")
    build.add_argument("--refresh", action="store_true", help="ask whether pictures have changed")
    _figures(build)
    build.add_argument(
        "--ink-saver",
        action=argparse.BooleanOptionalAction,
        help="print screenshots of dark screens light (default: as in handbook.yaml; always in print)",
    )
    build.add_argument(
        "--gate-ocr", action="store_true", help="also read the text on every picture of the finished PDFs"
    )


def _check(check: argparse.ArgumentParser) -> None:
    check.set_defaults(run=commands.check)
    check.add_argument("slugs", nargs="*", metavar="SLUG", help="tell only of these guides")
    _common(check)
    check.add_argument("--format", choices=("text", "json", "github"), default="text", help="how problems are printed")
    check.add_argument("--strict", action="store_true", help="treat every warning as an error")
    check.add_argument("--fix", action="store_true", help="mend what is mechanical, and show the change")
    check.add_argument("--links", action="store_true", help="look whether the addresses in the guides answer")


def _new(new: argparse.ArgumentParser) -> None:
    new.set_defaults(run=commands.new)
    new.add_argument("slug", metavar="SLUG", help="the guide's short name, as in guides/SLUG.md")
    new.add_argument("--exchange", default="", metavar="NAME", help="the exchange's name (default: from the slug)")


def _take(take: argparse.ArgumentParser) -> None:
    take.set_defaults(run=commands.take)
    take.add_argument("folder", type=Path, metavar="DIR", help="the folder of guides")
    take.add_argument("slugs", nargs="*", metavar="SLUG", help="take only these")
    take.add_argument("--mirror", default="", metavar="PATH|URL", help="stands in for the pictures' address prefix")
    take.add_argument("--offline", action="store_true", help="make no request; use what is there")
    take.add_argument("--jobs", type=_few, default=_cores(), metavar="N", help="processes at once (default: cores)")


def _audit(audit: argparse.ArgumentParser) -> None:
    audit.set_defaults(run=commands.audit)
    audit.add_argument(
        "slugs",
        nargs="*",
        metavar="SLUG",
        help="show only these guides' pictures; with --confirm, SLUG:3 is figure 3 alone",
    )
    audit.add_argument(
        "--confirm", action="store_true", help="record that you have looked at these guides' pictures, or figures"
    )
    audit.add_argument("--output", type=Path, metavar="DIR", help="where audit.html goes (default: output/)")
    _common(audit)


def _packet(packet: argparse.ArgumentParser) -> None:
    packet.set_defaults(run=commands.packet)
    packet.add_argument(
        "files", type=Path, nargs="*", metavar="FILE", help="a client's file, such as packets/acme.yaml"
    )
    packet.add_argument("--table", type=Path, metavar="CSV", help="make one packet for each row of a table")
    packet.add_argument("--sample", action="store_true", help="write an example of a client's file and of a table")
    packet.add_argument(
        "--code", type=Path, nargs="+", metavar="FILE", help="tell the control codes of clients, and make nothing"
    )
    packet.add_argument("--sign", action="store_true", help="sign with the certificate that handbook.yaml names")
    packet.add_argument(
        "--password",
        action="store_true",
        help="lock packets with a password, from HANDBOOK_PACKET_PASSWORD or asked for at the terminal",
    )
    packet.add_argument(
        "--password-command", default="", metavar="COMMAND", help="the same, from what a command prints"
    )
    packet.add_argument(
        "--despite-warnings", action="store_true", help="go on where the guides have warnings, which are printed"
    )
    packet.add_argument("--cluster", default="", metavar="ADDRESS", help="a Dask scheduler, such as tcp://host:8786")
    _figures(packet)
    packet.add_argument("--paper", choices=("a4", "letter"), help="the paper (default: as in handbook.yaml)")
    packet.add_argument("--output", type=Path, metavar="DIR", help="where packets/ goes (default: output/)")
    _common(packet)


def _screens(screens: argparse.ArgumentParser) -> None:
    screens.set_defaults(run=commands.screens)
    screens.add_argument("slugs", nargs="+", metavar="SLUG", help="the guides")
    screens.add_argument(
        "--draw",
        action="store_true",
        help="draw what guides/SLUG.screens.yaml says, into output/screens/SLUG.pdf, in place of a draft",
    )
    _common(screens)


def _verify(verify: argparse.ArgumentParser) -> None:
    verify.set_defaults(run=commands.verify)
    verify.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a PDF that the builder has made")


def _proof(proof: argparse.ArgumentParser) -> None:
    proof.set_defaults(run=commands.proof)
    proof.add_argument("--accept", action="store_true", help="record that the pages are right as they are now")


def _email(email: argparse.ArgumentParser) -> None:
    email.set_defaults(run=commands.email)
    email.add_argument(
        "documents", nargs="*", metavar="GUIDE|PACKET", help="a guide's slug, or the path of a packet's PDF"
    )
    email.add_argument("--to", nargs="+", default=[], metavar="ADDRESS", help="recipients, as 'Name <name@domain>'")
    email.add_argument("--cc", nargs="+", default=[], metavar="ADDRESS", help="who else gets it, for all to see")
    email.add_argument(
        "--name", default="", metavar="NAME", help="who is greeted (default: the name of a single recipient)"
    )
    email.add_argument("--draft", type=Path, metavar="FILE", help="where the draft goes (default: in output/email/)")
    email.add_argument(
        "--table", type=Path, metavar="FILE", help="a CSV of messages, one a row; takes the first of them"
    )
    email.add_argument("--all", action="store_true", help="take all messages of the table")
    email.add_argument("--send", action="store_true", help="send it, after it was shown and you have agreed")
    email.add_argument("--yes", action="store_true", help="send without asking")
    email.add_argument(
        "--resend",
        action="store_true",
        help="send again what may have been sent, or was refused; without a table, also what was accepted",
    )
    email.add_argument(
        "--login-command", default="", metavar="COMMAND", help="a command that prints the password or the token"
    )


def _figures(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--figures",
        choices=("screenshots", "drawings"),
        default="",
        help="what figures are, whatever handbook.yaml and the guides say; a figure's own order stands",
    )


def _common(command: argparse.ArgumentParser) -> None:
    """What every command takes that needs guides and their pictures."""
    command.add_argument("--guides", type=Path, metavar="DIR", help="the folder of guides (default: guides/)")
    command.add_argument("--mirror", default="", metavar="PATH|URL", help="stands in for the pictures' address prefix")
    command.add_argument("--offline", action="store_true", help="make no request; use what is there")
    command.add_argument("--jobs", type=_few, default=_cores(), metavar="N", help="processes at once (default: cores)")


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _few(words: str) -> int:
    if not words.isdecimal() or not 1 <= int(words) <= 64:
        raise argparse.ArgumentTypeError("a number from 1 to 64")
    return int(words)


def _report_bug(error: Exception, options: argparse.Namespace) -> int:
    import traceback

    if options.debug:
        traceback.print_exc()
    else:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        print(f"this is a fault in the builder: {type(error).__name__} at {where}: {error}", file=sys.stderr)
        print("  hint: run again with 'handbook --debug …' and report what it prints", file=sys.stderr)
    return BUG
