"""Which routes of this room need no login, and why."""

PUBLIC_ROUTES = {
    ("POST", "/auth/register"): "a client that nobody knows yet registers; how fast is limited",
    ("GET", "/auth/register/{client_id}"): "asks for the client's registration token itself",
    ("PUT", "/auth/register/{client_id}"): "the same",
    ("DELETE", "/auth/register/{client_id}"): "the same",
    ("GET", "/auth/authorize"): "leads to the page for signing in who is not",
    ("POST", "/auth/login/flagship"): "asks for the client's secret and the owner's passphrase",
    ("POST", "/auth/access_token"): "asks for the client's secret, and a code or a refresh token",
    ("GET", "/oidc/start"): "on to the provider at which the owner signs in",
    ("GET", "/oidc/redirect"): "asks the provider who came, and for the attempt of this browser",
    ("GET", "/oidc/return"): "on to the home that a state names, at which all is asked",
    ("POST", "/oidc/access_token"): "asks for the client's secret, and what the provider says",
    ("POST", "/auth/revoke"): "asks for the client's secret",
    (
        "GET",
        "/.well-known/oauth-authorization-server",
    ): "what the server can do",
}
