"""Whether the addresses in guides answer: a polite, bounded, remembered look. The only user of the network here.

One request at a time a host, a pause between two, no bodies read, answers remembered for a week.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from builder.checks import hosts
from builder.checks.finding import Finding
from builder.checks.reading import View, view
from builder.guides.guide import Guide
from builder.screenshots.fetch.addresses import host_of

_AGENT = "handbook-builder (looks whether links in a printed handbook still answer)"
_GONE = {404, 410}
_NOT_FOR_HEAD = {400, 403, 404, 405, 406, 410, 501, 503}
"""Answers to HEAD that say little: some servers know only GET."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a look may cost. Seconds, but for `days`, for which a good answer is remembered."""

    addresses: int = 200
    hosts_at_once: int = 4
    connect: float = 5.0
    read: float = 10.0
    pause: float = 1.0
    total: float = 120.0
    days: int = 7


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status and the address at which it ended, or why nothing came."""

    status: int
    final: str
    trouble: str
    asked: str  # day, ISO

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 400


def look(
    guides: Sequence[Guide],
    remembered: MutableMapping[str, Any],
    today: datetime.date,
    bounds: Bounds | None = None,
) -> dict[str, list[Finding]]:
    """What is wrong with the addresses of each guide, by slug; `remembered` takes plain values, fit for JSON."""
    wanted = [address for guide in guides for address, _ in addresses_of(view(guide))]
    answers = _answers(list(dict.fromkeys(wanted)), remembered, today, bounds or Bounds())
    return judge(guides, answers)


def judge(guides: Sequence[Guide], answers: Mapping[str, Answer]) -> dict[str, list[Finding]]:
    """What is wrong with the addresses of each guide, by slug, going by the answers they gave."""
    views = [view(guide) for guide in guides]
    return {
        one.guide.slug: [
            finding
            for address, line in addresses_of(one)
            for finding in _judge(one, address, line, answers.get(address))
        ]
        for one in views
    }


def addresses_of(one: View) -> Iterator[tuple[str, int]]:
    """The web addresses of a guide with their lines; pictures are the download's business."""
    for key in ("website", "api_page"):
        address = getattr(one.guide.facts, key)
        if address:
            yield address, one.key(key)
    for passage in one.passages:
        for span in passage.spans:
            if urlsplit(span.href).scheme in {"http", "https"}:
                yield span.href, passage.line


def _judge(one: View, address: str, line: int, answer: Answer | None) -> Iterator[Finding]:
    place = one.find(address, line)
    if answer is None:
        yield Finding(*place, "K02", f"{address} was not asked: there are too many addresses for one look")
    elif answer.status in _GONE:
        yield Finding(*place, "K01", f"{address} does not exist any more ({answer.status})")
    elif not answer.is_good:
        yield Finding(*place, "K02", f"{address} could not be asked: {answer.trouble or answer.status}")
    elif hosts.domain_of(host_of(answer.final)) != hosts.domain_of(host_of(address)):
        yield Finding(*place, "K03", f"{address} leads to {host_of(answer.final)}")


def _answers(
    wanted: Sequence[str], remembered: MutableMapping[str, Any], today: datetime.date, bounds: Bounds
) -> dict[str, Answer]:
    oldest = (today - datetime.timedelta(days=bounds.days)).isoformat()
    answers = {address: known for address in wanted if (known := _recall(remembered.get(address), oldest))}
    by_host: dict[str, list[str]] = {}
    for address in [address for address in wanted if address not in answers][: bounds.addresses]:
        by_host.setdefault(host_of(address), []).append(address)
    if not by_host:
        return answers
    end = time.monotonic() + bounds.total
    with ThreadPoolExecutor(bounds.hosts_at_once) as pool:
        for found in pool.map(lambda group: _ask_host(group, today, bounds, end), by_host.values()):
            answers.update(found)
            remembered.update((address, asdict(answer)) for address, answer in found.items() if answer.is_good)
    return answers


def _recall(kept: Any, oldest: str) -> Answer | None:
    """A remembered answer that is young enough; what can't be read is asked again."""
    try:
        answer = Answer(**kept)
        return answer if answer.asked >= oldest and answer.is_good else None
    except TypeError:
        return None


def _ask_host(addresses: Sequence[str], today: datetime.date, bounds: Bounds, end: float) -> dict[str, Answer]:
    import requests

    found: dict[str, Answer] = {}
    with requests.Session() as session:
        session.headers["User-Agent"] = _AGENT
        session.max_redirects = 5
        for position, address in enumerate(addresses):
            if position:
                time.sleep(min(bounds.pause, max(end - time.monotonic(), 0)))
            if time.monotonic() >= end:
                found[address] = Answer(0, address, "the look took too long", today.isoformat())
                continue
            found[address] = _ask(session, address, today, bounds)
    return found


def _ask(session: Any, address: str, today: datetime.date, bounds: Bounds) -> Answer:
    import requests

    try:
        for method in ("HEAD", "GET"):
            with session.request(
                method, address, allow_redirects=True, stream=True, timeout=(bounds.connect, bounds.read)
            ) as response:
                if method == "GET" or response.status_code not in _NOT_FOR_HEAD:
                    return Answer(response.status_code, response.url, "", today.isoformat())
    except requests.Timeout:
        return Answer(0, address, "no answer in time", today.isoformat())
    except requests.TooManyRedirects:
        return Answer(0, address, "it is led in circles", today.isoformat())
    except (requests.RequestException, ValueError):
        return Answer(0, address, "no connection", today.isoformat())
    raise AssertionError("GET always answers")
