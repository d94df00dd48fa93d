"""The applications that a home has: their files, the document that tells of them, their rights.

Files are attachments of a document in `_apps`, a database without a door, so that they are backed
up and swept like all contents. `io.cozy.apps/<slug>` is what clients read, and a set of permissions
says what the application may do.
"""

import mimetypes
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from replication.blobs.protocol import BlobStore
from replication.core.attachment import Attachment
from replication.core.document import Edit, StoredRevision
from replication.core.errors import Conflict, DatabaseMissing, DocumentMissing, ReplicationError
from replication.store.protocol import Database, IdRange
from server.apps.manifest import Manifest, ManifestIllegal, read_manifest
from server.apps.package import Package
from server.instances.instance import Instance
from server.permissions.permission import APP, Permission, of_source, permissions_of

DOCTYPE = "io.cozy.apps"
FILES = "_apps"
_PIECE = 1 << 16
_PLAIN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class InstalledApp:
    """An application of a home, with its files by path."""

    manifest: Manifest
    files: Mapping[str, Attachment]


def id_of(slug: str) -> str:
    """Return the id of the document that tells of an application."""
    return f"{DOCTYPE}/{slug}"


async def find_app(home: Instance, slug: str) -> InstalledApp | None:
    """Return an application; None where there is none of this name."""
    kept = await _winner(home, FILES, slug)
    if kept is None:
        return None
    try:
        return InstalledApp(read_manifest(kept.body), kept.attachments)
    except ManifestIllegal:
        return None


async def all_apps(home: Instance) -> list[StoredRevision]:
    """Return the documents that tell of applications, by slug."""
    try:
        database = await home.store.open(DOCTYPE)
    except DatabaseMissing:
        return []
    rows, _ = await database.all_docs(IdRange(start=id_of(""), end=id_of("\uffff")))
    return rows


async def install(home: Instance, package: Package, now: datetime) -> str:
    """Install an application, or another version of one; returns its slug.

    Its rights come before the document that makes it known, and its files before both: a crash in
    between leaves what nobody sees.
    """
    manifest = package.manifest
    files = {name: await _brought(home.blobs, path) for name, path in package.files.items()}
    await _put(home, FILES, manifest.slug, manifest.told, files)
    await _grant(home, manifest, now)
    told = {**manifest.told, "state": "ready", "updated_at": now.isoformat()}
    await _put(home, DOCTYPE, id_of(manifest.slug), told)
    return manifest.slug


async def uninstall(home: Instance, slug: str) -> bool:
    """Take an application away with its rights; tells whether there was one."""
    rights = await of_source(home.store, id_of(slug), APP)
    if rights is not None:
        await permissions_of(home.store).delete(rights.id)
    there = await _deleted(home, DOCTYPE, id_of(slug))
    return await _deleted(home, FILES, slug) or there


async def _grant(home: Instance, manifest: Manifest, now: datetime) -> None:
    source, kept = id_of(manifest.slug), permissions_of(home.store)
    rules = {title: dict(rule) for title, rule in manifest.permissions.items()}
    before = await of_source(home.store, source, APP)
    made = Permission(type=APP, source_id=source, permissions=rules, created_at=now.isoformat())
    if before is None:
        await kept.add(f"app-{manifest.slug}", made)
    else:
        await kept.update(before.id, lambda _: made)


async def _brought(blobs: BlobStore, path: Path) -> Attachment:
    staged = await blobs.stage(_pieces(path))
    await staged.commit()
    return Attachment(_type_of(path.name), staged.md5, staged.digest, staged.size, 0)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or _PLAIN


async def _winner(home: Instance, name: str, document_id: str) -> StoredRevision | None:
    try:
        return await (await home.store.open(name)).get(document_id)
    except (DatabaseMissing, DocumentMissing):
        return None


async def _put(
    home: Instance,
    name: str,
    document_id: str,
    told: Mapping[str, Any],
    files: Mapping[str, Attachment] | None = None,
) -> None:
    database, body = await home.store.ensure(name), msgspec.json.encode(told)
    while True:
        before = await _winner(home, name, document_id)
        base = before.revision if before else None
        if await _written(database, Edit(document_id, body, base=base, attachments=files or {})):
            return


async def _deleted(home: Instance, name: str, document_id: str) -> bool:
    while (before := await _winner(home, name, document_id)) is not None:
        database = await home.store.open(name)
        if await _written(database, Edit(document_id, deleted=True, base=before.revision)):
            return True
    return False


async def _written(database: Database, edit: Edit) -> bool:
    """Write an edit; tells whether nobody came first."""
    (outcome,) = await database.write([edit])
    if isinstance(outcome, Conflict):
        return False
    if isinstance(outcome, ReplicationError):
        raise outcome
    return True
