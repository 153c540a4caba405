"""Markdown → blocks. Parsed once, into tokens; nothing here works on the source text.

Raw HTML stays text; HTML comments are set apart and do not print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from builder.guides import comments, orders, prose
from builder.guides.blocks import (
    Block,
    Callout,
    Code,
    Figure,
    Heading,
    Item,
    Listing,
    Paragraph,
    Permission,
    Permissions,
    Span,
    Spans,
    Table,
    Together,
    plain,
)

# Guides may be written in each language that has a catalogue of printed words.
_CALLOUT_KINDS = {
    **dict.fromkeys(("note", "tip", "hinweis", "tipp", "提示", "注意"), "note"),
    **dict.fromkeys(("important", "wichtig", "重要"), "important"),
    **dict.fromkeys(("warning", "caution", "danger", "warnung", "vorsicht", "achtung", "警告"), "warning"),
}
_CALLOUT = re.compile(rf"\W*({'|'.join(_CALLOUT_KINDS)})(?![^\W\u2e80-\u9fff])\s*[:：]?\s*", re.IGNORECASE)
_PERMISSION = ("permission", "berechtigung", "权限")
_SETTINGS = ("setting", "set to", "einstellung", "stellung", "设置")
_LEVELS = ("level", "access", "zugriff", "访问")
_ON = re.compile(
    r"on|yes|true|enabled?|tick(?:ed)?|check(?:ed)?|select(?:ed)?|allow(?:ed)?|activated?|active|"
    r"(?:turn|switch)(?:ed)? on|ein|an|ja|aktiv|aktiviert|aktivieren|einschalten|eingeschaltet|angehakt|erlaubt|"
    r"开|开启|打开|启用|勾选|是|[✓✔☑✅]"
)
_OFF = re.compile(
    r"off|no|never|false|inactive|disabled?|deny|denied|un(?:tick|check)(?:ed)?|"
    r"(?:do not|don't|not|never) (?:enabled?|tick(?:ed)?|check(?:ed)?|select(?:ed)?|allow(?:ed)?)|"
    r"(?:leave|left|keep|kept|turn|turned|switch|switched) (?:off|disabled|unticked|unchecked)|"
    r"aus|nein|nie|niemals|deaktiviert|deaktivieren|auslassen|ausschalten|ausgeschaltet|"
    r"nicht (?:aktiv|aktiviert|aktivieren|angehakt|erlaubt)|关|关闭|禁用|不启用|不勾选|未勾选|否|从不|[✗✘❌☐×]"
)
_BEHIND = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_LEAVE_OFF = re.compile(r"permissions?\b.*\b(?:disabled|off)\b", re.IGNORECASE)
_OFF_NOTE = re.compile(r"(.+?)\s*\((.+)\)\s*$")


@dataclass(frozen=True, slots=True)
class Text:
    """A parsed text: its front matter as it stands, its blocks from top to bottom, not yet settled.

    `lines` is the source, line by line, as the lines of blocks, comments and prose count them.
    """

    front_matter: str
    has_front_matter: bool
    blocks: tuple[Block, ...]
    lines: tuple[str, ...]
    comments: tuple[comments.Comment, ...]
    prose: prose.Prose


def parse(source: str) -> Text:
    """The blocks of a Markdown text."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tokens = _tokenizer().parse("\n".join(lines).replace("\0", "\ufffd"))
    front_matter = [token.content for token in tokens if token.type == "front_matter"]
    body = [token for token in tokens if token.type != "front_matter"]
    blocks = tuple(_Reader(lines).blocks(body))
    return Text(
        front_matter[0] if front_matter else "",
        bool(front_matter),
        blocks,
        tuple(lines),
        tuple(dict.fromkeys(comments.found_in(tokens, lines))),
        prose.prose_of(tokens, lines),
    )


_parser: Any = None


def _tokenizer() -> Any:
    global _parser  # one parser serves all guides of a run; making it takes longer than using it
    if _parser is None:
        _parser = _new_parser()
    return _parser


