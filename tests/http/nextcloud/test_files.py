"""Files in the dialect: its properties, ETags of folders, headers, checksums, refusals."""

import hashlib
import itertools

import pytest

from server.nextcloud.identity import file_number
from tests.support.devices import app_password, basic_of
from tests.support.dialect import DAV, FILES, NC, OC, read

ALL = (
    "d:getetag", "d:getlastmodified", "d:getcontentlength", "d:resourcetype", "oc:id",
    "oc:fileid", "oc:permissions", "oc:size", "oc:checksums", "oc:favorite", "oc:owner-id",
    "oc:share-types", "oc:tags", "nc:has-preview", "nc:creation_time", "nc:mount-type",
    "nc:is-encrypted",
)  # fmt: skip


async def test_a_file_and_a_folder_tell_what_the_desktop_insists_on(cloud):
    await cloud.ask("MKCOL", f"{FILES}/d", 201)
    await cloud.put("d/a.txt", b"hello", X_OC_Mtime=1700000000)
    rows = await cloud.listed("d/", *ALL)
    assert list(rows) == [f"{FILES}/d/", f"{FILES}/d/a.txt"]
    folder, file = rows.values()
    assert folder[f"{OC}permissions"] == "RGDNVCK"
    assert folder[f"{OC}size"] == "5"
    assert file[f"{OC}permissions"] == "RGDNVW"
    assert file[f"{OC}size"] == "5"
    assert file[f"{DAV}getlastmodified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert file[f"{OC}favorite"] == "0"
    assert file[f"{OC}owner-id"] == "owner"
    assert file[f"{NC}has-preview"] == "true"
    assert file[f"{NC}mount-type"] == ""
    sha = hashlib.sha256(b"hello").hexdigest()
    md5 = hashlib.md5(b"hello", usedforsecurity=False).hexdigest()
    assert file[f"{OC}checksums"] == [f"SHA256:{sha} MD5:{md5}"]
    for row in rows.values():
        assert int(row[f"{OC}fileid"]) < 1 << 63
        assert row[f"{OC}id"].startswith(row[f"{OC}fileid"])
        assert not row[f"{OC}id"][len(row[f"{OC}fileid"])].isdigit()
        assert row[f"{DAV}getetag"].strip('"')


async def test_a_change_shows_in_every_folder_up_to_the_root(cloud):
    for path in ("a", "a/b", "beside"):
        await cloud.ask("MKCOL", f"{FILES}/{path}", 201)

    async def tags():
        return [(await cloud.told(p, "d:getetag"))[f"{DAV}getetag"] for p in ("", "a", "a/b")]

    async def beside():
        return (await cloud.told("beside", "d:getetag"))[f"{DAV}getetag"]

    still = await beside()
    seen = [await tags()]
    await cloud.put("a/b/x", b"1")
    seen.append(await tags())
    await cloud.put("a/b/x", b"2", 204)
    seen.append(await tags())
    await cloud.ask("MOVE", f"{FILES}/a/b/x", 201, Destination=f"{FILES}/a/b/y")
    seen.append(await tags())
    await cloud.ask("DELETE", f"{FILES}/a/b/y", 204)
    seen.append(await tags())
    for before, after in itertools.pairwise(seen):
        assert all(one != other for one, other in zip(before, after, strict=True))
    assert await beside() == still
    assert await tags() == seen[-1]


async def test_answers_to_writes_carry_what_spares_a_second_look(cloud):
    told = await cloud.put("a.txt", b"x", X_OC_Mtime=1700000000)
    assert told["X-OC-MTime"] == "accepted"
    row = await cloud.told("a.txt", "d:getetag", "oc:id")
    assert told["ETag"] == told["OC-ETag"] == row[f"{DAV}getetag"]
    assert told["OC-FileId"] == row[f"{OC}id"]
    moved, _ = await cloud.ask("MOVE", f"{FILES}/a.txt", 201, Destination=f"{FILES}/b.txt")
    assert moved["OC-FileId"] == row[f"{OC}id"]
    assert moved["ETag"] == moved["OC-ETag"] == row[f"{DAV}getetag"]
    made, _ = await cloud.ask("MKCOL", f"{FILES}/d", 201)
    assert made["OC-FileId"] == (await cloud.told("d", "oc:id"))[f"{OC}id"]
    got, _ = await cloud.ask("GET", f"{FILES}/b.txt", 200)
    assert got["OC-Checksum"] == "SHA256:" + hashlib.sha256(b"x").hexdigest()
    assert got["ETag"] == row[f"{DAV}getetag"]


async def test_dates_with_fractions_as_ios_sends_them(cloud):
    await cloud.put("a.txt", b"x", X_OC_MTime="1700000000.5", X_OC_CTime="1600000000.25")
    row = await cloud.told("a.txt", "d:getlastmodified", "nc:creation_time")
    assert row[f"{DAV}getlastmodified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert row[f"{NC}creation_time"] == "1600000000"


async def test_folders_on_the_way_are_made_where_ios_asks_for_it(cloud):
    await cloud.put("a/b/c.txt", b"x", 409)
    await cloud.put("a/b/c.txt", b"x", X_NC_WebDAV_Auto_Mkcol=1)
    await cloud.ask("GET", f"{FILES}/a/b/c.txt", 200)


async def test_a_body_that_is_not_what_its_checksum_says_changes_nothing(cloud):
    await cloud.put("a.txt", b"x")
    wrong = "SHA1:" + hashlib.sha1(b"y", usedforsecurity=False).hexdigest()
    await cloud.put("a.txt", b"z", 400, OC_Checksum=wrong)
    _, text = await cloud.ask("GET", f"{FILES}/a.txt", 200)
    assert text == "x"


@pytest.mark.parametrize(
    ("method", "path", "status", "exception"),
    [
        ("GET", "none", 404, "NotFound"),
        ("MKCOL", "a.txt", 405, "MethodNotAllowed"),
        ("PUT", "no/such/folder", 409, "Conflict"),
        ("PROPFIND", "none", 404, "NotFound"),
    ],
)
async def test_refusals_are_sabres(cloud, method, path, status, exception):
    await cloud.put("a.txt", b"x")
    told, text = await cloud.ask(method, f"{FILES}/{path}", status, Depth=0)
    assert told["Content-Type"] == "application/xml; charset=utf-8"
    assert f"<s:exception>Sabre\\DAV\\Exception\\{exception}</s:exception>" in text
    assert "<s:message>" in text
    assert 'xmlns:s="http://sabredav.org/ns"' in text


async def test_whoever_shows_no_password_is_told_so_in_sabres_words(home):
    async with home.anybody.request("PROPFIND", FILES) as response:
        text = await response.text()
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith("Basic")
    assert "<s:exception>Sabre\\DAV\\Exception\\NotAuthenticated</s:exception>" in text


async def test_both_addresses_are_of_one_tree(cloud):
    await cloud.put("a.txt", b"x")
    rows = await cloud.listed("", "d:getetag", base="/remote.php/webdav")
    assert "/remote.php/webdav/a.txt" in rows
    await cloud.ask("MOVE", "/remote.php/webdav/a.txt", 201, Destination="/remote.php/webdav/b.txt")
    await cloud.ask("GET", f"{FILES}/b.txt", 200)
    await cloud.ask("GET", "/dav/files/b.txt", 200)
    await cloud.ask("PROPFIND", "/remote.php/dav/files/somebody/", 404, Depth=0)


async def test_a_lock_taken_at_one_address_holds_at_the_others(cloud):
    await cloud.put("a.txt", b"x")
    lock = (
        '<d:lockinfo xmlns:d="DAV:"><d:lockscope><d:exclusive/></d:lockscope>'
        "<d:locktype><d:write/></d:locktype></d:lockinfo>"
    )
    await cloud.ask("LOCK", "/dav/files/a.txt", 200, lock)
    _, text = await cloud.ask("PUT", f"{FILES}/a.txt", 423, "y")
    assert "Exception\\Locked" in text
    assert "d:lock-token-submitted" in text


async def test_a_favourite_is_the_one_that_other_doors_know(cloud):
    await cloud.put("a.txt", b"x")
    body = (
        '<d:propertyupdate xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:set><d:prop>'
        "<oc:favorite>{}</oc:favorite></d:prop></d:set></d:propertyupdate>"
    )
    for value in ("1", "0"):
        _, text = await cloud.ask("PROPPATCH", f"{FILES}/a.txt", 207, body.format(value))
        assert "200 OK" in text
        assert (await cloud.told("a.txt", "oc:favorite"))[f"{OC}favorite"] == value
        told = await cloud.json("/files/metadata?Path=/a.txt")
        metadata = told["data"]["attributes"]["cozyMetadata"]
        assert bool(metadata.get("favorite")) is (value == "1")
    _, text = await cloud.ask("PROPPATCH", f"{FILES}/a.txt", 207, body.format("perhaps"))
    assert "422" in text


async def test_who_may_only_read_is_told_so(home, cloud):
    await cloud.put("a.txt", b"x")
    await app_password(home.app, "io.cozy.files:GET")
    reader = basic_of("barafado-kilomuna-petisoga", "owner")
    body = '<d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop><oc:permissions/></d:prop></d:propfind>'
    headers = {**reader, "Depth": "1"}
    async with home.anybody.request("PROPFIND", FILES, data=body, headers=headers) as response:
        rows = read(await response.text())
    assert rows[f"{FILES}/a.txt"][f"{OC}permissions"] == "G"
    async with home.anybody.put(f"{FILES}/a.txt", data=b"y", headers=reader) as response:
        assert response.status == 403


def test_numbers_of_files_are_told_apart():
    numbers = {file_number(f"{n:032x}") for n in range(20_000)}
    assert len(numbers) == 20_000
    assert all(0 < number < 1 << 62 for number in numbers)


async def test_a_rename_over_a_file_tells_of_the_file_that_was_there(cloud):
    await cloud.ask("MKCOL", f"{FILES}/d", 201)
    await cloud.put("d/a.txt", b"old")
    put = await cloud.put("d/tmp", b"new", X_OC_Mtime=1700000000)
    names = ("oc:fileid", "oc:id", "d:getetag", "d:getlastmodified")
    before = await cloud.told("d/a.txt", *names)
    folder = await cloud.told("d", "d:getetag")
    moved, _ = await cloud.ask("MOVE", f"{FILES}/d/tmp", 204, Destination=f"{FILES}/d/a.txt")
    after = await cloud.told("d/a.txt", *names)
    assert (moved["OC-FileId"], moved["OC-ETag"]) == (before[f"{OC}id"], put["OC-ETag"])
    assert after[f"{DAV}getetag"] == moved["ETag"] == put["ETag"] != before[f"{DAV}getetag"]
    assert after[f"{OC}fileid"] == before[f"{OC}fileid"]
    assert after[f"{DAV}getlastmodified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert await cloud.told("d", "d:getetag") != folder
    await cloud.ask("PROPFIND", f"{FILES}/d/tmp", 404, Depth=0)
