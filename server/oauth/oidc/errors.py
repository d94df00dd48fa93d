"""Why somebody whom a provider sent is not signed in, as facts."""


class OidcRefused(Exception):
    """Root of the reasons; `provider` is what people call it."""

    def __init__(self, why: str, provider: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.provider = provider


class ProviderAbsent(OidcRefused):
    """The home's context names no provider."""


class ProviderFailed(OidcRefused):
    """The provider does not answer, or not as it should; asking again may help."""


class NotVouched(OidcRefused):
    """What the provider says does not hold, or it vouches for somebody else."""
