"""Tell whether a text may be what a label asks for: its value, and no hint, button or sentence. Pure and light.

Keys are judged by `key_patterns`; here is the rest: words, names, dates, amounts, and what an interface says itself.
"""

from __future__ import annotations

import re
import unicodedata

from builder.screenshots.inspect.field_labels import folded, label_kind
from builder.screenshots.inspect.key_patterns import (
    NO_VALUE,
    fits,
    form_of,
    is_key_piece,
    is_spaced_key,
    is_value,
    setup_keys,
)
from builder.screenshots.model import SecretKind

# What hints, buttons and states are made of, in Latin scripts as folded words, in others as parts of a text.
_HINTS = """
    enter input please type choose select set setup change changed edit modify reset forgot forget show hide copy
    copied view manage enable enabled disable disabled bind bound unbind verify verified unverified required
    optional character characters letters digits digit least minimum maximum must only once confirm submit cancel
    save delete remove create created next back weak medium strong none never example sent send get receive resend
    expires expired keep share your you cannot use used using need sure settings management manager protection
    authentication verification security login details information type active inactive pending available support
    supported learn more click here refresh generate generated regenerate add withdraw deposit transfer trade
    trading permission permissions read reading write access restricted unrestricted note tips numbers symbols
    uppercase lowercase long between than up max min not set invalid incorrect wrong same different match
    introduce introduzca ingresa ingrese escribe cambiar caracteres olvidaste olvido mostrar copiar obligatorio
    opcional editar digite insira alterar esqueceu saisissez saisir entrez modifier caracteres oublie afficher
    copier obligatoire eingeben andern zeichen vergessen anzeigen kopieren bearbeiten geben wprowadz wpisz podaj
    zmien znakow pokaz kopiuj girin giriniz degistir karakter unuttum goster kopyala nhap thay doi ky tu quen hien
    sao chep masukkan ubah karakter lupa tampilkan saiin activer desactiver definir non defini nicht festgelegt
    ustaw gonder gui passkey passkeys
"""
_WHOLE = frozenset(folded(word) for word in _HINTS.split())
_HINT_WORDS = _WHOLE | {word[:-1] for word in _WHOLE if len(word) >= 6}  # the reader may miss the last letter
_FUNCTION_WORDS = """
    a an the is are was be and or with for to of in on at by from this that it if when will can may do
    does as el la los de del y o con para por un una le les des et ou avec pour un une der die das und
    oder mit fur zu von ein eine i w z na do dla ve ile icin bir va cho cua dan atau untuk dari
"""
_FUNCTION = frozenset(folded(word) for word in _FUNCTION_WORDS.split())
_SAID = _HINT_WORDS | _FUNCTION
_HINT_PARTS = re.compile(
    "请|請|输入|輸入|设置|設置|設定|修改|更改|变更|變更|忘记|忘記|绑定|綁定|未|已|复制|複製|查看|启用|啟用|验证邮|字符|字元|至少|选择|選擇|确认|確認|取消|"
    "入力|変更|してください|文字|表示|コピー|再設定|忘れ|必須|任意|有効|無効|入|管理|获取|獲取|发送|發送"
)
_MASKED = re.compile(r"[*•●·∙…⋅■█]{2,}|\.{3,}|[xX]{4,}|[○◦]{2,}")
_DATE = re.compile(
    r"\b\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\b\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}\b"
    r"|\b\d{1,2}\.? [A-Z]?[a-zà-ÿ]{2,9}\.? \d{4}\b|\b[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}\b"
    r"|\b(?:\d{1,2} ?)?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.? ?(?:\d{1,2}, ?)?\d{4}\b"
)
_AMOUNT = re.compile(r"[≈~$€£¥₽]?\s?\d[\d.,' ]*\d|\d")
_MAIL_ISH = re.compile(r"\S*\s?(?:@|\[at\]|\(at\)|©)\s?\S+(?:\s?\.\s?\w+)*", re.I)
_DOCUMENT = re.compile(r"(?=(?:[\W_]*\w){5})(?=(?:\D*\d){4})[A-Z0-9][A-Z0-9 ./-]{3,24}[A-Z0-9]\b", re.I)
_CARD_OR_BANK = re.compile(r"(?:[A-Z]{2}\d{2} ?)?(?=(?:\D*\d){3})[A-Z0-9](?:[A-Z0-9]|[ -](?=[A-Z0-9])){2,40}", re.I)
# Digits, in groups or not; letters and digits, in groups or not. What ends in a unit is how long a code is good for.
_ONE_TIME = re.compile(
    r"(?!\d+\s?(?:s|sec|secs|min|mins|h)\b)"
    r"(?:\d{3,5}(?:[ -]\d{3,5}){1,3}|\d{3,10}|(?=[A-Za-z-]*\d)[A-Za-z0-9]{4,10}(?:-[A-Za-z0-9]{3,10}){0,5})"
    r"(?![\w%]|[.,:/]\d)"
)
_REFERRAL = re.compile(r"(?=[A-Z]*\d|[A-Z]{5})[A-Z0-9_-]{4,16}\b")
_CASELESS_REFERRAL = re.compile(r"(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{4,16}\b")
_LONGEST_PHRASE = 8  # words of a passphrase, of a street address


