"""Numbers on a figure are those of its instructions, and stand there only when that is sure."""

from __future__ import annotations

import pytest
from samples import SAMPLE

from builder.guides.guide import Guide, parse_guide
from builder.pages.pointing import Instruction, instructions, named, numbers, overlay
from builder.screenshots.model import MarkKind, Picture, Pointer, View

STEPS = (
    Instruction(1, ("API Name",)),
    Instruction(2, ("Verification method", "HmacSHA256")),
    Instruction(3, ("IP Address (Required)", "Add")),
    Instruction(4, ()),
    Instruction(5, ("Confirm",)),
)


def picture(*means: tuple[str, ...], disc: tuple[int, int] | None = (20, 20)) -> Picture:
    """A picture with one frame for each target."""
    pointers = tuple(
        Pointer(MarkKind.FRAME, (40, 40 * n, 200, 40 * n + 30), n, words, disc) for n, words in enumerate(means)
    )
    return Picture((View("0" * 40 + ".png", 600, 400, 152, 126, 152, None, pointers),))


def test_number_n_stands_where_instruction_n_is_carried_out() -> None:
    shown = picture(("Please enter", "API Name"), ("HmacSHA256",), ("* IP Address (Required)",), ("Confirm",))
    assert numbers(shown, STEPS) == {0: "1", 1: "2", 2: "3–4", 3: "5"}
    assert named(shown, STEPS) == ("1 API Name", "2 HmacSHA256", "3–4 IP Address (Required)", "5 Confirm")


def test_a_reader_of_words_errs_in_a_letter() -> None:
    assert numbers(picture(("APl Name",), ("Conflrm",)), STEPS) == {0: "1", 1: "5"}


@pytest.mark.parametrize(
    "shown",
    [
        picture(("Confirm",)),  # one mark alone
        picture(("API Name",), ("Withdraw",)),  # a mark of which no instruction speaks
        picture(("API Name",), ()),  # a mark that means nothing we know of
        picture(("API Name",), ("Confirm",), disc=None),  # no place for a number
        Picture(missing="It could not be downloaded"),
    ],
)
def test_where_it_is_not_sure_there_are_no_numbers(shown: Picture) -> None:
    assert numbers(shown, STEPS) == {}
    assert named(shown, STEPS) == ()


def test_a_name_in_two_instructions_tells_nothing() -> None:
    steps = (Instruction(1, ("Email code", "Get Code")), Instruction(2, ("Phone code", "Get Code")))
    assert numbers(picture(("Get Code", "Email code"), ("Get Code", "Phone code")), steps) == {0: "1", 1: "2"}
    assert numbers(picture(("Get Code",), ("Phone code",)), steps) == {}


def test_lists_that_begin_anew_are_not_matched() -> None:
    steps = (Instruction(1, ("API Name",)), Instruction(1, ("Confirm",)))
    assert numbers(picture(("API Name",), ("Confirm",)), steps) == {}


def guide(text: str) -> Guide:
    made, _ = parse_guide(text, "example", "guides/example.md")
    assert made is not None
    return made


def test_a_figure_has_the_instructions_since_the_one_before_it() -> None:
    found = instructions(guide(SAMPLE))
    assert [each.number for each in found[1]] == [1, 2]
    assert [each.number for each in found[2]] == [3]
    assert found[2][0].names == ("Create key",)


def test_what_a_table_lists_belongs_to_the_instruction_before_it() -> None:
    text = SAMPLE.replace(
        "Set each permission as this table says.", "1. Under **Rights**, set each permission as this table says."
    ).replace(
        "Enter the IP addresses",
        "2. Click **Save**.\n\n![The form](https://pictures.example/main/example/form.png)\n\nEnter the IP addresses",
    )
    first, second = instructions(guide(text))[3]
    assert {"Rights", "Read", "Trade", "Withdraw"} <= set(first.names)
    assert second == Instruction(2, ("Save",))


def test_a_figure_before_its_instructions_has_those_that_follow() -> None:
    text = "# How to create a key on X\n\n## Step 1: Set\n\n" + (
        "![The form](https://pictures.example/main/example/form.png)\n\n1. Tick **Read**.\n2. Click **Save**.\n"
    )
    assert [each.number for each in instructions(guide(text))[1]] == [1, 2]


def test_the_drawing_lies_over_the_view_with_discs_on_top() -> None:
    shown = picture(("API Name",), ("Confirm",))
    (view,) = shown.views
    drawn = overlay(view, numbers(shown, STEPS))
    assert drawn is not None
    assert (drawn.left, drawn.width) == (pytest.approx(-12), pytest.approx(624))
    assert drawn.frames[0] == (40, 0, 200, 30)
    assert [disc[2] for disc in drawn.discs] == ["1", "5"]
    assert overlay(View("0" * 40 + ".png", 600, 400, 152, 126, 152), {}) is None
