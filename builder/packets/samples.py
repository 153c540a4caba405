"""An example of a client's file, as YAML and as a table with the same values."""

from __future__ import annotations

import csv
import io

YAML = """\
# A client's packet. `make packet CLIENT=packets/example.yaml` makes it; docs/packets.md explains every key.
client: Example Capital Ltd
contact: Jane Doe
email: jane.doe@client.example
account_manager: Max Mustermann
exchanges: [binance, gate, lbank]
ips:
  - 203.0.113.7
  - 203.0.113.8
  - 2001:db8::7
label: ICG-EXAMPLE
overrides:
  gate:
    label: ICG-EXAMPLE-2
    ips: [203.0.113.7, 203.0.113.16/28]
expires: 2027-06-30
dates: en
note: Please make the keys on your trading sub-account, not on the main account.
"""

ROW = {
    "client": "Example Capital Ltd",
    "contact": "Jane Doe",
    "email": "jane.doe@client.example",
    "account_manager": "Max Mustermann",
    "exchanges": "binance gate lbank",
    "ips": "203.0.113.7 203.0.113.8 2001:db8::7",
    "label": "ICG-EXAMPLE",
    "overrides.gate.label": "ICG-EXAMPLE-2",
    "overrides.gate.ips": "203.0.113.7 203.0.113.16/28",
    "date": "",
    "expires": "2027-06-30",
    "dates": "en",
    "note": "Please make the keys on your trading sub-account, not on the main account.",
}


def as_csv() -> str:
    """The same example as a table with all columns."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, ROW)
    writer.writeheader()
    writer.writerow(ROW)
    return written.getvalue()
