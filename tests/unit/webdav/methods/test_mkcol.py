import pytest


async def test_mkcol_makes_an_empty_collection(dav):
    assert (await dav("MKCOL", "/c/")).status == 201
    assert (await dav("MKCOL", "/c/d")).status == 201
    assert await dav.tree() == {"/c": None, "/c/d": None}


async def test_mkcol_over_something_is_405(dav):
    await dav("PUT", "/a", b"x")
    await dav("MKCOL", "/c")
    for path in ("/a", "/c", "/"):
        assert (await dav("MKCOL", path)).status == 405
    assert await dav.tree() == {"/a": b"x", "/c": None}


async def test_mkcol_below_no_collection_is_409(dav):
    await dav("PUT", "/a", b"x")
    assert (await dav("MKCOL", "/missing/c")).status == 409
    assert (await dav("MKCOL", "/a/c")).status == 409


async def test_mkcol_with_a_body_of_unknown_kind_is_415(dav):
    assert (await dav("MKCOL", "/c", b"what", Content_Type="x-what/ever")).status == 415
    assert await dav.tree() == {}


async def test_mkcol_checks_what_the_client_believes(dav):
    assert (await dav("MKCOL", "/c", If_Match="*")).status == 412
    assert await dav.tree() == {}


def extended(inner, root="mkcol"):
    properties = f"<a:set><a:prop>{inner}</a:prop></a:set>"
    return f'<a:{root} xmlns:a="DAV:" xmlns:o="urn:o">{properties}</a:{root}>'.encode()


COLLECTION = "<a:resourcetype><a:collection/></a:resourcetype>"


async def test_mkcol_takes_the_properties_to_begin_with(dav):
    body = extended(f"{COLLECTION}<o:p>1</o:p>")
    assert (await dav("MKCOL", "/c", body, Content_Type="text/xml; charset=utf-8")).status == 201
    row = (await dav("PROPFIND", "/c", Depth="0")).rows()["/dav/files/c/"]
    assert row[200]["{urn:o}p"].text == "1"


async def test_mkcol_with_an_empty_body_of_xml_is_plain(dav):
    assert (await dav("MKCOL", "/c", b"", Content_Type="application/xml")).status == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (extended("<a:resourcetype><a:collection/><o:calendar/></a:resourcetype>"), 403),
        (extended(f"{COLLECTION}<a:getetag/>"), 403),
        (extended(COLLECTION, root="propertyupdate"), 400),
        (b"<", 400),
    ],
)
async def test_mkcol_of_what_cannot_be_makes_nothing(dav, body, status):
    assert (await dav("MKCOL", "/c", body, Content_Type="application/xml")).status == status
    assert await dav.tree() == {}


async def test_mkcol_with_properties_that_cannot_be_kept_makes_nothing(dav):
    dav.backend.keeps_properties = False
    body = extended("<o:p>1</o:p>")
    assert (await dav("MKCOL", "/c", body, Content_Type="application/xml")).status == 403
    assert await dav.tree() == {}
