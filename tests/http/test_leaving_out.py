"""A device leaves directories out and takes them in again, by its own relationship."""

import pytest

from tests.support.devices import CLIENT, bearer, oauth_token
from tests.support.house import house

FILES = "io.cozy.files"
PATH = f"/data/io.cozy.oauth.clients/{CLIENT}/relationships/not_synchronizing"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


async def directory(home, name):
    async with home.owner.post(f"/files/?Type=directory&Name={name}") as response:
        assert response.status == 201
        return (await response.json(content_type=None))["data"]["id"]


def named(*ids, kind=FILES):
    return {"data": [{"type": kind, "id": one} for one in ids]}


async def ask(home, method, headers, path=PATH, **sent):
    async with home.anybody.request(method, path, headers=headers, **sent) as response:
        content = await response.read()
        assert (
            content or "Content-Type" not in response.headers
        )  # clients read JSON where it says so
        return response.status, await response.json(content_type=None) if content else None


async def seen(home, token):
    path = "/files/_changes?include_docs=true&include_file_path=true&skip_deleted=true"
    status, told = await ask(home, "GET", token, path)
    assert status == 200
    return {row["id"] for row in told["results"] if not row.get("deleted")}


async def test_a_client_with_all_files_leaves_out_and_takes_in(home):
    token = bearer(await oauth_token(home.app, FILES))
    videos, music = await directory(home, "Videos"), await directory(home, "Music")
    assert await ask(home, "GET", token) == (200, {"data": [], "meta": {"count": 0}, "links": {}})
    assert await ask(home, "POST", token, json=named(videos, music)) == (204, None)
    _, told = await ask(home, "GET", token, PATH + "?include=files")
    assert {row["id"] for row in told["data"]} == {videos, music}
    assert {row["attributes"]["name"] for row in told["included"]} == {"Videos", "Music"}
    assert not {videos, music} & await seen(home, token)
    assert await ask(home, "DELETE", token, json=named(music)) == (204, None)
    assert {row["id"] for row in (await ask(home, "GET", token))[1]["data"]} == {videos}
    assert music in await seen(home, token)


async def test_the_list_comes_in_pages(home):
    token = bearer(await oauth_token(home.app, FILES))
    ids = sorted([await directory(home, f"d{number}") for number in range(3)])
    await ask(home, "POST", token, json=named(*ids))
    path, listed = PATH + "?page[limit]=2", []
    while path:
        _, told = await ask(home, "GET", token, path)
        listed += [row["id"] for row in told["data"]]
        path = told["links"].get("next")
    assert listed == ids


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (f"{FILES}:GET", (200, 403, 403)),
        (f"io.cozy.oauth.clients:ALL:{CLIENT}", (200, 204, 204)),
        ("io.cozy.oauth.clients:GET", (200, 403, 403)),
        ("io.cozy.contacts", (403, 403, 403)),
    ],
)
async def test_who_may(home, scope, expected):
    token = bearer(await oauth_token(home.app, scope))
    videos = await directory(home, "Videos")
    found = [
        (await ask(home, method, token, json=named(videos)))[0]
        for method in ("GET", "POST", "DELETE")
    ]
    assert tuple(found) == expected


async def test_what_cannot_be_left_out_is_refused_and_changes_nothing(home):
    token = bearer(await oauth_token(home.app, FILES))
    videos = await directory(home, "Videos")
    async with home.owner.put("/dav/files/a.txt", data=b"x") as response:
        assert response.status == 201
    async with home.owner.get("/files/metadata?Path=/a.txt") as response:
        file = (await response.json(content_type=None))["data"]["id"]
    for body, status in [
        (named(videos, "nothing"), 404),
        (named(videos, file), 422),
        (named(videos, kind="io.cozy.contacts"), 422),
        ({"data": [{"id": 7}]}, 422),
        ({}, 422),
    ]:
        assert (await ask(home, "POST", token, json=body))[0] == status, body
    assert (await ask(home, "GET", token))[1]["data"] == []
    other = PATH.replace(CLIENT, "nobody")
    assert (await ask(home, "POST", token, other, json=named(videos)))[0] == 404
