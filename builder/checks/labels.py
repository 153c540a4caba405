"""Words against pixels: whether a screenshot shows what its instructions name, and whether its caption is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from builder.checks.caption_match import Fits, telling
from builder.checks.finding import Finding
from builder.checks.ocr_text import Sight
from builder.checks.pictures import at_address, at_caption, step_name
from builder.checks.reading import Passage, Role, View, sentences

_ACT = re.compile(
    r"\b(?:click|select|choose|pick|tick|press|tap|hit|enter|type|paste|fill in|add|navigate|enable|turn on|switch on|"
    r"toggle)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:never|not|avoid|instead of|do no)\b|n['’]t\b|\boff\b", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s*[>→›]\s*")
_EDGES = " \t\"'“”‘’.,:;!?«»"
_EMPHASIS = frozenset({"not", "no", "only", "never", "always", "all", "must", "important", "note", "warning", "do not"})
_MAX_WORDS = 9  # a label is short; longer bold text is emphasis


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the exchange's screen that the reader is told to act on, with the picture that should show it."""

    name: str
    line: int
    shot: int  # position in the guide's shots
    anywhere: bool  # any picture of the same step will do


@dataclass(frozen=True, slots=True)
class Tally:
    """What was looked at. `confirmed` labels were read on their screenshot; of `likely` ones only the single words.

    `unseen` labels belong to pictures on which nothing was read yet.
    """

    guides: int = 0
    pictures: int = 0
    labels: int = 0
    confirmed: int = 0
    likely: int = 0
    missing: int = 0
    unseen: int = 0

    def plus(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in Tally.__dataclass_fields__))

    def __str__(self) -> str:
        text = f"{self.guides} guides, {self.pictures} pictures; {self.confirmed} of {self.labels} labels confirmed"
        extra = ((self.likely, "likely"), (self.missing, "missing"), (self.unseen, "on pictures that were not read"))
        return ", ".join([text, *(f"{count} {name}" for count, name in extra if count)])


def labels_of(view: View) -> list[Label]:
    """The labels that a guide tells the reader to act on and that a picture of their step should show."""
    found: dict[tuple[str, int], Label] = {}
    for passage in view.passages:
        shots = [index for index, shot in enumerate(view.shots) if shot.part == passage.part]
        if not shots or passage.role in {Role.TITLE, Role.SUBHEADING, Role.CELL}:
            continue
        # The picture that follows belongs to an instruction; after the last one, the last.
        own = next((index for index in shots if view.shots[index].order > passage.order), shots[-1])
        for name in _named(passage):
            anywhere = passage.role is Role.CALLOUT
            found.setdefault((name.casefold(), own), Label(name, passage.line, own, anywhere))
    for setting in view.settings:
        shots = [index for index, shot in enumerate(view.shots) if shot.part == setting.part]
        own = next((index for index in shots if view.shots[index].order > setting.order), shots[-1] if shots else -1)
        if setting.on and own >= 0:
            found.setdefault((setting.name.casefold(), own), Label(setting.name, setting.line, own, False))
    return list(found.values())


def _named(passage: Passage) -> Iterator[str]:
    for sentence in sentences(passage.spans):
        if _ACT.search(sentence.text) and not _NOT.search(sentence.text):
            for bold in sentence.names:
                for name in _SEPARATORS.split(bold):
                    bare = name.strip(_EDGES)
                    if is_label(bare):
                        yield bare


def is_label(name: str) -> bool:
    """Whether bold words can stand on a screen: not 'profile icon', which describes, nor NOT, which stresses."""
    begins_small = name[:1].islower() and (" " in name or name.islower())
    is_empty = not any(letter.isalnum() for letter in name)
    return not (is_empty or begins_small or name.casefold() in _EMPHASIS or len(name.split()) > _MAX_WORDS)


def findings(view: View, fits: Fits, sights: Mapping[str, Sight]) -> tuple[list[Finding], Tally]:
    """What the pictures say about the text, and how many labels were looked for."""
    seen = _seen(view, sights)
    labels = labels_of(view)
    states = [(label, _state(view, label, seen)) for label in labels]
    missing = [label for label, state in states if state == "missing"]
    swapped = list(_swapped(view, states, seen))
    told = {index for pair in swapped for index in pair}
    found = [_swap(view, one, other) for one, other in swapped]
    found += [_missing(view, label, seen) for label in missing if label.shot not in told]
    found += _captions(view, fits, {index: sight for index, sight in seen.items() if index not in told})
    counts = {state: sum(other == state for _, other in states) for state in ("confirmed", "likely", "unseen")}
    tally = Tally(1, len(view.shots), len(labels), missing=len(missing), **counts)
    return found, tally


def _seen(view: View, sights: Mapping[str, Sight]) -> dict[int, Sight]:
    """What was read on each picture of a guide that was looked at, by its position."""
    return {index: sights[s.figure.address] for index, s in enumerate(view.shots) if s.figure.address in sights}


