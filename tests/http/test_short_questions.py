"""Questions that repeat others are answered the short way, and as they would be the whole way."""

import random

import pytest

from tests.support.served_couch import ServedCouch
from tests.support.short_line import WHOLE, line_of, went_whole

EMIT = "function (doc) { emit(doc.n, doc.kind === 'odd' ? 1 : 2); }"
OTHER = "function (doc) { emit(doc.kind, 10); emit([doc.kind, doc.n], 5); }"
COUNT = "function (keys, values, again) { return again ? sum(values) : values.length; }"
VIEW = "/db/_design/d/_view/"


def design(source):
    views = {"plain": {"map": source}, "sum": {"map": source, "reduce": "_sum"}}
    return {"views": {**views, "count": {"map": source, "reduce": COUNT}}}


QUESTIONS = [
    *(("GET", VIEW + name, None) for name in ("plain", "sum", "count")),
    *(("GET", f"{VIEW}sum?startkey={n}", None) for n in (2, 5)),
    ("GET", VIEW + "sum?group=true", None),
    ("GET", VIEW + "plain?include_docs=true&conflicts=true", None),
    ("GET", VIEW + "plain?update_seq=true&limit=2&descending=true", None),
    ("GET", VIEW + "plain?update=false", None),
    ("GET", VIEW + "plain?update=lazy", None),
    ("GET", VIEW + "plain?limit=x", None),
    ("POST", VIEW + "plain", {"keys": [1, 3, "even"]}),
    ("POST", VIEW + "plain?limit=1", {"startkey": 2}),
    ("POST", "/db/_find", {"selector": {"kind": "odd"}}),
    ("POST", "/db/_find", {"selector": {"n": {"$gt": 2}}, "fields": ["n"], "conflicts": True}),
    ("POST", "/db/_find", {"selector": {"n": {"$gt": 2}}, "sort": ["n"]}),
    ("POST", "/db/_find", {"selector": {"kind": {"$regex": "^e"}}}),
    ("POST", "/db/_find", {"selector": 1}),
    ("POST", "/db/_find", {}),
]


def document(number):
    return {"n": number, "kind": "odd" if number % 2 else "even"}


@pytest.fixture
async def couch(tmp_path):
    async with ServedCouch(tmp_path) as served:
        assert (await served.admin.put("/db")).status == 201
        documents = [{"_id": f"d{n}", **document(n)} for n in range(6)]
        body = {"docs": [*documents, {"_id": "_design/d", **design(EMIT)}]}
        assert (await served.admin.post("/db/_bulk_docs", json=body)).status == 201
        yield served


@pytest.fixture
async def line(couch):
    async with line_of(couch) as line:
        yield line


async def asked_alike(line, method, path, body):
    short = await line.ask(method, path, body)
    whole = await line.ask(method, path, body, **WHOLE)
    assert short.lasting == whole.lasting
    return short


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_question_that_is_repeated_takes_no_way(couch, line, question):
    method, path, body = question
    await couch.admin.post("/db/_index", json={"index": {"fields": ["n"]}})
    first = await line.ask(method, path, body)
    before = went_whole(couch)
    again = await line.ask(method, path, body)
    assert again.lasting == first.lasting
    takes_the_way = first.status != 200 or "update=" in path
    assert went_whole(couch) - before == int(takes_the_way)
    assert (await line.ask(method, path, body, **WHOLE)).lasting == first.lasting


async def test_another_question_to_the_same_view_takes_no_way_either(couch, line):
    await couch.admin.post("/db/_index", json={"index": {"fields": ["n"]}})
    await line.ask("GET", VIEW + "plain?startkey=1")
    await line.ask("GET", VIEW + "sum?startkey=1")
    await line.ask("POST", "/db/_find", {"selector": {"n": 1}})
    before = went_whole(couch)
    assert len((await line.ask("GET", VIEW + "plain?startkey=3")).json["rows"]) == 3
    assert (await line.ask("GET", VIEW + "sum?startkey=3")).json["rows"][0]["value"] == 4
    found = await line.ask("POST", "/db/_find", {"selector": {"n": 2}})
    assert [each["_id"] for each in found.json["docs"]] == ["d2"]
    assert went_whole(couch) == before
    assert len((await line.ask("GET", VIEW + "sum?startkey=3&reduce=false")).json["rows"]) == 3


