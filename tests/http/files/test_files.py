"""`/files`, row by row of cozy.md B7: what a client asks, and what it finds by another door."""

import asyncio
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.support.devices import CLIENT, bearer, oauth_token
from tests.support.files import ROOT, TRASH, Drive, checksum, wrong
from tests.support.house import house

DIGEST_OF_Y = f"sha-256=:{b64encode(sha256(b'y').digest()).decode()}:"


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
def drive(home):
    return Drive(home.owner)


async def test_a_file_is_made_with_what_the_client_says_of_it(drive, home):
    headers = {"Content-MD5": checksum(b"hello"), "Content-Type": "text/plain"}
    made = await drive.upload(
        "é 1.txt",
        b"hello",
        headers=headers,
        Executable="true",
        Tags="a,b",
        CreatedAt="2020-01-02T03:04:05Z",
        UpdatedAt="2021-01-02T03:04:05Z",
        SourceAccount="acc",
    )
    told = made["attributes"]
    assert (told["type"], told["name"], told["dir_id"]) == ("file", "é 1.txt", ROOT)
    assert (told["size"], told["md5sum"]) == ("5", checksum(b"hello"))
    assert (told["mime"], told["class"], told["executable"]) == ("text/plain", "text", True)
    assert told["tags"] == ["a", "b"]
    assert told["created_at"] == "2020-01-02T03:04:05Z"
    assert told["updated_at"] == "2021-01-02T03:04:05Z"
    assert told["cozyMetadata"]["sourceAccount"] == "acc"
    assert made["meta"]["rev"].startswith("1-")
    assert made["relationships"]["parent"]["data"]["id"] == ROOT
    async with home.owner.get("/dav/files/%C3%A9%201.txt") as response:
        assert await response.read() == b"hello"
    async with home.owner.get(f"/data/io.cozy.files/{made['id']}") as response:
        assert (await response.json())["_rev"] == made["meta"]["rev"]


@pytest.mark.parametrize(
    ("query", "headers", "status", "parameter"),
    [
        ({"Type": "file"}, {}, "422", "name"),
        ({"Name": "x"}, {}, "422", "Type"),
        ({"Type": "file", "Name": "a/b"}, {}, "422", "name"),
        ({"Type": "file", "Name": ".."}, {}, "422", "name"),
        ({"Type": "file", "Name": "x", "Executable": "maybe"}, {}, "422", "Executable"),
        ({"Type": "file", "Name": "x", "UpdatedAt": "then"}, {}, "422", "UpdatedAt"),
        ({"Type": "file", "Name": "x", "MetadataID": "no"}, {}, "422", "MetadataID"),
        ({"Type": "file", "Name": "x"}, {"Content-MD5": "no"}, "422", "Content-MD5"),
        ({"Type": "file", "Name": "x"}, {"Content-MD5": checksum(b"y")}, "412", "Content-MD5"),
        (
            {"Type": "file", "Name": "x"},
            {"Content-Digest": "sha-256=:no:"},
            "422",
            "Content-Digest",
        ),
        ({"Type": "file", "Name": "x"}, {"Content-Digest": DIGEST_OF_Y}, "412", "Content-Digest"),
        ({"Type": "file", "Name": "taken"}, {}, "409", ""),
        ({"Type": "directory", "Name": "taken"}, {}, "409", ""),
    ],
)
async def test_what_cannot_be_made_says_why(drive, query, headers, status, parameter):
    await drive.upload("taken")
    told = await drive.ask("POST", "/files/", int(status), params=query, headers=headers, data=b"x")
    assert wrong(told) == (status, parameter)
    assert [child["attributes"]["name"] for child in (await drive.get(ROOT))["included"]] == [
        "taken"
    ]


async def test_nothing_is_made_where_there_is_no_directory(drive):
    assert wrong(await drive.upload("x", parent="nowhere", status=404))[0] == "404"
    file = await drive.upload("file")
    assert wrong(await drive.upload("x", parent=file["id"], status=409))[0] == "409"
    assert wrong(await drive.at("/nowhere", 404))[0] == "404"
    assert wrong(await drive.at("relative", 422)) == ("422", "Path")


