"""What the routes of WOPI take from the application."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from server import keys
from server.wopi.discovery import DiscoveryCache
from server.wopi.settings import WopiSettings


@dataclass(frozen=True, slots=True)
class Wopi:
    """Settings and discovery of the one client; both None where none is configured."""

    settings: WopiSettings | None = None
    discovery: DiscoveryCache | None = None


WOPI = web.AppKey("wopi", Wopi)


def wopi_of(
    app: web.Application, settings: WopiSettings | None, clock: Callable[[], float]
) -> Wopi:
    """Return what an application needs of WOPI; `clock` counts seconds."""
    if settings is None:
        return Wopi()
    return Wopi(settings, DiscoveryCache(lambda: app[keys.HTTP_CLIENT], settings, clock))
