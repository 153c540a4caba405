"""A screen on which specimens are drawn: theme, size of letters, language, and the places where a value can stand."""

from __future__ import annotations

import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from builder.screenshots.model import Box
from specimens import labels
from specimens import type as types

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Theme:
    name: str
    ground: Colour
    panel: Colour
    line: Colour
    ink: Colour
    dim: Colour
    button: Colour


THEMES = (
    Theme("light", (255, 255, 255), (255, 255, 255), (222, 224, 230), (24, 26, 32), (112, 118, 130), (40, 90, 227)),
    Theme("grey", (243, 245, 248), (255, 255, 255), (225, 228, 233), (38, 42, 51), (120, 126, 138), (14, 158, 110)),
    Theme("dark", (12, 14, 18), (28, 31, 38), (58, 63, 72), (234, 236, 239), (132, 142, 156), (252, 213, 53)),
    Theme("navy", (11, 20, 42), (18, 29, 58), (44, 58, 96), (226, 232, 246), (128, 142, 178), (53, 108, 255)),
    Theme("pale", (250, 250, 250), (255, 255, 255), (236, 236, 238), (98, 102, 110), (160, 164, 172), (120, 150, 240)),
)
SIZES = ((900, 560), (1000, 640), (1100, 700), (1280, 800), (1440, 900))


