"""Names in headers, which are UTF-7 there (RFC 2152)."""

from server.office.formats import extension_of


def read_name(header: str) -> str:
    """Return the name that a header tells. Raises ValueError."""
    return header.encode("ascii").decode("utf-7")


def write_name(name: str) -> str:
    """Return a name as a header tells it."""
    return name.encode("utf-7").decode("ascii")


def suggested_name(suggestion: str, name: str) -> str:
    """Return the name that a suggestion means: a whole one, or `.ext` for this name's stem."""
    if not suggestion.startswith("."):
        return suggestion
    return f"{stem_of(name)}{suggestion}"


def stem_of(name: str) -> str:
    """Return a name without its extension."""
    extension = extension_of(name)
    return name[: -len(extension) - 1] if extension else name
