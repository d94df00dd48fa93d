"""The routes of `/data`: Cozy's, and what we give beyond (attachments, search, live feeds)."""

from aiohttp import web

from server.data import attachments, bulk, bulk_get, databases, local_documents, search_routes
from server.data.bulk import BulkRoutes
from server.data.cozy import designs, documents, feeds, listings, references
from server.data.databases import DatabaseRoutes
from server.data.dialect import COZY
from server.data.find_routes import FindRoutes
from server.data.methods import closed


def routes() -> list[web.RouteDef]:
    """Return the routes; order matters: fixed names before `{id}`."""
    doctype = COZY.prefix + "/{database}"
    named = [
        *search_routes.routes(COZY),
        web.get(COZY.prefix + "/", databases.cozy_root),
        web.get(COZY.prefix, databases.cozy_root),
        *DatabaseRoutes(COZY).routes(),
        *documents.posting_routes(),
        *feeds.routes(),
        *listings.routes(),
        web.post(doctype + "/_bulk_docs", BulkRoutes(COZY).bulk_docs),
        web.post(doctype + "/_bulk_get", bulk_get.handle),
        web.post(doctype + "/_revs_diff", bulk.revs_diff),
        web.post(doctype + "/_ensure_full_commit", bulk.ensure_full_commit),
        web.post(doctype + "/_find", FindRoutes(COZY).find),
        *designs.routes(),
        *references.routes(),
    ]
    return [
        *documents.usual_routes(),
        *closed(named),
        *local_documents.routes(COZY),
        *designs.deleting_routes(),
        *documents.routes(),
        *attachments.routes(COZY),
    ]
