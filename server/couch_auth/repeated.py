"""What a decision of a CouchDB's gate rests on, noted for requests that repeat one."""

from contextlib import suppress

from aiohttp import web

from replication.core.errors import DatabaseMissing
from replication.store.protocol import Database
from server import keys
from server.auth.standing import Standing
from server.couch_auth.keys import NODE_CONFIG
from server.couch_auth.user import User
from server.couch_auth.users_database import NAME
from server.http.at_once import at_once
from server.http.short_way import is_repeatable
from server.instances.instance import Instance


class NotedFacts:
    """Facts as they are before the gate decides.

    Of an admin these are the configuration and the owner; of somebody whom a document of `_users`
    makes a user, also where that database stands, and the security object of the one asked for.
    """

    def __init__(self, request: web.Request, instance: Instance) -> None:
        self._config, self._homes = request.app[NODE_CONFIG], request.app[keys.INSTANCES]
        self._instance = instance
        self._of_admins = self._begun()
        self._of_users: Standing | None = None

    def of_users(self, users: Database, database: Database) -> None:
        """Note where accounts and rights stand."""
        self._of_users = self._begun()
        self._of_users.rests_on(lambda: at_once(users.sequence()))
        self._of_users.rests_on(lambda: at_once(database.security()))

    def _begun(self) -> Standing:
        standing = Standing()
        standing.rests_on(lambda: self._config.state)
        standing.rests_on(lambda: self._homes.is_open(self._instance))
        return standing

    def standing_of(self, user: User) -> Standing | None:
        """Return what it rests on that this user was let in; None where that is not noted.

        Sessions are renewed as they are used, and tokens end by themselves: both go the whole way.
        """
        if user.handler != "default":
            return None
        return self._of_admins if user.is_server_admin else self._of_users


async def noted_facts(request: web.Request, instance: Instance) -> NotedFacts | None:
    """Note what a decision will rest on; None where nobody would repeat it."""
    name = request.match_info.get("database")
    if name is None or not is_repeatable(request):
        return None
    noted = NotedFacts(request, instance)
    with suppress(DatabaseMissing):  # then nobody is a user of it, or what is asked is not there
        noted.of_users(await instance.store.open(NAME), await instance.store.open(name))
    return noted
