"""Backups in a folder: a pool of blobs for all homes, and for each backup a small folder.

What the pool has is not copied again, so the second backup costs what changed, and one that was cut
off goes on where it was. A backup is there once its folder has its name.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from server.backup.manifest import FILE_NAME, BackupUnusable, Flaw, Manifest, read_manifest
from server.backup.snapshot import Snapshot, place_of
from server.backup.unpacking import Unpacking
from server.instances.record import sync_directory

BLOBS = "blobs"
LISTED = "blobs.txt"
Progress = Callable[[int], None]


def put_into_pool(snapshot: Snapshot, pool: Path, progress: Progress) -> Path:
    """Write a snapshot into a pool; return the folder of this backup. Raises OSError."""
    filled = set()
    for digest, size in snapshot.blobs.items():
        target = place_of(pool / BLOBS, digest)
        if not target.exists():
            _copy_in(snapshot.blob(digest), target)
            filled.add(target.parent)
        progress(size)
    for folder in (*filled, *([pool / BLOBS] if filled else [])):
        sync_directory(folder)  # before anything says that the blobs are there
    moment = datetime.fromisoformat(snapshot.manifest.created_at).astimezone(UTC)
    kept = pool / snapshot.manifest.domain / moment.strftime("%Y%m%dT%H%M%SZ")
    part = kept.with_name(kept.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    for name in snapshot.manifest.files:
        shutil.copyfile(snapshot.folder / name, part / name)
    (part / LISTED).write_text("".join(f"{digest}\n" for digest in snapshot.blobs))
    (part / FILE_NAME).write_bytes(msgspec.json.encode(snapshot.manifest))
    for path in part.iterdir():
        path.chmod(0o600)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    part.rename(kept)
    sync_directory(kept.parent)
    return kept


def _copy_in(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_suffix(".part")
    with source.open("rb") as taken, part.open("wb") as file:
        shutil.copyfileobj(taken, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


def backups_in(pool: Path, domain: str | None = None) -> list[Path]:
    """Return the folders of the backups of a home, or of all, by home and oldest first."""
    found = pool.glob(f"{domain or '*'}/*/{FILE_NAME}")
    return sorted(path.parent for path in found if not path.parent.name.endswith(".part"))


def unpack_from_pool(kept: Path, unpacking: Unpacking, progress: Progress) -> Manifest:
    """Bring back the backup in a folder of a pool. Raises BackupUnusable, OSError."""
    manifest = read_manifest(kept, (kept / FILE_NAME).read_bytes())
    unpacking.begin(kept, manifest)
    blobs = kept.parent.parent / BLOBS
    for name in manifest.files:
        with (kept / name).open("rb") as file:
            unpacking.take(name, file)
    for digest in _listed(kept):
        place = place_of(blobs, digest)
        try:
            with place.open("rb") as file:
                unpacking.take(place_of(Path(BLOBS), digest).as_posix(), file)
        except FileNotFoundError as error:
            raise BackupUnusable(kept, Flaw.LACKS, f"{BLOBS}/{digest}") from error
        progress(place.stat().st_size)
    unpacking.finish()
    return manifest


def forget_older(pool: Path, domain: str, keep: int) -> int:
    """Keep the last `keep` backups of a home, and no blob that none names; return how many went."""
    older = backups_in(pool, domain)[:-keep]
    for kept in older:
        shutil.rmtree(kept)
    if older:
        named = {digest for kept in backups_in(pool) for digest in _listed(kept)}
        for path in (pool / BLOBS).glob("??/*"):
            if path.name not in named:
                path.unlink()
    return len(older)


def _listed(kept: Path) -> Iterator[str]:
    with (kept / LISTED).open(encoding="ascii") as lines:
        for line in lines:
            yield line.strip()
