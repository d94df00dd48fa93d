"""A whole home in its own process beside a Document Server in another: PUT, edit, save, GET."""

import asyncio
import json

import aiohttp
import pytest

from tests.support.document_server.desk import SECRET
from tests.support.document_server.docx import new_docx, paragraphs_of
from tests.support.document_server.driver import Refusal, document_server, driver
from tests.support.running_home import RunningHome


class Owner:
    """The owner at the doors of a running home: WebDAV, documents, office."""

    def __init__(self, home, client):
        self.home, self.client = home, client
        self.headers = {"Authorization": home.authorization}

    async def put(self, name, content):
        url = f"{self.home.address}/dav/files/{name}"
        async with self.client.put(url, data=content, headers=self.headers) as response:
            assert response.status in {201, 204}

    async def get(self, name):
        url = f"{self.home.address}/dav/files/{name}"
        async with self.client.get(url, headers=self.headers) as response:
            assert response.status == 200
            return await response.read()

    async def texts(self, name):
        return paragraphs_of(await self.get(name))

    async def documents(self):
        """Return the files' documents by name, and the sequence they were read at."""
        url = f"{self.home.address}/couchdb/io.cozy.files/_changes?include_docs=true"
        async with self.client.get(url, headers=self.headers) as response:
            feed = await response.json(content_type=None)
        found = [row["doc"] for row in feed["results"] if row["doc"].get("type") == "file"]
        return {document["name"]: document for document in found}, feed["last_seq"]

    async def open(self, double, name, user="alice"):
        documents, _ = await self.documents()
        url = f"{self.home.address}/office/{documents[name]['_id']}/open"
        return await double.open(url, user, headers=self.headers)


@pytest.fixture
def address():
    with document_server(SECRET, scale=0.3) as running:
        yield running


@pytest.fixture
async def double(address):
    async with driver(address, SECRET) as driven:
        yield driven


@pytest.fixture
def home(address, tmp_path):
    env = {"FOYER_OFFICE_SERVER": address, "FOYER_OFFICE_SECRET": SECRET}
    with RunningHome(tmp_path / "home", env=env) as running:
        yield running


@pytest.fixture
async def owner(home):
    async with aiohttp.ClientSession() as client:
        yield Owner(home, client)


async def test_a_save_is_read_back_over_webdav_and_is_a_change(owner, double):
    await owner.put("letter.docx", new_docx("Dear all,"))
    before, since = await owner.documents()
    key = (await owner.open(double, "letter.docx"))["key"]
    await double.edit(key, "See you on Monday.")

    assert (await double.leave(key))["text"] == '{"error":0}'

    assert await owner.texts("letter.docx") == ["Dear all,", "See you on Monday."]
    after, until = await owner.documents()
    assert list(after) == ["letter.docx"]
    assert after["letter.docx"]["_rev"].startswith("2-")
    assert after["letter.docx"]["_id"] == before["letter.docx"]["_id"]
    assert after["letter.docx"]["size"] == str(len(await owner.get("letter.docx")))
    assert since != until
    assert [status for status, _, _ in await double.callbacks(key)] == [1, 2]


async def test_the_same_callback_again_and_a_forged_one_change_nothing(owner, double):
    await owner.put("letter.docx", new_docx("Dear all,"))
    opened = await owner.open(double, "letter.docx")
    key, callback = opened["key"], opened["config"]["editorConfig"]["callbackUrl"]
    await double.edit(key, "One")
    await double.leave(key)
    saved = await owner.documents()
    sent = (await double.log())["callbacks"][-1]["body"]

    assert await double.post(callback, sent) == (200, {"error": 0})
    forged = {**sent, "url": await double.offer("/cache/forged.docx", new_docx("Forged"))}
    assert await double.post(callback, forged, sign={"secret": "t" * 32}) == (403, {"error": 1})

    assert await owner.documents() == saved


async def test_only_the_owner_opens_and_the_document_server_needs_no_login(owner, double, home):
    await owner.put("letter.docx", new_docx("Dear all,"))
    config = (await owner.open(double, "letter.docx"))["config"]
    owner.headers = {}
    with pytest.raises(Refusal, match="401"):
        await double.open(f"{home.address}/office/{'0' * 32}/open")
    url = config["document"]["url"]
    assert (await double.fetch(url, signed_for=url))[0] == 200
    assert (await double.fetch(url, signed_for=None))[0] == 403


async def test_sessions_are_not_served_as_documents(owner, double, home):
    await owner.put("letter.docx", new_docx("Dear all,"))
    await owner.open(double, "letter.docx")
    for door in ("couchdb", "data"):
        url = f"{home.address}/{door}/_office_sessions/_all_docs"
        async with owner.client.get(url, headers=owner.headers) as response:
            assert response.status in {400, 404}
    async with owner.client.get(
        f"{home.address}/couchdb/_all_dbs", headers=owner.headers
    ) as response:
        assert "_office_sessions" not in json.loads(await response.read())


@pytest.mark.parametrize("delay", [0.05, 0.2, 0.35])
async def test_a_home_killed_while_it_takes_a_save_loses_nothing(owner, double, home, delay):
    """Each byte is at home after the retries, or comes with the next opening of the same key."""
    await owner.put("letter.docx", new_docx("Dear all,"))
    key = (await owner.open(double, "letter.docx"))["key"]
    await double.edit(key, "One")
    await double.modes(faults=["slow"], drip=0.3)
    leaving = asyncio.create_task(double.leave(key))
    await asyncio.sleep(delay)
    home.kill()
    await asyncio.to_thread(home.start)
    await leaving

    if await owner.texts("letter.docx") == ["Dear all,"]:
        assert key in await double.forgotten()
        again = await owner.open(double, "letter.docx")
        assert (again["key"], again["forgotten"]) == (key, True)
        await double.leave(key)
    assert await owner.texts("letter.docx") == ["Dear all,", "One"]
    documents, _ = await owner.documents()
    assert set(documents) == {"letter.docx"}


async def test_no_secret_is_in_the_log(owner, double, home):
    await owner.put("letter.docx", new_docx("Dear all,"))
    opened = await owner.open(double, "letter.docx")
    await double.edit(opened["key"], "One")
    await double.leave(opened["key"])
    config, log = opened["config"], home.log.read_text()
    assert "office save stored" in log
    secret = config["editorConfig"]["callbackUrl"].partition("secret=")[2]
    token = config["document"]["url"].rpartition(".")[2]
    for unsaid in (SECRET, secret, token, config["token"], "md5="):
        assert unsaid not in log
