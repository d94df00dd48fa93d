"""All routes for documents, in both dialects. Order matters: fixed names before `{id}`."""

from aiohttp import web

from server.data import all_docs, attachments, changes, databases, local_documents, node
from server.data.bulk import BulkRoutes
from server.data.dialect import COUCH, COZY, DataDialect
from server.data.documents import DocumentRoutes
from server.data.maintenance import MaintenanceRoutes
from server.data.replicate import routes as replicate_routes


def routes_of(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of one dialect, under its prefix."""
    feed = dialect.prefix + "/{database}/_changes"
    return [
        *DocumentRoutes(dialect).usual_routes(),
        *node.routes(dialect),
        *replicate_routes(dialect),
        *databases.routes(dialect),
        web.get(feed, changes.handle),
        web.post(feed, changes.handle),
        *all_docs.routes(dialect),
        *BulkRoutes(dialect).routes(),
        *MaintenanceRoutes(dialect).routes(),
        *local_documents.routes(dialect),
        *DocumentRoutes(dialect).routes(),
        *attachments.routes(dialect),
    ]


def routes() -> list[web.RouteDef]:
    """Return the routes that every home serves: /couchdb and /data."""
    return [*routes_of(COUCH), *routes_of(COZY)]
