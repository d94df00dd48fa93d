"""One state of a page in four pictures: phone and desktop, light and dark; and sheets of them."""

import asyncio
from pathlib import Path
from typing import Protocol

from PIL import Image

from tests.support.chromium import Tab

SIZES = ((390, 844), (1440, 900))
THEMES = ("light", "dark")
LANGUAGES = ("en", "fr")
_TALLEST = 3200
_NEEDED = (
    "Math.max(innerHeight, document.querySelector('dialog[open]') ? 0 :"
    "innerHeight + Math.max(0, ...[...document.querySelectorAll('.screen.scrolls')]"
    ".map(e => e.scrollHeight - e.clientHeight)))"
)
"""What a screen that scrolls inside needs to be seen whole."""


class Eye(Protocol):
    """Looks at each state of a tab that it is told of."""

    tab: Tab
    language: str

    async def take(self, state: str) -> None:
        """Look at what is shown now."""


class Camera:
    """Takes pictures of one tab into a folder, named `state.language.width.theme.png`."""

    def __init__(self, tab: Tab, folder: Path, language: str) -> None:
        self.tab, self._folder, self.language = tab, folder, language

    async def take(self, state: str) -> None:
        """Take the four pictures of what is shown now."""
        for width, height in SIZES:
            for theme in THEMES:
                await self._shape(width, height, theme)
                needed = min(_TALLEST, int(await self.tab.run(_NEEDED)))
                if needed > height:
                    await self._shape(width, needed, theme)
                name = f"{state}.{self.language}.{width}.{theme}.png"
                await self.tab.picture(self._folder / name)
        await self._shape(1440, 900, "light")

    async def _shape(self, width: int, height: int, theme: str) -> None:
        await self.tab.shape(width, height, self.language, dark=theme == "dark")
        await asyncio.sleep(0.25)  # pictures and lists follow the size


def sheet_of(folder: Path, state: str, width: int) -> None:
    """Put the pictures of a state at one width beside each other: both languages and themes."""
    found = [
        folder / f"{state}.{language}.{width}.{theme}.png"
        for language in LANGUAGES
        for theme in THEMES
    ]
    pictures = [Image.open(path) for path in found if path.exists()]
    if not pictures:
        return
    across = 4 if width < 600 else 2
    tall = max(picture.height for picture in pictures)
    rows = -(-len(pictures) // across)
    sheet = Image.new("RGB", (across * (width + 8), rows * (tall + 8)), "magenta")
    for number, picture in enumerate(pictures):
        spot = (number % across * (width + 8), number // across * (tall + 8))
        sheet.paste(picture, spot)
    sheet.save(folder / "sheets" / f"{state}.{width}.png")
