"""What every engine promises of local documents."""

import pytest

from replication.core.errors import (
    DocumentMissing,
)
from replication.store.protocol import IdRange
from tests.support.edits import body, everything


async def test_local_documents_count_and_are_forgotten(database):
    first = await database.put_local("_local/c", b'{"n":1}')
    assert str(first.revision) == "0-1"
    second = await database.put_local("_local/c", b'{"n":2}', first.revision)
    assert str(second.revision) == "0-2"
    assert await database.get_local("_local/c") == second
    assert await everything(database) == []
    await database.delete_local("_local/c")
    for forgotten in (database.get_local, database.delete_local):
        with pytest.raises(DocumentMissing):
            await forgotten("_local/c")


async def test_local_documents_are_listed_by_id(database):
    for name in ("b", "a", "c"):
        await database.put_local(f"_local/{name}", body(of=name))

    async def names(**ids):
        return [one.document_id[-1] for one in await database.local_documents(IdRange(**ids))]

    assert await names() == ["a", "b", "c"]
    assert await names(descending=True, limit=2) == ["c", "b"]
    assert await names(start="_local/b") == ["b", "c"]
    assert await names(end="_local/b", inclusive_end=False) == ["a"]
    assert await names(skip=1, limit=1) == ["b"]
    (first, *_) = await database.local_documents(IdRange())
    assert first == await database.get_local("_local/a")
