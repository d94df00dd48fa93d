import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.checkpoint import (
    BEGINNING,
    MOST_SESSIONS,
    Checkpoint,
    Counts,
    Filter,
    Session,
    common_point,
    parse,
    render,
    replication_id,
)

NATURAL = st.integers(0, 10**6)
SEQUENCES = st.one_of(NATURAL, st.text(max_size=8))
COUNTS = st.builds(Counts, NATURAL, NATURAL, NATURAL, NATURAL, NATURAL)
NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=3)
SESSIONS = st.builds(Session, NAMES, st.text(), st.text(), SEQUENCES, SEQUENCES, COUNTS)
HISTORIES = st.lists(SESSIONS, max_size=8, unique_by=lambda session: session.session_id)


def session(name, recorded, checked=0):
    return Session(name, "", "", 0, recorded, Counts(missing_checked=checked))


def notes(*sessions):
    return Checkpoint(tuple(sessions))


@given(HISTORIES)
def test_what_is_rendered_is_parsed_back(history):
    assert parse(render(Checkpoint(tuple(history)))).history == tuple(history)


@given(st.one_of(st.none(), st.binary(), st.text().map(str.encode)))
def test_whatever_is_no_checkpoint_remembers_nothing(body):
    assert parse(body) == Checkpoint()


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
        lambda inner: st.one_of(
            st.lists(inner),
            st.dictionaries(st.sampled_from(["history", "session_id", "recorded_seq"]), inner),
        ),
    )
)
def test_foreign_json_never_fails_and_gives_only_usable_sequences(value):
    for found in parse(json.dumps(value).encode()).history:
        assert isinstance(found.recorded_seq, str | int)


def test_rendered_as_couchdb_writes_it():
    note = json.loads(render(notes(session("b", "7-x", 3), session("a", "4-x", 1))))
    assert note["session_id"] == "b"
    assert note["source_last_seq"] == "7-x"
    assert note["replication_id_version"] == 4
    assert [entry["recorded_seq"] for entry in note["history"]] == ["7-x", "4-x"]
    assert note["history"][0]["missing_checked"] == 3
    assert note["history"][0]["end_last_seq"] == "7-x"


@given(HISTORIES, HISTORIES)
def test_common_point_is_one_that_both_remember_or_the_beginning(source, target):
    point = common_point(notes(*source), notes(*target))
    shared = {s.session_id for s in source} & {t.session_id for t in target}
    if not shared:
        assert point == BEGINNING
    else:
        remembered = [s.recorded_seq for s in (*source, *target) if s.session_id in shared]
        assert point in remembered


@given(HISTORIES)
def test_equal_notes_go_on_from_the_newest(history):
    expected = history[0].recorded_seq if history else BEGINNING
    assert common_point(notes(*history), notes(*history)) == expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        # a crash after the source was noted, before the target was
        (notes(session("a", 20, 9)), notes(session("a", 10, 4)), 10),
        # the source is restored from a backup
        (notes(session("a", 10, 4)), notes(session("a", 20, 9)), 10),
        # the target missed a whole session
        (notes(session("b", 30), session("a", 20)), notes(session("a", 20)), 20),
        # another target altogether
        (notes(session("a", 20)), notes(session("z", 50)), BEGINNING),
        (notes(session("a", 20)), notes(), BEGINNING),
    ],
)
def test_common_point_of_notes_that_differ(source, target, expected):
    assert common_point(source, target) == expected


@given(HISTORIES, SESSIONS)
def test_noting_puts_a_session_in_front_once(history, newest):
    noted = notes(*history).noting(newest).history
    assert noted[0] == newest
    assert len({known.session_id for known in noted}) == len(noted)


def test_noting_keeps_so_many_sessions():
    kept = Checkpoint()
    for number in range(MOST_SESSIONS + 10):
        kept = kept.noting(session(str(number), number))
    assert len(kept.history) == MOST_SESSIONS
    assert kept.history[-1].session_id == "10"


@given(st.lists(st.text(), max_size=5), st.dictionaries(st.text(), st.integers(), max_size=4))
def test_replication_id_does_not_depend_on_order(document_ids, selector):
    ids = {
        replication_id("h", ["a"], ["b"], Filter(frozenset(names), dict(pairs)))
        for names, pairs in (
            (document_ids, selector.items()),
            (reversed(document_ids), reversed(list(selector.items()))),
        )
    }
    assert len(ids) == 1
    assert len(ids.pop()) == 32


def test_replication_ids_of_different_replications_differ():
    ids = [
        replication_id("h", ["a"], ["b"], Filter()),
        replication_id("i", ["a"], ["b"], Filter()),
        replication_id("h", ["b"], ["a"], Filter()),
        replication_id("h", ["a", "b"], [], Filter()),
        replication_id("h", ["a"], ["b"], Filter(frozenset())),
        replication_id("h", ["a"], ["b"], Filter(frozenset(["x"]))),
        replication_id("h", ["a"], ["b"], Filter(selector={})),
        replication_id("h", ["a"], ["b"], Filter(name="d/f")),
        replication_id("h", ["a"], ["b"], Filter(name="d/f", parameters={"a": "b"})),
    ]
    assert len(set(ids)) == len(ids)
