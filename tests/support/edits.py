"""Edits of a database, as short as tests want them."""

import json

from replication.core.change import ChangesQuery
from replication.core.document import Edit, Written
from replication.core.revision import history_of


def body(**fields):
    return json.dumps(fields).encode()


async def put(database, document_id, /, base=None, **fields):
    (outcome,) = await database.write([Edit(document_id, body(**fields), base=base)])
    assert isinstance(outcome, Written), outcome
    return outcome.revision


async def delete(database, name, base):
    (outcome,) = await database.write([Edit(name, deleted=True, base=base)])
    assert isinstance(outcome, Written), outcome
    return outcome.revision


async def graft(database, name, start, *digests, deleted=False, **fields):
    edit = Edit(name, body(**fields), deleted=deleted, history=history_of(start, digests))
    (outcome,) = await database.write([edit])
    return outcome


async def everything(database, **query):
    page = await database.changes(ChangesQuery(**query))
    return [change.document_id for change in page.rows]
