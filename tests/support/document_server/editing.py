"""Documents under their keys: who edits, what changed, and what is reported when."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, groupby
from typing import Any

import aiohttp

from tests.support.document_server import hand_jwt
from tests.support.document_server.callbacks import Answer, Reporter
from tests.support.document_server.docx import with_paragraphs
from tests.support.document_server.saved_files import SavedFiles

_KEY = re.compile(r"[0-9a-zA-Z._=-]{1,128}")
_SIGNED = (("document", "key"), ("document", "url"), ("editorConfig", "callbackUrl"))
_DROP_DELAY = 5.0
_FETCH_ATTEMPTS = 3


class Refused(Exception):
    """The Document Server does not do that; the message is what the page would show."""


@dataclass
class Document:
    """One key: `state` is ok, saving or updateversion; `changes` are not in `content` yet."""

    key: str
    content: bytes
    extension: str
    state: str = "ok"
    users: list[str] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)
    callbacks: dict[str, str] = field(default_factory=dict)
    last_user: str = ""
    saves: int = 0
    delivered: int = 0
    from_forgotten: bool = False
    closing: asyncio.Task[Any] | None = None


@dataclass
class DocumentServer:
    """The whole of it.

    `conversion` is ok, crash (nothing comes of it), doubtful (a document comes of it, and a word
    that it may lack something) or corrupt (that word, and no document).
    """

    client: aiohttp.ClientSession
    secret: str
    reporter: Reporter
    files: SavedFiles
    scale: float
    conversion: str = "ok"
    documents: dict[str, Document] = field(default_factory=dict)
    forgotten: dict[str, bytes] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    conversions: Iterator[int] = field(default_factory=count)

    async def open(self, config: dict[str, Any], user: str) -> Document:
        """Let a user in, fetching the document when this key is new; raises Refused."""
        self._check(config)
        key, callback = config["document"]["key"], config["editorConfig"]["callbackUrl"]
        known = self.documents.get(key)
        if known is not None and known.state != "ok":
            raise Refused(known.state)
        if known is None:
            known = await self._first_open(config, user, callback)
            self._join(known, user, callback)
            return known
        if known.closing is not None:
            known.closing.cancel()
            known.closing = None
        self._join(known, user, callback)
        await self._report_presence(known, user, joined=True)
        return known

    async def _first_open(self, config: dict[str, Any], user: str, callback: str) -> Document:
        """Report and fetch at once, as the real one does; neither waits for the other."""
        key = config["document"]["key"]
        body = {"key": key, "status": 1, "users": [user]}
        body["actions"] = [{"type": 1, "userid": user}]
        answer, content = await asyncio.gather(
            self.reporter.report(callback, body), self._content(config)
        )
        if not answer.accepted:
            raise Refused("Error on save server subscription!")
        document = Document(key, content, config["document"]["fileType"])
        document.from_forgotten = key in self.forgotten
        return self.documents.setdefault(key, document)

    async def _content(self, config: dict[str, Any]) -> bytes:
        if config["document"]["key"] in self.forgotten:
            return self.forgotten[config["document"]["key"]]
        return await self.fetch(config["document"]["url"])

    def _check(self, config: dict[str, Any]) -> None:
        try:
            claims = hand_jwt.decode(config.get("token", ""), self.secret, time.time())
        except ValueError as error:
            raise Refused(f"not authorized: {error}") from None
        if {"url", "payload", "key"} & claims.keys() or "exp" not in claims:
            raise Refused("not a configuration")
        for part, name in _SIGNED:
            if claims.get(part, {}).get(name) != config[part][name]:
                raise Refused(f"access denied: {part}.{name}")
        if claims["document"].get("permissions") != config["document"].get("permissions"):
            raise Refused("access denied: permissions")
        if not _KEY.fullmatch(config["document"]["key"]):
            raise Refused("access deny")

    async def fetch(self, url: str) -> bytes:
        """Fetch a document, showing the host that it is this server that asks."""
        claims = {"payload": {"url": url}, "iat": int(time.time()), "exp": int(time.time()) + 300}
        headers = {"Authorization": f"Bearer {hand_jwt.encode(claims, self.secret)}"}
        for attempt in range(_FETCH_ATTEMPTS):
            async with self.client.get(url, headers=headers, allow_redirects=False) as response:
                if response.status == 200:
                    return await response.read()
            if attempt + 1 < _FETCH_ATTEMPTS:
                await asyncio.sleep(self.scale)
        raise Refused("download failed")

    def _join(self, document: Document, user: str, callback: str) -> None:
        document.callbacks.setdefault(user, callback)
        document.last_user = document.last_user or user
        if user not in document.users:
            document.users.append(user)

    def expire(self) -> None:
        """Forget the documents that nobody edits, as the real one does after a day."""
        self.documents = {
            key: document
            for key, document in self.documents.items()
            if document.users or document.changes
        }

    def document(self, key: str) -> Document:
        try:
            return self.documents[key]
        except KeyError:
            raise Refused("unknown key") from None

    def edit(self, key: str, user: str, text: str) -> None:
        """Add a paragraph, in memory until it is saved."""
        document = self.document(key)
        document.changes.append((user, text))
        document.last_user = user

    async def leave(self, key: str, user: str, *, dropped: bool = False) -> Answer | None:
        """Close one user's editor; the last one's leaving saves, late when the line was cut."""
        document = self.document(key)
        document.users.remove(user)
        if document.users:
            return await self._report_presence(document, user, joined=False)
        if dropped:
            document.closing = asyncio.create_task(self._close_later(document, user))
            return None
        return await self._close(document, user)

    async def _close_later(self, document: Document, user: str) -> None:
        await asyncio.sleep(_DROP_DELAY * self.scale)
        await self._close(document, user)

    async def _report_presence(self, document: Document, user: str, *, joined: bool) -> Answer:
        body = {"key": document.key, "status": 1, "users": list(document.users)}
        body["actions"] = [{"type": int(joined), "userid": user}]
        return await self.reporter.report(document.callbacks[user], body)

    async def _close(self, document: Document, user: str) -> Answer:
        document.closing = None
        url = document.callbacks[document.last_user]
        action = [{"type": 0, "userid": user}]
        if not document.changes and not document.from_forgotten:
            body = {"key": document.key, "status": 4, "actions": action}
            return await self.reporter.report(document.callbacks[user], body)
        document.state = "saving"
        body = self._saved(document, 2, 3)
        body["notmodified"] = len(document.changes) == document.delivered
        body["actions"] = action
        if document.from_forgotten:
            body["notmodified"] = None
        answer = await self.reporter.report_until_heard(url, body)
        self._settle(document, body, answer)
        return answer

    def _settle(self, document: Document, body: dict[str, Any], answer: Answer) -> None:
        """Forget what the host has, or says it has; put the rest aside under the same key.

        Only what nothing came of stays as it was. Of what it doubts the real one puts the document
        aside, and where there is none it loses what was typed, whatever the host says.
        """
        if "url" not in body and not answer.accepted:
            document.state = "ok"
            return
        if answer.accepted:
            self.forgotten.pop(document.key, None)
            document.state = "updateversion"
        else:
            if self.files.has(body["url"]):
                self.forgotten[document.key] = self._assembled(document)
            del self.documents[document.key]
        document.changes = []

    async def force_save(self, key: str, user: str, *, kind: int = 1) -> Answer | None:
        """Save while editing goes on; None when there is nothing new (the command's error 4)."""
        document = self.document(key)
        if len(document.changes) == document.delivered or document.state != "ok":
            return None
        count = len(document.changes)
        body = self._saved(document, 6, 7) | {"forcesavetype": kind}
        if kind == 1:
            body["actions"] = [{"type": 2, "userid": user}]
        answer = await self.reporter.report(document.callbacks[user], body)
        if answer.accepted and body["status"] == 6:
            document.delivered = count
        return answer

    def _assembled(self, document: Document) -> bytes:
        return with_paragraphs(document.content, *(text for _, text in document.changes))

    def _saved(self, document: Document, good: int, failed: int) -> dict[str, Any]:
        """Convert and put up what is to be fetched; a converter that crashed leaves no address."""
        document.saves += 1
        body: dict[str, Any] = {
            "key": document.key,
            "status": good if self.conversion == "ok" else failed,
            "users": [document.last_user],
            "lastsave": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if self.conversion == "crash":
            return body
        folder = f"/cache/files/data/{document.key}_{next(self.conversions)}"
        name = f"output.{document.extension}"
        now = time.time()
        body["url"] = self.files.offer(f"{folder}/{name}/{name}", self._assembled(document), now)
        body["history"] = {}
        if not document.from_forgotten:
            path = f"{folder}/changes.zip/changes.zip"
            body["changesurl"] = self.files.offer(path, b"PK", now)
            body["history"] = {"serverVersion": "9.3.0", "changes": self._history(document)}
        body["filetype"] = document.extension
        if self.conversion == "corrupt":
            self.files.files.clear()
        return body

    def _history(self, document: Document) -> list[dict[str, Any]]:
        """Tell who changed something, and who after them."""
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        return [
            {"documentSha256": "0" * 64, "created": stamp, "user": {"id": user, "name": user}}
            for user, _ in groupby(user for user, _ in document.changes)
        ]
