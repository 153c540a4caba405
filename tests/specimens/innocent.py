"""Screens on which nothing may be covered: orders, prices, dates, versions, public hashes, desks, placeholders."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image

from builder.screenshots.model import Box
from specimens import labels, values
from specimens import type as types
from specimens.canvas import Canvas

Painter = Callable[[Canvas], None]


def _table(canvas: Canvas, heads: list[str], rows: list[list[str]]) -> None:
    width = (canvas.panel.width - 60) // len(heads)
    px = min(canvas.px, 12 if len(heads) > 4 else 14)
    font = canvas.mono(px)
    for place, head in enumerate(heads):
        canvas.draw.text(
            (canvas.panel.left + 24 + place * width, canvas.y), head, font=canvas.font(px), fill=canvas.theme.dim
        )
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            where = (canvas.panel.left + 24 + place * width, canvas.y + number * round(2.1 * px))
            canvas.draw.text(where, cell, font=font, fill=canvas.theme.ink)


def _date(rng: random.Random) -> str:
    day = f"2025-{rng.randrange(1, 13):02d}-{rng.randrange(1, 28):02d}"
    return f"{day} {rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"


def _price(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{rng.uniform(1, 99999):,.2f}",
            f"{rng.uniform(0, 9):.6f}",
            f"{rng.randrange(100, 99999)}.{rng.randrange(10)}",
        )
    )


def _orders(canvas: Canvas) -> None:
    rng = canvas.rng
    head = rng.choice(("Order No.", "Order ID", "Order number", "Trade ID"))
    rows = [
        [
            values.of(rng, "123456789", rng.choice((10, 10, 8, 12))),
            rng.choice(("BTC/USDT", "ETH/USDT")),
            rng.choice(("Buy", "Sell")),
            _price(rng),
            rng.choice(("Filled", "Canceled")),
        ]
        for _ in range(5)
    ]
    _table(canvas, [head, "Pair", "Side", "Price", "Status"], rows)


def _prices(canvas: Canvas) -> None:
    rng = canvas.rng
    coins = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "DOGE/USDT", "1000SATS/USDT")
    rows = [
        [
            coin,
            _price(rng),
            f"{rng.uniform(-9, 9):+.2f}%",
            f"{rng.uniform(1e6, 9e9):,.0f}",
            f"{rng.uniform(1, 900):.1f}M",
        ]
        for coin in coins
    ]
    _table(canvas, ["Pair", "Last price", "24h change", "24h volume", "Market cap"], rows)


def _dates(canvas: Canvas) -> None:
    rng = canvas.rng
    rows = [
        [
            rng.choice(("Trading", "Read only", "Grid bot")),
            _date(rng),
            f"{rng.randrange(1, 13):02d}/{rng.randrange(1, 28):02d}/2025",
            rng.choice(("Active", "Expired")),
        ]
        for _ in range(5)
    ]
    _table(canvas, ["API name", "Created", "Expires", "Status"], rows)


def _versions(canvas: Canvas) -> None:
    rng = canvas.rng
    for number, text in enumerate(
        (
            f"Version {rng.randrange(1, 9)}.{rng.randrange(30)}.{rng.randrange(9)} "
            f"(build {rng.randrange(1000, 99999)})",
            f"v{rng.randrange(1, 5)}.{rng.randrange(9)}.{rng.randrange(9)}-beta.{rng.randrange(9)}",
            "HMAC-SHA256, RSA-2048 and Ed25519 are supported",
            "Chrome 126.0.6478.127, Windows 11, macOS 14.5",
            "Rate limit: 1200 requests per 60 seconds",
        )
    ):
        canvas.label(canvas.x, canvas.y + number * 2 * canvas.px, text)


def _hashes(canvas: Canvas) -> None:
    rng = canvas.rng
    font_room = canvas.panel.right - canvas.x - 150
    for number in range(3):
        y = canvas.y + number * 3 * canvas.px
        said = values.digest(rng) if number % 2 else "0x" + values.digest(rng)
        box = canvas.label(canvas.x, y, rng.choice(("TxID", "Tx hash", "TXID", "Transaction hash")), dim=True)
        canvas.draw.text(
            (max(canvas.x + 130, box.right + 12), y), said, font=canvas.fitting(said, font_room), fill=canvas.theme.ink
        )


def _support(canvas: Canvas) -> None:
    for number, text in enumerate(
        (
            "Need help? Write to support@exchange.example or press@exchange.example.",
            "Institutional clients: institutional@exchange.example",
            "Business hours: Mon-Fri 09:00-18:00 (UTC+8)",
            "Report a bug: security@exchange.example",
            "© 2017-2025 Exchange. All rights reserved.",
        )
    ):
        canvas.draw.text(
            (canvas.x, canvas.y + number * 30), text, font=canvas.mono(min(canvas.px, 13)), fill=canvas.theme.dim
        )


def _addresses(canvas: Canvas) -> None:
    for number, text in enumerate(
        (
            "Restrict access to trusted IPs only (recommended)",
            "Up to 30 IP addresses, separated by commas, e.g. 192.168.0.1,192.168.0.2",
            "203.0.113.10, 198.51.100.24, 192.0.2.33",
            "IPv6: 2001:db8:85a3::8a2e:370:7334",
        )
    ):
        canvas.draw.text(
            (canvas.x, canvas.y + number * 32), text, font=canvas.mono(min(canvas.px, 13)), fill=canvas.theme.ink
        )


def _placeholders(canvas: Canvas) -> None:
    hints = (
        ("Passphrase", "8-32 characters"),
        ("API name", "Enter a name for this key"),
        ("Password", "Enter your password"),
        ("Phone number", "Enter your phone number"),
        ("Email", "name@example.com"),
        ("Verification code", "6-digit code"),
        ("Passphrase", "8-32 characters, letters and numbers"),
        ("Login password", "At least 8 characters"),
        ("Bound IP", "0.0.0.0"),
        ("User ID", "Please enter"),
    )
    for number, (label, hint) in enumerate(canvas.rng.sample(hints, 3)):
        y = canvas.y + number * 5 * canvas.px
        if y + 5 * canvas.px > canvas.panel.bottom - 50:
            break
        canvas.label(canvas.x, y, label)
        top = y + round(1.7 * canvas.px)
        canvas.draw.rounded_rectangle(
            (canvas.x, top, canvas.panel.right - 60, top + round(2.4 * canvas.px)), 4, outline=canvas.theme.line
        )
        canvas.draw.text((canvas.x + 10, top + round(0.5 * canvas.px)), hint, font=canvas.font(), fill=canvas.theme.dim)


def _settings(canvas: Canvas) -> None:
    rows = (
        ("Login password", "Change"),
        ("Phone number", "Not set"),
        ("Email", "Verify"),
        ("Passkey", "Enable"),
        ("Secret Key", "Shown only once"),
        ("API Key", "View"),
        ("Funds password", "Off"),
        ("UID", "Copy"),
    )
    for number, (label, action) in enumerate(canvas.rng.sample(rows, 4)):
        y = canvas.y + number * 3 * canvas.px
        canvas.label(canvas.x, y, label)
        canvas.label(canvas.panel.right - 160, y, action, dim=True)


def _masked(canvas: Canvas) -> None:
    for number, (label, value) in enumerate(
        (
            ("API Key", "a8d3************f91c"),
            ("Secret Key", "****************"),
            ("Email", "an***@gmail.com"),
            ("Phone", "138****8000"),
        )
    ):
        y = canvas.y + number * 3 * canvas.px
        canvas.label(canvas.x, y, label)
        canvas.draw.text((canvas.x + 170, y), value, font=canvas.mono(), fill=canvas.theme.ink)


def _sentences(canvas: Canvas) -> None:
    for number, text in enumerate(
        canvas.rng.sample(
            (
                "Never share your API Key, Secret Key or passphrase with anyone.",
                "Your secret key is shown only once. Please keep it safe.",
                "Keep your password private and enable two-factor authentication.",
                "Enter the 6-digit code sent to your email address.",
                "The recovery phrase consists of 12 or 24 words in a fixed order.",
                "API keys without an IP restriction expire after 90 days.",
                "Select Read Only and Spot Trading; do not enable withdrawals.",
                "We will never ask for your PIN, password or verification code.",
                "Max 50 API keys per account, 30 IP addresses per key.",
            ),
            5,
        )
    ):
        canvas.draw.text(
            (canvas.x, canvas.y + number * round(2 * canvas.px)),
            text,
            font=canvas.mono(min(canvas.px, 14)),
            fill=canvas.theme.ink,
        )


def _controls(canvas: Canvas) -> None:
    """Check boxes, switches, a slider, a chart: what could be taken for smears or codes."""
    draw, theme, rng = canvas.draw, canvas.theme, canvas.rng
    for number, word in enumerate(
        ("Enable Reading", "Enable Spot Trading", "Enable Futures", "Permits Universal Transfer")
    ):
        y = canvas.y + number * 32
        draw.rounded_rectangle(
            (canvas.x, y, canvas.x + 16, y + 16), 3, outline=theme.dim, fill=theme.button if number % 2 else None
        )
        canvas.label(canvas.x + 26, y, word)
        draw.rounded_rectangle((canvas.panel.right - 120, y, canvas.panel.right - 84, y + 18), 9, fill=theme.button)
        draw.ellipse((canvas.panel.right - 102, y + 2, canvas.panel.right - 88, y + 16), fill=(255, 255, 255))
    x, base, level = canvas.x, canvas.panel.bottom - 90, 0
    for place in range(60):
        level += rng.randrange(-6, 7)
        top = base - 40 - level
        draw.rectangle(
            (x + place * 7, top, x + place * 7 + 4, top + rng.randrange(4, 30)),
            fill=rng.choice(((14, 203, 129), (246, 70, 93))),
        )


def _foreign(canvas: Canvas) -> None:
    """A page in another language: menus, a paragraph of labels, prices and dates."""
    words = labels.around(canvas.language)
    for number, word in enumerate(words):
        y = canvas.y + number * round(2.4 * canvas.px)
        canvas.label(canvas.x, y, word)
        if number % 2:
            canvas.draw.text(
                (canvas.x + 260, y),
                _date(canvas.rng) if number == 1 else _price(canvas.rng),
                font=canvas.mono(),
                fill=canvas.theme.ink,
            )


def _curves(canvas: Canvas) -> None:
    """Prices with a small curve each, as markets show them."""
    rng = canvas.rng
    for number, pair in enumerate(("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT")):
        y = canvas.y + number * round(2.6 * canvas.px)
        canvas.label(canvas.x, y, pair)
        canvas.draw.text((canvas.x + 130, y), _price(rng), font=canvas.mono(), fill=canvas.theme.ink)
        left = canvas.x + 260
        points = [(left + 5 * step, y + rng.uniform(0, 1.6 * canvas.px)) for step in range(26)]
        canvas.draw.line(points, fill=rng.choice(((14, 203, 129), (246, 70, 93))), width=2)


def _heads(canvas: Canvas) -> None:
    """Heads of columns and entries of menus that name what is elsewhere a person's."""
    rows = [["Trading bot", "Germany", "Active"], ["Read only", "France", "Paused"], ["Grid", "Spain", "Active"]]
    _table(canvas, ["Full name", "Country", "Status"], rows)
    for number, entry in enumerate(("Security", "ID card", "Passport", "Fees", "Rewards")):
        canvas.label(canvas.panel.right - 150, canvas.y + 120 + number * round(2.2 * canvas.px), entry)


