"""What a file system takes for one name, and what it keeps, found by trying."""

import os
import stat
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clients.desktop.disk.faults import fault_of
from clients.desktop.disk.own_folder import OwnFolder
from clients.desktop.disk.port import NoRoomOnDisk
from clients.desktop.disk.system_calls import facts_at
from clients.desktop.disk.within import Directory
from clients.desktop.model.folding import Folding

TICK = 20_000_000
"""A jiffy of Linux, and room."""
_TICK_OF_SECONDS = 2_000_000_000
"""That of FAT, the longest."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    `executable`: the disk keeps whether a file may be run; `few_characters`: see `Root`. Two writes
    within a `tick`, in nanoseconds, may leave the same times.
    """

    folding: Folding
    executable: bool
    few_characters: bool
    tick: int


def probe(own: OwnFolder) -> Found:
    """Make a file of an odd name beside the contents on their way, and look for it otherwise."""
    name = unicodedata.normalize("NFC", f"Probe-É-{own.new_name()}")
    with own.incoming() as here:
        few_characters = not _takes(here, f"probe:{own.new_name()}")
        with _made(here, name):
            lower = name.lower(), name.replace("Probe", "probe")  # some fold no more than ASCII
            case = any(_is_there(here, other) for other in lower)
            forms = _is_there(here, unicodedata.normalize("NFD", name))
            tick = TICK if _keeps_fractions(here, name) else _TICK_OF_SECONDS
            return Found(Folding(case, forms), _keeps_modes(here, name), few_characters, tick)


def _takes(directory: Directory, name: str) -> bool:
    if sys.platform == "win32":  # there it would be a stream of another file
        return False
    try:
        with _made(directory, name):
            return True
    except OSError as error:
        return isinstance(fault_of(name, error), NoRoomOnDisk)


@contextmanager
def _made(directory: Directory, name: str) -> Iterator[None]:
    """Have an empty file there for a while."""
    place = directory.place(name)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    os.close(os.open(place.name, flags, 0o600, dir_fd=place.directory))
    try:
        yield
    finally:
        os.unlink(place.name, dir_fd=place.directory)


def _is_there(directory: Directory, name: str) -> bool:
    try:
        facts_at(directory.place(name))
    except OSError:
        return False
    return True


def _keeps_fractions(directory: Directory, name: str) -> bool:
    place, moment = directory.place(name), 1_000_000_001_500_000_000
    os.utime(place.name, ns=(moment, moment), dir_fd=place.directory)
    return facts_at(place).modified == moment


def _keeps_modes(directory: Directory, name: str) -> bool:
    place = directory.place(name)
    kept = []
    for mode in (0o700, 0o600):
        try:
            os.chmod(place.name, mode, dir_fd=place.directory)
        except (OSError, NotImplementedError):
            return False
        kept.append(bool(stat.S_IMODE(facts_at(place).mode) & 0o100))
    return kept == [True, False]
