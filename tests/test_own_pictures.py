"""Pictures that lie beside their guide, and boxes that are no part of a picture, in whole builds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from samples import SAMPLE, make_project, screen

from builder.cli import main

LINE = SAMPLE[: SAMPLE.index("example/create.png")].count("\n") + 1
LOCAL = SAMPLE.replace("https://pictures.example/main/example/create.png", "shots/create%20key.png")


def project(built: Path, tmp_path: Path, guide: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make_project(tmp_path, {"example": guide}, like=built)
    (made / "guides" / "shots").mkdir()
    screen(["My keys", "Create key", "Nothing here yet"], marked=1).save(made / "guides" / "shots" / "create key.png")
    monkeypatch.chdir(made)
    return made


def test_a_picture_beside_its_guide_is_inspected_locked_and_printed(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    made = project(built, tmp_path, LOCAL, monkeypatch)
    assert main(["build"]) == 0
    assert "guides/example.md" not in capfd.readouterr().err
    records = yaml.safe_load((made / "assets" / "screenshots.lock.yaml").read_text("utf-8"))
    assert "local:example/shots/create%20key.png" in [record["address"] for record in records]
    before = (made / "output" / "guides" / "example.pdf").read_bytes()
    screen(["My keys", "Create API key"], marked=1).save(made / "guides" / "shots" / "create key.png")
    assert main(["build"]) == 0
    assert (made / "output" / "guides" / "example.pdf").read_bytes() != before, "the picture is another one"


def test_no_picture_is_taken_from_outside_the_guides_folder(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    addresses = ["../secret.png", "shots/%2e%2e/../../secret.png", "shots/link.png"]
    lines = "\n\n".join(f"![A picture]({address})" for address in addresses)
    made = project(built, tmp_path, SAMPLE.replace(SAMPLE.splitlines()[LINE - 1], lines), monkeypatch)
    screen(["secret"]).save(made / "secret.png")
    (made / "guides" / "shots" / "link.png").symlink_to(made / "secret.png")
    main(["build"])
    assert not [path for path in (made / "assets" / "screenshots").rglob("*.png") if path.stem != "menu 1"]
    said = capfd.readouterr().err
    for number, _ in enumerate(addresses):
        assert f"guides/example.md:{LINE + 2 * number}" in said


def test_a_box_that_is_not_on_the_picture_is_an_error(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    orders = ['mask="600 300 100 100"', 'crop="0 0 5000 5000"', 'mask="0 0 10 10; 640 0 1 1"']
    lines = "\n\n".join(f"![A picture](shots/create%20key.png){{{order}}}" for order in orders)
    made = project(built, tmp_path, SAMPLE.replace(SAMPLE.splitlines()[LINE - 1], lines), monkeypatch)
    assert main(["build"]) == 1
    said = capfd.readouterr().err
    for number, _ in enumerate(orders):
        assert f"guides/example.md:{LINE + 2 * number}: G13" in said
    assert said.count("640 × 360 px") == len(orders)
    assert not (made / "output").exists() or not list((made / "output").rglob("*.pdf"))
