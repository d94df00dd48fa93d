import pytest

from replication.core.errors import Invalid
from replication.core.sequence import UpdateSequence

NOW = UpdateSequence(10, "e1")


@pytest.mark.parametrize(
    ("text", "number"),
    [("3-e1", 3), ("3", 3), (3, 3), ('"3-e1"', 3), ("0", 0), ("10-e1", 10),
     ("3-e2", 0), ("11-e1", 0), ("11", 0)],
)  # fmt: skip
def test_reading_on_from_what_a_client_kept(text, number):
    assert UpdateSequence.parse(text).within(NOW) == number


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", None, True, [], "³", "9" * 40])
def test_what_is_no_sequence_is_refused(text):
    with pytest.raises(Invalid):
        UpdateSequence.parse(text)


def test_printed_with_its_epoch():
    assert str(NOW) == "10-e1"
    assert UpdateSequence.parse(str(NOW)) == NOW
