"""Each engine for documents, empty."""

import pytest

from replication.store.memory import MemoryDocumentStore
from replication.store.sqlite.store import SqliteDocumentStore
from tests.support.couch_servers import SERVERS, CouchServers, OpenedCouch

COUCH = tuple(f"couch-{kind}" for kind in SERVERS)
APACHE_ALONE = ("couch-apache",)


OF_COUCH = {
    "test_what_is_edited_by_hand_keeps_at_least_32_bodies_before_it": (
        "what lies behind the limit of revisions is forgotten at once by who is asked over HTTP",
        COUCH,
    ),
    "test_a_large_batch_is_one_too": (
        "CouchDB numbers the documents of one request in the order of their ids",
        APACHE_ALONE,
    ),
    "test_purge_forgets_a_document_without_a_trace": (
        "CouchDB counts the documents that were purged, and not the calls",
        APACHE_ALONE,
    ),
    "test_what_was_asked_to_be_purged_is_told_up_to_a_limit": (
        "CouchDB keeps to the limit when it compacts, and does not tell in order",
        APACHE_ALONE,
    ),
}
"""What CouchDB does not keep of the contract, why not, and which of them."""


@pytest.fixture(scope="session")
def couch_servers(tmp_path_factory):
    servers = CouchServers(tmp_path_factory.mktemp("couch"))
    yield servers
    servers.close()


@pytest.fixture(params=["memory", "sqlite", *COUCH])
async def store(request, tmp_path, couch_servers):
    reason, engines = OF_COUCH.get(request.node.originalname, ("", ()))
    if request.param in engines:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    if request.param in COUCH:
        kind = request.param.removeprefix("couch-")
        async with OpenedCouch(couch_servers.address(kind)) as opened:
            made = await opened.store()
            yield made
            await made.close()
        return
    made = (
        MemoryDocumentStore()
        if request.param == "memory"
        else SqliteDocumentStore(tmp_path / "documents.db")
    )
    yield made
    await made.close()


@pytest.fixture
async def database(store):
    return await store.create("things")
