"""CouchDB's configuration as far as there is one here: sections of keys, all values strings.

Some keys take effect, and clients read many more to find out whether a server suits them
(LiveSync's checker); what has no meaning here is kept and given back.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import astuple

import msgspec

from replication.core.errors import DatabaseMissing, DocumentMissing
from replication.store.protocol import DocumentStore
from server.data.size_limits import SizeLimits
from server.http.cors import CorsPolicy

DATABASE, DOCUMENT = "_node_config", "_local/config"

SESSION_SECONDS = 600
_DIGITS = 19

Sections = dict[str, dict[str, str]]

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "admins": {},
    "chttpd": {
        "require_valid_user": "true",
        "enable_cors": "true",
        "admin_only_all_dbs": "true",
    },
    "chttpd_auth": {
        "require_valid_user": "true",
        "timeout": str(SESSION_SECONDS),
        "authentication_db": "_users",
    },
    "httpd": {"WWW-Authenticate": 'Basic realm="Foyer", charset="UTF-8"', "enable_cors": "true"},
    "cors": {"credentials": "true", "origins": "*"},
    "couchdb": {"single_node": "true"},
}

SIZES = (
    ("couchdb", "max_document_size"),
    ("couchdb", "max_attachment_size"),
    ("chttpd", "max_http_request_size"),
)
"""Where CouchDB keeps what SizeLimits has, in the same order."""


class NodeConfig:
    """The configuration of this server; what was changed is kept in the instance's store."""

    def __init__(self, sizes: SizeLimits) -> None:
        self._defaults: Sections = {section: dict(keys) for section, keys in DEFAULTS.items()}
        for (section, key), size in zip(SIZES, astuple(sizes), strict=True):
            self._defaults[section][key] = str(size)
        self._sizes = sizes
        self._changed: Sections = {}
        self._loaded = False
        self._changing = asyncio.Lock()

    async def load(self, store: DocumentStore) -> None:
        """Read what was changed earlier, the first time that this is asked."""
        if self._loaded:
            return
        try:
            database = await store.open(DATABASE)
            kept = (await database.get_local(DOCUMENT)).body
            self._changed = msgspec.json.decode(kept, type=Sections)
        except (DatabaseMissing, DocumentMissing):
            self._changed = {}
        self._loaded = True

    def sections(self) -> Sections:
        """Return all that holds."""
        found: Sections = {section: dict(keys) for section, keys in self._defaults.items()}
        for section, keys in self._changed.items():
            found.setdefault(section, {}).update(keys)
        return found

    def get(self, section: str, key: str) -> str | None:
        """Return one value; None where there is none."""
        changed = self._changed.get(section, {}).get(key)
        return self._defaults.get(section, {}).get(key) if changed is None else changed

    def says(self, section: str, key: str) -> bool:
        """Tell whether a value is `true`."""
        return self.get(section, key) == "true"

    async def change(self, store: DocumentStore, section: str, key: str, value: str) -> None:
        """Keep a value; it holds as soon as it is on disk."""
        async with self._changing:
            changed = {name: dict(keys) for name, keys in self._changed.items()}
            changed.setdefault(section, {})[key] = value
            await self._keep(store, changed)

    async def forget(self, store: DocumentStore, section: str, key: str) -> None:
        """Return a key to its default."""
        async with self._changing:
            changed = {name: dict(keys) for name, keys in self._changed.items()}
            changed.get(section, {}).pop(key, None)
            await self._keep(store, changed)

    async def _keep(self, store: DocumentStore, changed: Sections) -> None:
        database = await store.ensure(DATABASE)
        await database.put_local(DOCUMENT, msgspec.json.encode(changed))
        self._changed = changed

    @property
    def state(self) -> object:
        """Return what is another whenever anything was changed."""
        return self._changed

    @property
    def needs_login(self) -> bool:
        """Tell whether nobody unknown is let in, whatever a database says."""
        return self.says("chttpd", "require_valid_user")

    @property
    def hides_databases(self) -> bool:
        """Tell whether only admins may list databases."""
        return self.says("chttpd", "admin_only_all_dbs")

    @property
    def challenge(self) -> str:
        """What a 401 asks for; nothing where pages are to ask by themselves."""
        newer = self.get("chttpd", "WWW-Authenticate")
        told = newer or self.get("httpd", "WWW-Authenticate") or ""
        return told if told.isascii() and told.isprintable() else ""

    @property
    def session_seconds(self) -> int:
        """How long a session lasts after its last request."""
        return self._count("chttpd_auth", "timeout") or SESSION_SECONDS

    @property
    def size_limits(self) -> SizeLimits:
        """How large what is sent may be; `infinity`, as CouchDB has it, is no limit."""
        if not self._changed:
            return self._sizes
        pairs = zip(SIZES, astuple(self._sizes), strict=True)
        return SizeLimits(*(self._size(section, key) or size for (section, key), size in pairs))

    def _size(self, section: str, key: str) -> int:
        endless = self.get(section, key) == "infinity"
        return sys.maxsize if endless else self._count(section, key)

    def _count(self, section: str, key: str) -> int:
        """Return a value that is a positive number; 0 for what is none."""
        told = self.get(section, key) or ""
        return int(told) if told.isascii() and told.isdigit() and len(told) < _DIGITS else 0

    @property
    def cors(self) -> CorsPolicy | None:
        """What pages of other origins may do; None when nothing."""
        if not self._loaded or not self.says("chttpd", "enable_cors"):
            return None
        origins = (self.get("cors", "origins") or "").split(",")
        named = frozenset(origin.strip() for origin in origins if origin.strip())
        return CorsPolicy(named, credentials=self.says("cors", "credentials"))
