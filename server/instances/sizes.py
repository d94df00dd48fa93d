"""Amounts of bytes as people write them: `5 GB`, `500MiB`, `1000`."""

import re

_UNITS = {"": 1, "b": 1}
_UNITS |= {prefix + tail: 1000**n for n, prefix in enumerate("kmgt", 1) for tail in ("", "b")}
_UNITS |= {f"{prefix}ib": 1024**n for n, prefix in enumerate("kmgt", 1)}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)\Z")


def parse_size(text: str) -> int:
    """Return a number of bytes. Raises ValueError."""
    found = _SIZE.match(text.strip().lower().replace("o", "b"))  # octets, in French
    if found is None or found[2] not in _UNITS:
        raise ValueError(f"{text!r} is no size; one looks like 5GB, 500MiB or 1000000")
    return int(float(found[1]) * _UNITS[found[2]])


def show_size(size: int) -> str:
    """Return an amount as people read it, in powers of a thousand: `1.5 GB`."""
    amount, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):  # the last one is used
        if amount < 1000 or unit == "TB":  # noqa: PLR2004
            break
        amount /= 1000
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
