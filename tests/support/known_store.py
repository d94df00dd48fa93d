"""A store whose whole content is known: what every format of the file has to bring back.

`fill` writes it with the code of the day; `told` reads all of it through the port, as JSON values
and without epochs, which begin anew with every copy of a file.
"""

from replication.core.attachment import Attachment
from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.core.errors import DocumentMissing
from replication.core.revision import Revision
from replication.store.protocol import FieldIndex, IdRange

BY_PLACE = FieldIndex("by_place", ("folder", "name"))
PICTURE = Attachment("image/png", "XrY7u+Ae7tCTyyK7j1rNww==", "ab" * 32, 11, 0)
DIGEST = "0123456789abcdef0123456789abcdef"


def _edit(name, generation, digests, **rest):
    history = tuple(Revision(generation - n, digest) for n, digest in enumerate(digests))
    return Edit(name, history=history, **rest)


async def fill(store):
    """Write it into an empty store."""
    files = await store.create("files", [BY_PLACE])
    await files.write(
        [
            Edit(f"f{n:03}", b'{"folder":"d%d","name":"n%d","size":%d}' % (n % 3, n, n * n))
            for n in range(40)
        ]
    )
    for n in range(5):
        base = (await files.get("f001")).revision
        await files.write([Edit("f001", b'{"folder":"d1","name":"again","n":%d}' % n, base=base)])
    await files.write([Edit("f002", deleted=True, base=(await files.get("f002")).revision)])
    await files.write([Edit("picture", b'{"title":"P"}', attachments={"p.png": PICTURE})])
    base = (await files.get("picture")).revision
    await files.write([Edit("picture", b'{"title":"Q"}', base=base)])
    await files.purge({"f003": [(await files.get("f003")).revision]})
    await files.set_security(b'{"members":{"names":["ada"]}}')
    notes = await store.create("notes")
    await notes.set_revs_limit(7)
    await notes.write(
        [
            _edit("torn", 2, (DIGEST, "a" * 32), body=b'{"side":"left"}'),
            _edit("torn", 3, ("b" * 32, "c" * 32, "a" * 32), body=b'{"side":"right"}'),
            _edit("torn", 2, ("d" * 32, "a" * 32), deleted=True),
            _edit("odd", 2, ("of-another-maker", "1"), body=b'{"\\u00e9":[1.5,null,true]}'),
            _edit("long", 9, [f"{n:032x}" for n in range(9)], body=b"{}"),
            Edit("_design/d", b'{"views":{"v":{"map":"function (doc) { emit(doc.side); }"}}}'),
        ]
    )
    await notes.put_local("_local/checkpoint", b'{"last_seq":"4-x"}')
    await notes.put_local("_local/checkpoint", b'{"last_seq":"5-x"}', Revision(0, "1"))
    await notes.all_docs(IdRange())


async def told(store):
    """Read all of it."""
    return {name: await _told_of(await store.open(name)) for name in await store.names()}


async def _told_of(database):
    info = await database.info()
    page = await database.changes(ChangesQuery())
    listed, offset = await database.all_docs(IdRange())
    return {
        "info": [
            *(info.document_count, info.deleted_count, info.sequence.number),
            *(info.size, info.purges),
        ],
        "documents": {row.document_id: await _document(database, row) for row in page.rows},
        "listed": [offset, *(found.document_id for found in listed)],
        "security": (await database.security()).decode(),
        "revs_limit": await database.revs_limit(),
        "local": await _local(database),
        "blobs": sorted(await database.attachment_blobs()),
        "by_place": await _placed(database),
    }


async def _document(database, row):
    return {
        "sequence": row.sequence,
        "deleted": row.deleted,
        "history": [
            [str(revision) for revision in branch.history()]
            for branch in (await database.leaves(row.document_id))[0].tree.branches
        ],
        "kept": {
            str(revision): await _revision(database, row.document_id, revision)
            for revision in sorted(await database.bodies_of(row.document_id))
        },
    }


async def _revision(database, document_id, revision):
    found = await database.get(document_id, revision)
    attached = {
        name: [each.content_type, each.md5, each.blob, each.length, each.revpos]
        for name, each in found.attachments.items()
    }
    return [found.deleted, found.body.decode(), attached]


async def _local(database):
    try:
        found = await database.get_local("_local/checkpoint")
    except DocumentMissing:
        return None
    return [str(found.revision), found.body.decode()]


async def _placed(database):
    try:
        return [found.document_id for found in await database.find_by(BY_PLACE, ["d1"])]
    except KeyError:  # not every database declares it
        return None
