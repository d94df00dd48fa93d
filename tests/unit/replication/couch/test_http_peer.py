import json

import pytest
from aiohttp import ClientSession, web

from replication.core.checkpoint import Filter
from replication.core.errors import Conflict, DatabaseMissing
from replication.core.revision import Revision
from replication.couch.address import parse_address
from replication.couch.http_peer import HttpPeer
from replication.replicator.peer import (
    FeedQuery,
    PeerRefused,
    PeerUnreachable,
    Refusal,
    Travelling,
)
from tests.support.scripted_couch import ScriptedCouch

ONE = Revision(1, "a")
THERE = (200, {"db_name": "db"})
GONE = (404, {"error": "not_found", "reason": "Database does not exist."})


@pytest.fixture
async def session():
    async with ClientSession() as session:
        yield session


def peer_of(couch, session):
    return HttpPeer(session, parse_address(couch.url))


def document(name, size=0):
    return Travelling(name, (ONE,), body=json.dumps({"x": "y" * size}).encode())


def revision(name):
    return {"_id": name, "_rev": "1-a", "_revisions": {"start": 1, "ids": ["a"]}}


async def read(peer, *names):
    return [found async for found in peer.documents({name: [ONE] for name in names})]


async def test_a_server_without_bulk_get_is_asked_for_one_document_at_a_time(session):
    couch = ScriptedCouch(
        {
            "POST /_bulk_get": [(404, {"error": "not_found"})],
            "GET /x": [(200, [{"ok": revision("x")}, {"missing": "1-b"}])],
            "GET /_design/y": [(200, [{"ok": revision("_design/y")}])],
            "GET ": [THERE],
        }
    )
    async with couch:
        peer = peer_of(couch, session)
        found = await read(peer, "x", "_design/y", "purged")
        assert [one.document_id for one in found] == ["x", "_design/y"]
        await read(peer, "x")
        assert sum(route == "POST /_bulk_get" for route, _, _ in couch.asked) == 1
        _, query, _ = couch.asked[1]
        assert (query["open_revs"], query["revs"], query["latest"]) == ('["1-a"]', "true", "true")


async def test_a_database_that_went_away_is_not_taken_for_documents_that_did(session):
    couch = ScriptedCouch({"POST /_bulk_get": [GONE], "GET ": [GONE], "GET /x": [GONE]})
    async with couch:
        with pytest.raises(DatabaseMissing):
            await read(peer_of(couch, session), "x")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"error": "not_found", "reason": "missing"}, []),
        ({"error": "forbidden", "reason": "no"}, [Refusal("x", "forbidden", "no")]),
    ],
)
async def test_rows_that_are_errors(session, error, expected):
    rows = {"results": [{"id": "x", "docs": [{"error": error}]}]}
    async with ScriptedCouch({"POST /_bulk_get": [(200, rows)]}) as couch:
        assert await read(peer_of(couch, session), "x") == expected


async def test_a_row_that_failed_for_now_is_asked_for_again_later(session):
    rows = {"results": [{"id": "x", "docs": [{"error": {"error": "internal_error"}}]}]}
    async with ScriptedCouch({"POST /_bulk_get": [(200, rows)]}) as couch:
        with pytest.raises(PeerUnreachable):
            await read(peer_of(couch, session), "x")


async def test_a_document_that_is_none_is_left_behind_and_told(session):
    rows = {"results": [{"id": "x", "docs": [{"ok": {"_id": "x", "_rev": "1-a", "_odd": 1}}]}]}
    async with ScriptedCouch({"POST /_bulk_get": [(200, rows)]}) as couch:
        (found,) = await read(peer_of(couch, session), "x")
        assert (found.document_id, found.word) == ("x", "doc_validation")


async def test_a_load_that_is_too_large_is_halved_down_to_the_one_that_is(session):
    async def below_two_kilobytes(request):
        body = await request.read()
        if len(body) > 2000:
            return web.json_response({"error": "too_large"}, status=413)
        return web.json_response([], status=201)

    async with ScriptedCouch({"POST /_bulk_docs": [(0, below_two_kilobytes)]}) as couch:
        documents = [document("a"), document("b", 5000), document("c"), document("d")]
        (refused,) = await peer_of(couch, session).write(documents)
        assert (refused.document_id, refused.word) == ("b", "too_large")


