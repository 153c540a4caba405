"""Judge what stands beside, below or behind words that nobody could read: of a script the reader does not know.

The reader knows Latin letters, Chinese and Japanese. A label in Korean, Cyrillic, Thai or Arabic it sees and can't
read, and neither can it say what its value is. So whatever stands in a value's place there and may be one is covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from builder.screenshots.inspect.extent import Pixels
from builder.screenshots.inspect.finds import BESIDE, Find, same_row
from builder.screenshots.inspect.key_patterns import NO_VALUE, form_of, is_value
from builder.screenshots.inspect.values import is_hint
from builder.screenshots.inspect.words import CERTAIN, Line
from builder.screenshots.model import Box, SecretKind

_WHY = "stands in a value's place beside words that can't be read"
_BELOW = 2.6  # text heights
_LONGEST = 8  # words of a value
_SURE_OF_WORDS = 0.93  # score from which words are no Cyrillic or Thai ones read as Latin
_FOREIGN = 3  # unreadable places from which a page may be in another script
_PLAIN = re.compile(  # dates, times, amounts, shares, versions, pairs: what stands everywhere
    r"[≈~$€£¥₽₩+-]?\s?\d{1,3}(?:[,. ]\d{3})*(?:[.,]\d+)?\s?(?:%|[A-Z]{2,5}|[kKmMbB])?|\d+[.,]\d+\S*"
    r"|\d{4}[-/.]\d\d?[-/.]\d\d?.*|\d\d?[-/.]\d\d?[-/.]\d{2,4}.*"
    r"|\d\d?:\d\d.*|v?\d+(?:\.\d+)+|(?:19|20)\d\d|[A-Z0-9]{2,6}/[A-Z]{3,5}|(?:\d{1,3}\.){3}\d{1,3}|[A-Z]{1,5}|\W*"
)
_MIXED = re.compile(r"(?<![^\s:：=])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{8,}(?!\S)")
_BRANDS = frozenset(
    [
        "binance",
        "bybit",
        "okx",
        "kraken",
        "coinbase",
        "kucoin",
        "bitget",
        "gate",
        "mexc",
        "htx",
        "lbank",
        "bingx",
        "coinstore",
        "bitcoin",
        "ethereum",
        "tether",
        "google",
        "authenticator",
        "telegram",
        "twitter",
        "facebook",
        "discord",
        "apple",
        "android",
        "windows",
        "chrome",
        "safari",
        "web3",
        "futures",
        "spot",
        "margin",
        "api",
        "apikey",
        "usdt",
        "usdc",
        "email",
        "gmail",
        "sms",
        "whatsapp",
        "youtube",
        "instagram",
        "reddit",
        "medium",
        "tradingview",
        "metatrader",
        "passkey",
        "yubikey",
        "cookie",
        "beta",
        "pro",
        "vip",
        "nft",
        "defi",
        "launchpad",
        "earn",
        "ok",
        "id",
        "uid",
        "pin",
        "otp",
        "iban",
        "secret",
        "token",
    ]
)


def beside_unread(
    lines: Sequence[Line], unread: Sequence[Box], words: Sequence[Line], doubtful: Sequence[Box] = ()
) -> Iterator[Find]:
    """What may be a value beside or below unreadable places, or in one: `words` are read from within them.

    `doubtful` places may be labels too, and say nothing of the page's script.
    """
    read, labels = _read(lines), _words(unread)
    foreign = is_foreign(lines, unread)
    for word in words:
        if may_be_value(word.word.text, foreign=foreign):
            yield Find(SecretKind.UNREAD, word.word.box, _WHY, word.word.text)
    for line in read:
        if foreign:  # a label may have been read together with its value
            for match in _MIXED.finditer(line.word.text):
                if not NO_VALUE.match(match.group()) and not _PLAIN.fullmatch(match.group()):
                    yield Find(SecretKind.UNREAD, line.part(*match.span()), _WHY, match.group())
        if not re.search(r"[\d@:：]", line.word.text) and line.word.score < _SURE_OF_WORDS:
            continue
        if may_be_value(line.word.text, foreign=foreign) and any(
            _answers(line.word.box, box) for box in (*labels, *doubtful) if box != line.word.box
        ):
            yield Find(SecretKind.UNREAD, line.word.box, _WHY, line.word.text)


def is_foreign(lines: Sequence[Line], unread: Sequence[Box]) -> bool:
    """Whether a page is in a script that the reader does not know, as many unreadable places on it tell."""
    words = _words(unread)
    return len(words) >= _FOREIGN and len(words) >= 0.25 * (len(_read(lines)) + len(words))


def _words(unread: Sequence[Box]) -> list[Box]:
    return [box for box in unread if box.width >= 1.4 * box.height]


def _read(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.word.score >= CERTAIN and re.search(r"[A-Za-z0-9]{2}", line.word.text)]


def _answers(value: Box, label: Box) -> bool:
    """Whether a value stands where a label's does: beside it, on either side, or below it."""
    height = min(label.height, 2 * value.height)
    across, down = value.gaps(label)
    if same_row(value, label):
        return across <= BESIDE * height
    aligned = abs(value.left - label.left) <= 2.5 * height or abs(value.right - label.right) <= 2.5 * height
    return value.top >= label.top + label.height // 2 and down <= _BELOW * height and aligned


def may_be_value(text: str, *, foreign: bool) -> bool:
    """Whether a text is no date, no amount and nothing an interface says; on a page in another script words count."""
    said = text.strip(" :：;,.-|·")
    if len(said) < 3 or _PLAIN.fullmatch(said) or is_hint(said):
        return False
    if form_of(said):
        return True
    digits = sum(letter.isdigit() for letter in said)
    letters = sum(letter.isascii() and letter.isalpha() for letter in said)
    if "@" in said and letters >= 4:
        return True
    if re.fullmatch(r"\+?[\d ().-]{4,24}", said):
        return digits >= (4 if foreign else 6)
    if not re.search(r"\s", said) and digits and letters and not NO_VALUE.match(said):
        return len(said) >= 5 if foreign else is_value(said)
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", said)
    named = [word for word in words if word.casefold() not in _BRANDS and len(word) >= 3 and not word.isupper()]
    if len(words) > _LONGEST:
        return False  # a sentence
    return foreign and bool(named) and letters >= 0.8 * sum(not letter.isspace() for letter in said) - digits


def word_boxes(pixels: Pixels, box: Box) -> list[Box]:
    """The words of a line: what clear gaps part, from left to right."""
    part = pixels[box.top : box.bottom, box.left : box.right]
    if part.shape[0] < 6 or part.shape[1] < 12:
        return []
    ground = np.median(part.reshape(-1, 3), axis=0)
    columns = (np.abs(part - ground).max(axis=2) > 40).any(axis=0)
    inked = np.flatnonzero(columns)
    if not len(inked):
        return []
    cuts = np.flatnonzero(np.diff(inked) > max(4, 0.2 * box.height))
    starts = [int(inked[0]), *(int(inked[cut + 1]) for cut in cuts)]
    ends = [*(int(inked[cut]) for cut in cuts), int(inked[-1])]
    return [
        Box(box.left + start - 3, box.top, box.left + end + 4, box.bottom).within(
            Box(0, 0, pixels.shape[1], pixels.shape[0])
        )
        for start, end in zip(starts, ends, strict=True)
        if end - start >= box.height // 2
    ]
