"""Which design documents of a database have a say in its writes; kept, and followed."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from replication.core.change import ChangesQuery
from replication.core.document import DESIGN_PREFIX, Edit, Written
from replication.core.sequence import UpdateSequence
from replication.store.protocol import Database, IdRange, Outcome
from server.functions.design import Design

_BEHIND_DESIGNS = "_design0"  # the character behind a slash
_MOST_AHEAD = 10_000


class DatabaseRules:
    """The validating design documents of one life of a database, as of a sequence.

    Own writes are told to it and move it on; what others wrote is looked through in the feed.
    """

    def __init__(self, designs: Sequence[Design], checked: UpdateSequence) -> None:
        self.designs = tuple(designs)
        self.epoch = checked.epoch
        self._checked = checked.number
        self._ahead: set[int] = set()

    def wrote(self, edits: Sequence[Edit], outcomes: Sequence[Outcome]) -> None:
        """Take note of writes: sequences under which no design document changed."""
        numbers = [
            outcome.sequence
            for edit, outcome in zip(edits, outcomes, strict=True)
            if isinstance(outcome, Written)
            and outcome.sequence is not None
            and not edit.document_id.startswith(DESIGN_PREFIX)
        ]
        if numbers == list(range(self._checked + 1, self._checked + 1 + len(numbers))):
            self._checked += len(numbers)  # nobody else wrote, as mostly
        else:
            self._ahead.update(numbers)
        while self._checked + 1 in self._ahead:
            self._checked += 1
            self._ahead.discard(self._checked)
        if len(self._ahead) > _MOST_AHEAD:
            self._ahead.clear()

    async def hold(self, database: Database, current: UpdateSequence) -> bool:
        """Tell whether no design document has changed since; False also when that is unknown."""
        if current.epoch != self.epoch or current.number < self._checked:
            return False
        if current.number > self._checked:
            page = await database.changes(ChangesQuery(since=self._checked))
            if page.pending or any(row.document_id.startswith(DESIGN_PREFIX) for row in page.rows):
                return False
            self._checked = max(self._checked, page.last.number)
            self._ahead = {number for number in self._ahead if number > self._checked}
        return True


class RuleBook:
    """The rules of all databases of a home that were written to."""

    def __init__(self) -> None:
        self._rules: dict[str, DatabaseRules] = {}
        self._reading = asyncio.Lock()

    async def of(self, database: Database) -> DatabaseRules:
        """Return the rules that hold now."""
        if (known := await self._known(database)) is not None:
            return known
        async with self._reading:  # by one of those who wait for it
            if (known := await self._known(database)) is not None:
                return known
            current = await database.sequence()
            # nothing was written yet: nothing to list, whose index would have to be made
            designs = await _validating(database, current.epoch) if current.number else []
            rules = self._rules[database.name] = DatabaseRules(designs, current)
            return rules

    def forget(self, database: Database) -> None:
        """Read the rules anew next time: the feed tells nothing of documents that are purged."""
        self._rules.pop(database.name, None)

    async def _known(self, database: Database) -> DatabaseRules | None:
        rules = self._rules.get(database.name)
        if rules is None or not await rules.hold(database, await database.sequence()):
            return None
        return rules


class _Members(msgspec.Struct):
    validate_doc_update: Any = None


async def _validating(database: Database, epoch: str) -> list[Design]:
    among = IdRange(start=DESIGN_PREFIX, end=_BEHIND_DESIGNS, inclusive_end=False)
    found, _ = await database.all_docs(among)
    return [
        Design.of(stored, database.name, epoch)
        for stored in found
        if msgspec.json.decode(stored.body, type=_Members).validate_doc_update is not None
    ]