async def test_outcomes_of_a_write(session):
    rows = [{"id": "a", "rev": "1-a", "ok": True}, {"id": "b", "error": "forbidden", "reason": "r"}]
    async with ScriptedCouch({"POST /_bulk_docs": [(201, rows)]}) as couch:
        refused = await peer_of(couch, session).write([document("a"), document("b")])
        assert refused == [Refusal("b", "forbidden", "r")]
        body = json.loads(couch.asked[0][2])
        assert body["new_edits"] is False
        assert body["docs"][0]["_revisions"] == {"start": 1, "ids": ["a"]}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, {"error": "internal_server_error"}, PeerUnreachable),
        (503, b"<html>", PeerUnreachable),
        (429, {"error": "too_many_requests"}, PeerUnreachable),
        (201, b"not json", PeerUnreachable),
        (201, [{"id": "a", "error": "internal_server_error"}], PeerUnreachable),
        (401, {"error": "unauthorized", "reason": "no"}, PeerRefused),
        (302, b"", PeerRefused),
        (404, GONE[1], DatabaseMissing),
    ],
)
async def test_answers_that_are_no_success_are_never_taken_for_one(session, status, body, error):
    async with ScriptedCouch({"POST /_bulk_docs": [(status, body)]}) as couch:
        with pytest.raises(error):
            await peer_of(couch, session).write([document("a")])


async def test_a_feed_is_read_whatever_its_sequences_are(session):
    row = {"id": "x", "seq": None, "changes": [{"rev": "2-b"}, {"rev": "1-a"}]}
    feeds = [
        (200, {"results": [row], "last_seq": 7}),
        (200, {"results": [], "last_seq": "7-g1AA", "pending": 3}),
        (200, {"results": [], "last_seq": [7, "opaque"]}),
    ]
    async with ScriptedCouch({"GET /_changes": feeds}) as couch:
        peer = peer_of(couch, session)
        query = FeedQuery("4-x", 10, Filter())
        first = await peer.changes(query)
        assert first.rows == {"x": (Revision(2, "b"), ONE)}
        assert (first.last, first.pending) == (7, None)
        second = await peer.changes(query)
        assert (second.last, second.pending) == ("7-g1AA", 3)
        assert (await peer.changes(query)).last == '[7,"opaque"]'
        sent = couch.asked[0][1]
        assert (sent["since"], sent["limit"], sent["style"]) == ("4-x", "10", "all_docs")


@pytest.mark.parametrize(
    ("kept", "name", "body"),
    [
        (Filter(frozenset("ba")), "_doc_ids", {"doc_ids": ["a", "b"]}),
        (Filter(selector={"a": 1}), "_selector", {"selector": {"a": 1}}),
    ],
)
async def test_filters_travel_in_the_body(session, kept, name, body):
    async with ScriptedCouch({"POST /_changes": [(200, {"results": [], "last_seq": 0})]}) as couch:
        await peer_of(couch, session).changes(FeedQuery(0, 10, kept, patience=3))
        _, query, sent = couch.asked[0]
        assert (query["filter"], query["feed"], query["timeout"]) == (name, "longpoll", "3000")
        assert json.loads(sent) == body


async def test_notes_are_kept_and_conflicts_told(session):
    answers = {
        "GET /_local/n": [(200, {"_id": "_local/n", "_rev": "0-3", "history": []})],
        "PUT /_local/n": [(201, {"ok": True, "rev": "0-4"}), (409, {"error": "conflict"})],
        "GET ": [THERE],
    }
    async with ScriptedCouch(answers) as couch:
        peer = peer_of(couch, session)
        note = await peer.get_local("n")
        assert (note.revision, note.body) == (Revision(0, "3"), b'{"history":[]}')
        assert await peer.put_local("n", b"{}", note.revision) == Revision(0, "4")
        assert json.loads(couch.asked[-1][2]) == {"_rev": "0-3"}
        with pytest.raises(Conflict):
            await peer.put_local("n", b"{}", note.revision)
        assert await peer.get_local("other") is None


async def test_a_note_of_a_database_that_is_missing_is_an_error(session):
    async with ScriptedCouch({"GET ": [GONE]}) as couch:
        with pytest.raises(DatabaseMissing):
            await peer_of(couch, session).get_local("n")


async def test_nobody_there_is_unreachable(session):
    async with ScriptedCouch({}) as couch:
        peer = peer_of(couch, session)
    with pytest.raises(PeerUnreachable):
        await peer.exists()
