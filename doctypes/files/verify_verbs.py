"""Verifying a home: every document against every content, and each content against its name."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from doctypes.files.document import fields_of, revision
from doctypes.files.errors import StaleRevision
from doctypes.files.node import File
from doctypes.files.plan import Plan
from doctypes.files.structure import Fault, shape_faults
from doctypes.files.version import Version
from doctypes.files.versioning import dropped
from doctypes.files.whole_tree import every_node, every_version
from doctypes.files.workspace import Verbs
from replication.blobs.protocol import BlobStore
from replication.core.errors import BlobMissing

_PASSES = 520  # a fault may hide another below it, as deep as directories go
Named = dict[str, list[File | Version]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a document, given by its id and name, and whether it was put right."""

    id: str
    name: str
    fault: Fault
    repaired: bool = False


@dataclass(slots=True)
class Verified:
    """What was looked at, and what was found; `read` is in bytes."""

    nodes: int = 0
    versions: int = 0
    contents: int = 0
    read: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is wrong any more."""
        return all(finding.repaired for finding in self.findings)


class VerifyVerbs(Verbs):
    """Reads; writes only where it is told to repair."""

    async def verify(
        self,
        *,
        repair: bool = False,
        contents: bool = True,
        spare: BlobStore | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Verified:
        """Look at everything, and with `repair` put right what can be.

        Without `contents` bytes are not read again, only looked for. `spare` is a copy of the blobs
        to take what is missing or damaged from. `progress` is told how many contents of how many
        are done.
        """
        found = Verified()
        await self._shape(found, repair=repair)
        nodes = await every_node(self._work.database)
        versions = await every_version(self._work.versions_database)
        found.nodes, found.versions = len(nodes), len(versions)
        orphans = [version for version in versions if version.file_id not in nodes]
        await self._orphans(orphans, found, repair=repair)
        check = ContentCheck(contents, repair, spare)
        named: Named = {}
        for one in (*nodes.values(), *versions):
            if isinstance(one, File | Version) and one not in orphans:
                named.setdefault(one.blob, []).append(one)
        for done, (digest, holders) in enumerate(named.items(), 1):
            await self._content(digest, holders, found, check)
            if progress:
                progress(done, len(named))
        found.contents = len(named)
        return found

    async def _shape(self, found: Verified, *, repair: bool) -> None:
        for _ in range(_PASSES):
            async with self._work.lock.alone():
                faults = list(shape_faults(await every_node(self._work.database)))
                found.findings += [
                    Finding(one.node.id, one.node.name, one.fault, repair) for one in faults
                ]
                if not repair or not faults:
                    return
                edits = await self._work.lineage.marked([one.mended for one in faults])
                await self._work.database.write(edits)

    async def _orphans(self, orphans: list[Version], found: Verified, *, repair: bool) -> None:
        fault = Fault.VERSION_ORPHANED
        found.findings += [Finding(one.id, "", fault, repair) for one in orphans]
        if repair and orphans:
            async with self._work.lock.alone():
                await self._work.write(dropped(orphans))

    async def _content(
        self,
        digest: str,
        holders: list[File | Version],
        found: Verified,
        check: "ContentCheck",
    ) -> None:
        seen = await check.seen(self._work.blobs, digest)
        found.read += seen.read
        fault = seen.fault
        if fault is not None:
            mended = await check.mended(self._work.blobs, digest)
            found.findings += [Finding(one.id, _name(one), fault, mended) for one in holders]
            return
        for one in holders:
            wrong = _wrong(one, seen)
            if wrong:
                mended = check.repair and await self._said_rightly(one, seen)
                found.findings += [Finding(one.id, _name(one), fault, mended) for fault in wrong]

    async def _said_rightly(self, one: File | Version, seen: "Seen") -> bool:
        """Let a document tell what its content is."""
        fields = fields_of(one) | {"size": str(seen.size)}
        if seen.md5:
            fields["md5sum"] = seen.md5
        edit = revision(one, fields)
        file_id = one.id if isinstance(one, File) else one.file_id
        async with self._work.lock.sharing(file_id):
            try:
                plan = Plan((edit,)) if isinstance(one, File) else Plan(versions=(edit,))
                await self._work.write(plan)
            except StaleRevision:  # it has changed since: what was seen is no longer so
                return False
        return True


@dataclass(frozen=True, slots=True)
class Seen:
    """A content as it was found: `fault` if it is none; `md5` in base64, empty if not read."""

    fault: Fault | None = None
    size: int = 0
    md5: str = ""
    read: int = 0


@dataclass(frozen=True, slots=True)
class ContentCheck:
    """How contents are looked at: `read` again or only looked for; `spare` is a copy of them."""

    read: bool
    repair: bool
    spare: BlobStore | None

    async def seen(self, blobs: BlobStore, digest: str) -> Seen:
        """Look at a content."""
        try:
            size = (await blobs.stat(digest)).size
            if not self.read:
                return Seen(size=size)
            sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
            async for piece in blobs.read(digest):
                await asyncio.to_thread(_hash, piece, sha256, md5)
        except BlobMissing:
            return Seen(Fault.CONTENT_MISSING)
        if sha256.hexdigest() != digest:
            return Seen(Fault.CONTENT_DAMAGED, read=size)
        return Seen(size=size, md5=b64encode(md5.digest()).decode(), read=size)

    async def mended(self, blobs: BlobStore, digest: str) -> bool:
        """Take a content from the copy, if that has it whole."""
        if not self.repair or self.spare is None:
            return False
        try:
            staged = await blobs.stage(self.spare.read(digest))
        except BlobMissing:
            return False
        if staged.digest != digest:
            await staged.discard()
            return False
        await blobs.delete(digest)
        await staged.commit()
        return True


def _hash(piece: bytes, *hashes: "hashlib._Hash") -> None:
    for one in hashes:
        one.update(piece)


def _wrong(one: File | Version, seen: Seen) -> list[Fault]:
    faults = []
    if one.size != seen.size:
        faults.append(Fault.SIZE_WRONG)
    if seen.md5 and one.md5sum and one.md5sum != seen.md5:
        faults.append(Fault.DIGEST_WRONG)
    return faults


def _name(one: File | Version) -> str:
    return one.name if isinstance(one, File) else ""