def _languages(canvas: Canvas) -> None:
    """A menu of languages, each by its own name: words that the reader can't read on a page that it can."""
    names = (
        ("en", "English"),
        ("ko", "한국어"),
        ("ru", "Русский"),
        ("th", "ภาษาไทย"),
        ("ar", "العربية"),
        ("zh-Hans", "简体中文"),
    )
    for number, (language, name) in enumerate(names):
        place = (canvas.panel.right - 220, canvas.y + number * round(2.4 * canvas.px))
        font = types.face(*canvas.rng.choice(types.faces(language)), canvas.px)
        types.write(canvas.draw, *place, name, font, canvas.theme.ink)
    _sentences(canvas)


def _discounts(canvas: Canvas) -> None:
    """Fees and prices of before, struck through, beside those of now; buttons, tags and bars of progress."""
    rng, theme, draw = canvas.rng, canvas.theme, canvas.draw
    for number, word in enumerate(("Maker fee", "Taker fee", "Monthly plan", "Yearly plan")):
        y = canvas.y + number * round(3 * canvas.px)
        canvas.label(canvas.x, y, word)
        said = f"{rng.uniform(0.1, 0.9):.2f}%" if number < 2 else f"${rng.randrange(10, 400)}.00"
        box = canvas.label(canvas.x + 170, y, said, dim=True)
        middle = (box.top + box.bottom) // 2
        draw.line((box.left, middle, box.right, middle), fill=theme.dim, width=1)
        canvas.label(box.right + canvas.px, y, said.replace(said[1], "0", 1))
        tag = Box(box.right + 9 * canvas.px, y - 2, box.right + 14 * canvas.px, y + round(1.4 * canvas.px))
        draw.rounded_rectangle((*tag[:2], *tag[2:]), tag.height // 2, outline=theme.button)
        canvas.draw.text((tag.left + canvas.px, y), "Hot", font=canvas.font(), fill=theme.button)
        draw.rounded_rectangle((tag.right + 20, y + 4, tag.right + 90, y + 12), 4, fill=theme.button)


_PAINTERS: tuple[tuple[str, Painter, int], ...] = (
    ("orders", _orders, 8),
    ("prices", _prices, 6),
    ("dates", _dates, 5),
    ("versions", _versions, 5),
    ("public hashes", _hashes, 6),
    ("support addresses", _support, 5),
    ("example IPs", _addresses, 5),
    ("placeholders", _placeholders, 8),
    ("settings", _settings, 6),
    ("masked values", _masked, 4),
    ("sentences", _sentences, 6),
    ("controls", _controls, 5),
)
_FOREIGN = ("zh-Hans", "ko", "ja", "ru", "th", "ar", "vi", "pl", "de")
_SCREENS = [(name, painter, "en") for name, painter, count in _PAINTERS for _ in range(count)] + [
    (f"another language: {language}", _foreign, language) for language in _FOREIGN
]
_SCREENS += [(name, painter, "en") for name, painter in (("curves", _curves), ("heads", _heads)) for _ in range(4)]
_SCREENS += [
    (name, painter, "en") for name, painter in (("languages", _languages), ("discounts", _discounts)) for _ in range(4)
]
COUNT = len(_SCREENS)


def screen(number: int, seed: int = 1) -> tuple[str, Image.Image]:
    """What an innocent screen shows, and the screen."""
    name, painter, language = _SCREENS[number]
    canvas = Canvas(random.Random(f"innocent {seed} {number}"), language, shown=True)
    painter(canvas)
    return name, canvas.image
