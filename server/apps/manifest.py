"""`manifest.webapp`: what an application is called, serves, and may do (cozy.md B13). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from doctypes.permissions.errors import RuleIllegal
from doctypes.permissions.scope import parse_rules

FILE_NAME = "manifest.webapp"
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?\Z")


class ManifestIllegal(Exception):
    """A manifest that makes no application; the message says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Route(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is served below a path: the files of a folder, and `index` for the path itself.

    A public route is for anybody, with a link's code at most.
    """

    folder: str = "/"
    index: str = "index.html"
    public: bool = False

    def file_at(self, rest: str) -> str:
        """Return the file for what a path has behind the route's own, in the package."""
        folder = self.folder.strip("/")
        return f"{folder}/{rest or self.index}".strip("/")


class _Told(msgspec.Struct):
    slug: str = ""
    name: str = ""
    name_prefix: str = ""
    editor: str = ""
    version: str = ""
    icon: str = ""
    permissions: dict[str, Any] = {}
    routes: dict[str, Route] = {}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was read; `told` is all that stands in it."""

    slug: str
    name: str
    prefix: str
    editor: str
    version: str
    icon: str
    permissions: Mapping[str, Any]
    routes: Mapping[str, Route]
    told: Mapping[str, Any]

    def found(self, path: str) -> tuple[Route, str] | None:
        """Return the route that a path belongs to, the longest, and what the path has behind it."""
        asked = "/" + path.strip("/")
        for own in sorted(self.routes, key=len, reverse=True):
            bare = "/" + own.strip("/")
            if bare in (asked, "/") or asked.startswith(bare + "/"):
                return self.routes[own], asked.removeprefix(bare).strip("/")
        return None


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest. Raises ManifestIllegal."""
    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
        read = msgspec.convert(told, _Told)
        parse_rules(read.permissions)
    except (msgspec.MsgspecError, RuleIllegal) as error:
        raise ManifestIllegal(f"{FILE_NAME}: {error}") from error
    if not _SLUG.match(read.slug):
        raise ManifestIllegal("slug: 1 to 32 lower-case letters, digits and hyphens")
    if not read.version:
        raise ManifestIllegal("version: there is none")
    return Manifest(
        read.slug,
        read.name or read.slug,
        read.name_prefix,
        read.editor,
        read.version,
        read.icon.lstrip("/"),
        read.permissions,
        read.routes or {"/": Route()},
        {name: value for name, value in told.items() if not name.startswith("_")},
    )
