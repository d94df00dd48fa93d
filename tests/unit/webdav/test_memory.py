"""What the port promises that no single request shows."""

import pytest

from webdav.model.backend import UploadFacts
from webdav.model.errors import NotAllowed, NotFound, ParentMissing, PreconditionFailed
from webdav.wire.conditional import Conditions

ANY = Conditions()


async def body(content):
    yield content


async def stage(dav, path, content=b"x"):
    return await dav.backend.stage(path, body(content), UploadFacts())


async def test_reader_keeps_the_content_it_was_given(dav):
    await dav("PUT", "/a", b"old")
    found = await dav.backend.lookup(("a",))
    await dav("PUT", "/a", b"new")
    content = await dav.backend.content(found, 0, 3)
    assert [piece async for piece in content] == [b"old"]


async def test_commit_meets_what_came_meanwhile(dav):
    await dav("MKCOL", "/c")
    upload, orphan = await stage(dav, ("a",)), await stage(dav, ("c", "a"))
    await dav("MKCOL", "/a")
    await dav("DELETE", "/c")
    with pytest.raises(NotAllowed):
        await upload.commit(ANY)
    with pytest.raises(ParentMissing):
        await orphan.commit(ANY)


async def test_verbs_meet_what_came_meanwhile(dav):
    await dav("PUT", "/a", b"x")
    await dav("PUT", "/b", b"x")
    with pytest.raises(NotAllowed):
        await dav.backend.make_collection(("a",), {})
    with pytest.raises(NotFound):
        await dav.backend.remove(("missing",), ANY)
    with pytest.raises(PreconditionFailed):
        await dav.backend.move(("a",), ("b",), replace=False, guard=ANY)
