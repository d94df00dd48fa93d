"""A house in the test's process beside a Document Server double: what people ask of documents."""

from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession

from server.office.settings import OfficeSettings
from tests.support.document_server.desk import SECRET
from tests.support.document_server.docx import new_docx, paragraphs_of
from tests.support.document_server.driver import Driver, driver
from tests.support.house import House, house


@dataclass
class OfficeHouse:
    """The owner's doors, and the double."""

    house: House
    double: Driver

    @property
    def owner(self) -> ClientSession:
        return self.house.owner

    async def put(self, name, content=None):
        """Write a file over WebDAV; returns its id."""
        sent = new_docx("Dear all,") if content is None else content
        async with self.owner.put(f"/dav/files/{name}", data=sent) as response:
            assert response.status in {201, 204}
        return await self.id_of(name)

    async def id_of(self, name):
        async with self.owner.get(f"/files/metadata?Path=/{name}") as response:
            assert response.status == 200
            return (await response.json(content_type=None))["data"]["id"]

    async def texts(self, name):
        async with self.owner.get(f"/dav/files/{name}") as response:
            assert response.status == 200
            return paragraphs_of(await response.read())

    async def names(self):
        async with self.owner.get("/files/io.cozy.files.root-dir") as response:
            told = await response.json(content_type=None)
        return sorted(one["attributes"]["name"] for one in told["included"])

    async def get(self, path, client=None, status=200):
        async with (client or self.owner).get(path) as response:
            assert response.status == status, await response.text()
            return await response.json(content_type=None)

    async def post(self, path, body=None, client=None, status=200):
        async with (client or self.owner).post(path, json=body or {}) as response:
            assert response.status == status, await response.text()
            return await response.json(content_type=None)

    async def edited(self, file_id, *texts, query=""):
        """Open, type and leave: the texts are saved in one version."""
        assert (await self.left(file_id, *texts, query=query))["text"] == '{"error":0}'

    async def left(self, file_id, *texts, query=""):
        """Open, type and leave; returns how the home answered at last."""
        url = f"{self.house.address}/office/{file_id}/open{query}"
        key = (await self.double.open(url, headers=dict(self.owner.headers)))["key"]
        for text in texts:
            await self.double.edit(key, text)
        return await self.double.leave(key)

    async def link(self, **rule):
        """Make a link with one rule; returns a client that has it."""
        body = {"data": {"attributes": {"permissions": {"it": rule}}}}
        told = await self.post("/permissions?codes=x", body)
        code = told["data"]["attributes"]["codes"]["x"]
        return ClientSession(self.house.address, headers={"Authorization": f"Bearer {code}"})


@asynccontextmanager
async def office_house(folder, address, **settings):
    """Open a house over a folder, with the double at an address."""
    chosen = OfficeSettings(**{"server": address, "secret": SECRET, **settings})
    async with house(folder, office=chosen) as running, driver(address, SECRET) as double:
        yield OfficeHouse(running, double)
