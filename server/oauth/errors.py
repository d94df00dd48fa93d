"""Why a client is not registered, or gets no token, as facts; clients parse the words."""


class OAuthRefused(Exception):
    """Root of the refusals of this room; `word` is what stands in the field `error`."""

    def __init__(self, word: str, description: str = "") -> None:
        super().__init__(word)
        self.word = word
        self.description = description


class RegistrationRefused(OAuthRefused):
    """What a client says of itself is not acceptable (RFC 7591 3.2.2)."""


class ClientMissing(OAuthRefused):
    """No client has this id."""

    def __init__(self) -> None:
        super().__init__("Client not found")


class RegistrationTokenRefused(OAuthRefused):
    """The token that manages a registration is missing, or another client's (RFC 7592)."""

    def __init__(self) -> None:
        super().__init__("invalid_token")


class GrantRefused(OAuthRefused):
    """The token endpoint gives nothing for this; the words are Cozy's (cozy.md B4)."""


class ClientUnproven(OAuthRefused):
    """Who asks to revoke a token is not the client that it was issued to (RFC 7009 2.1)."""

    def __init__(self) -> None:
        super().__init__("invalid_client")


class CodeNeeded(OAuthRefused):
    """The passphrase was right, and a second factor is asked for."""

    def __init__(self, two_factor_token: str) -> None:
        super().__init__("two factor needed")
        self.two_factor_token = two_factor_token
