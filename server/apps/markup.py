"""The first page of an application, with what it is told about the home (cozy.md B4). Pure.

Cozy's pages are templates of Go: `{{.CozyData}}` and the like stand where a value goes, in double
quotes. Quotes become `&#34;`, which is all that Cozy's client turns back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from server.apps.manifest import Manifest

_PLACE = re.compile(r"\{\{\s*\.(\w+)\s*\}\}")
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_NOTHING = ("CozyBar", "CozyClientJS", "ThemeCSS", "Favicon", "DefaultWallpaper")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page is told: `domain` is the home's host and port, `subdomain` nested or flat."""

    token: str
    domain: str
    subdomain: str
    locale: str
    is_signed_in: bool
    flags: Mapping[str, Any]
    capabilities: Mapping[str, Any]


def filled(page: str, manifest: Manifest, facts: Facts) -> str:
    """Return a page with its places filled; those that are no place of Cozy's stay."""
    values = _values(manifest, facts)

    def fill(place: re.Match[str]) -> str:
        name = place[1]
        return escaped(values[name]) if name in values else place[0]

    return _PLACE.sub(fill, page)


def escaped(text: str) -> str:
    """Escape text for HTML, as Go's templates do."""
    return "".join(_ESCAPED.get(letter, letter) for letter in text)


def _values(manifest: Manifest, facts: Facts) -> dict[str, str]:
    about = {
        "editor": manifest.editor,
        "name": manifest.name,
        "prefix": manifest.prefix,
        "slug": manifest.slug,
        "icon": manifest.icon,
    }
    data = {
        "token": facts.token,
        "domain": facts.domain,
        "subdomain": facts.subdomain,
        "tracking": False,
        "locale": facts.locale,
        "isLoggedIn": facts.is_signed_in,
        "app": about,
        "flags": facts.flags,
        "capabilities": facts.capabilities,
    }
    return {
        **dict.fromkeys(_NOTHING, ""),
        "CozyData": _json(data),
        "Token": facts.token,
        "Domain": facts.domain,
        "SubDomain": facts.subdomain,
        "Locale": facts.locale,
        "Tracking": "false",
        "Flags": _json(facts.flags),
        "Capabilities": _json(facts.capabilities),
        "AppName": manifest.name,
        "AppNamePrefix": manifest.prefix,
        "AppSlug": manifest.slug,
        "AppEditor": manifest.editor,
        "IconPath": manifest.icon,
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
