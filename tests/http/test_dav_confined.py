"""What a credential that may see one folder sees over WebDAV, and what it can do there."""

import re

import pytest

from tests.support.devices import APP_PASSWORD, app_password, basic_of, bearer
from tests.support.house import found, house

FILES = "io.cozy.files"
LOCK = (
    '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    "<D:locktype><D:write/></D:locktype></D:lockinfo>"
)
PATCH = (
    '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x xmlns="urn:x">1</x></D:prop></D:set>'
    "</D:propertyupdate>"
)
TREE = ("Work", "Work/Été", "Work/Été/deep", "Work/secret", "Private")
CONTENT = ("Work/Été/a.txt", "Work/Été/deep/b.txt", "Work/secret/s.txt", "Private/p.txt", "r.txt")


@pytest.fixture
async def home(tmp_path):
    found(tmp_path)
    async with house(tmp_path) as running:
        for path in TREE:
            async with running.owner.request("MKCOL", f"/dav/files/{path}") as response:
                assert response.status == 201
        for path in CONTENT:
            async with running.owner.put(f"/dav/files/{path}", data=path.encode()) as response:
                assert response.status == 201
        yield running


async def id_of(home, name):
    question = {"selector": {"name": name}}
    async with home.owner.post(f"/couchdb/{FILES}/_find", json=question) as response:
        (node,) = (await response.json(content_type=None))["docs"]
    return node["_id"]


class Device:
    """Asks with an app password of its own."""

    def __init__(self, home, headers):
        self.home = home
        self.headers = headers

    async def ask(self, method, path, headers=None, data=None):
        every = {**self.headers, **(headers or {})}
        address = f"/dav/files/{path}"
        async with self.home.anybody.request(method, address, headers=every, data=data) as response:
            return response.status, await response.text()

    async def status(self, method, path, headers=None, data=None):
        return (await self.ask(method, path, headers, data))[0]

    async def listed(self, path, depth="1"):
        status, text = await self.ask("PROPFIND", path, {"Depth": depth})
        assert status == 207, text
        found = re.findall(r"<D:href>([^<]*)</D:href></?D?:?", text) or re.findall(
            r"<D:response[^>]*><D:href>([^<]*)</D:href>", text
        )
        return sorted(href.removeprefix("/dav/files/") for href in found)


async def device(home, scope):
    await app_password(home.app, scope)
    return Device(home, basic_of(APP_PASSWORD, "owner"))


ETE = "Work/%C3%89t%C3%A9"


async def test_one_folder_is_seen_with_the_way_to_it_and_nothing_else(home):
    phone = await device(home, f"{FILES}:ALL:{await id_of(home, 'Été')}")
    assert await phone.listed("") == ["", "Work/"]
    assert await phone.listed("Work/") == ["Work/", f"{ETE}/"]
    assert await phone.listed(f"{ETE}/") == [f"{ETE}/", f"{ETE}/a.txt", f"{ETE}/deep/"]
    assert await phone.ask("GET", f"{ETE}/deep/b.txt") == (200, "Work/Été/deep/b.txt")
    for path in ("r.txt", "Private/", "Private/p.txt", "Work/secret/", "Work/secret/s.txt"):
        assert await phone.status("PROPFIND", path, {"Depth": "0"}) == 404
        assert await phone.status("GET", path) == 404


