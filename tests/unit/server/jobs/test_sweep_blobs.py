import base64
import time
from datetime import UTC, datetime
from itertools import count

import pytest

from doctypes.files.file_tree import FileTree
from doctypes.files.node import ROOT_ID
from replication.blobs.memory import MemoryBlobStore
from replication.core.attachment import Attachment
from replication.core.document import Edit
from replication.store.memory import MemoryDocumentStore
from server.instances.instance import Instance, Owner
from server.instances.record import InstanceRecord
from server.jobs.sweep_blobs import sweep_home
from server.media.media import place_of
from server.views.home_designs import HomeDesigns

HOURS = 3600


async def pieces(data):
    yield data


@pytest.fixture
async def home(tmp_path):
    store, blobs, numbers = MemoryDocumentStore(), MemoryBlobStore(), count()
    files = FileTree(
        store, blobs, clock=lambda: datetime.now(UTC), new_id=lambda: f"n{next(numbers)}"
    )
    await files.start()
    designs = HomeDesigns.over(store)
    return Instance(
        record=InstanceRecord(tmp_path, "h", (), Owner("o", "h"), b"s"),
        store=store,
        blobs=blobs,
        files=files,
        designs=designs,
        locks=None,
    )


async def kept(home):
    return {stat.digest async for stat in home.blobs.listing()}


async def stored(home, data):
    staged = await home.blobs.stage(pieces(data))
    await staged.commit()
    return staged


async def attach(database, staged):
    md5 = base64.b64encode(b"x" * 16).decode()
    picture = Attachment("image/png", md5, staged.digest, staged.size, 0)
    await database.write([Edit("x", attachments={"p": picture})])


async def test_what_files_and_attachments_of_any_database_name_stays(home):
    file = await home.files.create(ROOT_ID, "a.txt", await home.files.stage(pieces(b"file")))
    public, private = await stored(home, b"public"), await stored(home, b"private")
    await attach(await home.store.create("org.example.things"), public)
    await attach(await home.store.create("_own"), private)
    orphan = await stored(home, b"orphan")
    assert await sweep_home(home, time.time() + 2 * HOURS) == [orphan.digest]
    assert await kept(home) == {file.blob, public.digest, private.digest}


async def test_thumbnails_go_with_the_content_that_they_show(home):
    file = await home.files.create(ROOT_ID, "a.jpg", await home.files.stage(pieces(b"kept")))
    gone = await home.files.create(ROOT_ID, "b.jpg", await home.files.stage(pieces(b"gone")))
    await home.files.destroy(gone.id)
    for blob in (file.blob, gone.blob):
        for size in ("tiny", "none"):
            place = place_of(home, blob, size)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
    assert await sweep_home(home, time.time() + 2 * HOURS) == [gone.blob]
    assert not place_of(home, gone.blob, "tiny").exists()
    assert not place_of(home, gone.blob, "none").exists()
    assert place_of(home, file.blob, "tiny").exists()


async def test_what_is_young_stays(home):
    orphan = await stored(home, b"orphan")
    assert await sweep_home(home, time.time()) == []
    assert await kept(home) == {orphan.digest}
