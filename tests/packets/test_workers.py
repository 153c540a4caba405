"""Packets in several processes of this machine, some of which are killed."""

from __future__ import annotations

import datetime
import os
import pickle
import signal
import sys
from pathlib import Path

import pytest

from builder.packets import run as running
from builder.packets.client import Client
from builder.packets.packet import Finished, Order
from builder.problems import Place

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the workers must take over what was replaced here")


def order(name: str, folder: Path) -> Order:
    day = datetime.date(2026, 11, 21)
    return Order(Client(name, Place("t.csv", 2), name, "", "", "", (), day, None, "en", ""), "", folder)


@pytest.mark.parametrize("renewed", [200, 2])
def test_a_worker_that_dies_costs_only_the_packet_that_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renewed: int
) -> None:
    def make(_: object, order: Order) -> Finished:
        name = order.client.name
        if name == "deadly" or (name == "unlucky" and not (tmp_path / "died").exists()):
            (tmp_path / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Finished(name, ())

    monkeypatch.setattr(running, "make", make)
    monkeypatch.setattr(running, "RENEWED", renewed)
    names = [f"c{number}" for number in range(12)]
    names[1:1], names[6:6] = ["unlucky"], ["deadly"]
    found = [*running._by_workers(2, pickle.dumps(None), [order(name, tmp_path) for name in names])]
    assert sorted(one.folder for one in found) == sorted(names)
    (failed,) = (one for one in found if one.problems)
    assert failed.folder == "deadly" and failed.problems[0].code == "N26"
