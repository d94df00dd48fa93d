"""The shapes of what CouchDB answers, as far as they are read."""

import msgspec


class Opaque(msgspec.Struct):
    """The figures of a database."""

    update_seq: str | int
    purge_seq: str | int = 0
    doc_count: int = 0
    doc_del_count: int = 0
    sizes: dict[str, int] = {}
    compact_running: bool = False


class Rev(msgspec.Struct):
    """A revision by its text."""

    rev: str


class ChangeRow(msgspec.Struct):
    """A row of the feed; all leaves, in no order but the winner's, which is first."""

    seq: str | int
    id: str
    changes: list[Rev]
    deleted: bool = False


class Feed(msgspec.Struct):
    """A page of the feed."""

    results: list[ChangeRow]
    last_seq: str | int
    pending: int = 0


class FoundLeaf(msgspec.Struct):
    """One leaf of a document; empty where there is none."""

    ok: msgspec.Raw = msgspec.Raw()


class FoundDocument(msgspec.Struct):
    """All leaves of a document."""

    id: str
    docs: list[FoundLeaf]


class BulkGet(msgspec.Struct):
    """The answer of `_bulk_get`."""

    results: list[FoundDocument]


class Lacking(msgspec.Struct):
    """The answer of `_revs_diff` for one document."""

    missing: list[str] = []
    possible_ancestors: list[str] = []


class WriteRow(msgspec.Struct):
    """What became of one document of `_bulk_docs`; without `error`, `rev` is what it is now."""

    id: str = ""
    rev: str = ""
    error: str = ""
    reason: str = ""


class ListedRow(msgspec.Struct):
    """A row of a listing or of a view."""

    id: str = ""
    doc: msgspec.Raw = msgspec.Raw()
    error: str = ""


class Listing(msgspec.Struct):
    """A listing, or the rows of a view."""

    rows: list[ListedRow]
    offset: int | None = None


class Purged(msgspec.Struct):
    """The answer of `_purge`."""

    purged: dict[str, list[str]]


class PurgedInfo(msgspec.Struct):
    """What was asked to be purged of one document."""

    id: str
    revs: list[str]


class PurgedInfos(msgspec.Struct):
    """The answer of `_purged_infos`."""

    purged_infos: list[PurgedInfo]