async def test_a_body_that_is_cut_off_leaves_nothing(drive, home):
    async def half():
        yield b"half"
        await asyncio.sleep(0.05)
        raise ConnectionError

    headers, query = {"Content-Length": "1000"}, {"Type": "file", "Name": "cut"}
    with pytest.raises(Exception):  # noqa: B017  # whichever way the client sees it
        await home.owner.post("/files/", params=query, data=half(), headers=headers)
    await drive.at("/cut", 404)


async def test_directories_are_made_one_by_one_or_with_all_above(drive):
    made = await drive.directory("a", CreatedAt="2020-01-02T03:04:05Z")
    assert made["attributes"]["path"] == "/a"
    query = {"Type": "directory", "Path": "/b/c/d"}
    assert wrong(await drive.ask("POST", "/files/", 404, params=query))[0] == "404"
    told = await drive.ask("POST", "/files/", 201, params={**query, "Recursive": "true"})
    assert told["data"]["attributes"]["path"] == "/b/c/d"
    assert (await drive.at("/b/c"))["data"]["relationships"]["contents"]["data"]


async def test_new_content_puts_the_old_aside_and_heeds_the_revision(drive):
    file = await drive.upload("a.txt", b"one")
    told = await drive.overwrite(file["id"], b"two", 412, headers={"If-Match": "9-" + "0" * 32})
    assert wrong(told) == ("412", "If-Match")
    headers = {"If-Match": file["meta"]["rev"], "Content-MD5": checksum(b"two")}
    told = await drive.overwrite(file["id"], b"two", headers=headers)
    assert told["data"]["attributes"]["md5sum"] == checksum(b"two")
    (version,) = told["included"]
    assert version["attributes"]["md5sum"] == checksum(b"one")
    content, headers = await drive.bytes_of(f"/files/download/{version['id']}")
    assert (content, headers["ETag"]) == (b"one", f'"{checksum(b"one")}"')
    reverted = await drive.ask("POST", f"/files/revert/{version['id']}", 200)
    assert reverted["data"]["attributes"]["md5sum"] == checksum(b"one")
    (newer,) = reverted["included"]
    body = {"data": {"attributes": {"tags": ["keep"]}}}
    tagged = await drive.ask("PATCH", f"/files/{newer['id']}", 200, json=body)
    assert tagged["data"]["attributes"]["tags"] == ["keep"]
    await drive.ask("DELETE", f"/files/{newer['id']}", 204)
    assert "included" not in await drive.get(file["id"])
    await drive.overwrite(file["id"], b"three")
    await drive.ask("DELETE", "/files/versions", 204)
    assert "included" not in await drive.get(file["id"])


async def test_a_listing_goes_page_by_page(drive):
    folder = await drive.directory("many")
    for number in range(7):
        await drive.upload(f"{number}.txt", parent=folder["id"])
    seen, path = [], f"/files/{folder['id']}?page[limit]=3"
    while path:
        told = await drive.ask("GET", path, 200)
        seen += [child["attributes"]["name"] for child in told["included"]]
        path = told.get("links", {}).get("next")
    assert seen == [f"{number}.txt" for number in range(7)]
    told = await drive.ask("GET", f"/files/{folder['id']}/relationships/contents?page[skip]=5", 200)
    assert [child["attributes"]["name"] for child in told["data"]] == ["5.txt", "6.txt"]
    told = await drive.ask("GET", f"/files/{folder['id']}/size", 200)
    assert told["data"]["attributes"] == {"size": "7"}
    root = await drive.get(ROOT)
    assert TRASH not in [child["id"] for child in root["included"]]


async def test_a_node_is_renamed_moved_and_amended(drive):
    folder, file = await drive.directory("dir"), await drive.upload("a.txt")
    told = await drive.patch(
        file["id"], name="b.txt", dir_id=folder["id"], tags=["t"], executable=True
    )
    assert (await drive.at("/dir/b.txt"))["data"]["attributes"]["tags"] == ["t"]
    rev = told["data"]["meta"]["rev"]
    assert wrong(
        await drive.patch(file["id"], 412, {"If-Match": file["meta"]["rev"]}, tags=[])
    ) == (
        "412",
        "If-Match",
    )
    await drive.patch(file["id"], 200, {"If-Match": rev}, cozyMetadata={"favorite": True})
    await drive.patch(file["id"], 200, {"If-Match": ""}, metadata={"label": "bill"})
    told = (await drive.get(file["id"]))["data"]["attributes"]
    assert told["cozyMetadata"]["favorite"] is True
    assert told["metadata"]["label"] == "bill"
    below = await drive.directory("below", parent=folder["id"])
    assert wrong(await drive.patch(folder["id"], 412, dir_id=below["id"])) == ("412", "dir-id")
    other = await drive.upload("other")
    assert wrong(await drive.patch(other["id"], 409, name="dir"))[0] == "409"
    assert wrong(await drive.patch(other["id"], 422, name="a/b")) == ("422", "name")
    old = "1999-01-01T00:00:00Z"
    assert wrong(await drive.patch(other["id"], 422, updated_at=old)) == ("422", "UpdatedAt")
    assert wrong(await drive.patch(other["id"], 422, tags="no")) == ("422", "tags")
    assert wrong(await drive.patch("nowhere", 404, name="x"))[0] == "404"


