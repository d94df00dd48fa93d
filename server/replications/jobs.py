"""The jobs of one home: each document of `_replicator` is carried out, also after a restart.

The feed of that database is the only list of jobs. What we note on a document comes back by the
feed and is told from a change of the job by comparing what the job is to do.
"""

import asyncio
import logging
from dataclasses import dataclass, field, replace

from replication.core.change import ChangesQuery
from replication.core.document import Edit
from replication.core.errors import DocumentMissing, Invalid, ReplicationError, StoreClosed
from replication.store.protocol import Database
from server.data.access import REPLICATOR
from server.instances.instance import Instance
from server.replications.answers import failure_of, statistics_of
from server.replications.home_mark import mark
from server.replications.job_document import JobDocument, Note, read_job
from server.replications.peers import home_of_owner
from server.replications.service import Listener, Replications, house_of
from server.replications.wanted import Wanted, parse_wanted

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    """A job that runs, and the note last written on its document."""

    document_id: str
    definition: bytes
    task: asyncio.Task[None] | None = None
    noted: Note | None = None


@dataclass(slots=True)
class Jobs:
    """Follows `_replicator` of one open home."""

    instance: Instance
    replications: Replications
    _jobs: dict[str, _Job] = field(default_factory=dict)

    async def follow(self) -> None:
        """Start, change and stop jobs as their documents say, until the home is closed."""
        try:
            database = await self.instance.store.ensure(REPLICATOR)
            query = ChangesQuery(include_documents=True)
            while True:
                page = await database.changes(query)
                for row in page.rows:
                    job = read_job(row.document) if row.document else None
                    await self._take(database, row.document_id, job)
                await asyncio.to_thread(mark, self.instance.folder, has_jobs=bool(self._jobs))
                query = replace(query, since=page.last.number)
                if page.pending == 0:
                    await database.wait_past(page.last.number)
        except StoreClosed:
            return
        finally:
            for document_id in list(self._jobs):
                await self._stop(document_id)

    async def _take(self, database: Database, document_id: str, found: JobDocument | None) -> None:
        running = self._jobs.get(document_id)
        if running is not None and found is not None and found.is_note_on(running.definition):
            if found.is_over:
                await self._let_end(document_id)
            return
        await self._stop(document_id)
        if found is None or found.is_over:
            return
        job = _Job(document_id, found.definition)
        job.task = asyncio.create_task(self._carry_out(database, job))
        self._jobs[document_id] = job

    async def _stop(self, document_id: str) -> None:
        job = self._jobs.pop(document_id, None)
        if job is not None and job.task is not None:
            job.task.cancel()
            await asyncio.wait([job.task])

    async def _let_end(self, document_id: str) -> None:
        """Forget a job that has noted its end, and has nothing else to do."""
        job = self._jobs.pop(document_id)
        if job.task is not None:
            await asyncio.wait([job.task])

    async def _carry_out(self, database: Database, job: _Job) -> None:
        """Replicate; errors that may be over next time are noted, and it is tried again."""
        try:
            wanted = parse_wanted(job.definition)
            job_id = wanted.job_id(house_of(self.instance))
            await self._note(database, job, Note("triggered", job_id))
            await self._replicate(database, job, wanted, job_id)
        except StoreClosed:
            return
        except Invalid as error:
            await self._note(database, job, Note("failed", reason=error.reason))
        except Exception as error:  # noqa: BLE001  # a job that breaks must not take others along
            _log.error("replication job broke", exc_info=error)

    async def _replicate(self, database: Database, job: _Job, wanted: Wanted, job_id: str) -> None:
        async def started() -> None:
            await self._note(database, job, Note("triggered", job_id))

        async def failed(error: ReplicationError) -> None:
            if isinstance(error, StoreClosed):
                raise error
            await self._note(database, job, Note("error", job_id, failure_of(error).reason))

        listener = Listener(started, failed, passing=ReplicationError, document_id=job.document_id)
        result = await self.replications.run(home_of_owner(self.instance), wanted, listener)
        await self._note(database, job, Note("completed", job_id, statistics=statistics_of(result)))

    async def _note(self, database: Database, job: _Job, note: Note) -> None:
        """Write a note on the job's document, unless it stands there or the job was changed."""
        if job.noted == note:
            return
        try:
            stored = await database.get(job.document_id)
        except DocumentMissing:
            return
        found = read_job(stored)
        if found is None or found.definition != job.definition:
            return
        body = note.written_on(stored.body, self.replications.now())
        edit = Edit(
            job.document_id, body, base=stored.revision, attachments=dict(stored.attachments)
        )
        (outcome,) = await database.write([edit])
        if isinstance(outcome, ReplicationError):  # changed meanwhile: the feed will tell
            _log.info("note not written", extra={"error": type(outcome).__name__})
        else:
            job.noted = note
