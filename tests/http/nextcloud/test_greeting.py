"""What programs ask before they sign in, and right after."""

from xml.etree import ElementTree as ET

import pytest

from server.instances.context import Context
from tests.support.house import house


async def test_status_is_told_to_anybody(home):
    async with home.anybody.get("/status.php") as response:
        told = await response.json(content_type=None)
    assert response.status == 200
    assert told["installed"] is True
    assert told["maintenance"] is False
    assert told["needsDbUpgrade"] is False
    assert int(told["version"].split(".")[0]) >= 30
    assert told["version"].startswith(told["versionstring"])
    assert told["productname"] == "Foyer"


async def test_a_login_page_of_the_network_would_show(home):
    for path in ("/index.php/204", "/204"):
        async with home.anybody.get(path) as response:
            assert (response.status, await response.read()) == (204, b"")


async def test_capabilities_are_of_the_types_that_the_ios_library_reads(home, cloud):
    for version, code in (("v1", 100), ("v2", 200)):
        told = await cloud.json(f"/ocs/{version}.php/cloud/capabilities?format=json")
        assert told["ocs"]["meta"] == {"status": "ok", "statuscode": code, "message": "OK"}
    version, can = told["ocs"]["data"]["version"], told["ocs"]["data"]["capabilities"]
    assert {type(version[part]) for part in ("major", "minor", "micro")} == {int}
    assert isinstance(version["string"], str)
    for name in ("bigfilechunking", "undelete", "versioning", "comments"):
        assert isinstance(can["files"][name], bool)
    public = can["files_sharing"]["public"]
    assert isinstance(public["multiple_links"], bool)
    assert isinstance(public["password"]["enforced"], bool)
    assert isinstance(can["theming"]["background-plain"], bool)
    assert "notifications" not in can
    async with home.anybody.get("/ocs/v1.php/cloud/capabilities?format=json") as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (Linux) mirall/3.7.3git (Nextcloud, debian)", False),
        ("Mozilla/5.0 (Linux) mirall/3.10.0 (Nextcloud)", True),
        ("Mozilla/5.0 (iOS) Nextcloud-iOS/6.0", True),
    ],
)
async def test_desktops_that_stumble_over_empty_files_are_not_told_of_bulk(home, agent, told):
    path = "/ocs/v2.php/cloud/capabilities?format=json"
    async with home.anybody.get(path, headers={"User-Agent": agent}) as response:
        can = (await response.json())["ocs"]["data"]["capabilities"]
    assert ("bulkupload" in can["dav"]) is told


async def test_the_look_is_that_of_the_context(tmp_path):
    contexts = {"default": Context(title="Maison", accent="#ffee00")}
    async with (
        house(tmp_path, contexts=contexts) as home,
        home.anybody.get("/ocs/v2.php/cloud/capabilities?format=json") as response,
    ):
        theming = (await response.json())["ocs"]["data"]["capabilities"]["theming"]
    assert theming["name"] == "Maison"
    assert theming["color"] == "#ffee00"
    assert theming["color-text"] == "#000000"


async def test_user_in_json_and_in_xml(home, cloud):
    await cloud.put("a.txt", b"12345")
    told = (await cloud.json("/ocs/v1.php/cloud/user?format=json"))["ocs"]["data"]
    assert told["id"] == "owner"
    assert told["quota"]["used"] == 5
    assert told["quota"]["free"] == -3
    assert told["email"] == ""
    async with home.owner.get("/ocs/v2.php/cloud/user") as response:
        xml = ET.fromstring(await response.text())
        assert response.content_type == "application/xml"
    assert xml.findtext("meta/statuscode") == "200"
    assert xml.findtext("data/id") == "owner"
    assert xml.findtext("data/quota/used") == "5"
    await cloud.json("/ocs/v2.php/cloud/users/owner?format=json")
    refused = await cloud.json("/ocs/v2.php/cloud/users/somebody?format=json", 404)
    assert refused["ocs"]["meta"]["statuscode"] == 404
    async with home.anybody.get("/ocs/v1.php/cloud/user") as response:
        assert response.status == 401


async def test_avatar(home):
    async with home.anybody.get("/index.php/avatar/owner/64") as response:
        assert (response.status, response.content_type) == (200, "image/png")
    async with home.anybody.get("/index.php/avatar/nobody/64") as response:
        assert response.status == 404
