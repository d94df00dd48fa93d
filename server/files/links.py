"""Addresses that open one file without a credential, for a while: signed, kept nowhere."""

import base64
import binascii
import hmac
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from server.instances.instance import Instance

LASTING = timedelta(hours=1)
_MAC = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a link leads to: a file, or a version of it, and the name it is saved under."""

    file_id: str
    version_id: str
    name: str


def address(instance: Instance, wanted: Wanted, now: datetime) -> str:
    """Return the path of a link that is good for LASTING."""
    told = {**asdict(wanted), "until": int((now + LASTING).timestamp())}
    body = msgspec.json.encode(told)
    secret = _spelt(_mac(instance, body) + body)
    return f"/files/downloads/{secret}/{quote(wanted.name, safe='')}"


def read(instance: Instance, secret: str, now: datetime) -> Wanted | None:
    """Return what a link leads to; None for one that is forged or has ended."""
    try:
        decoded = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    except (binascii.Error, ValueError):
        return None
    mac, body = decoded[:_MAC], decoded[_MAC:]
    if not hmac.compare_digest(mac, _mac(instance, body)):
        return None
    told = msgspec.json.decode(body, type=dict[str, str | int])
    if int(told.pop("until")) < now.timestamp():
        return None
    return msgspec.convert(told, Wanted)


def _mac(instance: Instance, body: bytes) -> bytes:
    key = hmac.digest(instance.secret, b"download links", "sha256")
    return hmac.digest(key, body, "sha256")[:_MAC]


def _spelt(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
