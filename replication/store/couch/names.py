"""What a home's databases are called in a CouchDB that many homes share.

CouchDB allows lower-case letters, digits and `_$()+/-`, and no dot, which the names of types have:
`io.cozy.files` becomes `io-cozy-files`, as Cozy has it. What else it does not allow, the hyphen
itself, and the underscore are written as code points in hexadecimal between parentheses, so that
each name comes back as it was; CouchDB would take a `…/_replicator` for its own, and run its jobs.
In front is the home's prefix, and a slash: CouchDB keeps a folder for it.
"""

import re

_FREE = re.compile(r"[a-z0-9$+/]")
_WRITTEN = re.compile(r"\(([0-9a-f]+)\)|-|[^(]")


def prefix_of(home: str) -> str:
    """Return what the names of a home's databases begin with."""
    return f"foyer-{encoded(home)}/"


def encoded(name: str) -> str:
    """Return a name as CouchDB allows it."""
    return "".join(_letter(character) for character in name)


def decoded(name: str) -> str:
    """Return the name that was encoded."""
    return "".join(_read(found) for found in _WRITTEN.finditer(name))


def _letter(character: str) -> str:
    if character == ".":
        return "-"
    return character if _FREE.match(character) else f"({ord(character):x})"


def _read(found: re.Match[str]) -> str:
    if found[1] is not None:
        return chr(int(found[1], 16))
    return "." if found[0] == "-" else found[0]
