"""What is printed of a picture is what was inspected, and what its author ordered."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from builder.problems import Place, Problem, Severity
from builder.screenshots import pipeline
from builder.screenshots.inspect import inspect as inspecting
from builder.screenshots.inspect.inspect import Keep, Task
from builder.screenshots.inspect.record import cache_key, to_json
from builder.screenshots.model import Box, Crop, Inspection, Screenshot, Secret, SecretKind
from builder.screenshots.prepare import crop as cropping
from builder.screenshots.prepare.prepare import Changed, Job, Orders, known, masked_whole, prepare, read_orders
from builder.store import Store

SIZE = (600, 400)
PLACE = Place("guides/example.md", 12)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "cache")
    store.open()
    return store


def as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "png")
    return out.getvalue()


def job(tmp_path: Path, image: Image.Image, orders: Orders | None = None) -> Job:
    data = as_png(image)
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    screenshot = Screenshot("https://example/picture.png", path, hashlib.sha256(data).hexdigest(), len(data))
    return Job(screenshot, orders or Orders(), (229, 199, 62), (), (), 25_000_000, PLACE)


def inspection(one: Job, secrets: tuple[Secret, ...] = ()) -> Inspection:
    return Inspection(one.screenshot.sha256, SIZE, Box(0, 0, *SIZE), (), (), secrets)


def test_a_picture_that_changed_after_it_was_inspected_is_not_printed(tmp_path: Path, store: Store) -> None:
    one = job(tmp_path, Image.new("RGB", SIZE, "white"))
    seen = inspection(one, (Secret(SecretKind.API_KEY, Box(10, 10, 200, 40), "for the test"),))
    one.screenshot.path.write_bytes(as_png(Image.new("RGB", SIZE, "red")))
    for act in (lambda: prepare(one, seen, store.root), lambda: masked_whole(one, seen)):
        with pytest.raises(Changed):
            act()
    assert known(one, store) is None
    one.screenshot.path.unlink()
    with pytest.raises(Changed):
        prepare(one, seen, store.root)


def test_the_others_are_printed_with_a_warning_about_it(tmp_path: Path, store: Store) -> None:
    (tmp_path / "other").mkdir()
    good, bad = job(tmp_path, Image.new("RGB", SIZE, "white")), job(tmp_path / "other", Image.new("RGB", SIZE, "blue"))
    for one in (good, bad):
        store.keep_note(cache_key(one.screenshot.sha256, one.rules), to_json(inspection(one)))
    bad.screenshot.path.write_bytes(b"another file")
    made, problems = pipeline.prepared({"good": good, "bad": bad}, store, 1, lambda *_: None)
    assert list(made) == ["good"]
    assert [(problem.code, problem.place, problem.severity) for problem in problems] == [
        ("I06", PLACE, Severity.WARNING)
    ]


def test_a_second_crop_is_a_problem() -> None:
    orders, (problem,) = read_orders([("crop", "0 0 10 10; 20 20 30 30")], PLACE, 152)
    assert (problem.code, problem.place, problem.is_error) == ("G13", PLACE, True)
    orders, problems = read_orders([("crop", "0 0 10 10"), ("mask", "0 0 5 5; 5 5 5 5")], PLACE, 152)
    assert (orders.crop, len(orders.masks), problems) == (Box(0, 0, 10, 10), 2, [])


WORD = Box(280, 150, 360, 170)  # of which the edge at 300 leaves a sliver


@pytest.mark.parametrize("orders", [Orders(crop=Box(100, 50, 500, 350)), Orders(whole=True), Orders()])
def test_slivers_are_painted_over_only_where_an_edge_leaves_them(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch, orders: Orders
) -> None:
    image = Image.new("RGB", SIZE, (250, 250, 250))
    image.paste((20, 20, 20), WORD)
    overview, detail = Box(0, 0, *SIZE), Box(0, 0, 300, 300)
    chosen = Crop(overview, "for the test", more=(detail,), slivers=(WORD.within(detail),))
    monkeypatch.setattr(cropping, "choose_crop", lambda *_, **__: chosen)
    one = job(tmp_path, image, orders)
    first, *rest = prepare(one, inspection(one), store.root).views
    assert _darkest_share(store, first.asset) == pytest.approx(WORD.area / (first.width * first.height), rel=0.02)
    assert [_darkest_share(store, view.asset) for view in rest] == ([] if orders != Orders() else [0.0])


def _darkest_share(store: Store, asset: str) -> float:
    with Image.open(store.assets / asset) as picture:
        shades = picture.convert("L").histogram()
    return sum(shades[:40]) / sum(shades)


def three_jobs(folder: Path) -> list[Job]:
    """Of three pictures that differ."""
    jobs = []
    for number in range(3):
        (folder / str(number)).mkdir()
        jobs.append(job(folder / str(number), Image.new("RGB", SIZE, (number, 0, 0))))
    return jobs


def test_only_what_failed_by_chance_is_inspected_once_more(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = three_jobs(tmp_path)
    asked: list[int] = []

    def fails(tasks: Sequence[Task], **_: object) -> tuple[tuple[None, ...], tuple[Problem, ...]]:
        asked.append(len(tasks))
        codes = ["I02", "I05", "I02"] if len(tasks) == 3 else ["I05"]
        return (None,) * len(tasks), tuple(
            Problem(task.place, code, "") for task, code in zip(tasks, codes, strict=True)
        )

    monkeypatch.setattr(inspecting, "inspect_many", fails)
    found, problems = pipeline.seen(jobs, store, 1, lambda *_: None)
    assert (found, asked) == ([None] * 3, [3, 1])
    assert sorted(problem.code for problem in problems) == ["I02", "I02", "I05"]


def test_what_was_inspected_is_kept_though_the_build_ends(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = three_jobs(tmp_path)

    def ended(tasks: Sequence[Task], keep: Keep, **_: object) -> object:
        keep(1, inspection(jobs[1]))
        raise KeyboardInterrupt

    monkeypatch.setattr(inspecting, "inspect_many", ended)
    with pytest.raises(KeyboardInterrupt):
        pipeline.seen(jobs, store, 1, lambda *_: None)
    assert [pipeline.known(one, store) for one in jobs] == [None, inspection(jobs[1]), None]
