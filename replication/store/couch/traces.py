"""What edits leave beside their documents: marks and notes, in a database of their own.

CouchDB writes no two documents in one step, so who writes an edit with traces writes an intent
first (`intents`), and readers in this process wait for it to be carried out.
"""

from collections.abc import Mapping, Sequence

import msgspec

from replication.core.errors import StorageUnreachable
from replication.store.couch.answers import Listing, WriteRow
from replication.store.couch.link import EXISTS, MISSING, CouchLink
from replication.wire.document_json import encode

_DIGITS = 18
_ATTEMPTS = 5
_FORGOTTEN_AT_ONCE = 500
_NOTHING = (b"", b"null")


class _Mark(msgspec.Struct):
    at: int
    rev: str | None = msgspec.field(default=None, name="_rev")


class _Note(msgspec.Struct):
    text: str
    rev: str = msgspec.field(default="", name="_rev")


class CouchTraces:
    """The marks and notes of one database; `link` is to the database beside it."""

    def __init__(self, link: CouchLink) -> None:
        self._link = link
        self._made = False

    async def marks(self, names: Sequence[str]) -> list[int]:
        """Return the sequences that marks were put to; 0 where none was."""
        found = await self._marks(list(dict.fromkeys(names)))
        return [found[name].at if name in found else 0 for name in names]

    async def _marks(self, names: Sequence[str]) -> dict[str, _Mark]:
        if not names:
            return {}
        body = encode({"keys": [f"m:{name}" for name in names]})
        asked = {"include_docs": "true"}
        answer = await self._link.read("POST", "_all_docs", parameters=asked, body=body)
        if answer.status == MISSING:
            return {}
        return {
            row.id.removeprefix("m:"): msgspec.json.decode(row.doc, type=_Mark)
            for row in self._link.decode(answer, Listing).rows
            if row.id and bytes(row.doc) not in _NOTHING
        }

    async def notes(self, since: int, limit: int) -> list[tuple[int, str]]:
        """Return notes after a sequence, each with its own, in order."""
        found = await self._notes(_note_id(since + 1), "n;", limit)
        return [(int(name.removeprefix("n:")), note.text) for name, note in found]

    async def forget_notes(self, through: int) -> None:
        """Delete the notes up to a sequence."""
        while found := await self._notes("n:", _note_id(through + 1), _FORGOTTEN_AT_ONCE):
            gone = [{"_id": name, "_rev": note.rev, "_deleted": True} for name, note in found]
            await self._write(gone)

    async def _notes(self, start: str, end: str, limit: int) -> list[tuple[str, _Note]]:
        """Return notes by their ids, from `start` to before `end`."""
        asked = {
            "startkey": encode(start).decode(),
            "endkey": encode(end).decode(),
            "inclusive_end": "false",
            "include_docs": "true",
            "limit": str(limit),
        }
        answer = await self._link.read("GET", "_all_docs", parameters=asked)
        if answer.status == MISSING:
            return []
        return [
            (row.id, msgspec.json.decode(row.doc, type=_Note))
            for row in self._link.decode(answer, Listing).rows
            if bytes(row.doc) not in _NOTHING
        ]

    async def leave(self, marks: Mapping[str, int], notes: Mapping[int, str]) -> None:
        """Put marks, none of them back; and keep notes. May be asked again."""
        await self._make()
        left = dict(marks)
        for _ in range(_ATTEMPTS):
            if not left and not notes:
                return
            before = await self._marks(list(left))
            docs = [_mark(name, at, before.get(name)) for name, at in left.items()]
            docs = [doc for doc in docs if doc is not None]
            docs += [{"_id": _note_id(at), "text": text} for at, text in notes.items()]
            refused = await self._write(docs)
            left = {name: at for name, at in left.items() if f"m:{name}" in refused}
            notes = {}
        raise StorageUnreachable("marks", "others write the same marks all the time")

    async def _write(self, docs: Sequence[object]) -> set[str]:
        """Write documents; return the ids of those that somebody else wrote before."""
        answer = await self._link.read("POST", "_bulk_docs", body=encode({"docs": docs}))
        rows = self._link.decode(answer, list[WriteRow])
        for row in rows:
            if row.error not in ("", "conflict"):
                raise StorageUnreachable("marks", row.error)
        return {row.id for row in rows if row.error}

    async def _make(self) -> None:
        if not self._made:
            answer = await self._link.read("PUT", parameters={"q": "1"})
            if answer.status not in (201, 202, EXISTS):
                raise StorageUnreachable("marks", str(answer.status))
            self._made = True

    async def remove(self) -> None:
        """Forget all of them."""
        await self._link.read("DELETE")
        self._made = False


def _note_id(at: int) -> str:
    return f"n:{at:0{_DIGITS}}"


def _mark(name: str, at: int, before: _Mark | None) -> dict[str, object] | None:
    if before is not None and before.at >= at:
        return None
    rev = {"_rev": before.rev} if before is not None else {}
    return {"_id": f"m:{name}", **rev, "at": at}
