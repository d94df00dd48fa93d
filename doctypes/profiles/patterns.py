"""Patterns of names, as shells have them: `*.tmp`, `~$*`, `cache/*`; letters match in either case.

A pattern without a slash is held against each name below a place, one with slashes against the
first names below it, one pattern a name. What a pattern names goes with all below it.
"""

import re
from fnmatch import translate
from functools import lru_cache

from doctypes.files.names import composed

Names = tuple[str, ...]


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> tuple[re.Pattern[str], ...]:
    parts = pattern.strip("/").split("/")
    return tuple(re.compile(translate(composed(part).casefold())) for part in parts)


def matches(pattern: str, names: Names) -> bool:
    """Tell whether a pattern takes in what has these names below its place, the top one first."""
    parts = _compiled(pattern)
    if "/" not in pattern:
        return any(parts[0].match(name.casefold()) for name in names)
    return len(names) >= len(parts) and all(
        part.match(name.casefold()) for part, name in zip(parts, names, strict=False)
    )


def is_legal(pattern: str) -> bool:
    """Tell whether it is a pattern, by its form."""
    return bool(pattern.strip("/")) and "//" not in pattern and "\0" not in pattern
