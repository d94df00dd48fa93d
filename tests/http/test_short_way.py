"""Requests that repeat others are answered the short way, and nobody can tell by the answer."""

import asyncio
import random
from dataclasses import replace

import pytest

from server import keys
from server.auth.passwords import hash_password
from tests.support.raw_line import RawLine
from tests.support.served_couch import ServedCouch, basic
from tests.support.short_line import WHOLE, line_of, went_whole

CONFIG = "/_node/_local/_config"


@pytest.fixture
async def couch(tmp_path):
    async with ServedCouch(tmp_path) as served:
        for name in ("/db", "/twin"):
            assert (await served.admin.put(name)).status == 201
        yield served


@pytest.fixture
async def line(couch):
    async with line_of(couch) as line:
        yield line


async def test_what_repeats_another_request_is_answered_alike_without_the_way(couch, line):
    await line.ask("PUT", "/db/first", {"n": 0})
    await line.ask("GET", "/db/first")
    before = went_whole(couch)
    written = [await line.ask("PUT", f"/db/d{n}", {"n": n}) for n in range(3)]
    read = [await line.ask("GET", f"/db/d{n}") for n in range(3)]
    assert went_whole(couch) == before
    for n in range(3):
        twin = await line.ask("PUT", f"/twin/d{n}", {"n": n}, **WHOLE)
        place = {**twin.headers, "location": twin.headers["location"].replace("twin", "db")}
        assert written[n].lasting[1:] == (
            {k: v for k, v in place.items() if k != "date"},
            twin.body,
        )
        assert read[n].lasting == (await line.ask("GET", f"/db/d{n}", **WHOLE)).lasting
        assert read[n].json["n"] == n
    assert went_whole(couch) == before + 6


ATTACHED = {"_attachments": {"a": {"content_type": "text/plain", "data": "eA=="}}}
DOCUMENTS = [
    *({"n": 1}, {"n": 2}, {}, {"_deleted": True}, {"caf\u00e9": ["\u2028"]}, ATTACHED),
    *({"_id": "a"}, {"_rev": "1-x"}, {"_odd": 1}, b"{", b"[]", b"", b"\xff", {"x": "y" * 40_000}),
]


def steps_of(seed):
    """Yield random requests: method, name, document."""
    chance = random.Random(seed)
    for _ in range(60):
        name = chance.choice("abcd")
        if chance.random() < 0.5:
            yield "GET", name, None
        else:
            yield "PUT", name, chance.choice(DOCUMENTS)


@pytest.mark.parametrize("seed", range(6))
async def test_any_sequence_of_requests_comes_to_the_same(couch, line, seed):
    chance = random.Random(seed)
    revisions = {}
    for method, name, document in steps_of(seed):
        sent = document
        if isinstance(document, dict) and name in revisions and chance.random() < 0.7:
            sent = {**document, "_rev": revisions[name]}
        data = line.request(method, f"/db/{name}", sent)
        body = range(data.index(b"\r\n\r\n") + 4, len(data))  # behind a head in pieces all is whole
        await line.send(
            data, *sorted(chance.sample(body, min(len(body), chance.choice([0, 1, 2]))))
        )
        short = await line.answer()
        whole = await line.ask(method, f"/twin/{name}", sent, **WHOLE)
        assert (short.status, short.body) == (whole.status, whole.body)
        same = {n: v.replace("/twin/", "/db/") for n, v in whole.lasting[1].items()}
        assert short.lasting[1] == same
        if method == "PUT" and short.status in (200, 201):
            revisions[name] = short.json["rev"]
    assert went_whole(couch) < 118


async def test_requests_sent_ahead_are_answered_in_order(line):
    await line.ask("PUT", "/db/first", {"n": 0})
    await line.ask("GET", "/db/first")
    data = [line.request("PUT", f"/db/d{n}", {"n": n}) for n in range(5)]
    data += [line.request("GET", f"/db/d{n}") for n in range(5)]
    await line.send(b"".join(data), len(data[0]), len(data[0]) + len(data[1]) + 10)
    answers = [await line.answer() for _ in data]
    assert [answer.status for answer in answers] == [201] * 5 + [200] * 5
    assert [answer.json["n"] for answer in answers[5:]] == list(range(5))


