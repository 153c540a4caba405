"""Everything on a picture that must be covered: what is read, looked at again or only seen is judged here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from builder.screenshots.inspect import smears, strokes
from builder.screenshots.inspect.codes import find_codes
from builder.screenshots.inspect.extent import Pixels, clear_runs, full_extent, ink_touching, is_blank, unread_ink
from builder.screenshots.inspect.finds import Find, same_row
from builder.screenshots.inspect.key_patterns import is_value
from builder.screenshots.inspect.record import Rules
from builder.screenshots.inspect.secrets import (
    Question,
    find_secrets,
    kind_of_place,
    labelled_bars,
    merged,
    open_questions,
)
from builder.screenshots.inspect.unread import beside_unread, is_foreign, word_boxes
from builder.screenshots.inspect.words import (
    CERTAIN,
    Line,
    Reading,
    columns,
    read,
    read_closer,
    read_faint,
    read_pieces,
    without_repeats,
    without_spaces,
)
from builder.screenshots.model import Box, Mark, MarkKind, Secret, SecretKind

# What is looked at once more, per picture. What is beyond is covered.
_MAX_QUESTIONS = 32  # real screens ask six at most; 16 cost about half a look at the whole picture
_MAX_FAINT = 60
_BEYOND_DOUBT, _DOUBTED = 0.95, 0.7  # scores of the same word in two looks
_SURE_OF_HAN = 0.88
_NOT_LOOKED_AT = "is one of more places than are looked at"
_SCRIBBLED = "was scribbled over, and shows between the strokes"
_STARS = re.compile(r"[*•●·∙⋅]{6,}")  # what a screen itself puts in a value's place
_MIN_SIDE = 16  # px: on less nothing is written
_MAX_PIECES = 180  # words of lines in an unknown script that are read one by one


def everything_on(
    image: Image.Image, marks: Sequence[Mark], rules: Rules
) -> tuple[tuple[Line, ...], tuple[Secret, ...]]:
    """The lines of all looks at a picture, and what must be covered on it, in boxes that reach over all the ink."""
    pixels = np.asarray(image).astype(np.int16)
    grey = smears.grey_of(pixels)
    codes = find_codes(image)
    reading = read(image)
    rectangles = smears.bars(pixels) if min(image.size) >= _MIN_SIDE else []
    bars = [*marks, *(Mark(MarkKind.BAR, box) for box in smears.short_bars(pixels, rectangles, reading.lines))]

    def judged(all_lines: Sequence[Line]) -> tuple[Secret, ...]:
        return find_secrets(
            (*all_lines, *_closed_up(all_lines, pixels), *columns(all_lines)),
            codes,
            bars,
            image.size,
            allowed_hosts=rules.allowed_hosts,
            official_domains=rules.official_domains,
            left_open=rules.left_open,
        )

    lines = reading.lines
    off = smears.off_ground(grey) if min(image.size) >= _MIN_SIDE else grey
    faint = smears.faint_places(off, lines) if min(image.size) >= _MIN_SIDE else []
    if faint:
        lines += read_faint(image, faint[:_MAX_FAINT])
    secrets = judged(lines)
    sure = [line.word.box for line in lines if line.word.score >= _BEYOND_DOUBT]
    questions = [one for one in open_questions(lines, secrets, image.size) if not _is_read(pixels, one.region, sure)]
    regions = _different(question.region for question in questions)
    if regions:
        lines += read_closer(image, regions[:_MAX_QUESTIONS])
        secrets = judged(lines)
    frame = Box(0, 0, *image.size)
    beyond = [*faint[_MAX_FAINT:], *_inked(pixels, questions, regions[_MAX_QUESTIONS:])]
    secrets += tuple(Secret(SecretKind.UNREAD, box.within(frame), _NOT_LOOKED_AT) for box in beyond)
    secrets += _leaking_bars(pixels, lines, marks, secrets)
    secrets += _unnamed(image, pixels, reading, lines, secrets)
    covered = tuple(_fitted(secret, pixels, lines, marks) for secret in secrets)
    foreign = is_foreign(_undoubted(lines), reading.unread)
    covered += _smears(pixels, grey, off, rectangles, lines, marks, covered, foreign=foreign)
    return lines, covered + _unreadable(pixels, lines, open_questions(lines, covered, image.size), covered)


def _is_read(pixels: Pixels, region: Box, sure: Sequence[Box]) -> bool:
    """Whether nothing stands in a region but words that were read beyond doubt: there is no reason to look again."""
    part = pixels[region.top : region.bottom, region.left : region.right].copy()
    for box in (one.grown(1).within(region).moved(-region.left, -region.top) for one in sure if one.meets(region)):
        part[box.top : box.bottom, box.left : box.right] = np.median(part.reshape(-1, 3), axis=0)
    return is_blank(part, Box(0, 0, region.width, region.height))


def _inked(pixels: Pixels, questions: Sequence[Question], regions: Sequence[Box]) -> list[Box]:
    """What stands first in regions that questions are about, read or not."""
    found = [unread_ink(pixels, one.region, one.height) for one in questions if one.region in regions]
    return [box for box in found if box is not None]


def _closed_up(lines: Iterable[Line], pixels: Pixels) -> list[Line]:
    """Lines into whose keys the reader put spaces, without these."""
    spaced = (line for line in lines if " " in line.word.text and any(map(str.isdigit, line.word.text)))
    closed = [line for one in spaced if (line := without_spaces(one, clear_runs(pixels, one.word.box))) is not None]
    read = {token for line in lines for token in line.word.text.split()}
    return [line for line in closed if any(_is_key(one) for one in line.word.text.split() if one not in read)]


def _is_key(token: str) -> bool:
    parts = re.split(r"[=/?&#:]", token)  # of an address, too
    return "@" not in token and any(any(map(str.isdigit, part)) and is_value(part) for part in parts)


def codes_on(image: Image.Image, rules: Rules) -> tuple[Secret, ...]:
    """The codes on a picture that must be covered."""
    codes = find_codes(image)
    return find_secrets((), codes, (), image.size, allowed_hosts=rules.allowed_hosts)


def _unnamed(
    image: Image.Image, pixels: Pixels, reading: Reading, lines: Sequence[Line], secrets: Sequence[Secret]
) -> tuple[Secret, ...]:
    """What may be a value beside words that can't be read, as they are of a script the reader does not know."""
    frame = Box(0, 0, *image.size)
    unread = [box for box in reading.unread if not strokes.is_bright(pixels, box.within(frame))]
    places = _different(box for box in unread if box.width > 3 * box.height)
    pieces = [piece for box in places for piece in word_boxes(pixels, box)]
    doubtful = [line.word.box for line in without_repeats(tuple(lines)) if _is_doubtful(line)]
    words = read_pieces(image, pieces[:_MAX_PIECES])
    finds = [
        *beside_unread(_undoubted(lines), unread, words, doubtful),
        *(Find(SecretKind.UNREAD, piece, _NOT_LOOKED_AT) for piece in pieces[_MAX_PIECES:]),
    ]
    new = [find for find in finds if not any(2 * find.box.within(s.box).area > find.box.area for s in secrets)]
    return tuple(find.sealed() for find in merged(new))


