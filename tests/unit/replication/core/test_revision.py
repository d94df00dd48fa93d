import pytest

from replication.core.errors import InvalidRevision
from replication.core.revision import Revision, history_of


@pytest.mark.parametrize("text", ["1-a", "3-c41f", "10-a-b", "0-7", "1-"])
def test_revisions_come_back_as_they_were(text):
    assert str(Revision.parse(text)) == text


@pytest.mark.parametrize("text", ["", "1", "-a", "a-1", "1.0-a", "²-a", None, 7, "9" * 16 + "-a"])
def test_what_is_no_revision_is_refused(text):
    with pytest.raises(InvalidRevision):
        Revision.parse(text)


def test_longer_history_wins_then_the_digest():
    assert Revision(10, "a") > Revision(9, "f") > Revision(9, "b")


def test_history_runs_down_from_start():
    assert history_of(3, ["c", "b"]) == (Revision(3, "c"), Revision(2, "b"))
    for start, digests in ((1, ["b", "a"]), (3, [])):
        with pytest.raises(InvalidRevision):
            history_of(start, digests)