async def test_many_are_changed_at_once(drive):
    one, other = await drive.upload("1"), await drive.upload("2")
    data = [
        {
            "type": "io.cozy.files",
            "id": one["id"],
            "meta": one["meta"],
            "attributes": {"name": "x"},
        },
        {"type": "io.cozy.files", "id": other["id"], "attributes": {"move_to_trash": True}},
    ]
    await drive.ask("PATCH", "/files/", 204, json={"data": data})
    await drive.at("/x")
    told = await drive.ask("PATCH", "/files/", 412, json={"data": data})
    assert [error["status"] for error in told["errors"]] == ["412", "400"]


async def test_a_copy_takes_a_free_name(drive):
    file = await drive.upload("a.txt", b"abc")
    told = await drive.ask("POST", f"/files/{file['id']}/copy", 201)
    assert told["data"]["attributes"]["name"] == "a (2).txt"
    folder = await drive.directory("dir")
    query = {"Name": "b.txt", "DirID": folder["id"]}
    await drive.ask("POST", f"/files/{file['id']}/copy", 201, params=query)
    assert (await drive.bytes_of("/files/download?Path=/dir/b.txt"))[0] == b"abc"


async def test_the_trash_and_back(drive):
    folder = await drive.directory("dir")
    file = await drive.upload("a.txt", parent=folder["id"])
    told = await drive.ask("DELETE", f"/files/{file['id']}", 200)
    assert told["data"]["attributes"]["trashed"] is True
    assert told["data"]["attributes"]["restore_path"] == "/dir"
    told = await drive.ask("DELETE", f"/files/{file['id']}", 400)
    assert told["errors"][0]["detail"] == "File or directory is already in the trash"
    told = await drive.ask("GET", "/files/trash", 200)
    assert [item["id"] for item in told["data"]] == [file["id"]]
    await drive.upload("a.txt", parent=folder["id"])
    told = await drive.ask("POST", f"/files/trash/{file['id']}", 200)
    assert told["data"]["attributes"]["name"] == "a (2).txt"
    await drive.patch(file["id"], move_to_trash=True)
    await drive.ask("DELETE", f"/files/trash/{file['id']}", 204)
    await drive.get(file["id"], 404)
    await drive.ask("DELETE", f"/files/{folder['id']}", 200)
    await drive.ask("DELETE", "/files/trash", 204)
    assert (await drive.ask("GET", "/files/trash", 200))["data"] == []
    gone = await drive.upload("gone")
    await drive.patch(gone["id"], 204, permanent_delete=True)
    await drive.get(gone["id"], 404)


async def test_references_come_and_go(drive):
    file = await drive.upload("a.jpg")
    path = f"/files/{file['id']}/relationships/referenced_by"
    album = {"type": "io.cozy.photos.albums", "id": "1"}
    told = await drive.ask("POST", path, 200, json={"data": [album]})
    assert told["data"] == [album]
    assert told["meta"]["count"] == 1
    assert told["meta"]["rev"].startswith("2-")
    told = await drive.ask("DELETE", path, 200, json={"data": [album]})
    assert told["data"] == []
    assert wrong(await drive.ask("POST", path, 422, json={"data": [1]})) == ("422", "data")


