"""What a WOPI client says of itself: which documents it opens, where, and its proof keys."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from server.wopi.proof import ProofKeys, public_key
from server.wopi.settings import WopiSettings

FRESH = 12 * 3600.0
_SOON = 60.0
_LARGEST = 4 << 20
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_GROUP = re.compile(r"<([^<>=]+)=([^<>&]+)&?>")


class ClientUnreachable(Exception):
    """The WOPI client gave no discovery that can be read; the message says what came instead."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """`actions` leads from an extension and an action (`edit`, `view`) to an address."""

    actions: Mapping[tuple[str, str], str]
    keys: ProofKeys | None = None

    def address(self, extension: str, *actions: str) -> str | None:
        """Return where a document is opened, by the first of the actions that there is."""
        found = (self.actions.get((extension, action)) for action in actions)
        return next((address for address in found if address), None)


def parse_discovery(content: bytes) -> Discovery:
    """Read a discovery document. Raises ClientUnreachable for what is none."""
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise ClientUnreachable(f"no discovery: {error}") from error
    actions: dict[tuple[str, str], str] = {}
    for action in root.iter("action"):
        extension, name = action.get("ext", "").lower(), action.get("name", "")
        address = action.get("urlsrc", "")
        if extension and name and address.startswith(("http://", "https://")):
            actions.setdefault((extension, name), address)
    if not actions:
        raise ClientUnreachable("a discovery without any action")
    return Discovery(actions, _keys(root.find("proof-key")))


def _keys(element: object) -> ProofKeys | None:
    told: Callable[[str], str | None] = getattr(element, "get", lambda _: None)
    modulus, exponent = told("modulus"), told("exponent")
    if not modulus or not exponent:
        return None
    old_modulus, old_exponent = told("oldmodulus"), told("oldexponent")
    try:
        old = public_key(old_modulus, old_exponent) if old_modulus and old_exponent else None
        return ProofKeys(public_key(modulus, exponent), old)
    except ValueError as error:
        raise ClientUnreachable(f"a discovery with a key that is none: {error}") from error


def frame_address(urlsrc: str, source: str, **known: str) -> str:
    """Return the address of a frame: groups `<name=PLACE&>` that are known are filled in.

    `source` is the WOPISrc. The others are left out (MS-WOPI, discovery).
    """

    def filled(group: re.Match[str]) -> str:
        value = known.get(group[2])
        return f"{group[1]}={quote(value, safe='')}&" if value else ""

    has_source = re.search(r"<(wopisrc)=", urlsrc, re.IGNORECASE)
    address = _GROUP.sub(filled, urlsrc).rstrip("&")
    name = has_source[1] if has_source else "WOPISrc"
    mark = "&" if "?" in address and not address.endswith("?") else ""
    mark = mark or ("" if address.endswith("?") else "?")
    return f"{address}{mark}{name}={quote(source, safe='')}"


@dataclass(slots=True)
class DiscoveryCache:
    """The discovery of one client, kept for half a day; `clock` counts seconds."""

    client: Callable[[], aiohttp.ClientSession]
    settings: WopiSettings
    clock: Callable[[], float]
    _found: Discovery | None = None
    _since: float = 0.0
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, *, doubted: bool = False) -> Discovery:
        """Return the discovery; one that is `doubted` is asked for anew, once a minute at most.

        Raises ClientUnreachable.
        """
        async with self._asking:
            age = self.clock() - self._since
            if self._found is not None and age < (_SOON if doubted else FRESH):
                return self._found
            self._found = await self._fetch()
            self._since = self.clock()
            return self._found

    async def _fetch(self) -> Discovery:
        address = f"{self.settings.reached_at}/hosting/discovery"
        try:
            async with self.client().get(
                address, allow_redirects=False, timeout=_TIMEOUT
            ) as response:
                if response.status != 200:  # noqa: PLR2004
                    raise ClientUnreachable(f"status {response.status}")
                content = await response.content.read(_LARGEST)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ClientUnreachable(f"{type(error).__name__}: {error}") from error
        return parse_discovery(content)
