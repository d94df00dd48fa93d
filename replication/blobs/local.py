"""A folder of blobs: received beside, made durable, then moved to the name their digest gives.

A blob lies at `ab/<digest>`, its digest's first two digits giving the folder. It gets there by
rename, so it is whole or not there; the file is synced before and the folder after, so that it is
still there when the power is back. Its modification time is when it was last stored.

One level of folders, not two: with 65,536 of them nearly every upload to a home of ordinary size
makes and syncs a new one, measured at 10 to 40 % of its speed, and each takes a block of the disk.
"""

import asyncio
import os
import re
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from replication.blobs.announced import exactly
from replication.blobs.disk import full_disk_named, sync_file, sync_folder
from replication.blobs.incoming import IncomingFile, IncomingFolder
from replication.blobs.journal import records
from replication.blobs.open_blob import OpenBlob
from replication.blobs.protocol import BlobStat, BlobStore, StagedBlob
from replication.blobs.receiving import LocalStagedBlob, Receiving
from replication.blobs.small import Shelf, SmallContents
from replication.blobs.sweep import SweptBlobs
from replication.blobs.taking import (
    FileTaker,
    Received,
    Receiver,
    TakenFile,
    forget,
    give_names,
)
from replication.blobs.whole_disk import WholeDisk
from replication.core.errors import BlobMissing, StoreClosed

T = TypeVar("T")

THREADS = 8
MANY = 64
"""Files from which on the whole disk is synced at once, where that can be done."""
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_PAIR = re.compile(r"[0-9a-f]{2}\Z")
_NAME_AND_SLASH = 65


