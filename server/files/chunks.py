"""How a content is cut into chunks, for who has one like it: docs/formats/chunks.md."""

import asyncio
from io import FileIO

from aiohttp import hdrs, web

from doctypes.files.errors import IsADirectory
from doctypes.files.file_tree import FileTree
from doctypes.files.node import Directory, File
from doctypes.permissions.rule import Verb
from replication.chunks.chunk import Chunk, ChunkList, packed
from replication.chunks.streaming import cut_open, cut_stream
from replication.core.errors import BlobMissing
from server import keys
from server.files.asking import require, tree_of
from server.files.chunk_lists import lists_of
from server.files.problem import FileRequestRefused


class ChunkListDoor:
    """Gives lists out to who may read the file. One is made at a time, whoever asks for it."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def show(self, request: web.Request) -> web.Response:
        """GET /files/{id}/chunks: the list of the content that a file has now."""
        node = await tree_of(request).get(request.match_info["id"])
        await require(request, Verb.GET, node)
        if isinstance(node, Directory):
            raise IsADirectory(node.id)
        headers = {hdrs.CONTENT_TYPE: "application/octet-stream", hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(body=await self._list_of(request, node), headers=headers)

    async def _list_of(self, request: web.Request, file: File) -> bytes:
        lists = lists_of(request[keys.HOME])
        found = await asyncio.to_thread(lists.find, file.blob, file.size)
        if found is not None:
            return found
        async with self._turn:
            found = await asyncio.to_thread(lists.find, file.blob, file.size)
            return found if found is not None else await self._made(request, file)

    async def _made(self, request: web.Request, file: File) -> bytes:
        try:
            chunks = await _cut(tree_of(request), file)
        except (BlobMissing, FileNotFoundError) as error:
            raise FileRequestRefused(404, "The content of this file is gone") from error
        data = packed(ChunkList(file.blob, chunks))
        await asyncio.to_thread(lists_of(request[keys.HOME]).keep, file.blob, data)
        return data


async def _cut(tree: FileTree, file: File) -> list[Chunk]:
    path = await tree.content_path(file)
    if path is None:
        return await cut_stream(tree.read(file))
    with await asyncio.to_thread(FileIO, path) as opened:
        return await cut_open(opened)
