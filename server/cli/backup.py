"""`foyer backup`: homes copied into a file or a folder, also while a server has them."""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from server.at_rest.home_key import is_sealed
from server.backup.snapshot import Engine, Snapshot, take_snapshot, unswept
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.where import Where
from server.instances.folder_lock import FolderInUse, FolderLock
from server.instances.founding import HomeRegister, utc_now
from server.instances.record import InstanceRecord, rfc3339
from server.instances.sizes import show_size

_STAGING = ".foyer-backup-"
_BUSY = "busy.lock"


@dataclass(frozen=True, slots=True)
class Target:
    """Where backups go: an archive, or a pool that keeps the last `keep` of each home (0: all)."""

    path: Path
    is_pool: bool
    keep: int = 0

    def write(self, snapshot: Snapshot, progress: Callable[[int], None]) -> Path:
        """Write one backup; return where it is. Raises OSError."""
        from server.backup.archive import write_archive
        from server.backup.pool import forget_older, put_into_pool

        if not self.is_pool:
            write_archive(snapshot, self.path, progress)
            return self.path
        kept = put_into_pool(snapshot, self.path, progress)
        if self.keep:
            forget_older(self.path, snapshot.manifest.domain, self.keep)
        return kept


def backup(where: Where, domain: str | None, to: str, *, keep: int, force: bool) -> None:
    """Back up a home, or all of them. Raises Refusal."""
    from server.app import engine

    settings = where.settings_of_disk()
    with refusals(), folder_refusals(settings.dir):
        register = HomeRegister(settings.dir, secrets.token_bytes)
        records = [register.record(domain)] if domain else register.records()
    if not records:
        raise Refusal(say("no_instances", folder=settings.dir))
    if sealed := [record.domain for record in records if is_sealed(record.folder)]:
        raise Refusal(say("backup_sealed", domain=sealed[0]))
    target = _target(to, len(records), keep=keep, force=force)
    missing = [digest for record in records for digest in _back_up(record, target, engine())]
    if missing:
        raise Refusal(say("backup_lacks", count=len(missing), first=missing[0]))


def _target(to: str, homes: int, *, keep: int, force: bool) -> Target:
    path = Path(to)
    is_pool = to.endswith(("/", "\\")) or path.is_dir()
    if is_pool:
        with folder_refusals(path):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Target(path, is_pool=True, keep=keep)
    if homes > 1:
        raise Refusal(say("backup_many", count=homes, path=to))
    if path.exists() and not force:
        raise Refusal(say("backup_there", path=to))
    if not path.absolute().parent.is_dir():
        raise Refusal(say("folder_missing", folder=path.absolute().parent))
    return Target(path, is_pool=False)


def _back_up(record: InstanceRecord, target: Target, engine: Engine) -> list[str]:
    beside = target.path if target.is_pool else target.path.absolute().parent
    with folder_refusals(beside), unswept(record.folder), _staging(beside) as staging:
        snapshot = take_snapshot(record, staging, engine, rfc3339(utc_now()))
        about = snapshot.manifest
        with click.progressbar(length=about.bytes, label=record.domain, width=24) as bar:
            kept = target.write(snapshot, bar.update)
    told = say("backup_made", path=kept, blobs=about.blobs, size=show_size(about.bytes))
    click.echo(told)
    return snapshot.missing


@contextmanager
def _staging(beside: Path) -> Iterator[Path]:
    """Give a folder that is gone afterwards, and take away what a command left that was killed."""
    for left in beside.glob(f"{_STAGING}*"):
        with suppress(FolderInUse, OSError):
            FolderLock(left, _BUSY).release()
            shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=beside))
    lock = FolderLock(folder, _BUSY)
    try:
        (folder / "home").mkdir()
        yield folder / "home"
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)
