import pytest

from server.office.settings import OfficeSettings

SECRET = "s" * 32


def test_one_address_serves_both_ways_unless_two_are_given():
    one = OfficeSettings("https://office.example/ds", SECRET)
    two = OfficeSettings("https://office.example", SECRET, internal_server="http://ds:8000")
    assert str(one.reached_at) == "https://office.example/ds"
    assert str(two.reached_at) == "http://ds:8000"


@pytest.mark.parametrize(
    "address", ["", "office.example", "ftp://office.example", "http://", "http://[::1", "/x"]
)
@pytest.mark.parametrize("name", ["server", "internal_server", "callback_base"])
def test_an_address_that_is_none_is_refused(name, address):
    given = {"server": "https://office.example", name: address}
    with pytest.raises(ValueError, match=f"office.{name}"):
        OfficeSettings(secret=SECRET, **given)


def test_the_address_we_are_called_at_may_hold_the_domain():
    OfficeSettings("https://office.example", SECRET, callback_base="http://{domain}:8080")


@pytest.mark.parametrize("secret", ["", "s" * 31])
def test_a_secret_that_could_be_guessed_is_refused(secret):
    with pytest.raises(ValueError, match="32 bytes"):
        OfficeSettings("https://office.example", secret)


def test_the_secret_is_not_printed():
    assert SECRET not in repr(OfficeSettings("https://office.example", SECRET))
