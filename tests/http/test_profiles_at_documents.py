"""A device's profile holds at the doors of documents too: lists, feeds, questions, single ones."""

import asyncio
import json

import pytest

from replication.core.document import Edit
from server import keys
from tests.support.devices import device_for_files, given_profile
from tests.support.house import found, house

FILES = "/couchdb/io.cozy.files"
ROOT, TRASH = "io.cozy.files.root-dir", "io.cozy.files.trash-dir"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        for path in ("Photos/", "Work/", "Work/Old/"):
            await ask(running, "MKCOL", f"/dav/files/{path}")
        for path in ("Photos/a.jpg", "Work/b.txt", "Work/Old/c.txt", "d.txt"):
            await ask(running, "PUT", f"/dav/files/{path}", data=b"x" * 10)
        yield running


async def ask(home, method, path, who=None, **sent):
    session = home.owner if who is None else home.anybody
    async with session.request(method, path, headers=who or {}, **sent) as response:
        return response.status, await response.read()


async def told(home, method, path, who=None, **sent):
    status, text = await ask(home, method, path, who, **sent)
    assert status in (200, 201), text
    return json.loads(text)


async def id_of(home, path):
    return (await told(home, "GET", f"/files/metadata?Path={path}"))["data"]["id"]


async def ids(home, *paths):
    return {await id_of(home, path) for path in paths}


class Copy:
    """A copy as replication keeps it: names, and revisions that are never fetched twice."""

    def __init__(self, home, who, door=FILES):
        self.home, self.who, self.door = home, who, door
        self.since, self.known, self.documents = 0, set(), {}

    async def pull(self, **query):
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        path = f"{self.door}/_changes?since={self.since}&{asked}"
        feed = await told(self.home, "GET", path, self.who)
        wanted = [
            {"id": row["id"], "rev": change["rev"]}
            for row in feed["results"]
            for change in row["changes"]
            if (row["id"], change["rev"]) not in self.known
        ]
        got = await told(
            self.home, "POST", f"{self.door}/_bulk_get", self.who, json={"docs": wanted}
        )
        for result in got["results"]:
            document = result["docs"][0]["ok"]
            self.known.add((document["_id"], document["_rev"]))
            self.documents.pop(document["_id"], None)
            if not document.get("_deleted"):
                self.documents[document["_id"]] = document
        self.since = feed["last_seq"]

    @property
    def names(self):
        return {document["name"] for document in self.documents.values()} - {"", ".cozy_trash"}


ALL = {"Photos", "a.jpg", "Work", "b.txt", "Old", "c.txt", "d.txt"}


@pytest.mark.parametrize("door", [FILES, "/data/io.cozy.files"])
async def test_a_replica_has_what_the_profile_shows_whatever_changes(home, door):
    phone, who = await device_for_files(home, mode="include", rules=[{"path": "/Work"}])
    copy = Copy(home, who, door)
    await copy.pull()
    assert copy.names == {"Work", "b.txt", "Old", "c.txt"}
    await given_profile(home, phone, mode="exclude", rules=[{"path": "/Work/Old"}])
    await copy.pull()
    assert copy.names == ALL - {"Old", "c.txt"}
    old = await id_of(home, "/Work/Old")
    sent = {"data": {"type": "io.cozy.files", "id": old, "attributes": {"dir_id": ROOT}}}
    await told(home, "PATCH", f"/files/{old}", json=sent)
    await copy.pull()
    assert copy.names == ALL
    sent["data"]["attributes"]["dir_id"] = await id_of(home, "/Work")
    await told(home, "PATCH", f"/files/{old}", json=sent)
    await copy.pull()
    assert copy.names == ALL - {"Old", "c.txt"}
    await given_profile(home, phone, mode="all")
    await copy.pull()
    assert copy.names == ALL


async def test_a_feed_that_waits_is_told_when_the_profile_changes(home):
    phone, who = await device_for_files(home, mode="all")
    copy = Copy(home, who)
    await copy.pull()
    assert copy.names == ALL
    waiting = asyncio.create_task(copy.pull(feed="longpoll", timeout=30_000))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await given_profile(home, phone, mode="exclude", rules=[{"path": "/Photos"}])
    await waiting
    await copy.pull()
    assert copy.names == ALL - {"Photos", "a.jpg"}


async def test_a_filtered_feed_is_told_when_the_profile_changes(home):
    phone, who = await device_for_files(home, mode="include", rules=[{"path": "/Work"}])
    selector = {"selector": {"type": "file"}}
    path = f"{FILES}/_changes?filter=_selector&include_docs=true&since="
    first = await told(home, "POST", path + "0", who, json=selector)
    names = {row["doc"]["name"] for row in first["results"] if not row.get("deleted")}
    assert names == {"b.txt", "c.txt"}
    await given_profile(home, phone, mode="exclude", rules=[{"path": "/Work/Old"}])
    then = await told(home, "POST", path + first["last_seq"], who, json=selector)
    rows = {row["id"]: row.get("deleted", False) for row in then["results"]}
    assert {one for one, gone in rows.items() if gone} <= {await id_of(home, "/Work/Old/c.txt")}
    come = {one for one, gone in rows.items() if not gone}
    assert come == await ids(home, "/Photos/a.jpg", "/d.txt")


