import gzip

import pytest

from webdav.memory import MemoryBackend
from webdav.methods.propfind import MAX_TREE
from webdav.model.resource import Quota

DAV = "{DAV:}"


def ask(inner, root="propfind"):
    return f'<a:{root} xmlns:a="DAV:" xmlns:o="urn:other">{inner}</a:{root}>'.encode()


@pytest.fixture
async def tree(dav):
    await dav("MKCOL", "/c")
    await dav("PUT", "/c/a%20&b", b"hello")
    await dav("MKCOL", "/c/d")
    await dav("PUT", "/c/d/deep", b"x")


async def names(dav, path, **headers):
    answer = await dav("PROPFIND", path, **headers)
    assert answer.status == 207
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    return list(answer.rows())


@pytest.mark.usefixtures("tree")
async def test_depth_says_how_far(dav):
    assert await names(dav, "/c", Depth="0") == ["/dav/files/c/"]
    one = ["/dav/files/c/", "/dav/files/c/a%20%26b", "/dav/files/c/d/"]
    assert await names(dav, "/c", Depth="1") == one
    assert await names(dav, "/c/", Depth="infinity") == [*one, "/dav/files/c/d/deep"]
    assert await names(dav, "/c") == [*one, "/dav/files/c/d/deep"]
    assert await names(dav, "/c/a%20%26b") == ["/dav/files/c/a%20%26b"]
    assert await names(dav, "/c", Depth="1", Prefer="depth-noroot") == one[1:]


async def test_a_large_tree_is_walked_by_its_client(dav):
    for number in range(MAX_TREE):
        await dav.backend.make_collection((str(number),), {})
    answer = await dav("PROPFIND", "/")
    assert answer.status == 403
    assert answer.xml.tag == f"{DAV}error"
    assert answer.xml[0].tag == f"{DAV}propfind-finite-depth"
    assert (await dav("PROPFIND", "/", Depth="1")).status == 207


ALL = {"resourcetype", "getlastmodified", "creationdate", "displayname"}
OF_FILES = {"getcontentlength", "getetag", "getcontenttype"}


@pytest.mark.parametrize(
    "body",
    [b"", ask("<a:allprop/>"), ask("<a:prop/>"), ask(""), ask("M<a:allprop/>M")],
)
@pytest.mark.usefixtures("tree")
async def test_allprop_is_what_the_rfc_defines(dav, body):
    rows = (await dav("PROPFIND", "/c", body, Depth="1")).rows()
    assert set(rows["/dav/files/c/"]) == {200}
    assert set(rows["/dav/files/c/"][200]) >= {DAV + name for name in ALL}
    file = rows["/dav/files/c/a%20%26b"][200]
    assert set(file) >= {DAV + name for name in ALL | OF_FILES}
    assert file[f"{DAV}displayname"].text == "a &b"
    assert file[f"{DAV}getcontentlength"].text == "5"
    assert file[f"{DAV}creationdate"].text == "2026-11-23T12:00:03Z"
    assert file[f"{DAV}getlastmodified"].text == "Mon, 23 Nov 2026 12:00:03 GMT"
    assert len(file[f"{DAV}resourcetype"]) == 0
    assert [child.tag for child in rows["/dav/files/c/"][200][f"{DAV}resourcetype"]] == [
        f"{DAV}collection"
    ]


@pytest.mark.usefixtures("tree")
async def test_prop_tells_what_is_there_and_what_is_not(dav):
    body = ask("<a:prop><a:getetag/><o:x/><plain/></a:prop>")
    row = (await dav("PROPFIND", "/c/a%20&b", body, Depth="0")).rows()["/dav/files/c/a%20%26b"]
    assert set(row[200]) == {f"{DAV}getetag"}
    assert set(row[404]) == {"{urn:other}x", "plain"}


