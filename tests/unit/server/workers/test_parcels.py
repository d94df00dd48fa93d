"""Messages between processes: whatever is put together out of pieces is what was taken apart."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.workers.parcels import LARGEST, Assembly, Door, News, Piece, pieces, read, told

sizes = st.sampled_from([0, 1, LARGEST - 1, LARGEST, LARGEST + 1, 3 * LARGEST])


@given(st.lists(sizes, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_pieces_of_several_connections_between_each_other(wanted, chosen):
    sent = {number: random.Random(number).randbytes(size) for number, size in enumerate(wanted)}
    waiting = [[(n, message) for message in pieces(Door.HOMES, n, sent[n])] for n in sent]
    assembly, arrived, connections = Assembly(), {}, {}
    begun = set()
    while waiting:
        of_one = chosen.choice(waiting)
        number, message = of_one.pop(0)
        came = None
        if number not in begun:
            begun.add(number)
            came = connections[number] = object()
        whole = assembly.add(read(message), came)
        if whole is not None:
            arrived[number] = whole
        waiting = [left for left in waiting if left]
    assert {number: whole.data for number, whole in arrived.items()} == sent
    assert all(whole.connection is connections[number] for number, whole in arrived.items())


@given(st.binary(max_size=3 * LARGEST))
def test_no_message_is_too_large(data):
    assert all(len(message) <= LARGEST + 64 for message in pieces(Door.ADMIN, 1 << 63, data))


@given(st.text().filter(lambda text: "\x00" not in text), st.booleans())
def test_news_are_read_as_they_were_told(folder, leave):
    assert read(told(News(folder, leave))) == News(folder, leave)


def test_a_piece_of_nothing():
    with pytest.raises(ValueError, match="no connection"):
        Assembly().add(Piece(Door.HOMES, b"12345678", True, b""), None)


@pytest.mark.parametrize("message", [b"", b"x", b"cz12345678\1"])
def test_what_is_no_message(message):
    with pytest.raises(ValueError):
        read(message)