@pytest.mark.parametrize("cut", range(20, 300, 35))
async def test_requests_are_read_however_they_are_cut(line, cut):
    await line.ask("PUT", "/db/first", {"n": 0})
    for n in range(2):
        data = line.request("PUT", f"/db/d{n}", {"n": "x" * 200})
        await line.send(data, min(cut, len(data) - 1))
        assert (await line.answer()).status == 201
    assert (await line.ask("GET", "/db/d1")).json["n"] == "x" * 200


async def other_password(couch):
    return await couch.admin.put(f"{CONFIG}/admins/joe", json="another")


async def no_admin(couch):
    return await couch.admin.delete(f"{CONFIG}/admins/joe")


@pytest.mark.parametrize("change", [other_password, no_admin])
async def test_who_is_let_in_no_more_is_refused_from_the_next_request_on(couch, change):
    assert (await couch.admin.put(f"{CONFIG}/admins/joe", json="secret")).status == 200
    async with line_of(couch, "joe", "secret") as joe:
        for n in range(2):
            assert (await joe.ask("PUT", f"/db/d{n}", {"n": n})).status == 201
            assert (await joe.ask("GET", f"/db/d{n}")).status == 200
        assert (await change(couch)).status == 200
        assert (await joe.ask("GET", "/db/d1")).status == 401
        assert (await joe.ask("PUT", "/db/d3", {"n": 3})).status == 401
    assert (await couch.admin.get("/db/d3")).status == 404


async def test_a_database_that_is_made_anew_is_another(couch, line):
    for n in range(2):
        await line.ask("PUT", f"/db/d{n}", {"n": n})
        await line.ask("GET", f"/db/d{n}")
    assert (await couch.admin.delete("/db")).status == 200
    assert (await line.ask("GET", "/db/d1")).status == 404
    assert (await line.ask("PUT", "/db/d1", {})).status == 404
    assert (await couch.admin.put("/db")).status == 201
    assert (await line.ask("GET", "/db/d1")).status == 404
    assert (await line.ask("PUT", "/db/d1", {"n": "new"})).status == 201
    assert (await line.ask("GET", "/db/d1")).json["n"] == "new"


async def test_what_the_configuration_says_holds_at_once(couch):
    async with RawLine(
        couch.server.port,
        {"Authorization": basic("admin", "correct horse"), "Origin": "https://app.example"},
    ) as line:
        for n in range(2):
            answer = await line.ask("PUT", f"/db/d{n}", {"n": n})
            assert answer.headers["access-control-allow-origin"] == "https://app.example"
        size = f"{CONFIG}/couchdb/max_document_size"
        assert (await couch.admin.put(size, json="5")).status == 200
        assert (await line.ask("PUT", "/db/d2", {"n": 12345})).status == 413
        assert (await couch.admin.put(f"{CONFIG}/cors/origins", json="https://a")).status == 200
        answer = await line.ask("PUT", "/db/d2", {})
        assert "access-control-allow-origin" not in answer.headers


async def test_design_documents_have_their_say(couch, line):
    for n in range(2):
        assert (await line.ask("PUT", f"/db/d{n}", {"n": n})).status == 201
    validate = "function (doc) { if (doc.n > 5) throw({forbidden: 'too many'}); }"
    made = await couch.admin.put("/db/_design/v", json={"validate_doc_update": validate})
    assert made.status == 201
    assert (await line.ask("PUT", "/db/d2", {"n": 7})).status == 403
    assert (await line.ask("PUT", "/db/d2", {"n": 2})).status == 201


async def test_who_leaves_before_the_answer_has_written_all_the_same(couch):
    async with line_of(couch) as line:
        await line.ask("PUT", "/db/d0", {"n": 0})
        await line.send(line.request("PUT", "/db/d1", {"n": 1}))
    for _ in range(100):
        if (await couch.admin.get("/db/d1")).status == 200:
            return
        await asyncio.sleep(0.02)
    pytest.fail("it was not written")


