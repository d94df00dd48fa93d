"""Which life of a file this is: one that was copied back from a backup begins a new one.

A restored file stands at an earlier sequence than its clients remember. Were it to write on under
the same epoch, it would give new changes the sequences of lost ones, and a client that remembers
those would skip them. So the database remembers when the mark beside it last changed, which no
program can set: a mark that is copied has another time. With the file's own number (inode), that
tells a folder, or a file, that was brought back. Where it was only moved to another disk, clients
read the feed once more from the beginning, and lose nothing.

What cannot be told is the file alone copied over, in place, beside the mark as it was; restoring
from a backup of the folder is what `docs/formats` asks for.
"""

from collections.abc import Callable
from pathlib import Path

import apsw

SUFFIX = "-life"


def begin(connection: apsw.Connection, path: Path, new_epoch: Callable[[], str]) -> bool:
    """Give every database a new epoch if the file was brought here; tell whether it was."""
    here = _place(path)
    known = [place for (place,) in connection.execute("SELECT place FROM life")]
    if known == [here]:
        return False
    with connection:
        connection.execute("DELETE FROM life")
        connection.execute("INSERT INTO life (place) VALUES (?)", (here,))
        numbers = [number for (number,) in connection.execute("SELECT number FROM catalogue")]
        connection.executemany(
            "UPDATE catalogue SET epoch = ? WHERE number = ?",
            [(new_epoch(), number) for number in numbers],
        )
    return bool(known)


def _place(path: Path) -> str:
    mark = path.with_name(path.name + SUFFIX)
    if not mark.exists():
        mark.touch(mode=0o600)
    return f"{path.stat().st_ino}-{mark.stat().st_ctime_ns}"
