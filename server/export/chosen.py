"""Which databases of a home go into an archive, by what is wanted. Pure.

What lets somebody in goes only where it is asked for: who has such an archive has the home.
"""

import msgspec

from server.export.manifest import Wanted

PERMISSIONS = "io.cozy.permissions"
_SHARE = "share"

_DEVICES = frozenset(
    {
        *("io.cozy.oauth.clients", "io.cozy.sessions", "io.cozy.sessions.logins"),
        *("io.cozy.accounts", "_known_browsers", "_sign_in", "_replicator"),
        "_io.cozy.files.profiles",
    }
)
_LINKS = frozenset({"_share_codes"})
_PASSING = frozenset(
    {
        *("_webdav_locks", "_wopi_locks", "_upload_metadata", "_office_sessions"),
        *("_io.cozy.files.views", "io.cozy.files.archives"),
        *("io.cozy.oauth.access_codes", "io.cozy.oauth.device_codes"),
    }
)
"""What ends by itself, or says something of this home's sequences."""

_LOCALS = {"_webdav_sidecars": "", "io.cozy.oauth.clients": "seen-"}
"""Databases whose local documents are no client's; behind `_local/` ours begin so."""


class _Typed(msgspec.Struct):
    type: str = ""


def is_taken(database: str, wanted: Wanted) -> bool:
    """Tell whether a database goes into the archive."""
    if database in _PASSING:
        return False
    if database in _DEVICES:
        return wanted.devices
    return wanted.links or database not in _LINKS


def takes(database: str, body: bytes, wanted: Wanted) -> bool:
    """Tell whether a document goes: of the permissions, what applications may do always does."""
    if database != PERMISSIONS or wanted.links:
        return True
    try:
        return msgspec.json.decode(body, type=_Typed).type not in ("", _SHARE)
    except msgspec.ValidationError:
        return False


def locals_of(database: str) -> str | None:
    """Return what the ids of local documents begin with that go along; None for none."""
    return _LOCALS.get(database)
