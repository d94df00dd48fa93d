"""The home page as HTML: what a home's owner sees first."""

from dataclasses import dataclass

from server.home.words import WORDS
from server.pages.page import Sheet


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this home is reached: `base` is scheme and host; `office` the Document Server's."""

    base: str
    owner: str
    office: str | None

    @property
    def dav(self) -> str:
        """The WebDAV address, which a program mounts."""
        return f"{self.base}/dav/files/"

    @property
    def couch(self) -> str:
        """The root under which each database is one address."""
        return f"{self.base}/couchdb"

    @property
    def gnome(self) -> str:
        """The WebDAV address as GNOME takes it."""
        return self._mounted_as("dav", "davs")

    @property
    def kde(self) -> str:
        """The WebDAV address as KDE takes it."""
        return self._mounted_as("webdav", "webdavs")

    def _mounted_as(self, plain: str, secure: str) -> str:
        scheme, _, rest = self.dav.partition("://")
        return f"{secure if scheme == 'https' else plain}://{rest}"


def sheet(addresses: Addresses) -> Sheet:
    """Return what the home page is made of."""
    return Sheet("home/page.html", WORDS, {"at": addresses})
