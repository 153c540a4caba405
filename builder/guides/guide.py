"""A guide's file → Guide: what it says, as plain values that checks, screenshots and pages share."""

from __future__ import annotations

import datetime
import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from builder import fields
from builder.fields import Key, section
from builder.guides import bounds, markdown, orders
from builder.guides.blocks import (
    Block,
    Callout,
    Figure,
    Heading,
    Listing,
    Span,
    Spans,
    Together,
    figures_in,
    permissions_in,
    plain,
    spans_in,
)
from builder.guides.comments import Comment
from builder.guides.files import File
from builder.guides.markdown import settle
from builder.guides.prose import Prose
from builder.problems import Place, Problem, Severity


def _reasons(node: yaml.Node) -> tuple[tuple[str, str], ...]:
    """Codes of rules with the reasons for which they are off; one without a reason is the check's to report."""
    if not isinstance(node, yaml.MappingNode):
        raise fields.Unfit("codes of rules with reasons, such as 'L02: the exchange's own sentence is quoted'", node)
    return tuple((fields.text(name), "" if fields.is_null(value) else fields.text(value)) for name, value in node.value)


FRONT_MATTER_KEYS = (
    Key("exchange", fields.text, "The exchange's name as it writes it."),
    Key("website", fields.web_address, "The exchange's official address; printed with a QR code."),
    Key("api_page", fields.web_address, "The address of the page where API keys are managed."),
    Key("accent", fields.colour, "The colour of the stripe on this guide's thumb tab."),
    Key("summary", fields.text, "What the reader has at the end, in one sentence."),
    Key("verified", fields.date, "The day on which the screens were last compared with the exchange."),
    Key("minutes", fields.number(1, 600), "How long it takes, in minutes."),
    Key("needs", fields.several(fields.text), "What the reader needs at hand.", ()),
    Key("verification", fields.several(fields.text), "What the exchange asks for when the key is made.", ()),
    section(
        "permissions",
        "Permissions by their labels on the exchange's screen.",
        Key("enable", fields.several(fields.text), "Those to switch on.", ()),
        Key("leave_off", fields.several(fields.text), "Those that stay off.", ()),
        Key("withdrawal", fields.several(fields.text), "Which of leave_off can move funds out.", ()),
    ),
    Key("label_field", fields.text, "What the exchange calls the key's own name."),
    Key("label_length", fields.number(1, 1000), "How many characters that name may have."),
    section(
        "ip_whitelist",
        "The exchange's rule for IP addresses.",
        Key("field", fields.text, "What the exchange calls the field."),
        Key("required", fields.flag, "Whether a key can't be made without."),
        Key("separator", fields.verbatim, "What stands between two addresses, exactly."),
        Key("maximum", fields.number(1, 10_000), "How many addresses fit."),
        Key("ranges", fields.flag, "Whether a range of addresses counts as one; packets refuse ranges elsewhere."),
        Key("ipv6", fields.flag, "Whether IPv6 addresses are taken; packets refuse them where it is false."),
    ),
    Key("key_fields", fields.several(fields.text), "What the exchange shows at the end.", ()),
    Key("secret_shown", fields.choice("once", "always"), "Whether the secret key can be seen again."),
    Key(
        "figures",
        fields.choice("screenshots", "drawings"),
        "Whether its figures are screenshots or drawings, where that is not as in `handbook.yaml`.",
    ),
    Key("note", fields.text, "What is special about this exchange, in one sentence."),
    section(
        "checks",
        "What `handbook check` leaves out for this guide.",
        Key("off", _reasons, "Codes of rules that are off, each with the reason.", ()),
    ),
)

