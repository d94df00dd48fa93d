"""Whether the three addresses of office editing work, and what to do where one does not.

Browsers reach the Document Server, this program reaches it, and it reaches this program: three
addresses that may all differ, and each fails in its own way (office.md 1.8).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import aiohttp
from yarl import URL

from server.office.commands import CommandRefused, Commands, OfficeUnreachable
from server.office.settings import OfficeSettings
from server.wopi.discovery import ClientUnreachable, DiscoveryCache
from server.wopi.settings import WopiSettings

API = "/web-apps/apps/api/documents/api.js"
PROBE = "/healthz"
"""What the Document Server is asked to fetch from us: public, small, and text."""
_WRONG_TOKEN, _NO_DOWNLOAD, _CONVERTER_TOKEN = 6, -4, -8
_TIMEOUT = aiohttp.ClientTimeout(total=15)


class Way(Enum):
    """Who is to reach whom."""

    TO_EDITOR = "to_editor"
    SECRET = "secret"  # noqa: S105  # a name of a check
    BROWSER = "browser"
    FROM_EDITOR = "from_editor"
    WOPI = "wopi"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `fault` is a key of the words that say what to do, empty when all is well.

    `told` is what came back, as it was said.
    """

    way: Way
    address: str
    fault: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Checking:
    """Looks at one configuration; `base` is our address as the Document Server reaches us.

    `random` gives a text that was never used, for a document key.
    """

    client: aiohttp.ClientSession
    clock: Callable[[], float]
    base: str
    random: str

    async def office(self, settings: OfficeSettings) -> list[Finding]:
        """Look at a Document Server: each way that depends on one that failed is left out."""
        reached, commands = str(settings.reached_at), Commands(self.client, settings, self.clock)
        try:
            version = str((await commands.ask("version")).get("version", ""))
        except OfficeUnreachable as error:
            unreached = Finding(Way.TO_EDITOR, reached, "to_editor", str(error))
            return [unreached, await self._browser(settings)]
        except CommandRefused as error:
            fault = "secret" if error.error == _WRONG_TOKEN else "refused"
            told = Finding(Way.SECRET, reached, fault, str(error))
            return [Finding(Way.TO_EDITOR, reached), told, await self._browser(settings)]
        return [
            Finding(Way.TO_EDITOR, reached, told=version),
            Finding(Way.SECRET, reached),
            await self._browser(settings),
            await self._from_editor(commands),
        ]

    async def wopi(self, settings: WopiSettings) -> list[Finding]:
        """Look at a WOPI client: whether it tells what it opens, and has proof keys."""
        address = settings.reached_at
        try:
            discovery = DiscoveryCache(lambda: self.client, settings, self.clock)
            found = await discovery.get()
        except ClientUnreachable as error:
            return [Finding(Way.WOPI, address, "wopi", str(error))]
        told = f"{len({extension for extension, _ in found.actions})} formats"
        return [Finding(Way.WOPI, address, "" if found.keys else "wopi_keys", told)]

    async def _browser(self, settings: OfficeSettings) -> Finding:
        """Fetch the editor's script as a browser does, though not from where the browser is."""
        address = f"{settings.server.rstrip('/')}{API}"
        try:
            async with self.client.get(address, timeout=_TIMEOUT) as response:
                await response.content.read(1)
                good = response.status == 200 and "javascript" in response.content_type  # noqa: PLR2004
                return Finding(
                    Way.BROWSER, address, "" if good else "browser", f"status {response.status}"
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Finding(Way.BROWSER, address, "browser", f"{type(error).__name__}: {error}")

    async def _from_editor(self, commands: Commands) -> Finding:
        """Have the Document Server fetch a page of ours: it converts it, which nobody looks at."""
        address = str(URL(self.base.rstrip("/") + PROBE))
        asked = {"filetype": "txt", "outputtype": "docx", "title": "check.txt", "url": address}
        try:
            await commands.convert(key=self.random, **asked)
        except CommandRefused as error:
            faults = {_NO_DOWNLOAD: "from_editor", _CONVERTER_TOKEN: "secret"}
            return Finding(Way.FROM_EDITOR, address, faults.get(error.error, "refused"), str(error))
        except OfficeUnreachable as error:
            return Finding(Way.FROM_EDITOR, address, "refused", str(error))
        return Finding(Way.FROM_EDITOR, address)