async def any_document(couch, chance):
    name = f"d{chance.randrange(8)}"
    body = document(chance.randrange(8))
    found = await couch.admin.get(f"/db/{name}")
    if found.status == 200:
        body["_rev"] = (await found.json())["_rev"]
        body["_deleted"] = chance.random() < 0.3
    await couch.admin.put(f"/db/{name}", json=body)


async def any_conflict(couch, chance):
    rev = f"1-{chance.getrandbits(16):x}"
    body = {"_id": f"d{chance.randrange(8)}", "_rev": rev, **document(chance.randrange(8))}
    await couch.admin.post("/db/_bulk_docs", json={"docs": [body], "new_edits": False})


async def any_purge(couch, chance):
    name = f"d{chance.randrange(8)}"
    found = await couch.admin.get(f"/db/{name}")
    if found.status == 200:
        await couch.admin.post("/db/_purge", json={name: [(await found.json())["_rev"]]})


async def other_views(couch, chance):
    found = await (await couch.admin.get("/db/_design/d")).json()
    body = {**design(chance.choice([EMIT, OTHER])), "_rev": found["_rev"]}
    assert (await couch.admin.put("/db/_design/d", json=body)).status == 201


async def other_index(couch, chance):
    if chance.random() < 0.5:
        index = {"index": {"fields": ["n"]}, "ddoc": "byn", "name": "byn"}
        await couch.admin.post("/db/_index", json=index)
    else:
        await couch.admin.delete("/db/_index/byn/json/byn")


async def housekeeping(couch, chance):
    place = chance.choice(["/db/_view_cleanup", "/db/_compact"])
    assert (await couch.admin.post(place, json={})).status == 202


async def database_made_anew(couch, _):
    """As many writes as before, so that the database may stand at the same number."""
    assert (await couch.admin.delete("/db")).status == 200
    assert (await couch.admin.put("/db")).status == 201
    documents = [{"_id": f"d{n}", **document(n + 1)} for n in range(6)]
    body = {"docs": [*documents, {"_id": "_design/d", **design(EMIT)}]}
    assert (await couch.admin.post("/db/_bulk_docs", json=body)).status == 201


CHANGES = [
    *([any_document] * 6 + [any_conflict] * 2 + [any_purge] * 2),
    *(other_views, other_index, housekeeping, database_made_anew),
]


@pytest.mark.parametrize("seed", range(4))
async def test_any_history_leaves_answers_as_they_would_be_the_whole_way(couch, line, seed):
    chance = random.Random(seed)
    for _ in range(25):
        await chance.choice(CHANGES)(couch, chance)
        for question in chance.choices(QUESTIONS, k=6):
            await asked_alike(line, *question)
    asked = went_whole(couch)
    for question in QUESTIONS:
        await asked_alike(line, *question)
        await asked_alike(line, *question)
    assert went_whole(couch) - asked < 4 * len(QUESTIONS)


async def test_who_is_a_member_no_more_is_given_nothing_kept(couch):
    person = {"name": "jan", "type": "user", "roles": [], "password": "apple"}
    await couch.admin.put("/_users/org.couchdb.user:jan", json=person)
    await couch.admin.put("/db/_security", json={"members": {"names": ["jan"]}})
    async with line_of(couch, "jan", "apple") as jan:
        for _ in range(2):
            assert (await jan.ask("GET", VIEW + "sum")).status == 200
        before = went_whole(couch)
        assert (await jan.ask("GET", VIEW + "sum")).status == 200
        assert went_whole(couch) == before
        await couch.admin.put("/db/_security", json={"members": {"names": ["eve"]}})
        assert (await jan.ask("GET", VIEW + "sum")).status == 403
    async with line_of(couch) as admin:
        assert (await admin.ask("GET", VIEW + "sum")).status == 200


async def test_a_line_of_the_log_tells_no_key_that_was_asked_for(couch, line, caplog):
    caplog.set_level("INFO", logger="server.requests")
    for key in ("1", "2"):
        await line.ask("GET", f"{VIEW}plain?key={key}")
    await couch.server.close()
    told = [one for record in caplog.records for one in getattr(record, "answered", ())]
    assert [one.path for one in told if "_view" in one.path] == [VIEW + "plain"] * 2
