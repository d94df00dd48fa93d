import json
from datetime import UTC, datetime

from replication.core.document import StoredRevision
from replication.core.revision import Revision
from replication.core.revision_tree import RevisionTree
from server.replications.job_document import Note, read_job

NOW = datetime(2026, 11, 23, 22, 5, 6, tzinfo=UTC)
BODY = b'{"source":"a","target":"b","owner":"me"}'


def stored(body=BODY, document_id="job", *, deleted=False):
    return StoredRevision(document_id, Revision(1, "a"), deleted, body, {}, RevisionTree(), 1)


def test_a_note_is_written_as_couchdb_does_and_changes_nothing_else():
    note = Note("completed", "id", statistics={"docs_read": 1})
    body = note.written_on(BODY, NOW)
    assert json.loads(body) == {
        **json.loads(BODY),
        "_replication_state": "completed",
        "_replication_state_time": "2026-11-23T22:05:06Z",
        "_replication_id": "id",
        "_replication_stats": {"docs_read": 1},
    }


def test_a_note_takes_the_place_of_the_one_before():
    failed = Note("error", "id", "no route").written_on(BODY, NOW)
    again = json.loads(Note("triggered", "id").written_on(failed, NOW))
    assert again["_replication_state"] == "triggered"
    assert "_replication_state_reason" not in again


def test_a_job_is_told_from_our_notes_on_it():
    plain = read_job(stored())
    noted = read_job(stored(Note("triggered", "id").written_on(BODY, NOW)))
    assert noted.definition == plain.definition
    assert noted.is_note_on(plain.definition)
    assert not plain.is_note_on(plain.definition)  # somebody wrote the document anew
    changed = read_job(stored(Note("triggered").written_on(b'{"source":"z"}', NOW)))
    assert not changed.is_note_on(plain.definition)


def test_jobs_that_are_over_are_known_by_their_state():
    states = ("completed", "failed", "triggered", "error")
    over = [read_job(stored(Note(state).written_on(BODY, NOW))).is_over for state in states]
    assert over == [True, True, False, False]
    assert not read_job(stored()).is_over
    assert read_job(stored(b'{"_replication_state":7}')).state is None


def test_tombstones_and_design_documents_are_no_jobs():
    assert read_job(stored(deleted=True)) is None
    assert read_job(stored(document_id="_design/x")) is None
