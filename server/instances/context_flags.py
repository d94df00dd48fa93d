"""Feature flags that a host sets for the homes of a context: values, or values for some of them.

A flag is a JSON value, or a list of shares: `[{ratio = 0.1, value = "beta"}]` gives a tenth of all
homes the value, always the same ones (cozy-stack's `features ratio`).
"""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

_ALL = 1 << 32


def check_flags(flags: Mapping[str, Any]) -> None:
    """Raise ValueError, with the flag's name, for shares that cannot be."""
    for name, value in flags.items():
        if not _is_shared_out(value):
            continue
        ratios = [share["ratio"] for share in value]
        if not all(_is_ratio(ratio) for ratio in ratios) or sum(ratios) > 1:
            raise ValueError(f"flags.{name}: ratios are 0 to 1, and together 1 at most")
        if not all("value" in share for share in value):
            raise ValueError(f"flags.{name}: each share has a ratio and a value")


def flags_for(flags: Mapping[str, Any], uuid: str) -> dict[str, Any]:
    """Return the flags of one home; those of whose shares it has none are left out."""
    told = {}
    for name, value in flags.items():
        if not _is_shared_out(value):
            told[name] = value
            continue
        share = _share_of(value, crc32(f"{uuid}:{name}".encode()))
        if share is not None:
            told[name] = share["value"]
    return told


def _share_of(shares: list[dict[str, Any]], place: int) -> dict[str, Any] | None:
    """Return the share that a place from 0 to 2^32 falls into."""
    for share in shares:
        width = int(share["ratio"] * _ALL)
        if place < width:
            return share
        place -= width
    return None


def _is_shared_out(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(share, dict) and "ratio" in share for share in value)


def _is_ratio(ratio: object) -> bool:
    return isinstance(ratio, int | float) and not isinstance(ratio, bool) and 0 <= ratio <= 1
