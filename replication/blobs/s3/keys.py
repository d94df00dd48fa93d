"""Under which keys a home's contents lie in a bucket.

A content is at `<prefix>/blobs/<digest>/<copy>`: whoever commits the same bytes again puts another
copy beside the first, under a name that nobody had. So no key is ever written twice, and a sweep
that removes the copies it saw cannot take one that came meanwhile: S3 has no step that looks and
removes at once, and a request to remove may arrive late. What is being received is at
`<prefix>/incoming/<name>`, where nobody looks for contents.
"""

import re
from dataclasses import dataclass

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def is_digest(text: str) -> bool:
    """Tell whether text is a SHA-256 in hex."""
    return bool(_DIGEST.match(text))


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one home; `prefix` has no slash at either end, and may be empty."""

    prefix: str

    @property
    def blobs(self) -> str:
        """Return what the keys of all contents begin with."""
        return self._under("blobs")

    @property
    def incoming(self) -> str:
        """Return what the keys of all that is being received begin with."""
        return self._under("incoming")

    def copies(self, digest: str) -> str:
        """Return what the keys of one content begin with."""
        return f"{self.blobs}/{digest}"

    def copy(self, digest: str, name: str) -> str:
        """Return the key of one copy of a content."""
        return f"{self.copies(digest)}/{name}"

    def arriving(self, name: str) -> str:
        """Return the key of something that is being received."""
        return f"{self.incoming}/{name}"

    def digest_of(self, key: str) -> str | None:
        """Return whose copy a key is; None where it is nobody's."""
        start = f"{self.blobs}/"
        digest, slash, name = key.removeprefix(start).partition("/")
        ours = key.startswith(start) and slash and name and is_digest(digest)
        return digest if ours else None

    def _under(self, folder: str) -> str:
        return f"{self.prefix}/{folder}" if self.prefix else folder
