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

    async def id_of(self, name):
        return (await self.documents())[0][name]["_id"]

    async def open(self, double, name, user="alice", headers=None, query=""):
        url = f"{self.home.address}/office/{await self.id_of(name)}/open{query}"
        return await double.open(url, user, headers=headers or self.headers)

    async def sessions(self):
        url = f"{self.home.address}/office/sessions"
        async with self.client.get(url, headers=self.headers) as response:
            told = await response.json(content_type=None)
        return [one["attributes"] for one in told["data"]]

    async def link(self, **rules):
        """Make a link with these rules; return its id and the headers of who has it."""
        url = f"{self.home.address}/permissions?codes=x"
        body = {"data": {"attributes": {"permissions": rules}}}
        async with self.client.post(url, json=body, headers=self.headers) as response:
            data = (await response.json(content_type=None))["data"]
        return data["id"], {"Authorization": f"Bearer {data['attributes']['codes']['x']}"}

    async def end_link(self, link_id):
        url = f"{self.home.address}/permissions/{link_id}"
        async with self.client.delete(url, headers=self.headers) as response:
            assert response.status == 204


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
    env = {
        "FOYER_OFFICE_SERVER": address,
        "FOYER_OFFICE_SECRET": SECRET,
        "FOYER_OFFICE_SWEEP_SECONDS": "0.3",
    }
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


async def eventually(condition):
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("delay", [0.05, 0.2, 0.35])
async def test_a_home_killed_while_it_takes_a_save_loses_nothing(owner, double, home, delay):
    """Each byte is at home after the retries, or is fetched where they came too early."""
    await owner.put("letter.docx", new_docx("Dear all,"))
    key = (await owner.open(double, "letter.docx"))["key"]
    await double.edit(key, "One")
    await double.modes(faults=["slow"], drip=0.3)
    leaving = asyncio.create_task(double.leave(key))
    await asyncio.sleep(delay)
    home.kill()
    await asyncio.to_thread(home.start)
    await leaving

    async def is_home():
        texts = await owner.texts("letter.docx")
        return texts == ["Dear all,", "One"] and key not in await double.forgotten()

    await eventually(is_home)
    documents, _ = await owner.documents()
    assert set(documents) == {"letter.docx"}


async def test_a_save_that_the_editor_put_aside_is_fetched_and_the_owner_was_told(owner, double):
    await owner.put("letter.docx", new_docx("Dear all,"))
    key = (await owner.open(double, "letter.docx"))["key"]
    assert [one["editors"][0]["name"] for one in await owner.sessions()] == ["alice"]
    await double.edit(key, "One")
    await double.modes(faults=["503"] * 5)  # all of the editor's attempts, and the first sweep's
    await double.leave(key)
    assert key in await double.forgotten()
    (told,) = await owner.sessions()
    assert "DownloadUnavailable" in told["alarm"]
    assert told["file_id"] == await owner.id_of("letter.docx")


async def test_what_was_put_aside_while_the_home_was_down_is_fetched(owner, double, home):
    await owner.put("letter.docx", new_docx("Dear all,"))
    key = (await owner.open(double, "letter.docx"))["key"]
    await double.edit(key, "One")
    home.kill()
    await double.leave(key)
    assert key in await double.forgotten()
    await asyncio.to_thread(home.start)

    async def is_home():
        return await owner.texts("letter.docx") == ["Dear all,", "One"]

    await eventually(is_home)
    assert await owner.sessions() == []
    assert key not in await double.forgotten()
    assert set((await owner.documents())[0]) == {"letter.docx"}


async def test_a_link_opens_as_far_as_its_rules_go(owner, double):
    await owner.put("letter.docx", new_docx("Dear all,"))
    file_id = await owner.id_of("letter.docx")

    async def permissions(**rule):
        _, headers = await owner.link(it={"values": [file_id], **rule})
        opened = await owner.open(double, "letter.docx", "g", headers, "?name=Zo%C3%A9")
        config = opened["config"]
        assert config["editorConfig"]["user"]["name"] == "Zoé"
        return config["editorConfig"]["mode"], config["document"]["permissions"]

    mode, may = await permissions(type="io.cozy.files", verbs=["GET", "PUT"])
    assert (mode, may["edit"], may["download"]) == ("edit", True, True)
    mode, may = await permissions(type="io.cozy.files", verbs=["GET"])
    assert (mode, may["edit"], may["download"]) == ("view", False, True)
    mode, may = await permissions(type="io.cozy.office.comment", verbs=["GET"])
    assert (mode, may["edit"], may["review"], may["comment"]) == ("edit", False, False, True)
    assert not any(may[way] for way in ("download", "print", "copy"))
    mode, may = await permissions(type="io.cozy.office.view", verbs=["GET"])
    assert (mode, may["comment"], may["download"]) == ("view", False, False)


async def test_a_link_for_the_editor_opens_no_other_door(owner, double, home):
    await owner.put("letter.docx", new_docx("Dear all,"))
    file_id = await owner.id_of("letter.docx")
    rule = {"type": "io.cozy.office.edit", "verbs": ["GET"], "values": [file_id]}
    _, headers = await owner.link(it=rule)
    for path in (f"/files/{file_id}", f"/files/download/{file_id}", "/office/sessions"):
        async with owner.client.get(f"{home.address}{path}", headers=headers) as response:
            assert response.status == 403
    await owner.put("other.docx", new_docx("Not yours"))
    with pytest.raises(Refusal, match="403"):
        await owner.open(double, "other.docx", "g", headers)


async def test_who_lost_the_permission_while_editing_saves_beside_the_file(owner, double):
    await owner.put("letter.docx", new_docx("Dear all,"))
    file_id = await owner.id_of("letter.docx")
    rule = {"type": "io.cozy.files", "verbs": ["GET", "PUT"], "values": [file_id]}
    link_id, headers = await owner.link(it=rule)
    opened = await owner.open(double, "letter.docx", "g", headers, "?name=Max")
    guest = opened["config"]["editorConfig"]["user"]["id"]
    key, callback = opened["key"], opened["config"]["editorConfig"]["callbackUrl"]
    await owner.end_link(link_id)
    url = await double.offer("/cache/late.docx", new_docx("Dear all,", "Late"))
    save = {"key": key, "status": 2, "url": url, "users": [guest], "filetype": "docx"}
    for _ in range(2):
        assert await double.post(callback, save) == (200, {"error": 0})
    assert await owner.texts("letter.docx") == ["Dear all,"]
    assert await owner.texts("letter%20(2).docx") == ["Dear all,", "Late"]
    assert len((await owner.documents())[0]) == 2


async def test_editing_is_told_to_those_who_listen(owner, double, home):
    await owner.put("letter.docx", new_docx("Dear all,"))
    url = f"{home.address}/realtime/events?type=io.cozy.office.sessions"
    async with owner.client.get(url, headers=owner.headers) as stream:
        assert stream.status == 200
        await owner.open(double, "letter.docx")
        async with asyncio.timeout(10):
            while b'"editors":[{"id":"alice"' not in await stream.content.readline():
                pass


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
