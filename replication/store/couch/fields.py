"""Declared indexes, as views that CouchDB keeps.

Not as indexes of its own query language: those order by language (ICU), and ours by code point. A
view may ask for raw order, in which texts stand by their bytes, and so by code point. CouchDB
brings it up to date when it is read, so a reader finds what was written before.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from replication.core.document import StoredRevision
from replication.core.errors import DatabaseMissing
from replication.store.couch.answers import Listing
from replication.store.couch.documents import COMPOSED, HIDDEN_DESIGN
from replication.store.couch.link import CONFLICT, MISSING, CouchLink
from replication.store.couch.reading import fetch
from replication.store.ordering import begins, index_key
from replication.store.protocol import FieldIndex
from replication.wire.document_json import encode

_VIEW = "rows"
_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)

_MAP = """function (doc) {
  var has = Object.prototype.hasOwnProperty, composed = %s;
  var key = %s.map(function (name) {
    return has.call(composed, name) ? composed[name] : doc[name];
  });
  if (key.every(function (part) { return typeof part === "string"; })) {
    emit(key, null);
  }
}"""
_COMPOSED = f'doc["{COMPOSED}"] || {{}}'


def design_of(index: FieldIndex) -> tuple[str, bytes]:
    """Return the id of an index's design document, which tells what is in it, and its body."""
    source = _MAP % (_COMPOSED if index.composed else "{}", encode(index.fields).decode())
    body = {
        "language": "javascript",
        "views": {_VIEW: {"map": source, "options": {"collation": "raw"}}},
    }
    text = encode(body)
    return f"{HIDDEN_DESIGN}{index.name}-{sha256(text).hexdigest()[:8]}", text


def upper_bound(values: Sequence[str], *, prefix: bool) -> list[str] | None:
    """Return the first key, by code point, behind all that begin with `values`; None for none.

    With `prefix` the last of the values need only begin the field.
    """
    *first, last = values or [""]
    if values and not prefix:
        return [*first, last + "\0"]
    while last:
        following = _after(ord(last[-1]))
        if following is not None:
            return [*first, last[:-1] + chr(following)]
        last = last[:-1]
    return upper_bound(first, prefix=False) if first else None


def _after(point: int) -> int | None:
    if point == _LAST:
        return None
    return _SURROGATES.stop if point + 1 in _SURROGATES else point + 1


class CouchFields:
    """The declared indexes of one database."""

    def __init__(self, link: CouchLink, name: str) -> None:
        self._link = link
        self._name = name
        self._declared: dict[str, str] = {}

    async def declare(self, indexes: Sequence[FieldIndex]) -> None:
        """Build these indexes, those that are not there."""
        for index in indexes:
            await self._design(index)

    async def _design(self, index: FieldIndex) -> str:
        design, body = design_of(index)
        if self._declared.get(index.name) != design:
            name = design.removeprefix("_design/")
            answer = await self._link.read("PUT", "_design", name, body=body)
            if answer.status == MISSING:
                raise DatabaseMissing(self._name)
            if answer.status != CONFLICT:  # it was made just now, so it has to be built
                await self._rows(design, {"limit": "1"})
            self._declared[index.name] = design
        return design

    async def find_by(
        self,
        index: FieldIndex,
        values: Sequence[str],
        *,
        prefix: bool,
        limit: int,
        after: StoredRevision | None,
    ) -> list[StoredRevision]:
        """Read live documents whose first indexed fields equal `values`, in index order."""
        design = self._declared.get(index.name)
        if design != design_of(index)[0]:
            raise KeyError(index.name)
        wanted = index.key(values)
        behind = (*index_key(index, after), after.document_id) if after else None
        asked = _range(wanted, behind, prefix=prefix)
        found: list[StoredRevision] = []
        while len(found) < limit:
            size = limit - len(found) + (behind is not None)
            names = await self._rows(design, {**asked, "limit": str(size)})
            rows = await fetch(self._link, names)
            for name in names:
                winner = rows[name].winner() if name in rows else None
                key = index_key(index, winner) if winner and not winner.deleted else ()
                if winner and key and begins(key, wanted, prefix=prefix):
                    place = (*key, name)
                    if behind is None or place > behind:
                        found.append(winner)
            if len(names) < size or not found:
                break
            last = found[-1]
            behind = (*index_key(index, last), last.document_id)
            asked = _range(wanted, behind, prefix=prefix)
        return found[:limit]

    async def _rows(self, design: str, asked: dict[str, str]) -> list[str]:
        name = design.removeprefix("_design/")
        answer = await self._link.read("GET", "_design", name, "_view", _VIEW, parameters=asked)
        if answer.status == MISSING:
            raise DatabaseMissing(self._name)
        return [row.id for row in self._link.decode(answer, Listing).rows]


def _range(values: Sequence[str], behind: Sequence[str] | None, *, prefix: bool) -> dict[str, str]:
    asked: dict[str, object] = {"startkey": list(values)}
    if behind is not None:
        asked["startkey"] = list(behind[:-1])
        asked["startkey_docid"] = behind[-1]
    upper = upper_bound(values, prefix=prefix)
    if upper is not None:
        asked["endkey"] = upper
        asked["inclusive_end"] = False
    return {
        name: value if name.endswith("_docid") and isinstance(value, str) else _json(value)
        for name, value in asked.items()
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
