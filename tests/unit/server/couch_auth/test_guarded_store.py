import msgspec
import pytest

from replication.core.document import Edit, Written
from replication.core.errors import DocumentMissing
from replication.store.memory import MemoryDocumentStore
from server.couch_auth.errors import Forbidden, LoginNeeded
from server.couch_auth.guarded_store import GuardedStore
from server.couch_auth.user import ANONYMOUS, User

ADMIN = User("root", ("_admin",))
JAN = User("jan")


@pytest.fixture
async def store():
    store = MemoryDocumentStore()
    await store.create("garden")
    return store


async def test_until_somebody_says_otherwise_a_database_is_for_admins(store):
    with pytest.raises(Forbidden, match="not allowed"):
        await GuardedStore(store, JAN).open("garden")
    with pytest.raises(LoginNeeded, match="not authorized"):
        await GuardedStore(store, ANONYMOUS).open("garden")
    database = await GuardedStore(store, ADMIN).open("garden")
    assert b"_admin" in await database.security()
    await database.set_security(b"{}")
    assert msgspec.json.decode(await database.security()) == {}
    opened = await GuardedStore(store, ANONYMOUS).open("garden")
    assert opened.name == "garden"


async def test_only_server_admins_make_and_end_databases(store):
    guarded = GuardedStore(store, JAN)
    for refused in (guarded.create("x"), guarded.ensure("garden"), guarded.delete("garden")):
        with pytest.raises(LoginNeeded, match="server admin"):
            await refused
    admin = GuardedStore(store, ADMIN)
    await admin.create("x")
    await admin.delete("garden")
    assert await guarded.names() == ["x"]


async def test_a_member_writes_documents_but_no_design(store):
    await (await store.open("garden")).set_security(b'{"members":{"names":["jan"]}}')
    database = await GuardedStore(store, JAN).open("garden")
    edits = [Edit("a"), Edit("_design/d"), Edit("b")]
    first, second, third = await database.write(edits)
    assert isinstance(first, Written)
    assert isinstance(second, Forbidden)
    assert third.document_id == "b"
    with pytest.raises(Forbidden):
        await database.write([Edit("c"), Edit("_design/d")], together=True)
    with pytest.raises(DocumentMissing):
        await database.get("c")
    for verb in ("purge", "compact", "set_revs_limit"):
        with pytest.raises(Forbidden):
            getattr(database, verb)
    with pytest.raises(Forbidden):
        await database.set_security(b"{}")


async def test_one_who_is_no_admin_reads_nothing_of_users_but_themselves(store):
    admin = await GuardedStore(store, ADMIN).open("_users")
    body = b'{"name":"%b","type":"user","roles":[]}'
    names = ("jan", "eva")
    edits = [Edit(f"org.couchdb.user:{name}", body % name.encode()) for name in names]
    assert all(isinstance(found, Written) for found in await admin.write(edits))
    own = await GuardedStore(store, JAN).open("_users")
    assert (await own.get("org.couchdb.user:jan")).document_id == "org.couchdb.user:jan"
    for read in (own.get, own.leaves, own.bodies_of):
        with pytest.raises(DocumentMissing):
            await read("org.couchdb.user:eva")
    for verb in ("changes", "all_docs", "get_many", "find_by", "revs_diff", "put_local", "purge"):
        with pytest.raises(Forbidden, match="server admin"):
            getattr(own, verb)
    with pytest.raises(Forbidden):
        await own.security()
    (outcome,) = await own.write([Edit("org.couchdb.user:eva", body % b"eva")])
    assert isinstance(outcome, DocumentMissing)
