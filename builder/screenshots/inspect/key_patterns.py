"""Tell by its form alone whether a text is a key or another value that gives something away. Pure and light.

What can be a value depends on what announces it: where a label asks for a key, less is believed to be one (`fits`)
than where nothing does (`form_of`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import pairwise
from urllib.parse import unquote

from builder.screenshots.model import SecretKind

KEYS = (SecretKind.API_KEY, SecretKind.SECRET_KEY, SecretKind.PASSPHRASE, SecretKind.TOKEN)
# Amounts have separators, dates are shorter, account numbers are neither. A dash after letters is no sign.
LONG_NUMBER = re.compile(
    r"(?:(?<![\w.,/:$€£¥+-])|(?<=[A-Za-z]-))(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d(?!\d))\d{8,}(?![\w/%:]|[.,]\d)"
)

_PHONE = re.compile(r"(?<![\w.+])\+\s?\d[\d\s().-]{6,}\d(?![\w%])")
_LOCAL_PHONE = re.compile(r"(?<![\w.])\(?0?\d[\d\s()/-]{5,}\d(?![\w.%])")
_NUMBER_VALUE = re.compile(r"^#?(?=(?:\D*\d){5})[A-Za-z]{0,4}\d[\dA-Za-z-]{3,23}$")
_IP = re.compile(r"^\d{1,3}(?:[.,]\d{1,3}){3}")
_DATE = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$")
_MASKED = re.compile(r"[*•●·∙…]{2,}|\.{3,}|[xX]{4,}")
_UUID = re.compile(r"[0-9A-FlIOo]{8}(?:[-–—][0-9A-FlIOo]{4}){3}[-–—][0-9A-FlIOo]{12}", re.I)
# Prefixes that services give their tokens, as secret scanners list them (gitleaks' and detect-secrets' rules, GitHub's
# own documentation of token formats, Stripe's and Slack's of theirs); xprv, xpub: BIP-32.
_PREFIX = re.compile(
    r"eyJ|(?:sk|pk|rk|whsec)[-_](?:live|test|proj|ant)?|sk[-_]|AKIA|ASIA|AGPA|AIDA|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-"
    r"|xapp-|AIza|GOCSPX-|ya29\.|npm_|pypi-|dop_v1_|shpat_|shpss_|SG\.|hf_|sq0[a-z]{3}-|EAA[A-Z]|AGE-SECRET-KEY|[xyzt]prv|[xyzt]pub"
    r"|bg_|mx0|PMAK-|dckr_pat_|hvs\.|lin_api_|key-|MII[A-Z]"
)
# Which letters hardly ever follow a letter in the words of seven Latin languages: counted in the BIP-39 lists of six,
# codespell's dictionary and our own labels; below 0.025 % of all pairs. Of random pairs 56 % are among them.
_RARE = frozenset(
    first + second
    for first, seconds in (
        part.split(":")
        for part in [
            "a:aehjoqwx",
            "b:bcdfghjkmnpqtvwxyz",
            "c:bdfgjmnpqvwxz",
            "d:bcfhjknpqtwxyz",
            "e:jk",
            "f:bcdghjkmnpqstvwxz",
            "g:bcdfjkmpqtvwxyz",
            "h:cdfghjklnpqsvwxz",
            "i:hijkquwxy",
            "j:bcdfghijklmnopqrstvwxyz",
            "k:bcdfghjklmpqrtvwxyz",
            "l:bfhjkmnpqrwxz",
            "m:cdfghjklnqrtvwxyz",
            "n:bjlpqrwxz",
            "o:hjqz",
            "p:bcdfgjkmnqvwxyz",
            "q:abcdefghijklmnopqrstvwxyz",
            "r:jqwxz",
            "s:bdgjnqrvxz",
            "t:bdfgjkmnpqvwxz",
            "u:hjkquvwxyz",
            "v:bcdfghjklmnpqrstvwxyz",
            "w:bcdfgjklmpqstuvwxyz",
            "x:abdfghjklmnoqrsuvwxyz",
            "y:abcdfghjkloqruvwxyz",
            "z:bcdfghjklmnopqrstuvwxyz",
        ]
    )
    for second in seconds
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_TOKEN = re.compile(r"\S{16,}")  # no rule of form is content with fewer characters
_SIGNS = ".,;:!?()[]{}<>|`*\"'“”‘’"  # around a string, and no part of it
_RUN = re.compile(r"[^\W_]+")
_GROUPS = re.compile(r"^[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,9}$")
_SETUP_KEY = re.compile(r"(?<![\w-])(?:[A-Z2-7]{4}([ -]))(?:[A-Z2-7]{4}\1){2,14}[A-Z2-7]{4}(?![\w-])", re.I)
_PIECE = re.compile(r"[A-Za-z0-9_+=-]+")
# Algorithms, versions and coins: mixed as keys are, and printed beside them.
NO_VALUE = re.compile(
    r"^(?:hmac|sha-?\d|rsa|ed\d+|ecdsa|md5|aes|totp|hotp|2fa|mfa|oauth|ipv[46]|https?|www|api|v\d|\d+x|web\d|erc\d|trc\d|bep\d)",
    re.I,
)


def form_of(text: str) -> str:
    """What gives a string away as a key by its form alone, in words; empty when nothing does.

    Of one that is shortened or masked in part, what is left on either side must tell.
    """
    return next((why for part in _MASKED.split(text) if (why := _form_of_part(part))), "")


def _form_of_part(text: str) -> str:
    if _UUID.search(text):
        return "has the form of a UUID"
    if re.fullmatch(r"[A-Za-z0-9+/=_-]{20,}", text) and text.count("/") <= len(text) // 12 and _is_mixed(text, 24):
        return "is a long run of mixed characters"
    if _GROUPS.match(text) and any(c.isdigit() for c in text) and any(c.isalpha() for c in text):
        return "is a key in groups"
    if re.fullmatch(r"\d{21,}", text) and len(set(text)) > 3:
        return "is a very long number"
    for match in _PIECE.finditer(text):
        piece = match.group()
        letters = re.sub(r"[^A-Za-z0-9]", "", piece)
        if _PREFIX.match(text[match.start() :]) and len(letters) >= 16 and _changes(letters) >= 3:
            return "begins as tokens do"
        if _is_hex(letters):
            return "is a run of hex digits"
        if _is_mixed(letters, 16):
            return "is a long run of mixed characters"
        if len(letters) >= 16 and letters.isalpha() and letters.isascii() and _is_unspeakable(letters):
            return "is a long run of letters that no word has"
        if re.fullmatch(r"[a-z0-9]{16,}", letters) and _is_scattered(letters):
            return "is a long run of mixed characters"
        if re.fullmatch(r"[A-Z2-7]{16,}", letters) and any(c.isdigit() for c in letters) and _changes(letters) >= 3:
            return "is a run of base-32 characters"
    return ""


def keys_in(text: str, known: Collection[str] = ()) -> Iterator[tuple[int, str, str]]:
    """Strings with the form of a key in a text: where each begins, the string, and what gives it away.

    The one definition for what authors write and for what is read back from finished PDFs. Of web addresses only what
    follows the path counts, since the names of pages are often as long and as mixed. What is part of a `known` text,
    an address wrapped to several lines or a value that is meant, is none.
    """
    bare = [_bare(one) for one in known]
    for match in _TOKEN.finditer(_ADDRESS.sub(_values_alone, text)):
        bared = match.group().lstrip(_SIGNS)
        token = unquote(bared.rstrip(_SIGNS))
        why = form_of(token)
        if why and not any(_bare(token) in one for one in bare):
            yield match.end() - len(bared), token, why


def _values_alone(address: re.Match[str]) -> str:
    """An address, as long as it was, of which nothing is left but the values in its query and fragment."""
    path = re.match(r"[^?#]*", address.group())
    end = path.end() if path else 0
    return " " * end + re.sub(r"[?#&;=]", " ", address.group()[end:])


def _bare(text: str) -> str:
    return "".join(_RUN.findall(text))


def _is_hex(letters: str) -> bool:
    digits = sum(c.isdigit() for c in letters)
    if digits < 3 or digits == len(letters) or _changes(letters.casefold()) < 4:
        return False
    wrong = len(re.sub(r"[0-9a-fA-F]", "", letters))
    # The reader takes 0 for o and 1 for l; a long run may hold a few of these.
    return (len(letters) >= 16 and wrong == 0) or (len(letters) >= 24 and wrong <= len(letters) // 10)


def _is_mixed(text: str, least: int) -> bool:
    letters = re.sub(r"[^A-Za-z0-9]", "", text)
    count = len(letters)
    if count < least:
        return False
    digits = sum(c.isdigit() for c in letters)
    if digits >= 2 and count - digits >= 4:
        return _changes(letters) >= count * 0.25 and _entropy(letters) >= 3.0
    # Without digits only a alternating case tells a key from words the reader ran together.
    return count >= max(least, 20) and digits < count and _changes(letters) >= count * 0.36 and _entropy(letters) >= 3.5


def fits(kind: SecretKind, text: str) -> bool:
    """Whether a text may be the value for which a label of this kind asks."""
    if kind is SecretKind.ACCOUNT_NUMBER:
        return _is_account_number(text)
    if kind is SecretKind.PASSPHRASE:
        return _is_passphrase(text)
    if kind is SecretKind.PHONE_NUMBER:
        return bool(_LOCAL_PHONE.fullmatch(text.strip())) and not _DATE.match(text.strip())
    return is_value(text)


def is_value(text: str) -> bool:
    """Whether a string is key-like enough to be believed where a label asks for a key: shorter and less mixed."""
    bare = text.strip(".,;:()[]{}\"'“”‘’|<>")
    if form_of(bare):
        return True
    letters = re.sub(r"[^A-Za-z0-9]", "", bare)
    if len(letters) < 6 or NO_VALUE.match(bare) or _MASKED.search(bare) or _IP.match(bare) or _DATE.match(bare):
        return False
    if re.search(r"[^\w+/=.@#$%^&!?~-]", bare):
        return False
    digits = sum(c.isdigit() for c in letters)
    if digits and digits < len(letters):
        return _changes(letters) >= 3
    if digits == len(letters):
        return False
    alternating = _changes(letters) >= 0.3 * len(letters)
    return len(letters) >= 12 and (alternating or _is_unspeakable(letters))


def _is_unspeakable(letters: str) -> bool:
    """Whether letters follow each other as they do in no word."""
    pairs = [one + two for one, two in pairwise(letters.casefold())]
    return sum(pair in _RARE for pair in pairs) > 0.3 * len(pairs)


def _is_scattered(letters: str) -> bool:
    """Whether digits stand among small letters as in a key, and not behind a word."""
    digits = sum(c.isdigit() for c in letters)
    return digits >= 3 and len(letters) - digits >= 4 and _changes(letters) >= 6


def setup_keys(text: str) -> Iterator[re.Match[str]]:
    """Keys of authenticators, written in groups of four letters and digits."""
    for match in _SETUP_KEY.finditer(text):
        letters = re.sub(r"[^A-Za-z0-9]", "", match.group())
        if any(c.isdigit() for c in letters) or _is_unspeakable(letters):
            yield match


def _is_passphrase(text: str) -> bool:
    """Whether a string below "Passphrase" may be one: one word with more than letters in it."""
    bare = text.strip()
    if not 6 <= len(bare) <= 64 or " " in bare or _MASKED.search(bare) or _IP.match(bare) or _DATE.match(bare):
        return False
    return is_value(bare) or (any(c.isalpha() for c in bare) and any(c.isdigit() or c in "!@#$%^&_+=~" for c in bare))


def _is_account_number(text: str) -> bool:
    bare = text.strip(" .,;:()[]|")
    return (
        bool(_NUMBER_VALUE.match(bare)) and not _IP.match(bare) and not _DATE.match(bare) and not _MASKED.search(bare)
    )


def is_left_over(text: str, kind: SecretKind | None) -> bool:
    """Whether a text may be the first or last characters of a value, known to be of a kind or not."""
    bare = text.strip(".,;:()[]|")
    letters = re.sub(r"[^A-Za-z0-9]", "", bare)
    if "@" in bare or not letters or _MASKED.fullmatch(bare):
        return False
    if kind is SecretKind.ACCOUNT_NUMBER:
        return any(c.isdigit() for c in letters)
    if kind in KEYS:
        return len(letters) >= 2
    return len(letters) >= 5 and any(c.isdigit() for c in letters) and _changes(letters) >= 2 and is_value(bare)


def is_key_piece(text: str) -> bool:
    """Whether a piece may be part of a key: no word, no number, no date."""
    bare = text.strip(".,;:()[]|")
    letters = re.sub(r"[^A-Za-z0-9]", "", bare)
    if len(letters) < 3 or NO_VALUE.match(bare) or _IP.match(bare) or _DATE.match(bare) or _MASKED.search(bare):
        return False
    if not re.fullmatch(r"[A-Za-z0-9+/=_-]+", bare):
        return False
    digits = sum(c.isdigit() for c in letters)
    return 0 < digits < len(letters) and (
        _changes(letters) >= 2 or re.fullmatch(r"[0-9a-fA-F]{4,}", letters) is not None
    )


def is_spaced_key(text: str) -> bool:
    """Whether a line is a key into which the reader put spaces: mostly pieces of keys, key-like when joined."""
    parts = text.split()
    joined = "".join(parts)
    if len(parts) < 2 or not form_of(joined):
        return False
    in_pieces = sum(len(part) for part in parts if is_key_piece(part) or part.isdigit())
    return in_pieces >= 0.7 * len(joined) and any(is_key_piece(part) for part in parts)


def phone_numbers(text: str) -> Iterator[re.Match[str]]:
    """The international phone numbers in a text."""
    for match in _PHONE.finditer(text):
        number = match.group()
        digits = sum(c.isdigit() for c in number)
        if 8 <= digits <= 15 and not re.fullmatch(r"\+\s?\d+\.\d+", number) and not _DATE.match(number.lstrip("+ ")):
            yield match


def _changes(letters: str) -> int:
    """How often the class of character (digit, capital, small) changes from one to the next."""
    classes = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in letters]
    return sum(one != two for one, two in pairwise(classes))


def _entropy(text: str) -> float:
    """Bits per character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0
