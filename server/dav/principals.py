"""Where the resources that stand for people are (RFC 3744 2), and what lies above the files."""

from webdav.model.path import Path, href

PRINCIPALS: Path = ("dav", "principals")
PARENTS = ("/", "/dav", "/dav/", "/dav/principals", "/dav/principals/", "/dav/principals/{name}/")
"""Routes of the collections above the files."""


def principal_href(name: str) -> str:
    """Return the URL path of the resource that stands for a person."""
    return href("", (*PRINCIPALS, name), is_collection=True)
