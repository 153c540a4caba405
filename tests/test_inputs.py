"""What is to be done for pictures: by what all guides that show one say, in the handbook's language."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from samples import SAMPLE, make_project

from builder import inputs, sources
from builder.config.handbook import load_config
from builder.request import Request
from builder.screenshots.model import SecretKind


@pytest.mark.parametrize("slugs", [(), ("one",), ("two",)])
def test_a_picture_in_two_guides_goes_by_what_both_allow(tmp_path: Path, slugs: tuple[str, ...]) -> None:
    website = next(line for line in SAMPLE.splitlines() if line.startswith("website:"))
    texts = {
        "one": SAMPLE.replace(website, "website: https://www.one.example"),
        "two": SAMPLE.replace(website, "website: https://two.example"),
    }
    project = make_project(tmp_path, texts)
    config, _ = load_config(project)
    assert config is not None
    request = Request(config, project / "guides", project / "output", datetime.date(2026, 1, 2), slugs=slugs)
    found = inputs.gather(request, sources.read(request), lambda *_: None)
    own = {guide.slug: guide.domains for guide in found.guides}
    assert own["one"] != own["two"]
    assert {job.official_domains for job in found.jobs.values()} == {
        tuple(domain for domain in own["one"] if domain in own["two"])
    }


def test_masks_speak_the_handbooks_language_and_are_kept_apart_by_it(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"example": SAMPLE})
    found = {}
    for language in ("en", "de", "zh-Hans"):
        settings = (project / "handbook.yaml").read_text("utf-8")
        own = [line for line in settings.splitlines() if not line.startswith("language:")]
        (project / "handbook.yaml").write_text("\n".join([f"language: {language}", *own]), "utf-8")
        config, _ = load_config(project)
        assert config is not None
        request = Request(config, project / "guides", project / "output", datetime.date(2026, 1, 2))
        jobs = inputs.gather(request, sources.read(request), lambda *_: None).jobs
        found[language] = next(iter(jobs.values()))
    assert found["en"].words.of(SecretKind.API_KEY) == ("API key hidden", "hidden")
    assert found["de"].words.of(SecretKind.SECRET_KEY) == ("Geheimer Schlüssel verdeckt", "verdeckt")
    assert all(len(job.words.whole) == len(SecretKind) for job in found.values())
    assert len({job.key for job in found.values()}) == 3
