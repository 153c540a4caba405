"""One picture over HTTP into a file: time-outs, sizes, redirects and retries."""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from builder.screenshots.fetch.addresses import host_of, normal_form, refuse_unless_allowed, shown, unescaped_once
from builder.screenshots.fetch.faults import TRY_LATER, Code, Fault, from_disk, too_large, too_slow
from builder.screenshots.fetch.wanted import Limits

USER_AGENT = "handbook-builder (pictures for a printed handbook)"
BACKOFF_SECONDS = 0.5  # before the first retry; doubles with each
LONGEST_PAUSE_SECONDS = 30.0  # a server that asks for more patience is not asked again
CONNECT_RETRY_SECONDS = 0.3
_FAILURES_TO_GIVE_UP = 2  # pictures in a row for which a host could not be reached at all
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Got:
    """What came: the SHA-256 and size of the plain bytes, and the server's validators as sent (may be empty)."""

    sha256: str
    size: int
    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class Transport:
    """What all downloads of a run share. `failures` counts, per host, pictures in a row that did not reach it."""

    session: requests.Session
    hosts: frozenset[str]
    http_hosts: frozenset[str]
    limits: Limits
    stop: threading.Event
    failures: dict[str, int]


class Stopped(Exception):
    """The run is being ended from outside."""


class _Again(Exception):
    """This try failed in a way that another may not; `pause` in seconds when the server named one."""

    def __init__(self, why: str, *, reached: bool = True, retries: int | None = None, pause: float | None = None):
        super().__init__(why)
        self.why, self.reached, self.retries, self.pause = why, reached, retries, pause


