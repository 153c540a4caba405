"""Tell which words and codes on a picture give something away. Pure: no pixels, no files.

Three things make a word a secret: its form (a UUID, a run of hex digits, a long mixed run), the label beside or
above it ("API Key", "UID"), and a bar that somebody drew over the rest of it. A label alone makes nothing a secret,
so that menus, table heads and sentences about keys stay readable.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from builder.screenshots.inspect.codes import Code
from builder.screenshots.inspect.field_labels import folded, kind_named, label_at_end, label_kind
from builder.screenshots.inspect.key_patterns import (
    KEYS,
    LONG_NUMBER,
    fits,
    form_of,
    is_codey,
    is_codey_line,
    is_left_over,
    is_value,
    leading_phone_number,
    phone_numbers,
)
from builder.screenshots.inspect.words import Line
from builder.screenshots.model import Box, Mark, MarkKind, Secret, SecretKind

# Mail addresses with these names belong to a company's desks, not to a person.
_DESK_NAMES = """
    abuse admin affiliate affiliates api apis bd bounty broker brokers business careers compliance complaint complaints
    contact cs customer customercare customerservice customersupport developer developers enforcement feedback hello
    help hr info institution institutional institutions investors jobs kyc law legal list listing listings mail market
    marketing marketmaker media mm news newsletter noreply no-reply notice notify office official operations ops otc
    partner partners partnership partnerships postmaster pr press privacy regulator risk sales security service services
    subpoena support team tech trading verify vip webmaster
"""
_DESKS = frozenset(_DESK_NAMES.split())
# What a reader joins to the front of an address when the space before it was painted over.
_BEFORE_MAIL = re.compile(r"^(?:e?mail|verification|address|code|sent|account|to|authenticator|google|auth)+", re.I)
_MAIL = re.compile(r"(?P<name>[A-Za-z0-9._%+*•·…'-]*)@(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")

_BESIDE = 22  # text heights: how far right of its label a value can stand
_BELOW = 3.2  # text heights
_AT_BAR = 1.6  # heights of the bar: how far from it the characters it left over can stand


@dataclass(frozen=True, slots=True)
class Question:
    """A place where a label promises a value that nobody has read yet, to be looked at more closely."""

    kind: SecretKind
    region: Box
    label: str


@dataclass(frozen=True, slots=True)
class _Find:
    """A secret before it is merged with others; `value` is kept only as long as it takes to make its fingerprint."""

    kind: SecretKind
    box: Box
    why: str
    value: str = ""

    def sealed(self) -> Secret:
        return Secret(self.kind, self.box, self.why, fingerprint(self.value) if self.value else "")


@dataclass(frozen=True, slots=True)
class _Token:
    """A run of characters without a space, and where in its line it stands."""

    line: Line
    text: str
    start: int

    @property
    def box(self) -> Box:
        return self.line.part(self.start, self.start + len(self.text))


def fingerprint(value: str) -> str:
    """The SHA-256, in hex, of a value's letters and digits in lower case: to know a leak without keeping it."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", value).casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def find_secrets(
    lines: Sequence[Line],
    codes: Sequence[Code],
    marks: Sequence[Mark],
    size: tuple[int, int],
    *,
    allowed_hosts: Sequence[str] = (),
    official_domains: Sequence[str] = (),
) -> tuple[Secret, ...]:
    """What must be covered on a picture of `size` pixels, top to bottom.

    `allowed_hosts`: codes may lead there; `official_domains`: mail addresses there are no one's own. A host also
    stands for its subdomains.
    """
    # A reader sees letters in the modules of a code; the code is judged as a code.
    lines = [line for line in lines if not any(_is_inside(line.word.box, code.box) for code in codes)]
    bars = [mark.box for mark in marks if mark.kind is MarkKind.BAR]
    finds = [
        *_labelled_in_line(lines),
        *_labelled_nearby(lines),
        *_beside_bars(lines, bars),
        *_by_form(lines),
        *_mail_addresses(lines, official_domains),
        *_phone_numbers(lines),
        *_long_numbers(lines),
        *_codes(codes, allowed_hosts),
    ]
    frame = Box(0, 0, *size)
    sealed = [find.sealed() for find in _merged(finds)]
    inside = [Secret(s.kind, s.box.within(frame), s.why, s.fingerprint) for s in sealed]
    return tuple(sorted((s for s in inside if s.box.area), key=lambda s: (s.box, s.kind)))


