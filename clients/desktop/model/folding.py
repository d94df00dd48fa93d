"""Which names a disk takes for one."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folding:
    """What a file system takes for one name, found by probing, not by the system's name."""

    case: bool = False
    unicode: bool = False


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
