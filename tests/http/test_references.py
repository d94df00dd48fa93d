"""Files that refer to documents: albums, applications, bills."""

import pytest

from tests.support.devices import bearer, oauth_token
from tests.support.house import found, house

FILES, ALBUMS = "io.cozy.files", "io.cozy.photos.albums"
REFERENCES = f"/data/{ALBUMS}/summer/relationships/references"


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        yield running


async def told(home, method, path, headers=None, **sent):
    client = home.owner if headers is None else home.anybody
    async with client.request(method, path, headers=headers, **sent) as response:
        text = await response.read()
        return response.status, await response.json(content_type=None) if text else None


async def files(home, *names):
    """Make files; returns their ids."""
    for name in names:
        async with home.owner.put(f"/dav/files/{name}", data=b"x") as response:
            assert response.status == 201
    _, listed = await told(home, "GET", f"/couchdb/{FILES}/_all_docs?include_docs=true")
    by_name = {row["doc"].get("name"): row["id"] for row in listed["rows"]}
    return [by_name[name] for name in names]


def naming(*ids):
    return {"data": [{"type": FILES, "id": one} for one in ids]}


async def ids_at(home, path, headers=None):
    status, answer = await told(home, "GET", path, headers)
    assert status == 200, answer
    return [row["id"] for row in answer["data"]]


async def test_files_are_listed_that_refer_to_a_document(home):
    a, b, c = await files(home, "a.jpg", "b.jpg", "c.jpg")
    assert await ids_at(home, REFERENCES) == []
    assert await told(home, "POST", REFERENCES, json=naming(a, b)) == (204, None)
    assert sorted(await ids_at(home, REFERENCES)) == sorted([a, b])
    assert await ids_at(home, REFERENCES.replace("summer", "winter")) == []
    _, document = await told(home, "GET", f"/data/{FILES}/{a}")
    assert document["referenced_by"] == [{"type": ALBUMS, "id": "summer"}]
    assert (await told(home, "POST", REFERENCES, json=naming(a, c)))[0] == 204
    assert (await told(home, "DELETE", REFERENCES, json=naming(b)))[0] == 204
    assert sorted(await ids_at(home, REFERENCES)) == sorted([a, c])
    _, answer = await told(home, "GET", f"{REFERENCES}?include=files")
    assert {one["attributes"]["name"] for one in answer["included"]} == {"a.jpg", "c.jpg"}
    assert answer["meta"]["count"] == 2
    async with home.owner.delete("/dav/files/a.jpg") as response:
        assert response.status == 204
    assert c in await ids_at(home, REFERENCES)


async def test_references_come_in_pages_and_by_date_either_way(home):
    ids = await files(home, *(f"{number}.jpg" for number in range(5)))
    assert (await told(home, "POST", REFERENCES, json=naming(*ids)))[0] == 204
    for sort, expected in (
        ("id", sorted(ids)),
        ("-id", sorted(ids, reverse=True)),
        ("datetime", ids),
        ("-datetime", ids[::-1]),
    ):
        path, seen = f"{REFERENCES}?page[limit]=2&sort={sort}", []
        while path:
            status, answer = await told(home, "GET", path)
            assert status == 200
            assert answer["meta"]["count"] == 5
            assert len(answer["data"]) <= 2
            seen += [row["id"] for row in answer["data"]]
            path = answer["links"].get("next")
        assert seen == expected, sort
    assert await ids_at(home, f"{REFERENCES}?page[skip]=3&sort=datetime") == ids[3:]
    refused = {"error": "Bad Request(400): Invalid sort parameter"}
    assert await told(home, "GET", f"{REFERENCES}?sort=size") == (400, refused)
    assert (await told(home, "GET", f"{REFERENCES}?page[cursor]=zz"))[0] == 422


async def test_who_may_the_document_or_all_files_may_refer(home):
    (a,) = await files(home, "a.jpg")
    album = bearer(await oauth_token(home.app, f"{ALBUMS}:GET,PUT,DELETE:summer"))
    drive = bearer(await oauth_token(home.app, FILES, client="d" * 32))
    reader = bearer(await oauth_token(home.app, f"{ALBUMS}:GET", client="e" * 32))
    other = bearer(await oauth_token(home.app, "io.cozy.bills", client="f" * 32))
    for headers in (album, drive):
        assert (await told(home, "POST", REFERENCES, headers, json=naming(a)))[0] == 204
        assert await ids_at(home, REFERENCES, headers) == [a]
        assert (await told(home, "DELETE", REFERENCES, headers, json=naming(a)))[0] == 204
    for headers, statuses in ((reader, (200, 403, 403)), (other, (403, 403, 403))):
        for method, expected in zip(("GET", "POST", "DELETE"), statuses, strict=True):
            body = None if method == "GET" else naming(a)
            assert (await told(home, method, REFERENCES, headers, json=body))[0] == expected
    elsewhere = REFERENCES.replace("summer", "winter")
    assert (await told(home, "POST", elsewhere, album, json=naming(a)))[0] == 403
    assert (await told(home, "POST", REFERENCES, drive, json=naming(a)))[0] == 204
    _, answer = await told(home, "GET", f"{REFERENCES}?include=files", reader)
    assert answer["included"] == []  # the album may be read, and the file may not


async def test_nothing_is_changed_when_a_file_is_not_there(home):
    (a,) = await files(home, "a.jpg")
    assert (await told(home, "POST", REFERENCES, json=naming(a, "none")))[0] == 404
    assert await ids_at(home, REFERENCES) == []
    assert (await told(home, "POST", REFERENCES, json={"data": ["x"]}))[0] == 422