class Canvas:
    """A screen in the making. Everything is drawn alike whether the value is `shown` or not, but for the value."""

    def __init__(self, rng: random.Random, language: str, *, shown: bool, theme: Theme | None = None) -> None:
        self.rng = rng
        self.language = language
        self.shown = shown
        self.theme = theme or rng.choice(THEMES)
        self.image = Image.new("RGB", rng.choice(SIZES), self.theme.ground)
        self.px = rng.randrange(10, 19)
        self.label_face = rng.choice(types.faces(language))
        self.value_face = rng.choice(types.VALUE_FACES)
        self.boxes: list[Box] = []
        self._around()

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def _around(self) -> None:
        """Menus, a panel, a sentence and a button, as on every page."""
        theme, words = self.theme, labels.around(self.language)
        width, height = self.image.size
        font = types.face(*self.label_face, 14)
        for place, word in enumerate(words[:4]):
            types.write(self.draw, 30 + 130 * place, 16, word, font, theme.ink)
            types.write(self.draw, 24, 90 + 44 * place, word, font, theme.dim)
        self.panel = Box(190, 70, width - 40, height - 60)
        self.draw.rounded_rectangle((*self.panel[:2], *self.panel[2:]), 8, fill=theme.panel, outline=theme.line)
        types.write(
            self.draw, self.panel.left + 24, self.panel.top + 18, words[4], types.face(*self.label_face, 20), theme.ink
        )
        button = Box(self.panel.left + 24, self.panel.bottom - 52, self.panel.left + 244, self.panel.bottom - 16)
        self.draw.rounded_rectangle((*button[:2], *button[2:]), 5, fill=theme.button)
        on_button = (255, 255, 255) if sum(theme.button) < 440 else (20, 20, 24)
        types.write(self.draw, button.left + 16, button.top + 8, words[5], font, on_button)
        self.x, self.y = (
            self.panel.left + 28 + self.rng.randrange(0, 40),
            self.panel.top + 70 + self.rng.randrange(0, 60),
        )

    def font(self, px: int = 0) -> ImageFont.FreeTypeFont:
        return types.face(*self.label_face, px or self.px)

    def mono(self, px: int = 0) -> ImageFont.FreeTypeFont:
        """The typeface of the value."""
        return types.face(*self.value_face, px or self.px)

    def label(self, x: int, y: int, text: str, *, dim: bool = False) -> Box:
        return types.write(self.draw, x, y, text, self.font(), self.theme.dim if dim else self.theme.ink)

    def value(
        self, x: int, y: int, text: str, fill: Colour | None = None, *, font: ImageFont.FreeTypeFont | None = None
    ) -> Box:
        """Draw a value, or only take its place."""
        font = font or self.mono()
        left, top, right, bottom = self.draw.textbbox((x, y), text, font=font)
        box = Box(int(left), int(top), int(right) + 1, int(bottom) + 1)
        self.boxes.append(box)
        if self.shown:
            self.draw.text((x, y), text, font=font, fill=fill or self.theme.ink)
        return box

    def fitting(self, text: str, room: int) -> ImageFont.FreeTypeFont:
        """The value's typeface, smaller if the text would not fit; never below 10 px."""
        px = self.px
        while px > 10 and self.mono(px).getlength(text) > room:
            px -= 1
        return self.mono(px)

    def lines(self, text: str, room: int) -> list[str]:
        """A long value cut into lines that fit."""
        font = self.mono()
        count = max(1, len(text))
        while font.getlength(text[:count]) > room:
            count -= 1
        return [text[start : start + count] for start in range(0, len(text), count)]

    def place(self, label: str, value: str, layout: str) -> None:
        """A label and its value in one of the layouts."""
        getattr(self, f"_{layout}")(label, value)

    def _right(self, label: str, value: str) -> None:
        box = self.label(self.x, self.y, label, dim=self.rng.random() < 0.5)
        self._row(max(box.right + self.px, self.x + self.rng.choice((120, 180, 240))), value)

    def _colon(self, label: str, value: str) -> None:
        box = self.label(
            self.x, self.y, label + self.rng.choice((":", ": ", "：" if self.language[:2] == "zh" else ":"))
        )
        self._row(box.right + self.px // 2, value)

    def _row(self, x: int, value: str) -> None:
        for number, line in enumerate(self.lines(value, self.panel.right - 60 - x)):
            self.value(x, self.y + round(number * 1.5 * self.px), line)

    def _below(self, label: str, value: str) -> None:
        self.label(self.x, self.y, label, dim=self.rng.random() < 0.6)
        self.y += round(self.px * self.rng.uniform(1.4, 2.0))
        self._row(self.x, value)

    def _above(self, label: str, value: str) -> None:
        font = self.fitting(value, self.panel.right - 40 - self.x)
        self.value(self.x, self.y, value, font=font)
        self.label(self.x, self.y + round(self.px * 1.6), label, dim=True)

    def _field(self, label: str, value: str) -> None:
        self.label(self.x, self.y, label)
        top = self.y + round(self.px * 1.8)
        bottom = top + round(self.px * 2.6)
        right = self.panel.right - 40
        filled = self.rng.random() < 0.5
        fill = tuple((2 * one + two) // 3 for one, two in zip(self.theme.panel, self.theme.line, strict=True))
        self.draw.rounded_rectangle(
            (self.x, top, right, bottom),
            4,
            outline=self.theme.line,
            fill=fill if filled else None,  # type: ignore[arg-type]
        )
        font = self.fitting(value, right - self.x - 70)
        self.value(self.x + 12, top + round(self.px * 0.6), value, font=font)
        self.draw.rectangle((right - 26, top + self.px, right - 16, top + self.px + 10), outline=self.theme.dim)

    def _wrapped(self, label: str, value: str) -> None:
        self.label(self.x, self.y, label)
        count = -(-len(value) // self.rng.choice((2, 2, 3)))
        for number, start in enumerate(range(0, len(value), count)):
            self.value(
                self.x,
                self.y + round((1.7 + 1.45 * number) * self.px),
                value[start : start + count],
                font=self.fitting(value[:count], self.panel.right - self.x - 40),
            )

    def _sentence(self, label: str, value: str) -> None:
        before, after = self.rng.choice(
            (
                ("Your {} is ", ". Keep it safe."),
                ("The new {} ", " was created today."),
                ("Please use {} ", " to log in."),
            )
        )
        box = self.label(self.x, self.y, before.format(label))
        font = self.fitting(value, self.panel.right - 180 - box.right)
        value_box = self.value(box.right + self.px // 3, self.y, value, font=font)
        self.label(value_box.right + self.px // 4, self.y, after)

    def _spaced(self, label: str, value: str) -> None:
        self.label(self.x, self.y, label)
        gap = self.px * self.rng.uniform(0.35, 0.8)
        x: float = self.x
        y = self.y + round(1.8 * self.px)
        for letter in value:
            if x > self.panel.right - 60:
                x, y = self.x, y + round(1.7 * self.px)
            box = self.value(round(x), y, letter)
            x = box.right + gap

    def _faint(self, label: str, value: str) -> None:
        self.label(self.x, self.y, label)
        share = self.rng.uniform(0.07, 0.14)
        ground = self.theme.panel
        fill = tuple(round(g + (i - g) * share) for g, i in zip(ground, self.theme.ink, strict=True))
        font = self.fitting(value, self.panel.right - 40 - self.x)
        self.value(self.x, self.y + round(1.8 * self.px), value, fill, font=font)  # type: ignore[arg-type]

    def _vertical(self, label: str, value: str) -> None:
        self.label(self.x, self.y, label)
        y = self.y + round(1.6 * self.px)
        room = self.panel.bottom - 70 - y
        step = min(round(self.px * 1.15), max(room // len(value), 9))
        font = self.mono(min(self.px, max(step - 1, 9)))
        for letter in value:
            self.value(self.x + 4, y, letter, font=font)
            y += step

    def _turned_left(self, label: str, value: str) -> None:
        self._turned(label, value, Image.Transpose.ROTATE_90)

    def _turned_right(self, label: str, value: str) -> None:
        self._turned(label, value, Image.Transpose.ROTATE_270)

    def _upside_down(self, label: str, value: str) -> None:
        self._turned(label, value, Image.Transpose.ROTATE_180)

    def _turned(self, label: str, value: str, how: Image.Transpose) -> None:
        """The label upright or turned along, the value turned."""
        upright = how is Image.Transpose.ROTATE_180 or self.rng.random() < 0.5
        if upright:
            self.label(self.x, self.y, label)
        text = value if upright else f"{label}: {value}"
        room = (
            (self.panel.right - 60 - self.x)
            if how is Image.Transpose.ROTATE_180
            else self.panel.bottom - 60 - self.y - 40
        )
        font = self.fitting(value, room - (0 if upright else round(self.font().getlength(label)) + 30))
        sheet = Image.new("RGB", (max(round(font.getlength(value)) + 220, 60), round(self.px * 1.8)), self.theme.panel)
        draw = ImageDraw.Draw(sheet)
        x = 2.0
        if text is not value:
            draw.text((x, 2), f"{label}: ", font=self.font(), fill=self.theme.ink)
            x += self.font().getlength(f"{label}: ")
        if self.shown:
            draw.text((x, 2), value, font=font, fill=self.theme.ink)
        turned = sheet.crop((0, 0, round(x + font.getlength(value)) + 3, sheet.height)).transpose(how)
        self.image.paste(turned, (self.x + 2, self.y + round(1.7 * self.px)))
        self.boxes.append(
            Box(
                self.x + 2,
                self.y + round(1.7 * self.px),
                self.x + 2 + turned.width,
                self.y + round(1.7 * self.px) + turned.height,
            )
        )
