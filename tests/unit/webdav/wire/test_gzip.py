import asyncio
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdav.wire.gzip import accepts_gzip, compressed


@given(st.lists(st.binary()))
def test_coded_pieces_decode_to_the_body(pieces):
    async def body():
        for piece in pieces:
            yield piece

    async def code():
        return b"".join([piece async for piece in compressed(body())])

    assert gzip.decompress(asyncio.run(code())) == b"".join(pieces)


@pytest.mark.parametrize(
    ("offer", "accepted"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5, br", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("x-gzipped", False),
    ],
)
def test_gzip_is_used_where_it_is_accepted(offer, accepted):
    assert accepts_gzip({"accept-encoding": offer}) is accepted
