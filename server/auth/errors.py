"""Why a caller is not let in, as facts."""


class AccessRefused(Exception):
    """Root of the reasons for which somebody is not let in."""


class Unauthenticated(AccessRefused):
    """No credential was shown, or one that opens nothing here."""


class SecondFactorNeeded(Unauthenticated):
    """A name and a passphrase are not enough at this home."""


class ConnectionReadable(AccessRefused):
    """A password would travel in the clear between the caller and here."""


class TooManyAttempts(AccessRefused):
    """Too many wrong passwords came lately; the next is looked at in `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class TokenRefused(AccessRefused):
    """A token that opens nothing here any more, or never did; clients parse the message.

    The messages are Cozy's (cozy.md 0): each makes its clients refresh or register again.
    """

    def __init__(self, message: str, *, expired: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.expired = expired


class TokenElsewhere(TokenRefused):
    """A token says that another home issued it: to refresh it here would help nobody."""

    def __init__(self) -> None:
        super().__init__("Forbidden")


class NotForThisCredential(AccessRefused):
    """The caller is known, and this door is for the owner alone."""


class CrossSiteRequest(AccessRefused):
    """A page of another origin asked with the cookie of the owner's session."""


class FormForged(AccessRefused):
    """A form does not come from a page of this home, or that page was open for too long."""


class LinkLocked(AccessRefused):
    """A link has a password, and it was not given yet."""
