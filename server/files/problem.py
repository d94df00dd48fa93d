"""What a request for files has wrong: a status, and the parameter or header that is to blame."""


class FileRequestRefused(Exception):
    """A request that cannot be done as it stands; clients look for `parameter` (cozy.md C6)."""

    def __init__(self, status: int, detail: str, parameter: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.parameter = parameter
