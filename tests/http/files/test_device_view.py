"""What a device leaves out, as it sees the documents of files by the doors for documents."""

import pytest

from tests.support.devices import CLIENT, bearer, oauth_token
from tests.support.files import Drive
from tests.support.house import house

FILES = "io.cozy.files"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
async def tree(home):
    """Lay out a folder that the device leaves out; returns the ids of what it sees and does not."""
    drive = Drive(home.owner)
    seen, hidden = await drive.directory("seen"), await drive.directory("hidden")
    file = await drive.upload("a.txt", parent=seen["id"])
    inside = await drive.upload("b.txt", parent=hidden["id"])
    await oauth_token(home.app, FILES)
    path = f"/files/{hidden['id']}/relationships/not_synchronized_on"
    data = {"data": [{"type": "io.cozy.oauth.clients", "id": CLIENT}]}
    await drive.ask("POST", path, 200, json=data)
    return {seen["id"], file["id"]}, {hidden["id"], inside["id"]}


@pytest.mark.parametrize("door", ["/data", "/couchdb"])
async def test_a_device_sees_its_own_tree_by_every_question(home, tree, door):
    seen, hidden = tree
    device = Drive(home.anybody)
    shown = {"headers": bearer(await oauth_token(home.app, FILES))}
    path = f"{door}/{FILES}"
    feeds = [("GET", "/_changes", {}), ("GET", "/_changes?include_docs=true&style=all_docs", {})]
    selector = {"selector": {"_id": {"$gt": None}}}
    feeds.append(("POST", "/_changes?filter=_selector", {"json": selector}))
    for method, query, sent in feeds:
        told = await device.ask(method, path + query, 200, **sent, **shown)
        rows = {row["id"]: row.get("deleted", False) for row in told["results"]}
        assert {name for name in seen | hidden if rows.get(name) is False} == seen, query
    for name in seen:
        await device.ask("GET", f"{path}/{name}", 200, **shown)
    for name in hidden:
        await device.ask("GET", f"{path}/{name}", 404, **shown)
    told = await device.ask("GET", f"{path}/_all_docs", 200, **shown)
    listed = {row["id"] for row in told["rows"]}
    assert seen <= listed
    assert not hidden & listed
    docs = {"docs": [{"id": name} for name in sorted(seen | hidden)]}
    told = await device.ask("POST", f"{path}/_bulk_get", 200, json=docs, **shown)
    live = {
        result["id"]
        for result in told["results"]
        if not result["docs"][0].get("ok", {"_deleted": True}).get("_deleted")
    }
    assert live == seen


async def test_others_see_all_of_it(home, tree):
    seen, hidden = tree
    told = await Drive(home.owner).ask("GET", f"/data/{FILES}/_changes", 200)
    live = {row["id"] for row in told["results"] if not row.get("deleted")}
    assert seen | hidden <= live
