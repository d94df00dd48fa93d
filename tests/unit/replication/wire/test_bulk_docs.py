import pytest

from replication.core.errors import Invalid
from replication.wire.bulk_json import parse_bulk_docs


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[]", "Request body must be a JSON object"),
        (b"{}", "POST body must include `docs` parameter."),
        (b'{"docs":{}}', "`docs` parameter must be an array."),
        (b'{"docs":[],"new_edits":0}', "`new_edits` parameter must be a boolean."),
        (b'{"docs":', "invalid UTF-8 JSON"),
    ],
)
def test_what_is_wrong_is_said_in_couchdbs_words(body, reason):
    with pytest.raises(Invalid) as refused:
        parse_bulk_docs(body)
    assert (refused.value.word, refused.value.reason) == ("bad_request", reason)


def test_what_is_right_is_read():
    bulk = parse_bulk_docs(b'{"docs":[{"_id":"a"}],"new_edits":false}')
    assert not bulk.new_edits
    assert len(bulk.docs) == 1
