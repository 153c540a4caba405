"""The pages' quality, tested on real PDFs: ordinary guides, hostile ones, and the project's own with its screenshots.

Set HANDBOOK_SCREENSHOTS to a folder of real screenshots, laid out as the guides' addresses are, to test those as well.
"""

from __future__ import annotations

import datetime
import functools
import io
import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree.ElementTree import Element

import laid_out
import pdfplumber
import printed
import pytest
from PIL import Image, ImageDraw
from samples import ROOT, SAMPLE

from builder.config.brand import drawn
from builder.config.handbook import load_config
from builder.guides.blocks import PictureKey
from builder.guides.guide import Guide, parse_guide
from builder.layout import fitting, parts
from builder.layout.paging import LEVELS, NEVER, Piece, plan
from builder.pages import html
from builder.pages import words as catalogue
from builder.pages.fonts import FACES, FALLBACKS, covered
from builder.pages.page import Look
from builder.pages.paper import PROFILES, paper
from builder.pages.templates import Templates
from builder.pdf.provenance import Origin, sha256
from builder.problems import Place, Problem
from builder.publish import bindings
from builder.screenshots.model import Picture, View
from builder.store import Store

PAPERS = [(size, profile) for profile in PROFILES for size in ("a4", "letter")]
MIXED = [  # both papers and both profiles; the other two pairs under `make test-all`
    pytest.param(on, marks=() if (on[0] == "a4") == (on[1] == "screen") else pytest.mark.slow) for on in PAPERS
]
OWN_GUIDES = ("binance", "bingx", "coinstore", "gate", "lbank")
SIZES = {"menu": (350, 750), "dialog": (620, 520), "form": (900, 700), "page": (1600, 700), "tall": (600, 3000)}
SIZES["large"] = (900, 1000)
LEVELS_OF = {"menu": (73, 73, 73), "dialog": (126, 126, 152), "form": (152, 126, 152), "page": (152, 126, 152)}
LEVELS_OF |= {"tall": (73, 73, 73), "large": (152, 126, 152)}


@dataclass(frozen=True)
class Made:
    """A laid-out and bound PDF with what it was made from."""

    path: Path
    guides: tuple[Guide, ...]
    problems: tuple[Problem, ...]
    views: Mapping[str, dict[int, int]]  # by slug and figure number
    pages: printed.Printed


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("cache"))
    store.open()
    return store


@functools.cache
def screen(kind: str) -> bytes:
    """A prepared picture: a palette PNG without transparency."""
    image = Image.new("RGB", SIZES[kind], "#20242c" if kind in {"menu", "form"} else "#eef0f4")
    draw = ImageDraw.Draw(image)
    for line in range(0, SIZES[kind][1], 60):
        draw.rectangle((30, line + 14, 30 + (line * 7) % 260, line + 30), fill="#9aa4b5")
    draw.rectangle((20, 60, 220, 110), outline="#E5C73E", width=4)
    out = io.BytesIO()
    image.quantize(16).save(out, "PNG")
    return out.getvalue()


def picture(store: Store, kinds: str) -> Picture:
    """A picture of one view, or of several: `page+dialog`."""
    return Picture(tuple(_view(store, kind) for kind in kinds.split("+")))


def _view(store: Store, kind: str) -> View:
    comfortable, least, most = (float(width) for width in LEVELS_OF[kind])
    asset = store.put_asset(screen(kind), ".png")
    return View(asset, *SIZES[kind], comfortable, least, most, (0.2, 0.2, 0.4, 0.4) if kind == "dialog" else None)


TEMPLATES = Templates.read(ROOT / "templates")


def look(store: Store, size: str, profile: str = "screen", **brand: object) -> Look:
    config, _ = load_config(ROOT)
    assert config is not None and config.brand.logo is not None
    faces = tuple((face, store.put_asset(face.load(), face.suffix)) for face in (*FACES, *FALLBACKS))
    words, _ = catalogue.load(TEMPLATES.files, "en", Place("handbook.yaml"))
    assert words is not None
    logo = (
        store.put_asset(drawn(config.brand.logo.read_bytes(), config.brand.colours), ".svg")
        if brand.get("logo", True)
        else ""
    )
    return Look(
        replace(config.brand, **{"logo": None, **{name: value for name, value in brand.items() if name != "logo"}}),
        paper(size, profile),
        faces,
        covered(face.load() for face in FACES),
        logo,
        "",
        "Exchange API Handbook",
        "How to create trading API keys",
        "7",
        words,
    )


