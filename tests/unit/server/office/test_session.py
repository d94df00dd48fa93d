from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.office.callback import Callback, Status
from server.office.session import (
    REMEMBERED_SAVES,
    Content,
    EditingSession,
    State,
    after_alarm,
    after_rescue,
    after_save,
    opened,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=2)
SESSION = EditingSession(
    key="k",
    file_id="f",
    name="letter.docx",
    extension="docx",
    base_revision="1-a",
    base_blob="base",
    base_size=10,
    target_file="f",
    created_at=NOON,
    alarm="the last one failed",
)
CONTENT = Content("copy", "1-c", "new", 11, "odt")


def said(status, number=1, last_save=NOON):
    return Callback(
        "k", status, f"https://office.example/{number}?md5=a", ("alice",), None, last_save
    )


def test_a_forced_save_leaves_the_session_open_on_its_new_ground():
    session = after_save(SESSION, said(Status.FORCE_SAVED).save, CONTENT)
    assert session == replace(
        SESSION,
        target_file="copy",
        extension="odt",
        base_revision="1-c",
        base_blob="new",
        base_size=11,
        committed=("6 /1",),
        last_save=NOON,
        alarm="",
    )


def test_the_final_save_closes_it():
    assert after_save(SESSION, said(Status.MUST_SAVE).save, CONTENT).state is State.CLOSED


def test_a_closed_session_stays_closed():
    closed = replace(SESSION, state=State.CLOSED)
    assert after_save(closed, said(Status.FORCE_SAVED).save, CONTENT).state is State.CLOSED


def test_a_save_without_a_time_keeps_the_last():
    session = replace(SESSION, last_save=NOON)
    assert (
        after_save(session, said(Status.MUST_SAVE, last_save=None).save, CONTENT).last_save == NOON
    )


def test_a_rescue_moves_nothing():
    session = after_rescue(SESSION, said(Status.FORCE_SAVE_FAILED).save)
    assert session == replace(SESSION, committed=("7 /1",), alarm="")
    assert after_rescue(SESSION, said(Status.SAVE_FAILED).save).state is State.CLOSED


def test_an_alarm_keeps_the_key_lent():
    assert after_alarm(SESSION, "why") == replace(SESSION, alarm="why")


def test_only_so_many_saves_are_remembered_and_the_last_ones():
    session = SESSION
    for number in range(REMEMBERED_SAVES + 5):
        session = after_save(session, said(Status.FORCE_SAVED, number).save, CONTENT)
    assert len(session.committed) == REMEMBERED_SAVES
    assert session.committed[-1] == f"6 /{REMEMBERED_SAVES + 4}"


@pytest.mark.parametrize(
    ("told", "at"),
    [({}, NOON), ({"last_save": LATER}, LATER), ({"opened_at": LATER}, LATER)],
)
def test_a_session_was_used_when_it_was_last_opened_or_saved(told, at):
    assert replace(SESSION, **told).used_at == at


def test_that_a_session_is_opened_again_is_noted_once_a_day():
    assert opened(SESSION, NOON + timedelta(hours=23)) is SESSION
    noted = opened(SESSION, LATER)
    assert noted == replace(SESSION, opened_at=LATER)
    assert opened(noted, LATER + timedelta(hours=23)) is noted
