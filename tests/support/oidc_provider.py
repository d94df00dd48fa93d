"""A small provider of OpenID Connect in the test's process: real HTTP, real RS256, PKCE checked."""

import secrets
import time
from base64 import b64decode
from contextlib import asynccontextmanager
from urllib.parse import unquote_plus, urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from server.oauth.challenge import challenge_of

CLIENT_ID, CLIENT_SECRET = "foyer", "s3cret/with+signs"
SUBJECT = "person-42"


def new_key(kid="key-1"):
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return private, {**public, "kid": kid, "use": "sig", "alg": "RS256"}


class OidcDouble:
    """What tests may change: `subject`, `claims` over the usual ones, and the keys."""

    def __init__(self):
        self.private, self.jwk = new_key()
        self.kid = "key-1"
        self.subject = SUBJECT
        self.claims = {}
        self.codes = {}
        self.issuer = ""
        self.asked = []
        self.methods = None  # how clients show their secret; None says nothing of it

    def token(self, **claims):
        now = int(time.time())
        told = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            **claims,
            **self.claims,
        }
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, self.private, algorithm="RS256", headers={"kid": self.kid})

    async def discovery(self, _):
        self.asked.append("discovery")
        methods = {"token_endpoint_auth_methods_supported": self.methods} if self.methods else {}
        return web.json_response(
            {
                **methods,
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
            }
        )

    async def jwks(self, _):
        self.asked.append("jwks")
        return web.json_response({"keys": [self.jwk]})

    async def authorize(self, request):
        """Say yes at once, as a provider does where somebody is signed in already."""
        query = request.query
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = dict(query)
        answer = urlencode({"code": code, "state": query["state"]})
        raise web.HTTPFound(f"{query['redirect_uri']}?{answer}")

    async def give_token(self, request):
        form = await request.post()
        if self.methods == ["client_secret_post"]:
            assert "Authorization" not in request.headers
            client_id, secret = form["client_id"], form["client_secret"]
        else:
            login = b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
            client_id, secret = (unquote_plus(part) for part in login.split(":"))
        asked = self.codes.pop(form["code"], None)
        right = (
            asked is not None
            and (client_id, secret) == (CLIENT_ID, CLIENT_SECRET)
            and form["redirect_uri"] == asked["redirect_uri"]
            and challenge_of(form["code_verifier"]) == asked["code_challenge"]
        )
        if not right:
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = self.token(nonce=asked["nonce"])
        return web.json_response({"id_token": token, "access_token": "x", "token_type": "Bearer"})


@asynccontextmanager
async def provider():
    double, app = OidcDouble(), web.Application()
    app.add_routes(
        [
            web.get("/.well-known/openid-configuration", double.discovery),
            web.get("/jwks", double.jwks),
            web.get("/authorize", double.authorize),
            web.post("/token", double.give_token),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield double
    finally:
        await runner.cleanup()