def _different(boxes: Iterable[Box]) -> list[Box]:
    """The boxes less those that are another one but for a few pixels: two looks see the same place."""
    kept: list[Box] = []
    for box in boxes:
        if not any(box.within(one).area > 0.75 * max(box.area, one.area) for one in kept):
            kept.append(box)
    return kept


def _is_doubtful(line: Line) -> bool:
    """Whether a line in Chinese or Japanese may be a label that the reader misread; one such letter is an icon."""
    return line.word.score < _SURE_OF_HAN and sum(letter >= "\u3040" for letter in line.word.text) >= 2


def _undoubted(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Every line once, less words that one look was not sure of and another one barely read: of another script."""
    return tuple(
        line
        for line in without_repeats(tuple(lines))
        if line.word.score >= _BEYOND_DOUBT
        or any(letter.isdigit() or letter == "@" for letter in line.word.text)
        or not any(
            other.word.score < _DOUBTED and 2 * other.word.box.within(line.word.box).area > line.word.box.area
            for other in lines
        )
    )


def _smears(
    pixels: Pixels,
    grey: smears.Plane,
    off: smears.Plane,
    rectangles: Sequence[Box],
    lines: Sequence[Line],
    marks: Sequence[Mark],
    secrets: Sequence[Secret],
    *,
    foreign: bool,
) -> tuple[Secret, ...]:
    """What somebody tried in vain to make unreadable."""
    if min(grey.shape) < _MIN_SIDE:
        return ()
    frame = Box(0, 0, pixels.shape[1], pixels.shape[0])
    drawn = [mark.box for mark in marks if mark.kind is not MarkKind.BAR]
    rectangles = [box for box in rectangles if not any(box.meets(mark) for mark in drawn)]
    found = [
        *((box, "was laid out in blocks, which can be undone") for box in smears.mosaics(grey)),
        *(
            (box, "was blurred, which can be undone")
            for box in smears.blurred(grey, lines)
            if not strokes.is_bright(pixels, box.within(frame))
        ),
        *((box, "shows through or beyond the bar that covers it") for box in smears.leaking(pixels, rectangles, lines)),
        *((box, "shows under the stroke through it") for box in strokes.strokes(pixels) if not _is_drawn(box, marks)),
        *((box, _SCRIBBLED) for box in strokes.scribbled(pixels, lines)),
        *((box, _SCRIBBLED) for box in strokes.tied(pixels, off, lines, foreign=foreign) if not _is_drawn(box, marks)),
        *(
            (box, "shows beside the bar that covers it")
            for box in smears.left_beside(pixels, rectangles, lines, [mark.box for mark in marks])
        ),
    ]
    known = [secret.box for secret in secrets]
    found = [(_with_doubtful(box, lines) if why == _SCRIBBLED else box, why) for box, why in found]
    finds = [Find(kind_of_place(box, lines) or SecretKind.UNREAD, box.within(frame), why) for box, why in found]
    new = [find.sealed() for find in merged(finds) if not any(box.contains(find.box) for box in known)]
    # Of what was scribbled over, letters may stand beside the strokes.
    return tuple(_fitted(secret, pixels, lines, marks) if secret.why == _SCRIBBLED else secret for secret in new)


def _with_doubtful(box: Box, lines: Iterable[Line]) -> Box:
    """A scribble with the words that it makes doubtful: their first letters may stand clear of it."""
    doubtful = (line.word.box for line in lines if line.word.score < CERTAIN and same_row(line.word.box, box))
    return Box.around([box, *(word for word in doubtful if 2 * word.within(box).area > min(word.area, box.area))])


def _is_drawn(box: Box, marks: Iterable[Mark]) -> bool:
    """Whether a stroke is one of the team's own marks: a frame is as large as it, an arrow anywhere near."""
    return any(
        box.meets(mark.box)
        if mark.kind is MarkKind.ARROW
        else box.within(mark.box).area > 0.6 * max(box.area, mark.box.area)
        for mark in marks
    )


def _leaking_bars(
    pixels: Pixels, lines: Sequence[Line], marks: Sequence[Mark], secrets: Sequence[Secret]
) -> tuple[Secret, ...]:
    """Bars over labelled values at whose ends the rim of a character sticks out, too little of it to be read."""
    return tuple(
        Secret(kind, bar, "a character shows at the end of the bar that covers it")
        for bar, kind in labelled_bars(lines, marks)
        if not any(secret.box.meets(bar) for secret in secrets) and ink_touching(pixels, bar)
    )


def _unreadable(
    pixels: Pixels, lines: Sequence[Line], questions: Iterable[Question], secrets: Sequence[Secret]
) -> tuple[Secret, ...]:
    """Smeared values: ink that nobody can read, where a label says what it was."""
    found: list[Secret] = []
    for question in questions:
        region = _up_to_next_word(question.region, lines)
        box = unread_ink(pixels, region, question.height)
        if box is None or any(secret.box.meets(box) for secret in (*secrets, *found)):
            continue
        there = [line.word for line in lines if 2 * line.word.box.within(box).area > box.area]
        if any(word.score >= CERTAIN or _STARS.search(word.text) for word in there):
            continue
        # It may go on beyond where it was looked for.
        others = [line.word.box for line in lines if line.word.score >= CERTAIN and not line.word.box.meets(box)]
        whole = full_extent(pixels, box, others).union(box.grown(4))
        found.append(Secret(question.kind, whole, "something unreadable stands after its label"))
    return tuple(found)


def _up_to_next_word(region: Box, lines: Iterable[Line]) -> Box:
    """The part of a region before the first word in it that was read for certain."""
    starts = [
        line.word.box.left
        for line in lines
        if line.word.box.left >= region.left
        and line.word.score >= CERTAIN
        and len(line.word.text) > 2
        and line.word.box.meets(region)
    ]
    return Box(region.left, region.top, min([region.right, *starts]), region.bottom)


def _fitted(secret: Secret, pixels: Pixels, lines: Sequence[Line], marks: Sequence[Mark]) -> Secret:
    """The secret with its box grown to the ink; codes come with their whole box."""
    if secret.kind is SecretKind.CODE:
        return secret
    bars = [mark.box for mark in marks if mark.kind is MarkKind.BAR and mark.box.meets(secret.box)]
    barriers = [*_other_words(secret.box, lines), *_drawings(secret.box, marks)]
    if secret.box.height >= 2.5 * secret.box.width:  # it goes on above and below
        lying = full_extent(pixels.transpose(1, 0, 2), _laid(secret.box), [*map(_laid, barriers)], [*map(_laid, bars)])
        box = _laid(lying)
    else:
        box = full_extent(pixels, secret.box, barriers, bars)
    return Secret(secret.kind, box, secret.why, secret.fingerprint)


def _laid(box: Box) -> Box:
    """The box on a picture of which rows and columns are exchanged."""
    return Box(box.top, box.left, box.bottom, box.right)


def _other_words(box: Box, lines: Iterable[Line]) -> list[Box]:
    """The boxes of lines that have no part in a secret, and what precedes or follows it in its own line."""
    others: list[Box] = []
    for line in lines:
        word = line.word.box
        if not word.meets(box):
            # Odd characters may be what is left of the value's own last letter.
            if len(line.word.text) > 2:
                others.append(word)
            continue
        # The places of characters within a line are good to about a third of its height.
        slack = max(2, word.height // 3)
        before = Box(word.left, word.top, box.left - slack, word.bottom)
        after = Box(box.right + slack, word.top, word.right, word.bottom)
        others += [rest for rest in (before, after) if rest.width > word.height / 2]
    return others


def _drawings(box: Box, marks: Iterable[Mark]) -> list[Box]:
    """Marks as barriers; a frame is its four lines, since it stands around the value."""
    line = 3  # px
    drawn: list[Box] = []
    for mark in marks:
        left, top, right, bottom = mark.box
        if mark.kind is MarkKind.FRAME:
            drawn += [
                Box(left, top, right, top + line),
                Box(left, bottom - line, right, bottom),
                Box(left, top, left + line, bottom),
                Box(right - line, top, right, bottom),
            ]
        elif not mark.box.meets(box):
            drawn.append(mark.box)
    return drawn
