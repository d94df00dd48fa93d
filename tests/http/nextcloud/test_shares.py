"""Links made by the phone apps: the home's own, which its page and its other doors know."""

import pytest

from tests.support.devices import app_password, basic_of
from tests.support.dialect import FILES, OC

SHARES = "/ocs/v2.php/apps/files_sharing/api/v1/shares"


@pytest.fixture
async def furnished(cloud):
    await cloud.ask("MKCOL", f"{FILES}/d", 201)
    await cloud.put("d/a.txt", b"shared with you")
    await cloud.put("b.txt", b"not")
    return cloud


async def ask(cloud, method, tail="", status=200, **form):
    async with cloud.session.request(
        method, f"{SHARES}{tail}", data=form, headers={"Accept": "application/json"}
    ) as response:
        told = await response.json(content_type=None)
        assert response.status == status, told
        return told["ocs"]["data"]


async def test_a_link_leads_whoever_has_it_to_the_file(home, furnished):
    share = await ask(furnished, "POST", "", 200, path="/d/a.txt", shareType="3")
    number = (await furnished.told("d/a.txt", "oc:fileid"))[f"{OC}fileid"]
    assert int(share["id"]) < 1 << 31
    assert share["share_type"] == 3
    assert share["permissions"] == 1
    assert str(share["item_source"]) == number
    assert share["item_type"] == "file"
    assert share["path"] == "/d/a.txt"
    async with home.anybody.get(share["url"]) as response:
        assert response.status == 200
        assert "a.txt" in await response.text()
    types = await furnished.told("d/a.txt", "oc:share-types")
    assert types[f"{OC}share-types"] == ["3"]
    assert (await furnished.told("b.txt", "oc:share-types"))[f"{OC}share-types"] == ""


async def test_links_are_listed_by_path_and_changed_and_ended(home, furnished):
    share = await ask(furnished, "POST", "", 200, path="d", shareType="3")
    other = await ask(furnished, "POST", "", 200, path="/d/a.txt", shareType="3")
    ids = {share["id"], other["id"]}
    assert {one["id"] for one in await ask(furnished, "GET")} == ids
    for path, found in (
        ("?path=/d", [share["id"]]),
        ("?path=/d&subfiles=true", [other["id"]]),
        ("?path=/&subfiles=true", [share["id"]]),
        ("?path=/b.txt", []),
        ("?shared_with_me=true", []),
    ):
        assert [one["id"] for one in await ask(furnished, "GET", path)] == found
    changed = await ask(
        furnished, "PUT", f"/{share['id']}", password="secret", expireDate="2090-01-31",
        label="for Anna",
    )  # fmt: skip
    assert changed["password"] == "*"
    assert changed["expiration"] == "2090-01-31 00:00:00"
    assert changed["label"] == "for Anna"
    assert changed["token"] == share["token"]
    (seen,) = await ask(furnished, "GET", f"/{share['id']}")
    assert seen["label"] == "for Anna"
    await ask(furnished, "DELETE", f"/{share['id']}")
    await ask(furnished, "GET", f"/{share['id']}", 404)
    async with home.anybody.get(share["url"]) as response:
        assert "a.txt" not in await response.text()
    assert [one["id"] for one in await ask(furnished, "GET")] == [other["id"]]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"path": "/none", "shareType": "3"}, 404),
        ({"path": "/", "shareType": "3"}, 404),
        ({"path": "/.cozy_trash", "shareType": "3"}, 404),
        ({"path": "/b.txt", "shareType": "0", "shareWith": "anna"}, 403),
        ({"path": "/b.txt"}, 403),
        ({"path": "/b.txt", "shareType": "3", "expireDate": "soon"}, 404),
    ],
)
async def test_what_cannot_be_shared_is_said(furnished, form, status):
    await ask(furnished, "POST", "", status, **form)
    assert await ask(furnished, "GET") == []


@pytest.mark.usefixtures("furnished")
async def test_an_app_password_shares_what_it_may_read(home):
    await app_password(home.app, "io.cozy.files")
    headers = basic_of("barafado-kilomuna-petisoga", "owner")
    form = {"path": "/b.txt", "shareType": "3"}
    async with home.anybody.post(f"{SHARES}?format=json", data=form, headers=headers) as response:
        assert response.status == 200
        assert (await response.json())["ocs"]["data"]["path"] == "/b.txt"


async def test_nobody_else_is_here_to_share_with(furnished):
    path = "/ocs/v2.php/apps/files_sharing/api/v1/sharees?format=json&search=a&itemType=file"
    told = (await furnished.json(path))["ocs"]["data"]
    assert told["users"] == told["exact"]["users"] == []
