"""A backup in one file: a tar archive, whole or not there (docs/formats/backup.md)."""

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from server.backup.manifest import FILE_NAME, BackupUnusable, Flaw, Manifest, read_manifest
from server.backup.snapshot import Snapshot, place_of
from server.backup.unpacking import Unpacking
from server.instances.record import sync_directory

Progress = Callable[[int], None]
"""Is told how many bytes more are done."""


def write_archive(snapshot: Snapshot, target: Path, progress: Progress) -> None:
    """Write a snapshot as an archive; gzipped where the name ends with `.gz` or `.tgz`.

    Raises OSError; the file that was there stays until the new one is whole.
    """
    part = target.with_name(target.name + ".part")
    gzipped = target.name.endswith((".gz", ".tgz"))
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w|gz" if gzipped else "w|") as tar:
                _write(tar, snapshot, progress)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_directory(target.absolute().parent)


def _write(tar: tarfile.TarFile, snapshot: Snapshot, progress: Progress) -> None:
    manifest = msgspec.json.encode(snapshot.manifest)
    about = tarfile.TarInfo(FILE_NAME)
    about.size, about.mode = len(manifest), 0o600
    tar.addfile(about, io.BytesIO(manifest))
    for name in snapshot.manifest.files:
        _add(tar, snapshot.folder / name, name)
    for digest, size in snapshot.blobs.items():
        _add(tar, snapshot.blob(digest), place_of(Path("blobs"), digest).as_posix())
        progress(size)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    about = tarfile.TarInfo(name)
    stat = path.stat()
    about.size, about.mtime, about.mode = stat.st_size, int(stat.st_mtime), 0o600
    with path.open("rb") as file:
        tar.addfile(about, file)


def unpack_archive(source: Path, unpacking: Unpacking, progress: Progress) -> Manifest:
    """Unpack an archive, each file held to its digest. Raises BackupUnusable, OSError."""
    try:
        with tarfile.open(source, "r|*") as tar:
            members = iter(tar)
            first = next(members, None)
            opened = tar.extractfile(first) if first and first.name == FILE_NAME else None
            if opened is None:
                raise BackupUnusable(source, Flaw.NO_MANIFEST)
            manifest = read_manifest(source, opened.read())
            unpacking.begin(source, manifest)
            for member in members:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise BackupUnusable(source, Flaw.FOREIGN, member.name)
                unpacking.take(member.name, content)
                progress(member.size)
    except (tarfile.TarError, EOFError) as error:
        raise BackupUnusable(source, Flaw.NO_ARCHIVE, str(error)) from error
    unpacking.finish()
    return manifest