def open_questions(
    lines: Sequence[Line], marks: Sequence[Mark], secrets: Sequence[Secret], size: tuple[int, int]
) -> tuple[Question, ...]:
    """Labels whose value was not found: where to look again, beside them and below them."""
    frame = Box(0, 0, *size)
    questions: list[Question] = []
    for line in lines:
        kind = label_kind(line.word.text)
        if kind is None or kind is SecretKind.PHONE_NUMBER:
            continue
        box = line.word.box
        right, below = _value_regions(box)
        regions = (right,) if kind is SecretKind.ACCOUNT_NUMBER else (right, below)
        if any(secret.box.meets(region) for secret in secrets for region in regions):
            continue
        questions += [Question(kind, region.within(frame), line.word.text) for region in regions]
    return tuple(question for question in questions if question.region.area)


def labelled_bars(lines: Sequence[Line], marks: Sequence[Mark]) -> tuple[tuple[Box, SecretKind], ...]:
    """The bars that cover a labelled value, with what they cover: characters may stick out at their ends."""
    bars = [mark.box for mark in marks if mark.kind is MarkKind.BAR]
    return tuple((bar, kind) for bar in bars if (kind := _kind_of_place(bar, lines)) is not None)


def _labelled_in_line(lines: Iterable[Line]) -> Iterator[_Find]:
    """A label and its value in one line, with or without a colon between them."""
    for line in lines:
        tokens = _tokens(line)
        for index in range(1, len(tokens)):
            kind = label_at_end([token.text for token in tokens[:index]])
            if kind is None:
                continue
            if kind is SecretKind.PHONE_NUMBER:
                start = tokens[index].start
                if number := leading_phone_number(line.word.text[start:]):
                    yield _Find(kind, line.part(start, start + len(number)), "stands after its label", number)
            elif fits(kind, tokens[index].text):
                last = _last_of_value(tokens, index, kind)
                start, end = tokens[index].start, tokens[last].start + len(tokens[last].text)
                yield _Find(kind, line.part(start, end), "stands after its label", line.word.text[start:end])


def _last_of_value(tokens: Sequence[_Token], index: int, kind: SecretKind) -> int:
    """The last token of a value that the reader cut by spaces."""
    last = index
    while last + 1 < len(tokens) and kind in KEYS and is_codey(tokens[last + 1].text):
        last += 1
    while last + 1 < len(tokens) and kind is SecretKind.ACCOUNT_NUMBER and tokens[last + 1].text.isdigit():
        last += 1
    return last


def _tokens(line: Line) -> list[_Token]:
    """The tokens of a line; "UID:123" is two, an address or a time stays whole."""
    tokens: list[_Token] = []
    for match in re.finditer(r"\S+", line.word.text):
        text, start = match.group(), match.start()
        cut = re.match(r"^([^\W\d_][^:：=@/]*)[:：=](?!/)(?=.)", text)
        if cut:
            tokens.append(_Token(line, text[: cut.end()], start))
            text, start = text[cut.end() :], start + cut.end()
        tokens.append(_Token(line, text, start))
    return tokens


def _labelled_nearby(lines: Sequence[Line]) -> Iterator[_Find]:
    """A label in one line, its value in another: to its right or below it."""
    for label in lines:
        kind = label_kind(label.word.text)
        if kind is None:
            continue
        for place, line in (("beside", _first_right_of(label, lines)), ("below", _first_below(label, lines))):
            if line is None or label_kind(line.word.text) is not None:
                continue
            yield from _value_in(line, kind, f"stands {place} its label")
            if place == "below" and kind in KEYS:
                yield from _continued(line, lines, kind)


