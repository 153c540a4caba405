"""Workers hear of no interruption, and the process that starts them loses none."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from builder import processes


def interrupt() -> bool:
    """Sends this process an interruption; True when it has survived that."""
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="signals can't wait there")
def test_an_interruption_while_workers_start_is_not_lost() -> None:
    with pytest.raises(KeyboardInterrupt):  # at once where another thread takes it, else when the block ends
        with processes.deaf():
            interrupt()
        pytest.fail("the interruption was lost")


@pytest.mark.skipif(sys.platform == "win32", reason="signals can't wait there")
@pytest.mark.parametrize("sharing", [True, False])
def test_workers_do_not_hear_of_an_interruption(sharing: bool) -> None:
    with processes.pool(1, sharing=sharing) as workers:
        assert workers.submit(interrupt).result(timeout=30)
