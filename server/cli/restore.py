"""`foyer restore`: a home brought back from a backup, also while a server has the others."""

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import click

from server.backup.archive import unpack_archive
from server.backup.manifest import FILE_NAME, BackupUnusable, Flaw, Manifest, read_manifest
from server.backup.pool import backups_in, unpack_from_pool
from server.backup.unpacking import Unpacking
from server.cli.homes_office import office
from server.cli.messages import say
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.where import Where
from server.instances.erasing import STAGED
from server.instances.founding import INSTANCES, DomainTaken, HomeRegister
from server.settings import Settings


def restore(
    where: Where, source: Path, *, domain: str | None, called: str | None, replace: bool
) -> None:
    """Bring a home back; `called` gives it another name. Raises Refusal."""
    settings = where.settings_of_disk()
    kept = _chosen(source, domain)
    staged = settings.dir / INSTANCES / f"{STAGED}{secrets.token_hex(8)}"
    with folder_refusals(settings.dir):
        staged.mkdir(parents=True, mode=0o700)
    try:
        manifest = _unpack(kept, staged)
        _require_room(settings, called or manifest.domain, replace=replace)
        with office(settings) as homes:
            home = homes.adopt(staged, called, instead=replace)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    told = say("restored", domain=home["domain"], at=manifest.created_at, blobs=manifest.blobs)
    click.echo(told)


def _chosen(source: Path, domain: str | None) -> Path:
    """Return the archive, or the folder of the last backup of a home in a pool."""
    if not source.is_dir() or (source / FILE_NAME).is_file():
        return source
    found = backups_in(source, domain.lower() if domain else None)
    homes = sorted({kept.parent.name for kept in found})
    if not found:
        raise Refusal(say("no_backup", path=source))
    if len(homes) > 1:
        raise Refusal(say("restore_which", path=source, homes=", ".join(homes)))
    return found[-1]


def _unpack(kept: Path, staged: Path) -> Manifest:
    unpack: Callable[..., Manifest] = unpack_from_pool if kept.is_dir() else unpack_archive
    with click.progressbar(length=_size_of(kept), label=kept.name, width=24) as bar:
        try:
            manifest = unpack(kept, Unpacking(staged), bar.update)
        except BackupUnusable as error:
            raise Refusal(_unusable(error)) from error
        except OSError as error:
            why = error.strerror or str(error)
            raise Refusal(say("restore_failed", path=kept, why=why)) from error
        bar.update(max((bar.length or 0) - bar.pos, 0))  # what an archive has around its files
    return manifest


def _unusable(error: BackupUnusable) -> str:
    told: dict[Flaw, Callable[[str], str]] = {
        Flaw.NO_ARCHIVE: lambda about: say("flaw_no_archive", why=about),
        Flaw.NO_MANIFEST: lambda _: say("flaw_no_manifest"),
        Flaw.LATER: lambda about: say("flaw_later", format=about),
        Flaw.DAMAGED: lambda about: say("flaw_damaged", name=about),
        Flaw.LACKS: lambda about: say("flaw_lacks", names=about),
        Flaw.FOREIGN: lambda about: say("flaw_foreign", name=about),
    }
    return say("backup_unusable", path=error.path, why=told[error.flaw](error.about))


def _size_of(kept: Path) -> int:
    """Return how many bytes are to come, for the bar: about."""
    try:
        if kept.is_dir():
            return read_manifest(kept, (kept / FILE_NAME).read_bytes()).bytes
        return kept.stat().st_size
    except (OSError, BackupUnusable):
        return 0


def _require_room(settings: Settings, domain: str, *, replace: bool) -> None:
    """Refuse in time, and in words of this command, what another home stands in the way of."""
    if replace:
        return
    with refusals(), folder_refusals(settings.dir):
        register = HomeRegister(settings.dir, secrets.token_bytes)
        try:
            register.require_free([domain.lower()])
        except DomainTaken as error:
            raise Refusal(say("restore_taken", domain=error.domain)) from error