async def test_content_is_given_in_parts_and_not_twice(drive):
    file = await drive.upload(
        "page.html", b"<b>0123456789</b>", headers={"Content-Type": "text/html"}
    )
    path = f"/files/download/{file['id']}"
    content, headers = await drive.bytes_of(path)
    assert content == b"<b>0123456789</b>"
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("inline")
    etag = headers["ETag"]
    part, headers = await drive.bytes_of(
        path, 206, headers={"Range": "bytes=3-5", "If-Range": etag}
    )
    assert (part, headers["Content-Range"]) == (b"012", "bytes 3-5/17")
    await drive.bytes_of(path, 304, headers={"If-None-Match": etag})
    await drive.bytes_of(path, 416, headers={"Range": "bytes=99-"})
    _, headers = await drive.bytes_of(path + "?Dl=1")
    assert headers["Content-Disposition"].startswith("attachment")
    folder = await drive.directory("dir")
    await drive.bytes_of(f"/files/download/{folder['id']}", 409)


async def test_a_link_opens_one_file_to_anybody_for_a_while(drive, home):
    file = await drive.upload("a b.txt", b"abc")
    told = await drive.ask("POST", f"/files/downloads?Id={file['id']}", 200)
    related = told["links"]["related"]
    async with home.anybody.get(related) as response:
        assert (response.status, await response.read()) == (200, b"abc")
    async with home.anybody.get(related.replace("downloads/", "downloads/A")) as response:
        assert response.status == 404
    other = Drive(home.anybody)
    await other.ask("POST", f"/files/downloads?Id={file['id']}", 401)


async def test_what_is_said_before_an_upload_is_on_the_file(drive):
    attributes = {"qualification": {"label": "invoice"}, "datetime": "2020-01-01T00:00:00Z"}
    body = {"data": {"type": "io.cozy.files.metadata", "attributes": attributes}}
    told = await drive.ask("POST", "/files/upload/metadata", 201, json=body)
    made = await drive.upload("bill.pdf", MetadataID=told["data"]["id"])
    assert made["attributes"]["metadata"]["qualification"]["label"] == "invoice"


async def test_rules_for_a_folder_open_what_is_in_it(home, drive):
    folder, other = await drive.directory("shared"), await drive.upload("secret")
    inner = await drive.directory("inner", parent=folder["id"])
    file = await drive.upload("a.txt", parent=inner["id"])
    token = await oauth_token(home.app, f"io.cozy.files:GET,POST:{folder['id']}")
    visitor = Drive(home.anybody)
    shown = {"headers": bearer(token)}
    for node in (folder, inner, file):
        await visitor.ask("GET", f"/files/{node['id']}", 200, **shown)
    await visitor.ask("GET", f"/files/{other['id']}", 403, **shown)
    await visitor.ask("GET", f"/files/{ROOT}", 403, **shown)
    await visitor.ask("DELETE", f"/files/{file['id']}", 403, **shown)
    await visitor.ask("POST", "/files/_find", 403, json={"selector": {}}, **shown)
    await visitor.ask("GET", "/files/_changes", 403, **shown)
    made = await visitor.ask(
        "POST", f"/files/{inner['id']}?Type=file&Name=new", 201, data=b"x", **shown
    )
    assert made["data"]["attributes"]["cozyMetadata"]["uploadedBy"]["slug"] == "A client"


async def test_questions_are_answered_as_objects(drive):
    folder = await drive.directory("dir")
    for name in ("a", "b", "c"):
        await drive.upload(name, parent=folder["id"])
    pictures = await drive.directory("pictures")
    selector = {"dir_id": folder["id"], "name": {"$gt": None}}
    sort = [{"dir_id": "asc"}, {"name": "asc"}]
    asked = {"selector": selector, "sort": sort, "use_index": "_design/by_dir_id_and_name"}
    told = await drive.ask("POST", "/files/_find", 200, json={**asked, "limit": 2})
    assert [item["attributes"]["name"] for item in told["data"]] == ["a", "b"]
    assert told["meta"]["count"] > 1000  # more than the client has: it asks on
    told = await drive.ask("POST", told["links"]["next"], 200, json={**asked, "limit": 2})
    assert [item["attributes"]["name"] for item in told["data"]] == ["c"]
    assert told["meta"]["count"] == 1
    paged = "/files/_find?page[limit]=1&page[skip]=1"
    told = await drive.ask("POST", paged, 200, json=asked)
    assert [item["attributes"]["path"] for item in told["data"]] == ["/dir/b"]
    fields = {"selector": {"name": "b", "dir_id": folder["id"]}, "fields": ["name", "path"]}
    told = await drive.ask("POST", "/files/_find", 200, json=fields)
    assert told["data"][0]["attributes"]["path"] == "/dir/b"
    assert wrong(await drive.ask("POST", "/files/_find", 422, json={"selector": 1}))[0] == "422"
    file = await drive.upload("a.png", parent=pictures["id"])
    unsorted = {"selector": {"size": "1"}, "sort": [{"size": "asc"}]}
    told = await drive.ask("POST", "/files/_find", 422, json=unsorted)
    assert "no_usable_index" in told["errors"][0]["detail"]
    body = {"keys": [file["id"], "no", TRASH, folder["id"]]}
    told = await drive.ask("POST", "/files/_all_docs?include_docs=true", 200, json=body)
    assert [item["attributes"]["path"] for item in told["data"]] == ["/pictures/a.png", "/dir"]
    assert set(told["data"][0]["links"]) >= {"self", "tiny", "large"}


