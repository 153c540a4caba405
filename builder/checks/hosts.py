"""Host names: which domain they belong to, and whether they are made to be taken for another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from builder.checks.ocr_text import within

# Endings below which anybody may register; a full list would be a dependency that ages.
_SECOND_LEVEL = {"co", "com", "net", "org", "ac", "gov", "edu"}
_LOOKS_LIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "3": "e", "5": "s", "$": "s"})
_MIN_LOOKALIKE = 4  # letters; shorter names resemble one another by chance


def domain_of(host: str) -> str:
    """The part of a host name that somebody registered: `example.com` of `www.example.com`."""
    labels = host.split(".")
    count = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-count:])


def readable(host: str) -> str:
    """A host name as its letters look, when it is written in the form for machines."""
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def is_mixed(host: str) -> bool:
    """Whether a part of the name mixes Latin letters with those of another script."""
    return any("LATIN" in scripts and len(scripts) > 1 for scripts in map(_scripts, readable(host).split(".")))


def is_foreign(host: str) -> bool:
    """Whether the name has letters outside ASCII."""
    return not readable(host).isascii()


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}


def taken_for(host: str, official: Iterable[str]) -> str | None:
    """The official domain for which a host may be taken although it is another."""
    domain = domain_of(host)
    known = sorted({domain_of(name) for name in official if name})
    if domain in known:
        return None
    name = _look(domain.partition(".")[0])
    for one in known:
        theirs = _look(one.partition(".")[0])
        if len(theirs) < _MIN_LOOKALIKE:
            continue
        if host.startswith(f"{one}.") or f".{one}." in host or theirs in name or within(name, theirs, 1):
            return one
    return None


def _look(name: str) -> str:
    """A name as a hurried eye sees it: without accents, 0 as o, rn as m."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", readable(name)) if not unicodedata.combining(c))
    return plain.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w").replace("-", "")
