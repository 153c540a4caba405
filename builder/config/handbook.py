"""The project's settings: `handbook.yaml`, declared once, checked, with their meanings."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from builder import fields, files
from builder.config import email as mail
from builder.config.brand import BRAND_KEYS, Brand, brand
from builder.config.checks import CHECK_KEYS, Settings, settings
from builder.config.contrast import channels
from builder.config.packets import PACKET_KEYS, PacketSettings
from builder.fields import Key, section
from builder.problems import Place, Problem
from builder.store import digest

CONFIG_NAME = "handbook.yaml"


def _address(node: yaml.Node) -> str:
    """An IP address or a range of them, as it is written in short."""
    value = fields.text(node)
    try:
        return str(ipaddress.ip_network(value) if "/" in value else ipaddress.ip_address(value))
    except ValueError:
        raise fields.Unfit("an IP address such as 203.0.113.7", node) from None


HANDBOOK_KEYS = (
    Key("title", fields.text, "The handbook's title, on its cover and in its metadata.", required=True),
    Key("subtitle", fields.text, "A line under the title on the cover.", ""),
    Key("edition", fields.text, "The edition as printed on every page, such as 2026.11.", required=True),
    Key(
        "date",
        fields.date,
        "The edition's date; it is the PDFs' date, so that equal inputs give equal files.",
        required=True,
    ),
    Key(
        "language",
        fields.text,
        "The language of guides and printed words, of which templates/words/ has a catalogue.",
        "en",
    ),
    Key("guides", fields.several(fields.text), "The guides in the handbook's order; others follow by name.", ()),
    Key("brand", fields.text, "The brand file, relative to this one.", "assets/brand/brand.yaml"),
    Key("paper", fields.choice("a4", "letter"), "The paper: a4 or letter.", "a4"),
    Key(
        "figures",
        fields.choice("screenshots", "drawings"),
        "What figures are: screenshots, with drawings only where one can't be had, or drawings wherever there is one.",
        "screenshots",
    ),
    Key("ink_saver", fields.flag, "Whether screenshots of dark screens are printed light.", False),
    section(
        "screenshots",
        "Where screenshots come from and what the team draws on them.",
        Key(
            "hosts",
            fields.several(fields.host),
            "Hosts from which pictures may be downloaded.",
            ("raw.githubusercontent.com",),
        ),
        Key("prefix", fields.web_address, "The beginning of picture addresses that a mirror stands in for.", ""),
        Key("mirror", fields.text, "A folder or an address that stands in for the prefix.", ""),
        Key(
            "code_hosts",
            fields.several(fields.host),
            "Hosts to which a code in a picture may lead; others are masked.",
            (),
        ),
        Key("mark_colour", fields.colour, "The colour in which the team draws boxes and arrows.", "#E5C73E"),
        section(
            "cover",
            "What is covered as a matter of policy. Keys, codes, account numbers and whatever else identifies a person "
            "or opens an account always are.",
            Key("mail_addresses", fields.flag, "Personal mail addresses.", True),
            Key("referral_codes", fields.flag, "Referral and invitation codes, which lead to an account.", True),
            Key("balances", fields.flag, "Amounts that a label calls a balance.", True),
            Key("public_addresses", fields.flag, "Public IP addresses; private and example ones never are.", False),
        ),
    ),
    section(
        "values",
        "What the firm knows of every reader's values; it is printed under “Your values” instead of lines to fill in.",
        Key("label", fields.text, "The label that all keys get.", ""),
        Key("addresses", fields.several(_address), "The IP addresses that all keys are bound to.", ()),
    ),
    CHECK_KEYS,
    mail.EMAIL_KEYS,
    PACKET_KEYS,
    section(
        "limits",
        "Bounds on downloads and decoding.",
        Key(
            "picture_bytes",
            fields.number(10_000, 200_000_000),
            "The largest picture to download, in bytes.",
            20_000_000,
        ),
        Key(
            "picture_pixels",
            fields.number(10_000, 100_000_000),
            "The largest picture to decode, in pixels.",
            25_000_000,
        ),
        Key("connect_seconds", fields.number(0.1, 120, whole=False), "How long a connection may take.", 5.0),
        Key("read_seconds", fields.number(0.1, 600, whole=False), "How long a server may stay silent.", 20.0),
        Key("total_seconds", fields.number(0.1, 3600, whole=False), "How long one picture may take altogether.", 60.0),
        Key("retries", fields.number(0, 10), "How often a failed download is tried again.", 3),
        Key("parallel", fields.number(1, 32), "How many pictures are downloaded at once.", 8),
    ),
)


@dataclass(frozen=True, slots=True)
class Values:
    """What the firm knows of every reader's values; empty where each has their own."""

    label: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paths:
    """Where a project keeps what; `root` is the folder of `handbook.yaml`."""

    root: Path

    @property
    def guides(self) -> Path:
        return self.root / "guides"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def screenshots(self) -> Path:
        return self.root / "assets" / "screenshots"

    @property
    def lock_file(self) -> Path:
        return self.root / "assets" / "screenshots.lock.yaml"

    @property
    def accepted_proof(self) -> Path:
        return self.root / "assets" / "proof.json"

    @property
    def output(self) -> Path:
        return self.root / "output"

    @property
    def cache(self) -> Path:
        return self.root / ".cache"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a project; `source` is the digest of the files that they were read from."""

    root: Path
    source: str
    title: str
    subtitle: str
    edition: str
    date: datetime.date
    language: str
    language_line: int  # where `language` stands
    guides: tuple[str, ...]
    guides_line: int  # where `guides` stands, for problems about it
    paper: str
    figures: str
    ink_saver: bool
    hosts: tuple[str, ...]
    prefix: str
    mirror: str
    code_hosts: tuple[str, ...]
    left_open: tuple[str, ...]  # settings of `cover` that are off
    mark_colour: tuple[int, int, int]
    picture_bytes: int
    picture_pixels: int
    connect_seconds: float
    read_seconds: float
    total_seconds: float
    retries: int
    parallel: int
    values: Values
    checks: Settings
    email: mail.Settings
    packets: PacketSettings
    brand: Brand
    brand_file: Path

    @property
    def paths(self) -> Paths:
        return Paths(self.root)

    def shown(self, path: Path) -> str:
        """A path as problems name it: relative to the project where it lies inside."""
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


def find_root(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds `handbook.yaml`."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / CONFIG_NAME).is_file()), None)


def load_config(root: Path) -> tuple[Config | None, list[Problem]]:
    """The settings under `root`, and what is wrong with them; no Config where an error stands in the way."""
    root = root.resolve()
    said, source, problems = _read_file(root / CONFIG_NAME, CONFIG_NAME, HANDBOOK_KEYS, "C")
    if said is None:
        return None, problems
    brand_file = root / str(said.values["brand"])
    shown = brand_file.relative_to(root).as_posix() if brand_file.is_relative_to(root) else str(brand_file)
    brand_said, brand_source, brand_problems = _read_file(brand_file, shown, BRAND_KEYS, "B")
    problems += brand_problems
    if brand_said is None or any(problem.is_error for problem in problems):
        return None, problems
    firm, brand_problems = brand(brand_said, brand_file, shown)
    problems += brand_problems
    if any(problem.is_error for problem in problems):
        return None, problems
    return _config(root, digest(source, brand_source), said, firm, brand_file), problems


def _read_file(
    path: Path, shown: str, keys: tuple[Key, ...], code: str
) -> tuple[fields.Fields | None, str, list[Problem]]:
    """What a file says, its text's digest, and what is wrong with it."""
    try:
        data = files.read(path, fields.MAX_BYTES)
        source = data.decode("utf-8")
    except FileNotFoundError:
        hint = "Restore it from the repository, or run inside the project's folder."
        return None, "", [Problem(Place(shown), f"{code}07", "the file is missing", hint)]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return (
            None,
            "",
            [Problem(Place(shown), f"{code}08", f"the file can't be read: {why}", "Save it as UTF-8 text.")],
        )
    said, problems = fields.read(source, shown, keys, code)
    return said, digest(data), problems


def _config(root: Path, source: str, said: fields.Fields, firm: Brand, brand_file: Path) -> Config:
    values = said.values
    screenshots: dict[str, Any] = values["screenshots"]
    return Config(
        root=root,
        source=source,
        title=values["title"],
        subtitle=values["subtitle"],
        edition=values["edition"],
        date=values["date"],
        language=values["language"],
        language_line=said.lines.get("language", 0),
        guides=values["guides"],
        guides_line=said.lines.get("guides", 0),
        paper=values["paper"],
        figures=values["figures"],
        ink_saver=values["ink_saver"],
        hosts=screenshots["hosts"],
        prefix=screenshots["prefix"],
        mirror=screenshots["mirror"],
        code_hosts=screenshots["code_hosts"],
        left_open=tuple(sorted(name for name, covered in screenshots["cover"].items() if not covered)),
        mark_colour=channels(screenshots["mark_colour"]),
        values=Values(**values["values"]),
        checks=settings(values["checks"], screenshots["hosts"], firm.name, values["language"]),
        email=mail.settings(values["email"], said.lines),
        packets=PacketSettings(**values["packets"]),
        brand=firm,
        brand_file=brand_file,
        **values["limits"],
    )
