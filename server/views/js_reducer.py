"""A reduce function in JavaScript, as the index asks for it."""

from collections.abc import Sequence

from replication.index.reducers import Rows
from replication.wire.document_json import encode
from server.functions.design import Design
from server.functions.design_functions import DesignFunctions


class JavaScriptReducer:
    """Reduces with the function of one view. Raises Refused when it cannot be run."""

    def __init__(self, functions: DesignFunctions, design: Design, view: str) -> None:
        self._functions = functions
        self._design = design
        self._view = view

    async def reduce(self, groups: Sequence[Rows]) -> Sequence[bytes]:
        """Return what the rows of each group reduce to."""
        given = [(_keys(rows), _array([row.value for row in rows])) for rows in groups]
        made = await self._functions.reduce_many(self._design, self._view, given)
        return [bytes(value) for value in made]

    async def rereduce(self, groups: Sequence[Sequence[bytes]]) -> Sequence[bytes]:
        """Return what the results of each group reduce to."""
        given = [_array(values) for values in groups]
        made = await self._functions.rereduce_many(self._design, self._view, given)
        return [bytes(value) for value in made]

    def finish(self, partial: bytes) -> bytes:
        """Return the result as it is."""
        return partial


def _keys(rows: Rows) -> bytes:
    return _array([b"[%s,%s]" % (row.key, encode(row.document_id)) for row in rows])


def _array(values: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(values) + b"]"
