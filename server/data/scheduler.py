"""What the replicator is at: `_scheduler/jobs`, `_scheduler/docs`, and `_active_tasks`."""

from collections.abc import Sequence

from aiohttp import web

from replication.core.errors import DatabaseMissing, DocumentMissing, Invalid
from replication.store.protocol import Database, IdRange
from replication.wire.document_json import encode
from server import keys
from server.data import reading, view_info
from server.data.access import REPLICATOR
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.data.node import NODE
from server.replications.running import Running
from server.replications.service import REPLICATIONS
from server.replications.shown import document_of, job_of, task_of

USUAL_LIMIT = 25


async def active_tasks(request: web.Request) -> web.Response:
    """GET /_active_tasks: the replications that run, and the indexes that are being built."""
    replications = [task_of(running, NODE) for running in _running(request)]
    return json_answer(encode([*replications, *view_info.building(request)]))


async def jobs(request: web.Request) -> web.Response:
    """GET /_scheduler/jobs: the same, each with its history."""
    rows = [job_of(running, NODE) for running in _running(request)]
    return _page(request, "jobs", rows)


async def job(request: web.Request) -> web.Response:
    """GET /_scheduler/jobs/{id}."""
    for running in _running(request):
        if running.job_id == request.match_info["job"]:
            return json_answer(encode(job_of(running, NODE)))
    raise DocumentMissing(request.match_info["job"])


async def documents(request: web.Request) -> web.Response:
    """GET /_scheduler/docs: the jobs that are documents, those that are over among them."""
    found, _ = await (await _replicator(request)).all_docs(IdRange())
    # Looked at afterwards: what a document says of a job that began meanwhile is known here too.
    by_document = {running.document_id: running for running in _running(request)}
    rows = [document_of(stored, by_document.get(stored.document_id), NODE) for stored in found]
    states = request.query.get("states", "")
    kept = [row for row in rows if row and (not states or row["state"] in states.split(","))]
    return _page(request, "docs", kept)


async def document(request: web.Request) -> web.Response:
    """GET /_scheduler/docs/_replicator/{id}."""
    name = request.match_info["id"]
    stored = await (await _replicator(request)).get(name)
    running = next((one for one in _running(request) if one.document_id == name), None)
    row = document_of(stored, running, NODE)
    if row is None:
        raise DocumentMissing(name)
    return json_answer(encode(row))


def _running(request: web.Request) -> list[Running]:
    running = request.app[REPLICATIONS].running(request[keys.INSTANCE].domain)
    return sorted(running, key=lambda one: one.job_id)


async def _replicator(request: web.Request) -> Database:
    """Open the database of jobs. Raises DocumentMissing where there has never been a job."""
    try:
        return await request[keys.INSTANCE].store.open(REPLICATOR)
    except DatabaseMissing:
        raise DocumentMissing(REPLICATOR) from None


def _page(request: web.Request, word: str, rows: Sequence[dict[str, object]]) -> web.Response:
    skip = reading.number(request, "skip") or 0
    limit = reading.number(request, "limit")
    kept = rows[skip:][: USUAL_LIMIT if limit is None else limit]
    return json_answer(encode({"total_rows": len(rows), "offset": skip, word: kept}))


async def refuse_other(request: web.Request) -> web.Response:
    """GET /_scheduler/docs/{database}: jobs are documents of `_replicator` alone."""
    raise Invalid("bad_request", f"{request.match_info['other']} is no database of jobs.")


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return these routes; Cozy's dialect has none."""
    if dialect.is_cozy:
        return []
    root = dialect.prefix
    return [
        web.get(root + "/_active_tasks", active_tasks),
        web.get(root + "/_scheduler/jobs", jobs),
        web.get(root + "/_scheduler/jobs/{job}", job),
        web.get(root + "/_scheduler/docs", documents),
        web.get(root + "/_scheduler/docs/_replicator", documents),
        web.get(root + "/_scheduler/docs/_replicator/{id}", document),
        web.get(root + "/_scheduler/docs/{other:.+}", refuse_other),
    ]
