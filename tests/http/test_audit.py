"""The audit: what is in it, who reads it, and what is not in it."""

import pytest

from server import keys
from server.audit.entry import entries_of
from server.audit.trail import AUDIT, forget_oldest
from tests.support.devices import APP_PASSWORD, app_password, basic_of, bearer, oauth_token
from tests.support.house import PASSWORD, basic, house

PATH = "/settings/audit"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


async def written(home):
    await home.app[AUDIT].write_down(home.app[keys.INSTANCES])
    async with home.owner.get(PATH) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "application/vnd.api+json"
        return [item["attributes"] for item in (await response.json())["data"]]


async def test_what_a_device_changed_is_one_line_an_hour(home):
    await app_password(home.app, "io.cozy.files")
    shown = basic_of(APP_PASSWORD)
    for number in range(3):
        path = f"/dav/files/{number}.txt"
        async with home.anybody.put(path, data=b"x", headers=shown) as response:
            assert response.status == 201
    await written(home)
    async with home.anybody.put("/dav/files/9.txt", data=b"x", headers=shown) as response:
        assert response.status == 201
    async with home.anybody.request("PROPFIND", "/dav/files/", headers=shown) as response:
        assert response.status == 207
    async with home.anybody.delete("/dav/files/9.txt", headers=shown) as response:
        assert response.status == 204
    entries = await written(home)
    found = {entry["details"]["verb"]: entry for entry in entries}
    assert found["changed"]["count"] == 4
    assert found["changed"]["actor"]["name"] == "A phone"
    assert found["changed"]["subject"] == "io.cozy.files"
    assert "count" not in found["deleted"]  # once


async def test_wrong_passwords_are_counted_and_not_kept(home):
    for _ in range(3):
        wrong = {"Authorization": basic("owner", "wrong password of a stranger")}
        async with home.anybody.get("/couchdb/_all_dbs", headers=wrong) as response:
            assert response.status == 401
    async with home.anybody.get("/couchdb/_all_dbs") as response:
        assert response.status == 401
    (entry,) = await written(home)
    assert (entry["event"], entry["count"], entry["address"]) == ("login.refused", 3, "127.0.0.1")
    assert "wrong" not in str(entry)
    assert PASSWORD not in str(entry)


async def test_entries_are_read_newest_first_page_by_page(home):
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        for number in range(5):
            await home.app[AUDIT].record(instance, "device.added", subject=str(number))
    seen, path = [], f"{PATH}?page[limit]=2"
    while path:
        async with home.owner.get(path) as response:
            told = await response.json()
        seen += [item["attributes"]["subject"] for item in told["data"]]
        path = told.get("links", {}).get("next")
    assert seen == ["4", "3", "2", "1", "0"]


async def test_who_may_read_it_and_nobody_writes_it(home):
    reader = bearer(await oauth_token(home.app, "io.cozy.audit:GET"))
    async with home.anybody.get(PATH, headers=reader) as response:
        assert response.status == 200
    other = bearer(await oauth_token(home.app, "io.cozy.files"))
    async with home.anybody.get(PATH, headers=other) as response:
        assert response.status == 403
    async with home.owner.put("/data/io.cozy.audit/x", json={}) as response:
        assert response.status == 403
    async with home.owner.get(f"{PATH}?page[limit]=0") as response:
        assert response.status == 422


async def test_the_oldest_are_forgotten_beyond_what_is_kept(home):
    async with home.app[keys.INSTANCES].borrow("localhost") as instance:
        for number in range(6):
            await home.app[AUDIT].record(instance, "device.added", subject=str(number))
        assert await forget_oldest(instance, most=4) == 2
        assert await forget_oldest(instance, most=4) == 0
        left = [kept.value.subject async for kept in entries_of(instance.store).all()]
    assert left == ["2", "3", "4", "5"]