_STEP = re.compile(
    r"(?:(?:step|schritt)\s+|步骤\s*|第\s*)(\d{1,6})(?!\d)(?:\s*步)?\s*[:：.–—-]?\s*(.*)", re.IGNORECASE | re.DOTALL
)
_EXCHANGE_IN_TITLE = re.compile(r"\b(?:on|for|at|with|in|bei)\s+(\S.*?)\s*$", re.IGNORECASE)
LOCAL = "local:"
"""How the address of a picture that lies beside its guide begins; the guide's slug and the path follow."""


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered step; `number` is printed as the author wrote it."""

    number: int
    title: Spans
    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a guide that is not a step, such as the closing advice."""

    title: Spans
    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What front matter says; what it doesn't say is None or empty and is left out of the pages."""

    website: str | None = None
    api_page: str | None = None
    accent: str | None = None
    summary: str | None = None
    verified: datetime.date | None = None
    minutes: int | None = None
    needs: tuple[str, ...] = ()
    verification: tuple[str, ...] = ()
    enable: tuple[str, ...] = ()
    leave_off: tuple[str, ...] = ()
    withdrawal: tuple[str, ...] = ()
    label_field: str | None = None
    label_length: int | None = None
    ip_field: str | None = None
    ip_required: bool | None = None
    ip_separator: str | None = None
    ip_maximum: int | None = None
    ip_ranges: bool | None = None
    ip_v6: bool | None = None
    key_fields: tuple[str, ...] = ()
    secret_shown: str | None = None
    figures: str | None = None
    note: str | None = None
    rules_off: tuple[tuple[str, str], ...] = ()  # code and reason


