"""Files of a home over WebDAV: what goes in by one door is seen through the others."""

import asyncio
import hashlib
import itertools
from datetime import UTC, datetime

import pytest

from doctypes.files.document import fields_of, revision
from doctypes.files.errors import NodeMissing
from doctypes.files.file_tree import FileTree
from doctypes.files.node import TRASH_ID
from replication.blobs.local import LocalBlobStore
from replication.core.change import ChangesQuery
from replication.store.memory import MemoryDocumentStore
from server.dav.file_resource import FileTreeBackend
from server.dav.node_resource import content_tag
from tests.support.dav_server import serving
from webdav.handler import DavHandler
from webdav.model.lock_manager import LockManager
from webdav.model.lock_store import MemoryLockStore


class Home:
    def __init__(self, folder):
        numbers = itertools.count(1)
        self.store = MemoryDocumentStore()
        self.blobs = LocalBlobStore(folder)
        self.files = FileTree(
            self.store, self.blobs, clock=now, new_id=lambda: f"node{next(numbers)}"
        )
        self.backend = FileTreeBackend(self.files, "test")
        self.locks = LockManager(MemoryLockStore(), now, lambda: f"urn:lock:{next(numbers)}")

    async def changed_ids(self):
        database = await self.store.open("io.cozy.files")
        return [row.document_id for row in (await database.changes(ChangesQuery())).rows]


def now():
    return datetime.now(UTC)


@pytest.fixture
async def home(tmp_path):
    made = Home(tmp_path / "blobs")
    await made.files.start()
    yield made
    await made.store.close()
    await made.blobs.close()


@pytest.fixture
async def server(home):
    async with serving(DavHandler(home.backend, home.locks, "owner"), home.backend) as started:
        yield started


async def status(server, method, name, *fields, body=b""):
    return (await server.ask(method, f"/dav/files/{name}", body, *fields))[0]


async def listing(server, name=""):
    _, _, body = await server.ask("PROPFIND", f"/dav/files/{name}", b"", "Depth: infinity")
    return [part.partition(b"<")[0].decode() for part in body.split(b"<D:href>")[1:]]


async def test_file_put_over_dav_is_a_document_a_blob_and_a_change(home, server):
    before = await home.changed_ids()
    sent = b"hello" * 100_000
    answer = await server.ask("PUT", "/dav/files/caf%C3%A9%20%26.txt", sent)
    node = await home.files.at("/café &.txt")
    digest = hashlib.sha256(sent).hexdigest()
    assert answer[0] == 201
    assert answer[1]["ETag"] == content_tag(digest)
    assert answer[1]["OC-FileId"] == node.id
    assert (node.size, node.blob, node.mime) == (len(sent), digest, "text/plain")
    assert [one for one in await home.changed_ids() if one not in before] == [node.id]
    status, headers, body = await server.ask("GET", "/dav/files/caf%C3%A9%20%26.txt")
    assert (status, headers["ETag"], body) == (200, answer[1]["ETag"], sent)


async def test_put_over_a_file_keeps_its_id(home, server):
    await server.ask("PUT", "/dav/files/a", b"one")
    before = await home.files.at("/a")
    assert await status(server, "PUT", "a", body=b"two") == 204
    after = await home.files.at("/a")
    assert (after.id, after.revision.generation) == (before.id, before.revision.generation + 1)
    assert await server.content("a") == b"two"


async def test_delete_puts_into_the_trash_which_nobody_sees(home, server):
    await status(server, "MKCOL", "c")
    await server.ask("PUT", "/dav/files/c/a", b"x")
    node = await home.files.at("/c/a")
    assert await status(server, "DELETE", "c") == 204
    assert (await home.files.get(node.id)).trashed
    assert await listing(server) == ["/dav/files/"]
    for method in ("PROPFIND", "GET", "DELETE"):
        assert await status(server, method, ".cozy_trash/c") == 404
        assert await status(server, method, ".cozy_trash") == 404


@pytest.mark.parametrize("method", ["PUT", "MKCOL", "MOVE", "COPY"])
@pytest.mark.parametrize("name", [".cozy_trash", ".cozy_trash/x"])
async def test_nothing_is_put_into_the_trash_by_name(server, method, name):
    await server.ask("PUT", "/dav/files/a", b"x")
    path, field = name, "X: y"
    if method in {"MOVE", "COPY"}:
        path, field = "a", f"Destination: /dav/files/{name}"
    assert await status(server, method, path, field) in {403, 409}
    assert await listing(server) == ["/dav/files/", "/dav/files/a"]


