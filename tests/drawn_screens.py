"""Screens drawn for the tests of marks, crops and ink: an exchange's page, a dialog, a menu, with a team's marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from builder.screenshots.model import Box, Word

GOLD = (229, 199, 62)


@dataclass(frozen=True)
class Theme:
    ground: tuple[int, int, int]
    panel: tuple[int, int, int]
    line: tuple[int, int, int]
    ink: tuple[int, int, int]
    button: tuple[int, int, int]


LIGHT = Theme((255, 255, 255), (255, 255, 255), (220, 220, 225), (25, 27, 34), (40, 90, 227))
DARK = Theme((12, 13, 17), (30, 33, 40), (60, 64, 72), (234, 236, 239), (252, 213, 53))


@dataclass
class Screen:
    """A picture, and the boxes of the words drawn on it as a reader of words would report them."""

    image: Image.Image
    words: list[Word] = field(default_factory=list)

    @classmethod
    def plain(cls, size: tuple[int, int] = (1920, 1080), ground: tuple[int, int, int] = (255, 255, 255)) -> Screen:
        return cls(Image.new("RGB", size, ground))

    @property
    def content(self) -> Box:
        return Box(0, 0, *self.image.size)

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def text(self, x: int, y: int, text: str, ink: tuple[int, int, int], size: int = 14) -> Box:
        font = ImageFont.load_default(size)
        self.draw.text((x, y), text, fill=ink, font=font)
        left, top, right, bottom = (round(edge) for edge in self.draw.textbbox((x, y), text, font=font))
        box = Box(left - 2, min(top, y + 2) - 2, right + 2, max(bottom, y + size) + 2)
        self.words.append(Word(text, box, 0.99))
        return box

    def button(self, box: Box, text: str, theme: Theme) -> Box:
        self.draw.rounded_rectangle(_corners(box), 4, fill=theme.button)
        ink = (255, 255, 255) if sum(theme.button) < 400 else (24, 26, 32)
        return self.text(box.left + 20, (box.top + box.bottom) // 2 - 9, text, ink)

    def field(self, box: Box, caption: str, theme: Theme, hint: str = "Please enter") -> tuple[Box, Box]:
        """A field with a caption above it; the boxes of caption and hint."""
        above = self.text(box.left, box.top - 24, caption, theme.ink)
        self.draw.rounded_rectangle(_corners(box), 4, outline=theme.line)
        return above, self.text(box.left + 10, (box.top + box.bottom) // 2 - 9, hint, theme.line)

    def panel(self, box: Box, theme: Theme) -> None:
        self.draw.rounded_rectangle(_corners(box), 8, fill=theme.panel, outline=theme.line)

    def dim(self) -> None:
        """Lay a dialog's backdrop over everything drawn so far."""
        self.image = Image.blend(self.image, Image.new("RGB", self.image.size), 0.55)

    def frame(self, box: Box, thickness: int = 2) -> Box:
        self.draw.rectangle(_corners(box), outline=GOLD, width=thickness)
        return box

    def bar(self, box: Box) -> Box:
        self.draw.rectangle(_corners(box), fill=GOLD)
        return box

    def arrow(self, tip: tuple[int, int], way: tuple[int, int], length: int = 70) -> Box:
        """An arrow with its tip at a point, pointing along `way` (one of the four directions)."""
        x, y = tip
        dx, dy = way
        self.draw.line([(x - dx * 12, y - dy * 12), (x - dx * length, y - dy * length)], fill=GOLD, width=5)
        base = (x - dx * 16, y - dy * 16)
        self.draw.polygon([tip, (base[0] + dy * 9, base[1] + dx * 9), (base[0] - dy * 9, base[1] - dx * 9)], fill=GOLD)
        end = (x - dx * length, y - dy * length)
        return Box(min(x, end[0]), min(y, end[1]), max(x, end[0]) + 1, max(y, end[1]) + 1).grown(2)


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right - 1, box.bottom - 1


def page(theme: Theme, *, dimmed: bool = False) -> Screen:
    """An exchange's page: menus above and at the left, a heading, a paragraph, a footer."""
    drawn = _page(theme, dimmed)
    return Screen(drawn.image.copy(), list(drawn.words))


@cache
def _page(theme: Theme, dimmed: bool) -> Screen:
    screen = Screen.plain(ground=theme.ground)
    for place, item in enumerate(["EXCHANGE", "Markets", "Trade", "Futures", "Earn", "Square"]):
        screen.text(24 + 110 * place, 20, item, theme.ink)
    for place, item in enumerate(
        ["Dashboard", "Assets", "Orders", "Account", "Security", "API Management", "Settings"]
    ):
        screen.text(24, 100 + 40 * place, item, theme.ink)
    screen.text(300, 90, "API Management", theme.ink, 30)
    for line in range(3):
        text = (
            "Each account can create up to thirty keys, and none of them is to be shown to anybody else at any time. "
            * 2
        )
        screen.text(300, 140 + 22 * line, text[:170], theme.ink, 13)
    for place in range(6):
        screen.text(300 + 200 * place, 960, "About Us", theme.ink)
        screen.text(300 + 200 * place, 990, "Announcements", theme.ink, 12)
    if dimmed:
        screen.dim()
    return screen


@dataclass(frozen=True)
class Dialog:
    """A dialog over a dimmed page: two framed fields, a framed button, arrows from outside."""

    screen: Screen
    box: Box
    title: Box
    frames: tuple[Box, ...]
    labels: tuple[Box, ...]
    parts: tuple[Box, ...]  # all words of the dialog


def dialog(theme: Theme) -> Dialog:
    screen = page(theme, dimmed=True)
    behind = len(screen.words)
    box = Box(760, 380, 1160, 700)
    screen.panel(box, theme)
    title = screen.text(784, 400, "Security Verification", theme.ink, 18)
    screen.text(1124, 400, "x", theme.ink, 18)
    one = screen.field(Box(790, 474, 1130, 510), "Mail code", theme)
    two = screen.field(Box(790, 554, 1130, 590), "Authenticator code", theme)
    three = screen.button(Box(790, 630, 1130, 666), "Confirm", theme)
    frames = (
        screen.frame(Box(784, 468, 1136, 516)),
        screen.frame(Box(784, 548, 1136, 596)),
        screen.frame(Box(784, 624, 1136, 672)),
    )
    screen.arrow((1142, 492), (-1, 0))
    screen.arrow((778, 648), (1, 0))
    parts = tuple(word.box for word in screen.words[behind:])
    return Dialog(screen, box, title, frames, (*one, *two, three), parts)
