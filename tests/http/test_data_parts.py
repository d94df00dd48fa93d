"""Attachments on the wire: as parts behind documents, since a revision, and compressed."""

import base64
import email
import gzip
import hashlib

import pytest

from server.data.multipart import in_a_header
from tests.support.served_home import answer, serve_home

THINGS = "/couchdb/org.example.things"
AS_JSON = {"Accept": "application/json"}
PICTURE = bytes(range(256)) * 40
TEXT = b"words and words " * 300


@pytest.fixture
async def client(tmp_path):
    client = await serve_home(tmp_path / "dir")
    assert (await client.put(THINGS)).status == 201
    yield client
    await client.close()


def inline(content_type, data):
    return {"content_type": content_type, "data": base64.b64encode(data).decode()}


async def parts_of(response):
    """Return the parts of an answer, as the standard library's parser has them."""
    head = f"Content-Type: {response.headers['Content-Type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + await response.read())
    assert message.is_multipart()
    assert not message.defects
    return message.get_payload()


async def write_picture(client, name="x"):
    first = await answer(await client.put(f"{THINGS}/{name}", json={"n": 1}), 201)
    document = {"_rev": first["rev"], "_attachments": {"p": inline("image/png", PICTURE)}}
    second = await answer(await client.put(f"{THINGS}/{name}", json=document), 201)
    headers = {"Content-Type": "text/plain", "If-Match": second["rev"]}
    third = await answer(await client.put(f"{THINGS}/{name}/t", data=TEXT, headers=headers), 201)
    return [first["rev"], second["rev"], third["rev"]]


async def test_many_documents_are_read_in_parts(client):
    revs = await write_picture(client, 'x"y')
    await answer(await client.put(f"{THINGS}/plain", json={"n": 2}), 201)
    asked = {
        "docs": [
            {"id": 'x"y'}, {"id": "plain"}, {"id": "nobody"}, {"id": "plain", "rev": "9-a"},
            {"id": "plain", "rev": "odd"}, {},
        ]
    }  # fmt: skip
    for kind in ("multipart/mixed", "multipart/related"):
        headers = {"Accept": kind}
        response = await client.post(f"{THINGS}/_bulk_get", json=asked, headers=headers)
        assert response.headers["Content-Type"].startswith(kind)
        first, plain, *wrong = await parts_of(response)
        assert (first["X-Doc-Id"], first["X-Rev-Id"]) == ('x\\"y', revs[-1])
        document, picture, text = first.get_payload()
        assert '"follows":true' in document.get_payload()
        assert picture.get_payload(decode=True) == PICTURE
        assert (text.get_filename(), text.get_payload(decode=True)) == ("t", TEXT)
        assert '"n":2' in plain.get_payload()
        assert [part.get_param("error") for part in wrong] == ["true"] * 4
        assert '"not_found"' in wrong[0].get_payload()
        assert '"9-a"' in wrong[1].get_payload()
        assert '"Invalid rev format"' in wrong[2].get_payload()


@pytest.mark.parametrize("query", ["attachments=true", "open_revs=all", "open_revs=[]"])
async def test_heads_of_parts_have_no_body(client, query):
    await write_picture(client)
    for _ in range(2):  # what came too much would be taken for the second answer
        response = await client.head(f"{THINGS}/x?{query}")
        assert (response.status, await response.read()) == (200, b"")


async def test_nothing_asked_for_is_no_parts(client):
    headers = {"Accept": "multipart/mixed"}
    response = await client.post(f"{THINGS}/_bulk_get", json={"docs": []}, headers=headers)
    assert (response.status, await response.read()) == (200, b"")


