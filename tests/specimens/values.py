"""Made-up values of every kind, by seed. None ever opened anything."""

from __future__ import annotations

import base64
import hashlib
import random
import string
import uuid

import base58
from mnemonic import Mnemonic

ALPHANUMERIC = string.ascii_letters + string.digits
_WORDS = [
    "correct",
    "horse",
    "battery",
    "staple",
    "sunshine",
    "monkey",
    "dragon",
    "shadow",
    "winter",
    "summer",
    "tulip",
    "garden",
    "cactus",
    "marble",
    "velvet",
    "orange",
    "thunder",
    "pepper",
    "lantern",
    "castle",
    "silver",
    "copper",
    "meadow",
    "harbor",
    "falcon",
    "biscuit",
    "pickle",
    "wizard",
    "rocket",
    "puzzle",
]
FIRST = [
    "Anna",
    "Jonas",
    "Maria",
    "Peter",
    "Elena",
    "Lukas",
    "Sofia",
    "Martin",
    "Laura",
    "Felix",
    "Nina",
    "Oscar",
    "Wei",
    "Yuki",
    "Minh",
]
LAST = [
    "Keller",
    "Nowak",
    "Fischer",
    "Rossi",
    "Silva",
    "Meier",
    "Tanaka",
    "Petrov",
    "Larsen",
    "Moreau",
    "Novak",
    "Santos",
    "Braun",
    "Nguyen",
    "Costa",
]


def of(rng: random.Random, alphabet: str, count: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(count))


def key(rng: random.Random) -> str:
    """A key as exchanges give them out."""
    return rng.choice((_hex, _hex, _mixed, _mixed, _base64, _uuid, _upper))(rng)


def _hex(rng: random.Random) -> str:
    return of(rng, "0123456789abcdef", rng.choice((32, 40, 48, 64)))


def _mixed(rng: random.Random) -> str:
    return of(rng, ALPHANUMERIC, rng.choice((20, 24, 32, 43, 64)))


def _base64(rng: random.Random) -> str:
    return base64.b64encode(rng.randbytes(rng.choice((24, 32, 48)))).decode()


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _upper(rng: random.Random) -> str:
    return of(rng, string.ascii_uppercase + string.digits, rng.choice((20, 32)))


def bare_key(rng: random.Random, form: int) -> str:
    """A key that has to be known by its form alone."""
    forms = (
        lambda: of(rng, string.ascii_lowercase, rng.choice((20, 24, 32))),
        lambda: of(rng, string.digits, rng.choice((21, 24, 32, 40))),
        lambda: of(rng, string.ascii_uppercase, rng.choice((20, 32))),
        lambda: of(rng, string.ascii_lowercase + string.digits, rng.choice((16, 24, 32))),
        lambda: "sk_live_" + of(rng, ALPHANUMERIC, 24),
        lambda: "AKIA" + of(rng, string.ascii_uppercase + "234567", 16),
        lambda: "ghp_" + of(rng, ALPHANUMERIC, 36),
        lambda: "xoxb-" + of(rng, string.digits, 12) + "-" + of(rng, ALPHANUMERIC, 24),
        lambda: "AIza" + of(rng, ALPHANUMERIC + "_-", 35),
        lambda: "glpat-" + of(rng, ALPHANUMERIC, 20),
        lambda: "eyJhbGciOiJIUzI1NiJ9." + of(rng, ALPHANUMERIC, 30) + "." + of(rng, ALPHANUMERIC + "_-", 43),
        lambda: "xprv9s21ZrQH143K" + of(rng, ALPHANUMERIC.translate(str.maketrans("", "", "0OIl")), 60),
        lambda: base58.b58encode_check(b"\x80" + rng.randbytes(32)).decode(),
        lambda: "0x" + of(rng, "0123456789abcdef", 64),
        lambda: "0x" + of(rng, "0123456789abcdefABCDEF", 40),
        lambda: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"[: rng.choice((32, 64))],
        lambda: of(rng, "0123456789ABCDEF", 32),
        lambda: "-".join(of(rng, string.ascii_uppercase + string.digits, 5) for _ in range(5)),
        lambda: "npm_" + of(rng, ALPHANUMERIC, 36),
        lambda: "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" + of(rng, ALPHANUMERIC + "+/", 24),
    )
    return forms[form % len(forms)]()


