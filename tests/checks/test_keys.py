"""What authors may not write is what the last gate refuses: both go by one definition."""

from __future__ import annotations

import pytest

from builder.checks.reading import view
from builder.checks.safety import exposed
from builder.config.checks import Settings
from builder.guides.guide import parse_guide
from builder.pdf.readback import Passage
from builder.publish.gate import key_like

KEYS = (
    "9f3a7c51d0e8b23a7c51",
    "AKIA4QZ7M2XW9LP3TRVB",
    "sk_live_51HxQ2mK8vNw3pRt9",
    "qWmZkRtYpLxVbNcHgJdFsAqWeRtYuIoPlKjHgFdS",
    "JBSWY3DPEHPK3PXPJBSWY3DP",
    "123e4567-e89b-12d3-a456-426614174000",
    "https://a.example/page?token=9f3a7c51d0e8b23a7c51",
)
NONE = (
    "https://a.example/9f3a7c51d0e8b23a7c51",
    "internationalization",
    "HMAC-SHA256",
    "1,234,567.89",
    "2026-11-21T10:00:00",
)


@pytest.mark.parametrize("string", [*KEYS, *NONE])
def test_the_rule_and_the_gate_agree(string: str) -> None:
    guide, _ = parse_guide(f"# T\n\n## Step 1: Go\n\nCompare it with {string} now.\n", "a", "a.md")
    assert guide is not None
    by_rule = [finding.line for finding in exposed(view(guide), Settings()) if finding.code == "A10"]
    by_gate = list(key_like([Passage("page 1", f"Compare it with {string} now.")]))
    assert by_rule == ([5] if string in KEYS else [])
    assert bool(by_gate) == (string in KEYS)
