import asyncio
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from replication.core.revision import Revision
from replication.couch.related import RelatedBody
from replication.replicator.peer import Travelling, TravellingAttachment


async def one_piece(data):
    yield data


def body_of(attached):
    attachments = {
        f"f{n}": TravellingAttachment("text/plain", 1, len(data), partial(one_piece, data))
        for n, data in enumerate(attached)
    }
    return RelatedBody(
        Travelling("a", (Revision(1, "x"),), body=b'{"n":1}', attachments=attachments), "edge"
    )


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=4))
def test_the_length_announced_is_the_length_sent_and_attachments_follow_in_order(attached):
    body = body_of(attached)

    async def sent():
        return b"".join([piece async for piece in body.pieces()])

    whole = asyncio.run(sent())
    assert body.length == len(whole)
    assert whole.endswith(b"\r\n--edge--")
    place = 0
    for data in attached:
        place = whole.index(b"\r\n\r\n" + data + b"\r\n--edge", place) + 1


async def test_the_document_announces_what_follows():
    head = b"".join([piece async for piece in body_of([b"abc"]).pieces()]).split(b"\r\n\r\n")[1]
    assert head.startswith(b'{"_id":"a","_rev":"1-x","_revisions":{"start":1,"ids":["x"]}')
    assert b'"f0":{"follows":true,"content_type":"text/plain","length":3,"revpos":1}' in head
    assert b',"n":1}' in head


async def test_a_part_says_its_name_and_type_whatever_they_are():
    found = TravellingAttachment("text/x\r\nX: y", 1, 1, partial(one_piece, b"x"))
    sent = Travelling("a", (Revision(1, "x"),), attachments={'a"\r\nb': found})
    whole = b"".join([piece async for piece in RelatedBody(sent, "edge").pieces()])
    headers = whole.split(b"\r\n--edge\r\n")[1].split(b"\r\n\r\n")[0]
    assert headers.split(b"\r\n") == [
        b'Content-Disposition: attachment; filename="a\\"__b"',
        b"Content-Type: text/x__X: y",
        b"Content-Length: 1",
    ]
