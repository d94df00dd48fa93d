"""`foyer import ARCHIVE`: a home brought in from an archive of `foyer export`, beside the others.

The archive is read to its end before anything is made. An import that was cut off goes on when the
command is given again: what it made lies in a folder that is named after the archive.
"""

import asyncio
import shutil
from contextlib import AsyncExitStack
from dataclasses import replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import IO

import click
import msgspec

from replication.core.errors import ReplicationError
from server.at_rest.home_key import read_key
from server.at_rest.host_key import host_key
from server.cli.byte_bar import ByteBar
from server.cli.homes_office import office, register_of
from server.cli.messages import say
from server.cli.open_home import erase_kept
from server.cli.refusals import Refusal, folder_refusals, refusals
from server.cli.where import Where
from server.export.importing import Checked, Importing, Progress, check
from server.export.manifest import ExportUnusable
from server.export.told_record import record_in
from server.instances.erasing import STAGED
from server.instances.founding import HomeRegister
from server.instances.record import InstanceRecord, read_record, write_record
from server.settings import Settings


def import_home(where: Where, source: Path, called: str | None) -> None:
    """Import a home; `called` gives it another name. Raises Refusal."""
    settings = where.settings()
    register = register_of(settings)
    with source.open("rb") as file, folder_refusals(settings.dir):
        checked = _checked(source, file)
        domain = (called or checked.head.domain).lower()
        with refusals():
            register.require_free([domain])
            record, password = _staged(register, checked, domain, settings)
        _fill(record, settings, file, source)
        with office(settings) as homes:
            home = homes.adopt(record.folder, called, instead=False)
    told = say("imported_home", domain=home["domain"], at=checked.head.created_at)
    click.echo(told)
    if password:
        click.echo(say("password_is", password=password))


def _checked(source: Path, file: IO[bytes]) -> Checked:
    size = source.stat().st_size
    try:
        with ByteBar(say("checking")) as bar:
            return check(file, lambda more: bar(more, size))
    except ExportUnusable as error:
        raise Refusal(say("export_unusable", path=source, why=error)) from error


def _staged(
    register: HomeRegister, checked: Checked, domain: str, settings: Settings
) -> tuple[InstanceRecord, str]:
    """Make the folder where the home comes to be, or find it; return a password made up for it."""
    folder = _folder_for(register, checked, domain)
    record = record_in(checked.record, folder, register.random)
    try:
        secret = read_record(folder).secret
    except FileNotFoundError:
        secret = _secret_at_rest(record, register, settings)
    record, password = replace(record, secret=secret), ""
    if not record.owner.password_hash:
        password = register.new_password()
        record = register.with_password(record, password)
    write_record(record)
    return record, password


def _secret_at_rest(record: InstanceRecord, register: HomeRegister, settings: Settings) -> bytes:
    """Give the home a key if it is to have one; return its secret as the record then has it."""
    record.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    register.seal(record.folder)
    host = host_key(settings.encryption) if settings.encryption else None
    key = read_key(record.folder, host)
    return key.turned(record.secret) if key else record.secret


def _folder_for(register: HomeRegister, checked: Checked, domain: str) -> Path:
    """Return the folder that an archive is imported into, the same when it is asked again."""
    for number in count():
        facts = msgspec.json.encode([checked.manifest, domain, number])
        name = sha256(facts).hexdigest()[:16]
        if not (register.instances / name).exists():
            return register.instances / f"{STAGED}{name}"
    raise AssertionError


def _fill(record: InstanceRecord, settings: Settings, file: IO[bytes], source: Path) -> None:
    size = source.stat().st_size
    file.seek(0)
    try:
        with ByteBar(source.name) as bar:
            asyncio.run(_filled(record, settings, file, lambda more: bar(more, size)))
    except ExportUnusable as error:
        erase_kept(settings, record)
        shutil.rmtree(record.folder)
        raise Refusal(say("export_unusable", path=source, why=error)) from error
    except ReplicationError as error:
        raise Refusal(say("import_failed", why=error)) from error


async def _filled(
    record: InstanceRecord, settings: Settings, file: IO[bytes], progress: Progress
) -> None:
    from server.engines import Engines
    from server.fresh import new_id

    async with Engines(new_id, settings) as engines, AsyncExitStack() as stack:
        store = await engines.documents(record)
        stack.push_async_callback(store.close)
        blobs = await engines.blobs(record)
        stack.push_async_callback(blobs.close)
        await Importing(store, blobs, progress).take(file)
