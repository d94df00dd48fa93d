"""The two hashes of a content, taken together while it streams by."""

from base64 import b64encode
from hashlib import md5, sha256


class ContentHash:
    """SHA-256 for the name, MD5 because the protocols ask for it, and the length."""

    def __init__(self) -> None:
        self._sha256 = sha256()
        self._md5 = md5(usedforsecurity=False)
        self.size = 0

    def update(self, data: bytes) -> None:
        """Take the next bytes into both hashes."""
        self.update_digest(data)
        self.update_md5(data)

    def update_digest(self, data: bytes) -> None:
        """Take the next bytes into the name and the length; MD5 may be in another thread."""
        self._sha256.update(data)
        self.size += len(data)

    def update_md5(self, data: bytes) -> None:
        """Take the next bytes into MD5."""
        self._md5.update(data)

    @property
    def digest(self) -> str:
        """SHA-256 in hex."""
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        """MD5 in base64."""
        return b64encode(self._md5.digest()).decode()
