import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.realtime.protocol import Misunderstood, Topic, parse_message, render_error


def test_messages_are_read_in_any_case():
    message = parse_message(
        '{"method": "subscribe", "payload": {"type": "io.cozy.files", "id": "a"}}'
    )
    assert message.topic == Topic("io.cozy.files", "a")
    assert parse_message('{"method": "AUTH", "payload": "t"}').token == "t"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 405),
        ("[]", 405),
        ('{"method": "SHOUT"}', 405),
        ('{"payload": 1}', 405),
        ('{"method": "SUBSCRIBE"}', 404),
        ('{"method": "SUBSCRIBE", "payload": {"type": ""}}', 404),
        ('{"method": "SUBSCRIBE", "payload": "io.cozy.files"}', 404),
    ],
)
def test_what_cannot_be_done_says_why(text, status):
    with pytest.raises(Misunderstood) as caught:
        _ = parse_message(text).topic
    assert caught.value.status == status
    told = json.loads(render_error(status, caught.value.message))
    assert told["event"] == "error"
    assert told["payload"]["status"] == str(status)


@given(st.text() | st.builds(json.dumps, st.dictionaries(st.text(), st.integers())))
def test_any_text_is_a_message_or_misunderstood(text):
    with suppress(Misunderstood):
        assert parse_message(text).method in {"AUTH", "SUBSCRIBE", "UNSUBSCRIBE"}


def test_an_error_never_repeats_a_credential():
    message = parse_message('{"method": "AUTH", "payload": "very secret"}')
    assert "secret" not in render_error(401, message)
