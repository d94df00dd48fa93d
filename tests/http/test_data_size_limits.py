"""What is larger than a limit is refused in CouchDB's words, and nothing of it is kept."""

import base64
import gzip

import pytest

from tests.support.served_couch import ServedCouch
from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
LIMITS = {"max_document_size": 1000, "max_attachment_size": 2000, "max_request_size": 20_000}
ODD = {"error": "document_too_large", "reason": "odd"}
PARTS = {"Content-Type": 'multipart/related; boundary="z"'}


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir", **LIMITS)
    await answer(await client.put(THINGS), 201)
    yield client
    await client.close()


async def kept(client):
    """Return how far the database is, and what lies on the disk beside it."""
    info = await answer(await client.get(THINGS), 200)
    return info["update_seq"]


def inside(data):
    return {"_attachments": {"p": {"data": base64.b64encode(data).decode()}}}


def parts(data, **said):
    head = b'{"_attachments":{"p":{"follows":true%s}}}' % (
        b"".join(b',"%s":"%s"' % (k.encode(), v.encode()) for k, v in said.items())
    )
    return b"--z\r\n\r\n" + head + b"\r\n--z\r\n\r\n" + data + b"\r\n--z--"


async def test_a_document_too_large_is_refused_by_its_name(client):
    large = {"text": "x" * 1000}
    bulk = {"docs": [{"_id": "fine"}, {"_id": "odd", **large}]}
    replicated = {**bulk, "new_edits": False}
    replicated["docs"][0]["_rev"] = replicated["docs"][1]["_rev"] = "1-a"
    for asked in (
        client.put(f"{THINGS}/odd", json=large),
        client.put(f"{THINGS}/odd?new_edits=false", json={"_rev": "1-a", **large}),
        client.post(THINGS, json={"_id": "odd", **large}),
        client.post(f"{THINGS}/_bulk_docs", json=bulk),
        client.post(f"{THINGS}/_bulk_docs", json=replicated),
    ):
        assert await answer(await asked, 413) == ODD
    told = await answer(await client.put(f"{THINGS}/_local/odd", json=large), 413)
    assert told == {"error": "document_too_large", "reason": "_local/odd"}
    assert (await kept(client)).startswith("0-")
    await answer(await client.put(f"{THINGS}/odd", json={"text": "x" * 900}), 201)


async def test_attachments_do_not_count_as_their_document(client):
    await answer(await client.put(f"{THINGS}/x", json=inside(b"x" * 2000)), 201)


async def test_an_attachment_too_large_is_refused_by_its_name(client):
    large = b"x" * 2001
    gzipped = {"Content-Encoding": "gzip"}
    packed = gzip.compress(large)
    encoded = parts(packed, encoding="gzip")
    for asked in (
        client.put(f"{THINGS}/x", json=inside(large)),
        client.post(f"{THINGS}/_bulk_docs", json={"docs": [inside(large)]}),
        client.put(f"{THINGS}/x/p", data=large),
        client.put(f"{THINGS}/x/p", data=packed, headers=gzipped),
        client.put(f"{THINGS}/x", data=parts(large), headers=PARTS),
        client.put(f"{THINGS}/x", data=encoded, headers=PARTS),
    ):
        assert await answer(await asked, 413) == {"error": "attachment_too_large", "reason": "p"}
    assert (await kept(client)).startswith("0-")
    await answer(await client.put(f"{THINGS}/x/p", data=large[1:]), 201)


async def test_a_request_too_large_is_refused_whether_it_says_so_or_not(client):
    async def streamed():
        for _ in range(30):
            yield b" " * 1000

    large = b"{" + b" " * 20_000 + b"}"
    kind = {"Content-Type": "application/json"}
    for asked in (
        client.put(f"{THINGS}/x", data=large),
        client.put(f"{THINGS}/x", data=streamed()),
        client.post(f"{THINGS}/_bulk_docs", data=large, headers=kind),
        client.post(f"{THINGS}/_find", data=large, headers=kind),
        client.put(f"{THINGS}/x", data=parts(large), headers=PARTS),
    ):
        told = await answer(await asked, 413)
        assert told == {"error": "too_large", "reason": "the request entity is too large"}
    assert (await kept(client)).startswith("0-")


async def test_the_configuration_of_a_couch_sets_them_while_it_runs(tmp_path):
    async with ServedCouch(tmp_path, **LIMITS) as couch:
        await answer(await couch.admin.put("/things"), 201)
        path = "/_node/_local/_config/couchdb/max_document_size"
        assert await answer(await couch.admin.get(path), 200) == "1000"
        larger = {"text": "x" * 1500}
        assert await answer(await couch.admin.put("/things/odd", json=larger), 413) == ODD
        assert await answer(await couch.admin.put(path, json="2000"), 200) == "1000"
        await answer(await couch.admin.put("/things/odd", json=larger), 201)
        unlimited = "/_node/_local/_config/couchdb/max_attachment_size"
        assert await answer(await couch.admin.put(unlimited, json="infinity"), 200) == "2000"
        await answer(await couch.admin.put("/things/x/p", data=b"x" * 10_000), 201)
