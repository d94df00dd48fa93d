"""Each home has its own files and locks, and a lock outlives the closing of an idle home."""

from dataclasses import dataclass

import pytest

from doctypes.files.file_tree import FileTree
from replication.blobs.memory import MemoryBlobStore
from replication.store.memory import MemoryDocumentStore
from server import keys
from server.app import new_id, now
from server.auth.principal import Kind, Principal
from server.dav.homes import HomeFiles
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
    """Stands in for a request of an application that looks into nothing."""

    app = {}  # noqa: RUF012


@dataclass
class Door:
    """Sends requests for one home at a time, as the middlewares would hand them on."""

    homes: HomeFiles
    tmp_path: object

    async def open(self, domain):
        store, blobs = MemoryDocumentStore(), MemoryBlobStore()
        files = FileTree(store, blobs, clock=now, new_id=new_id)
        await files.start()
        owner = Owner("ann", "hash")
        record = InstanceRecord(self.tmp_path, domain, (), owner, b"secret")
        return Instance(record, store, blobs, files, HomeDesigns.over(store))

    async def ask(self, instance, method, body=b"", name="ann", **headers):
        request = Asked({keys.INSTANCE: instance})
        if name is not None:
            known = isinstance(name, Principal)
            request[keys.PRINCIPAL] = name if known else Principal(name, instance.domain)
        fields = {key.replace("_", "-"): value for key, value in headers.items()}
        fields["content-length"] = str(len(body))
        asked = DavRequest(method, "/dav/files/a", fields, pieces(body), "/dav/files")
        return await self.homes(request).handle(asked)


@pytest.fixture
def door(tmp_path):
    return Door(HomeFiles(), tmp_path)


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
    again = await door.open("one.example")
    assert (await door.ask(again, "PUT", b"x")).status == 423
    assert (await door.ask(again, "PUT", b"x", name="bob", **{"if": f"({token})"})).status == 423
    assert (await door.ask(again, "PUT", b"x", **{"if": f"({token})"})).status == 201


async def test_options_needs_no_principal(door):
    instance = await door.open("one.example")
    answer = await door.ask(instance, "OPTIONS", name=None)
    assert (answer.status, answer.headers["DAV"]) == (200, "1, 2, 3, extended-mkcol")


async def test_documents_tell_who_wrote(door):
    instance = await door.open("one.example")
    phone = Principal("phone", instance.domain, Kind.DEVICE, credential="c1")
    await door.ask(instance, "PUT", b"x", phone)
    node = await instance.files.at("/a")
    assert b'"slug":"phone"' in node.document.body
    assert b'"id":"c1"' in node.document.body
