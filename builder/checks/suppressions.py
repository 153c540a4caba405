"""Rules that are off: for a guide by its front matter, for a line by a comment; always with a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from builder.checks.finding import Finding
from builder.checks.reading import View
from builder.guides.comments import CLOSING, OPENING, Comment

_ORDER = re.compile(r"checks?\s+off\s*:?\s*(.*)", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"[A-Za-z]\d\d\b[\s,]*")


@dataclass(frozen=True, slots=True)
class Off:
    """A rule that is off, where that is said, and the guide's lines for which it holds.

    Without lines it holds for the whole guide, and for what stands beside it: its drawn screens.
    """

    code: str
    reason: str
    line: int
    lines: tuple[int, ...] = ()

    def covers(self, finding: Finding) -> bool:
        if self.lines and (finding.file or finding.line not in self.lines):
            return False
        return finding.code == self.code


def said_in(view: View) -> list[Off]:
    """What a guide switches off."""
    off = [Off(code.upper(), reason, view.key("checks.off", code)) for code, reason in view.guide.facts.rules_off]
    for comment in view.guide.source.comments:
        off += _ordered(comment, view.lines)
    return off


def texts_without(view: View, code: str) -> Iterator[str]:
    """The parts of a guide's source in which a rule is off: the whole of it, or lines."""
    for off in said_in(view):
        if off.code == code and off.reason:
            lines = [view.lines[number - 1] for number in off.lines]
            yield "\n".join(lines) if off.lines else view.guide.source.text


def _ordered(comment: Comment, lines: Sequence[str]) -> Iterator[Off]:
    order = _ORDER.match(comment.text)
    if not order:
        return
    rest = order[1].strip()
    codes: list[str] = []
    while match := _CODE.match(rest):
        codes.append(match[0].strip(" ,\n\t").upper())
        rest = rest[match.end() :]
    covered = tuple(_covered(comment, lines))
    reason = " ".join(rest.split()).strip(" :–—-")
    # Without a code it still says something that must not be passed over.
    for code in codes or [""]:
        yield Off(code, reason, comment.line, covered)


def _covered(comment: Comment, lines: Sequence[str]) -> Iterator[int]:
    """The comment's own lines, and where it stands alone the next line that says something."""
    yield from range(comment.line, comment.last_line + 1)
    first, last = lines[comment.line - 1].strip(" \t>"), lines[comment.last_line - 1].rstrip()
    if not (first.startswith(OPENING) and last.endswith(CLOSING)):
        return
    for number in range(comment.last_line + 1, len(lines) + 1):
        text = lines[number - 1].strip(" \t>")
        yield number
        if text and not (text.startswith(OPENING) and text.endswith(CLOSING)):
            return


def apply(
    findings: Sequence[Finding], off: Sequence[Off], codes: Collection[str], unasked: Collection[str]
) -> list[Finding]:
    """The findings less those that are off, and what is wrong with what is off.

    `codes` are those that may be off, `unasked` those whose rules could not be asked in this run.
    """
    in_force = [one for one in off if one.code in codes and one.reason]
    left = [finding for finding in findings if not any(one.covers(finding) for one in in_force)]
    for one in off:
        if one.code not in codes:
            what = f"there is no rule '{one.code}'" if one.code else "this comment names no rule"
            left.append(Finding(one.line, 1, "R02", what))
        elif not one.reason:
            left.append(Finding(one.line, 1, "R01", f"the rule {one.code} is off without a reason"))
        elif one.code not in unasked and not any(one.covers(finding) for finding in findings):
            left.append(Finding(one.line, 1, "R03", f"the rule {one.code} is off but finds nothing here"))
    return left