def _state(view: View, label: Label, seen: Mapping[int, Sight]) -> str:
    part = view.shots[label.shot].part
    places = [index for index, shot in enumerate(view.shots) if shot.part == part] if label.anywhere else [label.shot]
    if not all(index in seen for index in places):
        return "unseen"
    if any(seen[index].shows(label.name) for index in places):
        return "confirmed"
    if any(sight.reads(label.name) for index, sight in seen.items() if index not in places):
        return "missing"
    return "likely" if any(seen[index].hints_at(label.name) for index in places) else "missing"


def _missing(view: View, label: Label, seen: Mapping[int, Sight]) -> Finding:
    own = view.shots[label.shot].figure
    other = next((index for index, sight in seen.items() if index != label.shot and sight.reads(label.name)), None)
    message = f"'{label.name}' is not on the picture of this instruction (line {own.line})"
    hint = ""
    if other is not None:
        line = view.shots[other].figure.line
        message += f"; the one on line {line} shows it"
        hint = "Look at both pictures: put the instruction before the one that shows the label, or exchange them."
    return Finding(*view.find(label.name, label.line), "W01", message, hint)


def _swapped(view: View, states: Sequence[tuple[Label, str]], seen: Mapping[int, Sight]) -> Iterator[tuple[int, int]]:
    """Pairs of pictures of which each shows all labels of the other's instructions, and not all of its own."""
    names: dict[int, list[str]] = {}
    for label, _ in states:
        if not label.anywhere:
            names.setdefault(label.shot, []).append(label.name)
    failing = sorted({label.shot for label, state in states if state == "missing" and not label.anywhere})
    for position, one in enumerate(failing):
        for other in failing[position + 1 :]:
            if all(seen[other].shows(name) for name in names[one]) and all(
                seen[one].shows(name) for name in names[other]
            ):
                yield one, other


def _swap(view: View, one: int, other: int) -> Finding:
    first, second = view.shots[one], view.shots[other]
    message = (
        f"this picture shows the labels of {step_name(view, second.part)}, and the one on line {second.figure.line} "
        f"those of {step_name(view, first.part)}"
    )
    return at_address(view, first, "W02", message)


def exchanged_captions(view: View, fits: Fits, sights: Mapping[str, Sight]) -> list[tuple[int, int]]:
    """Pairs of pictures whose captions each name what the other picture shows and its own does not.

    The text must bear it out: words alone, of which screens are full, prove too little.
    """
    seen = _seen(view, sights)
    return _exchanged(view, fits, {index: _foreign(view, index, seen) for index in seen})


def _exchanged(view: View, fits: Fits, foreign: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    shots = view.shots
    return [
        (one, other)
        for one, other in combinations(sorted(foreign), 2)
        if other in foreign[one]
        and one in foreign[other]
        and fits.exchanged(shots[one].figure.alt, shots[one].part, shots[other].figure.alt, shots[other].part)
    ]


def _captions(view: View, fits: Fits, seen: Mapping[int, Sight]) -> Iterator[Finding]:
    foreign = {index: _foreign(view, index, seen) for index in seen}
    pairs = _exchanged(view, fits, foreign)
    for one, other in pairs:
        first, second = view.shots[one], view.shots[other]
        message = (
            f"the captions '{first.figure.alt}' and '{second.figure.alt}' (line {second.figure.line}) are exchanged: "
            "each names what the other picture shows"
        )
        yield at_caption(view, first, "W04", message)
    told = {index for pair in pairs for index in pair}
    for index, others in foreign.items():
        if others and index not in told:
            shot = view.shots[index]
            line = view.shots[others[0]].figure.line
            message = f"the caption '{shot.figure.alt}' names what the picture on line {line} shows, not this one"
            yield at_caption(view, shot, "W03", message)


def _foreign(view: View, index: int, seen: Mapping[int, Sight]) -> list[int]:
    """The pictures that show a caption's names while its own picture shows less than half of them."""
    own = seen[index]
    counts = {name: sum(sight.names_with(name) for sight in seen.values()) for name in _names_in(view, index)}
    # What stands on most pictures, on this one too, says nothing for or against it.
    known = [name for name, count in counts.items() if count and not (2 * count > len(seen) and own.has(name))]
    if 2 * sum(own.has(name) for name in known) >= len(known):
        return []
    others = [
        other for other, sight in seen.items() if other != index and all(sight.names_with(name) for name in known)
    ]
    phrase = " ".join(_names_in(view, index))
    return [other for other in others if seen[other].reads(phrase)] or others


def _names_in(view: View, index: int) -> list[str]:
    """The words of a caption that can stand on the screen: those with a capital, but for the one at the beginning."""
    exchange = view.guide.exchange
    words = [word.strip(_EDGES + "()+") for word in view.shots[index].figure.alt.split()]
    words = [word for word in words if word]
    capitals = [word for word in words if word[0].isupper()]
    is_title = len(capitals) * 2 > len(words)
    own = {part.casefold() for part in exchange.split()} | {exchange.casefold()}
    candidates = capitals if is_title else [word for word in words[1:] if word[0].isupper()]
    return [word for word in candidates if word.casefold() not in own and telling(word)]
