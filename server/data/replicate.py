"""POST /_replicate: replicate once, or from now on, or no longer."""

import asyncio
from functools import partial

from aiohttp import web

from replication.core.errors import DatabaseMissing
from replication.replicator.peer import PeerRefused, PeerUnreachable
from replication.replicator.replicator import Result
from replication.wire.document_json import encode
from server import keys
from server.data import reading, scheduler
from server.data.answers import json_answer
from server.data.dialect import DataDialect
from server.data.user_context import user_context
from server.replications.answers import answer_of, failure_of
from server.replications.peers import Home
from server.replications.service import REPLICATIONS, house_of
from server.replications.wanted import Wanted, id_to_cancel, parse_wanted


async def replicate(request: web.Request) -> web.Response:
    """Carry out a replication, and answer when it is done; a continuous one goes on behind."""
    body = await reading.json_body(request)
    named = id_to_cancel(body)
    if named is not None:
        return _cancelled(request, named)
    wanted = parse_wanted(body)
    _check_may_ask_others(request, wanted)
    instance = request[keys.INSTANCE]
    job_id = wanted.job_id(house_of(instance))
    if wanted.cancel:
        return _cancelled(request, job_id)
    user = partial(user_context, request)
    task = request.app[REPLICATIONS].begin(Home(instance, user), wanted)
    if wanted.continuous:
        return json_answer(encode({"ok": True, "_local_id": job_id}), status=202)
    return await _awaited(task)


async def _awaited(task: asyncio.Task[Result]) -> web.Response:
    try:
        await asyncio.wait({task})  # one who leaves does not end it for others
        return json_answer(encode(answer_of(task.result())))
    except asyncio.CancelledError:
        if not task.cancelled():
            raise
        return json_answer(encode({"error": "replication_cancelled"}), status=500)
    except (PeerRefused, PeerUnreachable, DatabaseMissing) as error:
        failure = failure_of(error)
        told = {"error": failure.word, "reason": failure.reason}
        return json_answer(encode(told), status=failure.status)


def _check_may_ask_others(request: web.Request, wanted: Wanted) -> None:
    """Let nobody but an admin send requests from here to other machines. Raises 403."""
    user = request.get(keys.USER)
    if user is not None and not user.is_server_admin and not wanted.is_local:
        raise web.HTTPForbidden(text="Only an admin may replicate with other servers.")


def _cancelled(request: web.Request, job_id: str) -> web.Response:
    domain = request[keys.INSTANCE].domain
    if not request.app[REPLICATIONS].cancel(domain, job_id):
        return json_answer(encode({"error": "not_found", "reason": "missing"}), status=404)
    return json_answer(encode({"ok": True, "_local_id": job_id}))


def routes(dialect: DataDialect) -> list[web.RouteDef]:
    """Return the route, and those that show what it came to; Cozy's dialect has none."""
    if dialect.is_cozy:
        return []
    return [web.post(dialect.prefix + "/_replicate", replicate), *scheduler.routes(dialect)]