async def test_news_hold_to_the_profile(home):
    _, who = await device_for_files(home, mode="exclude", rules=[{"path": "/Work"}])
    path, news = "/realtime/events?type=io.cozy.files", []
    async with home.anybody.get(path, headers=who) as stream:
        await anext(aiter(stream.content))
        for name in ("Work/new.txt", "seen.txt"):
            await ask(home, "PUT", f"/dav/files/{name}", data=b"x")
        async with asyncio.timeout(20):
            async for line in stream.content:
                if line.startswith(b"data: "):
                    news.append(json.loads(line[6:])["doc"])
                if len(news) == 2:
                    break
    assert [one.get("name") for one in news] == [None, "seen.txt"]
    assert news[0]["_deleted"]


async def test_lists_and_single_documents_hold_to_the_profile(home):
    _, who = await device_for_files(home, mode="exclude", rules=[{"path": "/Work"}])
    hidden = await ids(home, "/Work", "/Work/b.txt", "/Work/Old", "/Work/Old/c.txt")
    seen = await ids(home, "/Photos", "/Photos/a.jpg", "/d.txt") | {ROOT, TRASH}
    listed = await told(home, "GET", f"{FILES}/_all_docs", who)
    assert {row["id"] for row in listed["rows"]} == seen
    asked = await told(home, "POST", f"{FILES}/_all_docs", who, json={"keys": sorted(hidden)})
    assert all(row["value"].get("deleted") for row in asked["rows"])
    for one in hidden:
        assert (await ask(home, "GET", f"{FILES}/{one}", who))[0] == 404
        assert (await ask(home, "GET", f"/data/io.cozy.files/{one}", who))[0] == 404
    for one in seen:
        assert (await ask(home, "GET", f"{FILES}/{one}", who))[0] == 200
    feed = await told(home, "GET", "/files/_changes?include_docs=true&skip_deleted=true", who)
    assert {row["id"] for row in feed["results"]} == seen


@pytest.mark.parametrize("fields", [["_id"], ["_id", "name"], None])
async def test_questions_hold_to_the_profile(home, fields):
    _, who = await device_for_files(home, mode="exclude", rules=[{"path": "/Work"}])
    index = {"index": {"fields": ["name"]}}
    await told(home, "POST", "/data/io.cozy.files/_index", json=index)
    asked = {"selector": {"name": {"$gt": ""}}, **({"fields": fields} if fields else {})}
    found = await told(home, "POST", f"{FILES}/_find", who, json=asked)
    seen = await ids(home, "/Photos", "/Photos/a.jpg", "/d.txt") | {TRASH}
    assert {row["_id"] for row in found["docs"]} == seen
    whole = await told(home, "POST", f"{FILES}/_find", json=asked)
    assert len(whole["docs"]) == len(seen) + 4


async def test_views_hold_to_the_profile_mapped_and_reduced(home):
    _, who = await device_for_files(home, mode="exclude", rules=[{"path": "/Work"}])
    by_type = "function (doc) { emit(doc.type, 1); }"
    views = {"kinds": {"map": by_type, "reduce": "_sum"}}
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:  # apps may not write here
        database = await instance.store.open("io.cozy.files")
        await database.write([Edit("_design/app", json.dumps({"views": views}).encode())])
    view = f"{FILES}/_design/app/_view/kinds"
    rows = (await told(home, "GET", f"{view}?reduce=false", who))["rows"]
    seen = await ids(home, "/Photos", "/Photos/a.jpg", "/d.txt") | {ROOT, TRASH}
    assert {row["id"] for row in rows} == seen
    some = (await told(home, "GET", f"{view}?reduce=false&skip=1&limit=2", who))["rows"]
    assert some == rows[1:3]
    assert (await told(home, "GET", view, who))["rows"] == [{"key": None, "value": 5}]
    grouped = (await told(home, "GET", f"{view}?group=true", who))["rows"]
    assert {row["key"]: row["value"] for row in grouped} == {"directory": 3, "file": 2}
    assert (await told(home, "GET", view))["rows"] == [{"key": None, "value": 9}]


async def test_what_a_device_does_not_see_it_cannot_delete(home):
    _, who = await device_for_files(home, mode="exclude", rules=[{"path": "/Work/Old"}])
    work, old = await id_of(home, "/Work"), await id_of(home, "/Work/Old")
    assert (await ask(home, "DELETE", f"/files/{old}", who))[0] == 404
    assert (await ask(home, "DELETE", f"/files/{work}", who))[0] in (200, 204)
    assert (await ask(home, "GET", "/files/metadata?Path=/Work/Old/c.txt"))[0] == 200
    assert (await ask(home, "GET", "/files/metadata?Path=/Work/b.txt"))[0] == 404


async def test_a_device_that_is_gone_leaves_nothing_behind(home):
    phone, who = await device_for_files(home, mode="include", rules=[{"path": "/Photos"}])
    await Copy(home, who).pull()
    assert (await ask(home, "DELETE", f"/settings/devices/{phone}"))[0] in (200, 204)
    before = (await told(home, "GET", f"{FILES}/_changes"))["last_seq"]
    photos = await id_of(home, "/Photos")
    sent = {"data": {"type": "io.cozy.files", "id": photos, "attributes": {"name": "Images"}}}
    await told(home, "PATCH", f"/files/{photos}", json=sent)
    rows = (await told(home, "GET", f"{FILES}/_changes?since={before}"))["results"]
    assert {row["id"] for row in rows} == {photos}
