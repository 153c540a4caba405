"""What a rule says: where in a guide, which rule, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One breach of a rule in one guide; lines and columns count from 1, 0 means the whole file.

    `hint` stands in for the rule's own where more can be said; `file` where the place is not in the guide.
    """

    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    file: str = ""
