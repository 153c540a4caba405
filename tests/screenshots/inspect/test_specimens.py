"""How many made-up secrets are covered: on drawn screens of many shapes, judged on the pixels that would tell them."""

from __future__ import annotations

import pytest
from specimens import collection, innocent, measuring

# Kinds that go different ways through the inspection, some 2 s of work each; the whole takes a quarter of an hour.
SAMPLE = (4, 80, 132, 172, 246, 348, 464, 505, 556, 566)
INNOCENT = (1, 20)
STRICT = ("keys", "short keys", "shortened", "seed", "passphrases", "PINs", "tokens", "one-time", "codes", "smears")


def test_a_number_always_gives_the_same_specimen() -> None:
    one, same, other = collection.specimen(7), collection.specimen(7), collection.specimen(7, seed=2)
    assert one.image.tobytes() == same.image.tobytes() != other.image.tobytes()
    assert one.value == same.value != other.value


def test_every_specimen_has_pixels_that_tell_its_value() -> None:
    assert collection.COUNT >= 400 and innocent.COUNT >= 60
    for number in range(0, collection.COUNT, 12):
        specimen = collection.specimen(number)
        assert specimen.tells.any() and not specimen.tells.all(), number


def test_a_place_left_open_counts_as_missed() -> None:
    specimen = collection.specimen(SAMPLE[0])
    found, _ = measuring.looked_at(specimen.image)
    assert measuring.share_covered(specimen, found) == 1
    nothing = type(found)(found.sha256, found.size, found.content, found.words, found.marks, ())
    assert measuring.share_covered(specimen, nothing) == 0


@pytest.mark.parametrize("number", SAMPLE)
def test_a_specimen_of_each_kind_is_covered(number: int) -> None:
    outcome = measuring.of_specimen(number)
    assert outcome.covered, (outcome.group, round(outcome.share, 3), outcome.why)


@pytest.mark.parametrize("number", INNOCENT)
def test_an_innocent_screen_stays_as_it_is(number: int) -> None:
    outcome = measuring.of_innocent(number)
    assert outcome.covered, (outcome.group, outcome.why)


@pytest.mark.slow
def test_nearly_all_specimens_are_covered_and_nearly_no_innocent_screen() -> None:
    outcomes = [measuring.of_specimen(number) for number in range(collection.COUNT)]
    alarms = [outcome for number in range(innocent.COUNT) if not (outcome := measuring.of_innocent(number)).covered]
    strict = [one for one in outcomes if one.group.startswith(STRICT)]
    rest = [one for one in outcomes if not one.group.startswith(STRICT)]
    missed = [(one.number, one.group) for one in outcomes if not one.covered]
    assert sum(one.covered for one in strict) >= 0.95 * len(strict), missed
    assert sum(one.covered for one in rest) >= 0.92 * len(rest), missed
    assert len(alarms) <= 0.02 * innocent.COUNT, [(one.number, one.group, one.why) for one in alarms]
