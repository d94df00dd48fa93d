"""JSON Web Tokens at a CouchDB with users: keys from the settings, names and roles from claims."""

import time
from base64 import b64encode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.couch_auth.settings import CouchSettings
from tests.support.served_couch import ServedCouch

SECRET = b"0123456789abcdef0123456789abcdef"
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


def pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


KEYS = {
    "hmac:_default": b64encode(SECRET).decode(),
    "rsa:house": pem(RSA).replace("\n", "\\n"),
    "ec:house": pem(EC),
}


@pytest.fixture
async def couch(tmp_path):
    async with ServedCouch(tmp_path / "dir", couch=CouchSettings(KEYS)) as served:
        yield served


TOMORROW = int(time.time()) + 86_400


def token(key=SECRET, algorithm="HS256", kid=None, **claims):
    told = {"sub": "jan", "exp": TOMORROW, "_couchdb.roles": ["gardener"], **claims}
    headers = {"kid": kid} if kid else None
    told = {name: value for name, value in told.items() if value is not None}
    return jwt.encode(told, key, algorithm=algorithm, headers=headers)


async def session(couch, shown):
    client = couch.client()
    return await client.get("/_session", headers={"Authorization": f"Bearer {shown}"})


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(SECRET, "HS256", None), (RSA, "RS256", "house"), (EC, "ES256", "house")],
    ids=["HS256", "RS256", "ES256"],
)
async def test_a_token_opens(couch, key, algorithm, kid):
    told = await (await session(couch, token(key, algorithm, kid))).json()
    assert told["userCtx"] == {"name": "jan", "roles": ["gardener"]}
    assert told["info"]["authenticated"] == "jwt"


async def test_roles_in_a_token_count(couch):
    assert (await couch.admin.put("/garden")).status == 201
    security = {"members": {"roles": ["gardener"]}}
    assert (await couch.admin.put("/garden/_security", json=security)).status == 200
    client = couch.client()
    for roles, status in ((["gardener"], 200), ("a, gardener", 200), ([], 403)):
        shown = {"Authorization": "Bearer " + token(**{"_couchdb.roles": roles})}
        assert (await client.get("/garden", headers=shown)).status == status
    shown = {"Authorization": "Bearer " + token(**{"_couchdb.roles": ["_admin"]})}
    assert (await client.put("/meadow", headers=shown)).status == 201


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (token(exp=1), "exp not in future"),
        (token(exp="soon"), "Token rejected"),
        (token(exp=None), "Token rejected"),
        (token(sub=None), "Token rejected"),
        (token(b"x" * 32), "Token rejected"),
        (token(kid="other"), "Unknown kid or algorithm"),
        (token(RSA, "RS256"), "Unknown kid or algorithm"),
        (token("", "none"), "Unknown kid or algorithm"),
        (token(**{"_couchdb.roles": 5}), "Malformed token"),
        ("garbage", "Token rejected"),
    ],
)
async def test_a_token_that_does_not(couch, shown, reason):
    refused = await session(couch, shown)
    assert refused.status == 401
    assert (await refused.json())["reason"].startswith(reason)


@pytest.mark.parametrize(
    "keys",
    [
        {"house": "x"},
        {"hmac:a": "c2hvcnQ="},
        {"hmac:a": "%%"},
        {"rsa:a": "no key"},
        {"x:a": "y"},
        {"ec:a": pem(RSA)},
    ],
)
def test_keys_that_are_none_are_refused_at_the_start(keys):
    with pytest.raises(ValueError, match=r"couch\.jwt: "):
        CouchSettings(keys)
