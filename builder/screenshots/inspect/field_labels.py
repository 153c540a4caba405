"""The words that announce a value: which kind of value a label beside or above it promises. Pure and light."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from builder.screenshots.inspect.label_words import LABELS, VARIANTS
from builder.screenshots.model import SecretKind

_LOOKALIKES = str.maketrans({other: group[0] for group in VARIANTS.split() for other in group[1:]}) | str.maketrans(
    {"l": "i", "1": "i", "0": "o", "ı": "i", "ł": "i", "đ": "d", "ø": "o", "ß": "s", "|": "i"}
)


def folded(text: str) -> str:
    """Letters only, without accents, those the reader confuses made one, so that "APl Key:" is "API Key"."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    # Of signs above and below letters the reader keeps some; voicing marks of kana and vowels of Thai are letters.
    bare = "".join(letter for letter in plain if letter.isalnum() or unicodedata.category(letter) == "Mc")
    return bare.translate(_LOOKALIKES)


# What heads columns of public numbers, or stands before one: orders, transactions, amounts, versions.
_PUBLIC = re.compile(
    r"(?:order|trade|transaction|ticket|invoice|receipt|request|withdrawal|deposit|orden|pedido|ordre|auftrags?|zlecenia|"
    r"siparis|emir|lenh|pesanan|transaktions?|reference|article|contract)[ -]?"
    r"(?:ids?|nos?|nr|num(?:ber|mer|ero)?s?|#|hash(?:es)?|address)(?![a-z])|"
    r"\btx ?[il|]d|\btx ?hash|\btxn?\b|\bhash\b|volume|\bamounts?\b|\bquantity\b|\bqty\b|market cap|\bsupply\b|"
    r"\bblocks?\b|\bversion|\bbuild\b|checksum|sha-?256|\bcommits?\b|timestamp|订单|訂單|委托|委託|成交|注文|取引|区块|區塊|哈希|交易(?:id|号|哈希|hash)|数量|成交量",
    re.I,
)


_KIND_OF = {
    folded(said): kind
    for kind, labels in LABELS.items()
    for label in labels.split(";")
    for said in (label, label.replace("ł", "t"))  # the reader takes it for the one or the other
    if said.strip()
}
_LONGEST_LABEL = 6  # words


_WORTH_GUESSING = 8  # letters from which a label is known with one letter misread


def kind_named(name: str) -> SecretKind | None:
    """The kind of value that has this name, whatever its case, spaces, accents and signs."""
    plain = folded(name)
    return _KIND_OF.get(plain) or (_nearly_named(plain) if _WORTH_GUESSING <= len(plain) <= 40 else None)


@lru_cache(maxsize=4096)
def _nearly_named(plain: str) -> SecretKind | None:
    """The kind whose label differs in one letter: another one, one less or one more."""
    for label, kind in _KIND_OF.items():
        if abs(len(label) - len(plain)) > 1 or len(label) < _WORTH_GUESSING:
            continue
        same = next(
            (n for n, (a, b) in enumerate(zip(label, plain, strict=False)) if a != b), min(len(label), len(plain))
        )
        if (
            label[same + 1 :] == plain[same + 1 :]
            or label[same:] == plain[same + 1 :]
            or label[same + 1 :] == plain[same:]
        ):
            return kind
    return None


def label_kind(text: str) -> SecretKind | None:
    """The kind of value a line promises when it is a label and nothing else, or ends as one with a colon."""
    text = unicodedata.normalize("NFKC", text).strip()
    whole = kind_named(text)
    if whole is not None:
        return whole
    words = re.sub(r"\([^)]*\)", " ", text).replace("*", " ").strip()
    ends_with_colon = words.endswith((":", "="))
    parts = words.split()
    # An icon beside a label is read as one odd character.
    for trimmed in (parts, parts[:-1], parts[1:]) if len(parts) > 1 else (parts,):
        dropped = [part for part in parts if part not in trimmed]
        if all(len(part) <= 1 for part in dropped) and (kind := kind_named(" ".join(trimmed))):
            return kind
    if kind := _kind_of_all(words.rstrip(":=")):
        return kind
    return label_at_end(parts) if ends_with_colon else None


def _kind_of_all(text: str) -> SecretKind | None:
    """The kind that the first of several labels in one names, as in "IBAN / Account number"."""
    kinds = [kind_named(part) for part in re.split(r"[/&·|]|或|\bor\b", text)]
    return kinds[0] if len(kinds) > 1 and all(kinds) else None


def label_at_end(words: Sequence[str]) -> SecretKind | None:
    """The kind of value that the last of some words promise, as many of them as make a label."""
    for count in range(min(_LONGEST_LABEL, len(words)), 0, -1):
        label = " ".join(words[-count:])
        if kind := kind_named(label) or _kind_of_all(label):
            # The ID of an order is nobody's own.
            is_public = kind is SecretKind.ACCOUNT_NUMBER and names_public(" ".join(words[-count - 1 :]))
            return None if is_public else kind
    return None


def names_public(text: str) -> bool:
    """Whether a text names numbers that are not one person's: of orders, transactions, blocks, versions."""
    return _PUBLIC.search(text) is not None
