"""How getting a picture can fail: stable codes, and the exception that carries one up to where it becomes a Problem."""

from __future__ import annotations

from enum import StrEnum

from builder.problems import Place, Problem, Severity

TRY_LATER = "try again later; or build with --offline, or from a mirror"


class Code(StrEnum):
    """Codes of the download stage. A number is never given a second meaning."""

    UNREACHABLE = "S01"  # no connection, no answer in time, 5xx or 429 after every try: waiting may help
    REFUSED = "S02"  # the server answers and has no such picture (404, 403, …): waiting does not help
    TOO_LARGE = "S03"  # more bytes than the limit
    NOT_A_PICTURE = "S04"  # not a still PNG, JPEG or WebP, or a damaged one
    TOO_MANY_PIXELS = "S05"  # would decode to more pixels than the limit
    NOT_ALLOWED = "S06"  # the address, or where it redirects to, may not be asked
    OFFLINE = "S07"  # not in the folder, and requests are switched off
    CHANGED = "S08"  # other bytes than the lock file names; taken, but what was confirmed no longer holds
    REPLACED = "S09"  # a person's file stands in for the download
    LOCK_UNREADABLE = "S10"  # the lock file cannot be understood; it is left as it is
    NOT_WRITTEN = "S11"  # the folder or the lock file cannot be written, or another run holds it too long
    NOT_IN_MIRROR = "S12"  # the mirror has no such file, or the path leads out of it
    REPLACEMENT_LOST = "S13"  # the lock file names a person's file that is not in the folder
    TWO_FILES = "S14"  # two files in the folder could be meant by one address


class Fault(Exception):
    """One picture that cannot be had. Messages never contain user names, passwords or query strings."""

    def __init__(self, code: Code, message: str, hint: str = "", severity: Severity = Severity.WARNING) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.severity = code, message, hint, severity

    def at(self, place: Place) -> Problem:
        return Problem(place, self.code.value, self.message, self.hint, self.severity)


def from_disk(error: OSError, doing: str) -> Fault:
    """The fault for a file system that refuses: full, read-only, not a folder, …; `doing` is what was tried."""
    return Fault(
        Code.NOT_WRITTEN,
        f"{doing} failed: {error.strerror or type(error).__name__}",
        "free some space, or give the account that builds write access to the folder, then build again",
    )


def too_large(what: str, limit: int) -> Fault:
    message = f"{what}: more than the limit of {limit:,} bytes"
    return Fault(Code.TOO_LARGE, message, "use a smaller picture, or raise the limit in handbook.yaml")


def too_slow(what: str, seconds: float) -> Fault:
    return Fault(Code.UNREACHABLE, f"{what}: not complete after {seconds:g} s", TRY_LATER)
