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
