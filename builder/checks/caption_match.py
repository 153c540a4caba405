"""Which step of a guide a caption fits best, by the words that tell its steps apart.

Words count by their inverse document frequency (Spärck Jones, 1972), the steps being the documents.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.checks.reading import Role, View
from builder.checks.vocabulary import COMMON

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ations", "ation", "ions", "ings", "ion", "ing", "ed", "es", "s", "e")
_SCREENS = {"account", "form", "list", "menu", "page", "sidebar", "window"}
"""Kinds of screens, which tell no step from another."""
_MIN_STEM = 4
_CLEARLY = 0.45
"""How much better, of 1, a caption must fit another step before anybody is told."""

_SOMEWHAT = 0.2  # the same where two captions bear each other out
# "You should now see …" speaks of the next step's screen.
_OUTLOOK = re.compile(r"you (?:should|will|can) (?:now )?see\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fits:
    """The words of each part of a guide, as stems, and how much each word tells (0: it stands everywhere)."""

    parts: tuple[frozenset[str], ...]
    steps: tuple[int, ...]
    weights: dict[str, float]
    led_to: dict[int, frozenset[str]]  # the words of the click that leads to each part
    own: frozenset[str]  # the exchange's name, which captions have and steps need not

    def score(self, words: Sequence[str], part: int) -> float:
        """How well some words fit a part: 0 not at all, 1 as well as any part could."""
        words = [word for word in words if word not in self.own]
        known = sum(self.weights.get(word, 0.0) for word in words)
        said = sum(self.weights.get(word, 0.0) for word in words if word in self.parts[part])
        return said / known if known else 0.0

    def better(self, caption: str, part: int) -> int | None:
        """The step that a caption fits clearly better than its own."""
        words = telling(caption)
        if part not in self.steps or not words:
            return None
        words = [word for word in words if word not in self.led_to.get(part, ())]
        own = self.score(words, part)
        best = max(self.steps, key=lambda step: (self.score(words, step), -abs(step - part)))
        return best if best != part and self.score(words, best) - own >= _CLEARLY else None

    def exchanged(self, one: str, one_part: int, other: str, other_part: int) -> bool:
        """Whether each of two captions fits the other's step better than its own."""
        first, second = telling(one), telling(other)
        gains = (
            self.score(first, other_part) - self.score(first, one_part),
            self.score(second, one_part) - self.score(second, other_part),
        )
        return min(gains) >= _SOMEWHAT and sum(gains) >= _CLEARLY


def fits(view: View) -> Fits:
    """What tells the steps of a guide apart."""
    words: list[set[str]] = [set() for _ in view.parts]
    for passage in view.passages:
        looks_on = _OUTLOOK.match(passage.text) is not None and passage.part + 1 < len(words)
        words[passage.part + looks_on].update(telling(passage.text))
    steps = tuple(index for index, part in enumerate(view.parts) if part.number is not None)
    counts = Counter(word for step in steps for word in words[step])
    weights = {word: math.log(len(steps) / count) for word, count in counts.items()}
    return Fits(tuple(map(frozenset, words)), steps, weights, _led_to(view), frozenset(telling(view.guide.exchange)))


def _led_to(view: View) -> dict[int, frozenset[str]]:
    """The words of the instruction that leads to each part: the one before the last picture of the part before.

    Nothing leads on from a part without a picture.
    """
    last = {shot.part: shot.figure.line for shot in view.shots}
    found: dict[int, frozenset[str]] = {}
    for passage in view.in_steps():
        if passage.role in {Role.ITEM, Role.TEXT} and passage.line < last.get(passage.part, 0):
            found[passage.part + 1] = frozenset(telling(passage.text))
    return found


def telling(text: str) -> list[str]:
    """The stems of the words that may tell one step from another, each once."""
    return list(dict.fromkeys(_stems(text)))


def _stems(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        if word not in COMMON and word not in _SCREENS:
            yield _stem(word)


def _stem(word: str) -> str:
    """A word less its ending: 'creating', 'created' and 'creation' are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            return word.removesuffix(ending)
    return word
