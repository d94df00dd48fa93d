"""Files of a backup on their way into a folder: each must be what the manifest says."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import IO

from server.backup.manifest import BackupUnusable, Flaw, Manifest
from server.instances.record import sync_directory

_BLOB = re.compile(r"blobs/([0-9a-f]{2})/(\1[0-9a-f]{62})\Z")
_PIECE = 1 << 20


class Unpacking:
    """Takes the files of one backup into `folder`, which nobody uses yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._source = folder
        self._files: dict[str, str] = {}
        self._left: set[str] = set()
        self._blobs = self._bytes = 0
        self._manifest: Manifest | None = None

    def begin(self, source: Path, manifest: Manifest) -> None:
        """Know what is to come."""
        self._source, self._manifest = source, manifest
        self._files = dict(manifest.files)
        self._left = set(manifest.files)

    def take(self, name: str, content: IO[bytes]) -> None:
        """Write one file. Raises BackupUnusable where it is not what the manifest says."""
        blob = _BLOB.match(name)
        expected = blob[2] if blob else self._files.get(name)
        if expected is None or os.path.basename(name) != (blob[2] if blob else name):  # noqa: PTH119
            raise BackupUnusable(self._source, Flaw.FOREIGN, name)
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest, size = sha256(), 0
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            while piece := content.read(_PIECE):
                digest.update(piece)
                file.write(piece)
                size += len(piece)
        if digest.hexdigest() != expected:
            raise BackupUnusable(self._source, Flaw.DAMAGED, name)
        self._left.discard(name)
        if blob:
            self._blobs += 1
            self._bytes += size

    def finish(self) -> None:
        """Make all of it durable. Raises BackupUnusable where something did not come."""
        manifest = self._manifest
        if manifest is None or self._left:
            raise BackupUnusable(self._source, Flaw.LACKS, ", ".join(sorted(self._left)))
        if (self._blobs, self._bytes) != (manifest.blobs, manifest.bytes):
            told = f"{manifest.blobs - self._blobs} / {manifest.blobs} blobs"
            raise BackupUnusable(self._source, Flaw.LACKS, told)
        _sync_all(self._folder)


def _sync_all(folder: Path) -> None:
    if hasattr(os, "sync"):  # one flush for many files
        os.sync()
        return
    for place, _, names in os.walk(folder):
        for name in names:
            with Path(place, name).open("rb+") as file:
                os.fsync(file.fileno())
        sync_directory(Path(place))