async def test_the_feed_tells_paths_and_leaves_out_what_is_not_wanted(drive):
    start = (await drive.ask("GET", "/files/_changes", 200))["last_seq"]
    folder = await drive.directory("dir")
    file = await drive.upload("a.txt", parent=folder["id"])
    query = {"since": start, "include_docs": "true", "include_file_path": "true"}
    told = await drive.ask("GET", "/files/_changes", 200, params=query)
    assert told["pending"] == 0
    assert {row["doc"]["path"] for row in told["results"]} == {"/dir", "/dir/a.txt"}
    await drive.ask("DELETE", f"/files/{file['id']}", 200)
    gone = await drive.upload("gone")
    await drive.patch(gone["id"], 204, permanent_delete=True)
    told = await drive.ask("GET", "/files/_changes", 200, params=query)
    rows = {row["id"]: row for row in told["results"]}
    assert rows[file["id"]]["doc"]["trashed"] is True
    assert rows[gone["id"]]["doc"]["_deleted"] is True
    skip = {**query, "skip_deleted": "true", "skip_trashed": "true"}
    told = await drive.ask("GET", "/files/_changes", 200, params=skip)
    assert {row["id"] for row in told["results"]} == {folder["id"]}
    seen, since = [], start
    while True:
        told = await drive.ask("GET", "/files/_changes", 200, params={"since": since, "limit": 1})
        seen += [row["id"] for row in told["results"]]
        since = told["last_seq"]
        if not told["pending"]:
            break
    assert set(seen) == {folder["id"], file["id"], gone["id"]}
    for refused in ({"feed": "longpoll"}, {"include_file_path": "true"}):
        await drive.ask("GET", "/files/_changes", 400, params=refused)


async def test_a_device_sees_no_more_of_what_it_leaves_out_and_removes_none_of_it(home, drive):
    scope = "io.cozy.files"
    token = await oauth_token(home.app, scope)
    desktop, shown = Drive(home.anybody), {"headers": bearer(token)}
    folder = await drive.directory("dir")
    left_out = await drive.directory("left out", parent=folder["id"])
    file = await drive.upload("a.txt", parent=left_out["id"])
    query = {"include_docs": "true", "include_file_path": "true"}
    told = await desktop.ask("GET", "/files/_changes", 200, params=query, **shown)
    since = told["last_seq"]
    assert "/dir/left out/a.txt" in [row["doc"].get("path") for row in told["results"]]
    path = f"/files/{left_out['id']}/relationships/not_synchronized_on"
    data = {"data": [{"type": "io.cozy.oauth.clients", "id": CLIENT}]}
    told = await drive.ask("POST", path, 200, json=data)
    assert told["data"] == data["data"]
    query["since"] = since
    told = await desktop.ask("GET", "/files/_changes", 200, params=query, **shown)
    gone = {row["id"] for row in told["results"] if row.get("deleted")}
    assert gone == {left_out["id"], file["id"]}
    await desktop.ask("DELETE", f"/files/{folder['id']}", 200, **shown)
    assert (await drive.at("/dir/left out/a.txt"))["data"]["id"] == file["id"]
    await drive.ask("DELETE", path, 200, json=data)
    query["since"] = told["last_seq"]
    told = await desktop.ask("GET", "/files/_changes", 200, params=query, **shown)
    back = {row["doc"]["path"] for row in told["results"]}
    assert {"/dir/left out", "/dir/left out/a.txt"} <= back
