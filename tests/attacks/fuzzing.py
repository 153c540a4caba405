"""What the fuzzing tries: odd guides, settings, lock files, logos and pictures, and what each must come to.

Each `try_…` takes what a person may hand the builder and fails with any exception but a refusal, or when it takes
longer than SECONDS of processor time.
"""

from __future__ import annotations

import datetime
import io
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st
from PIL import Image
from samples import SAMPLE

from builder.build import Request, build
from builder.config.drawings import fault
from builder.config.handbook import load_config
from builder.guides.guide import FRONT_MATTER_KEYS
from builder.problems import BuildError

SECONDS = 10.0  # of processor time, for each try
NAMES = [key.name for key in FRONT_MATTER_KEYS]


@contextmanager
def in_time() -> Iterator[None]:
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert took < SECONDS, f"took {took:.1f} s"


_CHARACTERS = st.one_of(
    st.characters(),
    st.sampled_from(list("[]()<>*_`~|#->+&;:!\"'\\{}%@=^$\t \n")),
    st.sampled_from(["\u0301", "\u202e", "\u200b", "\ufeff", "\u2028", "中", "ש", "😀", "\ue000", "\x85"]),
)
_WORDS = st.text(_CHARACTERS, max_size=40)
_PIECES = st.one_of(
    _WORDS,
    st.sampled_from(
        [
            *(
                "# ",
                "## Step 1: ",
                "## Step 99: ",
                "### ",
                "- ",
                "* ",
                "1. ",
                "7) ",
                "> ",
                "> **Warning:** ",
                "\n",
                "\n\n",
            ),
            *(
                "    ",
                "\t",
                "**bold**",
                "*em*",
                "`code`",
                "```\n",
                "~~~\n",
                "---\n",
                "===\n",
                "![A screen](https://pictures.",
            ),
            *(
                "![A](https://pictures.example/main/example/create.png)",
                '{crop="1 2 3 4"}',
                "{mask=",
                "[x](https://x.example)",
            ),
            *(
                "[x]: https://x.example\n",
                "[x]",
                "<!--",
                "-->",
                "<b>",
                "&amp;",
                "| a | b |\n|---|---|\n",
                "| c | d |\n",
                "|",
            ),
            *(
                "Permissions to leave disabled",
                "| Permission | Setting |\n|---|---|\n| Read | On |\n",
                "Withdraw",
                "\\",
            ),
            *(
                "<!-- check off L02: reason -->",
                "Enter the IP addresses, separated by commas.",
                "exchange.example",
                "1.2.3.4,5.6.7.8",
            ),
        ]
    ),
)
_STRETCHES = st.builds(
    lambda piece, times: piece * times, _PIECES, st.sampled_from([1, 1, 1, 2, 3, 30, 200, 1_000, 20_000])
)
_VALUES = st.recursive(
    st.one_of(
        _WORDS,
        st.sampled_from(
            ["true", "no", "2026-01-02", "'#E5C73E'", "https://www.exchange.example", "600", "1e999", "~", "once"]
        ),
        st.sampled_from(
            ['","', '"\\n"', '"\\0"', "*a", "&a b", "!!int x", "|\n  a\n  b", "0x" + "f" * 5000, "9" * 5000, "1:1:1"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda many: f"[{', '.join(many)}]"),
        st.lists(inner, max_size=4).map(
            lambda many: "{" + ", ".join(f"k{n}: {one}" for n, one in enumerate(many)) + "}"
        ),
    ),
    max_leaves=12,
)


def _mapping(names: list[str]) -> st.SearchStrategy[str]:
    line = st.builds(
        lambda name, value: f"{name}: {value}\n", st.sampled_from([*names, "", "- a", "? [a]", "  b"]), _VALUES
    )
    odd = st.sampled_from(
        ["[" * 30_000, "a: &a [x]\nb: *a\n", "- " * 5_000, "{" * 20, "? " * 300, "a: " + "x" * 50_000]
    )
    return st.lists(st.one_of(line, line, line, odd), max_size=10).map("".join)


def _changed(text: str) -> st.SearchStrategy[str]:
    """A text with a stretch of it replaced, doubled or taken out."""
    return st.builds(
        lambda start, length, new: text[:start] + new + text[start + length :],
        st.integers(0, len(text)),
        st.integers(0, 60),
        st.one_of(_STRETCHES, st.integers(0, len(text)).map(lambda end: text[:end])),
    )


guides = st.one_of(
    st.lists(_STRETCHES, max_size=30).map("".join),
    st.lists(_STRETCHES, max_size=30).map(lambda parts: "# How to go on Example\n\n## Step 1: Go\n\n" + "".join(parts)),
    st.builds(lambda front, body: f"---\n{front}---\n{body}", _mapping(NAMES), st.just(SAMPLE.split("---\n", 2)[2])),
    _changed(SAMPLE),
)
settings_texts = st.one_of(
    _mapping(["title", "edition", "date", "guides", "brand", "paper", "screenshots", "checks", "limits"]),
    _changed("title: Sample\nedition: '7'\ndate: 2026-01-02\nguides: [example]\nlimits:\n  retries: 2\n"),
)
brand_texts = st.one_of(
    _mapping(["name", "tagline", "logo", "colours", "contacts", "legal"]),
    _changed(
        "name: Firm\nlogo: logo.svg\ncolours:\n  ink: '#14161C'\ncontacts:\n  Mail: a@firm.example\nlegal: All rights\n"
    ),
)
_RECORD = (
    "- address: https://pictures.example/main/example/create.png\n  file: example/create.png\n"
    f"  sha256: {'0' * 64}\n  bytes: 12\n  fetched: 2026-01-02\n  cleared:\n  - kind: CODE\n    box: [1, 2, 3, 4]\n"
    "    reason: it is ours\n  confirmed:\n    date: 2026-01-02\n    by: me\n    seen: []\n"
)
lock_texts = st.one_of(
    _mapping(["- address", "  file", "  sha256", "  bytes", "  cleared", "  confirmed", "  fetched"]), _changed(_RECORD)
)

_NUMBERS = st.sampled_from(
    ["0", "1", "-1", "9", "1e5", "1e400", "nan", "50%", "", "1 2", "0.0000001", "-", "a", "3em", "1e-300"]
)
_GEOMETRY = [
    *("x", "y", "width", "height", "r", "rx", "ry", "cx", "cy", "x1", "y2", "offset", "stroke-width"),
    *("stroke-dasharray", "opacity", "font-size", "viewBox"),
]
_OTHERS = [
    *("fill", "stroke", "clip-path", "mask", "marker", "marker-end", "filter", "href", "id", "class", "style"),
    *("transform", "d", "points", "display"),
]
_ATTRIBUTES = st.one_of(
    st.builds(
        lambda name, value: f'{name}="{value}"',
        st.sampled_from(_GEOMETRY),
        _NUMBERS,
    ),
    st.builds(
        lambda name, value: f'{name}="{value}"',
        st.sampled_from(_OTHERS),
        st.sampled_from(
            [
                *(
                    "url(#a)",
                    "url(#b)",
                    "#a",
                    "#b",
                    "a",
                    "b",
                    "red",
                    "none",
                    "inherit",
                    "rgb(1,2",
                    "fill:url(#b)",
                    "M0 0L9 9z",
                ),
                *(
                    "M 0 0 A 1 1 0 0 1 5 5",
                    "M",
                    "rotate(45)",
                    "matrix(1 0 0 0 0 0)",
                    "scale(0)",
                    "scale(1e9)",
                    "0,0 1,1 2",
                    "M0 0" + "h1" * 300,
                ),
                *("M1e309 0L0 0", "https://x.example/a", "translate(", "M0 0C", "currentColor", "skewX(90)"),
            ]
        ),
    ),
)


def _attributes(written: list[str]) -> str:
    """Each attribute once, as XML wants it."""
    return " ".join({one.partition("=")[0]: one for one in written}.values())


def _element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = "g g defs path rect circle ellipse line polyline polygon text tspan use use symbol clipPath mask "
    names += "pattern marker svg linearGradient radialGradient stop filter feOffset style title switch textPath a image"
    return st.builds(
        lambda name, attributes, children: f"<{name} {_attributes(attributes)}>{''.join(children)}</{name}>",
        st.sampled_from(names.split()),
        st.lists(_ATTRIBUTES, max_size=5),
        st.lists(inner, max_size=4),
    )


_DRAWING = st.recursive(
    st.one_of(st.just(""), st.sampled_from(["text", "a{fill:red}", "&#169;"])), _element, max_leaves=15
)
logos = st.one_of(
    st.builds(
        lambda attributes, parts: (
            f'<svg xmlns="http://www.w3.org/2000/svg" {_attributes(attributes)}>{"".join(parts)}</svg>'
        ),
        st.lists(_ATTRIBUTES, max_size=3),
        st.lists(_DRAWING, max_size=5),
    ),
    st.text(max_size=60),
).map(lambda text: text.encode("utf-8", "replace"))


def _chunks(data: bytes) -> list[bytes]:
    chunks, at = [], 8
    while at < len(data):
        length = struct.unpack(">I", data[at : at + 4])[0]
        chunks.append(data[at + 4 : at + 8 + length])
        at += 12 + length
    return chunks


def _png(chunks: list[bytes]) -> bytes:
    signed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(signed)


def _seed_png(mode: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (20, 30, 40)).convert(mode).save(out, "PNG")
    return out.getvalue()


@st.composite
def pngs(draw: st.DrawFn) -> bytes:
    """A PNG whose chunks were changed, with right checksums; or its bytes with one stretch changed."""
    data = _seed_png(draw(st.sampled_from(["RGB", "P", "L", "RGBA", "1", "LA"])))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(data) - 1))
        return data[:at] + draw(st.binary(max_size=8)) + data[at + draw(st.integers(0, 20)) :]
    chunks = _chunks(data)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(chunks) - 1))
        kind = draw(
            st.sampled_from(
                [
                    b"IHDR",
                    b"PLTE",
                    b"tRNS",
                    b"IDAT",
                    b"IEND",
                    b"gAMA",
                    b"iCCP",
                    b"zTXt",
                    b"eXIf",
                    b"acTL",
                    b"fcTL",
                    b"pHYs",
                    b"sRGB",
                ]
            )
        )
        chunk = draw(
            st.one_of(
                st.binary(max_size=30).map(lambda body, kind=kind: kind + body),
                st.just(b"zTXt" + b"a\0\0" + zlib.compress(b"\0" * 3_000_000)),
                st.just(struct.pack(">4sIIBBBBB", b"IHDR", 60_000, 60_000, 8, 2, 0, 0, 0)),
                st.builds(
                    lambda c, i, b: c[: 4 + i] + b + c[4 + i + len(b) :],
                    st.just(chunks[at]),
                    st.integers(0, 40),
                    st.binary(min_size=1, max_size=3),
                ),
            )
        )
        chunks[at : at + draw(st.integers(0, 1))] = [chunk]
    return _png(chunks)