def _new_parser() -> Any:
    """A parser of the form that guides have."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser: Any = MarkdownIt("commonmark", {"html": False, "maxNesting": 30}).enable("table")
    parser.use(front_matter_plugin).use(orders.plugin).use(comments.plugin)
    noting = prose.Noting(parser)
    parser.validateLink = lambda address: _is_safe(address, is_picture=noting.in_picture)
    return parser


def _is_safe(address: str, *, is_picture: bool) -> bool:
    """Web and mail addresses, and for pictures paths that lead down from the guide; all else is printed as text."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme or parts.netloc:
        return parts.scheme.casefold() in {"http", "https", "mailto"}
    return is_picture and bool(parts.path) and not parts.path.startswith("/") and "\\" not in address


class _Reader:
    """Turns one token stream into blocks; lives for one text."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    def blocks(self, tokens: Sequence[Any]) -> list[Block]:
        found: list[Block] = []
        position = 0
        while position < len(tokens):
            end = _end_of(tokens, position)
            found += self._block(tokens[position], tokens[position + 1 : end])
            position = end + 1
        return found

    def _block(self, opening: Any, inner: Sequence[Any]) -> list[Block]:
        line = opening.map[0] + 1 if opening.map else 0
        match opening.type:
            case "paragraph_open":
                return self._paragraph(inner[0], line)
            case "heading_open":
                return [Heading(_trim(_spans(inner[0].children)), int(opening.tag[1]), line)]
            case "ordered_list_open" | "bullet_list_open":
                return [self._listing(opening, inner, line)]
            case "blockquote_open":
                return [self._callout(inner, line)]
            case "table_open":
                return [_table(inner, line)]
            case "fence" | "code_block":
                return [Code(_plain(opening.content.rstrip("\n")), line)]
            case "hr" | comments.KIND:
                return []  # a rule between steps says nothing that the page does not say already
            case _:
                return [Paragraph((Span(_plain(opening.content)),), line)] if opening.content else []

    def _paragraph(self, inline: Any, line: int) -> list[Block]:
        """A paragraph's text and pictures as blocks of their own, in order."""
        found: list[Block] = []
        pending: list[Any] = []
        at = line

        def flush() -> None:
            spans = _trim(_spans(pending))
            if spans:
                found.append(Paragraph(spans, at))
            pending.clear()

        for child in inline.children:
            if child.type in {"softbreak", "hardbreak"}:
                below = line + child.meta["lines"][1]
                if self._is_lazy(line, below):
                    flush()
                    at = below
                    continue
            if child.type == "image":
                flush()
                first, last = child.meta["lines"]
                found.append(self._figure(child, line + first))
                at = line + last
            elif child.type == orders.KIND:
                flush()
                at = line + child.meta["lines"][1]
                _give_orders(found, child)
            else:
                pending.append(child)
        flush()
        return found

    def _is_lazy(self, first: int, current: int) -> bool:
        """Whether a line continues a list entry without being indented under it: the author meant a new paragraph."""
        opening, text = self.lines[first - 1], self.lines[current - 1] if current <= len(self.lines) else ""
        in_list = re.match(r"\s*(?:[-*+]|\d+[.)])\s", opening)
        return bool(in_list) and not text.startswith((" ", "\t"))

    def _figure(self, image: Any, line: int) -> Figure:
        alt = " ".join("".join(_alt_texts(image.children or [])).split())
        address = str(image.attrs.get("src", ""))
        return Figure(address, alt, line)

    def _listing(self, opening: Any, inner: Sequence[Any], line: int) -> Listing:
        ordered = opening.type == "ordered_list_open"
        start = int(opening.attrs.get("start", 1)) if ordered else 0
        items: list[Item] = []
        position = 0
        while position < len(inner):
            end = _end_of(inner, position)
            item_line = inner[position].map[0] + 1
            blocks = tuple(self.blocks(inner[position + 1 : end]))
            items.append(Item(blocks, item_line, start + len(items) if ordered else 0))
            position = end + 1
        return Listing(tuple(items), ordered, line)

    def _callout(self, inner: Sequence[Any], line: int) -> Callout:
        blocks = self.blocks(inner)
        first = blocks[0] if blocks else None
        if isinstance(first, Paragraph):
            named = _CALLOUT.match(plain(first.spans))
            if named and first.spans[0].strong | (":" in named[0]):
                word = named[1].casefold()
                rest = _drop(first.spans, named.end())
                blocks[0:1] = [Paragraph(rest, first.line)] if rest else []
                return Callout(_CALLOUT_KINDS.get(word, word), tuple(blocks), line)
        return Callout("quote", tuple(blocks), line)


