"""The little of many homes that lists and host names need, read fast."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from server.instances.record import FILE_NAME, RecordUnreadable

_PIECE = 1 << 16


class OwnerName(msgspec.Struct, frozen=True):
    """Whose home it is."""

    name: str


class Outline(msgspec.Struct):
    """What a record says of a home's names, owner and standing, as `InstanceRecord` has it."""

    domain: str
    aliases: tuple[str, ...]
    owner: OwnerName
    former: tuple[str, ...] = ()
    blocked: str = ""
    deletion_at: str = ""
    moved_to: str = ""
    folder: str = ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every name it answers to, or leads on from."""
        return (self.domain, *self.aliases, *self.former)


_DECODER = msgspec.json.Decoder(Outline)


def each_outline(
    instances: Path, broken: Callable[[RecordUnreadable], None] | None = None
) -> Iterator[Outline]:
    """Read the outlines of all homes in a folder, in no order. Raises OSError.

    Those that cannot be read are told to `broken`; without it RecordUnreadable is raised.
    """
    try:
        entries = list(os.scandir(instances))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name.startswith("."):  # on its way in or out
            continue
        path = f"{entry.path}/{FILE_NAME}"
        try:
            outline = _DECODER.decode(_content(path))
        except (FileNotFoundError, NotADirectoryError):  # no home
            continue
        except (msgspec.MsgspecError, UnicodeError) as error:
            problem = RecordUnreadable(Path(path), str(error))
            if broken is None:
                raise problem from error
            broken(problem)
            continue
        outline.folder = entry.path
        yield outline


def _content(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        content = piece = os.read(descriptor, _PIECE)
        while len(piece) == _PIECE:
            piece = os.read(descriptor, _PIECE)
            content += piece
        return content
    finally:
        os.close(descriptor)
