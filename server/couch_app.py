"""The engine alone: CouchDB's API at `/`, for PouchDB and whatever else speaks it."""

import time
from collections.abc import Iterable

from aiohttp import web

from server.app import assemble, open_instance
from server.data.dialect import DataDialect
from server.data.routes import routes_of
from server.http.dialects import OF_COUCH
from server.instances.directory import InstanceDirectory
from server.instances.record import InstanceRecord
from server.settings import Settings


def build_couch_app(settings: Settings, records: Iterable[InstanceRecord]) -> web.Application:
    """Return the application that serves the first home as a CouchDB, whatever name it is called.

    A CouchDB has one set of databases and no host names.
    """
    directory = InstanceDirectory(records, open_instance, clock=time.monotonic, alone=True)
    app = assemble(settings, directory, OF_COUCH)
    app.add_routes(routes_of(DataDialect("")))
    return app
