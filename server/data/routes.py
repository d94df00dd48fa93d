"""All routes for documents, in both dialects. Order matters: fixed names before `{id}`."""

from aiohttp import web

from server.data import (
    all_docs,
    attachments,
    changes,
    database_lists,
    databases,
    design_routes,
    list_routes,
    local_documents,
    node,
    search_routes,
    view_info,
    view_routes,
)
from server.data.bulk import BulkRoutes
from server.data.copying import CopyRoutes
from server.data.cozy.routes import routes as cozy_routes
from server.data.dialect import COUCH, DataDialect
from server.data.documents import DocumentRoutes
from server.data.find_routes import FindRoutes
from server.data.index_routes import IndexRoutes
from server.data.maintenance import MaintenanceRoutes
from server.data.methods import closed
from server.data.parameters import separated
from server.data.replicate import routes as replicate_routes
from server.data.rewrite_routes import RewriteRoutes


def routes_of(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the routes of one dialect, under its prefix."""
    feed = dialect.prefix + "/{database}/_changes"
    named = [
        *node.routes(dialect),
        *replicate_routes(dialect),
        *search_routes.routes(dialect),
        *database_lists.routes(dialect),
        *databases.routes(dialect),
        *DocumentRoutes(dialect).posting_routes(),
        web.get(feed, changes.handle),
        web.post(feed, changes.handle),
        *all_docs.routes(dialect),
        *BulkRoutes(dialect).routes(),
        *MaintenanceRoutes(dialect).routes(),
        *FindRoutes(dialect).routes(),
        *IndexRoutes(dialect).routes(),
        *view_routes.routes(dialect),
        *view_info.routes(dialect),
        *list_routes.routes(dialect),
    ]
    found = [
        *DocumentRoutes(dialect).usual_routes(),
        *closed(named),
        *CopyRoutes(dialect).routes(),
        *local_documents.routes(dialect),
        *design_routes.routes(dialect),
        *RewriteRoutes(dialect).routes(),
        *DocumentRoutes(dialect).routes(),
        *attachments.routes(dialect),
    ]
    return [separated(route) for route in found]


def routes() -> list[web.RouteDef]:
    """Return the routes that every home serves: /couchdb and /data."""
    return [*routes_of(COUCH), *map(separated, cozy_routes())]
