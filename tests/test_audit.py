"""The audit page, opened in a real browser; confirming what it shows; clearing a false alarm."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import segno
import yaml
from PIL import Image
from samples import ROOT, SAMPLE, Once, make_project, screen

from builder.cli import main
from builder.problems import Place
from builder.screenshots import review
from builder.screenshots.inspect.codes import find_codes
from builder.screenshots.model import Box, Clearing, Secret, SecretKind, Treatment

KEY = "b7f03c2e91d84a56b7c2e19f0d6a4b83"  # made up for these tests
LINE = SAMPLE[: SAMPLE.index("create.png")].count("\n") + 1  # of the guide, on which the leaking picture stands
KEY_BOX = (60, 84, 470, 112)  # around the line that holds it
CODE_BOX = (470, 180, 620, 330)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_a_browser = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")


def leaking() -> Image.Image:
    """A made-up screen that shows a key and a code with both keys."""
    picture = screen(["My keys", f"API Key: {KEY}", "Create key"], marked=2)
    out = io.BytesIO()
    segno.make(json.dumps({"apiKey": KEY})).save(out, kind="png", scale=3, border=4)
    with Image.open(out) as code:
        picture.paste(code.convert("RGB").resize((150, 150), Image.Resampling.NEAREST), CODE_BOX[:2])
    return picture


@pytest.fixture(scope="module")
def shown(once: Once) -> Path:
    """A project with a picture that leaks, built and audited; tests must not change it."""

    def audit(folder: Path) -> None:
        project = make_project(folder)
        leaking().save(folder / "mirror" / "example" / "create.png")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(project)
            assert main(["build"]) == 0
            assert main(["audit"]) == 0

    return once("audited", audit) / "project"


@pytest.fixture
def project(shown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy that a test may change, as the current folder, audited there."""
    copy = tmp_path / "project"
    shutil.copytree(shown, copy)
    shutil.copytree(shown.parent / "mirror", tmp_path / "mirror")
    settings = (copy / "handbook.yaml").read_text("utf-8")
    (copy / "handbook.yaml").write_text(settings.replace(shown.parent.as_posix(), tmp_path.as_posix()), "utf-8")
    monkeypatch.chdir(copy)
    return copy


def page_of(project: Path) -> str:
    return (project / "output" / "audit.html").read_text("utf-8")


