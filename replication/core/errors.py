"""What can go wrong on this floor, as facts; the dialects above say it to HTTP clients."""


class ReplicationError(Exception):
    """Root of every error that the replication floor raises on purpose."""


class DatabaseMissing(ReplicationError):
    """No database has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class DatabaseExists(ReplicationError):
    """A database of this name is there already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class DocumentMissing(ReplicationError):
    """No such document or revision, or (`deleted`) its winner is a tombstone."""

    def __init__(self, document_id: str, *, deleted: bool = False) -> None:
        super().__init__(document_id)
        self.document_id = document_id
        self.deleted = deleted


class AttachmentMissing(ReplicationError):
    """The revision read has no attachment of this name."""

    def __init__(self, document_id: str, name: str) -> None:
        super().__init__(f"{document_id}/{name}")
        self.document_id = document_id
        self.name = name


class StubMissing(ReplicationError):
    """An edit names an attachment by stub, and there is nothing to take it from."""

    def __init__(self, document_id: str, name: str) -> None:
        super().__init__(f"{document_id}/{name}")
        self.document_id = document_id
        self.name = name


class Conflict(ReplicationError):
    """An edit is not based on a leaf: `expected` is what it named, `found` the current winner."""

    def __init__(self, document_id: str, expected: object = None, found: object = None) -> None:
        super().__init__(f"{document_id}: expected {expected}, found {found}")
        self.document_id = document_id
        self.expected = expected
        self.found = found


class Invalid(ReplicationError):
    """The caller's input breaks a rule; `word` is CouchDB's word for it, `reason` its sentence."""

    def __init__(self, word: str, reason: str) -> None:
        super().__init__(f"{word}: {reason}")
        self.word = word
        self.reason = reason


class Refused(ReplicationError):
    """A rule that the database itself carries refuses this, or failed to say that it does not.

    `word` is CouchDB's (`forbidden` and `unauthorized` above all) or that of the failure.
    """

    def __init__(self, word: str, reason: str) -> None:
        super().__init__(f"{word}: {reason}")
        self.word = word
        self.reason = reason


class InvalidRevision(Invalid):
    """Text that is no revision."""

    def __init__(self, text: object) -> None:
        super().__init__("bad_request", "Invalid rev format")
        self.text = text


class BlobMissing(ReplicationError):
    """No blob has this digest."""

    def __init__(self, digest: str) -> None:
        super().__init__(digest)
        self.digest = digest


class BlobMismatch(ReplicationError):
    """Bytes that arrived are not those announced; `what` is `length`, `md5` or `sha256`."""

    def __init__(self, what: str, expected: object, found: object) -> None:
        super().__init__(f"{what}: expected {expected}, found {found}")
        self.what = what
        self.expected = expected
        self.found = found


class TooLarge(ReplicationError):
    """More bytes than are taken: `what` is `document`, `attachment` or `request`, `name` which."""

    def __init__(self, what: str, name: str = "") -> None:
        super().__init__(f"{what} {name}".rstrip())
        self.what = what
        self.name = name


class StorageFull(ReplicationError):
    """The disk or the store behind it has no room left; nothing of the write was kept."""


class StorageUnreachable(ReplicationError):
    """The store behind does not answer, or not sensibly: a write may have come to be or not.

    `place` is where it is and `why` what it said; neither holds a secret.
    """

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why


class StoreClosed(ReplicationError):
    """The store was closed while, or before, this was asked."""