def open_session(parallel: int) -> requests.Session:
    """A session for all threads: its pool is made for that, and nothing else of it is written once it is open.

    It sends no credentials (not even from ~/.netrc) and keeps no cookies; proxies from the environment are used.
    """
    session = requests.Session()
    adapter = HTTPAdapter(pool_maxsize=parallel, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # Pictures are compressed already; asking for plain bytes keeps Content-Length and ETag those of the file.
    session.headers.update({"User-Agent": USER_AGENT, "Accept": "image/*", "Accept-Encoding": "identity"})
    session.auth = _no_credentials
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def download(line: Transport, address: str, part: Path, validators: Mapping[str, str]) -> Got | None:
    """Writes the picture at `address` (normal form) into `part`; None when the server says it has not changed.

    Raises Fault for everything that can go wrong, Stopped when `line.stop` is set meanwhile.
    """
    deadline = time.monotonic() + line.limits.total_seconds
    try:
        return _with_retries(line, address, part, validators, deadline)
    except Fault as fault:
        other = unescaped_once(address) if fault.code is Code.REFUSED else None
        if other is None:
            raise
        return _with_retries(line, other, part, validators, deadline)


def _with_retries(
    line: Transport, address: str, part: Path, validators: Mapping[str, str], deadline: float
) -> Got | None:
    tries = 0
    while True:
        _refuse_lost_host(line, address)
        tries += 1
        try:
            return _one_try(line, address, part, validators, deadline)
        except _Again as again:
            retries = line.limits.retries if again.retries is None else min(again.retries, line.limits.retries)
            pause = _pause(tries, again)
            too_long = pause > LONGEST_PAUSE_SECONDS or time.monotonic() + pause > deadline
            if tries > retries or too_long:
                if not again.reached:
                    host = host_of(address)
                    line.failures[host] = line.failures.get(host, 0) + 1
                times = "" if tries == 1 else f" ({tries} tries)"
                raise Fault(Code.UNREACHABLE, f"{shown(address)}: {again.why}{times}", TRY_LATER) from again
        if line.stop.wait(pause):
            raise Stopped


def _refuse_lost_host(line: Transport, address: str) -> None:
    host = host_of(address)
    if line.failures.get(host, 0) >= _FAILURES_TO_GIVE_UP:
        raise Fault(Code.UNREACHABLE, f"{shown(address)}: {host} cannot be reached", TRY_LATER)


def _pause(tries: int, again: _Again) -> float:
    if not again.reached:
        return CONNECT_RETRY_SECONDS
    if again.pause is not None:
        return again.pause
    spread = random.uniform(0.75, 1.25)  # noqa: S311 — keeps threads apart, guards nothing
    return min(BACKOFF_SECONDS * 2.0 ** (tries - 1) * spread, LONGEST_PAUSE_SECONDS)


def _one_try(line: Transport, address: str, part: Path, validators: Mapping[str, str], deadline: float) -> Got | None:
    here = address
    for _ in range(line.limits.redirects + 1):
        refuse_unless_allowed(here, line.hosts, line.http_hosts)
        with closing(_ask(line, here, validators, deadline)) as response:
            line.failures[host_of(here)] = 0
            if response.status_code not in _REDIRECTS:
                return _take(line, here, response, part, validators, deadline)
            here = _next_address(here, response)
    message = f"{shown(address)} is redirected more than {line.limits.redirects} times"
    raise Fault(Code.NOT_ALLOWED, message, "write the address at which the picture is in the end")


def _next_address(here: str, response: requests.Response) -> str:
    location = response.headers.get("Location", "")
    if not location:
        raise Fault(Code.REFUSED, f"{shown(here)}: the server redirects to nowhere", "check the address in a browser")
    # http.client reads headers as Latin-1; servers that write others than ASCII mean UTF-8.
    return normal_form(urljoin(here, location.encode("latin-1").decode("utf-8", "replace")))


def _ask(line: Transport, address: str, validators: Mapping[str, str], deadline: float) -> requests.Response:
    left = max(deadline - time.monotonic(), 0.01)
    times = (min(line.limits.connect_seconds, left), min(line.limits.read_seconds, left))
    host = host_of(address)
    try:
        return line.session.get(address, headers=validators, stream=True, timeout=times, allow_redirects=False)
    except requests.exceptions.ProxyError as error:
        raise _Again("the proxy does not let the request through", reached=False, retries=1) from error
    except requests.exceptions.SSLError as error:
        raise _Again(
            f"no trusted connection to {host} (its certificate or a proxy's)", reached=False, retries=0
        ) from error
    except requests.exceptions.ConnectTimeout as error:
        raise _Again(f"{host} does not answer", reached=False, retries=0) from error
    except requests.exceptions.ConnectionError as error:
        if _never_connected(error):
            raise _Again(f"{host} cannot be reached", reached=False, retries=1) from error
        raise _Again("the connection broke off") from error
    except requests.exceptions.Timeout as error:
        raise _Again(f"{host} takes too long to answer") from error
    except requests.exceptions.RequestException as error:
        hint = "check how the address is written"
        raise Fault(Code.REFUSED, f"{shown(address)}: no valid request or answer", hint) from error


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _take(
    line: Transport, here: str, response: requests.Response, part: Path, validators: Mapping[str, str], deadline: float
) -> Got | None:
    status = response.status_code
    if status == HTTPStatus.NOT_MODIFIED and validators:
        return None
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _Again(f"the server says {_named(status)}", pause=_retry_after(response.headers))
    if status != HTTPStatus.OK:
        hint = "open the address in a browser without logging in; correct it in the guide"
        raise Fault(Code.REFUSED, f"{shown(here)}: the server says {_named(status)}", hint)
    sha256, size = _save(line, here, response, part, deadline)
    headers = response.headers
    return Got(sha256, size, headers.get("ETag", ""), headers.get("Last-Modified", ""))


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait. A date is read against the server's own clock, not this machine's."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
        return max(until.total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _save(line: Transport, here: str, response: requests.Response, part: Path, deadline: float) -> tuple[str, int]:
    announced = _announced(response.headers)
    if announced is not None and announced > line.limits.bytes:
        raise too_large(shown(here), line.limits.bytes)
    unpack = _unpacker(here, response.headers)
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("wb") as out:
            while packed := _chunk(response):
                plain = unpack(packed, line.limits.bytes - size + 1)
                size += len(plain)
                if size > line.limits.bytes:
                    raise too_large(shown(here), line.limits.bytes)
                digest.update(plain)
                out.write(plain)
                _refuse_late(line, here, deadline)
            _to_disk(out)
    except OSError as error:
        raise from_disk(error, f"saving {shown(here)}") from error
    return digest.hexdigest(), size


def _announced(headers: Mapping[str, str]) -> int | None:
    length = headers.get("Content-Length", "")
    chunked = "Transfer-Encoding" in headers
    return int(length) if length.isascii() and length.isdigit() and not chunked else None


def _chunk(response: requests.Response) -> bytes:
    """The bytes that are there, at most _CHUNK: a full chunk's wait could outlast every limit on a slow line.

    An end before the announced length, or before the last chunk's mark, is one of urllib3's errors.
    """
    try:
        data: bytes = response.raw.read1(_CHUNK, decode_content=False)
        return data
    except HTTPError as error:
        raise _Again("the connection broke off") from error


def _unpacker(here: str, headers: Mapping[str, str]) -> Callable[[bytes, int], bytes]:
    """Plain bytes from those that came, never more than the given number: a small body may unpack to gigabytes."""
    encoding = headers.get("Content-Encoding", "identity").strip().lower() or "identity"
    if encoding == "identity":
        return lambda data, _room: data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        message = f"{shown(here)}: the server packs the picture in a line that was not asked for"
        raise Fault(Code.NOT_A_PICTURE, message, "use another address for the picture")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(data: bytes, room: int) -> bytes:
        try:
            return inflate.decompress(data, room)
        except zlib.error as error:
            raise _Again("what came cannot be unpacked", retries=1) from error

    return unpack


def _refuse_late(line: Transport, here: str, deadline: float) -> None:
    if line.stop.is_set():
        raise Stopped
    if time.monotonic() > deadline:
        raise too_slow(shown(here), line.limits.total_seconds)


def _to_disk(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())
