from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctypes.files.node import ROOT_ID
from replication.core.revision import Revision
from server.office.callback import Callback, Status
from server.office.decision import (
    CopyReason,
    Head,
    Ignore,
    KeepAndAlarm,
    SaveCopy,
    SaveVersion,
    decide,
)
from server.office.session import Content, EditingSession, State, after_save

KEY = "ab" * 16
THIRD = Revision(3, "c")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EARLIER, LATER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
URL = "https://office.example/cache/1/output.docx?md5=a"
SESSION = EditingSession(
    key=KEY,
    file_id="f",
    name="letter.docx",
    extension="docx",
    base_revision="1-a",
    base_blob="base",
    base_size=10,
    target_file="f",
    created_at=NOON,
)
CLOSED = replace(SESSION, state=State.CLOSED, last_save=NOON, committed=("2 /other",))
HEAD = Head("f", THIRD, "letter.docx", "dir", "base")
RENAMED = Head("f", THIRD, "report.docx", "elsewhere", "base")
CHANGED = Head("f", THIRD, "letter.docx", "dir", "another")
TRASHED = Head("f", THIRD, "letter.docx", "trash", "base", trashed=True)

INTO = SaveVersion("f", "base", "docx")
BESIDE = SaveCopy("dir", "letter.docx", "docx", CopyReason.CHANGED_OUTSIDE)
DOUBTFUL = SaveCopy("dir", "letter.docx", "docx", CopyReason.DOUBTFUL)
RECOVERED = SaveCopy(ROOT_ID, "letter.docx", "docx", CopyReason.FILE_GONE)


def said(status, url=URL, extension="docx", last_save=None):
    return Callback(KEY, status, url, ("alice",), extension, last_save)


@pytest.mark.parametrize("status", [Status.MUST_SAVE, Status.FORCE_SAVED])
@pytest.mark.parametrize(
    ("head", "decision"),
    [
        (HEAD, INTO),
        (RENAMED, INTO),
        (CHANGED, BESIDE),
        (TRASHED, RECOVERED),
        (None, RECOVERED),
    ],
)
def test_where_a_save_goes(status, head, decision):
    assert decide(said(status), SESSION, head) == decision


@pytest.mark.parametrize("status", [Status.SAVE_FAILED, Status.FORCE_SAVE_FAILED])
@pytest.mark.parametrize(
    ("head", "decision"),
    [(HEAD, DOUBTFUL), (CHANGED, DOUBTFUL), (TRASHED, RECOVERED), (None, RECOVERED)],
)
def test_what_could_not_be_saved_properly_never_goes_into_the_file(status, head, decision):
    assert decide(said(status), SESSION, head) == decision


@pytest.mark.parametrize("head", [HEAD, CHANGED, TRASHED, None])
@pytest.mark.parametrize("session", [SESSION, CLOSED])
@pytest.mark.parametrize("status", [Status.EDITING, Status.CLOSED_UNCHANGED])
def test_without_bytes_there_is_nothing_to_do(status, session, head):
    assert isinstance(decide(said(status), session, head), Ignore)
    assert isinstance(decide(said(status, url=None), session, head), Ignore)


@pytest.mark.parametrize("head", [HEAD, CHANGED, TRASHED, None])
@pytest.mark.parametrize("session", [SESSION, CLOSED])
@pytest.mark.parametrize(
    "status",
    [Status.MUST_SAVE, Status.SAVE_FAILED, Status.FORCE_SAVED, Status.FORCE_SAVE_FAILED],
)
def test_a_save_without_an_address_stays_there(status, session, head):
    assert isinstance(decide(said(status, url=None), session, head), KeepAndAlarm)


@pytest.mark.parametrize("head", [HEAD, CHANGED, TRASHED, None])
def test_a_save_stored_before_is_done(head):
    first = said(Status.MUST_SAVE)
    again = said(Status.MUST_SAVE, url=URL.replace("md5=a", "md5=b"))
    session = after_save(SESSION, first.save, Content("f", "2-b", "new", 11, "docx"))
    assert isinstance(decide(again, session, head), Ignore)


@pytest.mark.parametrize(
    ("session", "last_save", "overtaken"),
    [
        (CLOSED, EARLIER, True),
        (CLOSED, NOON, True),
        (CLOSED, LATER, False),
        (CLOSED, None, True),
        (replace(CLOSED, last_save=None), NOON, True),
        (SESSION, None, False),
        (SESSION, NOON, False),
        (replace(SESSION, last_save=NOON), EARLIER, True),
        (replace(SESSION, last_save=NOON), NOON, False),
        (replace(SESSION, last_save=NOON), LATER, False),
        (replace(SESSION, last_save=NOON), None, False),
    ],
)
def test_a_forced_save_that_a_later_one_contains(session, last_save, overtaken):
    decision = decide(said(Status.FORCE_SAVED, last_save=last_save), session, HEAD)
    assert isinstance(decision, Ignore) is overtaken
    assert overtaken or decision == INTO


