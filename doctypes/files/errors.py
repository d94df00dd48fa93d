"""What can go wrong with files and directories, as facts."""

from datetime import datetime


class FileTreeError(Exception):
    """Root of every error that the file tree raises on purpose."""


class NodeMissing(FileTreeError):
    """No file or directory has this id or path."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"nothing at {wanted}")
        self.wanted = wanted


class NotANode(FileTreeError):
    """A document in the files' database is neither a file nor a directory."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"{document_id} is neither a file nor a directory")
        self.document_id = document_id


class NameTaken(FileTreeError):
    """The directory has something of this name."""

    def __init__(self, parent_id: str, name: str) -> None:
        super().__init__(f"{name!r} is taken in {parent_id}")
        self.parent_id = parent_id
        self.name = name


class IllegalName(FileTreeError):
    """Nothing may be called this."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name[:64]!r} is no name: {reason}")
        self.name = name
        self.reason = reason


class NotADirectory(FileTreeError):
    """A file was given where a directory belongs."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"{node_id} is a file")
        self.node_id = node_id


class IsADirectory(FileTreeError):
    """A directory was given where a file belongs."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"{node_id} is a directory")
        self.node_id = node_id


class MoveIntoItself(FileTreeError):
    """A directory would end up below itself, or in place of one it lies in."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"{node_id} cannot go below or in place of itself")
        self.node_id = node_id


class StaleRevision(FileTreeError):
    """The node is not the one its editor saw; both are revisions, or both digests of content."""

    def __init__(self, node_id: str, expected: object, found: object) -> None:
        super().__init__(f"{node_id}: expected {expected}, found {found}")
        self.node_id = node_id
        self.expected = expected
        self.found = found


class LookAlike(NameTaken):
    """The directory has something whose name differs by case or by width of letters at most."""

    def __init__(self, parent_id: str, name: str, found: str) -> None:
        super().__init__(parent_id, name)
        self.found = found


class OlderThanStored(FileTreeError):
    """A date was to be set that lies before the one that is there."""

    def __init__(self, node_id: str, stored: datetime, given: datetime) -> None:
        super().__init__(f"{node_id}: {given} is older than {stored}")
        self.node_id = node_id
        self.stored = stored
        self.given = given


class QuotaExceeded(FileTreeError):
    """There is no room for this: all figures in bytes."""

    def __init__(self, quota: int, used: int, wanted: int) -> None:
        super().__init__(f"{wanted} bytes do not fit: {used} of {quota} are used")
        self.quota = quota
        self.used = used
        self.wanted = wanted


class VersionMissing(FileTreeError):
    """A file has no such old version."""

    def __init__(self, version_id: str) -> None:
        super().__init__(f"no version {version_id}")
        self.version_id = version_id


class Protected(FileTreeError):
    """The root and the trash stay where they are, and nothing is put into the trash by hand."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"{node_id} is kept as it is")
        self.node_id = node_id


class ParentInTrash(Protected):
    """Nothing is made in the trash, or brought there but by throwing it away."""


class TooDeep(FileTreeError):
    """A path would have more names than allowed."""

    def __init__(self, path: str, limit: int) -> None:
        super().__init__(f"more than {limit} names below each other")
        self.path = path
        self.limit = limit


class AlreadyInTrash(FileTreeError):
    """What is in the trash cannot be put there."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"{node_id} is in the trash")
        self.node_id = node_id


class NotInTrash(FileTreeError):
    """Only what is in the trash can be restored."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"{node_id} is not in the trash")
        self.node_id = node_id


class DeparturesForgotten(FileTreeError):
    """What left its place after this sequence is not known any more."""

    def __init__(self, since: int) -> None:
        super().__init__(f"departures since {since} are forgotten")
        self.since = since
