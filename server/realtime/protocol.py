"""What is said over the websocket (cozy.md B8): messages read, events and errors written."""

from dataclasses import dataclass
from typing import Any

import msgspec

SUBPROTOCOL = "io.cozy.websocket"
LONGEST_MESSAGE = 1024
"""Bytes of a message from a client."""

_METHODS = frozenset({"AUTH", "SUBSCRIBE", "UNSUBSCRIBE"})
_TITLES = {
    401: ("unauthorized", "The authentication has failed"),
    403: ("forbidden", "The application can't subscribe to this"),
    404: ("page not found", "The type parameter is mandatory for SUBSCRIBE"),
    405: ("method not allowed", "The method is not supported"),
    429: ("too many requests", "The connection has too many subscriptions"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """What somebody wants to hear of: a type of documents, or one of them."""

    doctype: str
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a client; `payload` is as it was sent, for the error that may answer it."""

    method: str
    payload: object = None

    @property
    def token(self) -> str:
        """Return the credential of an AUTH."""
        return self.payload if isinstance(self.payload, str) else ""

    @property
    def topic(self) -> Topic:
        """Return what a SUBSCRIBE or UNSUBSCRIBE is about. Raises Misunderstood."""
        told = self.payload if isinstance(self.payload, dict) else {}
        doctype, document_id = told.get("type"), told.get("id")
        if not isinstance(doctype, str) or not doctype:
            raise Misunderstood(404, self)
        return Topic(doctype, document_id if isinstance(document_id, str) else "")


class Misunderstood(Exception):
    """A message that cannot be done, with the status that says why."""

    def __init__(self, status: int, message: Message | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.message = message


def parse_message(text: str) -> Message:
    """Read a message. Raises Misunderstood for what is none; methods are written in any case."""
    try:
        told = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Misunderstood(405) from error
    method = told.get("method")
    message = Message(str(method).upper(), told.get("payload"))
    if message.method not in _METHODS:
        raise Misunderstood(405, message)
    return message


def render_error(status: int, message: Message | None = None) -> str:
    """Write an error event; `source` is what it answers, but never a credential."""
    code, title = _TITLES[status]
    payload: dict[str, object] = {"status": str(status), "code": code, "title": title}
    if message is not None:
        secret = message.method == "AUTH"
        told = None if secret else message.payload
        payload["source"] = {"method": message.method, "payload": told}
    return msgspec.json.encode({"event": "error", "payload": payload}).decode()
