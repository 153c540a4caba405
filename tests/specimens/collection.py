"""All specimens, by number: each number always gives the same screen."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from builder.screenshots.model import Box
from specimens import codes, labels, smears, values
from specimens.canvas import THEMES, Canvas

Recipe = Callable[[Canvas], str]  # draws the value and tells it


@dataclass(frozen=True, slots=True)
class Specimen:
    """A screen with one secret: `tells` is 1 where a pixel depends on the value; `group` is its row in the table."""

    name: str
    group: str
    image: Image.Image
    value: str
    boxes: tuple[Box, ...]
    tells: NDArray[np.bool_]


_TOLD = 0.25  # of the strongest difference: what differs less is the rim of a letter or of a blur


def _made(name: str, group: str, language: str, recipe: Recipe, theme: str = "") -> Specimen:
    pictures, said, boxes = [], "", ()
    for shown in (True, False):
        rng = random.Random(name)
        wanted = next((one for one in THEMES if one.name == theme), None)
        canvas = Canvas(rng, language, shown=shown, theme=wanted)
        told = recipe(canvas)
        if shown:
            said, boxes = told, tuple(canvas.boxes)
        pictures.append(canvas.image)
    one, two = (np.asarray(picture).astype(np.int16) for picture in pictures)
    differs = np.abs(one - two).max(axis=2)
    return Specimen(name, group, pictures[0], said, boxes, differs > max(2, _TOLD * int(differs.max())))


def _pick(rng: random.Random, language: str, kind: str) -> str:
    return rng.choice(labels.wordings(language, kind))


def _labelled(kind: str, value: Callable[[random.Random], str], layouts: str) -> Recipe:
    def draw(canvas: Canvas) -> str:
        said = value(canvas.rng)
        canvas.place(_pick(canvas.rng, canvas.language, kind), said, canvas.rng.choice(layouts.split()))
        return said

    return draw


def _alone(value: Callable[[random.Random], str], layout: str = "row") -> Recipe:
    """A value without a label, in a line or cut into lines."""

    def draw(canvas: Canvas) -> str:
        said = value(canvas.rng)
        canvas._row(canvas.x, said)
        return said

    return draw


LATIN_READ = ("en", "zh-Hans", "zh-Hant", "ja", "tr", "vi", "id", "es", "pt", "fr", "de", "pl")
_USUAL = "right colon below field"
_MANY = "right colon below field above wrapped"


def _seed_words(canvas: Canvas) -> str:
    rng = canvas.rng
    language = rng.choice(("english",) * 5 + ("spanish", "french", "portuguese", "italian", "chinese_simplified"))
    words = values.seed(rng, language)
    if language.startswith("chinese"):
        canvas.value_face = ("justmytype_intl_cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf")
    else:
        canvas.value_face = rng.choice(
            (("fontpkg_inter", "Inter[opsz,wght].ttf"), ("font_roboto", "files/Roboto-Regular.ttf"))
        )
    shape, x, y, px = rng.randrange(4), canvas.x, canvas.y, canvas.px
    if rng.random() < 0.6:
        canvas.label(x, y - 4, _pick(rng, "en", "seed"))
    y += round(1.8 * px)
    if shape == 0:  # numbered, in a grid
        across = rng.choice((2, 3, 4))
        for place, word in enumerate(words):
            left, top = x + place % across * 9 * px, y + place // across * round(2.2 * px)
            if top + 2 * px > canvas.panel.bottom - 60:
                break
            canvas.label(left, top, f"{place + 1}.", dim=True)
            canvas.value(left + 2 * px, top, word)
    elif shape == 1:  # in a grid without numbers
        for place, word in enumerate(words[:12]):
            canvas.value(x + place % 3 * 8 * px, y + place // 3 * round(2.1 * px), word)
    else:  # in lines
        line: list[str] = []
        for word in [*words, ""]:
            room = canvas.panel.right - 50 - x
            if not word or canvas.mono().getlength(" ".join([*line, word])) > room:
                canvas.value(x, y, " ".join(line))
                y, line = y + round(1.6 * px), []
            line.append(word)
    return " ".join(words)


def _token(canvas: Canvas) -> str:
    rng = canvas.rng
    shape = rng.randrange(4)
    if shape < 2:
        said = values.totp(rng)
        if shape:
            canvas.label(
                canvas.x, canvas.y, rng.choice(("Setup key", "Authenticator key", "Manual entry", "2FA backup key"))
            )
        canvas._row(canvas.x, said) if not shape else canvas.value(
            canvas.x, canvas.y + 2 * canvas.px, said, font=canvas.fitting(said, canvas.panel.right - canvas.x - 30)
        )
        return said
    said = values.of(rng, values.ALPHANUMERIC, rng.choice((8, 12, 16, 24)))
    before = rng.choice(
        (
            "https://exchange.example/reset?token=",
            "https://app.exchange.example/login?session=",
            "exchange.example/callback?code=",
            "wss://stream.exchange.example/ws?listenKey=",
            "https://hooks.exchange.example/notify/",
            "https://api.exchange.example/v5/me?api_key=",
        )
    )
    font = canvas.fitting(before + said, canvas.panel.right - canvas.x - 30)
    canvas.draw.text((canvas.x, canvas.y), before, font=font, fill=canvas.theme.ink)
    canvas.value(canvas.x + round(font.getlength(before)), canvas.y, said, font=font)
    return said


def _account_without_label(canvas: Canvas) -> str:
    said = values.account(canvas.rng, canvas.rng.choice((0, 1, 1, 3, 3, 4, 4)))
    name = canvas.rng.choice(("", "", "trader_one", "Main account", "VIP 0"))
    box = canvas.label(canvas.x, canvas.y, name) if name else None
    if box and canvas.rng.random() < 0.5:
        canvas.value(box.right + canvas.px, canvas.y, said)
    else:
        canvas.value(canvas.x, canvas.y + 2 * canvas.px, said)
    return said


def _mail_in_pieces(canvas: Canvas) -> str:
    said = values.mail(canvas.rng)
    shape = canvas.rng.randrange(4)
    if shape == 0:  # wrapped
        cut = canvas.rng.randrange(4, len(said) - 3)
        canvas.value(canvas.x, canvas.y, said[:cut])
        canvas.value(canvas.x, canvas.y + round(1.5 * canvas.px), said[cut:])
    elif shape == 1:
        canvas.value(canvas.x, canvas.y, said.replace("@", " @ ").replace(".", " . "))
    elif shape == 2:
        canvas.place(_pick(canvas.rng, canvas.language, "mail"), said, "spaced")
    else:
        canvas.value(canvas.x, canvas.y, said.replace("@", " [at] "))
    return said


def _money(canvas: Canvas) -> str:
    rng = canvas.rng
    shape = rng.randrange(10)
    layout = rng.choice(_USUAL.split())
    if shape < 4:
        label, said = values.document(rng, rng.randrange(7))
    elif shape < 6:
        said = values.card(rng)
        label = rng.choice(("Card number", "Bank card", ""))
    elif shape < 8:
        said = values.iban(rng)
        label = rng.choice(("IBAN", "Bank account", ""))
    elif shape == 8:
        said = values.of(rng, "0123456789", 6)
        label = rng.choice(("Verification code", "Your code", "One-time code", "OTP"))
    else:
        said = values.of(rng, values.ALPHANUMERIC.upper(), 8)
        label = rng.choice(("Referral code", "Referral ID", "Invitation code"))
    if label:
        canvas.place(label, said, layout)
    else:
        canvas.value(canvas.x, canvas.y, said, font=canvas.fitting(said, canvas.panel.right - canvas.x - 30))
    return said


def _balance(canvas: Canvas) -> str:
    unit = canvas.rng.choice(("USDT", "USD", "BTC", "EUR"))
    said = f"{canvas.rng.randrange(1000, 99999):,}.{canvas.rng.randrange(10, 99)} {unit}"
    canvas.place(
        canvas.rng.choice(("Total balance", "Estimated Balance", "Available balance")),
        said,
        canvas.rng.choice(("right", "below")),
    )
    return said


_BY_LANGUAGE: dict[str, Callable[[random.Random], str]] = {
    "api": values.short_key,
    "secret": values.short_key,
    "passphrase": lambda rng: values.passphrase(rng, rng.choice((0, 3, 4, 5))),
    "pin": values.pin,
    "token": values.short_key,
    "account": lambda rng: values.account(rng, rng.choice((0, 2, 5))),
    "phone": lambda rng: values.of(rng, "23456789", 9),
    "document": lambda rng: rng.choice("ABCX") + values.of(rng, "0123456789", 8),
    "name": values.name,
    "code": lambda rng: values.of(rng, "0123456789", 6),
}


def _smeared(smear: Callable[[Image.Image, Box, random.Random], None], labelled: bool) -> Recipe:
    def draw(canvas: Canvas) -> str:
        rng = canvas.rng
        kind = rng.choice(("api", "secret", "account", "passphrase"))
        said = {"account": values.account, "passphrase": values.short_key}.get(kind, values.key)(rng)
        x, y = canvas.x, canvas.y
        if labelled:
            box = canvas.label(x, y, _pick(rng, canvas.language, kind) + rng.choice(("", ":")))
            if rng.random() < 0.5:
                x = box.right + canvas.px
            else:
                y += round(1.8 * canvas.px)
        room = canvas.panel.right - 30 - x
        said = (
            said[: max(8, int(len(said) * room / canvas.mono().getlength(said)) - 1)]
            if canvas.mono().getlength(said) > room
            else said
        )
        left, top, right, bottom = canvas.draw.textbbox((x, y), said, font=canvas.mono())
        box = canvas.value(x, y, said)
        smear(canvas.image, Box(int(left), int(top), int(right) + 1, int(bottom) + 1), rng)
        return said

    return draw


def _coded(treatment: str) -> Recipe:
    def draw(canvas: Canvas) -> str:
        codes.draw(canvas, treatment)
        return "a code"

    return draw


def _told(value: Callable[[random.Random, int], tuple[str, str]], form: int) -> Recipe:
    """A value that comes with its label."""

    def draw(canvas: Canvas) -> str:
        label, said = value(canvas.rng, form)
        if not said.isascii():
            canvas.value_face = ("justmytype_intl_cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf")
        canvas.place(label, said, canvas.rng.choice(_USUAL.split()))
        return said

    return draw


def _in_address(form: int) -> Recipe:
    def draw(canvas: Canvas) -> str:
        before, said = values.address(canvas.rng, form)
        font = canvas.fitting(before + said, canvas.panel.right - canvas.x - 30)
        canvas.draw.text((canvas.x, canvas.y), before, font=font, fill=canvas.theme.ink)
        canvas.value(canvas.x + round(font.getlength(before)), canvas.y, said, font=font)
        return said

    return draw


def _recipes() -> Iterator[tuple[str, str, Recipe, str]]:
    """Group, language, recipe and theme of every specimen."""
    readable = LATIN_READ
    for number in range(36):
        kind = ("api", "secret", "token")[number % 3]
        yield "labelled keys", readable[number % len(readable)], _labelled(kind, values.key, _MANY), ""
    for number in range(40):
        yield "keys without a label", "en", _alone(lambda rng, number=number: values.bare_key(rng, number)), ""  # type: ignore[misc]
    for number in range(24):
        kind = ("api", "secret", "token")[number % 3]
        yield "short keys", readable[number % len(readable)], _labelled(kind, values.short_key, _USUAL), ""
    for _ in range(28):
        yield "seed words", "en", _seed_words, ""
    for number in range(32):
        language = ("en", "en", "de", "zh-Hans", "es")[number % 5]
        yield (
            "passphrases",
            language,
            _labelled("passphrase", lambda rng, n=number: values.passphrase(rng, n), _USUAL),
            "",
        )  # type: ignore[misc]
    for number in range(12):
        yield "PINs", ("en", "en", "de", "fr")[number % 4], _labelled("pin", values.pin, _USUAL), ""
    for _ in range(28):
        yield "tokens", "en", _token, ""
    for number in range(24):
        language = readable[number % len(readable)]
        yield (
            "accounts",
            language,
            _labelled("account", lambda rng, n=number: values.account(rng, n), _USUAL + " above"),
            "",
        )  # type: ignore[misc]
    for _ in range(20):
        yield "accounts without a label", "en", _account_without_label, ""
    for number in range(24):
        if number % 2:
            yield "phones", "en", _labelled("phone", lambda rng, n=number: values.phone(rng, n // 2), _USUAL), ""  # type: ignore[misc]
        else:
            yield "phones", "en", _alone(lambda rng, n=number: values.phone(rng, n // 2)), ""  # type: ignore[misc]
    for number in range(24):
        yield "mail", "en", _mail_in_pieces if number % 3 else _labelled("mail", values.mail, _MANY), ""
    for _ in range(40):
        yield "identity and money", "en", _money, ""
    for _ in range(6):
        yield "balances", "en", _balance, ""
    layouts = [
        "wrapped",
        "spaced",
        "turned_left",
        "turned_right",
        "upside_down",
        "vertical",
        "faint",
        "above",
        "sentence",
    ]
    for number in range(54):
        layout, kind = layouts[number % 9], ("api", "secret", "account")[number // 9 % 3]
        value = values.account if kind == "account" else values.key if layout != "vertical" else values.short_key
        theme = {0: "light", 1: "dark", 2: "pale"}.get(number // 9, "") if layout == "faint" else ""
        yield f"layout: {layout.replace('_', ' ')}", "en", _labelled(kind, value, layout), theme
    for language in labels.FIRST:
        for kind, value in _BY_LANGUAGE.items():
            if (len(kind) + len(language) + labels.LANGUAGES.index(language)) % 2 or language in (
                "ko",
                "ru",
                "uk",
                "th",
                "ar",
            ):
                yield f"language: {language}", language, _labelled(kind, value, _USUAL), ""
    for treatment in codes.TREATMENTS:
        for _ in range(3):
            yield "codes" if treatment in ("whole", "coloured") else f"codes: {treatment}", "en", _coded(treatment), ""
    for smear in smears.ALL:
        for number in range(10):
            yield f"smears: {smear.__name__.replace('_', ' ')}", "en", _smeared(smear, number % 5 < 4), ""
    # Later ones stand at the end: a specimen keeps its number, and so its picture.
    for number in range(22):
        yield "persons", "zh-Hans" if number % 11 in (2, 3) else "en", _told(values.person, number), ""
    for number in range(10):
        yield "one-time codes", "en", _told(values.one_time, number), ""
    for _ in range(6):
        yield "shortened keys", "en", _alone(values.shortened), ""
    for number in range(8):
        yield "parts of addresses", "en", _in_address(number), ""
    for kind, value in _BY_LANGUAGE.items():
        yield "language: it", "it", _labelled(kind, value, _USUAL), ""
    for smear in smears.BY_HAND:
        for number in range(8):
            yield f"smears: {smear.__name__.replace('_', ' ')}", "en", _smeared(smear, number % 4 < 3), ""


_RECIPES = tuple(_recipes())
COUNT = len(_RECIPES)


def specimen(number: int, seed: int = 1) -> Specimen:
    """A specimen by its number, 0 up to `COUNT`; another `seed` draws another screen of the same group."""
    group, language, recipe, theme = _RECIPES[number]
    return _made(f"{seed}-{number:03d}", group, language, recipe, theme)


def group_of(number: int) -> str:
    return _RECIPES[number][0]
