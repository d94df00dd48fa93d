import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.core.errors import Invalid
from replication.couch.address import Address, parse_address


@pytest.mark.parametrize(
    ("text", "url", "user", "authorization"),
    [
        ("http://host/db", "http://host/db", "", None),
        ("https://host:6984/a/db/", "https://host:6984/a/db", "", None),
        ("http://me:pass@host/db", "http://host/db", "me", "Basic bWU6cGFzcw=="),
        ("http://m%40e:p%3Aw@host/db", "http://host/db", "m@e", "Basic bUBlOnA6dw=="),
        ("http://me@host/db", "http://host/db", "me", "Basic bWU6"),
        ("http://[::1]:5984/db", "http://[::1]:5984/db", "", None),
        ("http://host/a%2Fb", "http://host/a%2Fb", "", None),
    ],
)
def test_a_url_gives_up_its_login(text, url, user, authorization):
    address = parse_address(text)
    assert (address.url, address.user) == (url, user)
    assert address.headers.get("Authorization") == authorization


def test_a_login_of_its_own_comes_before_the_one_in_the_url():
    address = parse_address("http://a:b@host/db", {"X-Of": "mine"}, ("me", "pass"))
    assert address == Address(
        "http://host/db", "me", {"X-Of": "mine", "Authorization": "Basic bWU6cGFzcw=="}
    )


def test_secrets_are_not_shown():
    address = parse_address("http://me:secret@host/db", {"Cookie": "secret"})
    assert "secret" not in repr(address)
    assert "bWU6" not in repr(address)


def test_parts_of_a_path_are_quoted_and_the_database_is_not():
    address = parse_address("http://host/a%2Fb")
    assert address.path("_design", "é/x?") == "http://host/a%2Fb/_design/%C3%A9%2Fx%3F"
    assert address.database == "a/b"


@pytest.mark.parametrize(
    "text", ["", "db", "ftp://host/db", "http://", "http://host", "http://host/", "http:///db",
             "http://host:port/db", "http://[::1/db", "http://host/db?x=1"]
)  # fmt: skip
def test_what_is_no_database_is_refused_without_repeating_it(text):
    with pytest.raises(Invalid) as refused:
        parse_address(text)
    assert "host" not in refused.value.reason


@pytest.mark.parametrize(
    ("name", "value"),
    [("", "x"), ("a b", "x"), ("a", "x\r\ny: z"), ("a", "x\0"), ("é", "x"), ("a", "€")],
)
def test_headers_that_would_be_others_are_refused(name, value):
    with pytest.raises(Invalid):
        parse_address("http://host/db", {name: value})


@given(st.text())
def test_any_text_is_an_address_or_invalid(text):
    for url in (text, f"http://{text}/db", f"http://host/{text}"):
        try:
            address = parse_address(url)
        except Invalid:
            continue
        assert address.url.startswith(("http://", "https://"))