async def test_move_keeps_ids_and_copy_makes_new_ones(home, server):
    await status(server, "MKCOL", "c")
    await server.ask("PUT", "/dav/files/c/a", b"x")
    node = await home.files.at("/c/a")
    assert await status(server, "MOVE", "c", "Destination: /dav/files/d") == 201
    assert (await home.files.at("/d/a")).id == node.id
    assert await status(server, "COPY", "d", "Destination: /dav/files/e") == 201
    copied = await home.files.at("/e/a")
    assert (copied.id != node.id, copied.blob) == (True, node.blob)
    assert await server.content("e/a") == b"x"
    assert await status(server, "COPY", "d", "Destination: /dav/files/f", "Depth: 0") == 201
    assert await listing(server, "f") == ["/dav/files/f/"]


async def test_a_file_that_another_is_moved_over_keeps_its_id(home, server):
    """How most programs save: a new file beside the old one, then a rename over it."""
    await server.ask("PUT", "/dav/files/old", b"old")
    await server.ask("PUT", "/dav/files/tmp", b"new")
    old, tmp = await home.files.at("/old"), await home.files.at("/tmp")
    assert await status(server, "MOVE", "tmp", "Destination: /dav/files/old") == 204
    saved = await home.files.at("/old")
    assert (saved.id, saved.blob, saved.updated_at) == (old.id, tmp.blob, tmp.updated_at)
    assert [version.blob for version in await home.files.versions_of(old.id)] == [old.blob]
    with pytest.raises(NodeMissing):
        await home.files.get(tmp.id)
    assert await server.content("old") == b"new"
    assert await listing(server) == ["/dav/files/", "/dav/files/old"]


async def test_a_file_that_another_is_copied_over_keeps_its_id(home, server):
    for _ in range(2):  # the second at once after the first, and still nothing is lost
        await server.ask("PUT", "/dav/files/old", b"old")
        await server.ask("PUT", "/dav/files/other", b"new")
        old = await home.files.at("/old")
        assert await status(server, "COPY", "other", "Destination: /dav/files/old") == 204
        assert (await home.files.at("/old")).id == old.id
        assert old.blob in {one.blob for one in await home.files.versions_of(old.id)}
    assert (await server.content("old"), await server.content("other")) == (b"new", b"new")


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
@pytest.mark.parametrize("kinds", [("PUT", "MKCOL"), ("MKCOL", "PUT"), ("MKCOL", "MKCOL")])
async def test_of_other_kinds_what_is_replaced_goes_to_the_trash(home, server, method, kinds):
    for kind, name in zip(kinds, ("a", "b"), strict=True):
        assert await status(server, kind, name, body=b"x" if kind == "PUT" else b"") == 201
    replaced = await home.files.at("/b")
    assert await status(server, method, "a", "Destination: /dav/files/b") == 204
    assert (await home.files.at("/b")).id != replaced.id
    assert (await home.files.get(replaced.id)).dir_id == TRASH_ID


async def test_a_save_is_refused_by_the_lock_of_another_and_done_with_its_token(home, server):
    await server.ask("PUT", "/dav/files/old", b"old")
    await server.ask("PUT", "/dav/files/tmp", b"new")
    old = await home.files.at("/old")
    body = (
        b'<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope>'
        b"<locktype><write/></locktype></lockinfo>"
    )
    _, headers, _ = await server.ask("LOCK", "/dav/files/old", body)
    token = headers["Lock-Token"]
    to = "Destination: /dav/files/old"
    assert await status(server, "MOVE", "tmp", to) == 423
    assert await server.content("old") == b"old"
    there = f"If: </dav/files/old> ({token})"
    assert await status(server, "MOVE", "tmp", to, there) == 204
    assert (await home.files.at("/old")).id == old.id
    assert await status(server, "PUT", "old", body=b"x") == 423  # and is still locked


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
async def test_overwrite_f_leaves_the_destination(server, method):
    await server.ask("PUT", "/dav/files/a", b"A")
    await server.ask("PUT", "/dav/files/b", b"B")
    fields = "Destination: /dav/files/b", "Overwrite: F"
    assert await status(server, method, "a", *fields) == 412
    assert (await server.content("a"), await server.content("b")) == (b"A", b"B")


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
async def test_two_spellings_of_a_name_are_one_file(server, method):
    await server.ask("PUT", "/dav/files/%C3%BC", b"x")
    assert await server.content("u%CC%88") == b"x"
    assert await status(server, "PUT", "u%CC%88", body=b"y") == 204
    assert await status(server, method, "%C3%BC", "Destination: /dav/files/u%CC%88") == 403
    assert await listing(server) == ["/dav/files/", "/dav/files/%C3%BC"]
    assert await server.content("%C3%BC") == b"y"


