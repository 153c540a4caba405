"""A new guide, in the form that all guides have, which passes the check before anything is filled in."""

from __future__ import annotations

import json

_TEXT = """\
---
exchange: {quoted}
# Everything below is an example until somebody has compared it with the exchange. Then take the '#' from these two:
# website: https://www.example.com
# verified: 2026-01-31
summary: An API key that can read and trade, only from your trusted IP addresses, without withdrawals.
needs:
  - {account}
  - Access to the registered email address
  - The label and IP addresses for this key
  - A password manager or another secure place for the keys
verification:
  - Email code
permissions:
  enable:
    - Read
    - Trade
  leave_off:
    - Withdraw
  withdrawal:
    - Withdraw
label_field: Label
ip_whitelist:
  field: IP whitelist
  separator: ","
key_fields:
  - API Key
  - Secret Key
secret_shown: once
---

# How to create an API key on {exchange}

This guide leads you to an API key that can trade but can never withdraw. Follow the steps in order.

## Step 1: Log in to {exchange}

1. Go to the official {exchange} website.
2. Log in with the credentials of your account.

## Step 2: Open the API page

1. Go to the top-right corner and click the profile icon.
2. Go to the menu that opens and select **API Management**.

<!-- Screenshots stand here, each in a paragraph of its own, below the instruction that they show:
![What the picture shows and what is marked on it](https://raw.githubusercontent.com/…/Screenshot%201.png)
-->

## Step 3: Enter the label, IP addresses and permissions

> **Important:** Never tick **Withdraw**. A key for trading does not need it, and it would put your funds at risk.

1. Go to **Label** and enter the label listed under “Your values” at the start of this guide.
2. Go to **IP whitelist** and enter the IP addresses listed there.
3. Separate the addresses with one comma each, without spaces.
4. Go to **Permissions** and set each permission as this table says.

| Permission | Setting | What it is for |
|---|---|---|
| Read | On | Lets the key read balances and orders |
| Trade | On | Lets the key place and cancel orders |
| Withdraw | Off | Never needed for trading; would let the key move funds out |

5. Click **Confirm**.

## Step 4: Complete the security verification

> **Warning:** {exchange} shows the secret key only once, right after this step. Open your password manager first.

1. Enter the email code.
2. Click **Confirm**.

## Step 5: Save the API key and the secret key

> **Important:** Store both values before you close this page. The secret key is not shown a second time.

1. Copy the value under **API Key** and store it in a password manager or another secure place.
2. Copy the value under **Secret Key** and store it in the same place.
3. Check that both values are stored completely.

## Keep the key safe

- Never let an API key or its secret key become public.
- Look through the permissions of every key at regular intervals.
- Leave withdrawal permissions off at all times.
"""


def new(slug: str, exchange: str = "") -> str:
    """The text of a new guide for `guides/<slug>.md`; the exchange's name comes from the slug where none is given."""
    name = exchange or " ".join(part.capitalize() for part in slug.split("-"))
    article = "An" if name[:1] in "AEIOUaeiou" else "A"
    return _TEXT.format(
        exchange=name,
        quoted=json.dumps(name, ensure_ascii=False),
        account=json.dumps(f"{article} {name} account", ensure_ascii=False),
    )
