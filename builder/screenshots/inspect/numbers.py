"""Numbers that give themselves away: cards, bank accounts, phones. Their check digits and plans come from libraries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.screenshots.model import SecretKind

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

Found = tuple[int, int, SecretKind, str]  # start, end, kind, why

_CARD = re.compile(r"(?<![\w.,])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\w%]|[.,]\d)")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}(?!\w)")
_SOCIAL = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
# Seven digits and more with signs between them, or a plus before them.
_PHONE_ISH = re.compile(r"(?<![\w.,/:-])(?:\+|\(|0|\d)[\d ()./–-]{6,22}\d(?![\w%]|[.,:]\d|-\d)")
# Countries whose users these interfaces have; a number must be valid, and written as people there write it.
_REGIONS = (
    "US",
    "CN",
    "KR",
    "GB",
    "DE",
    "FR",
    "JP",
    "RU",
    "UA",
    "TR",
    "VN",
    "ID",
    "TH",
    "ES",
    "BR",
    "PL",
    "IN",
    "HK",
    "TW",
    "AE",
)


def numbers_in(text: str) -> Iterator[Found]:
    """The cards, bank accounts, social security and phone numbers in a line of text."""
    from stdnum import iban, luhn

    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if 13 <= len(digits) <= 19 and len(set(digits)) > 3 and luhn.is_valid(digits):
            yield match.start(), match.end(), SecretKind.PAYMENT, "is a card's number, its check digit right"
    for match in _IBAN.finditer(text):
        if end := _iban_end(match.group(), iban):
            yield (
                match.start(),
                match.start() + end,
                SecretKind.PAYMENT,
                "is the number of a bank account, its check right",
            )
    for match in _SOCIAL.finditer(text):
        yield match.start(), match.end(), SecretKind.PERSONAL, "has the form of a social security number"
    yield from _phones(text)


def _iban_end(text: str, iban: object) -> int:
    """How many characters of a text are an IBAN: a word in capitals may follow it."""
    for end in range(len(text), 14, -1):
        if text[end - 1] != " " and iban.is_valid(text[:end]):  # type: ignore[attr-defined]
            return end
    return 0


def _phones(text: str) -> Iterator[Found]:
    for match in _PHONE_ISH.finditer(text):
        said = match.group()
        digits = sum(letter.isdigit() for letter in said)
        separated = re.search(r"\d[ ()–-]+\d", said) is not None
        if not 8 <= digits <= 15 or not (separated or said[0] in "+0") or _is_no_phone(said):
            continue
        if is_phone(said):
            yield match.start(), match.end(), SecretKind.PHONE_NUMBER, "is a phone number"


def _is_no_phone(said: str) -> bool:
    """Dates, addresses of machines, versions, amounts with spaces between thousands."""
    return bool(
        re.search(r"\.\s?\d\.", said)
        or re.match(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d", said)
        or re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", said)
        or re.fullmatch(r"\+?\d{1,3}(?: \d{3})+", said)
        or re.fullmatch(r"\d{4}(?:[ -]\d{4})+", said)
    )


def is_phone(said: str) -> bool:
    """Whether a text is a phone number somewhere: valid there, and grouped as it is written there."""
    import phonenumbers
    from phonenumbers import NumberParseException

    if said.startswith("00"):
        said = "+" + said[2:]
    for region in (None,) if said.startswith("+") else _REGIONS:
        try:
            number = phonenumbers.parse(said, region)
        except NumberParseException:
            continue
        if not phonenumbers.is_valid_number(number):
            continue
        if region is None or _is_written_so(said, number):
            return True
    return False


def _is_written_so(said: str, number: PhoneNumber) -> bool:
    """Whether digits are grouped as the country's own form groups them; a leading zero or eight may be left out."""
    import phonenumbers

    groups = re.findall(r"\d+", said)
    if len(groups) == 1:
        # Without any sign between digits only what begins as mobile numbers do, trunk zero and all.
        return said.startswith("0") and phonenumbers.number_type(number) in (1, 2)
    national = re.findall(r"\d+", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
    if groups == national or groups[-len(national) + 1 :] == national[1:]:
        return True
    # Groups may be joined or cut otherwise, if the last one has as many digits as there.
    mobile = phonenumbers.number_type(number) in (1, 2)
    return (mobile and len(groups) >= 3) or (len(groups) == 2 and len(groups[-1]) >= 4 and mobile and said[0] == "0")