@pytest.mark.parametrize(("name", "expected"), [("a%0Ab", 400), ("x" * 1025, 400)])
async def test_names_that_cannot_be_are_refused(server, name, expected):
    for method in ("PUT", "MKCOL"):
        assert await status(server, method, name) == expected
    await server.ask("PUT", "/dav/files/a", b"x")
    for method in ("MOVE", "COPY"):
        assert await status(server, method, "a", f"Destination: /dav/files/{name}") == expected
    for method in ("GET", "DELETE", "PROPFIND"):
        assert await status(server, method, name) == 404
    await server.ask("DELETE", "/dav/files/a")
    assert await listing(server) == ["/dav/files/"]


ODD = [".hidden", "CON", "a%25b", "%23", "a%2Bb", "%F0%9F%8E%89", "%3Ca%3E", "a%5Cb", "a:b",
       "a%27b", "%22", "trailing.", "trailing%20", "..a", "a%3Fb", "%26amp;", "%E2%80%A8",
       "%E0%A4%95%E0%A5%8D", "Thumbs.db", "~$a.docx", "._a"]  # fmt: skip


async def test_odd_names_come_back_as_they_went(server):
    for name in ODD:
        assert await status(server, "PUT", name, body=name.encode()) == 201
    listed = await listing(server)
    assert len(listed) == len(ODD) + 1
    contents = {(await server.ask("GET", href))[2].decode() for href in listed[1:]}
    assert contents == set(ODD)


async def test_conditions_hold_at_the_commit(server):
    """Two clients read the same state and both write: one of them is told."""
    _, headers, _ = await server.ask("PUT", "/dav/files/a", b"base")
    condition = f"If-Match: {headers['ETag']}"
    answers = await asyncio.gather(
        *(server.ask("PUT", "/dav/files/a", b"mine %d" % n, condition) for n in range(8))
    )
    assert sorted(answer[0] for answer in answers) == [204] + [412] * 7
    winner = next(n for n, answer in enumerate(answers) if answer[0] == 204)
    assert await server.content("a") == b"mine %d" % winner


async def test_only_one_makes_a_new_file(server):
    answers = await asyncio.gather(
        *(server.ask("PUT", "/dav/files/a", b"%d" % n, "If-None-Match: *") for n in range(8))
    )
    assert sorted(answer[0] for answer in answers) == [201] + [412] * 7


async def test_writers_without_conditions_all_get_through(server):
    answers = await asyncio.gather(
        *(server.ask("PUT", "/dav/files/a", b"%d" % n) for n in range(16))
    )
    assert sorted(answer[0] for answer in answers) == [201] + [204] * 15


async def test_upload_that_is_cut_off_leaves_no_trace(home, server):
    await server.ask("PUT", "/dav/files/a", b"old content")
    before = await home.changed_ids()
    head = b"PUT /dav/files/%s HTTP/1.1\r\nHost: home\r\nContent-Length: 1000000\r\n\r\n"
    for name in (b"a", b"b"):
        await server.raw(head % name, b"x" * 500_000, hang_up=True)
    await asyncio.sleep(0.2)
    assert await server.content("a") == b"old content"
    assert await server.content("b") is None
    assert await home.changed_ids() == before
    blobs = [blob async for blob in home.blobs.listing()]
    assert [blob.size for blob in blobs] == [len(b"old content")]


