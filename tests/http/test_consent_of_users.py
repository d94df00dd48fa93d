"""Consent to writes in a CouchDB with users: functions learn who asks, and in which database."""

import json

import pytest

from tests.support.served_couch import ServedCouch

SECURITY = {"admins": {"names": [], "roles": []}, "members": {"names": [], "roles": ["gardener"]}}
GARDEN = """function(newDoc, oldDoc, userCtx, secObj) {
    if (userCtx.db !== 'garden' || secObj.members.roles[0] !== 'gardener') { throw('wrong'); }
    if (userCtx.roles.indexOf('_admin') >= 0) { return; }
    if (userCtx.roles.indexOf('gardener') < 0) { throw({unauthorized: 'gardeners only'}); }
    if (newDoc.by !== userCtx.name) { throw({forbidden: 'not in the name of ' + newDoc.by}); }
}"""


@pytest.fixture
async def couch(tmp_path):
    async with ServedCouch(tmp_path / "dir") as served:
        assert (await served.admin.put("/garden")).status == 201
        assert (await served.admin.put("/garden/_security", json=SECURITY)).status == 200
        design = {
            "validate_doc_update": GARDEN,
            "filters": {"mine": "function(doc, req) { return doc.by === req.userCtx.name; }"},
        }
        assert (await served.admin.put("/garden/_design/rules", json=design)).status == 201
        user = {"name": "jan", "type": "user", "roles": ["gardener"], "password": "apple"}
        made = await served.admin.put("/_users/org.couchdb.user:jan", json=user)
        assert made.status == 201
        yield served


async def answer(response, status):
    text = await response.text()
    assert response.status == status, text
    return json.loads(text)


async def test_a_user_is_judged_by_name_and_roles(couch):
    jan = couch.client("jan", "apple")
    assert (await jan.put("/garden/rose", json={"by": "jan"})).status == 201
    refused = await answer(await jan.put("/garden/tulip", json={"by": "ann"}), 403)
    assert refused == {"error": "forbidden", "reason": "not in the name of ann"}
    rows = {"docs": [{"_id": "lily", "by": "jan"}, {"_id": "tulip", "by": "ann"}]}
    told = await answer(await jan.post("/garden/_bulk_docs", json=rows), 201)
    assert [row.get("error") for row in told] == [None, "forbidden"]
    assert (await couch.admin.put("/garden/tulip", json={"by": "ann"})).status == 201


async def test_design_documents_stay_with_admins(couch):
    jan = couch.client("jan", "apple")
    told = await answer(await jan.put("/garden/_design/mine", json={"by": "jan"}), 403)
    assert told["error"] == "forbidden"


async def test_a_filter_learns_who_asks(couch):
    jan = couch.client("jan", "apple")
    for name, by in (("rose", "jan"), ("tulip", "ann")):
        assert (await couch.admin.put(f"/garden/{name}", json={"by": by})).status == 201
    feed = await answer(await jan.get("/garden/_changes?filter=rules/mine"), 200)
    assert [row["id"] for row in feed["results"]] == ["rose"]
