"""What a home can do, as Nextcloud's clients ask for it: nothing is said that is not there.

Types matter: the iOS library reads the whole into fixed types, and one that is wrong loses all.
"""

import re
from dataclasses import dataclass
from typing import Any

from server.nextcloud.identity import VERSION, VERSION_STRING

_ACCENT = "#a8401a"
CHECKSUMS = ("SHA256", "MD5", "SHA1", "SHA512", "ADLER32")


@dataclass(frozen=True, slots=True)
class Theme:
    """How a home looks; `address` begins its links, `logo` a picture, `accent` like #a8401a."""

    name: str
    address: str
    logo: str = ""
    accent: str = ""


_DESKTOP = re.compile(r"mirall/(\d+)\.(\d+)")
_SENDS_EMPTY_FILES = (3, 10)


def takes_bulk(user_agent: str) -> bool:
    """Tell whether a program may be told of bulk upload.

    Nextcloud's desktop client before 3.10 cuts a bulk off where there is an empty file in it, and
    tries again for ever, so that nothing of it ever arrives (nextcloud/desktop#5871).
    """
    told = _DESKTOP.search(user_agent)
    return told is None or (int(told[1]), int(told[2])) >= _SENDS_EMPTY_FILES


def capabilities(theme: Theme, *, bulk: bool = True) -> dict[str, Any]:
    """Return the data of `cloud/capabilities`."""
    major, minor, micro, _ = VERSION
    version = {
        "major": major,
        "minor": minor,
        "micro": micro,
        "string": VERSION_STRING,
        "edition": "",
        "extendedSupport": False,
    }
    told = {
        "core": {"pollinterval": 60, "webdav-root": "remote.php/webdav", "reference-api": False},
        "dav": {**_DAV, "bulkupload": "1.0"} if bulk else _DAV,
        "files": _FILES,
        "checksums": {"supportedTypes": list(CHECKSUMS), "preferredUploadType": "SHA256"},
        "files_sharing": _SHARING,
        "theming": _theming(theme),
    }
    return {"version": version, "capabilities": told}


_DAV = {
    "chunking": "1.0",
    "search_supports_creation_time": True,
    "httpErrorCodesThatResetFailingChunkedUploads": [404, 409],
}

_FILES = {
    "bigfilechunking": True,
    "blacklisted_files": [],
    "forbidden_filename_characters": ["/"],
    "chunked_upload": {"max_size": 104857600, "max_parallel_count": 5},
    "undelete": True,
    "delete_from_trash": True,
    "versioning": True,
    "version_labeling": False,
    "version_deletion": True,
    "comments": False,
}

_SHARING = {
    "api_enabled": True,
    "public": {
        "enabled": True,
        "password": {"enforced": False, "askForOptionalPassword": False},
        "expire_date": {"enabled": False, "enforced": False},
        "multiple_links": True,
        "upload": False,
        "upload_files_drop": False,
        "send_mail": False,
    },
    "resharing": False,
    "user": {"send_mail": False, "expire_date": {"enabled": False}},
    "group_sharing": False,
    "group": {"enabled": False},
    "federation": {"outgoing": False, "incoming": False},
    "default_permissions": 1,
    "sharebymail": {"enabled": False},
}


def _theming(theme: Theme) -> dict[str, Any]:
    accent = theme.accent or _ACCENT
    return {
        "name": theme.name,
        "url": theme.address,
        "slogan": "",
        "color": accent,
        "color-text": text_on(accent),
        "color-element": accent,
        "color-element-bright": accent,
        "color-element-dark": accent,
        "logo": theme.logo,
        "background": accent,
        "background-plain": True,
        "background-default": False,
        "logoheader": theme.logo,
        "favicon": theme.logo,
    }


def text_on(colour: str) -> str:
    """Return black or white, whichever is read better on a colour (WCAG 2, relative luminance)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if luminance > 0.179 else "#ffffff"  # noqa: PLR2004  # equal contrast there


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
