"""A home with something of everything, and all that is in a home, for comparing two of them."""

import json
from hashlib import sha256

from replication.core.change import ChangesQuery
from replication.store.protocol import IdRange
from server import keys
from server.export.chosen import is_taken, takes
from server.export.manifest import Wanted
from tests.support.devices import APP_PASSWORD, app_password
from tests.support.shared_links import id_of, link_to, make, put

EVERYTHING = Wanted(histories=True, links=True, devices=True)


async def fill(opened, *, large=b"large " * 150_000):
    """Give a home files, versions, a trash, documents of all kinds, a link and a device."""
    for path in ("/docs", "/docs/Été 🌞", "/empty"):
        await make(opened, path)
    long_name = "a long name " * 15
    for path, content in {
        "/docs/a.txt": b"first",
        "/docs/same.txt": b"second",
        "/docs/Été 🌞/ß.txt": b"",
        f"/docs/{long_name}.txt": b"named at length",
        "/large.bin": large,
        "/gone.txt": b"thrown away",
    }.items():
        await put(opened, path, content)
    await put(opened, "/docs/a.txt", b"second")
    await put(opened, "/docs/a.txt", b"third")
    async with opened.owner.delete("/dav/files/gone.txt") as response:
        assert response.status == 204
    finder = {"User-Agent": "WebDAVFS/3.0.0 (03008000) Darwin/23.0.0"}
    beside = b"\0\5\x16\7beside"
    async with opened.owner.put("/dav/files/docs/._a.txt", data=beside, headers=finder) as response:
        assert response.status in (201, 204)
    await _documents(opened)
    _, code = await link_to(opened, await id_of(opened, "/docs"))
    await app_password(opened.app, "io.cozy.files")
    return {"link": code, "password": APP_PASSWORD}


async def _documents(opened):
    name = "/couchdb/io.example.notes"
    async with opened.owner.put(name):
        pass
    fork = {"_id": "a", "_rev": "2-z", "_revisions": {"start": 2, "ids": ["z", "y"]}, "n": 1.50}
    attached = {"a.txt": {"content_type": "text/plain", "data": "YXR0YWNoZWQ="}}
    docs = [
        {"_id": "a", "n": 1},
        {"_id": "b", "text": "line\nbreak", "_attachments": attached},
        {"_id": "gone"},
        {"_id": "_design/d", "views": {}},
    ]
    async with opened.owner.post(f"{name}/_bulk_docs", json={"docs": docs}) as response:
        revs = {row["id"]: row["rev"] for row in await response.json()}
    more = [
        {"_id": "b", "_rev": revs["b"], "text": "again", "_attachments": {"a.txt": {"stub": True}}},
        {"_id": "gone", "_rev": revs["gone"], "_deleted": True, "why": "old"},
    ]
    async with opened.owner.post(f"{name}/_bulk_docs", json={"docs": more}) as response:
        assert response.status == 201
    grafts = {"docs": [fork], "new_edits": False}
    async with opened.owner.post(f"{name}/_bulk_docs", json=grafts) as response:
        assert response.status == 201
    pretty = b'{"nested": {\n  "big": 12345678901234567890123,\r\n  "x": [1.0]\n}}'
    async with opened.owner.put(f"{name}/pretty", data=pretty) as response:
        assert response.status == 201


async def everything_in(app, wanted=EVERYTHING, domain="localhost"):
    """Return documents by database, with histories and attachments, and contents by digest."""
    async with app[keys.INSTANCES].borrow(domain) as home:
        found = {}
        for name in await home.store.names():
            if is_taken(name, wanted) and name != "io.cozy.audit":  # each start writes there
                found[name] = await _in_database(await home.store.open(name), wanted)
        return found, await _contents(home)


async def _in_database(database, wanted):
    documents, since = {}, 0
    while True:
        page = await database.changes(ChangesQuery(since=since))
        for row in page.rows:
            for leaf in await database.leaves(row.document_id):
                if takes(database.name, leaf.body, wanted):
                    documents[leaf.document_id, str(leaf.revision)] = _shown(leaf)
                    if wanted.histories:
                        kept = await database.bodies_of(row.document_id)
                        documents[leaf.document_id, "kept"] = {str(one) for one in kept}
        since = page.last.number
        if not page.pending:
            break
    return documents, await database.revs_limit(), json.loads(await database.security())


def _shown(leaf):
    attached = {name: vars_of(one) for name, one in leaf.attachments.items()}
    history = [branch.history() for branch in leaf.tree.branches if branch.leaf == leaf.revision]
    return leaf.deleted, json.loads(leaf.body), attached, history


def vars_of(attachment):
    return (attachment.content_type, attachment.md5, attachment.length, attachment.revpos)


async def _contents(home):
    found = {}
    async for blob in home.blobs.listing():
        digest = sha256()
        async for piece in home.blobs.read(blob.digest):
            digest.update(piece)
        found[blob.digest] = (digest.hexdigest(), blob.size)
    return found


async def sidecars_in(app, domain="localhost"):
    """Return what macOS keeps beside files."""
    async with app[keys.INSTANCES].borrow(domain) as home:
        database = await home.store.open("_webdav_sidecars")
        return [one.body for one in await database.local_documents(IdRange())]
