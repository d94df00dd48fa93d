import pytest

from webdav.message import fold_headers


async def test_unknown_methods_are_501(dav):
    assert (await dav("BREW", "/")).status == 501


@pytest.mark.parametrize("path", ["/..", "/a%2fb", "/%00"])
async def test_paths_with_two_readings_are_400(dav, path):
    answer = await dav("GET", path)
    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_headers_are_folded():
    pairs = [("If-Match", '"a"'), ("Host", "x"), ("if-match", '"b"')]
    assert fold_headers(pairs) == {"if-match": '"a", "b"', "host": "x"}
