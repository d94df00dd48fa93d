"""The engine alone: CouchDB's API at `/`, for PouchDB and whatever else speaks it."""

import secrets
import time
from collections.abc import Iterable

from aiohttp import web

from server.assembly import assemble
from server.auth.counts import COUNTS
from server.couch_auth import config_routes, session
from server.couch_auth.authenticator import Authenticator
from server.couch_auth.gate import admit_users, ask_as_configured, renew_session
from server.couch_auth.keys import AUTHENTICATOR, NODE_CONFIG
from server.couch_auth.node_config import NodeConfig
from server.data.dialect import DataDialect
from server.data.routes import routes_of
from server.data.server_name import names_server
from server.data.size_limits import LIMITS
from server.engines import Engines, closed, open_documents
from server.fresh import new_id, now
from server.http.cors import allow_pages
from server.http.dialects import OF_COUCH
from server.instances.directory import InstanceDirectory
from server.instances.outline import Outline
from server.instances.record import InstanceRecord
from server.replications.following import Following
from server.settings import Settings


def build_couch_app(
    settings: Settings, records: Iterable[InstanceRecord | Outline]
) -> web.Application:
    """Return the application that serves the first home as a CouchDB, whatever name it is called.

    A CouchDB has one set of databases and no host names; its owner is the first of its admins.
    """
    engines = Engines(new_id, settings)
    following = Following(lambda record: open_documents(record, engines))
    directory = InstanceDirectory(records, following.open, clock=time.monotonic, alone=True)
    app = assemble(settings, directory, OF_COUCH, admit_users)
    app.cleanup_ctx.insert(0, closed(engines))
    config = NodeConfig(app[LIMITS]())
    app[NODE_CONFIG] = config
    app[LIMITS] = lambda: config.size_limits
    app[AUTHENTICATOR] = Authenticator(
        secrets.token_bytes(32),
        config,
        settings.couch.jwt,
        throttle=app[COUNTS].throttle("passwords"),
        now=time.time,
    )
    following.serve(app, directory, now=now, new_id=new_id)
    app.add_routes(session.routes())
    app.add_routes(config_routes.routes())
    app.add_routes(routes_of(DataDialect("")))
    allow_pages(app, lambda _: config.cors)
    app.on_response_prepare.append(renew_session)
    app.on_response_prepare.append(ask_as_configured)
    app.on_response_prepare.append(names_server(""))
    return app
