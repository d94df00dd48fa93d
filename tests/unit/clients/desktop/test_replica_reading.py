"""Documents of a replica: whoever looks again knows what whoever looks for the first time does."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from clients.desktop.replica.opening import as_peer, opened
from clients.desktop.replica.reading import Known, documents_of
from replication.core.revision import Revision
from replication.replicator.peer import Travelling

BODIES = st.sampled_from(
    [
        b'{"type":"file","name":"a","dir_id":"d","size":"3"}',
        b'{"type":"directory","name":"d","path":"/d"}',
        b'{"type":7,"name":["no document of files"]}',
        b"{}",
    ]
)
EDITS = st.tuples(st.sampled_from("abcd"), st.booleans(), BODIES)


def edit(generation, document_id, is_deleted, body):
    history = tuple(Revision(n, f"{n:032x}") for n in range(generation, 0, -1))
    return Travelling(document_id, history, deleted=is_deleted, body=body)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(EDITS, max_size=4), max_size=4))
def test_looking_again_is_as_looking_for_the_first_time(tmp_path_factory, rounds):
    asyncio.run(_rounds(tmp_path_factory.mktemp("replica"), rounds))


async def _rounds(place, rounds):
    known = Known()
    async with opened(place) as database:
        assert await known.look(database)
    for generation, edits in enumerate(rounds, 1):
        async with opened(place) as database:
            written = {it[0]: edit(generation, *it) for it in edits}
            await as_peer(database).write(list(written.values()))
        async with opened(place) as database:
            assert await known.look(database) is bool(written)
            assert not await known.look(database)
            assert known.documents == await documents_of(database)
            gone = {name for name, it in written.items() if it.deleted}
            assert written.keys() - gone <= known.documents.keys()
            assert not gone & known.documents.keys()
