"""The Document Server's command and conversion services: what we ask it, signed.

Commands always answer 200, with an error number in the body (office.md 1.6).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from server.office.settings import OfficeSettings
from server.office.signature import sign

_COMMAND = "/command"
_FORMER_COMMAND = "/coauthoring/CommandService.ashx"
_CONVERTER = "/converter"
_LIFETIME = 300.0
_ANSWER_TIMEOUT = 15.0
_CONVERSION_TIMEOUT = 180.0
_LARGEST_ANSWER = 8 << 20
UNKNOWN_KEY = 1


class OfficeUnreachable(Exception):
    """The Document Server gave no answer that can be read; the message says what came instead."""


class CommandRefused(Exception):
    """The Document Server answered with an error number."""

    def __init__(self, error: int) -> None:
        super().__init__(f"error {error}")
        self.error = error


@dataclass(frozen=True, slots=True)
class Commands:
    """Asks the Document Server of these settings; `clock` gives seconds since 1970."""

    client: aiohttp.ClientSession
    settings: OfficeSettings
    clock: Callable[[], float]

    async def ask(self, command: str, **said: object) -> Mapping[str, Any]:
        """Give a command and return the answer. Raises CommandRefused, OfficeUnreachable."""
        claims = {"c": command, **said}
        key = str(said.get("key", ""))
        status, answer = await self._post(_COMMAND, claims, key)
        if status == 404:  # noqa: PLR2004
            status, answer = await self._post(_FORMER_COMMAND, claims, key)
        return _checked(status, answer)

    async def convert(self, **said: object) -> str:
        """Have a document converted, and return the address of the outcome.

        `said` are `filetype`, `outputtype`, `key`, `url`, `title` as the service takes them. Raises
        CommandRefused, with the service's negative numbers, and OfficeUnreachable.
        """
        status, answer = await self._post(
            _CONVERTER, {"async": False, **said}, str(said["key"]), _CONVERSION_TIMEOUT
        )
        url = _checked(status, answer).get("fileUrl")
        if not isinstance(url, str):
            raise OfficeUnreachable("a conversion without an address")
        return url

    async def _post(
        self, path: str, claims: Mapping[str, object], key: str, within: float = _ANSWER_TIMEOUT
    ) -> tuple[int, bytes]:
        token = sign(claims, self.settings.secret, now=self.clock(), lifetime=_LIFETIME)
        address = URL(str(self.settings.reached_at).rstrip("/") + path).with_query(shardkey=key)
        try:
            async with self.client.post(
                address if key else address.with_query(None),
                json={**claims, "token": token},
                headers={"Accept": "application/json"},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=within),
            ) as response:
                return response.status, await response.content.read(_LARGEST_ANSWER)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OfficeUnreachable(f"{type(error).__name__}: {error}") from error


def _checked(status: int, answer: bytes) -> Mapping[str, Any]:
    try:
        told = msgspec.json.decode(answer, type=dict[str, Any]) if status == 200 else None  # noqa: PLR2004
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = None
    if told is None:
        raise OfficeUnreachable(f"status {status}, and no answer of a document server")
    error = told.get("error", 0)
    if error:
        raise CommandRefused(error if isinstance(error, int) else -1)
    return told
