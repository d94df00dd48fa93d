"""Which names a disk takes for one."""

import unicodedata

from clients.desktop.disk.port import Folding


def folded(name: str, folding: Folding) -> str:
    """Return what is equal for the names that a disk takes for one.

    Rather too much is equal than too little: a node that is not written is told of, one that is
    written over another would be lost.
    """
    if folding.unicode:
        name = unicodedata.normalize("NFC", name)
    if folding.case:
        name = name.casefold()
    return unicodedata.normalize("NFC", name) if folding.unicode else name
