"""SEARCH, favourites, unified search and previews, in the requests that the phone apps send."""

import struct
import zlib

import pytest

from tests.support.dialect import FILES, OC, read

PROPS = (
    "<d:displayname/><d:getcontenttype/><d:resourcetype/><d:getetag/><oc:id/><oc:fileid/>"
    "<oc:size/><oc:favorite/>"
)


def basicsearch(where, order="", limit="", depth="infinity"):
    return (
        '<?xml version="1.0"?><d:searchrequest xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" '
        f'xmlns:nc="http://nextcloud.org/ns"><d:basicsearch><d:select><d:prop>{PROPS}</d:prop>'
        f"</d:select><d:from><d:scope><d:href>/files/owner</d:href><d:depth>{depth}</d:depth>"
        f"</d:scope></d:from>{order}<d:where>{where}</d:where>{limit}</d:basicsearch>"
        "</d:searchrequest>"
    )


def compare(word, name, literal):
    return f"<d:{word}><d:prop><{name}/></d:prop><d:literal>{literal}</d:literal></d:{word}>"


MEDIA = (
    "<d:or>"
    + compare("like", "d:getcontenttype", "image/%")
    + compare("like", "d:getcontenttype", "video/%")
    + "</d:or>"
)
BY_DATE = (
    "<d:orderby><d:order><d:prop><d:getlastmodified/></d:prop><d:descending/></d:order>"
    "<d:order><d:prop><d:displayname/></d:prop><d:descending/></d:order></d:orderby>"
)


@pytest.fixture
async def furnished(cloud):
    await cloud.ask("MKCOL", f"{FILES}/d", 201)
    for day, path in enumerate(("one.jpg", "d/two.png", "d/Été 100%.txt", "three.mp4")):
        await cloud.put(path, b"x" * (day + 1), X_OC_Mtime=1700000000 + day * 86_400)
    return cloud


async def names(cloud, body, status=207):
    _, text = await cloud.ask(
        "SEARCH", "/remote.php/dav", status, body.encode(), Content_Type="text/xml"
    )
    return [href.removeprefix(FILES) for href in read(text)] if status == 207 else text


async def test_a_name_as_android_and_ios_look_for_it(furnished):
    found = await names(furnished, basicsearch(compare("like", "d:displayname", "%été%")))
    assert found == ["/d/%C3%89t%C3%A9%20100%25.txt"]
    assert await names(furnished, basicsearch(compare("like", "d:displayname", "100\\%%"))) == []
    found = await names(furnished, basicsearch(compare("like", "d:displayname", "%100\\%%")))
    assert len(found) == 1


async def test_a_file_by_its_number(furnished):
    number = (await furnished.told("d/two.png", "oc:fileid"))[f"{OC}fileid"]
    found = await names(furnished, basicsearch(compare("eq", "oc:fileid", number)))
    assert found == ["/d/two.png"]
    assert await names(furnished, basicsearch(compare("eq", "oc:fileid", "12345"))) == []
    await furnished.ask("DELETE", f"{FILES}/d/two.png", 204)
    assert await names(furnished, basicsearch(compare("eq", "oc:fileid", number))) == []


async def test_media_of_a_time_newest_first(furnished):
    dates = [
        ("1700000000", "1700300000"),
        ("2023-11-14T22:13:20Z", "2023-11-20T00:00:00+00:00"),
    ]
    for since, until in dates:
        where = (
            f"<d:and>{MEDIA}<d:or><d:and>{compare('lt', 'd:getlastmodified', until)}"
            f"{compare('gt', 'd:getlastmodified', since)}</d:and></d:or></d:and>"
        )
        found = await names(furnished, basicsearch(where, order=BY_DATE))
        assert found == ["/three.mp4", "/d/two.png"]
    limit = "<d:limit><d:nresults>1</d:nresults></d:limit>"
    assert await names(furnished, basicsearch(MEDIA, BY_DATE, limit)) == ["/three.mp4"]
    paged = "<d:limit><d:nresults>1</d:nresults><nc:firstresult>1</nc:firstresult></d:limit>"
    assert await names(furnished, basicsearch(MEDIA, BY_DATE, paged)) == ["/d/two.png"]