def pictures_of(page: str) -> list[Image.Image]:
    found = re.findall(r'src="data:image/\w+;base64,([^"]+)"', page)
    return [Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB") for data in found]


def chromium(page: Path, profile: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The page opened from disk."""
    command = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    more = "--disable-component-update --disable-sync --enable-logging=stderr --hide-scrollbars"
    arguments = [CHROMIUM or "", *command.split(), *more.split(), f"--user-data-dir={profile}", *options, page.as_uri()]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)


def probed(page: str) -> str:
    """The page with a probe that writes what it sees into the document; the policy lets in this one script."""
    probe = """
const faults = [];
document.addEventListener("securitypolicyviolation", event => faults.push(event.violatedDirective));
window.addEventListener("error", event => faults.push(String(event.message)));
window.addEventListener("load", () => {
  const pictures = [...document.images].map(picture => picture.naturalWidth);
  const masks = [...document.querySelectorAll(".stage .mask")].map(mask => mask.getBoundingClientRect().width);
  const crops = [...document.querySelectorAll(".stage .crop")].map(crop => crop.getBoundingClientRect().height);
  const ground = getComputedStyle(document.querySelector("header")).backgroundColor;
  const stage = document.querySelector(".stage img").getBoundingClientRect();
  const drawn = document.querySelector(".stage svg").getBoundingClientRect();
  const exact = Math.abs(stage.width - drawn.width) < 1 && Math.abs(stage.height - drawn.height) < 1;
  const jumps = [...document.querySelectorAll(".jump .to")].map(link => !!document.querySelector(link.hash));
  const fits = document.documentElement.scrollWidth <= window.innerWidth;
  const zoom = document.querySelector(".zoom");
  zoom.click();
  const real = [...document.querySelectorAll(".whole:has(.zoom:checked) img")]
    .map(one => one.getBoundingClientRect().width / one.naturalWidth);
  zoom.click();
  document.getElementById("show-masked").click();
  const left = [...document.querySelectorAll(".shot")].filter(shot => shot.getBoundingClientRect().height > 0).length;
  const seen = {pictures, masks, crops, ground, exact, left, faults, jumps, fits, real};
  document.documentElement.setAttribute("data-seen", JSON.stringify(seen));
});
"""
    digest = base64.b64encode(hashlib.sha256(probe.encode()).digest()).decode()
    assert "default-src &#39;none&#39;;" in page
    page = page.replace("default-src &#39;none&#39;;", f"default-src 'none'; script-src 'sha256-{digest}';", 1)
    return page.replace("<style>", f"<script>{probe}</script><style>", 1)


@in_a_browser
@pytest.mark.parametrize("width", [390, 1400])
def test_a_browser_shows_every_picture_with_its_overlays(shown: Path, tmp_path: Path, width: int) -> None:
    page = tmp_path / "probed.html"
    page.write_text(probed(page_of(shown)), "utf-8")
    dump = chromium(page, tmp_path / "profile", f"--window-size={width},900", "--dump-dom").stdout
    match = re.search(r'data-seen="([^"]+)"', dump)
    assert match, dump[:500]
    seen = json.loads(html.unescape(match[1]))
    assert seen["faults"] == []
    assert len(seen["pictures"]) == 4 and min(seen["pictures"]) > 100  # two wholes, two printed parts
    assert len(seen["masks"]) == 2 and min(seen["masks"]) > 20
    assert len(seen["crops"]) == 2 and min(seen["crops"]) > 20
    assert seen["ground"] == "rgb(20, 22, 28)"  # the sheet was let in by its digest
    assert seen["exact"]
    assert seen["jumps"] == [True, True]
    assert seen["fits"], "nothing is wider than a telephone"
    assert seen["real"] == [1.0], "a tap shows the picture dot for dot"
    assert seen["left"] == 1  # the filter leaves the one with masks


@in_a_browser
def test_a_browser_has_nothing_to_complain_of(shown: Path, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    run = chromium(
        shown / "output" / "audit.html", tmp_path / "profile", "--window-size=1200,1600", f"--screenshot={picture}"
    )
    assert "CONSOLE" not in run.stderr
    with Image.open(picture) as image:
        assert len(image.convert("RGB").getcolors(1_000_000) or [()] * 1000) > 500


def test_the_page_stands_alone(shown: Path) -> None:
    page = page_of(shown)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])  # type: ignore[index]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.split("; ")[:3] == ["default-src 'none'", "img-src data:", f"style-src 'sha256-{digest}'"]
    assert "<script" not in page and " style=" not in page and "url(" not in page
    assert all(source.startswith(("data:", "#")) for source in re.findall(r'(?:src|href)="([^"]*)"', page))
    assert len(page) < 2_000_000


def test_only_masked_pixels_are_on_the_page(shown: Path) -> None:
    pictures = pictures_of(page_of(shown))
    assert len(pictures) == 4
    for picture in pictures:
        assert find_codes(picture) == ()
    whole = next(picture for picture in pictures if picture.size == (640, 360))
    for box in (KEY_BOX, CODE_BOX):
        assert unlike(leaking().crop(box), whole.crop(box)), box


def unlike(one: Image.Image, other: Image.Image) -> bool:
    """Whether nothing of one picture shows through in another."""
    a, b = (np.asarray(picture.convert("L"), dtype=np.float64).ravel() for picture in (one, other))
    a, b = a - a.mean(), b - b.mean()
    return abs(float((a * b).sum())) < 0.4 * float(np.sqrt((a * a).sum() * (b * b).sum()))


def test_no_secret_and_no_unmasked_picture_is_kept_but_in_the_download_folder(shown: Path) -> None:
    downloads = shown / "assets" / "screenshots"
    files = [path for path in shown.rglob("*") if path.is_file() and downloads not in path.parents]
    originals = {path.read_bytes() for path in downloads.rglob("*.png")}
    pictures = 0
    for path in files:
        data = path.read_bytes()
        assert KEY.encode() not in data, path
        assert data not in originals, path
        assert hashlib.sha256(KEY.encode()).hexdigest() not in page_of(shown)
        if path.suffix in (".png", ".webp"):
            pictures += 1
            assert find_codes(Image.open(path).convert("RGB")) == (), path
    assert pictures >= 4


def test_the_page_says_what_and_why_and_where(shown: Path) -> None:
    page = page_of(shown)
    text = " ".join(
        html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))).split()
    )
    assert "2 pictures" in text and "2 masked regions" in text and "2 unconfirmed" in text
    assert "1 API key" in text and "1 code" in text
    assert "API key stands after its label" in text
    assert "Code is a code that holds no web address" in text
    assert f"guides/example.md:{LINE} (figure 2)" in text
    assert re.search(r"smallest marked label in \d+\.\d pt", text)
    assert "Not yet confirmed" in text
    assert "handbook audit --confirm example" in text


def test_the_terminal_hears_the_sum(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["audit"]) == 0
    said = capfd.readouterr()
    assert "2 pictures, 2 masked regions (1 API key, 1 code), 2 unconfirmed" in said.out
    assert "look at output/audit.html" in said.out


def test_a_build_says_once_that_nobody_has_looked(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    said = capfd.readouterr().err
    assert said.count("I07") == 1
    assert "screenshots.lock.yaml: I07 warning: 2 of 2 pictures have not been looked at" in said
    assert "handbook audit --confirm example" in said
    assert main(["build", "--strict"]) == 1


def test_confirming_is_recorded_and_holds_until_something_changes(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lock = project / "assets" / "screenshots.lock.yaml"
    assert main(["audit"]) == 0
    assert main(["audit", "--confirm", "example"]) == 0
    assert "0 unconfirmed" in capfd.readouterr().out
    assert "✓ Confirmed" in page_of(project)
    records = {record["file"]: record for record in yaml.safe_load(lock.read_text("utf-8"))}
    confirmed = records["example/create.png"]["confirmed"]
    assert confirmed["sha256"] == records["example/create.png"]["sha256"]
    assert sorted(kind for mask in confirmed["prints"][0]["masks"] for kind in mask) == ["API key", "Code"]
    assert "My keys" not in lock.read_text("utf-8")  # words read on a picture stay out of git
    assert main(["build", "--strict"]) == 0
    guide = project / "guides" / "example.md"
    guide.write_text(guide.read_text("utf-8").replace("create.png)", 'create.png){mask="10 10 20 20"}'), "utf-8")
    capfd.readouterr()
    assert main(["build"]) == 0
    assert "I07 warning: 1 of 2 pictures" in capfd.readouterr().err
    assert main(["audit"]) == 0
    page = page_of(project)
    assert "Changed since" in page
    assert "New mask: Details at 10 10 20 20" in page


def test_one_figure_can_be_confirmed(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["audit"]) == 0
    assert main(["audit", "--confirm", "example:2"]) == 0
    assert "1 unconfirmed" in capfd.readouterr().out
    records = {r["file"]: r for r in yaml.safe_load((project / "assets" / "screenshots.lock.yaml").read_text("utf-8"))}
    assert "confirmed" in records["example/create.png"] and "confirmed" not in records["example/menu 1.png"]
    assert main(["audit", "--confirm", "example:7"]) == 1
    assert "I11 there is no figure 7; the guide has 2" in capfd.readouterr().err
    for wrong in (["audit", "--confirm", "example:two"], ["audit", "example:2"]):
        assert main(wrong) == 2
    assert main(["audit", "--confirm", "example:1", "example:2"]) == 0
    assert "0 unconfirmed" in capfd.readouterr().out


def test_nobody_confirms_what_the_page_never_showed(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["audit"]) == 0
    guide = project / "guides" / "example.md"
    guide.write_text(guide.read_text("utf-8").replace("create.png)", 'create.png){mask="10 10 20 20"}'), "utf-8")
    lock = project / "assets" / "screenshots.lock.yaml"
    before = lock.read_bytes()
    assert main(["audit", "--confirm", "example"]) == 1
    said = capfd.readouterr().err
    assert f"guides/example.md:{LINE}: I10 figure 2 is not as output/audit.html last showed it" in said
    assert lock.read_bytes() == before
    assert main(["audit", "--confirm"]) == 2
    assert main(["audit", "--confirm", "exmaple"]) == 1


def paste(project: Path, lines: str) -> None:
    """Puts lines at the end of the record of the leaking picture, as a person would."""
    lock = project / "assets" / "screenshots.lock.yaml"
    records = re.split(r"(?m)^(?=- address)", lock.read_text("utf-8"))
    at = next(number for number, record in enumerate(records) if "create.png" in record)
    records[at] = records[at].rstrip("\n") + "\n" + lines + "\n"
    lock.write_text("".join(records), "utf-8")


def test_a_person_clears_a_false_alarm_with_the_lines_from_the_page(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit"]) == 0
    blocks = [html.unescape(block) for block in re.findall(r"<pre>(  cleared:.*?)</pre>", page_of(project), re.DOTALL)]
    assert len(blocks) == 2
    key = next(block for block in blocks if "API key" in block)
    paste(project, key)  # the reason forgotten
    capfd.readouterr()
    assert main(["audit"]) == 0
    said = capfd.readouterr()
    assert re.search(r"screenshots\.lock\.yaml:\d+: I08 warning: clearing 1 lifts no mask: it has no reason", said.err)
    assert "2 masked regions" in said.out
    lock = project / "assets" / "screenshots.lock.yaml"
    lock.write_text(lock.read_text("utf-8").replace("    reason: ", "    reason: the exchange's own example"), "utf-8")
    assert main(["audit"]) == 0
    said = capfd.readouterr()
    assert "I08" not in said.err and "I09" not in said.err
    assert "1 masked region (1 code)" in said.out
    page = page_of(project)
    assert "Found, but cleared by a person" in page and "the exchange&#39;s own example" in page
    whole = next(picture for picture in pictures_of(page) if picture.size == (640, 360))
    assert not unlike(leaking().crop(KEY_BOX), whole.crop(KEY_BOX))
    assert unlike(leaking().crop(CODE_BOX), whole.crop(CODE_BOX))
    assert main(["build"]) == 0  # the gate knows that it was cleared


SHA = "0" * 64
KEY_FOUND = Secret(SecretKind.API_KEY, Box(10, 20, 110, 40), "stands after its label", "f" * 64)
PLACE = Place("screenshots.lock.yaml", 4)


def clearing(**changes: object) -> dict[str, object]:
    return {"kind": "API key", "box": [10, 20, 110, 40], "sha256": SHA, "reason": "an example", **changes}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (clearing(reason=""), "it has no reason"),
        (clearing(reason=None), "it has no reason"),
        (clearing(kind="Key"), "'kind' should be one of API key"),
        (clearing(kind="Details"), "'kind' should be one of API key"),  # the guide asked for that mask
        (clearing(box=[10, 20, 110]), "'box' should be"),
        (clearing(box=[10, 20, 10, 40]), "'box' should be"),
        (clearing(box="10 20 110 40"), "'box' should be"),
        (clearing(box=[10, 20, 110, True]), "'box' should be"),
        (clearing(sha256="abc"), "'sha256' should be"),
        (clearing(until="2027"), "there is no key 'until'"),
        ("API key", "it should hold kind, box, sha256, reason"),
    ],
)
def test_a_clearing_that_is_not_whole_lifts_nothing(said: object, expected: str) -> None:
    found, problems = review.read_clearings({"cleared": [said]}, SHA, PLACE)
    assert found == ()
    assert [problem.code for problem in problems] == ["I08"]
    assert expected in problems[0].message
    assert problems[0].place == PLACE


def test_a_clearing_holds_for_its_bytes_only() -> None:
    found, problems = review.read_clearings({"cleared": [clearing()]}, "1" * 64, PLACE)
    assert found == ()
    assert [problem.code for problem in problems] == ["I09"]
    found, problems = review.read_clearings({"cleared": [clearing(kind="api KEY")]}, SHA, PLACE)
    assert (len(found), problems) == (1, [])


@pytest.mark.parametrize(
    ("box", "kind", "lifted"),
    [
        ((10, 20, 110, 40), SecretKind.API_KEY, True),
        ((12, 20, 112, 41), SecretKind.API_KEY, True),  # another version of the reader
        ((10, 20, 110, 40), SecretKind.TOKEN, False),
        ((0, 0, 1920, 1080), SecretKind.API_KEY, False),  # one clearing is no general pardon
        ((10, 20, 60, 40), SecretKind.API_KEY, False),
        ((300, 20, 400, 40), SecretKind.API_KEY, False),
    ],
)
def test_a_clearing_lifts_one_find_at_its_place(box: tuple[int, int, int, int], kind: SecretKind, lifted: bool) -> None:
    word = Clearing(kind, Box(*box), SHA, "an example")
    covered, cleared = review.sorted_out([KEY_FOUND], [word])
    assert (len(covered), len(cleared)) == ((0, 1) if lifted else (1, 0))
    problems = review.idle([word], Treatment(SHA, covered, cleared), PLACE)
    assert [problem.code for problem in problems] == ([] if lifted else ["I09"])


def test_a_clearing_lifts_one_of_two_finds() -> None:
    covered, cleared = review.sorted_out([KEY_FOUND, KEY_FOUND], [Clearing(KEY_FOUND.kind, KEY_FOUND.box, SHA, "why")])
    assert (len(covered), len(cleared)) == (1, 1)


def test_a_confirmation_that_cannot_be_read_counts_as_none() -> None:
    for said in ("yes", {"date": "soon"}, {"date": None, "sha256": SHA, "prints": 3}, [1]):
        confirmation, problems = review.read_confirmation({"confirmed": said}, PLACE)
        assert confirmation is None
        assert [problem.code for problem in problems] == ["I08"]


def test_the_page_is_documented() -> None:
    text = (ROOT / "docs" / "screenshots.md").read_text("utf-8")
    for word in ("handbook audit", "--confirm", "cleared:", "reason", "--ink-saver", "--gate-ocr", 'mask="', 'crop="'):
        assert word in text
    problems = (ROOT / "docs" / "problems.md").read_text("utf-8")
    for code in ("I07", "I08", "I09", "I10", "X01", "X02", "X03", "X04", "X05"):
        assert f"| {code} |" in problems