def book(store: Store, on: tuple[str, str], guides: Sequence[Guide], **brand: object) -> bindings.Book:
    created = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    origins = {one.slug: Origin(sha256(b"a text"), {}) for one in guides}
    return bindings.Book(look(store, *on, **brand), TEMPLATES, store, created, origins)


def guide(text: str, slug: str = "example") -> Guide:
    made, _ = parse_guide(text, slug, f"guides/{slug}.md")
    assert made is not None
    return made


def figure(kind: str, alt: str) -> str:
    return f"![{alt}](https://pictures.example/{kind}/{alt.replace(' ', '%20')}.png)"


def pictures_for(store: Store, guides: Sequence[Guide]) -> dict[PictureKey, Picture]:
    """The pictures of some guides; the folder in a picture's address says what kind it is."""
    return {each.picture: picture(store, each.address.split("/")[3]) for one in guides for each in one.figures}


def make(
    store: Store,
    folder: Path,
    on: tuple[str, str],
    guides: Sequence[Guide],
    pictures: Mapping[PictureKey, Picture] | None = None,
    **brand: object,
) -> Made:
    """One guide's own PDF, or the handbook of several, bound as a build binds them, on a paper in a profile."""
    shown = book(store, on, guides, **brand)
    pictures = pictures_for(store, guides) if pictures is None else pictures
    documents = bindings.guide_pages(shown, guides, guides, pictures)
    laid = parts.lay_out_all(store, documents, 2, lambda *_: None)
    problems = bindings.guide_problems(guides, laid)
    if len(guides) == 1:
        binding = bindings.single(shown, guides[0], laid[guides[0].slug])
    else:
        binding = bindings.handbook(shown, guides, laid)
    problems += bindings.other_problems([binding], laid)
    path = folder / "made.pdf"
    bindings.bind(store, binding, path)
    views = {one.slug: {each.number: len(pictures[each.picture].views) for each in one.figures} for one in guides}
    return Made(path, tuple(guides), tuple(problems), views, printed.read(path))


def faults(made: Made) -> list[str]:
    """All that is wrong with the pages."""
    found = [str(problem) for problem in made.problems]
    found += printed.link_faults(made.pages) + printed.outline_faults(made.pages)
    found += [f"{made.pages.glyphs_missing} glyphs are missing"] if made.pages.glyphs_missing else []
    if "-contents" in made.pages.names:
        found += printed.contents_faults(made.pages)
    for one in made.guides:
        found += printed.figure_faults(made.pages, one, made.views[one.slug])
        found += printed.heading_faults(made.pages, one)
        found += printed.fill_faults(made.pages, one)
        found += printed.lonely_line_faults(made.pages, one)
    return found


PLAIN = SAMPLE.replace("/main/example", "/menu")
LONG = "Every exchange words this differently, so read the whole sentence on your screen before you go on. " * 9
TITLE = "How to create an API key on Example"
RICH = f"""# {TITLE}

This guide leads to a key that can trade and never withdraw.

## Step 1: Log in

> **Note:** Keys are for verified accounts only.

1. Go to the official website.
2. Log in with the credentials of your account.

## Step 2: Open the menu

1. Click the profile icon.
2. Select the entry for accounts.

{figure("menu", "Menu with the entry Account")}

3. Go to the sidebar and select the entry for keys.

{figure("page+dialog", "Page with the entry API Management")}

## Step 3: Name the key

1. Enter the label of the key.
2. Check that the type of the key is the recommended one.
3. Click **Next**.

{figure("dialog", "Window with the field for the label")}

The label is shown in the list of keys.

## Step 4: Confirm

> **Warning:** The secret key is shown only once, right after this step.

1. Enter the code from the email.
2. Enter the code from the authenticator app.
3. Click **Submit**.

{figure("form", "Window with three fields for codes")}

You should now see the key.

## Step 5: Set the permissions

> **Important:** Never tick **Withdraw**.

1. Set each permission as this table says.

| Permission | Setting | What it is for |
|---|---|---|
| Read | On | Sees the account |
| Trade | On | Places and cancels orders |
| Futures | Off | — |
| Withdraw | Off | Never needed for trading |

2. Bind the key to the IP addresses under “Your values”.
3. Click **Save**.

{figure("page", "Key with its permissions and the button Save")}

{LONG}

## Keep the key safe

- Never let the secret key become public.
- Delete keys that you no longer use.
"""


