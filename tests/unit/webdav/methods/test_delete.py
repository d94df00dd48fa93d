import pytest


async def test_delete_takes_all_below(dav):
    await dav("MKCOL", "/c")
    await dav("PUT", "/c/a", b"x")
    await dav("PUT", "/b", b"y")
    assert (await dav("DELETE", "/c/")).status == 204
    assert await dav.tree() == {"/b": b"y"}


async def test_delete_of_nothing_is_404(dav):
    assert (await dav("DELETE", "/a")).status == 404


async def test_delete_of_the_root_is_403(dav):
    await dav("PUT", "/a", b"x")
    assert (await dav("DELETE", "/")).status == 403
    assert await dav.tree() == {"/a": b"x"}


async def test_delete_checks_what_the_client_believes(dav):
    etag = (await dav("PUT", "/a", b"x")).headers["ETag"]
    assert (await dav("DELETE", "/a", If_Match='"wrong"')).status == 412
    assert await dav.tree() == {"/a": b"x"}
    assert (await dav("DELETE", "/a", If_Match=etag)).status == 204


@pytest.mark.parametrize("depth", ["0", "1"])
async def test_delete_of_a_part_of_a_collection_is_400(dav, depth):
    await dav("MKCOL", "/c")
    assert (await dav("DELETE", "/c", Depth=depth)).status == 400
    assert await dav.tree() == {"/c": None}
    assert (await dav("DELETE", "/c", Depth="infinity")).status == 204