def _give_orders(blocks: list[Block], token: Any) -> None:
    """Gives the last figure of some blocks what stands in braces behind it."""
    for position in range(len(blocks) - 1, -1, -1):
        figure = blocks[position]
        if isinstance(figure, Figure):
            said, misread = orders.read(token.content)
            if not token.meta["closed"]:
                misread = "the brace is not closed"
            elif token.meta["second"]:
                misread = "there are two pairs of braces"
            blocks[position] = replace(figure, orders=() if misread else said, misread=misread or figure.misread)
            return


def _end_of(tokens: Sequence[Any], start: int) -> int:
    """Where the block that begins at `start` ends: its closing token, or itself."""
    depth = 0
    for position in range(start, len(tokens)):
        depth += tokens[position].nesting
        if depth == 0:
            return position
    return len(tokens) - 1


def _spans(children: Sequence[Any]) -> list[Span]:
    strong = em = 0
    hrefs: list[str] = []
    spans: list[Span] = []
    for child in children:
        match child.type:
            case "strong_open" | "strong_close":
                strong += child.nesting
            case "em_open" | "em_close":
                em += child.nesting
            case "link_open":
                hrefs.append(str(child.attrs.get("href", "")))
            case "link_close":
                hrefs.pop()
            case comments.KIND:
                pass
            case _:
                text = " " if child.type in {"softbreak", "hardbreak"} else _plain(child.content)
                code = child.type == "code_inline"
                spans.append(Span(text, strong > 0, em > 0, code, hrefs[-1] if hrefs else ""))
    return spans


def _plain(text: str) -> str:
    """A text without the signs that ask for colour pictures of other signs."""
    return text.replace("\ufe0f", "")


def _trim(spans: Sequence[Span]) -> Spans:
    """Spans without white space at the ends, without empty ones, and with neighbours of one style joined."""
    joined: list[Span] = []
    for span in spans:
        if joined and replace(joined[-1], text="") == replace(span, text="") and not span.code:
            joined[-1] = replace(span, text=joined[-1].text + span.text)
        elif span.text:
            joined.append(span)
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(span for span in joined if span.text)


def _drop(spans: Spans, count: int) -> Spans:
    """Spans less their first `count` characters."""
    rest: list[Span] = []
    for span in spans:
        cut = min(count, len(span.text))
        count -= cut
        rest.append(replace(span, text=span.text[cut:]))
    return _trim(rest)


