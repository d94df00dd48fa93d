"""Replications as CouchDB's scheduler and its list of tasks show them; no password is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from replication.core.document import StoredRevision
from replication.core.errors import Invalid
from server.data.access import REPLICATOR
from server.replications.job_document import JobDocument, read_job
from server.replications.running import Event, Running
from server.replications.wanted import Side, Wanted, parse_wanted

STATES = {"triggered": "running", "error": "crashing", "completed": "completed", "failed": "failed"}
"""What a job's document says of it, to the scheduler's words."""


def task_of(running: Running, node: str) -> dict[str, object]:
    """Return a row of `_active_tasks`; times are in seconds since 1970."""
    return {
        "type": "replication",
        "node": node,
        "replication_id": running.job_id,
        "database": REPLICATOR if running.document_id else None,
        "doc_id": running.document_id,
        "continuous": running.wanted.continuous,
        **_sides(running.wanted),
        **_information(running),
        "started_on": int(running.started.timestamp()),
        "updated_on": int(running.events[0].moment.timestamp()),
    }


def job_of(running: Running, node: str) -> dict[str, object]:
    """Return a row of `_scheduler/jobs`."""
    return {
        "database": REPLICATOR if running.document_id else None,
        "id": running.job_id,
        "doc_id": running.document_id,
        "node": node,
        **_sides(running.wanted),
        "info": _information(running),
        "history": [_event(event) for event in running.events],
        "start_time": moment_text(running.started),
    }


def document_of(
    stored: StoredRevision, running: Running | None, node: str
) -> dict[str, object] | None:
    """Return a row of `_scheduler/docs`; None for a document that is no job."""
    job = read_job(stored)
    if job is None:
        return None
    noted = msgspec.json.decode(stored.body, type=dict[str, Any])
    state = STATES.get(job.state or "", "initializing")
    since = noted.get("_replication_state_time")
    return {
        "database": REPLICATOR,
        "doc_id": stored.document_id,
        "id": None if job.is_over else noted.get("_replication_id"),
        "node": node,
        **_sides_of(job),
        "state": state,
        "error_count": running.failures if running else 0,
        "info": _information(running) if running and state == "running" else _noted_in(noted),
        "start_time": moment_text(running.started) if running else since,
        "last_updated": since,
    }


def moment_text(moment: datetime) -> str:
    """Return a time as the scheduler writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _noted_in(noted: Mapping[str, Any]) -> object:
    reason = noted.get("_replication_state_reason")
    return noted.get("_replication_stats") if reason is None else {"error": reason}


def _sides_of(job: JobDocument) -> dict[str, object]:
    try:
        return _sides(parse_wanted(job.definition))
    except Invalid:  # the job has failed for it, and says so
        return {"source": None, "target": None}


def _sides(wanted: Wanted) -> dict[str, object]:
    return {"source": _side(wanted.source), "target": _side(wanted.target)}


def _side(side: Side) -> str:
    if isinstance(side, str):
        return side
    scheme, _, rest = side.url.partition("://")
    login = f"{quote(side.user, safe='')}:*****@" if side.user else ""
    return f"{scheme}://{login}{rest}/"


def _information(running: Running) -> dict[str, object]:
    counts = running.counts
    return {
        "revisions_checked": counts.missing_checked,
        "missing_revisions_found": counts.missing_found,
        "docs_read": counts.docs_read,
        "docs_written": counts.docs_written,
        "changes_pending": None,
        "doc_write_failures": counts.doc_write_failures,
        "checkpointed_source_seq": running.recorded,
    }


def _event(event: Event) -> dict[str, str]:
    told = {"timestamp": moment_text(event.moment), "type": event.kind}
    return told if event.reason is None else {**told, "reason": event.reason}
