"""Homes on their way out and in, on the disk: whole or not there, however the process ends.

A home leaves by one rename, to a name with a dot that no start reads, and is removed from there.
One that is brought back is made ready under such a name, moved in without its record, and is there
once the record has its name; the home that it replaces leaves in between.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from server.instances.founding import UUID_LENGTH, HomeRegister
from server.instances.names import legal_domain
from server.instances.record import (
    FILE_NAME,
    InstanceRecord,
    RecordUnreadable,
    read_record,
    sync_directory,
    write_record,
)

ERASED = ".erased-"
STAGED = ".restoring-"
_READY = FILE_NAME + ".restored"
_ABANDONED = 24 * 3600.0
"""Seconds after which somebody who was bringing a home back is taken to have given up."""


def erase(folder: Path) -> None:
    """Remove a home's folder. Raises OSError."""
    shutil.rmtree(moved_out(folder))


def moved_out(folder: Path) -> Path:
    """Move a home out of the way, so that it is no more; return what remains to be removed."""
    leaving = folder.with_name(ERASED + folder.name)
    folder.rename(leaving)
    sync_directory(folder.parent)
    return leaving


def staged_record(register: HomeRegister, staged: Path, domain: str | None) -> InstanceRecord:
    """Return the record that a home brought back is to have; `domain` calls it otherwise.

    Raises DomainIllegal, RecordUnreadable, OSError; ValueError for a folder that is none.
    """
    if staged.parent != register.instances or not staged.name.startswith(STAGED):
        raise ValueError(f"not the folder of a home that is being restored: {staged}")
    folder = register.instances / staged.name.removeprefix(STAGED)
    record = replace(read_record(staged), folder=folder, deletion_at="")
    if domain is None or legal_domain(domain) == record.domain:
        return record
    uuid = register.random(UUID_LENGTH).hex()  # it is another home, beside the one it was
    return replace(record, domain=legal_domain(domain), aliases=(), former=(), uuid=uuid)


def adopt(staged: Path, record: InstanceRecord, replaced: Path | None) -> None:
    """Put a home that was made ready where its record says, instead of another. Raises OSError."""
    write_record(replace(record, folder=staged), _READY)
    (staged / FILE_NAME).unlink()
    staged.rename(record.folder)
    sync_directory(record.folder.parent)
    leaving = moved_out(replaced) if replaced is not None else None
    _let_in(record.folder)
    if leaving is not None:
        shutil.rmtree(leaving, ignore_errors=True)  # what stays is removed at the next start


def _let_in(folder: Path) -> None:
    (folder / _READY).rename(folder / FILE_NAME)
    sync_directory(folder)


def tidy(register: HomeRegister, now: float | None = None) -> None:
    """Finish what a process left half done that ended; only for who holds the data folder.

    `now` is seconds since 1970. Raises OSError.
    """
    moment = time.time() if now is None else now
    for folder in _dotted(register.instances):
        gone = folder.name.startswith(ERASED)
        if gone or (folder.name.startswith(STAGED) and _is_abandoned(folder, moment)):
            shutil.rmtree(folder, ignore_errors=True)
    ready = [path.parent for path in register.instances.glob(f"[!.]*/{_READY}")]
    if ready:
        taken = {outline.domain for outline in register.outlines()}
        for folder in ready:
            _settle(folder, taken)


def _settle(folder: Path, taken: set[str]) -> None:
    """Let a home in if the one that it replaces had left, else take it away again."""
    with suppress(RecordUnreadable):
        if read_record(folder, _READY).domain not in taken:
            _let_in(folder)
            return
    erase(folder)


def _is_abandoned(folder: Path, now: float) -> bool:
    return now - folder.stat().st_mtime > _ABANDONED


def _dotted(instances: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from [path for path in instances.iterdir() if path.name.startswith(".")]
