"""Names that Host headers have, and which of them may be a home's: pure functions on text.

A home's applications have names of their own: `notes.home.example` (nested) or
`home-notes.example` (flat), so that browsers keep them apart (cozy.md 0).
"""

from collections.abc import Iterator


def host_name(host: str) -> str:
    """Return a Host header's name in lower case, without port, brackets or final dot."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].removesuffix(".")


def readings(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a name may mean, the likeliest first: the home's name, and an application or "".

    The home itself comes before its applications; of flat names the longest home does.
    """
    yield name, ""
    first, dot, rest = name.partition(".")
    if not dot:
        return
    if first:
        yield rest, first
    home, dash, slug = first.rpartition("-")
    while dash:
        if home and slug:
            yield f"{home}.{rest}", slug
        home, dash, tail = home.rpartition("-")
        slug = f"{tail}-{slug}"


def home_host(host: str, slug: str) -> tuple[str, bool]:
    """Return the host of the home that an application's own host is of, and whether that is flat.

    Hosts are as Host headers have them: a port stays where it was.
    """
    first, _, rest = host.partition(".")
    if first.lower() == slug:
        return rest, False
    return f"{first[: -len(slug) - 1]}.{rest}", True


def app_host(domain: str, slug: str, *, flat: bool) -> str:
    """Return the name of a home's application."""
    first, dot, rest = domain.partition(".")
    if flat and dot:
        return f"{first}-{slug}.{rest}"
    return f"{slug}.{domain}"
