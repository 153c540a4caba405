"""How long work tells how far it is; `commands` shows it as a bar or as plain lines."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int, str], None]
"""Told the stage, how many are done, how many there are, and the last one's name."""
