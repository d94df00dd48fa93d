"""Addresses of thumbnails, signed for a while, so that a page can show them without a token."""

import base64
import hmac
from datetime import datetime, timedelta

from aiohttp import web

from doctypes.files.node import File, Node
from server import keys
from server.instances.instance import Instance
from server.media.sizes import CLASSES, SIZES

LASTING = timedelta(minutes=10)
_STEP = int(LASTING.total_seconds())


def links_of(request: web.Request, node: Node) -> dict[str, str]:
    """Return the links to thumbnails of a node; none for what has no picture.

    They stay the same for ten minutes, so that browsers can keep what they show.
    """
    return links_to(request, node.id, node.file_class) if isinstance(node, File) else {}


def links_to(request: web.Request, file_id: str, file_class: object) -> dict[str, str]:
    """Return the links to thumbnails of a file of a class."""
    if file_class not in CLASSES:
        return {}
    secret = secret_of(request[keys.HOME], file_id, request.app[keys.NOW]())
    return {size: f"/files/{file_id}/thumbnails/{secret}/{size}" for size in SIZES}


def secret_of(instance: Instance, file_id: str, now: datetime) -> str:
    """Return what opens the thumbnails of a file for ten minutes at least, twenty at most."""
    return _signed(instance, file_id, int(now.timestamp()) // _STEP)


def is_secret(instance: Instance, file_id: str, secret: str, now: datetime) -> bool:
    """Tell whether this opens the thumbnails of a file now."""
    step = int(now.timestamp()) // _STEP
    return any(
        hmac.compare_digest(secret.encode(), _signed(instance, file_id, at).encode())
        for at in (step, step - 1)
    )


def _signed(instance: Instance, file_id: str, step: int) -> str:
    key = hmac.digest(instance.secret, b"thumbnail links", "sha256")
    mac = hmac.digest(key, f"{file_id}\0{step}".encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:12]).decode()
