r"""Regular expressions as CouchDB's users write them, for Python's engine.

CouchDB's are PCRE, over bytes. What the two spell differently and is in use is translated here:
POSIX classes, `(?<name>`, `\z` and `\h`. Classes such as `\w` are ASCII's, as in PCRE.
"""

import re
from collections.abc import Iterator

_POSIX = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": r"\ \t",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "word": r"\w",
    "cntrl": r"\x00-\x1f\x7f",
    "print": r"\x20-\x7e",
    "graph": r"\x21-\x7e",
}
_TOKENS = re.compile(
    r"\\(?P<escaped>.)|\[:(?P<posix>[a-z]+):\]|\(\?<(?P<name>[A-Za-z_]\w*)>"
    r"|(?P<opening>\[\^?\]?)|(?P<closing>\])|.",
    re.DOTALL | re.ASCII,
)
_ESCAPES = {"z": r"\Z", "Z": r"(?=\n?\Z)", "h": r"[ \t]", "R": r"(?:\r\n|[\n-\r])"}


def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern ready for use, or None when it is no regular expression."""
    try:
        return re.compile("".join(_translated(pattern)), re.ASCII)
    except (re.error, RecursionError, OverflowError):
        return None


def _translated(pattern: str) -> Iterator[str]:
    in_class = False
    for found in _TOKENS.finditer(pattern):
        kind, text = found.lastgroup, found[0]
        if kind == "escaped" and not in_class:
            yield _ESCAPES.get(found["escaped"], text)
        elif kind == "posix" and in_class:
            yield _POSIX.get(found["posix"], text)
        elif kind == "name" and not in_class:
            yield f"(?P<{found['name']}>"
        elif kind == "opening" and in_class:  # a plain character there, which Python wants escaped
            yield "\\" + text
            in_class = not text.endswith("]")
        else:
            in_class = (in_class or kind == "opening") and kind != "closing"
            yield text
