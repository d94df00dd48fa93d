"""Whether it is the Document Server that reads: it signs for the very address that it asks."""

from aiohttp import web
from yarl import URL

from server.office.settings import OfficeSettings
from server.office.signature import BadSignature, bearer, verify


def check_reader(request: web.Request, settings: OfficeSettings, now: float) -> None:
    """Raise BadSignature unless the Document Server signed for this address just now."""
    token = bearer(request.headers.get(settings.jwt_header))
    if token is None:
        raise BadSignature("no token")
    payload = verify(token, settings.secret, now=now).get("payload")
    address = payload.get("url") if isinstance(payload, dict) else None
    try:
        path = URL(address, encoded=True).raw_path if isinstance(address, str) else None
    except ValueError:
        path = None
    if path is None or not path.endswith(request.rel_url.raw_path):
        raise BadSignature("for another address")