async def test_items_that_say_nothing_sensible_are_wrong_alone(client):
    await answer(await client.put(f"{THINGS}/x", json={}), 201)
    items = [
        7,
        {"rev": "1-a"},
        {"id": "_odd"},
        {"id": 7},
        {"id": "x", "atts_since": 7},
        {"id": "x"},
    ]
    response = await client.post(f"{THINGS}/_bulk_get", json={"docs": items})
    rows = (await answer(response, 200))["results"]
    errors = [row["docs"][0].get("error", {}).get("error") for row in rows]
    assert errors == ["bad_request"] * 2 + ["illegal_docid"] * 2 + ["bad_request", None]
    assert (await client.post(f"{THINGS}/_bulk_get", json={})).status == 400
    for name in ("rev", "open_revs", "new_edits", "w", "atts_since"):
        refused = await client.post(f"{THINGS}/_bulk_get?{name}=1", json={"docs": []})
        assert name in (await answer(refused, 400))["reason"]


@pytest.mark.parametrize(
    ("since", "sent"), [([0], {"p", "t"}), ([1], {"t"}), ([2], set()), ([0, 1], {"t"}), ([], set())]
)
async def test_attachments_since_a_revision(client, since, sent):
    revs = await write_picture(client)
    known = [revs[place] for place in since]
    query = {"atts_since": str(known).replace("'", '"')}
    got = await answer(await client.get(f"{THINGS}/x", params=query, headers=AS_JSON), 200)
    assert {name for name, found in got["_attachments"].items() if "data" in found} == sent
    asked = {"docs": [{"id": "x", "atts_since": known}]}
    rows = await answer(await client.post(f"{THINGS}/_bulk_get", json=asked), 200)
    got = rows["results"][0]["docs"][0]["ok"]["_attachments"]
    assert {name for name, found in got.items() if "data" in found} == sent
    if sent:
        headers = {"Accept": "multipart/related"}
        response = await client.get(f"{THINGS}/x", params=query, headers=headers)
        _, *parts = await parts_of(response)
        assert {part.get_filename() for part in parts} == sent


async def test_attachment_may_come_compressed(client):
    headers = {"Content-Type": "text/plain", "Content-Encoding": "gzip"}
    url = f"{THINGS}/x/t"
    await answer(await client.put(url, data=gzip.compress(TEXT), headers=headers), 201)
    stub = await answer(await client.get(f"{THINGS}/x?att_encoding_info=true"), 200)
    digest = base64.b64encode(hashlib.md5(TEXT).digest()).decode()
    assert stub["_attachments"]["t"]["digest"] == "md5-" + digest
    assert stub["_attachments"]["t"]["length"] == len(TEXT)
    assert await (await client.get(url)).read() == TEXT


async def test_what_is_compressed_otherwise_or_badly_is_refused(client):
    headers = {"Content-Type": "text/plain", "Content-Encoding": "x-odd"}
    refused = await client.put(f"{THINGS}/x/t", data=b"x", headers=headers)
    assert (await answer(refused, 415))["error"] == "bad_content_type"
    for path, kind in (("x/t", "text/plain"), ("y", "application/json")):
        headers = {"Content-Type": kind, "Content-Encoding": "gzip", "Connection": "close"}
        refused = await client.put(f"{THINGS}/{path}", data=b"not gzip", headers=headers)
        assert (await answer(refused, 400))["error"] == "bad_request"
    assert (await client.get(f"{THINGS}/x")).status == 404


async def test_text_is_compressed_for_those_who_take_it(client):
    await write_picture(client)
    asking = {"Accept-Encoding": "gzip"}
    plain = {"Accept-Encoding": "gzip;q=0, identity"}
    async with client.get(f"{THINGS}/x/t", headers=asking) as got:
        assert got.headers["Content-Encoding"] == "gzip"
        assert got.headers["Vary"] == "Accept-Encoding, Origin"
        assert await got.read() == TEXT
    for path, headers in (("t", plain), ("p", asking), ("t", {**asking, "Range": "bytes=0-9"})):
        async with client.get(f"{THINGS}/x/{path}", headers=headers) as got:
            assert "Content-Encoding" not in got.headers
            assert int(got.headers["Content-Length"]) == len(await got.read())
    async with client.head(f"{THINGS}/x/t", headers=asking) as got:
        assert (got.status, await got.read()) == (200, b"")


def test_ids_stay_on_their_line():
    assert in_a_header('x\r\nX-Rev-Id: "1"') == 'x\\r\\nX-Rev-Id: \\"1\\"'
