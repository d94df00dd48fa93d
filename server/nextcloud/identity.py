"""How files are numbered for clients that know them by number, and which server they believe in.

Nextcloud's `oc:fileid` is a whole number, which the Android app reads into 64 bits, and `oc:id` is
that number with the server's name behind it. Ours are made of the document's id, so that they need
no table and stay as long as the file does; `file_numbers` leads back.
"""

from functools import lru_cache
from hashlib import blake2b

VERSION = (31, 0, 4, 1)
"""The Nextcloud that clients take us for: they refuse old ones, and newer ones have more to ask."""
VERSION_STRING = ".".join(map(str, VERSION[:3]))
_BITS = 62
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=1024)  # of one node it is asked twice, for `oc:id` and for `oc:fileid`
def file_number(node_id: str) -> int:
    """Return the number of a node: positive, below 2^62, the same in every home for one id."""
    digest = blake2b(node_id.encode(), digest_size=8, person=b"file number").digest()
    return (int.from_bytes(digest, "big") >> (64 - _BITS)) or 1


def instance_id(domain: str) -> str:
    """Return what tells a home from others: `oc` and ten letters or digits."""
    number = int.from_bytes(blake2b(domain.encode(), digest_size=8).digest(), "big")
    letters = []
    for _ in range(10):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "oc" + "".join(letters)


def file_id(node_id: str, instance: str) -> str:
    """Return the `oc:id` of a node: clients read the digits in front as its number."""
    return f"{file_number(node_id):08d}{instance}"
