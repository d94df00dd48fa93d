"""What a request for files has wrong: a status, and the parameter or header that is to blame."""

from collections.abc import Mapping


class FileRequestRefused(Exception):
    """A request that cannot be done as it stands; clients look for `parameter` (cozy.md C6).

    `headers` go with the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        parameter: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter
        self.headers = headers or {}