def is_hint(text: str) -> bool:
    """Whether a text is an interface's own: a placeholder, a state, a button, a sentence, dots."""
    if _MASKED.search(text) or _HINT_PARTS.search(text):
        return True
    # The reader parts words: a letter alone is the end of one.
    pieces = [folded(word) for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1 or not word.isascii()]
    words = _rejoined(pieces)
    if not words:
        return False
    hints = sum(word in _HINT_WORDS for word in words)
    said = hints + sum(word in _FUNCTION for word in words)
    return (hints >= 1 and (len(words) <= 3 or said >= len(words) / 3)) or (said >= len(words) / 2 and len(words) > 2)


def _rejoined(pieces: list[str]) -> list[str]:
    """The words, those joined of which the reader made two: "yo ur"."""
    words: list[str] = []
    for piece in pieces:
        if words and words[-1] not in _SAID and words[-1] + piece in _SAID:
            words[-1] += piece
        else:
            words.append(piece)
    return words


def value_span(kind: SecretKind, text: str) -> tuple[int, int] | None:
    """The part of a text that may be the value for which a label of this kind, before or above it, asks."""
    start = len(text) - len(text.lstrip(" :：=|"))
    said = text[start:].rstrip()
    if not said:
        return None
    length = _length(kind, said)
    return (start, start + length) if length else None


def _length(kind: SecretKind, said: str) -> int:
    """How many characters of a text, from its first, are the value; 0 if it is none."""
    first = said.split()[0]
    if kind in (SecretKind.API_KEY, SecretKind.SECRET_KEY, SecretKind.TOKEN):
        return _length_of_key(kind, said, first)
    if kind is SecretKind.PASSPHRASE:
        if fits(kind, first) and not is_hint(said):
            return len(first) if len(said.split()) > _LONGEST_PHRASE or " " not in said else len(said)
        return len(said) if _may_be_phrase(said) else 0
    if kind is SecretKind.RECOVERY_PHRASE:
        words = said.split()
        return len(said) if len(words) >= 3 and not is_hint(said) and all(_is_word(word) for word in words) else 0
    if kind is SecretKind.ACCOUNT_NUMBER:
        return _length_of_number(said, first)
    if is_hint(said) and kind is not SecretKind.PHONE_NUMBER:
        return 0
    return _matched(kind, said)


