"""What all guides together say of a picture that several of them show."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from samples import SAMPLE, make_project

from builder import inputs, sources
from builder.config.handbook import load_config
from builder.request import Request


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
