"""Addresses of pictures: one form for equality, which may be asked, and file names a person recognises. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import SplitResult, quote, unquote, unquote_to_bytes, urlsplit, urlunsplit

from builder.screenshots.fetch.faults import Code, Fault

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
_LOCAL = "local:"
_FOREIGN_ENDINGS = (".gif", ".svg", ".avif", ".bmp", ".tif", ".tiff")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PATH_SAFE = "!$&'()*+,;=:@~-._"
_QUERY_SAFE = _PATH_SAFE + "%/?"
_WINDOWS_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\.|$)", re.IGNORECASE)
_SEALED = re.compile(r"~[0-9a-f]{8}")
_STEM_BYTES = 100  # leaves room for a suffix, an ending and the folder within Windows' 260 characters


def shown(address: str) -> str:
    """The address for messages: nothing that may be a secret, nothing that a terminal would obey."""
    bare = re.sub(r"^([^/?#]*//)[^/?#]*@", r"\1", address.strip())
    bare = re.split(r"[?#]", bare, maxsplit=1)[0]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in bare)


def is_local(address: str) -> bool:
    """Whether a picture lies beside its guide."""
    return address.startswith(_LOCAL)


def local_path(address: str) -> str:
    """The path below the guide's folder of a picture that lies there, still escaped."""
    return address.removeprefix(_LOCAL).partition("/")[2]


def normal_form(address: str) -> str:
    """The address as it is requested, and by which two ways to write one address are the same.

    Escapes what needs escaping and nothing twice (`Screenshot 1.png` and `Screenshot%201.png` become one), keeps the
    query, drops the fragment. Raises Fault S06 for what is neither an absolute http(s) address nor a path below the
    guide's folder.
    """
    if is_local(address):
        path = address.removeprefix(_LOCAL).partition("#")[0].partition("?")[0]
        return _LOCAL + "/".join(_segment(address, segment) for segment in path.split("/"))
    try:
        parts = urlsplit(address.strip())
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise _not_allowed(address, "is not an https address", "write the picture's full https:// address")
        if "@" in parts.netloc:
            raise _not_allowed(address, "carries a user name or password", "write it without them")
        path = "/".join(_segment(address, segment) for segment in (parts.path or "/").split("/"))
        netloc = _netloc(address, parts)
        return urlunsplit((parts.scheme, netloc, path, quote(parts.query, safe=_QUERY_SAFE), ""))
    except ValueError as error:  # brackets, ports and characters that make no address
        raise _not_allowed(address, "is not a valid address", "check how it is written") from error


def recorded(address: str) -> str:
    """The address as records name it, in normal form: each value of its query, which may be a token, as a short digest.

    Long enough to tell addresses apart, too short to find a token by; an address that was recorded stays as it is.
    """
    parts = urlsplit(normal_form(address))
    return urlunsplit(
        parts._replace(query="&".join(_sealed(part) for part in parts.query.split("&")) if parts.query else "")
    )


def named(address: str) -> str:
    """The address as records name it, and where it is none at all, as messages do."""
    try:
        return recorded(address)
    except Fault:
        return shown(address)


def _sealed(part: str) -> str:
    name, equals, value = part.partition("=")
    if not equals:
        name, value = "", part
    if not value or _SEALED.fullmatch(value):
        return part
    return f"{name}{equals}~{hashlib.sha256(value.encode()).hexdigest()[:8]}"


def _segment(address: str, segment: str) -> str:
    plain = unquote_to_bytes(segment)
    if plain in (b".", b".."):
        raise _not_allowed(address, "contains '.' or '..' as a folder", "write the address without it")
    return quote(plain, safe=_PATH_SAFE)


def _netloc(address: str, parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    # Stricter than the standard: what other parsers could read as another host is refused.
    if not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        raise _not_allowed(address, "has no valid host name", "check how it is written")
    netloc = f"[{host}]" if ":" in host else host
    return netloc if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{netloc}:{parts.port}"


def host_of(address: str) -> str:
    """The host of a web address or the part after the @ of a mail address; empty where there is none."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that make no address
        return ""
    if parts.scheme == "mailto":
        return parts.path.rpartition("@")[2].casefold()
    return (parts.hostname or "").casefold().rstrip(".")


def refuse_unless_allowed(address: str, hosts: Collection[str], http_hosts: Collection[str] = ()) -> None:
    """Raises Fault S06 unless the address (in normal form) is on one of `hosts`, over https.

    Plain http passes for `http_hosts` and loopback only.
    """
    host = host_of(address)
    if host not in hosts:
        hint = f"if {host} may be trusted with this, add it to the allowed hosts in handbook.yaml"
        raise _not_allowed(address, f"is on {host}, which is not an allowed host", hint)
    if address.startswith("http:") and host not in LOOPBACK and host not in http_hosts:
        raise _not_allowed(address, "is not encrypted", "write https:// instead of http://")


def unescaped_once(address: str) -> str | None:
    """The address meant by one that was escaped twice (`%2520` for a space); None when it was not."""
    parts = urlsplit(address)
    path = re.sub(r"%25([0-9A-Fa-f]{2})", r"%\1", parts.path)
    return None if path == parts.path else normal_form(urlunsplit(parts._replace(path=path)))


def after_prefix(address: str, prefix: str) -> str | None:
    """What follows the prefix (both in any writing), still escaped; None when the address is elsewhere."""
    start = normal_form(prefix).rstrip("/") + "/"
    return address[len(start) :] if address.startswith(start) else None


def stem_of(address: str) -> str:
    """The file name, without ending, under which the picture is kept: the last part of the address, made safe."""
    last = unquote(urlsplit(address).path.rsplit("/", 1)[-1])
    if re.search(r"%[0-9A-Fa-f]{2}", last):
        last = unquote(last)
    for ending in PICTURE_ENDINGS + _FOREIGN_ENDINGS:
        if last.lower().endswith(ending):
            last = last[: -len(ending)]
            break
    return safe_name(last) or "picture"


def safe_name(text: str) -> str:
    """The text as a file name on every system: no separators, controls, leading dots, devices; spaces stay."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if c.isspace() else c if c.isprintable() and c not in '<>:"/\\|?*' else "_" for c in text)
    text = text.strip().lstrip(".").strip()
    text = text.encode("utf-8", "replace")[:_STEM_BYTES].decode("utf-8", "ignore").rstrip(". ")
    return f"_{text}" if _WINDOWS_DEVICES.match(text) else text


def _not_allowed(address: str, why: str, hint: str) -> Fault:
    return Fault(Code.NOT_ALLOWED, f"the address {shown(address)} {why}", hint)
