"""Find what its own form gives away: keys, addresses that carry keys, mail addresses, numbers, recovery phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from builder.screenshots.inspect.field_labels import folded, kind_named, label_kind, names_public
from builder.screenshots.inspect.finds import Find, same_row, tokens, wrapped_under
from builder.screenshots.inspect.key_patterns import (
    LONG_NUMBER,
    form_of,
    is_key_piece,
    is_spaced_key,
    is_value,
    phone_numbers,
    setup_keys,
)
from builder.screenshots.inspect.numbers import numbers_in
from builder.screenshots.inspect.phrases import phrases_in
from builder.screenshots.inspect.words import Line
from builder.screenshots.model import Box, SecretKind

# Mail addresses with these names belong to a company's desks, not to a person.
_DESK_NAMES = """
    abuse admin affiliate affiliates api apis bd bounty broker brokers business careers compliance complaint complaints
    contact cs customer customercare customerservice customersupport developer developers enforcement feedback hello
    help hr info institution institutional institutions investors jobs kyc law legal list listing listings mail market
    marketing marketmaker media mm news newsletter noreply no-reply notice notify office official operations ops otc
    partner partners partnership partnerships postmaster pr press privacy regulator risk sales security service services
    subpoena support team tech trading verify vip webmaster example name user username email your yourname you someone
"""
_DESKS = frozenset(_DESK_NAMES.split())
# What a reader joins to the front of an address when the space before it was painted over.
_BEFORE_MAIL = re.compile(r"^(?:e?mail|verification|address|code|sent|account|to|authenticator|google|auth)+", re.I)
_MAIL = re.compile(
    r"(?P<name>(?:[A-Za-z0-9_+-]+\s[._-]\s)*[A-Za-z0-9._%+*•·…'-]*)(?:@|\s@\s?|\s?\[at\]\s?|\s?\(at\)\s?)(?P<host>[A-Za-z0-9-]+(?:\s?\.\s?[A-Za-z0-9-]+)+)",
    re.I,
)
# Providers of people's mail; an address there is known though the reader took its sign for another, or it was cut.
_PROVIDERS = re.compile(
    r"(?P<name>[A-Za-z0-9._+-]{3,})[@©®QaO&]?(?:gmail|googlemail|outlook|hotmail|yahoo|icloud|proton|protonmail|qq|163|126|naver|"
    r"daum|web|gmx|mail|yandex|orange|libero|live|msn|aol|me|foxmail|sina)\.(?:com|net|de|ru|me|fr|it|co\.\w\w|at|ch)\b"
)
_HOST = re.compile(
    r"^[A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,6}$|^[A-Za-z0-9-]{1,20}\.?$|^(?:com|net|org|de|ru|fr|io)$"
)
_PARAMETER = re.compile(r"(?<![A-Za-z])([A-Za-z][A-Za-z_.-]{1,30})\s?=\s?([^\s&;#\"'<>]{4,})")
# What is named so in an address is one person's, be it written out or in a code.
_PARAMETERS = """
    token key secret sig sign signature code auth session sessionid sid otp password pwd pass apikey api_key
    access_token refresh_token id_token listenkey ticket jwt hash reset verify state nonce uid userid user email
    invite invitation ref referral client_secret hmac credential magic
