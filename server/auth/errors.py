"""Why a caller is not let in, as facts."""


class AccessRefused(Exception):
    """Root of the reasons for which somebody is not let in."""


class Unauthenticated(AccessRefused):
    """No credential was shown, or one that opens nothing here."""


class ConnectionReadable(AccessRefused):
    """A password would travel in the clear between the caller and here."""


class TooManyAttempts(AccessRefused):
    """Too many wrong passwords came lately; the next is looked at in `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"retry after {retry_after:.0f} s")
        self.retry_after = retry_after
