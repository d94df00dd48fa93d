"""Fetching a saved document from the Document Server, and from nowhere else.

The address comes signed, and is still held to the configured server: a leaked secret must not turn
this process into somebody's probe of the network around it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from yarl import URL

from replication.core.errors import BlobMismatch
from server.office.content_check import Edges, flaw
from server.office.formats import FORMATS, Container
from server.office.settings import OfficeSettings

Taken = TypeVar("Taken")
Stage = Callable[[AsyncIterator[bytes], int | None], Awaitable[Taken]]
"""Takes a body and its announced length (None: unknown) in."""

_PIECE = 256 * 1024
_CONNECT_TIMEOUT = 10.0


class DownloadFailed(Exception):
    """The document did not arrive; nothing of it remains here."""


class DownloadUnavailable(DownloadFailed):
    """Asking again may help: no answer, another status than 200, a body cut off or unsound."""


class DownloadRefused(DownloadFailed):
    """Asking again will not help: an address that is not the Document Server's, or too large."""


@dataclass(frozen=True, slots=True)
class Download:
    """Fetches from the Document Server of these settings."""

    client: aiohttp.ClientSession
    settings: OfficeSettings

    async def fetch(self, url: str, extension: str, stage: Stage[Taken]) -> Taken:
        """Stream a document of this extension into `stage`, and return what that returns.

        Only a whole and plausible answer of status 200 gets there; redirects are not followed.
        Raises DownloadUnavailable, DownloadRefused, and what `stage` raises of its own.
        """
        address = internal_address(url, self.settings)
        try:
            async with self.client.get(
                address,
                allow_redirects=False,
                headers={"Accept-Encoding": "identity"},
                timeout=self._timeout(),
            ) as response:
                length = _announced_length(response, self.settings.max_download, extension)
                return await stage(self._sound(response.content, extension), length)
        except (aiohttp.ClientError, TimeoutError, BlobMismatch) as error:
            raise DownloadUnavailable(type(error).__name__) from error

    def _timeout(self) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(
            total=self.settings.download_timeout,
            sock_connect=_CONNECT_TIMEOUT,
            sock_read=self.settings.stall_timeout,
        )

    async def _sound(self, content: aiohttp.StreamReader, extension: str) -> AsyncIterator[bytes]:
        """Pass the body on, and fail at its end if it cannot be what it was announced as."""
        edges = Edges()
        async for piece in content.iter_chunked(_PIECE):
            edges = edges.grown(piece)
            if edges.size > self.settings.max_download:
                raise DownloadRefused(f"more than {self.settings.max_download} bytes")
            yield piece
        known = FORMATS.get(extension)
        reason = flaw(edges, known.container if known else Container.TEXT)
        if reason:
            raise DownloadUnavailable(reason)


def internal_address(url: str, settings: OfficeSettings) -> URL:
    """Return where to fetch this address: the same, on the server as we reach it.

    The signed path and query stay as they are, to the letter. Raises DownloadRefused.
    """
    address = URL(url, encoded=True)
    if address.scheme not in ("http", "https") or address.user or address.password:
        raise DownloadRefused("not an address of the document server")
    for served in (settings.reached_at, URL(settings.server)):
        prefix = served.raw_path.rstrip("/")
        if _origin(address) == _origin(served) and address.raw_path.startswith(f"{prefix}/"):
            ours = settings.reached_at
            path = ours.raw_path.rstrip("/") + address.raw_path[len(prefix) :]
            query = f"?{address.raw_query_string}" if address.raw_query_string else ""
            return URL(f"{ours.origin()}{path}{query}", encoded=True)
    raise DownloadRefused("not an address of the document server")


def _origin(address: URL) -> tuple[str, str, int | None]:
    return address.scheme, (address.host or "").lower(), address.port


def _announced_length(response: aiohttp.ClientResponse, most: int, extension: str) -> int | None:
    if response.status != 200:  # noqa: PLR2004
        raise DownloadUnavailable(f"status {response.status}")
    if response.content_type == "text/html" and extension != "html":
        raise DownloadUnavailable("a web page")
    length = response.content_length
    if length is not None and length > most:
        raise DownloadRefused(f"{length} bytes")
    return None if "Content-Encoding" in response.headers else length
