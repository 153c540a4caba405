"""What the tests of packets share: a client's file, made-up exchanges, and clients who can be told apart."""

from __future__ import annotations

import random

from samples import SAMPLE

KEY = "a key for control codes in tests"
IPS = [f"203.0.113.{number}" for number in range(101, 110)] + [
    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
    "2001:db8::7",
]
ACME = f"""client: Acme Capital Ltd
contact: Jane Doe
account_manager: Max Muster
exchanges: [spaced, comma, unsaid]
ips: [{", ".join(f'"{ip}"' for ip in IPS)}]
label: ICG ffi-Acme fl 1
overrides:
  spaced: {{ips: ["203.0.113.7", "198.51.100.0/24"]}}
expires: 2027-06-30
dates: de
note: A word to you.
"""
LABEL_STEP = """## Step 3: Enter the label

Go to **Key name** and enter your label.

## Step 4: Set the permissions"""


def guides() -> dict[str, str]:
    """`comma` and `spaced` want their lists in one line, `unsaid` does not say how."""
    base = SAMPLE.replace("## Step 3: Set the permissions", LABEL_STEP).replace("## Step 4: Save", "## Step 5: Save")
    spaced = base.replace("exchange: Example", "exchange: Spaced").replace("on Example", "on Spaced")
    spaced = spaced.replace('separator: ",", maximum: 5', 'separator: ", ", maximum: 30, ranges: true')
    spaced = spaced.replace("separated by commas without spaces", "separated by a comma and a space")
    unsaid = base.replace("exchange: Example", "exchange: Unsaid").replace("on Example", "on Unsaid")
    unsaid = unsaid.replace(', separator: ",", maximum: 5', "").replace(", separated by commas without spaces", "")
    comma = base.replace("maximum: 5", "maximum: 30")
    spaced = spaced.replace("Step 1: Log in", "Step 1: Sign in")
    unsaid = unsaid.replace("Step 1: Log in", "Step 1: Begin at the site")
    return {"comma": comma, "spaced": spaced, "unsaid": unsaid}


def canaries(number: int) -> dict[str, str]:
    """A client in all of whose fields something stands that nobody else has."""
    mark = f"zq{number:03}x"
    return {
        "client": f"Client {mark}a",
        "contact": f"Contact {mark}b",
        "email": f"{mark}c@client.example",
        "account_manager": f"Manager {mark}d",
        "exchanges": random.Random(number).choice(["comma", "spaced comma", "unsaid spaced comma"]),
        "ips": f"198.51.{number % 250 + 1}.{number // 250 + 77} 2001:db8:{number + 4096:x}:cafe::9",
        "label": f"Label-{mark}e",
        "overrides.comma.label": f"Own-{mark}f",
        "note": f"Note {mark}g",
    }