def _alt_texts(children: Sequence[Any]) -> Iterator[str]:
    for child in children:
        if child.type in {"text", "code_inline"}:
            yield _plain(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            yield " "
        elif child.children:
            yield from _alt_texts(child.children)


def _table(inner: Sequence[Any], line: int) -> Table | Permissions:
    rows: list[tuple[Spans, ...]] = []
    lines: list[int] = []
    cells: list[Spans] = []
    is_comment = False
    for position, token in enumerate(inner):
        if token.type == "tr_open":
            cells, is_comment = [], False
            at = token.map[0] + 1 if token.map else line
        elif token.type in {"th_open", "td_open"}:
            children = inner[position + 1].children
            cells.append(_trim(_spans(children)))
            is_comment = is_comment or comments.is_alone(children)
        elif token.type == "tr_close" and (any(cells) or not is_comment or not rows):  # the first is the header
            rows.append(tuple(cells))
            lines.append(at)
    header, body = rows[0], tuple(rows[1:])
    names = [plain(cell).casefold() for cell in header]
    if names and names[0].startswith(_PERMISSION):
        return _permissions(names, list(zip(body, lines[1:], strict=True)), line)
    return Table(header, body, line)


def _permissions(names: Sequence[str], rows: Sequence[tuple[Sequence[Spans], int]], line: int) -> Permissions:
    """A table of permissions; the column with their settings is found by its name, or by what stands in it."""
    columns = range(1, len(names))
    setting = next((at for at in columns if names[at] in _SETTINGS), None)
    if setting is None:
        setting = next((at for at in columns if any(_is_on(row[at]) is not None for row, _ in rows)), None)
    level = next((at for at in columns if at != setting and any(word in names[at] for word in _LEVELS)), None)
    purpose = len(names) - 1 if len(names) - 1 not in {0, setting, level} else None
    found = []
    for row, at in rows:
        on = _is_on(row[setting]) if setting is not None else True
        found.append(
            Permission(
                name=row[0],
                on=bool(on),  # what can't be read stays off
                level=row[level] if level is not None else (),
                purpose=row[purpose] if purpose is not None else (),
                unread=plain(row[setting]) if setting is not None and on is None else None,
                line=at,
            )
        )
    return Permissions(tuple(found), line, has_settings=setting is not None)


def _is_on(cell: Spans) -> bool | None:
    """Whether a setting says on; None where it says neither on nor off."""
    words = _BEHIND.sub("", plain(cell)).strip(" .!").replace("’", "'").casefold()
    return True if _ON.fullmatch(words) else False if _OFF.fullmatch(words) else None


def settle(blocks: Sequence[Block]) -> list[Block]:
    """Blocks with figures joined to the sentences they belong to, and lists that a figure interrupted made whole."""
    settled: list[Block] = []
    for block in _permission_lists(blocks):
        last = settled[-1] if settled else None
        if isinstance(block, Figure) and isinstance(last, Listing) and last.ordered:
            settled[-1] = _with_figure(last, block)
        elif isinstance(block, Figure) and settled:
            settled[-1:] = _introduced(settled, block)
        elif _continues(last, block):
            assert isinstance(last, Listing) and isinstance(block, Listing)
            settled[-1] = replace(last, items=last.items + block.items)
        elif isinstance(block, Listing):
            settled.append(replace(block, items=tuple(replace(i, blocks=tuple(settle(i.blocks))) for i in block.items)))
        else:
            settled.append(block)
    return settled


def _with_figure(listing: Listing, figure: Figure) -> Listing:
    item = listing.items[-1]
    joined = replace(item, blocks=tuple(settle([*item.blocks, figure])))
    return replace(listing, items=(*listing.items[:-1], joined))


def _introduced(settled: list[Block], figure: Figure) -> list[Block]:
    """The last settled block joined with the figure it introduces."""
    last = settled[-1]
    if isinstance(last, Together):
        return [replace(last, blocks=(*last.blocks, figure))]
    if isinstance(last, Heading | Figure | Table | Permissions):
        return [last, figure]
    return [Together((last, figure), last.line)]


def _continues(last: Block | None, block: Block) -> bool:
    """Whether a numbered list goes on where the one before a figure stopped."""
    return (
        isinstance(last, Listing)
        and isinstance(block, Listing)
        and last.ordered
        and block.ordered
        and block.items[0].number == last.items[-1].number + 1
    )


def _permission_lists(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with a bullet list under a heading such as “Permissions to leave disabled” made a table."""
    last: Block | None = None
    for block in blocks:
        under_off = isinstance(last, Heading) and _LEAVE_OFF.search(plain(last.spans))
        if under_off and isinstance(block, Listing) and all(_is_text(item) for item in block.items):
            yield Permissions(tuple(_permission_off(item) for item in block.items), block.line)
        else:
            yield block
        last = block


def _is_text(item: Item) -> bool:
    return len(item.blocks) == 1 and isinstance(item.blocks[0], Paragraph)


def _permission_off(item: Item) -> Permission:
    paragraph = item.blocks[0]
    assert isinstance(paragraph, Paragraph)
    words = plain(paragraph.spans)
    noted = _OFF_NOTE.match(words)
    if noted:
        return Permission((Span(noted[1]),), on=False, purpose=(Span(noted[2]),))
    return Permission((Span(words),), on=False)
