"""How fast transfers may be, as people type and read it: pure."""

import re

from clients.desktop.local.telling import bytes_of

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_TYPED = re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?) ?([kmg]?)(?:i?[bo])?(?:/s)?", re.IGNORECASE)
_NONE = frozenset({"none", "off", "aucune", "0"})


class NoRate(ValueError):
    """Text that is no rate."""


def rate_of(typed: str) -> int:
    """Read `500k`, `1.5M`, `none`: bytes a second, 0 for no limit. Raises NoRate."""
    text = typed.strip()
    if text.lower() in _NONE:
        return 0
    found = _TYPED.fullmatch(text)
    if found is None:
        raise NoRate(typed)
    rate = int(float(found[1].replace(",", ".")) * _UNITS[found[2].lower()])
    if rate <= 0:
        raise NoRate(typed)
    return rate


def rate_shown(rate: int) -> str:
    """Return a rate as people read it."""
    return f"{bytes_of(rate)}/s"
