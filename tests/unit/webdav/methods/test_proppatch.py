import pytest

DAV = "{DAV:}"
WIN = "{urn:schemas-microsoft-com:}"


def update(*actions):
    return (
        '<a:propertyupdate xmlns:a="DAV:" xmlns:o="urn:o" xmlns:w="urn:schemas-microsoft-com:">'
        + "".join(actions)
        + "</a:propertyupdate>"
    ).encode()


def put(inner, attributes=""):
    return f"<a:set><a:prop{attributes}>{inner}</a:prop></a:set>"


def drop(inner):
    return f"<a:remove><a:prop>{inner}</a:prop></a:remove>"


async def patch(dav, path, *actions, **headers):
    answer = await dav("PROPPATCH", path, update(*actions), **headers)
    assert answer.status == 207
    (row,) = answer.rows().values()
    return {status: set(found) for status, found in row.items()}


async def find(dav, path, inner):
    namespaces = 'xmlns:a="DAV:" xmlns:o="urn:o" xmlns:w="urn:schemas-microsoft-com:"'
    body = f"<a:propfind {namespaces}><a:prop>{inner}</a:prop></a:propfind>"
    (row,) = (await dav("PROPFIND", path, body.encode(), Depth="0")).rows().values()
    return row


@pytest.fixture(autouse=True)
async def file(dav):
    await dav("PUT", "/a", b"x")


async def test_properties_are_kept_as_they_were_written(dav):
    value = 'one &lt; <o:two o:x="3" y="4">five</o:two> 𐀀 <plain/> six'
    assert await patch(dav, "/a", put(f"<o:p>{value}</o:p>")) == {200: {"{urn:o}p"}}
    found = (await find(dav, "/a", "<o:p/>"))[200]["{urn:o}p"]
    assert found.text == "one < "
    assert found[0].attrib == {"{urn:o}x": "3", "y": "4"}
    assert (found[0].text, found[0].tail) == ("five", " 𐀀 ")
    assert (found[1].tag, found[1].tail) == ("plain", " six")


async def test_properties_keep_the_language_around_them(dav):
    await patch(dav, "/a", put('<o:p>x</o:p><o:q xml:lang="fr"/>', ' xml:lang="de"'))
    found = (await find(dav, "/a", "<o:p/><o:q/>"))[200]
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert found["{urn:o}p"].get(lang) == "de"
    assert found["{urn:o}q"].get(lang) == "fr"


async def test_instructions_are_followed_in_order(dav):
    await patch(dav, "/a", put("<o:p>1</o:p><o:q>1</o:q>"), drop("<o:p/>"), put("<o:q>2</o:q>"))
    row = await find(dav, "/a", "<o:p/><o:q/>")
    assert row[200]["{urn:o}q"].text == "2"
    assert set(row[404]) == {"{urn:o}p"}


async def test_properties_are_in_allprop_and_propname(dav):
    await patch(dav, "/a", put("<o:p>1</o:p>"))
    row = (await dav("PROPFIND", "/a", Depth="0")).rows()["/dav/files/a"]
    assert row[200]["{urn:o}p"].text == "1"
    body = b'<a:propfind xmlns:a="DAV:"><a:propname/></a:propfind>'
    row = (await dav("PROPFIND", "/a", body, Depth="0")).rows()["/dav/files/a"]
    assert row[200]["{urn:o}p"].text is None


async def test_properties_go_along_with_copy_move_and_put(dav):
    await patch(dav, "/a", put("<o:p>1</o:p>"))
    await dav("PUT", "/a", b"new content")
    await dav("COPY", "/a", Destination="/b")
    await dav("MOVE", "/a", Destination="/c")
    for path in ("/b", "/c"):
        assert (await find(dav, path, "<o:p/>"))[200]["{urn:o}p"].text == "1"


async def test_removing_what_is_not_there_is_done_already(dav):
    assert await patch(dav, "/a", drop("<o:p/>")) == {200: {"{urn:o}p"}}


