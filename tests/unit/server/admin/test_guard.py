import pytest

from server.admin.guard import Verdict, verdict

SECRET = "s" * 32
SHOWN = {"Host": "127.0.0.1:6060", "Authorization": f"Bearer {SECRET}"}


def judged(secret=SECRET, host="127.0.0.1", **headers):
    return verdict({**SHOWN, **headers}, secret, host)


@pytest.mark.parametrize("host", ["127.0.0.1:6060", "localhost:6060", "[::1]:6060", "10.0.0.5"])
def test_a_program_with_the_secret_may(host):
    assert judged(Host=host) is Verdict.MAY


def test_the_name_that_we_listen_on_is_ours():
    assert judged(Host="admin.example:6060", host="admin.example") is Verdict.MAY


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Basic {SECRET}", "Bearer " + "t" * 32, "Bearer \udcff"]
)
def test_without_the_secret_nobody_may(header):
    assert judged(Authorization=header) is Verdict.NO_SECRET


def test_without_a_secret_of_our_own_nobody_may():
    assert judged(secret="", Authorization="Bearer ") is Verdict.NO_SECRET


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:6060"},
        {"Host": ""},
        {"Origin": "http://localhost:6060"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "http://evil.example/"},
        {"Cookie": "a=b"},
    ],
)
def test_no_page_may_even_with_the_secret(headers):
    assert judged(**headers) is Verdict.FROM_PAGE