async def test_time_of_the_content_is_kept(home, server):
    mtime = "X-OC-Mtime: 784111777"
    _, headers, _ = await server.ask("PUT", "/dav/files/a", b"x", mtime)
    assert headers["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert (await home.files.at("/a")).updated_at == datetime.fromtimestamp(784111777, UTC)


async def test_quota_is_what_the_files_take(server):
    await server.ask("PUT", "/dav/files/a", b"12345")
    asked = b'<a:propfind xmlns:a="DAV:"><a:prop><a:quota-used-bytes/></a:prop></a:propfind>'
    _, _, body = await server.ask("PROPFIND", "/dav/files/", asked, "Depth: 0")
    assert b"<D:quota-used-bytes>5<" in body


PATCH = (
    b'<a:propertyupdate xmlns:a="DAV:" xmlns:o="urn:o"><a:set><a:prop><o:p>1</o:p>'
    b"<a:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</a:getlastmodified>"
    b"</a:prop></a:set></a:propertyupdate>"
)


@pytest.mark.parametrize("name", ["a", "c"])
async def test_properties_are_part_of_the_document(home, server, name):
    await server.ask("PUT", "/dav/files/a", b"x")
    await status(server, "MKCOL", "c")
    before = await home.files.at(f"/{name}")
    answer, _, body = await server.ask("PROPPATCH", f"/dav/files/{name}", PATCH)
    assert (answer, b"200 OK" in body) == (207, True)
    after = await home.files.at(f"/{name}")
    assert (await home.changed_ids())[-1] == after.id == before.id
    assert after.updated_at == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
    assert b"urn:o" in after.document.body
    await status(server, "COPY", name, "Destination: /dav/files/copy")
    _, _, body = await server.ask("PROPFIND", "/dav/files/copy", b"", "Depth: 0")
    assert b'<x:p xmlns:x="urn:o">1</x:p>' in body


async def test_properties_do_not_take_what_others_keep_in_metadata(home, server):
    await server.ask("PUT", "/dav/files/a", b"x")
    node = await home.files.at("/a")
    fields = fields_of(node) | {"metadata": {"qualification": {"label": "receipt"}}}
    database = await home.store.open("io.cozy.files")
    await database.write([revision(node, fields)])
    await server.ask("PROPPATCH", "/dav/files/a", PATCH)
    await server.ask("PUT", "/dav/files/a", b"y")
    metadata = fields_of(await home.files.at("/a"))["metadata"]
    assert metadata["qualification"] == {"label": "receipt"}
    assert set(metadata["davProperties"]) == {"{urn:o}p"}


@pytest.mark.parametrize("metadata", ["text", {"davProperties": []}, {"davProperties": {"p": 1}}])
async def test_properties_of_another_shape_do_no_harm(home, server, metadata):
    await server.ask("PUT", "/dav/files/a", b"x")
    node = await home.files.at("/a")
    database = await home.store.open("io.cozy.files")
    await database.write([revision(node, fields_of(node) | {"metadata": metadata})])
    assert await status(server, "PROPFIND", "a", "Depth: 0") == 207
    assert await status(server, "PROPPATCH", "a", body=PATCH) == 207
    assert b"urn:o" in (await home.files.at("/a")).document.body


async def test_properties_have_a_limit(home, server):
    await server.ask("PUT", "/dav/files/a", b"x")
    before = await home.files.at("/a")
    answer, _, body = await server.ask(
        "PROPPATCH", "/dav/files/a", PATCH.replace(b">1<", b">" + b"1" * 70_000 + b"<")
    )
    assert (answer, b"507 Insufficient Storage" in body) == (207, True)
    assert (await home.files.at("/a")).revision == before.revision


async def test_patches_and_writes_at_once_all_get_through(server):
    await server.ask("PUT", "/dav/files/a", b"x")
    answers = await asyncio.gather(
        *(server.ask("PROPPATCH", "/dav/files/a", PATCH) for _ in range(6)),
        *(server.ask("PUT", "/dav/files/a", b"%d" % n) for n in range(6)),
        server.ask("MOVE", "/dav/files/a", b"", "Destination: /dav/files/b"),
    )
    assert {answer[0] for answer in answers} <= {201, 204, 207, 404}
    assert all(b"200 OK" in body for code, _, body in answers if code == 207)


async def test_mkcol_keeps_the_properties_it_begins_with(server):
    body = (
        b'<a:mkcol xmlns:a="DAV:" xmlns:o="urn:o"><a:set><a:prop><a:resourcetype><a:collection/>'
        b"</a:resourcetype><o:p>1</o:p></a:prop></a:set></a:mkcol>"
    )
    assert await status(server, "MKCOL", "c", "Content-Type: text/xml", body=body) == 201
    _, _, listed = await server.ask("PROPFIND", "/dav/files/c", b"", "Depth: 0")
    assert b'<x:p xmlns:x="urn:o">1</x:p>' in listed
