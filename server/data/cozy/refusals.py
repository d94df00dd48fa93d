"""What Cozy refuses in words of its own, which its clients know."""

from http import HTTPStatus


class CozyRefused(Exception):
    """A request that Cozy's dialect refuses, and CouchDB would not; `detail` are Cozy's words."""

    def __init__(self, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status

    @property
    def spelt(self) -> str:
        """The one string that Cozy answers: `Bad Request(400): …`."""
        return f"{HTTPStatus(self.status).phrase}({self.status}): {self.detail}"


class DoctypeUnknown(Exception):
    """A document of a type that there are no documents of."""
