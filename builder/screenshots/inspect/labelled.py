"""Find the values that labels announce: in the same line, beside the label, below it, above it, down its column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from builder.screenshots.inspect.field_labels import label_at_end, label_kind
from builder.screenshots.inspect.finds import (
    Find,
    first_above,
    first_below,
    first_right_of,
    tokens,
    wrapped_under,
)
from builder.screenshots.inspect.key_patterns import KEYS, is_key_piece, is_value
from builder.screenshots.inspect.values import is_hint, value_span
from builder.screenshots.inspect.words import Line
from builder.screenshots.model import SecretKind

# Between a label and its value in a sentence.
_LINKS = frozenset(
    [
        "is",
        "are",
        "was",
        ":",
        "=",
        "-",
        "–",
        "—",
        "->",
        "→",
        "ist",
        "lautet",
        "est",
        "es",
        "é",
        "to",
        "为",
        "是",
        "為",
        "adalah",
        "jest",
        "là",
        "はつぎ",
        "は",
    ]
)
# Any words can be their value: a label and words in one line say so only with a sign or a gap between them.
_WORDY = (SecretKind.PASSPHRASE, SecretKind.PERSONAL, SecretKind.RECOVERY_PHRASE, SecretKind.BALANCE, SecretKind.UNREAD)
_DOUBTFUL = 0.93  # score of a line below which a secret may have been read as something else
_MISREAD = "something unreadable stands in its place"
_GAP = 0.7  # text heights: more than a space between words


def labelled_in_line(lines: Sequence[Line]) -> Iterator[Find]:
    """A label and its value in one line, with or without a colon between them."""
    for line in lines:
        pieces = tokens(line)
        for index in range(1, len(pieces)):
            kind = label_at_end([piece.text for piece in pieces[:index]])
            if kind is None:
                continue
            parted = pieces[index - 1].text.endswith((":", "：", "="))
            at = index
            while at < len(pieces) and pieces[at].text.casefold() in _LINKS:
                at, parted = at + 1, True
            if at == len(pieces):
                continue
            start = pieces[at].start
            parted = parted or pieces[at].box.left - pieces[at - 1].box.right > _GAP * line.word.box.height
            rest = line.word.text[start:]
            if parted and kind in _WORDY:
                # A street and its town are parted by a comma.
                ends = r"(?<=\w)[.。;]\s" if kind is SecretKind.PERSONAL else r"(?<=\w)[.。;，,]\s"
                rest = re.split(ends, rest, maxsplit=1)[0]
            span = value_span(kind, rest)
            if span is None and parted and _is_misread(kind, rest, line.word.score):
                yield Find(kind, line.part(start, len(line.word.text)), _MISREAD, rest)
            if span is None or not (parted or _stands_out(kind, rest[span[0] : span[1]])):
                continue
            box = line.part(start + span[0], start + span[1])
            yield Find(kind, box, "stands after its label", rest[span[0] : span[1]])


def _stands_out(kind: SecretKind, said: str) -> bool:
    """Whether a value can be told from the words of a sentence."""
    if kind is SecretKind.PERSONAL and re.fullmatch(r"[^\W\d_a-z][^\W\d_A-Z]+(?: [^\W\d_a-z][^\W\d_A-Z]+){1,3}", said):
        return True  # a person's name
    if kind in _WORDY:
        return re.fullmatch(r"\d{4,12}", said) is not None or (kind is SecretKind.PASSPHRASE and _is_mixed_word(said))
    return any(letter.isdigit() for letter in said) or is_value(said)


def _is_mixed_word(said: str) -> bool:
    """Whether a text is one word of letters and digits; a stroke through it may be read as a space."""
    mixed = any(re.search(r"\d", word) and re.search(r"[^\W\d_]", word) for word in said.split())
    return said.count(" ") <= 1 and len(said) >= 6 and mixed


def _is_misread(kind: SecretKind, said: str, score: float) -> bool:
    """Whether what stands right in the place of a secret can't be read well, as what was scribbled over can't."""
    if kind is SecretKind.PASSPHRASE and re.fullmatch(r"\w{1,2}", said):
        return True  # what a bar has left of it
    if kind not in (*KEYS, SecretKind.PASSPHRASE, SecretKind.ACCOUNT_NUMBER, SecretKind.ONE_TIME_CODE):
        return False
    is_own = is_hint(said) or label_kind(said) is not None
    # One sign again and again, and none of ours, is what the screen itself puts in place of a value.
    is_sign = len({*said}) < 2 or not re.search(r"[A-Za-z0-9]", said)
    return score < _DOUBTFUL and len(said) >= 3 and said.count(" ") <= 1 and not is_own and not is_sign


def labelled_nearby(lines: Sequence[Line]) -> Iterator[Find]:
    """A label in one line, its value in another: to its right, below it, or above it."""
    for label in lines:
        kind = label_kind(label.word.text)
        if kind is None:
            continue
        found = False
        places = (("beside", first_right_of(label, lines)), ("below", first_below(label, lines)))
        for place, line in places:
            if line is None or label_kind(line.word.text) is not None:
                continue
            if place == "below" and kind in _WORDY and (found or _is_list(label, line, lines)):
                continue
            if place == "below" and kind is SecretKind.PERSONAL and _goes_on_as_list(label, line, lines):
                continue
            if place == "beside" and kind is SecretKind.PERSONAL and _heads_a_column(label, line, lines):
                continue
            finds = list(_value_in(line, kind, f"stands {place} its label")) or list(_wrapped_number(line, lines, kind))
            yield from finds
            found = found or bool(finds)
            if place == "below" and finds:
                yield from _down_the_column(line, lines, kind)
        above = None if found else first_above(label, lines)
        if above is not None and label_kind(above.word.text) is None and kind not in _WORDY:
            yield from _value_in(above, kind, "stands above its label")


def _is_spaced(text: str) -> bool:
    """Whether a text is set letter by letter."""
    pieces = text.split()
    return len(pieces) >= 5 and sum(map(len, pieces)) <= 2.2 * len(pieces)


def _goes_on(line: Line, under: Line) -> bool:
    """Whether a key goes on in the line under it: with a piece of a key, or right under it with what is no word."""
    said, above = under.word.text.strip(), line.word.text.split()
    if _is_spaced(line.word.text):
        above, said = ["".join(above)], "".join(said.split())
    if not is_value(above[0]):
        return False
    if is_key_piece(said):
        return True
    close = under.word.box.top - line.word.box.bottom <= 0.3 * line.word.box.height
    is_word = said.isalpha() and (said.islower() or said.istitle() or said.isupper())
    is_word = is_word or is_hint(said) or label_kind(said) is not None
    return close and len(above) == 1 and said.isalnum() and said.isascii() and not is_word


def _wrapped_number(line: Line, lines: Sequence[Line], kind: SecretKind) -> Iterator[Find]:
    """A number in two lines, each too short to be one by itself."""
    under = wrapped_under(line, lines)
    if under is None or not (line.word.text.strip().isdigit() and under.word.text.strip().isdigit()):
        return
    joined = line.word.text.strip() + under.word.text.strip()
    if value_span(kind, joined) is not None:
        for one in (line, under):
            yield Find(kind, one.word.box, "is a number in two lines", joined)


def _value_in(line: Line, kind: SecretKind, why: str) -> Iterator[Find]:
    text, box = line.word.text, line.word.box
    span = value_span(kind, text)
    if span is not None:
        yield Find(kind, line.part(*span), why, text[span[0] : span[1]])
    elif _is_misread(kind, text, line.word.score):
        yield Find(kind, box, _MISREAD, text)
    elif kind in KEYS and box.height >= 2.5 * box.width and len(text) >= 4 and not is_hint(text):
        # No interface writes its words from top to bottom, and of those who do the reader misses letters.
        yield Find(kind, box, why, text)


def _is_list(label: Line, under: Line, lines: Sequence[Line]) -> bool:
    """Whether a label is one of several entries in a list, at even distances, and what is below it the next."""
    box = label.word.box
    pitch = under.word.box.top - box.top
    tops = [
        line.word.box.top
        for line in lines
        if abs(line.word.box.left - box.left) <= box.height // 2 and not is_hint_line(line)
    ]
    slack = max(2, pitch // 6)
    around = (box.top - pitch, box.top + 2 * pitch)
    return pitch > 1.6 * box.height and any(abs(top - place) <= slack for top in tops for place in around)


def _goes_on_as_list(label: Line, under: Line, lines: Sequence[Line]) -> bool:
    """Whether after what is below a label one more entry comes at the same distance that is no label, as in a menu."""
    box = label.word.box
    # Of the same word two looks give boxes of other heights about the same middle.
    first, second = box.top + box.bottom, under.word.box.top + under.word.box.bottom
    pitch = (second - first) / 2
    return any(
        abs((line.word.box.top + line.word.box.bottom - second) / 2 - pitch) <= max(2, pitch / 6)
        and abs(line.word.box.left - box.left) <= box.height // 2
        and label_kind(line.word.text) is None
        and not is_hint_line(line)
        for line in lines
    )


def _heads_a_column(label: Line, beside: Line, lines: Sequence[Line]) -> bool:
    """Whether a label is the head of a column, what is beside it the next one's, and what is below it a row."""
    third, below = first_right_of(beside, lines), first_below(label, lines)
    if third is None or below is None or is_hint_line(third):
        return False
    return all(label_kind(line.word.text) is None for line in (third, below)) and first_below(beside, lines) is not None


def is_hint_line(line: Line) -> bool:
    return is_hint(line.word.text)


def _down_the_column(line: Line, lines: Sequence[Line], kind: SecretKind) -> Iterator[Find]:
    """What follows below a value: the rest of it where it was wrapped, or the next rows of a table."""
    under = wrapped_under(line, lines)
    if kind in KEYS and under is not None and _goes_on(line, under):
        yield Find(kind, under.word.box, "goes on from the line above", under.word.text)
    if kind in _WORDY and kind is not SecretKind.RECOVERY_PHRASE:
        return
    while True:  # each is below the last
        following = first_below(line, lines)
        if following is None or label_kind(following.word.text) is not None:
            return
        finds = list(_value_in(following, kind, "stands in its label's column"))
        if not finds or not (
            kind in KEYS or kind is SecretKind.RECOVERY_PHRASE or any(map(str.isdigit, finds[0].value))
        ):
            return
        yield from finds
        line = following