@dataclass(frozen=True, slots=True)
class Source:
    """What a guide was read from, once, for all who want more than its meaning.

    `data` are the file's bytes, `lines` its text. `keys` tells the line of each key of the front matter by its dotted
    name, and of each value of a list by that name and the value. `comments` and `prose` count lines from 1.
    """

    path: Path
    data: bytes
    lines: tuple[str, ...]
    keys: Mapping[str, int]
    comments: tuple[Comment, ...]
    prose: Prose

    @property
    def text(self) -> str:
        return self.data.decode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Guide:
    """One exchange's guide. `file` is its path as problems show it, for people alone; `line` is the title's."""

    slug: str
    file: str
    title: str
    line: int
    exchange: str
    facts: Facts
    introduction: tuple[Block, ...]
    steps: tuple[Step, ...]
    sections: tuple[Section, ...]
    source: Source = field(compare=False)  # guides that say the same are equal

    @property
    def domains(self) -> tuple[str, ...]:
        """The exchange's official domain, without www, as far as front matter tells it."""
        addresses = (self.facts.website, self.facts.api_page)
        hosts = (urlsplit(address).hostname or "" for address in addresses if address)
        return tuple(dict.fromkeys(host.removeprefix("www.") for host in hosts))

    @property
    def texts(self) -> tuple[tuple[int, str], ...]:
        """All that prints but code, piece by piece, with the lines on which the pieces' blocks begin."""
        parts: list[Block] = [*self.introduction]
        named = [(part.title, part.line, part.blocks) for part in self.steps]
        named += [(part.title, part.line, part.blocks) for part in self.sections]
        for title, line, blocks in named:
            parts += [Heading(title, 2, line), *blocks]
        return tuple((line, plain(tuple(span for span in spans if not span.code))) for line, spans in spans_in(parts))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures in reading order."""
        parts: list[tuple[Block, ...]] = [self.introduction]
        parts += [step.blocks for step in self.steps]
        parts += [part.blocks for part in self.sections]
        return tuple(figure for blocks in parts for figure in figures_in(blocks))


@functools.lru_cache(maxsize=32)
def guide_in(file: File, slug: str) -> tuple[Guide | None, tuple[Problem, ...]]:
    """The guide in a file, and what is wrong with it; no Guide where it can't be understood at all.

    A packet asks for them all, to check a client's file, and then for those that it takes.
    """
    if file.problem:
        return None, (file.problem,)
    try:
        source = file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.data[: error.start].count(b"\n") + 1
        return None, (Problem(Place(file.shown, line), "G05", "the guide is not UTF-8 text", "Save it as UTF-8."),)
    guide, problems = parse_guide(source, slug, file.shown, (file.path, file.data))
    return guide, tuple(problems)


def parse_guide(
    source: str, slug: str, file: str, read_from: tuple[Path, bytes] | None = None
) -> tuple[Guide | None, list[Problem]]:
    """The guide that a Markdown text holds; `file` is named in problems, `read_from` are the file and its bytes."""
    excess = list(bounds.excess(source))
    text = markdown.parse("" if excess else source)
    blocks = text.blocks
    excess += bounds.excess_read(blocks)
    if excess:
        hint = "Write it shorter, or split it: no guide needs as much."
        return None, [Problem(Place(file, line), "G04", message, hint) for line, message in excess]
    said, problems = fields.read(text.front_matter, file, FRONT_MATTER_KEYS, "F", first_line=2)
    if text.lines[0].strip() == "---" and not text.has_front_matter:
        hint = "Write '---' on a line of its own below the last key."
        return None, [Problem(Place(file, 1), "F07", "the front matter that begins here does not end", hint)]
    if not blocks:
        return None, [*problems, Problem(Place(file), "G06", "the guide is empty", "Begin with '# How to …'.")]
    titles = [block for block in blocks if isinstance(block, Heading) and block.level == 1]
    if not titles:
        hint = "Begin the text with one line '# How to create an API key on …'."
        return None, [*problems, Problem(Place(file, 1), "G07", "the guide has no title", hint)]
    for extra in titles[1:]:
        problems.append(
            Problem(Place(file, extra.line), "G08", "the guide has a second title", "Make it a '## ' heading.")
        )
    title = plain(titles[0].spans)
    introduction, steps, sections = _divide([block for block in blocks if block not in titles], file, problems)
    guide = Guide(
        slug=slug,
        file=file,
        title=title,
        line=titles[0].line,
        exchange=str(said.values["exchange"] or _exchange_of(title)),
        facts=_facts(said.values),
        introduction=introduction,
        steps=steps,
        sections=sections,
        source=Source(*(read_from or (Path(file), source.encode())), text.lines, said.lines, text.comments, text.prose),
    )
    if not guide.steps and not guide.sections:
        message = "the guide has no steps"
        problems.append(Problem(Place(file, titles[0].line), "G09", message, "Write '## Step 1: …' and what to do."))
        return None, problems
    problems += _misread_orders(guide)
    problems += _misread_settings(guide, Severity.ERROR if text.has_front_matter else Severity.WARNING)
    return _number_figures(guide), problems


def _misread_orders(guide: Guide) -> Iterator[Problem]:
    """An error for each brace that may have been meant for a picture and was not understood in full."""
    for figure in guide.figures:
        if figure.misread:
            message = f"the orders behind this picture can't be followed: {figure.misread}"
            yield Problem(Place(guide.file, figure.line), "G13", message, orders.HINT)
    for line, text in guide.texts:
        if orders.are_astray(text):
            message = "this would print, and looks like orders that were meant for a picture"
            yield Problem(Place(guide.file, line), "G13", message, orders.HINT)


def _misread_settings(guide: Guide, severity: Severity) -> Iterator[Problem]:
    """A problem for each permission of which its table does not say whether it is on or off.

    A guide without front matter is a foreign one, which nobody adapted yet: there it only warns.
    """
    parts = [guide.introduction, *(step.blocks for step in guide.steps), *(part.blocks for part in guide.sections)]
    for blocks in parts:
        for table in permissions_in(blocks):
            if not table.has_settings:
                message = "this table does not say which permissions are on and which are off"
                hint = "Add a column 'Setting' with On or Off; until then On is printed for all of them."
                yield Problem(Place(guide.file, table.line), "G16", message, hint, severity)
            for row in table.rows:
                if row.unread is not None:
                    said = f"'{row.unread}' says neither on nor off" if row.unread else "no setting is given"
                    message = f"{said}, for the permission '{plain(row.name)}'"
                    yield Problem(Place(guide.file, row.line), "G16", message, "Write On or Off.", severity)


def _facts(values: Any) -> Facts:
    permissions, whitelist = values["permissions"], values["ip_whitelist"]
    simple = {name: values[name] for name in Facts.__dataclass_fields__ if name in values}
    return Facts(
        **simple,
        enable=permissions["enable"],
        leave_off=permissions["leave_off"],
        withdrawal=permissions["withdrawal"],
        ip_field=whitelist["field"],
        ip_required=whitelist["required"],
        ip_separator=whitelist["separator"],
        ip_maximum=whitelist["maximum"],
        ip_ranges=whitelist["ranges"],
        ip_v6=whitelist["ipv6"],
        rules_off=values["checks"]["off"],
    )


def _exchange_of(title: str) -> str:
    found = _EXCHANGE_IN_TITLE.search(title)
    return found[1] if found else title


def _divide(
    blocks: Sequence[Block], file: str, problems: list[Problem]
) -> tuple[tuple[Block, ...], tuple[Step, ...], tuple[Section, ...]]:
    """The blocks before the first level-2 heading, the steps, and the other sections."""
    groups: list[tuple[Heading | None, list[Block]]] = [(None, [])]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            groups.append((block, []))
        else:
            groups[-1][1].append(block)
    steps: list[Step] = []
    sections: list[Section] = []
    for heading, content in groups[1:]:
        assert heading is not None
        numbered = _STEP.match(plain(heading.spans))
        settled = tuple(settle(content))
        if not settled:
            problems.append(
                Problem(
                    Place(file, heading.line),
                    "G10",
                    f"nothing stands under '{plain(heading.spans)}'",
                    "Say what to do here, or remove the heading.",
                    Severity.WARNING,
                )
            )
        if numbered:
            steps.append(Step(int(numbered[1]), _without_number(heading.spans), settled, heading.line))
        else:
            sections.append(Section(heading.spans, settled, heading.line))
    _note_numbers(steps, file, problems)
    return tuple(settle(groups[0][1])), tuple(steps), tuple(sections)


def _without_number(spans: Spans) -> Spans:
    match = _STEP.match(plain(spans))
    drop = match.start(2) if match else 0
    rest: list[Span] = []
    for span in spans:
        cut = min(drop, len(span.text))
        drop -= cut
        if span.text[cut:]:
            rest.append(replace(span, text=span.text[cut:]))
    return tuple(rest)


def _note_numbers(steps: Sequence[Step], file: str, problems: list[Problem]) -> None:
    for position, step in enumerate(steps, 1):
        if step.number != position:
            message = f"this is step {position} of the guide but is numbered {step.number}"
            place = Place(file, step.line)
            hint = f"Write '## Step {position}: …'; the number is printed as it stands."
            problems.append(Problem(place, "G11", message, hint, Severity.WARNING))
            return


def _located(address: str, slug: str) -> str:
    """A picture's address; that of a picture beside the guide has the guide's name in it, so that no two are one."""
    return address if urlsplit(address).scheme else f"{LOCAL}{slug}/{address.removeprefix('./')}"


def _number_figures(guide: Guide) -> Guide:
    counter = itertools.count(1)

    def numbered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(visit(block) for block in blocks)

    def visit(block: Block) -> Block:
        if isinstance(block, Figure):
            return replace(block, number=next(counter), address=_located(block.address, guide.slug))
        if isinstance(block, Together | Callout):
            return replace(block, blocks=numbered(block.blocks))
        if isinstance(block, Listing):
            return replace(block, items=tuple(replace(item, blocks=numbered(item.blocks)) for item in block.items))
        return block

    return replace(
        guide,
        introduction=numbered(guide.introduction),
        steps=tuple(replace(step, blocks=numbered(step.blocks)) for step in guide.steps),
        sections=tuple(replace(part, blocks=numbered(part.blocks)) for part in guide.sections),
    )
