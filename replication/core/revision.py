"""A revision names one version of one document: a generation and a digest."""

from typing import NamedTuple

from replication.core.errors import InvalidRevision


class Revision(NamedTuple):
    """Generation and digest, printed `3-c41f…`.

    A first version has generation 1, each edit one more; `_local/` documents stay at 0. Tuples
    compare as CouchDB compares leaves of one kind: generation first, then digest.
    """

    generation: int
    digest: str

    def __str__(self) -> str:
        return f"{self.generation}-{self.digest}"

    @classmethod
    def parse(cls, text: object) -> "Revision":
        """Read `3-c41f…`.

        The digest may be anything, also empty, as CouchDB has it. Raises InvalidRevision for what
        does not begin with digits and a dash.
        """
        if not isinstance(text, str):
            raise InvalidRevision(text)
        generation, dash, digest = text.partition("-")
        if not (dash and generation.isascii() and generation.isdigit()):
            raise InvalidRevision(text)
        if len(generation) > _GENERATION_DIGITS:
            raise InvalidRevision(text)
        return cls(int(generation), digest)


_GENERATION_DIGITS = 15  # a generation fits a double exactly: JavaScript clients compare it so


def history_of(start: int, digests: "tuple[str, ...] | list[str]") -> tuple[Revision, ...]:
    """Turn `_revisions: {start, ids}` into revisions, newest first (replication protocol 2.4.2.5).

    Raises InvalidRevision when there are more digests than generations.
    """
    if not digests or start < len(digests):
        raise InvalidRevision(f"{start} generations for {len(digests)} digests")
    return tuple(Revision(start - n, digest) for n, digest in enumerate(digests))
