"""The browser goes to the provider and comes back with the owner (OpenID Connect Core 3.1).

The provider stands in for the passphrase and for the second factor: whoever runs the host decided
to take its word.
"""

from aiohttp import web
from yarl import URL

from server import keys
from server.instances.instance import Instance
from server.oauth.challenge import METHOD, challenge_of
from server.oauth.oauth import OAUTH
from server.oauth.oidc.attempt import (
    COOKIE,
    LIFETIME,
    PATH,
    Attempt,
    domain_in,
    new_state,
    read_attempt,
)
from server.oauth.oidc.errors import NotVouched, OidcRefused
from server.oauth.oidc.id_token import Expected
from server.oauth.oidc.provider import Provider
from server.oauth.oidc.providers import is_owners, provider_of
from server.oauth.words import WORDS
from server.pages.page import Sheet, page
from server.sign_in.signed_in import (
    origin_of,
    owner_in_session,
    require_private,
    sign_in_as_owner,
    wish_of,
)

WAY = "oidc"
_RANDOM = 24


async def start(request: web.Request) -> web.Response:
    """GET /oidc/start?redirect=: on to the provider; who is signed in already is led on."""
    require_private(request)
    provider, wish = provider_of(request), wish_of(request, request.query)
    if await owner_in_session(request) is not None:
        return web.Response(status=303, headers={"Location": wish.redirect})
    instance, attempt = request[keys.INSTANCE], _new_attempt(request, wish.redirect)
    try:
        endpoints = await provider.endpoints(request.app[keys.HTTP_CLIENT])
    except OidcRefused as refused:
        return refusal_page(request, refused, provider.settings.title)
    query = {
        "response_type": "code",
        "client_id": provider.settings.client_id,
        "redirect_uri": _redirect_uri(request, provider),
        "scope": provider.settings.scope,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": METHOD,
    }
    address = URL(endpoints.authorization_endpoint).extend_query(query)
    response = web.Response(status=303, headers={"Location": str(address), **_NO_STORE})
    _keep(request, response, attempt.sealed(instance.secret))
    return response


async def come_back(request: web.Request) -> web.Response:
    """GET /oidc/redirect?code=&state=: from the provider; the owner's session begins."""
    require_private(request)
    provider, instance = provider_of(request), request[keys.INSTANCE]
    now = request.app[OAUTH].clock().timestamp()
    attempt = read_attempt(request.cookies.get(COOKIE, ""), instance.secret, now)
    try:
        if attempt is None or request.query.get("state") != attempt.state:
            raise NotVouched("this browser did not ask, or too long ago")
        await _check(request, provider, attempt, instance)
    except OidcRefused as refused:
        return refusal_page(request, refused, provider.settings.title)
    wish = wish_of(request, {"redirect": attempt.redirect})
    response = await sign_in_as_owner(request, wish, way=WAY)
    response.del_cookie(COOKIE, path=PATH)
    return response


async def lead_home(request: web.Request) -> web.Response:
    """GET /oidc/return: the one address of a host with many homes; on to the home that asked."""
    domain = domain_in(request.query.get("state", ""))
    if domain not in request.app[keys.INSTANCES].domains:
        raise web.HTTPNotFound(text="No home here asked for this.")
    home = URL(origin_of(request)).with_host(domain)
    address = home.with_path("/oidc/redirect").with_query(dict(request.query))
    return web.Response(status=303, headers={"Location": str(address), **_NO_STORE})


def refusal_page(request: web.Request, refused: OidcRefused, title: str) -> web.Response:
    """Return the page that says why nobody was signed in."""
    values = {"provider": title, "reason": refused.why}
    return page(request, Sheet("oauth/oidc/refused.html", WORDS, values), status=403)


async def _check(
    request: web.Request, provider: Provider, attempt: Attempt, instance: Instance
) -> None:
    """Raise OidcRefused unless the provider vouches for the owner of this home."""
    code = request.query.get("code", "")
    if not code:
        raise NotVouched(f"the provider said no: {request.query.get('error', '')[:80]}")
    client, settings = request.app[keys.HTTP_CLIENT], provider.settings
    token = await provider.tokens(client, code, attempt.verifier, _redirect_uri(request, provider))
    expected = Expected(settings.issuer, [settings.client_id], attempt.nonce)
    claims = await provider.claims(client, token, expected)
    if not is_owners(claims, settings, instance):
        raise NotVouched("the provider vouches for somebody else")


def _new_attempt(request: web.Request, redirect: str) -> Attempt:
    oauth, domain = request.app[OAUTH], request[keys.INSTANCE].domain
    until = (oauth.clock() + LIFETIME).timestamp()
    return Attempt(
        state=new_state(oauth.random(_RANDOM), domain),
        nonce=oauth.random(_RANDOM).hex(),
        verifier=oauth.random(_RANDOM * 2).hex(),
        redirect=redirect,
        until=until,
    )


def _redirect_uri(request: web.Request, provider: Provider) -> str:
    return provider.settings.redirect_uri or f"{origin_of(request)}/oidc/redirect"


def _keep(request: web.Request, response: web.Response, cookie: str) -> None:
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(LIFETIME.total_seconds()),
        path=PATH,
        httponly=True,
        samesite="Lax",  # it must come along from the provider's page
        secure=request.scheme == "https",
    )


_NO_STORE = {"Cache-Control": "no-store"}