def _request(project: Path) -> Request:
    config, problems = load_config(project)
    if config is None:
        raise BuildError(problems)
    return Request(config, project / "guides", project / "output", datetime.date(2026, 1, 3), offline=True)


def try_build(project: Path, file: str, data: bytes) -> None:
    """Builds a project in which one file is replaced, and puts the file back."""
    path = project / file
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(data)
    try:
        with in_time():
            try:
                build(_request(project), lambda *_: None)
            except BuildError as error:
                assert error.problems and all(str(problem) for problem in error.problems)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def try_guide(project: Path, source: str) -> None:
    """Builds a guide, and mends it; what has been mended can be mended no further."""
    from builder.checks import mend

    data = source.encode("utf-8", "replace")
    try_build(project, "guides/example.md", data)
    with in_time():
        once, _ = mend.fix(data.decode(), "example")
        mend.fix(once, "example")


def try_logo(project: Path, data: bytes) -> None:
    """Builds with a logo; one that passed the look at it must not trouble the engine."""
    with in_time():
        wrong = fault(data)
    try:
        try_build(project, "assets/brand/logo.svg", data)
    except BaseException as error:
        raise AssertionError(f"passed as {wrong or 'fit'}") from error


def try_picture(folder: Path, data: bytes) -> None:
    """Has a downloaded picture judged, opened and encoded as a prepared one."""
    from builder.layout import finish
    from builder.screenshots.fetch.faults import Fault
    from builder.screenshots.fetch.validate import check
    from builder.screenshots.inspect.inspect import CannotInspect, TooLarge, open_original
    from builder.screenshots.prepare.encode import encode

    path = folder / "picture.png"
    path.write_bytes(data)
    with in_time():
        try:
            check(path, 1_000_000, "the picture")
            image, _ = open_original(data, 1_000_000)
        except (Fault, CannotInspect, TooLarge):
            return
        finish.placeholder(encode(image))
