"""Made-up screens, a guide and whole projects for the tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
GOLD = (229, 199, 62)
PREFIX = "https://pictures.example/main/"
Once = Callable[[str, Callable[[Path], object]], Path]
"""Gives the folder of a name, which the function has filled: the fixture `once`."""


def font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface that made-up screens are written in."""
    import font_source_sans_pro

    folder = Path(font_source_sans_pro.__file__).parent / "files"
    return ImageFont.truetype(folder / "SourceSansPro-Regular.ttf", size)


def screen(lines: list[str], *, size: tuple[int, int] = (640, 360), dark: bool = False, marked: int = 0) -> Image.Image:
    """A made-up screen with some lines of text, one of them framed and pointed at."""
    ground, ink = ((24, 26, 32), (230, 230, 230)) if dark else ((250, 250, 252), (30, 30, 34))
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        top = 40 + 44 * number
        draw.text((60, top), line, font=font(20), fill=ink)
        if number == marked:
            right = 60 + int(draw.textlength(line, font=font(20))) + 12
            draw.rectangle((48, top - 6, right, top + 30), outline=GOLD, width=3)
            draw.line((right + 70, top + 12, right + 14, top + 12), fill=GOLD, width=4)
            draw.polygon([(right + 6, top + 12), (right + 20, top + 4), (right + 20, top + 20)], fill=GOLD)
    return image


SAMPLE = """---
exchange: Example
website: https://www.exchange.example
summary: A key that trades and nothing else.
verified: 2026-01-02
needs: [An account, The IP addresses for this key]
verification: [Email code]
permissions:
  enable: [Read, Trade]
  leave_off: [Withdraw]
  withdrawal: [Withdraw]
label_field: Key name
ip_whitelist: {field: IP list, required: true, separator: ",", maximum: 5}
key_fields: [API Key, Secret Key]
secret_shown: once
---
# How to create an API key on Example

This guide leads to a key that can trade.

## Step 1: Log in

Open the site and log in.

## Step 2: Open the menu

1. Select **Account**.
2. Select **API Management**.

![The menu with the entry API Management framed](https://pictures.example/main/example/menu%201.png)

3. Click **Create key**.

![The page with the button Create key framed](https://pictures.example/main/example/create.png)

## Step 3: Set the permissions

> **Warning:** Never tick **Withdraw**.

Set each permission as this table says.

| Permission | Setting | What it is for |
|---|---|---|
| Read | On | Sees the account |
| Trade | On | Places orders |
| Withdraw | Off | — |

Enter the IP addresses listed under “Your values”, separated by commas without spaces.

## Step 4: Save the key

> **Warning:** The secret key is shown only once. Open your password manager first.

Click **Confirm** and store both keys.

## Keep the key safe

- Store the secret key in a password manager.
"""


def make_project(root: Path, guides: dict[str, str] | None = None, *, like: Path | None = None) -> Path:
    """A whole project in `root` with a mirror of its pictures beside it.

    It starts with all that another one, `like`, has kept: where the same pictures are inspected already, a build takes
    a tenth of the time.
    """
    project, mirror = root / "project", root / "mirror"
    if like:
        shutil.copytree(like / ".cache", project / ".cache")
    for name in ("templates", "assets/brand"):
        shutil.copytree(ROOT / name, project / name)
    (project / "guides").mkdir()
    for slug, text in (guides or {"example": SAMPLE}).items():
        (project / "guides" / f"{slug}.md").write_text(text, "utf-8")
    (project / "handbook.yaml").write_text(
        "title: Sample Handbook\nedition: '7'\ndate: 2026-01-02\n"
        f"screenshots:\n  hosts: [pictures.example]\n  prefix: {PREFIX}\n  mirror: {mirror.as_posix()}\n",
        "utf-8",
    )
    (mirror / "example").mkdir(parents=True)
    screen(["Account", "API Management", "Log out"], size=(320, 560), marked=1).save(mirror / "example" / "menu 1.png")
    screen(["My keys", "Create key", "Nothing here yet"], dark=True, marked=1).save(mirror / "example" / "create.png")
    return project