def short_key(rng: random.Random) -> str:
    count = rng.choice((6, 7, 8, 8, 10, 12))
    alphabet = rng.choice((ALPHANUMERIC, string.ascii_lowercase + string.digits, "0123456789abcdef", ALPHANUMERIC))
    while True:
        value = of(rng, alphabet, count)
        if any(c.isdigit() for c in value) and any(c.isalpha() for c in value):
            return value


def passphrase(rng: random.Random, form: int) -> str:
    return (
        lambda: rng.choice(_WORDS),
        lambda: " ".join(rng.sample(_WORDS, 4)),
        lambda: "-".join(rng.sample(_WORDS, 3)),
        lambda: rng.choice(_WORDS).capitalize() + str(rng.randrange(10, 9999)) + rng.choice("!#$?"),
        lambda: rng.choice(_WORDS) + rng.choice(_WORDS),
        lambda: of(rng, ALPHANUMERIC + "!#$%&*?@", 12),
        lambda: rng.choice(_WORDS).upper(),
        lambda: " ".join(word.capitalize() for word in rng.sample(_WORDS, 2)),
    )[form % 8]()


def pin(rng: random.Random) -> str:
    return of(rng, string.digits, rng.choice((4, 6, 6, 8)))


def seed(rng: random.Random, language: str = "english") -> list[str]:
    return Mnemonic(language).to_mnemonic(rng.randbytes(rng.choice((16, 16, 32)))).split()


def totp(rng: random.Random) -> str:
    raw = of(rng, string.ascii_uppercase + "234567", rng.choice((16, 32)))
    raw = raw if rng.random() < 0.6 else raw.lower()
    return rng.choice((" ", " ", "-")).join(raw[place : place + 4] for place in range(0, len(raw), 4))


def account(rng: random.Random, form: int = 0) -> str:
    return (
        lambda: of(rng, "123456789", 8),
        lambda: of(rng, "123456789", 10),
        lambda: of(rng, "123456789", rng.choice((6, 7, 9))),
        lambda: of(rng, "123456789", rng.choice((16, 18, 20))),
        lambda: of(rng, "123456789", rng.choice((21, 24))),
        lambda: rng.choice(("U", "UID", "M")) + of(rng, "123456789", 8),
    )[form % 6]()


def phone(rng: random.Random, form: int) -> str:
    def digits(count: int) -> str:
        return of(rng, "23456789", count)

    return (
        lambda: f"+49 170 {digits(4)}{digits(3)}",
        lambda: f"+1 (415) 555-{digits(4)}",
        lambda: f"(212) 555-01{digits(2)}",
        lambda: f"138 {digits(4)} {digits(4)}",
        lambda: f"010-{digits(4)}-{digits(4)}",
        lambda: f"0049 171 {digits(7)}",
        lambda: f"07700 900{digits(3)}",
        lambda: f"+86 139{digits(8)}",
        lambda: f"+380 67 {digits(3)} {digits(2)} {digits(2)}",
        lambda: f"0176 {digits(8)}",
        lambda: f"+33 6 12 {digits(2)} {digits(2)} {digits(2)}",
        lambda: f"8 (916) {digits(3)}-{digits(2)}-{digits(2)}",
    )[form % 12]()


def mail(rng: random.Random) -> str:
    name = rng.choice(FIRST).lower() + rng.choice((".", "_", "")) + rng.choice(LAST).lower() + rng.choice(("", "84"))
    return name + "@" + rng.choice(("gmail.com", "outlook.com", "web.de", "163.com", "mail.ru", "keller-consult.ch"))


def card(rng: random.Random) -> str:
    digits = rng.choice(("4", "51", "37"))
    digits += of(rng, string.digits, (14 if digits == "37" else 15) - len(digits))
    total = sum(sum(divmod(int(d) * (2 if place % 2 == 0 else 1), 10)) for place, d in enumerate(digits[::-1]))
    digits += str(-total % 10)
    return rng.choice((" ", "-", "")).join(digits[place : place + 4] for place in range(0, len(digits), 4))


