"""CouchDBs for the tests: ours as a process of its own, and Apache's where an address is given."""

import os
from dataclasses import replace
from uuid import uuid4

from aiohttp import ClientSession, TCPConnector

from replication.couch.address import server_address
from replication.store.couch.link import CouchLink
from replication.store.couch.names import prefix_of
from replication.store.couch.store import CouchDocumentStore
from tests.support.running_home import RunningHome

APACHE = os.environ.get("COUCHDB_URL")
"""A running Apache CouchDB with its administrator's login, such as `http://admin:pw@host:5984`."""

SERVERS = ("foyer", "apache") if APACHE else ("foyer",)


class CouchServers:
    """Starts ours when it is first wanted."""

    def __init__(self, folder):
        self._home = RunningHome(folder / "couch", command="couch")
        self._running = False

    def address(self, kind):
        if kind == "apache":
            return APACHE
        if not self._running:
            self._home.__enter__()
            self._running = True
        return self._home.address_with_login

    def close(self):
        if self._running:
            self._home.__exit__()


class OpenedCouch:
    """A store of a home that no other test has, and what is left of it taken away again."""

    def __init__(self, url):
        self.address = server_address(url)
        self.prefix = prefix_of(uuid4().hex)
        self._sessions = []

    async def store(self):
        """Open the home, as another process would."""
        session = ClientSession(connector=TCPConnector(limit=20))
        self._sessions.append(session)
        return CouchDocumentStore(session, self.address, self.prefix, lambda: uuid4().hex)

    def over(self, address, session):
        """Open it by another way to the same server, and with a session of the caller."""
        by = replace(self.address, url=address)
        return CouchDocumentStore(session, by, self.prefix, lambda: uuid4().hex)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        async with ClientSession() as session:
            root = CouchLink(session, self.address)
            every = root.decode(await root.read("GET", "_all_dbs"), list[str])
            for name in every:
                if name.startswith(self.prefix):
                    await root.to(name).once("DELETE")
        for session in self._sessions:
            await session.close()
