"""A document's revision tree as a compact blob, with where the bodies of its revisions rest.

MessagePack of `[branches, kept]`. A branch is `[generation, digests, deleted]`, where digests of 32
hexadecimal digits are packed as 16 bytes each into one string, and others stay a list of texts. A
kept body is `[generation, digest, deleted, key]`: a revision other than the winner whose body is
row `key` of the body table. The winner's body is in the document's own row.
"""

from binascii import unhexlify
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from replication.core.revision import Revision
from replication.core.revision_tree import Branch, RevisionTree

_DIGEST_DIGITS = 32
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class KeptBody:
    """Where the body of a revision that is not the winner rests."""

    deleted: bool
    key: int


Kept = Mapping[Revision, KeptBody]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many revisions of a branch are remembered, and how many old bodies are kept."""

    revisions: int
    bodies: int


class _PackedBranch(msgspec.Struct, array_like=True):
    generation: int
    digests: bytes | list[str]
    deleted: bool


class _PackedBody(msgspec.Struct, array_like=True):
    generation: int
    digest: str
    deleted: bool
    key: int


class _PackedTree(msgspec.Struct, array_like=True):
    branches: list[_PackedBranch]
    kept: list[_PackedBody]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_PackedTree).decode


def pack(tree: RevisionTree, kept: Kept) -> bytes:
    """Turn a tree, and the places of its bodies, into a blob."""
    # tuples, which are written as these structs are, and are made in less time
    branches = [
        (branch.generation, _pack_digests(branch.digests), branch.deleted)
        for branch in tree.branches
    ]
    bodies = [(r.generation, r.digest, b.deleted, b.key) for r, b in kept.items()]
    return _encode((branches, bodies))


def begun(revision: Revision, *, deleted: bool) -> bytes:
    """Return the tree of a document that has this one revision, its digest 32 digits."""
    return _encode((((revision.generation, unhexlify(revision.digest), deleted),), ()))


def grown(
    blob: bytes,
    revision: Revision,
    base: Revision,
    former: KeptBody,
    limits: Limits,
    *,
    deleted: bool,
) -> bytes | None:
    """Return a tree, of one branch that ends in `base`, with a revision more.

    `former` is where the body of `base` rests from now on. None where the tree is another, or
    more is to be forgotten than the end of the branch: that takes the long way.
    """
    packed = _decode(blob)
    branch = packed.branches[0]
    digests = branch.digests
    if len(packed.branches) > 1 or len(packed.kept) >= limits.bodies or isinstance(digests, list):
        return None
    if branch.generation != base.generation or digests[:_DIGEST_BYTES].hex() != base.digest:
        return None
    longer = (unhexlify(revision.digest) + digests)[: limits.revisions * _DIGEST_BYTES]
    kept = (*packed.kept, (base.generation, base.digest, former.deleted, former.key))
    return _encode((((revision.generation, longer, deleted),), kept))


def unpack(blob: bytes) -> tuple[RevisionTree, dict[Revision, KeptBody]]:
    """Turn a blob back into the tree and the places of its bodies."""
    packed = _decode(blob)
    if len(packed.branches) == 1 and not packed.kept:  # most documents
        (only,) = packed.branches
        branch = Branch(only.generation, _unpack_digests(only.digests), only.deleted)
        return RevisionTree((branch,)), {}
    branches = tuple(
        [
            Branch(branch.generation, _unpack_digests(branch.digests), branch.deleted)
            for branch in packed.branches
        ]
    )
    kept = {Revision(b.generation, b.digest): KeptBody(b.deleted, b.key) for b in packed.kept}
    return RevisionTree(branches), kept


def _pack_digests(digests: tuple[str, ...]) -> bytes | list[str]:
    joined = digests[0] if len(digests) == 1 else "".join(digests)
    if len(joined) == _DIGEST_DIGITS * len(digests) and (
        len(digests) == 1 or all(len(digest) == _DIGEST_DIGITS for digest in digests)
    ):
        try:
            packed = unhexlify(joined)
        except ValueError:
            return list(digests)
        if packed.hex() == joined:  # upper case would not come back
            return packed
    return list(digests)


def _unpack_digests(packed: bytes | list[str]) -> tuple[str, ...]:
    if isinstance(packed, list):
        return tuple(packed)
    text = packed.hex()
    if len(text) == _DIGEST_DIGITS:  # most documents have one revision
        return (text,)
    return tuple([text[n : n + _DIGEST_DIGITS] for n in range(0, len(text), _DIGEST_DIGITS)])
