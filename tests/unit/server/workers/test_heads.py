"""Whom a request is for, read from its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.workers.heads import LONGEST_HEAD, head_of, home_in, host_in

HEAD = b"GET / HTTP/1.1\r\nHost: alice.example:8080\r\nAccept: */*\r\n"


@given(st.integers(0, len(HEAD) + 1), st.binary(max_size=50))
def test_a_head_is_read_once_it_is_there(cut, body):
    assert head_of((HEAD + b"\r\n")[:cut]) is None
    assert head_of(HEAD + b"\r\n" + body) == HEAD


def test_a_head_without_end_is_nobodys():
    assert head_of(b"x" * LONGEST_HEAD) == b""


@pytest.mark.parametrize(
    ("head", "host"),
    [
        (HEAD, "alice.example:8080"),
        (b"GET / HTTP/1.1\r\nhOST:bob.example \r\n", "bob.example"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n", ""),
        (b"GET / HTTP/1.1\r\nX-Host: a\r\n", ""),
        (b"", ""),
    ],
)
def test_host(head, host):
    assert host_in(head) == host


@pytest.mark.parametrize(
    ("line", "home"),
    [
        (b"PATCH /instances/Alice.example HTTP/1.1\r\n", "alice.example"),
        (b"DELETE /instances/alice.example?now=true HTTP/1.1\r\n", "alice.example"),
        (b"PUT /instances/alice.example/password HTTP/1.1\r\n", "alice.example"),
        (b"GET /instances HTTP/1.1\r\n", ""),
        (b"GET /metrics HTTP/1.1\r\n", ""),
    ],
)
def test_home_of_the_admin_address(line, home):
    assert home_in(line) == home