@pytest.mark.parametrize("asked", [{"Brief": "t"}, {"Prefer": "return=minimal"}])
@pytest.mark.usefixtures("tree")
async def test_minimal_answers_leave_out_what_is_not_there(dav, asked):
    body = ask("<a:prop><a:getetag/><o:x/></a:prop>")
    answer = await dav("PROPFIND", "/c", body, Depth="1", **asked)
    assert answer.headers["Preference-Applied"] == "return=minimal"
    assert [set(row) for row in answer.rows().values()] == [{200}, {200}, {200}]
    assert answer.rows()["/dav/files/c/"][200] == {}


@pytest.mark.usefixtures("tree")
async def test_propname_has_names_and_no_values(dav):
    row = (await dav("PROPFIND", "/c/a%20&b", ask("<a:propname/>"), Depth="0")).rows()
    found = row["/dav/files/c/a%20%26b"][200]
    assert set(found) >= {DAV + name for name in ALL | OF_FILES}
    assert not any(element.text or len(element) for element in found.values())


@pytest.mark.usefixtures("tree")
async def test_quota_is_told_to_who_asks_for_it(dav):
    quota = "<a:prop><a:quota-used-bytes/><a:quota-available-bytes/></a:prop>"
    row = (await dav("PROPFIND", "/", ask(quota), Depth="0")).rows()["/dav/files/"]
    assert row[200][f"{DAV}quota-used-bytes"].text == "6"
    assert set(row[404]) == {f"{DAV}quota-available-bytes"}
    included = ask("<a:allprop/><a:include><a:quota-used-bytes/></a:include>")
    assert (
        f"{DAV}quota-used-bytes"
        in ((await dav("PROPFIND", "/", included, Depth="0")).rows()["/dav/files/"][200])
    )
    assert (
        f"{DAV}quota-used-bytes"
        not in ((await dav("PROPFIND", "/", Depth="0")).rows()["/dav/files/"][200])
    )


async def test_finder_is_not_told_the_quota(dav):
    asked = "<a:prop><a:quotaused/><a:quota/><a:quota-used-bytes/></a:prop>"
    row = (await dav("PROPFIND", "/", ask(asked), Depth="0")).rows()["/dav/files/"]
    assert set(row) == {404}


@pytest.mark.parametrize(
    "body",
    [ask("", root="other"), b"<propfind/>", b"<", ask("<a:prop/><a:propname/>"),
     b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
)  # fmt: skip
async def test_bodies_that_ask_nothing_sensible_are_400(dav, body):
    assert (await dav("PROPFIND", "/", body, Depth="0")).status == 400


async def test_propfind_of_nothing_is_404(dav):
    assert (await dav("PROPFIND", "/missing", Depth="0")).status == 404


async def test_bad_depth_is_400(dav):
    assert (await dav("PROPFIND", "/", Depth="2")).status == 400


@pytest.mark.usefixtures("tree")
async def test_listing_is_compressed_for_who_takes_it(dav):
    plain = await dav("PROPFIND", "/c", Depth="1")
    coded = await dav("PROPFIND", "/c", Depth="1", Accept_Encoding="gzip")
    assert plain.headers["Vary"] == coded.headers["Vary"] == "Accept-Encoding"
    assert coded.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(coded.body) == plain.body


async def test_many_members_are_all_listed(dav):
    for number in range(450):
        await dav("PUT", f"/{number:03}", b"")
    assert len(await names(dav, "/", Depth="1")) == 451


async def test_quota_that_is_limited_tells_what_is_left(dav):
    class Limited(MemoryBackend):
        async def quota(self):
            return Quota(used=3, available=7)

    dav.backend = Limited(dav.clock, lambda: "id")
    asked = ask("<a:prop><a:quota-available-bytes/></a:prop>")
    row = (await dav("PROPFIND", "/", asked, Depth="0")).rows()["/dav/files/"]
    assert row[200][f"{DAV}quota-available-bytes"].text == "7"


async def test_if_holds_for_questions_too(dav):
    """RFC 4918 10.4: the header speaks of any method."""
    etag = (await dav("PUT", "/a", b"x")).headers["ETag"]
    assert (await dav("PROPFIND", "/a", **{"if": f"([{etag}])"})).status == 207
    assert (await dav("PROPFIND", "/a", **{"if": '(["other"])'})).status == 412