def _value_in(line: Line, kind: SecretKind, why: str) -> Iterator[_Find]:
    text = line.word.text
    if kind in KEYS and " " in text.strip() and is_codey_line(text):
        yield _Find(kind, line.word.box, why, text)
        return
    tokens = _tokens(line)
    if kind in (SecretKind.PHONE_NUMBER, SecretKind.PASSPHRASE):
        if fits(kind, text):
            yield _Find(kind, line.word.box, why, text)
    elif kind is SecretKind.ACCOUNT_NUMBER and re.fullmatch(r"[\d ]{5,}", text.strip()):
        yield _Find(kind, line.word.box, why, text)
    elif tokens and fits(kind, tokens[0].text):
        last = _last_of_value(tokens, 0, kind)
        end = tokens[last].start + len(tokens[last].text)
        yield _Find(kind, line.part(0, end), why, text[:end])


def _continued(line: Line, lines: Sequence[Line], kind: SecretKind) -> Iterator[_Find]:
    """The second line of a value that was wrapped."""
    under = _wrapped_under(line, lines)
    if under is not None and is_value(line.word.text.split()[0]) and is_codey(under.word.text):
        yield _Find(kind, under.word.box, "goes on from the line above", under.word.text)


def _wrapped_under(line: Line, lines: Sequence[Line]) -> Line | None:
    box = line.word.box
    for other in lines:
        under = other.word.box
        if (
            abs(under.left - box.left) <= box.height
            and -0.4 * box.height <= under.top - box.bottom <= 0.9 * box.height
            and " " not in other.word.text.strip()
        ):
            return other
    return None


