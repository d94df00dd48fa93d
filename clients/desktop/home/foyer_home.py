"""The port `Home` over HTTP: Cozy's API of files, as a Foyer serves it."""

import base64
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping, Sequence

from aiohttp import ClientSession, hdrs

from clients.desktop.home.answers import date_of, read_feed, read_node
from clients.desktop.home.bodies import whole
from clients.desktop.home.client import HomeClient, Request
from clients.desktop.home.credentials import Credentials
from clients.desktop.home.downloading import download
from clients.desktop.home.downloading import path_of as _path
from clients.desktop.home.port import (
    FeedPage,
    Like,
    Missing,
    Outgoing,
    Refused,
    RemoteNode,
    Stale,
)
from clients.desktop.home.resumable import Resumable
from clients.desktop.home.sparing import chunks_of, sparing_body
from clients.desktop.model.content import Content
from replication.chunks.chunk import Chunk

RESUMABLE_FROM = 8 << 20
"""Bytes from which a content is sent so that a cut costs little: it takes three requests."""

_IN_TRASH = "already in the trash"
_FEED = "/data/io.cozy.files/_changes"
_LONGEST_WAIT = 60.0
_OCTETS = "application/octet-stream"


class FoyerHome:
    """One home, as the device of these credentials sees it.

    `kept` is told of refreshed credentials; `uploads` keeps the addresses of uploads under way.
    """

    def __init__(
        self,
        session: ClientSession,
        credentials: Credentials,
        *,
        kept: Callable[[Credentials], None],
        uploads: MutableMapping[str, str],
        resumable_from: int = RESUMABLE_FROM,
    ) -> None:
        self.client = HomeClient(session, credentials, kept)
        self._resumable_from = resumable_from
        self._resumable = Resumable(self.client, uploads)

    async def changes(self, since: str, limit: int) -> FeedPage:
        """Return what changed after a place; `""` is the beginning."""
        query = {"since": since or "0", "limit": str(limit), "include_docs": "true"}
        answer = await self.client.ask(Request("GET", "/files/_changes", query))
        return read_feed(answer.body, since)

    async def wait(self, since: str, patience: float) -> None:
        """Return when there may be something after a place, or `patience` seconds have gone."""
        lasting = min(patience, _LONGEST_WAIT)
        query = {
            "feed": "longpoll",
            "since": since or "0",
            "limit": "1",
            "timeout": str(max(int(lasting * 1000), 1)),
        }
        await self.client.ask(Request("GET", _FEED, query, patience=lasting))

    def read(
        self, node_id: str, content: Content, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Read a file's content. Raises Stale where it has another by now."""
        return download(self.client, node_id, content, start, stop)

    async def chunks(self, node_id: str, content: Content) -> Sequence[Chunk]:
        """Return how a file's content is cut; nothing where that is not worth its price."""
        if content.size < self._resumable_from:
            return ()
        return await chunks_of(self.client, node_id, content)

    async def make_directory(self, parent_id: str, name: str) -> RemoteNode:
        """Make a directory. Raises NameTaken, Missing."""
        query = {"Type": "directory", "Name": name}
        return await self._node(Request("POST", _path(parent_id), query))

    async def create(
        self,
        parent_id: str,
        name: str,
        content: Content,
        outgoing: Outgoing,
        *,
        modified: int,
        executable: bool,
        like: Like | None = None,
    ) -> RemoteNode:
        """Make a file, whole or not at all. Raises NameTaken, Missing, NoRoomInHome."""
        moment, runs = date_of(modified), _flag(executable)
        if content.size >= self._resumable_from:
            told = {"dir_id": parent_id, "filename": name, "executable": runs}
            told |= {"created_at": moment, "updated_at": moment}
            return await self._sent(told, content, outgoing, like)
        query = {"Type": "file", "Name": name, "Executable": runs}
        query |= {"CreatedAt": moment, "UpdatedAt": moment, "Size": str(content.size)}
        headers = _headers_of(content)
        return await self._node(
            Request("POST", _path(parent_id), query, headers, body=outgoing.send)
        )

    async def replace(
        self,
        node_id: str,
        revision: str,
        content: Content,
        outgoing: Outgoing,
        *,
        modified: int,
        executable: bool,
        like: Like | None = None,
    ) -> RemoteNode:
        """Give a file another content; the home keeps the old one as a version. Raises Stale."""
        moment, runs = date_of(modified), _flag(executable)
        if content.size >= self._resumable_from:
            told = {"file_id": node_id, "revision": revision, "executable": runs}
            return await self._sent({**told, "updated_at": moment}, content, outgoing, like)
        query = {"Executable": runs, "UpdatedAt": moment, "Size": str(content.size)}
        headers = {**_headers_of(content), hdrs.IF_MATCH: revision}
        return await self._node(Request("PUT", _path(node_id), query, headers, body=outgoing.send))

    async def move(self, node_id: str, revision: str, parent_id: str, name: str) -> RemoteNode:
        """Give a node another place, where nothing is. Raises Stale, NameTaken, Missing."""
        return await self._amended(node_id, revision, {"dir_id": parent_id, "name": name})

    async def set_executable(self, node_id: str, revision: str, *, executable: bool) -> RemoteNode:
        """Let a file be run, or not. Raises Stale."""
        return await self._amended(node_id, revision, {"executable": executable})

    async def trash(self, node_id: str, revision: str) -> None:
        """Throw a node away, a directory with what is in it, to where its owner finds it again."""
        headers: dict[str, str] = {hdrs.IF_MATCH: revision}
        try:
            await self.client.ask(Request("DELETE", _path(node_id), headers=headers))
        except Refused as error:
            if _IN_TRASH in error.why:
                raise Missing(error.why) from error
            raise

    async def _amended(
        self, node_id: str, revision: str, attributes: Mapping[str, object]
    ) -> RemoteNode:
        data = {"type": "io.cozy.files", "id": node_id, "attributes": attributes}
        headers: dict[str, str] = {hdrs.IF_MATCH: revision}
        return await self._node(
            Request("PATCH", _path(node_id), headers=headers, json={"data": data})
        )

    async def _sent(
        self, told: dict[str, str], content: Content, outgoing: Outgoing, like: Like | None
    ) -> RemoteNode:
        file_id = await self._sparingly(told, content, outgoing, like)
        if not file_id:
            file_id = await self._resumable.send(told, whole(content, outgoing))
        return await self._node(Request("GET", _path(file_id)))

    async def _sparingly(
        self, told: dict[str, str], content: Content, outgoing: Outgoing, like: Like | None
    ) -> str:
        """Send what the home does not have in a file that is like it; "" where that is no good."""
        if like is None or like.content.size < self._resumable_from:
            return ""
        body = await sparing_body(self.client, content, outgoing, like)
        try:
            return "" if body is None else await self._resumable.send(told, body)
        except (Missing, Refused, Stale):  # of what is like it, or of where it goes
            return ""

    async def _node(self, request: Request) -> RemoteNode:
        return read_node((await self.client.ask(request)).body)


def _flag(value: bool) -> str:  # noqa: FBT001
    return "true" if value else "false"


def _headers_of(content: Content) -> dict[str, str]:
    """Return length and digest (RFC 9530): a content that changed on its way makes nothing."""
    digest = base64.b64encode(bytes.fromhex(content.sha256)).decode()
    return {
        hdrs.CONTENT_TYPE: _OCTETS,
        hdrs.CONTENT_LENGTH: str(content.size),
        "Content-Digest": f"sha-256=:{digest}:",
    }
