"""Whether a host can be reached at all, found out once and briefly before any of its pictures is asked for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from urllib.parse import urlsplit

from builder.screenshots.fetch.workers import Overdue, results

PATIENCE_SECONDS = 3.0
_PORTS = {"http": 80, "https": 443}


def unreachable(addresses: Iterable[str], connect_seconds: float) -> frozenset[str]:
    """The servers of some addresses (host, or host and port) to which no connection can be made.

    A connection is made and closed again, to the proxy where the environment names one. Name look-ups and hosts with
    several addresses have no time-out of their own, so the wait is bounded from outside.
    """
    ends = {urlsplit(address).netloc: end for address in addresses if (end := _end(address)) is not None}
    if not ends:
        return frozenset()
    seconds = min(connect_seconds, PATIENCE_SECONDS)

    def reached(host: str) -> bool:
        try:
            socket.create_connection(ends[host], timeout=seconds).close()
        except OSError:
            return False
        return True

    stop = threading.Event()
    outcomes = results(sorted(ends), reached, parallel=len(ends), seconds=seconds, stop=stop)
    return frozenset(host for host, outcome in outcomes if isinstance(outcome, Overdue) or not outcome)


def _end(address: str) -> tuple[str, int] | None:
    """What a connection for an address is made to; None where that can't be told."""
    from requests.utils import get_environ_proxies, select_proxy

    proxy = select_proxy(address, get_environ_proxies(address))
    parts = urlsplit(proxy if proxy and "://" in proxy else f"http://{proxy}" if proxy else address)
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.hostname, parts.port or _PORTS[parts.scheme]
