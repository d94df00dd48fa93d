import json

from hypothesis import given
from hypothesis import strategies as st

from doctypes.accounts.credentials import opened, sealed

PLAIN = st.text(max_size=8) | st.integers() | st.none() | st.lists(st.booleans(), max_size=2)
SECRET = ["secret", "dob", "code", "answer", "access_token", "refresh_token", "appSecret"]
AUTH = st.fixed_dictionaries(
    {"login": st.text(max_size=8)},
    optional=dict.fromkeys([*SECRET, "session", "password", "accountName"], PLAIN),
)
ACCOUNT = st.fixed_dictionaries(
    {"account_type": st.just("bank")},
    optional={
        "auth": AUTH,
        "data": st.fixed_dictionaries({"x": PLAIN}, optional={"auth": AUTH}),
        "big": st.just(10**30),
    },
)


class Vault:
    """Seals by keeping, so that what is sealed tells nothing at all."""

    def __init__(self):
        self.kept = []

    def seal(self, plain):
        self.kept.append(plain)
        return f"sealed {len(self.kept) - 1}"

    def open(self, text):
        word, _, number = text.partition(" ")
        return self.kept[int(number)] if word == "sealed" else None


def encoded(account):
    return json.dumps(account).encode()


@given(ACCOUNT)
def test_what_is_sealed_is_opened_as_it_was(account):
    vault = Vault()
    kept = sealed(encoded(account), vault.seal)
    assert json.loads(opened(kept, vault.open)) == account


@given(ACCOUNT)
def test_nothing_secret_is_left_in_what_is_kept(account):
    kept = json.loads(sealed(encoded(account), Vault().seal))
    for auth in (kept.get("auth", {}), kept.get("data", {}).get("auth", {})):
        assert not auth.keys() & {*SECRET, "session", "password"}
    assert {**kept, "auth": 0, "data": 0} == {**account, "auth": 0, "data": 0}


def test_the_members_are_called_as_cozy_calls_them():
    auth = {
        "login": "me",
        "password": "secret word",
        "secret": {"a": 1},
        "credentials_encrypted": 1,
    }
    kept = json.loads(sealed(encoded({"auth": auth}), lambda plain: plain.decode()))
    assert kept["auth"].keys() == {"login", "credentials_encrypted", "secret_encrypted"}
    assert json.loads(kept["auth"]["credentials_encrypted"]) == {
        "login": "me",
        "password": "secret word",
    }


def test_what_was_sealed_before_and_came_back_stays_sealed():
    vault = Vault()
    first = sealed(encoded({"auth": {"login": "me", "password": "word"}}), vault.seal)
    assert sealed(first, vault.seal) == first


def test_what_was_sealed_elsewhere_stays_closed():
    body = encoded({"auth": {"login": "me", "credentials_encrypted": "nacl…", "x_encrypted": 3}})
    assert opened(body, lambda _: None) == body


def test_a_body_without_credentials_is_the_same_bytes():
    for body in (b"{}", b'{"auth":[1, 2]}', b'{"auth": {"login": "me"},"n":1e2}', b'{"data":{}}'):
        assert sealed(body, Vault().seal) is body
