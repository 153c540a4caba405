"""All rules over all guides, in one run. Reads no file, asks no network, knows no clock."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from builder.checks import (
    caption_match,
    drawings,
    labels,
    language,
    ocr_text,
    pictures,
    reading,
    safety,
    structure,
    suppressions,
    typography,
)
from builder.checks.finding import Finding
from builder.checks.labels import Tally
from builder.checks.pictures import Kept
from builder.checks.reading import View
from builder.checks.rules import RULES, as_problem
from builder.config.checks import Settings
from builder.guides.guide import Facts, Guide
from builder.problems import Problem, Severity, in_order
from builder.screens.model import Screen
from builder.screenshots.model import Inspection

READ_ENGLISH = frozenset({"L01", "L03", "L04", "L07", "L08", "L10", "P03"})
"""Rules that know English words, quotes and dashes, and say nothing of guides in another language."""
_STATED: dict[str, Callable[[Facts], bool]] = {
    "A03": lambda facts: bool(facts.withdrawal),
    "A04": lambda facts: facts.ip_field is not None,
    "A05": lambda facts: facts.secret_shown is not None,
    "A06": lambda facts: facts.secret_shown is not None,
    "A07": lambda facts: facts.ip_separator is not None,
}
"""What the front matter must say where a sentence in another language can't be understood."""
_MAY_BE_OFF = frozenset(rule.code for rule in RULES if not rule.code.startswith("R"))
_TOLD_BY_READING = {"G10": "T04", "G11": "T01"}


def check(
    guides: Sequence[Guide],
    seen: Mapping[str, Inspection],
    settings: Settings,
    today: datetime.date,
    kept: Mapping[str, Kept] | None = None,
    more: Mapping[str, Sequence[Finding]] | None = None,
    screens: Mapping[str, Mapping[str, Screen]] | None = None,
) -> tuple[tuple[Problem, ...], Tally]:
    """Every problem of every guide, in order, and how many labels were confirmed.

    `seen` goes by the pictures' addresses as the guides write them, `kept` as the lock file does. `more` are findings
    from elsewhere by slug (the look at links), which can be off as all others; `screens` are the drawn ones, by slug
    and by their pictures' names. Rules between guides need all of them: to see one guide's problems, check all and
    pick by file.
    """
    views = [reading.view(guide) for guide in guides]
    sights = {address: ocr_text.sight_of(inspection) for address, inspection in seen.items()}
    between = _between(views, settings, sights, kept or {}, today)
    names = [guide.exchange for guide in guides] + [settings.brand, *settings.names]
    problems: list[Problem] = []
    tally = Tally()
    for view in views:
        slug = view.guide.slug
        found, counted = _alone(view, sights, names, settings)
        tally = tally.plus(counted)
        found += [*between[slug], *(more or {}).get(slug, ())]
        found += drawings.findings(view, (screens or {}).get(slug, {}), sights)
        unasked = _unasked(counted, kept is not None, more is not None)
        if any(shot.figure.address not in sights for shot in view.shots):
            unasked.add("D22")  # it compares drawings with screenshots that were not read
        found = suppressions.apply(_once(found), suppressions.said_in(view), _MAY_BE_OFF, unasked)
        told = (finding for finding in found if is_told(finding, view.guide.facts, settings.language))
        problems += [as_problem(finding, view.guide.file) for finding in told]
    problems += [as_problem(finding, "") for finding in pictures.not_used(views, kept or {})]
    return in_order(problems), tally


def _alone(
    view: View, sights: Mapping[str, ocr_text.Sight], names: Sequence[str], settings: Settings
) -> tuple[list[Finding], Tally]:
    """What a guide shows by itself."""
    text = view.guide.source.prose
    fits = caption_match.fits(view)
    found, tally = labels.findings(view, fits, sights)
    # What the pixels prove about a caption needs no guess from the text.
    proven = {finding.line for finding in found if finding.code in {"W03", "W04"}}
    for pair in labels.exchanged_captions(view, fits, sights):
        proven.update(view.shots[index].figure.line for index in pair)
    found += [
        f for f in pictures.findings(view, fits, settings.picture_hosts) if f.code != "P03" or f.line not in proven
    ]
    found += structure.findings(view, text)
    found += safety.findings(view, text, settings)
    found += language.findings(view, text, names, settings)
    found += typography.findings(view.lines, text)
    return found, tally


def _between(
    views: Sequence[View],
    settings: Settings,
    sights: Mapping[str, ocr_text.Sight],
    kept: Mapping[str, Kept],
    today: datetime.date,
) -> dict[str, list[Finding]]:
    """What shows when guides are compared with one another, with the pictures kept, and with the calendar."""
    found: dict[str, list[Finding]] = {view.guide.slug: [] for view in views}
    exchanges = {view.guide.slug: view.guide.exchange for view in views}
    for view in views:
        slug = view.guide.slug
        others = {other: exchange for other, exchange in exchanges.items() if other != slug}
        found[slug] += structure.of_another_exchange(view, others, sights)
        found[slug] += pictures.by_age(view, kept, settings.oldest_days, today)
    for view, finding in (*structure.near_repeats(views, settings.most_alike), *pictures.shared(views)):
        found[view.guide.slug].append(finding)
    return found


def is_told(finding: Finding, facts: Facts, language: str) -> bool:
    """Whether a rule can judge guides in a language, or what it would read there is missing from the front matter."""
    if language.casefold().split("-")[0] == "en" or finding.code not in READ_ENGLISH | _STATED.keys():
        return True
    return finding.code in _STATED and not _STATED[finding.code](facts)


def _unasked(tally: Tally, with_kept: bool, with_links: bool) -> set[str]:
    """The rules that said nothing because they had nothing to look at."""
    letters = "" if with_links else "K"
    letters += "W" if tally.unseen or not tally.pictures else ""
    codes = {code for code in _MAY_BE_OFF if code[0] in letters}
    return codes if with_kept else codes | {"P08", "P09", "P10"}


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without repeats, in order."""
    return sorted(dict.fromkeys(findings))


def together(reading_problems: Iterable[Problem], found: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems of reading and of the check in order; what a rule says better, reading does not say again.

    Pass the problems of `check` even where a rule is off: reading then keeps silent too.
    """
    rest = [problem for problem in reading_problems if problem.code not in _TOLD_BY_READING]
    return in_order([*rest, *found])


def softened(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems with those of guides that nobody adapted yet (T08: no front matter) as warnings.

    So a folder of foreign guides builds as it stands, and everything that is wrong is told. A string with the form of
    a key stays an error: the last gate would refuse it, without a line.
    """
    told = tuple(problems)
    foreign = {problem.place.file for problem in told if problem.code == "T08"}
    return tuple(
        replace(problem, severity=Severity.WARNING)
        if problem.place.file in foreign and problem.code != "A10"
        else problem
        for problem in told
    )
