"""An intent is written before its edits, and carried out again should the process die between.

CouchDB writes one document at a time. A group of edits is first decided, then noted whole as one
local document in the home's log, then written revision by revision as it stands, then its marks and
notes, and at last the note is removed. Whatever of it a crash leaves undone, the next process that
opens the home does, before it serves anything, and this one before it writes again where CouchDB
did not answer; what was done is done again without a difference.

This is what it does not give: a reader may see the first document of a group before the last. And
groups are decided by the process that writes them: were a second one to write the same documents at
that moment, both edits would be kept, as a conflict.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import msgspec

from replication.core.attachment import Attachment
from replication.core.document import Edit, Written
from replication.core.errors import (
    DatabaseMissing,
    DocumentMissing,
    ReplicationError,
    StorageUnreachable,
)
from replication.core.revision import Revision
from replication.store.couch.documents import Rendered
from replication.store.couch.link import EXISTS, CouchLink
from replication.store.couch.locals import CouchLocals
from replication.store.couch.planning import Plan, Step, plan, read_known
from replication.store.couch.traces import CouchTraces
from replication.store.couch.writing import CouchWriter
from replication.store.protocol import IdRange, Outcome
from replication.wire.document_json import encode

_LOG = "_local/"


@dataclass(frozen=True, slots=True)
class Target:
    """One database, as groups of edits write to it; `turn` is held by who writes."""

    name: str
    link: CouchLink
    writer: CouchWriter
    traces: CouchTraces
    turn: asyncio.Lock


class _NotedStep(msgspec.Struct):
    """One step as the log has it."""

    document_id: str
    body: msgspec.Raw
    deleted: bool
    history: list[str]
    attachments: dict[str, Attachment]
    marks: tuple[str, ...]
    note: str


class _Noted(msgspec.Struct):
    """An intent as the log has it: steps by database."""

    steps: dict[str, list[_NotedStep]]


OpenTarget = Callable[[str], Awaitable[Target]]


class IntentLog:
    """Carries out groups of edits; `link` is to the database of the log.

    `open_target` opens a database by its name. Raises DatabaseMissing.
    """

    def __init__(self, link: CouchLink, open_target: OpenTarget, new_id: Callable[[], str]) -> None:
        self._link = link
        self._notes = CouchLocals(link, "log")
        self._open_target = open_target
        self._new_id = new_id
        self._made = False
        self._unfinished = False
        self._settling = asyncio.Lock()

    async def write(
        self, targets: Mapping[str, Target], edits: Mapping[str, Sequence[Edit]], *, together: bool
    ) -> dict[str, list[Outcome]]:
        """Write groups of edits by database; with `together` the first error is raised.

        What was begun is carried out also when the caller has gone. Raises StorageUnreachable when
        it is not known yet whether all of it came to be, or none.
        """
        await self.settle()
        writing = asyncio.ensure_future(self._write(targets, edits, together=together))
        writing.add_done_callback(_heard)
        return await asyncio.shield(writing)

    async def _write(
        self, targets: Mapping[str, Target], edits: Mapping[str, Sequence[Edit]], *, together: bool
    ) -> dict[str, list[Outcome]]:
        async with AsyncExitStack() as turns:
            for name in sorted(edits):
                await turns.enter_async_context(targets[name].turn)
            plans = {name: await _planned(targets[name], edits[name]) for name in edits}
            if together:
                _raise_first(outcome for made in plans.values() for outcome in made.outcomes)
            steps = {name: made.steps for name, made in plans.items() if made.steps}
            results = await self._noted_and_done(targets, steps, together=together)
        if together:
            _raise_first(result for some in results.values() for result in some)
        return {name: _outcomes(made, results.get(name, [])) for name, made in plans.items()}

    async def _noted_and_done(
        self, targets: Mapping[str, Target], steps: Mapping[str, Sequence[Step]], *, together: bool
    ) -> dict[str, list[int | ReplicationError]]:
        if not _is_group(steps, together=together):
            return await self._carry_out(targets, steps)
        try:
            noted = await self._note(steps)
            results = await self._carry_out(targets, steps)
            await self._strike_out(noted)
        except BaseException:
            self._unfinished = True
            raise
        return results

    async def settle(self) -> None:
        """Carry out what was broken off in this process, before anything else is written.

        Raises StorageUnreachable while that does not go.
        """
        if self._unfinished:
            async with self._settling:
                if self._unfinished:
                    await self.replay()
                    self._unfinished = False

    async def _strike_out(self, noted: str) -> None:
        """Remove a note; a request of the process that died may have come before this one."""
        with suppress(DocumentMissing):
            await self._notes.delete_local(noted)

    async def _note(self, steps: Mapping[str, Sequence[Step]]) -> str:
        if not self._made:
            answer = await self._link.read("PUT", parameters={"q": "1"})
            if answer.status not in (201, 202, EXISTS):
                raise StorageUnreachable("log", str(answer.status))
            self._made = True
        noted = _Noted({name: [_noted(step) for step in some] for name, some in steps.items()})
        name = f"{_LOG}{self._new_id()}"
        await self._notes.put_local(name, encode(noted))
        return name

    async def _carry_out(
        self, targets: Mapping[str, Target], steps: Mapping[str, Sequence[Step]]
    ) -> dict[str, list[int | ReplicationError]]:
        """Write documents of all databases first, then what they leave beside them."""
        written = {name: await targets[name].writer.graft(some) for name, some in steps.items()}
        for name, results in written.items():
            await _leave(targets[name], steps[name], results)
        return written

    async def replay(self) -> int:
        """Carry out what was left undone; return how many groups that were."""
        try:
            left = await self._notes.local_documents(IdRange())
        except DatabaseMissing:
            return 0
        for document in left:
            noted = msgspec.json.decode(document.body, type=_Noted)
            targets, steps = {}, {}
            for name, some in noted.steps.items():
                try:
                    targets[name] = await self._open_target(name)
                except DatabaseMissing:  # it was deleted since, with all that was in it
                    continue
                steps[name] = [_step(one) for one in some]
            await self._carry_out(targets, steps)
            await self._strike_out(document.document_id)
        return len(left)


def _heard(future: asyncio.Future[dict[str, list[Outcome]]]) -> None:
    if not future.cancelled():
        future.exception()


async def _leave(
    target: Target, steps: Sequence[Step], results: Sequence[int | ReplicationError]
) -> None:
    marks: dict[str, int] = {}
    notes: dict[int, str] = {}
    for step, sequence in zip(steps, results, strict=True):
        if isinstance(sequence, int):
            marks.update(dict.fromkeys(step.marks, sequence))
            if step.note:
                notes[sequence] = step.note
    if marks or notes:
        await target.traces.leave(marks, notes)


async def _planned(target: Target, edits: Sequence[Edit]) -> Plan:
    known = await read_known(target.link, edits)
    return plan(edits, known)


def _raise_first(outcomes: Iterable[object]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, ReplicationError):
            raise outcome


def _is_group(steps: Mapping[str, Sequence[Step]], *, together: bool) -> bool:
    every = [step for some in steps.values() for step in some]
    return (together and len(every) > 1) or any(step.marks or step.note for step in every)


def _outcomes(made: Plan, results: Sequence[int | ReplicationError]) -> list[Outcome]:
    return [
        _written(made.steps[outcome], results[outcome]) if isinstance(outcome, int) else outcome
        for outcome in made.outcomes
    ]


def _written(step: Step, result: int | ReplicationError) -> Outcome:
    if isinstance(result, ReplicationError):
        return result
    history = step.revision.history or ()
    return Written(step.revision.document_id, history[0], result)


def _noted(step: Step) -> _NotedStep:
    revision = step.revision
    return _NotedStep(
        revision.document_id,
        msgspec.Raw(revision.body),
        revision.deleted,
        [str(one) for one in revision.history or ()],
        dict(revision.attachments),
        step.marks,
        step.note,
    )


def _step(noted: _NotedStep) -> Step:
    history = tuple(Revision.parse(one) for one in noted.history)
    revision = Rendered(
        noted.document_id, bytes(noted.body), noted.deleted, None, history, noted.attachments
    )
    return Step(revision, noted.marks, noted.note)
