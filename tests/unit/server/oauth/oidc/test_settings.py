"""What an operator may say of providers."""

import pytest

from server.oauth.oidc.settings import read_providers

RIGHT = {"issuer": "https://login.example", "client_id": "foyer", "client_secret": "s"}


def test_a_provider_for_a_context():
    read = read_providers({"default": {**RIGHT, "native_client_ids": ["phone"]}})
    assert read["default"].claim == "sub"
    assert read["default"].native_client_ids == ("phone",)
    assert "'s'" not in repr(read["default"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"client_id": "x"}, "default.issuer: is needed"),
        ({**RIGHT, "issuer": "http://login.example"}, "default.issuer: expected an address"),
        ({**RIGHT, "issuer": "https://"}, "default.issuer: expected an address"),
        ({**RIGHT, "redirect_uri": "/x"}, "default.redirect_uri: expected an address"),
        ({**RIGHT, "client_secret": ""}, "default.client_id: is needed"),
        ({**RIGHT, "scope": "profile"}, "default.scope: must have openid"),
        ({**RIGHT, "clam": "sub"}, "default.clam: no setting has this name"),
        ({**RIGHT, "title": 7}, "default.*"),
        ("x", "default: is a section"),
    ],
)
def test_what_could_not_work(values, said):
    with pytest.raises(ValueError, match=said):
        read_providers({"default": values})
