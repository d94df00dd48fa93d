"""REPORT (RFC 3253 3.6): a question whose body's root element says which it is."""

from collections.abc import AsyncIterator, Iterable
from xml.etree.ElementTree import Element

from webdav.exchange import Exchange
from webdav.extensions.sync_collection import TRUNCATED, parse_sync_query
from webdav.message import DavResponse
from webdav.methods.property_query import parse_prop
from webdav.methods.rows import Rows
from webdav.model.errors import BadRequest, Forbidden, OutOfSpace
from webdav.model.extension import Report
from webdav.model.resource import Located
from webdav.model.sync import SYNC_COLLECTION, ChangesSource, SyncChanges
from webdav.wire.headers import Depth, parse_depth, wants_minimal
from webdav.wire.multistatus import status_row
from webdav.wire.xml import DAV, escape, read_xml


async def report(exchange: Exchange) -> DavResponse:
    """Answer REPORT with a 207. Raises Forbidden with `supported-report` for one not known here."""
    asked = await read_xml(exchange.request.body)
    if asked is None:
        raise BadRequest("the body says which report is asked for (RFC 3253 3.6)")
    resource = await exchange.require(exchange.path)
    (await exchange.demands()).check_if(resource)
    located = Located(exchange.path, resource)
    changes = exchange.extensions.changes
    if asked.tag == SYNC_COLLECTION and changes is not None:
        return await _sync_collection(exchange, changes, located, asked)
    known = exchange.extensions.reports.get(asked.tag)
    if known is None:
        raise Forbidden("there is no such report here", condition="<D:supported-report/>")
    return await _listing(exchange, known, located, asked)


async def _listing(
    exchange: Exchange, known: Report, located: Located, asked: Element
) -> DavResponse:
    rows = await _rows(exchange, asked.find(f"{DAV}prop"))
    return await rows.found(known.find(located, asked))


async def _sync_collection(
    exchange: Exchange, source: ChangesSource, located: Located, asked: Element
) -> DavResponse:
    """Answer `sync-collection` (RFC 6578 3.2); the new token comes last, when all is told."""
    query = parse_sync_query(asked, parse_depth(exchange.request.headers, Depth.ZERO))
    if not located.resource.is_collection:
        raise Forbidden("only a collection has members", condition="<D:supported-report/>")
    rows = await _rows(exchange, query.prop)
    changes = await source.changes_since(
        located, query.token, is_deep=query.is_deep, limit=query.limit
    )
    cut_short = _cut_short(exchange) if changes.is_truncated else ""
    end = f"{cut_short}<D:sync-token>{escape(changes.token)}</D:sync-token>"
    return rows.answer(_told(rows, changes), end)


async def _told(rows: Rows, changes: SyncChanges) -> AsyncIterator[Iterable[str]]:
    async for page in changes.pages:
        yield await rows.scattered(page.changed)
        yield [rows.absent(path) for path in page.removed]


def _cut_short(exchange: Exchange) -> str:
    """Write the row of the collection that says there is more (RFC 6578 3.6)."""
    link = exchange.href(exchange.path, is_collection=True)
    return status_row(link, OutOfSpace.status, TRUNCATED)


async def _rows(exchange: Exchange, prop: Element | None) -> Rows:
    minimal = wants_minimal(exchange.request.headers)
    return await Rows.of(exchange, parse_prop(prop, exchange.extensions, minimal=minimal))
