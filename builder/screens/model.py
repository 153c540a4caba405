"""A drawn screen as plain values: what stands on it, in which state, and what is to be acted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


def picture_name(address: str) -> str:
    """The name by which a picture's address and its drawn screen are known: the last part, as a person reads it."""
    return unquote(urlsplit(address).path).rsplit("/", 1)[-1]


Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """One thing on a screen. `kind` is one of `controls.KINDS`, which tells what fields play a part in it.

    `act` is the number of the instruction that tells the reader to do something here, 0 where the step has only one,
    -1 where another step tells it, None where nothing is to be done. `on` is ticked, chosen or switched on.
    """

    kind: str
    line: int
    label: str = ""
    act: int | None = None
    on: bool = False
    greyed: bool = False
    main: bool = False
    required: bool = False
    wide: bool = False
    small: bool = False
    copy: bool = False
    opens: bool = False
    example: bool = False
    value: str = ""
    hint: str = ""
    note: str = ""
    counter: str = ""
    title: str = ""
    tag: str = ""
    icon: str = ""
    button: str = ""
    button_act: int | None = None
    tone: str = ""
    align: str = ""
    count: int = 1
    chosen: str = ""
    empty: str = ""
    names: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    widths: tuple[int, ...] = ()
    holds: tuple[Control, ...] = ()
    columns: tuple[tuple[Control, ...], ...] = ()

    def walk(self) -> Iterator[Control]:
        """This control and all that it holds, as they are read."""
        yield self
        for control in (*self.holds, *(each for column in self.columns for each in column)):
            yield from control.walk()


@dataclass(frozen=True, slots=True)
class Dialog:
    """A window in front of the page; what lies behind it is veiled."""

    title: str
    line: int
    close: bool
    holds: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What one figure shows. `picture` is the last part of the figure's address, by which the two are known."""

    picture: str
    file: str
    line: int
    frame: str
    address: str
    cut: tuple[str, ...]
    width_mm: float
    brand: str
    header: tuple[Control, ...]
    sidebar: tuple[Control, ...]
    page: tuple[Control, ...]
    behind: str
    dialog: Dialog | None

    def walk(self) -> Iterator[Control]:
        """All controls, as they are read: header, sidebar, page, dialog."""
        inner = self.dialog.holds if self.dialog else ()
        for control in (*self.header, *self.sidebar, *self.page, *inner):
            yield from control.walk()
