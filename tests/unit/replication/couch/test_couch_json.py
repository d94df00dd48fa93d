import asyncio
import json
from functools import partial

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.couch.couch_json import parse_travelling, render_travelling
from replication.replicator.peer import Travelling, TravellingAttachment

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="_"), min_size=1)
BODIES = st.dictionaries(NAMES, st.one_of(st.integers(), st.text(), st.none()))
DIGESTS = st.lists(st.text("0123456789abcdef", min_size=1, max_size=4), min_size=1, max_size=5)


async def one_piece(data):
    yield data


def attachment(data):
    return TravellingAttachment("text/plain", 1, len(data), partial(one_piece, data))


async def read(found):
    return b"".join([piece async for piece in found.read()])


def nobody(document_id, revision):
    raise AssertionError(f"nothing of {document_id} {revision} should be read")


def reader(document_id, revision):
    del document_id, revision
    return lambda name: one_piece(name.encode())


@given(NAMES, DIGESTS, st.booleans(), BODIES, st.dictionaries(NAMES, st.binary(), max_size=3))
def test_what_is_rendered_is_parsed_back(name, digests, deleted, body, attached):
    history = tuple(Revision(len(digests) - n, digest) for n, digest in enumerate(digests))
    attachments = {key: attachment(data) for key, data in attached.items()}
    text = msgspec.json.encode(body)
    sent = Travelling(name, history, deleted, text, attachments)

    async def there_and_back():
        came = parse_travelling(await render_travelling(sent), reader)
        bytes_of = {key: await read(found) for key, found in came.attachments.items()}
        return came, bytes_of

    came, bytes_of = asyncio.run(there_and_back())
    assert (came.document_id, came.history, came.deleted) == (name, history, deleted)
    assert json.loads(came.body) == body
    assert bytes_of == attached


async def test_a_stub_is_read_when_somebody_wants_it():
    text = b'{"_id":"a","_rev":"2-b","_attachments":{"f":{"stub":true,"length":1,"revpos":2}}}'
    came = parse_travelling(text, reader)
    assert came.attachments["f"].revpos == 2
    assert await read(came.attachments["f"]) == b"f"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"_id":"a"}',
        b'{"_rev":"1-a"}',
        b'{"_id":"a","_rev":"x"}',
        b'{"_id":"a","_rev":"1-a","_x":1}',
        b'{"_id":"a","_rev":"1-a","_attachments":[]}',
    ],
)
def test_what_is_no_document_is_invalid(text):
    with pytest.raises(Invalid):
        parse_travelling(text, nobody)
