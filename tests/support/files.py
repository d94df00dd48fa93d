"""Asking a home for its files as a Cozy client does."""

from base64 import b64encode
from hashlib import md5
from urllib.parse import quote

ROOT = "io.cozy.files.root-dir"
TRASH = "io.cozy.files.trash-dir"
JSONAPI = "application/vnd.api+json"


def checksum(content):
    return b64encode(md5(content, usedforsecurity=False).digest()).decode()


class Drive:
    """The files of a home, by one session of a client."""

    def __init__(self, session):
        self.session = session

    async def ask(self, method, path, status, **sent):
        """Return the JSON of an answer, which must have this status."""
        async with self.session.request(method, path, **sent) as response:
            text = await response.text()
            assert response.status == status, (method, path, response.status, text)
            if not text or method == "HEAD":
                return None
            assert response.content_type in (JSONAPI, "application/json"), response.content_type
            return await response.json(content_type=None)

    async def directory(self, name, parent=ROOT, status=201, **query):
        told = await self.ask(
            "POST", f"/files/{parent}", status, params={"Type": "directory", "Name": name, **query}
        )
        return told["data"] if status == 201 else told

    async def upload(self, name, content=b"x", parent=ROOT, status=201, headers=None, **query):
        told = await self.ask(
            "POST",
            f"/files/{parent}",
            status,
            params={"Type": "file", "Name": name, **query},
            data=content,
            headers=headers or {},
        )
        return told["data"] if status == 201 else told

    async def overwrite(self, node_id, content, status=200, headers=None, **query):
        path = f"/files/{node_id}"
        return await self.ask(
            "PUT", path, status, params=query, data=content, headers=headers or {}
        )

    async def get(self, node_id, status=200, **query):
        return await self.ask("GET", f"/files/{node_id}", status, params=query)

    async def at(self, path, status=200):
        return await self.ask("GET", f"/files/metadata?Path={quote(path)}", status)

    async def patch(self, node_id, status=200, headers=None, **attributes):
        body = {"data": {"type": "io.cozy.files", "id": node_id, "attributes": attributes}}
        return await self.ask(
            "PATCH", f"/files/{node_id}", status, json=body, headers=headers or {}
        )

    async def bytes_of(self, path, status=200, **sent):
        async with self.session.get(path, **sent) as response:
            content = await response.read()
            assert response.status == status, (path, response.status, content)
            return content, response.headers


def wrong(told):
    """Return status and parameter of the first error of an answer."""
    (error, *_) = told["errors"]
    return error["status"], error.get("source", {}).get("parameter", "")