async def test_it_writes_there_and_nowhere_else(home):
    phone = await device(home, f"{FILES}:ALL:{await id_of(home, 'Été')}")
    assert await phone.status("PUT", f"{ETE}/new.txt", data=b"new") == 201
    assert await phone.status("PUT", f"{ETE}/a.txt", data=b"again") == 204
    assert await phone.status("MKCOL", f"{ETE}/deep/er") == 201
    inside = {"Destination": f"/dav/files/{ETE}/deep/er/new.txt"}
    assert await phone.status("MOVE", f"{ETE}/new.txt", inside) == 201
    assert await phone.status("COPY", f"{ETE}/a.txt", {**inside, "Overwrite": "T"}) == 204
    assert await phone.status("DELETE", f"{ETE}/deep/er/new.txt") == 204
    before = await everything(home)
    for method, path, headers in (
        ("PUT", "new.txt", {}),
        ("PUT", "r.txt", {}),
        ("PUT", "Work/new.txt", {}),
        ("PUT", "Work/secret", {}),
        ("PUT", "Work/secret/s.txt", {}),
        ("MKCOL", "Work/other", {}),
        ("MKCOL", "Work/secret", {}),
        ("DELETE", "Work/", {}),
        ("DELETE", "r.txt", {}),
        ("DELETE", "Work/secret/s.txt", {}),
        ("MOVE", "r.txt", {"Destination": f"/dav/files/{ETE}/r.txt"}),
        ("MOVE", f"{ETE}/a.txt", {"Destination": "/dav/files/r.txt"}),
        ("MOVE", f"{ETE}/a.txt", {"Destination": "/dav/files/Work/secret/s.txt"}),
        ("MOVE", f"{ETE}/", {"Destination": "/dav/files/mine"}),
        ("MOVE", "Work/", {"Destination": f"/dav/files/{ETE}/Work"}),
        ("COPY", "Work/", {"Destination": f"/dav/files/{ETE}/all"}),
        ("COPY", "r.txt", {"Destination": f"/dav/files/{ETE}/r.txt"}),
        ("COPY", f"{ETE}/a.txt", {"Destination": "/dav/files/a.txt"}),
        ("LOCK", "", {}),
        ("LOCK", "Work/", {}),
        ("LOCK", "Work/secret/s.txt", {}),
        ("LOCK", "Work/unmapped", {}),
    ):
        status = await phone.status(method, path, headers, LOCK if method == "LOCK" else None)
        assert status in (403, 404, 409), (method, path, status)
    status, text = await phone.ask("PROPPATCH", "Work/", data=PATCH)
    assert (status, "403 Forbidden" in text, "200 OK" in text) == (207, True, False)
    assert await everything(home) == before
    assert await phone.status("LOCK", f"{ETE}/a.txt", data=LOCK) == 200


async def test_who_may_only_read_it_changes_nothing(home):
    phone = await device(home, f"{FILES}:GET:{await id_of(home, 'Été')}")
    assert await phone.status("GET", f"{ETE}/a.txt") == 200
    before = await everything(home)
    for method in ("PUT", "DELETE", "MKCOL", "LOCK", "PROPPATCH", "MOVE", "COPY"):
        where = {"Destination": f"/dav/files/{ETE}/c.txt"}
        assert await phone.status(method, f"{ETE}/a.txt", where) == 403, method
    assert await everything(home) == before


async def test_a_link_to_a_folder_and_two_folders_at_once(home):
    ids = [await id_of(home, name) for name in ("deep", "Private")]
    rules = {"it": {"type": FILES, "verbs": ["GET"], "values": ids}}
    body = {"data": {"attributes": {"permissions": rules}}}
    async with home.owner.post("/permissions?codes=x", json=body) as response:
        code = (await response.json(content_type=None))["data"]["attributes"]["codes"]["x"]
    friend = Device(home, bearer(code))
    assert await friend.listed("") == ["", "Private/", "Work/"]
    assert await friend.listed(f"{ETE}/") == [f"{ETE}/", f"{ETE}/deep/"]
    assert await friend.status("GET", f"{ETE}/a.txt") == 404
    assert await friend.status("GET", f"{ETE}/deep/b.txt") == 200


async def test_a_folder_that_moved_is_seen_where_it_is_and_in_the_trash_nowhere(home):
    phone = await device(home, f"{FILES}:ALL:{await id_of(home, 'deep')}")
    owner = Device(home, {"Authorization": home.owner.headers["Authorization"]})
    assert await owner.status("MOVE", f"{ETE}/deep/", {"Destination": "/dav/files/d"}) == 201
    assert await phone.listed("") == ["", "d/"]
    assert await phone.status("GET", f"{ETE}/deep/b.txt") == 404
    assert await owner.status("MKCOL", f"{ETE}/deep") == 201
    assert await phone.status("PUT", f"{ETE}/deep/x.txt", data=b"x") in (403, 409)
    assert await owner.status("DELETE", "d/") == 204
    assert await phone.listed("") == [""]


async def test_who_reads_all_and_writes_in_one_folder(home):
    folder = await id_of(home, "Private")
    phone = await device(home, f"{FILES}:GET {FILES}:PUT,POST:{folder}")
    assert await phone.status("GET", "Work/secret/s.txt") == 200
    assert await phone.status("PUT", "Private/new.txt", data=b"x") == 201
    assert await phone.status("PUT", "Work/secret/s.txt", data=b"x") == 403


async def everything(home):
    async with home.owner.get(f"/couchdb/{FILES}/_all_docs") as response:
        return {row["id"]: row["value"] for row in (await response.json())["rows"]}
