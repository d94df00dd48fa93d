"""How the pages of a home look and what they call themselves: its host may give it their name.

The operator's context says so (white label); without one it is Foyer's own look. `app[LOOK_OF]`
tells the look of a home; whoever knows contexts sets it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from server import keys
from server.instances.instance import Instance

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_LIGHT_ENOUGH = 0.36
"""Relative luminance from which dark letters are read better than white ones (WCAG 2, 1.4.3)."""


@dataclass(frozen=True, slots=True)
class Look:
    """A name, a picture and colours; `locale` is the home's own language, empty for none.

    `logo` is an address on this host. `accent` is a colour for buttons and links (`#a8401a`),
    `accent_dark` the same on a dark ground; empty for ours. `legal` is the address of the terms.
    Raises ValueError for a colour that is none.
    """

    name: str = "Foyer"
    logo: str = ""
    accent: str = ""
    accent_dark: str = ""
    locale: str = ""
    legal: str = ""

    def __post_init__(self) -> None:
        """Refuse what would break the style, or out of it."""
        for colour in (self.accent, self.accent_dark):
            if colour and not _COLOUR.fullmatch(colour):
                raise ValueError(f"not a colour like #a8401a: {colour!r}")

    @property
    def style(self) -> str:
        """Return the rules that put the colours over ours; empty when there are none."""
        light = self.accent and f":root{{{_variables(self.accent)}}}"
        dark = self.accent_dark or self.accent
        at_night = dark and f"@media(prefers-color-scheme:dark){{:root{{{_variables(dark)}}}}}"
        return light + at_night


LookOf = Callable[[Instance], Look]
LOOK_OF: web.AppKey[LookOf] = web.AppKey("look_of")

OURS = Look()


def look_of(request: web.Request) -> Look:
    """Return how the pages of the home that is asked look; ours where no home was found."""
    instance = request.get(keys.INSTANCE)
    tell = request.app.get(LOOK_OF)
    return OURS if instance is None or tell is None else tell(instance)


def _variables(colour: str) -> str:
    on = "#171412" if _luminance(colour) > _LIGHT_ENOUGH else "#ffffff"
    return f"--ember:{colour};--on-ember:{on}"


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # sRGB