async def test_who_reads_nothing_fills_no_memory(couch, line):
    await line.ask("PUT", "/db/large", {"x": "y" * 60_000})
    await line.ask("GET", "/db/large")
    before = went_whole(couch)
    asked = line.request("GET", "/db/large")
    for _ in range(200):
        line.writer.write(asked)
        await asyncio.sleep(0.001)
    assert went_whole(couch) > before  # whose way waits until there is room
    answers = [await line.answer() for _ in range(200)]
    assert {(answer.status, len(answer.body)) for answer in answers} == {
        (200, answers[0].headers and len(answers[0].body))
    }


async def test_each_request_counts_however_it_was_answered(couch, line):
    for n in range(3):
        await line.ask("PUT", f"/db/d{n}", {"n": n})
        await line.ask("GET", f"/db/d{n}")
    figures = couch.server.app[keys.METRICS].text().decode()
    assert 'method="GET",status="200"} 3.0' in figures
    assert "foyer_requests_in_flight 0.0" in figures


async def test_an_owner_with_another_password_is_asked_for_it(couch, line):
    for n in range(2):
        assert (await line.ask("PUT", f"/db/d{n}", {"n": n})).status == 201
    homes = couch.server.app[keys.INSTANCES]
    record = homes.record("localhost")
    other = hash_password("another", b"0123456789abcdef")
    homes.renew(replace(record, owner=replace(record.owner, password_hash=other)))
    assert (await line.ask("PUT", "/db/d2", {"n": 2})).status == 401


async def user_named(couch, **fields):
    document = {"name": "jan", "type": "user", "roles": [], "password": "apple", **fields}
    return await couch.admin.put("/_users/org.couchdb.user:jan", json=document)


async def user_with_another_password(couch):
    before = await (await couch.admin.get("/_users/org.couchdb.user:jan")).json()
    return await user_named(couch, _rev=before["_rev"], password="pear")


async def no_user(couch):
    before = await (await couch.admin.get("/_users/org.couchdb.user:jan")).json()
    return await couch.admin.delete("/_users/org.couchdb.user:jan", params={"rev": before["_rev"]})


async def members_without_the_user(couch):
    return await couch.admin.put("/db/_security", json={"members": {"names": ["eve"]}})


async def users_made_anew(couch):
    """As many writes as before, so that the database stands at the same number."""
    assert (await couch.admin.delete("/_users")).status == 200
    assert (await couch.admin.put("/_users")).status == 201
    return await user_named(couch, password="pear")


async def database_made_anew(couch):
    assert (await couch.admin.delete("/db")).status == 200
    assert (await couch.admin.put("/db")).status == 201
    return await members_without_the_user(couch)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        *((user_with_another_password, 401), (no_user, 401), (members_without_the_user, 403)),
        *((users_made_anew, 401), (database_made_anew, 403)),
    ],
)
async def test_a_user_has_the_short_way_as_long_as_their_rights_stand(couch, change, status):
    await user_named(couch)
    await couch.admin.put("/db/_security", json={"members": {"names": ["jan"]}})
    async with line_of(couch, "jan", "apple") as jan:
        for n in range(2):
            assert (await jan.ask("PUT", f"/db/d{n}", {"n": n})).status == 201
            assert (await jan.ask("GET", f"/db/d{n}")).status == 200
        before = went_whole(couch)
        assert (await jan.ask("GET", "/db/d0")).json["n"] == 0
        assert (await jan.ask("PUT", "/db/d2", {"n": 2})).status == 201
        assert went_whole(couch) == before
        assert (await change(couch)).status in (200, 201)
        assert (await jan.ask("GET", "/db/d1")).status == status
        assert (await jan.ask("PUT", "/db/d3", {"n": 3})).status == status
    assert (await couch.admin.get("/db/d3")).status == 404