@pytest.mark.parametrize("protected", ["getetag", "resourcetype", "lockdiscovery", "creationdate"])
async def test_protected_properties_stop_the_others(dav, protected):
    answer = await dav("PROPPATCH", "/a", update(put(f"<o:p>1</o:p><a:{protected}/>")))
    row = answer.rows()["/dav/files/a"]
    assert set(row[403]) == {DAV + protected}
    assert set(row[424]) == {"{urn:o}p"}
    assert answer.xml.find(f".//{DAV}error/{DAV}cannot-modify-protected-property") is not None
    assert set(await find(dav, "/a", "<o:p/>")) == {404}


@pytest.mark.parametrize("name", ["a:getlastmodified", "w:Win32LastModifiedTime"])
async def test_the_time_of_the_content_can_be_set(dav, name):
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert set(await patch(dav, "/a", put(f"<{name}>{date}</{name}>"))) == {200}
    assert (await dav("HEAD", "/a")).headers["Last-Modified"] == date
    assert (await find(dav, "/a", f"<{name}/>"))[200].popitem()[1].text == date


async def test_explorer_sets_all_its_properties(dav):
    explorer = (
        "<w:Win32CreationTime>Sun, 06 Nov 1994 08:49:37 GMT</w:Win32CreationTime>"
        "<w:Win32LastAccessTime>Sun, 06 Nov 1994 08:49:37 GMT</w:Win32LastAccessTime>"
        "<w:Win32LastModifiedTime>Sun, 06 Nov 1994 08:49:37 GMT</w:Win32LastModifiedTime>"
        "<w:Win32FileAttributes>00000020</w:Win32FileAttributes>"
    )
    outcome = await patch(dav, "/a", put(explorer))
    assert {status: len(names) for status, names in outcome.items()} == {200: 4}


async def test_a_time_that_is_none_is_422(dav):
    outcome = await patch(dav, "/a", put("<o:p/><a:getlastmodified>soon</a:getlastmodified>"))
    assert outcome == {422: {f"{DAV}getlastmodified"}, 424: {"{urn:o}p"}}


async def test_displayname_can_be_another_than_the_name(dav):
    await patch(dav, "/a", put("<a:displayname>Ann &amp; Bob</a:displayname>"))
    assert (await find(dav, "/a", "<a:displayname/>"))[200][f"{DAV}displayname"].text == "Ann & Bob"
    everything = (await dav("PROPFIND", "/a", Depth="0")).body
    assert everything.count(b"Ann &amp; Bob") == 1
    await patch(dav, "/a", drop("<a:displayname/>"))
    assert (await find(dav, "/a", "<a:displayname/>"))[200][f"{DAV}displayname"].text == "a"


async def test_a_backend_that_keeps_none_refuses_all(dav):
    dav.backend.keeps_properties = False
    outcome = await patch(dav, "/a", put("<o:p/>"), drop("<o:q/>"))
    assert outcome == {403: {"{urn:o}p", "{urn:o}q"}}


@pytest.mark.parametrize("body", [b"", b"<", b"<x/>", update(), update("<a:set/>")])
async def test_bodies_that_update_nothing_are_400(dav, body):
    assert (await dav("PROPPATCH", "/a", body)).status == 400


async def test_proppatch_of_nothing_is_404(dav):
    assert (await dav("PROPPATCH", "/missing", update(put("<o:p/>")))).status == 404


async def test_proppatch_heeds_conditions_and_locks(dav):
    body = update(put("<o:p/>"))
    assert (await dav("PROPPATCH", "/a", body, If_Match='"wrong"')).status == 412
    info = (
        b'<a:lockinfo xmlns:a="DAV:"><a:lockscope><a:exclusive/></a:lockscope>'
        b"<a:locktype><a:write/></a:locktype></a:lockinfo>"
    )
    token = (await dav("LOCK", "/a", info)).headers["Lock-Token"]
    assert (await dav("PROPPATCH", "/a", body)).status == 423
    assert (await dav("PROPPATCH", "/a", body, Lock_Token=token)).status == 207
    assert (await dav("PROPPATCH", "/a", body, If=f"({token})")).status == 207