def _value_regions(label: Box) -> tuple[Box, Box]:
    """Where the value of a label can stand: to its right, and below it."""
    height = label.height
    right = Box(label.right, label.top - height // 4, label.right + _BESIDE * height, label.bottom + height // 4)
    below = Box(label.left - 2 * height, label.bottom, label.left + 26 * height, label.bottom + round(_BELOW * height))
    return right, below


def _first_right_of(label: Line, lines: Sequence[Line]) -> Line | None:
    box = label.word.box
    beside = [
        line
        for line in lines
        if line is not label
        and _same_row(line.word.box, box)
        and -0.3 * box.height <= line.word.box.left - box.right <= _BESIDE * box.height
        # Icons and single marks between a label and its value are no answer to it.
        and len(folded(line.word.text)) > 1
    ]
    return min(beside, key=lambda line: line.word.box.left, default=None)


def _first_below(label: Line, lines: Sequence[Line]) -> Line | None:
    box = label.word.box
    below = [
        line
        for line in lines
        if line is not label
        and -0.4 * box.height <= line.word.box.top - box.bottom <= _BELOW * box.height
        and line.word.box.left - box.right < 0
        and (
            abs(line.word.box.left - box.left) <= 2.5 * box.height
            or line.word.box.left <= box.left < line.word.box.right
        )
        and len(folded(line.word.text)) > 1
    ]
    return min(below, key=lambda line: (line.word.box.top, abs(line.word.box.left - box.left)), default=None)


def _same_row(one: Box, two: Box) -> bool:
    overlap = min(one.bottom, two.bottom) - max(one.top, two.top)
    return 2 * overlap >= min(one.height, two.height)


def _beside_bars(lines: Sequence[Line], bars: Sequence[Box]) -> Iterator[_Find]:
    """The first or last characters of a value beside the bar that was drawn over the rest; the bar is covered too.

    Sentences run into bars as well ("code sent to ▬"), so the bar must cover a labelled value, or the characters
    be key-like themselves.
    """
    for bar in bars:
        kind = _kind_of_place(bar, lines)
        for line in lines:
            box = line.word.box
            if not _same_row(box, bar) or label_kind(line.word.text) is not None:
                continue
            for token in _tokens(line)[-1:] if box.left < bar.left else _tokens(line)[:1]:
                touches = _gap(token.box, bar) <= _AT_BAR * min(bar.height, 3 * box.height)
                if touches and is_left_over(token.text, kind):
                    yield _Find(
                        kind or SecretKind.TOKEN,
                        token.box.union(bar),
                        "shows beside the bar that covers it",
                        token.text,
                    )


def _gap(one: Box, two: Box) -> int:
    return max(one.left, two.left) - min(one.right, two.right)


def _kind_of_place(bar: Box, lines: Sequence[Line]) -> SecretKind | None:
    """What the nearest label above a bar, or to its left, says that the bar covers."""
    best: tuple[float, SecretKind] | None = None
    for line in lines:
        kind = label_kind(line.word.text)
        if kind is None:
            continue
        box = line.word.box
        gap_above = bar.top - box.bottom
        above = (
            -0.5 * box.height <= gap_above <= 2.5 * max(box.height, bar.height)
            and box.left - 3 * box.height <= bar.left <= box.left + 15 * box.height
        )
        beside = _same_row(box, bar) and -box.height <= bar.left - box.right <= _BESIDE * box.height
        distance = min(gap_above if above else math.inf, (bar.left - box.right) / 4 if beside else math.inf)
        if (above or beside) and (best is None or distance < best[0]):
            best = (distance, kind)
    return best[1] if best else None


def _by_form(lines: Sequence[Line]) -> Iterator[_Find]:
    for line in lines:
        hit = False
        for token in _tokens(line):
            if why := form_of(token.text):
                hit = True
                yield _Find(SecretKind.TOKEN, token.box, why, token.text)
        if not hit and is_codey_line(line.word.text):
            yield _Find(SecretKind.TOKEN, line.word.box, "is a key cut up by spaces", line.word.text)
        if hit and " " not in line.word.text.strip():
            under = _wrapped_under(line, lines)
            if under is not None and is_codey(under.word.text):
                yield _Find(SecretKind.TOKEN, under.word.box, "goes on from the line above", under.word.text)
    yield from _split_over_boxes(lines)
    yield from _split_over_lines(lines)


def _split_over_boxes(lines: Sequence[Line]) -> Iterator[_Find]:
    """Two neighbours in a row that are a key together."""
    for one in lines:
        for two in lines:
            a, b = one.word, two.word
            if (
                _same_row(a.box, b.box)
                and -a.box.height <= b.box.left - a.box.right <= 1.2 * a.box.height
                and b.box.left > a.box.left
                and is_codey(a.text)
                and is_codey(b.text)
                and form_of(a.text + b.text)
            ):
                yield _Find(SecretKind.TOKEN, a.box.union(b.box), "is a key read in two parts", a.text + b.text)


def _split_over_lines(lines: Sequence[Line]) -> Iterator[_Find]:
    """Two lines, one under the other, that are a key together though neither is alone."""
    for line in lines:
        under = _wrapped_under(line, lines)
        if under is None or " " in line.word.text.strip():
            continue
        joined = line.word.text + under.word.text
        if is_codey(line.word.text) and is_codey(under.word.text) and form_of(joined):
            yield _Find(SecretKind.TOKEN, line.word.box, "is a key written in two lines", joined)
            yield _Find(SecretKind.TOKEN, under.word.box, "is a key written in two lines", joined)


def _mail_addresses(lines: Iterable[Line], official_domains: Sequence[str]) -> Iterator[_Find]:
    for line in lines:
        for match in _MAIL.finditer(line.word.text):
            if _is_personal(match["name"], match["host"], official_domains):
                box = line.part(match.start(), match.end())
                yield _Find(SecretKind.MAIL_ADDRESS, box, "is a person's mail address", match.group())


def _is_personal(name: str, host: str, official_domains: Sequence[str]) -> bool:
    name = name.strip(".'-")
    if re.search(r"[*•·…%]|\.{2,}", name):
        return False  # masked by the exchange, or smeared and read as a sign
    rest = _BEFORE_MAIL.sub("", name)
    if len(name) < 2 or len(rest) < min(2, len(name)):
        return False  # smeared: what is left of it says nothing
    return name.casefold() not in _DESKS and not _is_host_of(host, official_domains)


def _is_host_of(host: str, domains: Sequence[str]) -> bool:
    host = host.casefold().rstrip(".")
    return any(host == domain or host.endswith("." + domain) for domain in (d.casefold().strip(".") for d in domains))


def _phone_numbers(lines: Iterable[Line]) -> Iterator[_Find]:
    for line in lines:
        for match in phone_numbers(line.word.text):
            box = line.part(match.start(), match.end())
            yield _Find(SecretKind.PHONE_NUMBER, box, "is an international phone number", match.group())


def _long_numbers(lines: Iterable[Line]) -> Iterator[_Find]:
    for line in lines:
        for match in LONG_NUMBER.finditer(line.word.text):
            box = line.part(match.start(), match.end())
            yield _Find(SecretKind.ACCOUNT_NUMBER, box, "is a long number without separators", match.group())


def _codes(codes: Iterable[Code], allowed_hosts: Sequence[str]) -> Iterator[_Find]:
    for code in codes:
        if why := _why_code_is_secret(code, allowed_hosts):
            yield _Find(SecretKind.CODE, code.box, why, code.text if code.readable else "")


def _why_code_is_secret(code: Code, allowed_hosts: Sequence[str]) -> str:
    """Why a code must be covered; empty for the address of an allowed host that carries nothing personal."""
    if not code.readable:
        return "is a code that could not be read"
    try:
        address = urlsplit(code.text.strip())
        host = address.hostname or ""
    except ValueError:
        return "is a code that holds no web address"
    if address.scheme.casefold() not in ("http", "https") or not host:
        return "is a code that holds no web address"
    if not _is_host_of(host, allowed_hosts):
        return "is a code that leads to a host the configuration does not allow"
    if address.username is not None or _carries_key(address.path, address.query, address.fragment):
        return "is a code whose web address carries a key"
    return ""


def _carries_key(path: str, query: str, fragment: str) -> bool:
    named = parse_qsl(query, keep_blank_values=True) + parse_qsl(fragment)
    if any(value and (kind_named(name) or folded(name) in _PERSONAL) for name, value in named):
        return True
    parts = [*unquote(path).split("/"), *(value for _, value in named), unquote(query), unquote(fragment)]
    return any(form_of(part) or LONG_NUMBER.search(part) for part in parts)


_PERSONAL = frozenset(
    folded(name) for name in ("user", "userid", "sign", "signature", "auth", "email", "session", "code")
)


def _merged(finds: Iterable[_Find]) -> list[_Find]:
    """One find for each place. A label says more than a form, so the first find names the kind; boxes are united."""
    merged: list[_Find] = []
    for find in finds:
        same = next((old for old in merged if _is_same_place(old, find)), None)
        if same is None:
            merged.append(find)
            continue
        longer = max(same.value, find.value, key=len)
        merged[merged.index(same)] = _Find(same.kind, _united(same, find), same.why, longer)
    return merged


def _united(one: _Find, two: _Find) -> Box:
    """The box of both; when both are the same value, read twice, only as high as the lower one."""
    box = one.box.union(two.box)
    as_wide = box.width <= 1.2 * min(one.box.width, two.box.width)  # less: a bar belongs to one of them
    if as_wide and one.value and fingerprint(one.value) == fingerprint(two.value) and _same_row(one.box, two.box):
        return Box(box.left, max(one.box.top, two.box.top), box.right, min(one.box.bottom, two.box.bottom))
    return box


def _is_same_place(one: _Find, two: _Find) -> bool:
    if (one.kind is SecretKind.CODE) != (two.kind is SecretKind.CODE):
        return False
    if not _same_row(one.box, two.box) and one.kind is not SecretKind.CODE:
        return False
    return 2 * one.box.within(two.box).area > min(one.box.area, two.box.area)


def _is_inside(box: Box, other: Box) -> bool:
    return 2 * box.within(other).area > box.area