async def test_depth_counts(furnished):
    where = compare("like", "d:getcontenttype", "image/%")
    assert await names(furnished, basicsearch(where, depth="1")) == ["/one.jpg"]
    assert await names(furnished, basicsearch(where, depth="0")) == []


async def test_what_cannot_be_searched_is_said(furnished):
    text = await names(furnished, basicsearch(compare("eq", "oc:nothing", "1")), 422)
    assert "<s:message>" in text
    await names(furnished, basicsearch(compare("gt", "d:getlastmodified", "soon")), 422)


async def favourite(cloud, path):
    body = (
        '<?xml version="1.0"?><d:propertyupdate xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns">'
        "<d:set><d:prop><oc:favorite>1</oc:favorite></d:prop></d:set></d:propertyupdate>"
    )
    await cloud.ask("PROPPATCH", f"{FILES}/{path}", 207, body)


async def test_favourites_as_android_and_ios_list_them(furnished):
    await favourite(furnished, "d/two.png")
    await favourite(furnished, "d")
    report = (
        '<?xml version="1.0"?><oc:filter-files xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" '
        f'xmlns:nc="http://nextcloud.org/ns"><d:prop>{PROPS}</d:prop><oc:filter-rules>'
        "<oc:favorite>1</oc:favorite></oc:filter-rules></oc:filter-files>"
    )
    _, text = await furnished.ask("REPORT", FILES, 207, report)
    rows = read(text)
    assert sorted(rows) == [f"{FILES}/d/", f"{FILES}/d/two.png"]
    assert {row[f"{OC}favorite"] for row in rows.values()} == {"1"}
    found = await names(furnished, basicsearch(compare("eq", "oc:favorite", "yes")))
    assert sorted(found) == ["/d/", "/d/two.png"]
    await furnished.ask("REPORT", FILES, 422, report.replace("oc:favorite", "oc:systemtag"))


async def test_unified_search(furnished):
    (provider,) = (await furnished.json("/ocs/v2.php/search/providers?format=json"))["ocs"]["data"]
    assert provider["id"] == "files"
    base = "/ocs/v2.php/search/providers/files/search?format=json"
    told = (await furnished.json(f"{base}&term=two&limit=5"))["ocs"]["data"]
    (entry,) = told["entries"]
    assert entry["title"] == "two.png"
    assert entry["attributes"]["path"] == "/d/two.png"
    assert entry["attributes"]["fileId"] in entry["thumbnailUrl"]
    assert told["cursor"] is None
    await furnished.json(f"{base}&term=", 400)
    await furnished.json("/ocs/v2.php/search/providers/mail/search?format=json&term=x", 404)


def picture(side=200):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + bytes(range(side)) for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


async def test_previews_by_number_and_by_path(cloud):
    await cloud.put("p.png", picture())
    number = (await cloud.told("p.png", "oc:fileid"))[f"{OC}fileid"]
    for query in (f"fileId={number}&x=96&y=96&a=1&mode=cover&forceIcon=0", "file=/p.png&x=500&y=5"):
        async with cloud.session.get(f"/index.php/core/preview?{query}") as response:
            assert response.status == 200
            assert response.content_type in ("image/jpeg", "image/webp")
            tag = response.headers["ETag"]
        known = {"If-None-Match": tag}
        path = f"/index.php/core/preview.png?{query}"
        async with cloud.session.get(path, headers=known) as response:
            assert response.status == 304
    await cloud.put("t.bin", b"no picture")
    for query in ("fileId=1", "fileId=x", "file=/none", "file=/t.bin", ""):
        async with cloud.session.get(f"/index.php/core/preview?{query}") as response:
            assert response.status == 404
    await cloud.ask("DELETE", f"{FILES}/p.png", 204)
    trashed = f"/index.php/apps/files_trashbin/preview?fileId={number}&x=96&y=96"
    async with cloud.session.get(trashed) as response:
        assert response.status == 200
    async with cloud.session.get(f"/index.php/core/preview?fileId={number}") as response:
        assert response.status == 404
