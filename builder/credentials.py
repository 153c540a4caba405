"""Secrets that a command prints, such as a password manager's; they are never part of a message."""

from __future__ import annotations

import shlex
import subprocess

_SECONDS = 120  # a command may have to ask a person


def printed(command: str) -> bytes:
    """All that a command prints; what it says of its faults goes to the terminal. ValueError that says why not."""
    try:
        words = shlex.split(command)
    except ValueError:
        raise ValueError("its quotes don't match") from None
    if not words:
        raise ValueError("it is empty")
    try:
        return subprocess.run(words, stdout=subprocess.PIPE, timeout=_SECONDS, check=True).stdout  # noqa: S603  a person's own
    except subprocess.CalledProcessError as error:
        raise ValueError(f"it ended with {error.returncode}") from None
    except subprocess.TimeoutExpired:
        raise ValueError(f"it took more than {_SECONDS} seconds") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"it can't be run ({type(error).__name__})") from None


def first_line(command: str) -> str:
    """The first line that a command prints, as password managers have it. ValueError as for `printed`."""
    try:
        return printed(command).decode("utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise ValueError("what it prints is no text") from None
