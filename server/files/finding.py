"""Questions about files (`_find`, by Mango), and many of them by their ids (`_all_docs`)."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

import msgspec
from aiohttp import web

from doctypes.files.node import DOCTYPE, TRASH_ID
from doctypes.files.paths import joined
from doctypes.permissions.rule import Verb
from doctypes.profiles.view import WHOLE
from replication.core.errors import Invalid
from replication.mango.defining import read_new_index
from replication.mango.finding import Answer
from replication.mango.planning import warnings
from replication.mango.question import read_question
from replication.wire.document_json import render_document
from server import keys
from server.data.find_routes import Asked
from server.data.index_routes import made
from server.files import jsonapi
from server.files.answers import answer
from server.files.asking import require_all
from server.files.problem import FileRequestRefused
from server.files.reading import json_body, number, offset
from server.files.sight import shown_to, view_of
from server.files.thumbnail_links import links_to

USUAL, MOST = 100, 10_000
BY_PARENT = {
    "index": {"fields": ["dir_id", "name"]},
    "ddoc": "by_dir_id_and_name",
    "name": "by_dir_id_and_name",
}
"""The index that desktop clients list folders by, and make where it is missing (cozy.md C4)."""

Json = Any


async def find(request: web.Request) -> web.Response:
    """POST /files/_find: files and directories by a selector, as JSON:API.

    Without `fields` files have their path, as with `path` among them. `meta.count` is no number of
    documents: clients only look whether it is more than what they have (cozy.md B7).
    """
    require_all(request, Verb.GET)
    body = await json_body(request)
    limit, skip = _paged(request, body)
    documents, meta, bookmark = await _found(request, body)
    is_full = len(documents) >= limit
    documents = await _shown(request, documents)
    count = _UNKNOWN if is_full else skip + len(documents)
    data = await _objects(request, documents, body.get("fields"))
    told: dict[str, Json] = {"data": data, "meta": {"count": count, **meta}}
    if is_full:
        cursor = quote(bookmark, safe="")
        told["links"] = {"next": f"/files/_find?page[cursor]={cursor}"}
    return answer(told)


_UNKNOWN = (1 << 31) - 2


def _paged(request: web.Request, body: dict[str, Json]) -> tuple[int, int]:
    """Enter what the query says of the page into the question; return limit and skip."""
    query = request.query
    body["limit"] = number(query, "page[limit]", _limit(body.get("limit")), MOST)
    if "page[skip]" in query:
        body["skip"] = offset(query, "page[skip]")
    cursor = query.get("page[cursor]") or query.get("cursor")
    if cursor:
        body["bookmark"] = cursor
    skip = body.get("skip")
    return body["limit"], skip if isinstance(skip, int) else 0


async def _found(
    request: web.Request, body: Mapping[str, Json]
) -> tuple[list[Json], dict[str, Json], str]:
    home = request[keys.HOME]
    database = await home.store.open(DOCTYPE)
    await made(database, read_new_index(BY_PARENT))
    asked = Asked(database, database, home.designs.mango, home.designs.views)
    try:
        question = read_question(_with_identity(body))
        found, listing = await asked.plan(question)
    except Invalid as error:  # 400 would tell a desktop that it was revoked (cozy.md C6)
        # Clients look for `no_usable_index` in it, and then make the index.
        raise FileRequestRefused(422, f"{error.word}: {error.reason}", "selector") from error
    index, view = asked.index_of(found, listing)
    reading = Answer(found, database, asked.book.select, index, view)
    documents: list[Json] = []
    async with aclosing(reading.batches()) as batches:
        async for batch in batches:
            documents += [msgspec.json.decode(text) for text in batch]
    meta: dict[str, Json] = {}
    warning = warnings(found, reading.tally.documents, reading.tally.results)
    if warning is not None:
        meta["warning"] = warning
    if question.options["execution_stats"]:
        tally = reading.tally
        meta["execution_stats"] = {
            "total_keys_examined": tally.keys,
            "total_docs_examined": tally.documents,
            "results_returned": tally.results,
        }
    return documents, meta, reading.bookmark


def _with_identity(body: Mapping[str, Json]) -> dict[str, Json]:
    """Ask for what every object needs, whatever fields are wanted."""
    fields = body.get("fields")
    if not isinstance(fields, list) or not all(isinstance(one, str) for one in fields):
        return dict(body)  # which may be refused for it
    if not fields:
        return dict(body)
    return {**body, "fields": list(dict.fromkeys([*fields, *_IDENTITY]))}


_IDENTITY = ("_id", "_rev", "type", "name", "dir_id", "path", "class", "size", "trashed")


async def _objects(
    request: web.Request, documents: Sequence[Json], fields: object
) -> list[jsonapi.Object]:
    """Return documents as objects, with paths and links to thumbnails where they can be had."""
    paths = {}
    if not isinstance(fields, list) or not fields or "path" in fields:
        paths = await _paths(request, documents)
    return [
        jsonapi.object_of(
            document["_id"],
            document["_rev"],
            document,
            path=paths.get(document["_id"], ""),
            links=links_to(request, document["_id"], document.get("class")),
        )
        for document in documents
    ]


async def _paths(request: web.Request, documents: Sequence[Json]) -> dict[str, str]:
    """Return the paths of the files among documents; each directory is read once."""
    files = [found for found in documents if found.get("type") == "file" and found.get("dir_id")]
    wanted = sorted({found["dir_id"] for found in files})
    database = await request[keys.HOME].store.open(DOCTYPE)
    known: dict[str, str] = {}
    for stored in await database.get_many(wanted):
        if stored is not None and not stored.deleted:
            known[stored.document_id] = msgspec.json.decode(stored.body).get("path", "")
    return {
        found["_id"]: joined(known[found["dir_id"]], found["name"])
        for found in files
        if known.get(found["dir_id"])
    }


async def _shown(request: web.Request, documents: list[Json]) -> list[Json]:
    """Return those of some documents whose nodes the caller sees."""
    if await view_of(request) is WHOLE:
        return documents
    nodes = await request[keys.HOME].files.get_many([found["_id"] for found in documents])
    seen = {node.id for node in await shown_to(request)(nodes)}
    return [found for found in documents if found["_id"] in seen]


def _limit(told: object) -> int:
    if told is None:
        return USUAL
    if not isinstance(told, int) or isinstance(told, bool) or told < 1:
        raise FileRequestRefused(422, "limit must be a number from 1 on", "limit")
    return min(told, MOST)


async def all_docs(request: web.Request) -> web.Response:
    """POST /files/_all_docs `{keys}`: the files and directories with these ids, in their order.

    Those that are not there, or not there any more, are left out, and so is the trash itself.
    """
    require_all(request, Verb.GET)
    ids = (await json_body(request)).get("keys")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise FileRequestRefused(422, "keys must be a list of ids", "keys")
    database = await request[keys.HOME].store.open(DOCTYPE)
    documents = [
        msgspec.json.decode(render_document(stored))
        for stored in await database.get_many(ids)
        if stored is not None and not stored.deleted and stored.document_id != TRASH_ID
    ]
    found = [document for document in documents if document.get("type") in ("file", "directory")]
    found = await _shown(request, found)
    data = await _objects(request, found, None)
    return answer({"data": data, "meta": {"count": len(data)}})