class LocalBlobStore:
    """Blobs in a folder that this process has for itself; `make` makes files to receive into."""

    def __init__(self, folder: Path, make: Callable[[Path], IncomingFile] = IncomingFile) -> None:
        self._folder = folder
        self._path = str(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)
        self.incoming = IncomingFolder(folder / "incoming", make)
        self._small = SmallContents(self, self.incoming.new_path)
        self._disk: WholeDisk | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="foyer-blobs")
        self._folders: set[str] = set()
        self._durable_folders: set[str] = set()
        self._names = threading.Lock()  # a blob is renewed, moved here or removed in one step
        self._closed = False
        self.incoming.begin(self._restore)

    async def stage(self, body: AsyncIterator[bytes], *, length: int | None = None) -> StagedBlob:
        """Take bytes in, hashing as they stream."""
        async with Receiving(self, self.incoming) as receiving:
            async for piece in exactly(body, length):
                await receiving.take(piece)
            return await receiving.staged()

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Start work in a thread of this store. Raises StoreClosed."""
        if self._closed:
            raise StoreClosed(str(self._folder))
        return asyncio.get_running_loop().run_in_executor(self._threads, work)

    def keep(self, digest: str, content: IncomingFile | bytes | None) -> BlobStat:
        """Make received bytes durable under their digest; blocks.

        Raises StorageFull, and BlobMissing where there are neither bytes nor blob. Where the blob
        is there already it is renewed, and what was received is not needed. Its folder is synced
        even so: whoever put it there may not be that far yet.
        """
        place = self._place(digest)
        folder = os.path.dirname(place)  # noqa: PTH120
        with full_disk_named():
            self._make_folder(folder)
            if not self._renew(place):
                self._arrive(place, content)
            sync_folder(folder)
        return self._stat(digest)

    async def keep_small(self, digest: str, content: bytes) -> BlobStat:
        """Make few bytes durable under their digest. Raises StorageFull, StoreClosed."""
        if self._closed:
            raise StoreClosed(str(self._folder))
        self._disk = self._disk or WholeDisk(self._folder)  # which tells of what fails from now on
        return await self._small.keep(digest, content)

    def put(self, digest: str, content: bytes) -> BlobStat:
        """Give bytes their name, not durably; blocks. Raises StorageFull."""
        place = self._place(digest)
        with full_disk_named():
            if not self._renew(place):
                self._have_folder(place[:-_NAME_AND_SLASH])
                self._move(self.incoming.whole(content, synced=False), place)
        return self._stat(digest)

    def make_durable(self, digests: Sequence[str]) -> None:
        """Make blobs and their names durable, those that are still there; blocks."""
        places = {self._place(digest) for digest in digests}
        if self._disk is not None and self._disk.at_once and len(places) > MANY:
            self._disk.sync()
            return
        for place in places:
            with suppress(FileNotFoundError):  # removed meanwhile
                sync_file(place)
        for folder in {os.path.dirname(place) for place in places}:  # noqa: PTH120
            self._make_folder(folder)
            sync_folder(folder)

    def _restore(self, log: Path) -> None:
        """Give contents of a log their files where a power cut took them; blocks. StorageFull."""
        restored = []
        for digest, content in records(log):
            place = Path(self._place(digest))
            if not place.is_file() or place.read_bytes() != content:
                place.unlink(missing_ok=True)
                self.put(digest, content)
            restored.append(digest)
        self.make_durable(restored)

    async def take_files(
        self, paths: Sequence[str], *, link: bool = False
    ) -> list[TakenFile | OSError]:
        """Take local files in, many at once."""
        disk = WholeDisk(self._folder)
        receiver = Receiver(
            self.incoming,
            self._place,
            link=link,
            synced=not disk.at_once,
        )
        shares = [paths[start::THREADS] for start in range(THREADS)]
        work = [self.run(partial(receiver.receive_all, share)) for share in shares if share]
        done = await asyncio.gather(*work, return_exceptions=True)
        try:
            for share in done:
                if isinstance(share, BaseException):
                    raise share
            received = [done[n % THREADS][n // THREADS] for n in range(len(paths))]  # type: ignore[index]
            return await self.run(lambda: self._settled(disk, received))
        finally:
            copies = [one for share in done if isinstance(share, list) for one in share]
            await self.run(lambda: forget(copies))
            disk.close()

    def _settled(
        self, disk: WholeDisk, received: Sequence[Received | OSError]
    ) -> list[TakenFile | OSError]:
        """Make bytes durable, give them their names, and make these durable; blocks."""
        disk.sync()
        named = give_names(self, received)
        disk.sync()
        if not disk.at_once:
            pairs = {one.digest[:2] for one in named if isinstance(one, TakenFile)}
            for pair in sorted(pairs):
                sync_folder(self._folder / pair)
        return named

    def give_name(self, received: Received) -> None:
        """Put received bytes, durable already, under their digest; blocks."""
        place = self._place(received.taken.digest)
        self._make_folder(os.path.dirname(place))  # noqa: PTH120
        if received.copy is None:
            self._link(received.taken.path, place)
        elif not self._renew(place):
            self._move(received.copy, place)
            received.copy = None

    def _link(self, path: str, place: str) -> None:
        """Give a file a second name; its dates stay, for until the first is gone it is theirs."""
        try:
            os.link(path, place)
        except FileExistsError:
            if os.stat(place).st_nlink == 1:  # noqa: PTH116
                self._renew(place)

    def _arrive(self, place: str, content: IncomingFile | bytes | None) -> None:
        if content is None:
            raise BlobMissing(os.path.basename(place))  # noqa: PTH119
        if isinstance(content, bytes):
            self._move(self.incoming.whole(content), place)
        else:
            content.finish()
            self._move(str(content.path), place)

    def _move(self, path: str, place: str) -> None:
        with self._names:
            os.replace(path, place)  # noqa: PTH105

    def _renew(self, place: str) -> bool:
        with self._names:
            try:
                os.utime(place)
            except FileNotFoundError:
                return False
            return True

    def _have_folder(self, folder: str) -> None:
        """Make `ab`, if it is not there; `make_durable` sees to the rest."""
        if folder not in self._folders:
            Path(folder).mkdir(mode=0o700, exist_ok=True)
            self._folders.add(folder)

    def _make_folder(self, folder: str) -> None:
        """Make `ab` so that it lasts, even if an earlier life made it and died at once."""
        if folder not in self._durable_folders:
            Path(folder).mkdir(mode=0o700, exist_ok=True)
            sync_folder(self._folder)
            self._durable_folders.add(folder)

    def _place(self, digest: str) -> str:
        """Return where a digest belongs; text that is no digest leads nowhere."""
        if not _DIGEST.match(digest):
            raise BlobMissing(digest)
        return f"{self._path}{os.sep}{digest[:2]}{os.sep}{digest}"

    async def stat(self, digest: str) -> BlobStat:
        """Describe a blob."""
        return self._stat(digest)

    def _stat(self, digest: str) -> BlobStat:
        try:
            found = os.stat(self._place(digest))  # noqa: PTH116
        except FileNotFoundError as error:
            raise BlobMissing(digest) from error
        return BlobStat(digest, found.st_size, found.st_mtime)

    async def read(
        self, digest: str, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Stream bytes from `start` to before `stop`; a blob deleted meanwhile is read on."""
        with closing(self.open(digest)) as blob:
            async for piece in blob.pieces(start, stop):
                yield piece

    def open(self, digest: str) -> OpenBlob:
        """Open a blob's file; whoever opened it closes it. Raises BlobMissing."""
        try:
            return OpenBlob(Path(self._place(digest)), self.run)
        except FileNotFoundError as error:
            raise BlobMissing(digest) from error

    async def path(self, digest: str) -> str | None:
        """Return the blob's file."""
        try:
            self._stat(digest)
        except BlobMissing:
            return None
        return self._place(digest)

    async def delete(self, digest: str) -> None:
        """Remove a blob."""
        place = Path(self._place(digest))

        def remove() -> None:
            with self._names:
                place.unlink(missing_ok=True)

        await self.run(remove)

    async def delete_stale(self, digest: str, before: float) -> bool:
        """Remove a blob unless it was stored at or after `before`; tell whether it is gone."""
        place = Path(self._place(digest))

        def remove() -> bool:
            with self._names:
                if not place.is_file() or place.stat().st_mtime >= before:
                    return False
                place.unlink()
                return True

        return await self.run(remove)

    async def listing(self) -> AsyncIterator[BlobStat]:
        """List all blobs."""
        for folder in await self.run(lambda: _folders_in(self._folder)):
            for blob in await self.run(lambda folder=folder: _blobs_in(folder)):  # type: ignore[misc]
                yield blob

    async def close(self) -> None:
        """Finish what the threads are at, and remove what was not committed."""
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._small.close)
        if self._disk is not None:
            self._disk.close()
        self.incoming.close()


def _folders_in(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        return [Path(entry) for entry in entries if _PAIR.match(entry.name)]


def _blobs_in(folder: Path) -> list[BlobStat]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if _DIGEST.match(entry.name):
                with suppress(FileNotFoundError):  # removed while this was listed
                    stat = entry.stat()
                    found.append(BlobStat(entry.name, stat.st_size, stat.st_mtime))
    return found


_store: type[BlobStore] = LocalBlobStore
_staged: type[StagedBlob] = LocalStagedBlob
_swept: type[SweptBlobs] = LocalBlobStore
_taker: type[FileTaker] = LocalBlobStore
_shelf: type[Shelf] = LocalBlobStore
