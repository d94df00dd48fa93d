import pytest


@pytest.mark.parametrize("path", ["*", "/", "/missing", "/a%2fb"])
async def test_options_tells_everybody_what_there_is(dav, path):
    answer = await dav("OPTIONS", path)
    assert answer.status == 200
    assert answer.body == b""
    assert answer.headers["MS-Author-Via"] == "DAV"
    assert {"1", "3"} <= set(answer.headers["DAV"].split(", "))
    assert {"OPTIONS", "PROPFIND", "PUT", "MOVE"} <= set(answer.headers["Allow"].split(", "))
