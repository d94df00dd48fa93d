"""What routes of `/couchdb` and `/data` take: by method and route, no I/O (cozy.md B6).

Lists, queries and all that replication reads take GET on the whole type, whatever the HTTP verb.
Single documents and bulks of them are asked one by one, where they are known. What rules a whole
database beyond its documents is the owner's.
"""

import re

from server.auth.access import IN_HANDLER, OWNER_ONLY, Access

DOORS = ("/couchdb", "/data")

_OF_ONE_DOCUMENT = frozenset({"{database}/{id}", "{database}/{id}/{attachment}"})
_OF_DATABASE = frozenset({"{database}", "{database}/"})
_BULK = "{database}/_bulk_docs"
_WRITING = frozenset({"POST", "PUT", "DELETE"})
_OF_OWNER = re.compile(
    r"(_replicate|_scheduler|_active_tasks|_node|_membership|_db_updates)\b"
    r"|\{database\}/(_purge|_purged|_compact|_revs_limit|_view_cleanup)"
)
_SECURITY = "{database}/_security"


def data_access(method: str, route: str) -> Access | None:
    """Return what a route of documents takes; None for other doors."""
    rest = _behind_door(route)
    if rest is None:
        return None
    if _OF_OWNER.match(rest) or (rest == _SECURITY and method != "GET"):
        return OWNER_ONLY
    return IN_HANDLER


def guards_documents(route: str) -> bool:
    """Tell whether a route reaches documents by the names of their databases."""
    return _behind_door(route) is not None


def is_whole(method: str, route: str) -> bool:
    """Tell whether a route may tell of any document of a database, and so takes GET on the type."""
    rest = _behind_door(route) or ""
    if rest in _OF_DATABASE:
        return method not in _WRITING
    return rest != _BULK and rest not in _OF_ONE_DOCUMENT


def _behind_door(route: str) -> str | None:
    for door in DOORS:
        if route == door or route.startswith(door + "/"):
            return route[len(door) + 1 :]
    return None