def iban(rng: random.Random) -> str:
    country, count = rng.choice((("DE", 18), ("GB", 0), ("FR", 23), ("PL", 24), ("ES", 20)))
    body = of(rng, string.digits, count) if count else "NWBK" + of(rng, string.digits, 14)
    number = "".join(str(int(letter, 36)) for letter in body + country + "00")
    whole = f"{country}{98 - int(number) % 97:02d}{body}"
    return rng.choice((" ", "")).join(whole[place : place + 4] for place in range(0, len(whole), 4))


def document(rng: random.Random, form: int) -> tuple[str, str]:
    """An English label and a number of a document."""
    return (
        lambda: ("Passport No.", rng.choice("CLPEX") + of(rng, string.digits, 8)),
        lambda: (
            "Social Security Number",
            f"5{of(rng, '123456789', 2)}-4{of(rng, '12345', 1)}-{of(rng, '23456789', 4)}",
        ),
        lambda: ("ID number", of(rng, "123456789", 11)),
        lambda: ("Driver's license", rng.choice("BDFS") + of(rng, string.digits, 7)),
        lambda: ("Tax ID", of(rng, "123456789", 11)),
        lambda: ("Date of birth", f"{rng.randrange(1960, 2003)}-0{rng.randrange(1, 9)}-{rng.randrange(10, 28)}"),
        lambda: ("Full name", name(rng)),
    )[form % 7]()


def name(rng: random.Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


_PERSONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("First name", ("John", "Ana", "Wei")),
    ("Last name", ("Smith", "O'Brien", "Nguyễn")),
    ("姓名", ("张三", "王小明")),
    ("真实姓名", ("李雷", "欧阳娜娜")),
    ("Home address", ("12 Main Street, London", "Hauptstr. 5, 10115 Berlin")),
    ("Username", ("john_trader", "mkeller84")),
    ("Nickname", ("CryptoJohn", "moon walker")),
    ("Login ID", ("jsmith42", "a.keller")),
    ("Date of birth", ("Jan 12, 1990", "3 March 1984")),
    ("SWIFT", ("DEUTDEFF", "BNPAFRPPXXX")),
    ("Account holder name", ("Keller Consulting AG", "J. P. Moreau")),
)


def person(rng: random.Random, form: int) -> tuple[str, str]:
    """A label and what is one person's, in whatever form."""
    label, said = _PERSONS[form % len(_PERSONS)]
    return label, rng.choice(said)


def one_time(rng: random.Random, form: int) -> tuple[str, str]:
    """A label and a code that is good once."""
    small = string.ascii_lowercase + string.digits
    return (
        lambda: ("Backup code", f"{of(rng, string.digits, 4)} {of(rng, string.digits, 4)}"),
        lambda: ("Recovery code", f"{of(rng, small, 4)}1-{of(rng, small, 5)}"),
        lambda: ("Backup code", "a1" + of(rng, small, 6)),
        lambda: ("Security code", of(rng, string.digits, 3)),
        lambda: ("SMS code", f"{of(rng, string.digits, 3)} {of(rng, string.digits, 3)}"),
    )[form % 5]()


def shortened(rng: random.Random) -> str:
    """A key of which the middle is left out, and too much is left."""
    cut = rng.choice(("...", "....", "******"))
    return of(rng, "0123456789abcdef", 20) + cut + of(rng, "0123456789abcdef", 20)


def address(rng: random.Random, form: int) -> tuple[str, str]:
    """The beginning of a web address and the part of it that is one person's."""
    return (
        lambda: ("https://exchange.example/invite/", "K7" + of(rng, string.ascii_uppercase + string.digits, 6)),
        lambda: ("https://exchange.example/reset/token/", "9f8A7b" + of(rng, ALPHANUMERIC, 20)),
        lambda: ("https://exchange.example/address/", "4E3f2G" + of(rng, ALPHANUMERIC, 22)),
        lambda: ("exchange.example/register?ref=", "77" + of(rng, string.digits, 6)),
    )[form % 4]()


def digest(rng: random.Random) -> str:
    return hashlib.sha256(rng.randbytes(8)).hexdigest()
