"""Lists of words by which rules go."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS = _words(
    """
    accept acknowledge activate add adjust agree allow apply approve ask assign attach authorise authorize back
    begin bind book bookmark bring browse cancel change check choose clear click close come compare complete
    configure confirm connect consult contact continue copy count create deactivate decide define delete deselect
    disable disconnect dismiss do double-click download drag drop edit enable end enter expand export fill filter
    find finish follow generate get give go grant hide highlight hold hover ignore import install invite join keep
    label launch leave let limit link list load locate lock log look make mark minimise minimize move name navigate
    note observe obtain open paste pick place point prepare press print proceed protect provide put re-enter read
    receive record refresh register reload remember remove rename reopen repeat replace request reset restart
    restrict return review revoke save scan scroll search secure see select send separate set share show sign skip
    specify start stay stop store submit swipe switch take tap test tick toggle transfer turn type uncheck
    understand unlock untick update upload use validate verify view visit wait watch write
    """
)
"""What a step may begin with."""

OPENERS = _words(
    """
    above after always as at before below beside by finally first for from if in inside never next now on once
    optionally second then third to under until when while with within
    """
)
"""What may stand before the verb: place before action, condition before command."""

COMMON = _words(
    """
    a an and any are arrow arrows as at be below beside between box boxed boxes button by can caption circle click
    copy cover covered display displayed displays do empty entry example field fields figure filled for form frame
    from go highlighted how icon icons image in into is it its key left list marked menu message my new not of on
    one open opened or out over page panel picture point pointing points right row run runs screen screenshot
    section setting settings show showing shown shows sidebar step tab that the their them there these this tick
    ticked to top two typed under up use value values view where which window with without you your
    """
)
"""Small words, and what captions say of any picture; they tell no step from another."""
