"""Which requests take more than being a member of the database: by method and route, no I/O."""

from enum import Enum, auto

from server.data.access import SYSTEM


class Need(Enum):
    """What somebody must be for a request to be let through to its handler."""

    NOTHING = auto()
    USER = auto()
    DATABASE_ADMIN = auto()
    SERVER_ADMIN = auto()


WITHOUT_LOGIN = frozenset({"/", "/_up", "/_session"})
"""What even a server that lets nobody unknown in answers: they say nothing of anybody's data."""

LISTS_OF_DATABASES = frozenset({"/_all_dbs", "/_dbs_info"})
"""What is for server admins unless the configuration says otherwise."""

_OF_SERVER = {
    "/_up": Need.NOTHING,
    "/_uuids": Need.NOTHING,
    "/_session": Need.NOTHING,
    "/_replicate": Need.USER,
}
_OF_DATABASE = {
    "_compact": Need.DATABASE_ADMIN,
    "_view_cleanup": Need.DATABASE_ADMIN,
    "_purge": Need.SERVER_ADMIN,
    "_purged_infos_limit": Need.SERVER_ADMIN,
}


_LISTS = frozenset(
    {
        *("_all_docs", "_design_docs", "_local_docs", "_changes"),
        *("_find", "_explain", "_index", "_search", "_design", "_temp_view"),
    }
)
"""What tells of many documents, or looks into them by indexes that are built of all."""


def need_of(method: str, route: str, database: str = "") -> Need:
    """Return what a request takes; `route` is the pattern of the route that was found.

    What lists the documents of `_users` and `_replicator` is for server admins, and so are routes
    of the server that are not known here. Those of databases are for their members, which the
    store sees to; it also refuses what members may not do.
    """
    if route in ("", "/"):
        return Need.NOTHING
    if route.startswith("/_"):
        return _OF_SERVER.get(route, Need.SERVER_ADMIN)
    _, _, rest = route.removeprefix("/").partition("/")
    if not rest:
        makes_or_ends = method in ("PUT", "DELETE")
        return Need.SERVER_ADMIN if makes_or_ends else Need.NOTHING
    first = rest.partition("/")[0]
    if database in SYSTEM and first in _LISTS:
        return Need.SERVER_ADMIN
    return _OF_DATABASE.get(first, Need.NOTHING)