def _matched(kind: SecretKind, said: str) -> int:
    if kind is SecretKind.PHONE_NUMBER:
        match = re.match(r"\+?[\d(](?:[\d\s().-]{5,20})\d(?!\w)", said)
        is_other = _DATE.match(said) or _MASKED.search(said) or re.match(r"(?:\d{1,3}\.){3}\d{1,3}(?!\d)", said)
        return match.end() if match and not is_other else 0
    if kind is SecretKind.MAIL_ADDRESS:
        pieces = said.split()
        if len(pieces) >= 5 and re.fullmatch(r"[\w.+-]+@[\w-]+(?:\.\w+)+", "".join(pieces)):
            return len(said)  # set letter by letter
        match = _MAIL_ISH.match(said)
        return match.end() if match and not re.search(r"[*•●·…].*@", match.group()) else 0
    if kind is SecretKind.PERSONAL:
        # A name, a street, a nickname: no form tells it, so only what is no sentence.
        if len(said.split()) <= _LONGEST_PHRASE and label_kind(said) is None and re.search(r"\w{2}", said):
            return len(said)
        if match := _DATE.match(said) or _DOCUMENT.match(said):
            return match.end()
        return 0
    if kind is SecretKind.PAYMENT and _is_bank(said.split()[0]):
        return len(said.split()[0])
    patterns = {
        SecretKind.PAYMENT: (_CARD_OR_BANK,),
        SecretKind.ONE_TIME_CODE: (_ONE_TIME,),
        SecretKind.REFERRAL_CODE: (_REFERRAL, _CASELESS_REFERRAL),
        SecretKind.BALANCE: (_AMOUNT,),
    }.get(kind, ())
    return next((len(said) if kind is SecretKind.BALANCE else m.end() for p in patterns if (m := p.match(said))), 0)


def _is_bank(word: str) -> bool:
    from stdnum import bic

    return word.isupper() and bool(bic.is_valid(word))


def _length_of_key(kind: SecretKind, said: str, first: str) -> int:
    pieces = said.split()
    apart = len(pieces) >= 5 and sum(map(len, pieces)) <= 2.2 * len(pieces) and is_value("".join(pieces))
    if apart or is_spaced_key(said) or any(match.span() == (0, len(said)) for match in setup_keys(said)):
        return len(said)
    if not (fits(kind, first) or (len(pieces) <= 3 and _is_short_key(first))):
        # The reader sees a space where two letters stand apart: what is left is a mixture that no word is.
        is_parted = len(pieces) <= 3 and any(re.search(r"(?=.*\d)[a-z0-9][A-Z]|\d[A-Za-z]+\d", one) for one in pieces)
        return len(said) if is_parted and _is_short_key("".join(pieces)) else 0
    end = len(first)
    for match in re.finditer(r"\s(\S+)", said[end:]):
        if not is_key_piece(match.group(1)):
            break
        end = len(first) + match.end()
    return end


def _is_short_key(text: str) -> bool:
    """Whether a word below "Key" may be one: it has digits among its letters, or nothing but many digits."""
    bare = text.strip(".,;:()[]{}\"'“”‘’|<>")
    if not re.fullmatch(r"[A-Za-z0-9+/=_.@#$%^&!?~*-]{5,}", bare) or _MASKED.search(bare) or _DATE.match(bare):
        return False
    digits = sum(letter.isdigit() for letter in bare)
    if NO_VALUE.match(bare) or re.fullmatch(
        r"v?[+-]?\d+(?:[.,]\d+)*(?:-[a-z]+(?:\.\d)?)?%?|\d+[-x/]\d+|[a-z]+-?\d", bare, re.I
    ):
        return digits >= 6 and bare.isdigit()
    return digits >= 1 and (digits < len(bare) or digits >= 6)


def _length_of_number(said: str, first: str) -> int:
    if match := re.match(r"\d(?:[\d ]|-(?=\d)){4,30}(?![\w.,:/%])", said + " "):
        return len(match.group().rstrip()) if not _DATE.match(said) else 0
    return len(first) if fits(SecretKind.ACCOUNT_NUMBER, first) or form_of(first) else 0


def _may_be_phrase(said: str) -> bool:
    """Whether a text may be a passphrase, a password or a PIN."""
    words = said.split()
    if len(words) > _LONGEST_PHRASE or len(said) < 4 or len(said) > 80 or is_hint(said) or _DATE.match(said):
        return False
    if label_kind(said) is not None or said.endswith((":", "?", "：", "？")):
        return False
    if re.fullmatch(r"\d{4,12}|\d[\d ]{2,10}\d", said):
        return True
    return all(_is_word(word) for word in words) or (len(words) == 1 and re.search(r"[A-Za-z]", said) is not None)


def _is_word(word: str) -> bool:
    return all(unicodedata.category(letter)[0] in "LM" or letter in "-_'’.,0123456789!#$%&*+?@" for letter in word)