@pytest.mark.parametrize("last_save", [None, EARLIER, LATER])
def test_a_final_save_is_never_overtaken(last_save):
    assert decide(said(Status.MUST_SAVE, last_save=last_save), CLOSED, HEAD) == INTO


@pytest.mark.parametrize(
    ("session", "head", "extension", "name"),
    [
        (replace(SESSION, extension="doc"), replace(HEAD, name="a.doc"), "docx", "a.docx"),
        (replace(SESSION, extension="doc"), replace(HEAD, name="a"), "docx", "a.docx"),
        (SESSION, HEAD, "odt", "letter.odt"),
    ],
)
def test_bytes_of_another_format_never_go_under_the_old_name(session, head, extension, name):
    decision = decide(said(Status.MUST_SAVE, extension=extension), session, head)
    assert decision == SaveCopy("dir", name, extension, CopyReason.OTHER_FORMAT)


def test_without_a_format_it_is_the_one_that_was_opened():
    assert decide(said(Status.MUST_SAVE, extension=None), SESSION, HEAD) == INTO


def test_a_file_renamed_to_another_extension_still_gets_the_bytes_it_was_opened_with():
    assert decide(said(Status.MUST_SAVE), SESSION, replace(HEAD, name="letter.bak")) == INTO


def test_after_a_conflict_the_session_goes_on_in_its_copy():
    first = said(Status.FORCE_SAVED)
    copied = Content("copy", "1-c", "mine", 12, "docx")
    session = after_save(SESSION, first.save, copied)
    head = Head("copy", THIRD, "letter (2).docx", "dir", "mine")
    again = said(Status.MUST_SAVE, url=URL.replace("/1/", "/2/"))
    assert decide(again, session, head) == SaveVersion("copy", "mine", "docx")


times = st.none() | st.sampled_from([EARLIER, NOON, LATER])
blobs = st.sampled_from(["base", "b", "c"])
extensions = st.sampled_from(["docx", "odt", "txt"])
urls = st.none() | st.integers(0, 3).map(lambda n: f"https://office.example/{n}/o?md5={n}")
callbacks = st.builds(
    Callback,
    key=st.just(KEY),
    status=st.sampled_from(Status),
    url=urls,
    users=st.just(()),
    extension=st.none() | extensions,
    last_save=times,
)
fingerprints = callbacks.map(lambda callback: callback.fingerprint)
sessions = st.builds(
    replace,
    st.just(SESSION),
    state=st.sampled_from(State),
    extension=extensions,
    base_blob=blobs,
    committed=st.lists(fingerprints, max_size=3).map(tuple),
    last_save=times,
)
heads = st.none() | st.builds(
    Head,
    st.just("f"),
    st.just(THIRD),
    st.sampled_from(["letter.docx", "letter", "a.odt"]),
    st.just("dir"),
    blobs,
    st.booleans(),
)


def may_be_forgotten(callback, session):
    """Say, by other words than decide's, whether the Document Server may lose its copy now."""
    has_no_bytes = callback.status in {1, 4}
    is_on_disk = bool(callback.url) and callback.fingerprint in session.committed
    is_old = (
        callback.status == 6
        and bool(callback.url)
        and (session.state is State.CLOSED or session.last_save is not None)
    )
    return has_no_bytes or is_on_disk or is_old


@given(callbacks, sessions, heads)
def test_nothing_is_ignored_that_may_not_be_forgotten(callback, session, head):
    decision = decide(callback, session, head)
    if isinstance(decision, Ignore):
        assert may_be_forgotten(callback, session)
    if callback.status in {2, 3, 7} and callback.fingerprint not in session.committed:
        assert isinstance(decision, KeepAndAlarm if not callback.url else SaveVersion | SaveCopy)


@given(callbacks, sessions, heads)
def test_a_file_is_only_replaced_by_what_was_made_from_its_content(callback, session, head):
    decision = decide(callback, session, head)
    if isinstance(decision, SaveVersion):
        assert head is not None
        assert not head.trashed
        assert head.blob == session.base_blob == decision.expected_blob
        assert callback.status in {2, 6}
        assert (callback.extension or session.extension) == session.extension


@given(callbacks, sessions, heads)
def test_a_save_that_is_stored_is_ignored_from_then_on(callback, session, head):
    if isinstance(decide(callback, session, head), SaveVersion | SaveCopy):
        stored = after_save(session, callback.save, Content("f", "9-z", "z", 1, "docx"))
        assert isinstance(decide(callback, stored, head), Ignore)


@given(callbacks, sessions, heads)
def test_a_copy_bears_the_extension_of_its_bytes_unless_it_was_renamed(callback, session, head):
    decision = decide(callback, session, head)
    if isinstance(decision, SaveCopy) and decision.extension != session.extension:
        assert decision.name.endswith(f".{decision.extension}")