def steps(count: int) -> str:
    """A guide of so many steps, of which every third has a figure."""
    kinds = ("menu", "dialog", "form", "page")
    text = ["# How to create a key on Longer\n"]
    for number in range(1, count + 1):
        text.append(
            f"## Step {number}: Do act number {number} of many\n\n1. Look for entry {number}.\n2. Click it {number}.\n"
        )
        if number % 3 == 0:
            text.append(figure(kinds[number // 3 % 4], f"Screen of act {number}") + "\n")
    return "\n".join(text)


HOSTILE = {
    "60 steps": steps(60),
    "a table of 40 rows": "# How to create a key on Wide\n\n## Step 1: Set permissions\n\nSet each one so:\n\n"
    + "| Permission | Setting | What it is for |\n|---|---|---|\n"
    + "".join(f"| Permission number {n} | {'On' if n < 3 else 'Off'} | It allows act number {n} |\n" for n in range(40))
    + "\nClick **Save**.\n",
    "a picture 3000 px tall": "# How to create a key on Tall\n\n## Step 1: Scroll\n\nGo to the end of this page:\n\n"
    + figure("tall", "The whole of a long page")
    + "\n\nClick the last button.\n",
    "a title of 200 characters": SAMPLE.replace(
        "# How to create an API key on Example",
        "# " + ("How to create an API key that trades and nothing else " * 5)[:189] + " on Example",
    ).replace("pictures.example/main/example", "pictures.example/menu"),
    "an exchange's name of 60 characters": RICH.replace(
        TITLE, "How to create an API key on The Very Large International Exchange of Digital Assets AG"
    ),
    "an address that can't be broken": RICH.replace(
        "Keys are for", f"See https://example.com/{'a1b2c3' * 48} ; keys are for"
    ),
    "an empty step": RICH.replace("## Step 4: Confirm", "## Step 4: Nothing\n\n## Step 5: Confirm"),
    "deep lists": "# How to create a key on Deep\n\n## Step 1: Choose\n\n"
    + "".join(f"{'   ' * depth}1. Open level {depth} of the menu.\n" for depth in range(7))
    + "\n"
    + "\n".join(f"{n}. Entry number {n} of a very long list.\n   - One more word on {n}.\n" for n in range(1, 40)),
    "very long paragraphs": "# How to create a key on Wordy\n\n## Step 1: Read\n\n"
    + "\n\n".join(f"Paragraph {n}. {LONG * 3}" for n in range(6))
    + f"\n\n{figure('dialog', 'What was spoken of')}\n",
    "12 figures in a row": "# How to create a key on Gallery\n\n## Step 1: Look\n\nThese are the screens:\n\n"
    + "\n\n".join(figure(("menu", "menu", "dialog")[n % 3], f"Screen number {n}") for n in range(12))
    + "\n",
    "a figure that has to give way": "# How to create a key on Large\n\n## Step 1: Read\n\n"
    + f"{LONG}\n\n## Step 2: Look\n\n{LONG[:200]}\n\n{figure('large', 'A high window')}\n\n{LONG}\n",
    "no pictures": "# How to create a key on Plain\n\n"
    + "\n".join(f"## Step {n}: Act {n}\n\n> **Warning:** Think of {n}.\n\n{LONG}\n" for n in range(1, 9)),
    "names in many scripts": RICH.replace(
        "Enter the label of the key.", "点击 **创建密钥**, Создать ключ, Κλειδί, إنشاء مفتاح, 키 만들기."
    ).replace("Click **Submit**.", "☑ ⚠ — “Submit” ‘now’ … 確認 キー"),
}


@pytest.mark.parametrize("on", MIXED)
def test_an_ordinary_guide_is_well_laid_out(store: Store, tmp_path: Path, on: tuple[str, str]) -> None:
    made = make(store, tmp_path, on, [guide(RICH)])
    assert faults(made) == []
    assert sum(map(len, (sheet.pictures for sheet in made.pages.sheets))) == 6


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_guides_are_well_laid_out(store: Store, tmp_path: Path, name: str) -> None:
    on = PAPERS[list(HOSTILE).index(name) % len(PAPERS)]
    assert faults(make(store, tmp_path, on, [guide(HOSTILE[name])])) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("on", PAPERS)
def test_hostile_guides_are_well_laid_out_on_every_paper(
    store: Store, tmp_path: Path, name: str, on: tuple[str, str]
) -> None:
    assert faults(make(store, tmp_path, on, [guide(HOSTILE[name])])) == []


@pytest.mark.parametrize("on", MIXED)
def test_a_handbook_of_three_guides(store: Store, tmp_path: Path, on: tuple[str, str]) -> None:
    guides = [guide(RICH.replace("Example", name), name.casefold()) for name in ("Alpha", "Beta")]
    made = make(store, tmp_path, on, [*guides, guide(steps(7), "longer")])
    assert faults(made) == []
    assert len(printed_contents(made)) == 2 + 5 + 5 + 7 + 1 + 1  # chapters, steps, glossary


def printed_contents(made: Made) -> set[str]:
    first, last = made.pages.names["-contents"], made.pages.names["-at-a-glance"]
    return {name for page, _, name in made.pages.links if first <= page < last}


@pytest.mark.slow
def test_a_handbook_of_thirty_guides(store: Store, tmp_path: Path) -> None:
    texts = [
        SAMPLE.replace("Example", f"Exchange {n}")
        .replace("/main/example", "/menu")
        .replace("maximum: 5", f"maximum: {n + 1}")
        .replace("[Email code]", f"[Email code, Code {n} of a telephone]")
        for n in range(30)
    ]
    guides = [guide(text, f"e{n}") for n, text in enumerate(texts)]
    made = make(store, tmp_path, ("a4", "screen"), guides)
    assert faults(made) == []
    pages = made.pages
    assert pages.names["-at-a-glance"] - pages.names["-contents"] >= 3
    assert pages.names["-rules"] - pages.names["-at-a-glance"] >= 2
    assert pages.labels[pages.names["e0"] - 1] in {"viii", "ix", "x", "xi", "xii"}


def test_thumb_tabs_stand_inside_the_page_for_any_number_of_guides(store: Store, tmp_path: Path) -> None:
    shown = look(store, "letter")
    one = guide(SAMPLE)
    for number in (1, 9, 10, 30):
        style = html._tab_style(shown, one, number, 30)
        top = float(style.split("margin-top: ")[1].split("mm")[0])
        assert 0 <= top <= shown.paper.room - shown.paper.measures.tab


def test_a_brand_without_logo_and_contacts_and_one_with_a_legal_line(store: Store, tmp_path: Path) -> None:
    bare = make(store, tmp_path, ("a4", "screen"), [guide(PLAIN)], logo=False)
    legal = "Legal words of the firm, which go on for a while and say that nothing in here is advice. " * 3
    contacts = (("Mail", "help@firm.example"), ("Chat", "https://firm.example/chat"))
    full = make(store, tmp_path, ("a4", "screen"), [guide(PLAIN)], legal=legal, contacts=contacts)
    assert faults(bare) == [] and faults(full) == []
    assert printed.squeezed(legal) in full.pages.sheets[-1].text
    assert "help@firm.example" in full.pages.sheets[-1].text
    assert "Stopwhereyouare" in bare.pages.sheets[-1].text


@pytest.mark.parametrize("on", MIXED)
def test_a_guide_without_front_matter_begins_on_its_first_page(
    store: Store, tmp_path: Path, on: tuple[str, str]
) -> None:
    """What is known of it leaves much of a page empty; an opener that fills nearly all of one has it to itself."""
    longer = "Open the site from the bookmark you made.\n\nEnter the code from the email.\n\nLog in.\n"
    bare = PLAIN.split("---\n", 2)[2].replace("Open the site and log in.\n", longer)
    made = make(store, tmp_path, on, [guide(bare)])
    assert faults(made) == []
    assert made.pages.names["example"] == made.pages.names["example--step-1"]
    needs = ", ".join(f"Thing {number}" for number in range(13))
    full = make(store, tmp_path, on, [guide(PLAIN.replace("[An account,", f"[{needs}, An account,"))])
    assert full.pages.names["example"] + 1 == full.pages.names["example--step-1"]


@pytest.mark.parametrize("on", MIXED)
def test_the_projects_own_guides_with_made_up_screens(store: Store, tmp_path: Path, on: tuple[str, str]) -> None:
    guides = [guide((ROOT / "guides" / f"{slug}.md").read_text("utf-8"), slug) for slug in OWN_GUIDES]
    kinds = ("menu", "page", "form", "dialog", "page+dialog", "dialog", "form", "page")
    figures = [each for one in guides for each in one.figures]
    screens = {each.picture: picture(store, kinds[number % len(kinds)]) for number, each in enumerate(figures)}
    made = make(store, tmp_path, on, guides, screens)
    assert faults(made) == []
    assert [fault for one in guides for fault in printed.edge_faults(made.pages, one)] == []


def test_more_widths_and_edges_would_be_noticed(store: Store, tmp_path: Path) -> None:
    one = guide(RICH)
    odd = {each.picture: picture(store, "form") for each in one.figures}
    for number, key in enumerate(odd):
        (view,) = odd[key].views
        width = 80.0 + 9 * number
        odd[key] = Picture((replace(view, comfortable_mm=width, min_mm=width, max_mm=width),))
    assert printed.edge_faults(make(store, tmp_path, PAPERS[0], [one], odd).pages, one) != []


def test_a_narrow_figure_stands_beside_its_text_and_a_wide_one_below(store: Store, tmp_path: Path) -> None:
    one = guide(RICH)
    wide = {each.picture: picture(store, "dialog") for each in one.figures}
    narrow = {each.picture: picture(store, "menu") for each in one.figures}

    def beside(screens: dict[PictureKey, Picture]) -> list[bool]:
        """For each picture, whether letters stand to the left of it at its own height."""
        sheets = make(store, tmp_path, PAPERS[0], [one], screens).pages.sheets
        return [
            any(top < glyph.top < bottom - 6 and sheet.left + 30 < glyph.x < x0 for glyph in sheet.glyphs)
            for sheet in sheets
            for x0, top, _, bottom in sheet.pictures
        ]

    assert any(beside(narrow))
    assert not any(beside(wide))


@pytest.mark.skipif("HANDBOOK_SCREENSHOTS" not in os.environ, reason="needs real screenshots")
@pytest.mark.slow
@pytest.mark.parametrize("on", PAPERS)
def test_the_projects_own_guides_with_real_screenshots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: tuple[str, str]
) -> None:
    """A whole build, in a copy; what this machine has prepared already is not prepared again."""
    from builder.cli import main

    for name in ("guides", "templates", "assets", ".cache"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "handbook.yaml", tmp_path)
    mirror = Path(os.environ["HANDBOOK_SCREENSHOTS"]).resolve()
    monkeypatch.chdir(tmp_path)
    size, profile = on
    assert main(["--debug", "build", "--paper", size, "--profile", profile, "--mirror", str(mirror)]) == 0
    (path,) = (tmp_path / "output").rglob("handbook.pdf")
    guides = [guide((tmp_path / "guides" / f"{slug}.md").read_text("utf-8"), slug) for slug in OWN_GUIDES]
    views = {one.slug: {each.number: printed.pictures_named(path, each.alt) for each in one.figures} for one in guides}
    made = Made(path, tuple(guides), (), views, printed.read(path))
    assert faults(made) == []
    for one in guides:
        last = made.pages.sheets[printed.chapter(made.pages, one)[-1]]
        assert last.fill > 0.25, f"the checklist of {one.slug}, a sixth of a page, stands alone"


@pytest.mark.parametrize("sign", ["\U000131a0", "\u0531"])  # the second is in typefaces that most machines have
def test_a_character_without_glyph_is_an_error_with_its_line(store: Store, tmp_path: Path, sign: str) -> None:
    text = PLAIN.replace("Open the site", f"Open {sign} the site")
    line = text[: text.index(sign)].count("\n") + 1
    made = make(store, tmp_path, ("a4", "screen"), [guide(text)])
    assert [str(problem).split("\n")[0] for problem in made.problems] == [
        f"guides/example.md:{line}: E01 no typeface has the character “{sign}” (U+{ord(sign):04X})"
    ]
    assert made.pages.glyphs_missing == 1


def test_a_brand_that_cannot_be_printed_is_an_error(store: Store, tmp_path: Path) -> None:
    made = make(store, tmp_path, ("a4", "screen"), [guide(PLAIN)], legal="\U000131a0")
    (problem,) = made.problems
    assert problem.is_error and "U+131A0" in problem.message and problem.place.file == "handbook.yaml"


def test_the_common_characters_are_in_all_typefaces() -> None:
    common = re.compile(f"[{covered(face.load() for face in FACES)}]")
    assert all(common.match(sign) for sign in "Aäß“”–—…€\n")
    assert not any(common.match(sign) for sign in "Ж创إ☑")


def test_large_typefaces_are_loaded_for_their_scripts_only(store: Store) -> None:
    def page(text: str) -> str:
        one = guide(PLAIN.replace("Log in\n", f"Log in {text}\n"))
        return html.guide_page(one, pictures_for(store, [one]), look(store, "a4"), TEMPLATES, 1, 1).html

    assert page("").count("@font-face") == len(FACES)
    assert 'font-family: "Noto Sans SC"' in page("创建")
    assert 'font-family: "Noto Sans SC"' not in page("Создать")
    assert 'font-family: "FiraGO"' in page("إنشاء")


def test_time_grows_with_the_number_of_steps_and_no_faster(store: Store) -> None:
    from builder.layout import document as layout

    def seconds(count: int) -> float:
        one = guide(steps(count))
        page = html.guide_page(one, pictures_for(store, [one]), look(store, "a4"), TEMPLATES, 1, 1)
        began = time.process_time()
        layout.lay_out(page, store.assets)
        return time.process_time() - began

    seconds(3)
    assert any(seconds(60) / seconds(30) < 2.6 for _ in range(3))  # a machine may have slept meanwhile


@pytest.mark.parametrize("text", [RICH, steps(30)], ids=["ordinary", "long"])
def test_pages_are_foretold_before_they_are_made(store: Store, text: str) -> None:
    """Of every step, which is what the contents are made of."""
    from builder.layout import document as layout

    one = guide(text)
    page = html.guide_page(one, pictures_for(store, [one]), look(store, "a4"), TEMPLATES, 1, 1)
    told: list[tuple[int, dict[str, int]]] = []
    laid = layout.lay_out(page, store.assets, lambda *plan: told.append(plan))
    ((count, anchors),) = told
    assert count == laid.pages
    names = [f"example--step-{number}" for number in range(1, len(one.steps) + 1)]
    assert [anchors[name] for name in names] == [laid.anchors[name] for name in names]


def test_a_lonely_line_would_be_noticed() -> None:
    words = [f"{word}-is-a-line-of-its-own-here" for word in ("alpha", "beta", "gamma", "delta")]
    one = guide(f"# How to create a key on Example\n\n## Step 1: Read\n\n{' '.join(words)}\n")

    def page(*words: str) -> printed.Sheet:
        lines = [printed.Glyph(word, 100.0 + 15 * number, 110.0 + 15 * number, 80) for number, word in enumerate(words)]
        return printed.Sheet(595, 842, tuple(lines), (), ())

    def said(*sheets: printed.Sheet) -> list[str]:
        made = printed.Printed(sheets, {"example--step-1": 0}, (), (), (), 0)
        return printed.lonely_line_faults(made, one)

    end = "BeforeyoucloseExample"
    assert said(page(*words[:3]), page(words[3], end)) != []
    assert said(page(*words[:2]), page(*words[2:], end)) == []


def piece(height: float, penalty: float = 1.0, *, give: float = 0.0, flows: bool = False) -> Piece:
    """A piece that is `give` lower with small figures and as much higher with large ones."""
    return Piece(tuple(height - give * level for level in LEVELS), 5.0, penalty, flows)


def test_a_figure_gives_way_before_a_page_stays_empty() -> None:
    sheets = plan([piece(60, 0.0), piece(50, give=20), piece(60, 0.0), piece(30)], 100)
    assert [(sheet.first, sheet.end) for sheet in sheets] == [(0, 2), (2, 4)]
    assert LEVELS[sheets[0].level] > 0


def test_a_figure_grows_where_there_is_room_and_nothing_to_follow() -> None:
    sheets = plan([piece(50, 0.0, give=20), piece(90, 0.0)], 100)
    assert LEVELS[sheets[0].level] < 0


def test_the_room_of_a_page_is_spread_over_its_spaces_but_not_that_of_a_short_last_one(
    store: Store, tmp_path: Path
) -> None:
    steps = (
        f"## Step {number}: Go on\n\n1. Click **Next**.\n\n{figure('page', f'Window {number}')}\n"
        for number in range(6)
    )
    sheets = make(store, tmp_path, ("a4", "screen"), [guide(f"# {TITLE}\n\n" + "\n".join(steps))]).pages.sheets
    first, *full, last = sheets[1:-1]
    assert [len(sheet.pictures) for sheet in (first, *full, last)] == [1, 2, 2, 1]
    assert all(sheet.fill > 0.78 for sheet in full), "0.75 with the spaces that there are everywhere"
    assert full[0].pictures == full[1].pictures, "pages with the same on them look the same"
    assert last.fill < 0.56, "the text ends where it ends"


def test_a_section_comes_closer_where_its_page_would_not_hold_it_otherwise() -> None:
    section = fitting._Part(Element("section"), [], 66, 106, 0.0, gives=20, yields=4)
    parts = [fitting._Part(Element("p"), [], 0, 60, 0.0), section]

    def spaces(room: float) -> list[str]:
        sheets = plan(list(fitting._pieces(parts, {})), room)
        assert len(sheets) == 1
        return [style for _, style in fitting._spaces(parts, sheets, room)]

    assert spaces(102) == ["margin-top:2.00px"]
    assert spaces(130) == ["margin-top:14.88px"], "what is free, less what stays free"
    assert spaces(200) == [], "the last page, and not nearly full"


def test_what_hangs_at_the_side_of_a_figure_stays_on_the_page() -> None:
    hanging = replace(piece(40), below=6.0)
    assert len(plan([piece(50, 0.0), hanging], 100)) == 2
    assert len(plan([hanging, piece(50, 0.0)], 100)) == 1, "beside it there is room"


def test_a_figure_grows_before_a_fifth_of_its_page_stays_empty() -> None:
    sheets = plan([piece(78, 0.0, give=12), piece(90, 0.0)], 100)
    assert LEVELS[sheets[0].level] < 0


def test_what_belongs_together_is_never_parted() -> None:
    sheets = plan([piece(30, 0.0), piece(50), piece(30, NEVER), piece(30, NEVER), piece(40)], 100)
    assert all(sheet.first not in {2, 3} for sheet in sheets)


def test_lines_are_parted_only_where_the_page_is_full() -> None:
    sheets = plan([piece(20, 0.0), *[piece(10, flows=True) for _ in range(12)]], 100)
    assert sheets[0].end == 6  # 20 + 5 × 15 = 95; one more line would not fit


def test_a_piece_taller_than_the_page_stands_alone() -> None:
    sheets = plan([piece(30), piece(250), piece(30)], 100)
    assert [(sheet.first, sheet.end) for sheet in sheets] == [(0, 1), (1, 2), (2, 3)]


def test_a_lonely_end_takes_the_part_before_it_along() -> None:
    sheets = plan([piece(45, 0.0), piece(25, 0.0), piece(25, 0.0), piece(20, 0.0)], 100)
    assert sheets[-1].first < 3


def test_a_comma_behind_code_stands_close_to_it(tmp_path: Path) -> None:
    """Readers that take a gap of a tenth of the type's size for a space read none there."""
    css = (ROOT / "templates" / "handbook.css").read_text("utf-8")
    (rule,) = (line for line in css.splitlines() if line.startswith("code {"))
    part = laid_out.lay_out(
        tmp_path / "a.pdf", "<p>Such as <code>ICG-MM</code>, or so.</p>", css=rule.replace("{{ c.code }}", "#eee")
    )
    with pdfplumber.open(part) as pdf:
        assert "ICG-MM," in [word["text"] for word in pdf.pages[0].extract_words(x_tolerance=1)]
