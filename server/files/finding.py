"""Questions about files (`_find`, by Mango), and many of them by their ids (`_all_docs`)."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

import msgspec
from aiohttp import web

from doctypes.files.node import DOCTYPE
from doctypes.files.paths import joined
from doctypes.permissions.rule import Verb
from replication.core.errors import Invalid
from replication.mango.defining import read_new_index
from replication.mango.finding import Answer
from replication.mango.planning import warnings
from replication.mango.question import read_question
from replication.wire.document_json import render_document
from server import keys
from server.data.find_routes import Asked, index_of
from server.data.index_routes import made
from server.files import jsonapi
from server.files.answers import answer
from server.files.asking import require_all, tree_of
from server.files.problem import FileRequestRefused
from server.files.reading import json_body

USUAL, MOST = 100, 10_000
BY_PARENT = {
    "index": {"fields": ["dir_id", "name"]},
    "ddoc": "by_dir_id_and_name",
    "name": "by_dir_id_and_name",
}
"""The index that desktop clients list folders by, and make where it is missing (cozy.md C4)."""

Json = Any


async def find(request: web.Request) -> web.Response:
    """POST /files/_find: files and directories by a selector, as JSON:API."""
    require_all(request, Verb.GET)
    body = await json_body(request)
    body["limit"] = _limit(body.get("limit"))
    cursor = request.query.get("page[cursor]")
    if cursor:
        body["bookmark"] = cursor
    documents, meta, bookmark = await _found(request, body)
    wants_path = "path" in body.get("fields", ())
    data = [await _object(request, document, wants_path=wants_path) for document in documents]
    told: dict[str, Json] = {"data": data, "meta": {"count": len(data), **meta}}
    if len(data) >= body["limit"]:
        cursor = quote(bookmark, safe="")
        told["links"] = {"next": f"/files/_find?page[cursor]={cursor}"}
    return answer(told)


async def _found(
    request: web.Request, body: Mapping[str, Json]
) -> tuple[list[Json], dict[str, Json], str]:
    home = request[keys.HOME]
    database = await home.store.open(DOCTYPE)
    await made(database, read_new_index(BY_PARENT))
    asked = Asked(database, database, home.designs.mango)
    try:
        question = read_question(_with_identity(body))
        found, listing = await asked.plan(question)
    except Invalid as error:  # 400 would tell a desktop that it was revoked (cozy.md C6)
        raise FileRequestRefused(422, error.reason, "selector") from error
    index, view = index_of(request, asked, found, listing)
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
    if not isinstance(fields, list) or not fields:
        return dict(body)
    return {**body, "fields": list(dict.fromkeys([*fields, *_IDENTITY]))}


_IDENTITY = ("_id", "_rev", "type", "name", "dir_id", "path")


async def _object(request: web.Request, document: Json, *, wants_path: bool) -> jsonapi.Object:
    path = ""
    if wants_path and document.get("type") == "file" and document.get("dir_id"):
        tree = tree_of(request)
        above = await tree.path_of(await tree.get(document["dir_id"]))
        path = joined(above, document["name"])
    return jsonapi.object_of(document["_id"], document["_rev"], document, path=path)


def _limit(told: object) -> int:
    if told is None:
        return USUAL
    if not isinstance(told, int) or isinstance(told, bool) or told < 1:
        raise FileRequestRefused(422, "limit must be a number from 1 on", "limit")
    return min(told, MOST)


async def all_docs(request: web.Request) -> web.Response:
    """POST /files/_all_docs `{keys}`: the documents with these ids, in their order."""
    require_all(request, Verb.GET)
    ids = (await json_body(request)).get("keys")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise FileRequestRefused(422, "keys must be a list of ids", "keys")
    database = await request[keys.HOME].store.open(DOCTYPE)
    rows = []
    for one, stored in zip(ids, await database.get_many(ids), strict=True):
        if stored is None or stored.deleted:
            rows.append({"key": one, "error": "not_found"})
            continue
        rev = {"rev": str(stored.revision)}
        document = msgspec.Raw(render_document(stored))
        rows.append({"id": one, "key": one, "value": rev, "doc": document})
    return answer({"rows": rows, "total_rows": len(rows), "offset": 0})