"""
SECRET_PARAMETERS = frozenset(folded(word) for word in _PARAMETERS.split())
_NAMED_SEGMENT = re.compile(r"(?<=/)([A-Za-z_-]{2,20})/([A-Za-z0-9_-]{4,})(?=$|[/?#\s])")
_SEGMENT = re.compile(r"(?<=/)[A-Za-z0-9_-]{8,}(?=$|[/?#\s])")
# A reader takes 0 for O and 1 for l or I.
_PUBLIC_PATHS = re.compile(
    r"/(?:tx|txs|block|address|token|hash|transaction|explorer|commit)/"
    r"(?:(?:0x)?(?:[0-9a-fA-FOlI]{40}|[0-9a-fA-FOlI]{60,66})|[1-9A-HJ-NP-Za-km-z]{86,88})(?![A-Za-z0-9])"
)
_HASH_AT_END = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=[a-z]))(?:(?:[0Oθ]x)?(?:[0-9a-fA-FOlI]{60,66}|[0-9a-fA-F]{40})|[1-9A-HJ-NP-Za-km-z]{86,88})$"
)
_HASH = re.compile(r"(?:0x)?[0-9a-fA-FOlI]{60,66}|[0-9a-fA-F]{40}|[1-9A-HJ-NP-Za-km-z]{86,88}")


def by_form(lines: Sequence[Line]) -> Iterator[Find]:
    """Keys: in a word, cut up by spaces, in two boxes, in two lines, in groups, letter by letter."""
    for line in lines:
        if _HASH.fullmatch("".join(line.word.text.split())) and _is_public(line, 0, lines):
            continue  # the reader may have put spaces into it
        hit = is_public = False
        for token in tokens(line):
            why = form_of(token.text)
            if why and _is_public_hash(token.text, line, token.start, lines):
                is_public = True
            elif why:
                hit = True
                yield Find(SecretKind.TOKEN, token.box, why, token.text)
        for match in setup_keys(line.word.text):
            hit = True
            yield Find(SecretKind.SECRET_KEY, line.part(*match.span()), "is a key in groups of four", match.group())
        cut_up = is_spaced_key(line.word.text) or _is_spaced_out(line.word.text)
        if not (hit or is_public) and cut_up and not _is_public(line, 0, lines):
            yield Find(SecretKind.TOKEN, line.word.box, "is a key cut up by spaces", line.word.text)
        if hit and " " not in line.word.text.strip():
            under = wrapped_under(line, lines)
            if under is not None and is_key_piece(under.word.text):
                yield Find(SecretKind.TOKEN, under.word.box, "goes on from the line above", under.word.text)
    yield from _split_over_boxes(lines)
    yield from _split_over_lines(lines)
    for line, start, end in phrases_in(lines):
        why = "is part of a recovery phrase"
        yield Find(SecretKind.RECOVERY_PHRASE, line.part(start, end), why, line.word.text[start:end])


def _is_spaced_out(text: str) -> bool:
    """Whether a line is a key whose letters stand apart."""
    parts = text.split()
    joined = "".join(parts)
    return (
        len(parts) >= 8 and len(joined) <= 2.5 * len(parts) and bool(form_of(joined) or LONG_NUMBER.fullmatch(joined))
    )


def _is_public_hash(text: str, line: Line, start: int, lines: Sequence[Line]) -> bool:
    """Whether a run of digits is the hash of a transaction, as its label, its column or its address says."""
    rest = _PUBLIC_PATHS.sub("/", text)
    if rest != text:
        return not form_of(rest)
    # The reader may have joined the label to it.
    match = _HASH_AT_END.search(text.rstrip(".,;:()[]"))
    return match is not None and _is_public(line, start + match.start(), lines)


def _is_public(line: Line, start: int, lines: Sequence[Line]) -> bool:
    """Whether what stands before a place in a line, left of it or over it names something public."""
    before = line.word.text[:start]
    if re.search(r"[^\W\d_]{2,}", before):
        return names_public(before[-40:])
    box = line.word.box
    left = [
        other
        for other in lines
        if other is not line and same_row(other.word.box, box) and other.word.box.right <= box.left + box.height // 2
    ]
    nearest = max(left, key=lambda other: other.word.box.right, default=None)
    if nearest is not None and box.left - nearest.word.box.right < 22 * box.height and names_public(nearest.word.text):
        return True
    over = [
        other
        for other in lines
        if other.word.box.bottom <= box.top + box.height // 3
        and abs(other.word.box.left - box.left) <= 2.5 * box.height
        and box.top - other.word.box.bottom <= 40 * box.height
        and re.search(r"[^\W\d_]{2,}", other.word.text)
        and not _HASH.fullmatch(other.word.text.strip())
    ]
    head = max(over, key=lambda other: other.word.box.bottom, default=None)
    return head is not None and names_public(head.word.text)


def _split_over_boxes(lines: Sequence[Line]) -> Iterator[Find]:
    """Two neighbours in a row that are a key together."""
    pieces = [line for line in lines if is_key_piece(line.word.text)]
    for one in pieces:
        for two in pieces:
            a, b = one.word, two.word
            if (
                same_row(a.box, b.box)
                and -a.box.height <= b.box.left - a.box.right <= 1.2 * a.box.height
                and b.box.left > a.box.left
                and form_of(a.text + b.text)
            ):
                yield Find(SecretKind.TOKEN, a.box.union(b.box), "is a key read in two parts", a.text + b.text)


def _split_over_lines(lines: Sequence[Line]) -> Iterator[Find]:
    """Two lines, one under the other, that are a key together though neither is alone."""
    for line in lines:
        under = wrapped_under(line, lines)
        if under is None or " " in line.word.text.strip():
            continue
        joined = line.word.text + under.word.text
        if is_key_piece(line.word.text) and is_key_piece(under.word.text) and form_of(joined):
            yield Find(SecretKind.TOKEN, line.word.box, "is a key written in two lines", joined)
            yield Find(SecretKind.TOKEN, under.word.box, "is a key written in two lines", joined)


def in_addresses(lines: Iterable[Line]) -> Iterator[Find]:
    """What web addresses carry: values of parameters with telling names, and parts of a path that are no words."""
    for line in lines:
        text = line.word.text
        for match in _PARAMETER.finditer(text):
            name, value = match.group(1), match.group(2)
            named = folded(name) in SECRET_PARAMETERS or kind_named(name) is not None
            in_address = re.search(r"[?&/]", text[: match.start() + 1]) is not None
            if named and len(value) >= 6 and (in_address or is_value(value) or any(map(str.isdigit, value))):
                box = line.part(match.start(2), match.end(2))
                yield Find(SecretKind.TOKEN, box, "is the value of a parameter in an address", value)
        if "/" in text and re.search(r"://|\w\.\w{2,8}/", text):
            public = [match.end() for match in _PUBLIC_PATHS.finditer(text)]
            for match in _NAMED_SEGMENT.finditer(text):
                value = match.group(2)
                if folded(match.group(1)) in SECRET_PARAMETERS and _is_no_word(value) and match.end() not in public:
                    box = line.part(match.start(2), match.end(2))
                    yield Find(SecretKind.TOKEN, box, "is the value of a parameter in an address", value)
            for match in _SEGMENT.finditer(text):
                if _is_no_slug(match.group()) and match.end() not in public:
                    box = line.part(*match.span())
                    yield Find(SecretKind.TOKEN, box, "is a part of an address that is no word", match.group())


def _is_no_word(part: str) -> bool:
    return is_value(part) or (part.isalnum() and part.isupper())


def _is_no_slug(part: str) -> bool:
    if len(re.split(r"[-_]", part)) > 2 or not is_value(part) or not any(map(str.isdigit, part)):
        return False
    runs = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", part)
    return len(re.findall(r"\d+", part)) >= 2 or (len(part) >= 12 and len(part) <= 2.4 * len(runs))


def mail_addresses(lines: Sequence[Line], official_domains: Sequence[str]) -> Iterator[Find]:
    why = "is a person's mail address"
    for line in lines:
        text = line.word.text
        for match in _MAIL.finditer(text):
            host = re.sub(r"\s", "", match["host"])
            if _is_personal(match["name"], host, official_domains):
                yield Find(SecretKind.MAIL_ADDRESS, line.part(*match.span()), why, match.group())
        for match in _PROVIDERS.finditer(text):
            if _is_personal(match["name"], "", official_domains):
                yield Find(SecretKind.MAIL_ADDRESS, line.part(*match.span()), why, match.group())
        yield from _wrapped_mail(line, lines, official_domains)


def _wrapped_mail(line: Line, lines: Sequence[Line], official_domains: Sequence[str]) -> Iterator[Find]:
    """An address of which one line has the beginning and the next the end, cut anywhere."""
    under = wrapped_under(line, lines)
    words = line.word.text.split()
    if under is None or not words or "@" in words[-1][:1]:
        return
    last, rest = words[-1], under.word.text.strip()
    if label_kind(line.word.text) is not None and _MAIL.fullmatch(rest):
        return  # a label above an address
    match = _MAIL.fullmatch(last + rest)
    if match is None or not _is_personal(match["name"], match["host"], official_domains):
        return
    begins_here = "@" in last and not (re.search(r"\.[a-z]{2,3}$", last) and len(rest) > 4 and "." not in rest)
    if begins_here or rest.startswith("@") or "@" in rest:
        if (
            "@" in rest
            and not rest.startswith("@")
            and "@" not in last
            and not re.search(r"[._\d]", last)
            and len(words) > 1
        ):
            return  # a sentence above an address
        if "@" in last and not _HOST.match(rest):
            return
        start = line.word.text.rindex(last)
        why = "is a mail address in two lines"
        yield Find(SecretKind.MAIL_ADDRESS, line.part(start, len(line.word.text)), why, last + rest)
        yield Find(SecretKind.MAIL_ADDRESS, under.word.box, why, last + rest)


def _is_personal(name: str, host: str, official_domains: Sequence[str]) -> bool:
    name = name.strip(".'-")
    if re.search(r"[*•·…%]|\.{2,}", name):
        return False  # masked by the exchange, or smeared and read as a sign
    rest = _BEFORE_MAIL.sub("", name)
    if len(name) < 2 or len(rest) < min(2, len(name)):
        return False  # smeared: what is left of it says nothing
    return name.casefold() not in _DESKS and not is_host_of(host, official_domains)


def is_host_of(host: str, domains: Sequence[str]) -> bool:
    host = host.casefold().rstrip(".")
    return any(host == domain or host.endswith("." + domain) for domain in (d.casefold().strip(".") for d in domains))


def phones(lines: Iterable[Line]) -> Iterator[Find]:
    for line in lines:
        for match in phone_numbers(line.word.text):
            box = line.part(match.start(), match.end())
            yield Find(SecretKind.PHONE_NUMBER, box, "is an international phone number", match.group())


def numbers(lines: Sequence[Line]) -> Iterator[Find]:
    """Cards, bank accounts, phones by their checks; long numbers that nothing says to be public."""
    for line in lines:
        text = line.word.text
        if sum(letter.isdigit() for letter in text) < 7:
            continue
        for start, end, kind, why in numbers_in(text):
            if kind is not SecretKind.PHONE_NUMBER or not _is_public(line, start, lines):
                yield Find(kind, line.part(start, end), why, text[start:end])
        for match in LONG_NUMBER.finditer(text):
            if not _is_public(line, match.start(), lines):
                box = line.part(match.start(), match.end())
                yield Find(SecretKind.ACCOUNT_NUMBER, box, "is a long number without separators", match.group())


def addresses_of_machines(lines: Iterable[Line]) -> Iterator[Find]:
    """Public addresses of machines, v4: no private ones, and none kept for examples (RFC 5737)."""
    for line in lines:
        for match in re.finditer(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", line.word.text):
            parts = [int(part) for part in match.group().split(".")]
            if max(parts) <= 255 and not _is_reserved(parts):
                yield Find(SecretKind.IP_ADDRESS, line.part(*match.span()), "is a public IP address", match.group())


def _is_reserved(parts: Sequence[int]) -> bool:
    import ipaddress

    return not ipaddress.ip_address(".".join(map(str, parts))).is_global


def inside(box: Box, other: Box) -> bool:
    return 2 * box.within(other).area > box.area
