"""Each home has its own files and locks, and a lock outlives the closing of an idle home."""

from dataclasses import dataclass

import pytest

from doctypes.files.file_tree import FileTree
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from replication.store.protocol import IdRange
from server import keys
from server.auth.principal import Kind, Principal
from server.dav.homes import home_files
from server.dav.kept_locks import DATABASE, locks_over
from server.fresh import new_id, new_lock_token, now
from server.instances.instance import Instance, Owner
from server.instances.record import InstanceRecord
from server.views.home_designs import HomeDesigns
from webdav.message import DavRequest

LOCK = (
    b'<a:lockinfo xmlns:a="DAV:"><a:lockscope><a:exclusive/></a:lockscope>'
    b"<a:locktype><a:write/></a:locktype></a:lockinfo>"
)


async def pieces(body):
    yield body


class Asked(dict):
    """Stands in for a request of an application that knows the time, and looks into nothing."""

    app = {keys.NOW: now}  # noqa: RUF012
    headers = {}  # noqa: RUF012


@dataclass
class Door:
    """Sends requests for one home at a time, as the middlewares would hand them on."""

    tmp_path: object

    async def open(self, domain, store=None):
        store, blobs = store or MemoryDocumentStore(), MemoryBlobStore()
        files = FileTree(store, blobs, clock=now, new_id=new_id)
        await files.start()
        owner = Owner("ann", "hash")
        record = InstanceRecord(self.tmp_path, domain, (), owner, b"secret")
        locks = locks_over(store, now, new_lock_token)
        return Instance(record, store, blobs, files, HomeDesigns.over(store), locks)

    async def ask(self, instance, method, body=b"", name="ann", path="a", **headers):
        request = Asked({keys.INSTANCE: instance})
        if name is not None:
            known = isinstance(name, Principal)
            request[keys.PRINCIPAL] = name if known else Principal(name, instance.domain)
        fields = {key.replace("_", "-"): value for key, value in headers.items()}
        fields["content-length"] = str(len(body))
        asked = DavRequest(method, f"/dav/files/{path}", fields, pieces(body), "/dav/files")
        return await (await home_files(request)).handle(asked)


@pytest.fixture
def door(tmp_path):
    return Door(tmp_path)


async def test_homes_have_files_of_their_own(door):
    one, two = await door.open("one.example"), await door.open("two.example")
    assert (await door.ask(one, "PUT", b"x")).status == 201
    assert (await door.ask(two, "GET")).status == 404


async def test_homes_have_locks_of_their_own(door):
    one, two = await door.open("one.example"), await door.open("two.example")
    assert (await door.ask(one, "LOCK", LOCK)).status == 201
    assert (await door.ask(one, "PUT", b"x")).status == 423
    assert (await door.ask(two, "PUT", b"x")).status == 201


async def test_lock_holds_when_its_home_was_closed_and_opened(door):
    first = await door.open("one.example")
    token = (await door.ask(first, "LOCK", LOCK)).headers["Lock-Token"]
    again = await door.open("one.example", first.store)
    assert (await door.ask(again, "PUT", b"x")).status == 423
    assert (await door.ask(again, "PUT", b"x", name="bob", **{"if": f"({token})"})).status == 423
    assert (await door.ask(again, "PUT", b"x", **{"if": f"({token})"})).status == 204


def device(domain, credential):
    return Principal("phone", domain, Kind.DEVICE, credential=credential)


async def test_lock_belongs_to_the_credential_that_took_it(door):
    """Two phones of one name are two devices."""
    home = await door.open("one.example")
    one, two = device(home.domain, "c1"), device(home.domain, "c2")
    token = (await door.ask(home, "LOCK", LOCK, one)).headers["Lock-Token"]
    condition = {"if": f"({token})"}
    assert (await door.ask(home, "PUT", b"x", two, **condition)).status == 423
    assert (await door.ask(home, "UNLOCK", b"", two, lock_token=token)).status == 409
    assert (await door.ask(home, "PUT", b"x", one, **condition)).status == 204


async def test_owner_ends_the_lock_of_a_device(door):
    """A laptop that died in the middle of a document holds nobody up for a week."""
    home = await door.open("one.example")
    laptop = device(home.domain, "c1")
    token = (await door.ask(home, "LOCK", LOCK, laptop)).headers["Lock-Token"]
    assert (await door.ask(home, "UNLOCK", lock_token=token)).status == 204
    assert (await door.ask(home, "PUT", b"x")).status == 204


async def test_lock_covers_every_spelling_of_its_name(door):
    home = await door.open("one.example")
    assert (await door.ask(home, "LOCK", LOCK, path="%C3%BC")).status == 201
    assert (await door.ask(home, "PUT", b"x", path="u%CC%88")).status == 423
    assert (await door.ask(home, "LOCK", LOCK, path="u%CC%88")).status == 423
    assert (await door.ask(home, "DELETE", path="u%CC%88")).status == 423


async def test_locks_leave_nothing_behind(door):
    home = await door.open("one.example")
    before = await home.store.names()
    for _ in range(3):
        token = (await door.ask(home, "LOCK", LOCK)).headers["Lock-Token"]
        assert (await door.ask(home, "UNLOCK", lock_token=token)).status == 204
    assert await home.store.names() == sorted([*before, DATABASE])
    database = await home.store.open(DATABASE)
    assert await database.local_documents(IdRange()) == []
    assert (await database.info()).sequence.number == 0


async def test_lock_of_a_later_version_is_passed_over(door, caplog):
    home = await door.open("one.example")
    database = await home.store.ensure(DATABASE)
    await database.put_local("_local/urn:uuid:1", b'{"kind":"other"}')
    assert (await door.ask(home, "LOCK", LOCK)).status == 201
    assert "lock not readable" in caplog.text


async def test_options_needs_no_principal(door):
    instance = await door.open("one.example")
    answer = await door.ask(instance, "OPTIONS", name=None)
    assert (answer.status, answer.headers["DAV"]) == (
        200,
        "1, 2, 3, extended-mkcol, sabredav-partialupdate, <http://apache.org/dav/propset/fs/1>",
    )


async def test_documents_tell_who_wrote(door):
    instance = await door.open("one.example")
    phone = Principal("phone", instance.domain, Kind.DEVICE, credential="c1")
    await door.ask(instance, "PUT", b"x", phone)
    node = await instance.files.at("/a")
    assert b'"slug":"phone"' in node.document.body
    assert b'"id":"c1"' in node.document.body
