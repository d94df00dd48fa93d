"""Contents sent as what changed in them: the list of chunks, and uploads that take from files."""

from contextlib import asynccontextmanager
from hashlib import sha256
from random import Random

import msgspec
import pytest
from aiohttp import ClientSession

from replication.chunks.chunk import unpacked
from replication.chunks.cutting import cut
from replication.chunks.difference import difference
from replication.chunks.recipe import Source, packed, recipe_of
from server import keys
from server.jobs.sweep_blobs import sweep_home
from tests.http.files.test_resumable import begun, piece, stands_at
from tests.support.devices import (
    APP_PASSWORD,
    app_password,
    basic_of,
    bearer,
    oauth_token,
)
from tests.support.files import ROOT, Drive
from tests.support.house import house
from tests.support.oauth import instance_of

OLD = Random(10).randbytes(1_000_000)
NEW = OLD[:950_000] + b"put in" + OLD[950_000:]


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
async def old(home):
    return await Drive(home.owner).upload("old.bin", OLD)


async def content(session, file_id):
    return (await Drive(session).bytes_of(f"/files/download/{file_id}"))[0]


async def names(session, folder_id=ROOT):
    told = await Drive(session).ask("GET", f"/files/{folder_id}/relationships/contents", 200)
    return sorted(node["attributes"]["name"] for node in told["data"])


@asynccontextmanager
async def asking(home, headers):
    async with ClientSession(home.address, headers=headers) as session:
        yield session


def digest(content):
    return sha256(content).hexdigest()


def recipe_for(file, source, wanted):
    parts = difference(cut([wanted]), cut([source]))
    return recipe_of(Source(file["id"], digest(source)), parts)


def sent_of(recipe, wanted):
    start, sent = 0, b""
    for part in recipe.parts:
        sent += wanted[start : start + part.size] if part.source is None else b""
        start += part.size
    return sent


async def upload(session, recipe, sent, status=204, **told):
    """Send a recipe and what goes with it; `told` is more of the metadata."""
    head = recipe if isinstance(recipe, bytes) else packed(recipe)
    body = head + sent
    told = {"filename": "new.bin", "recipe": str(len(head)), **told}
    place = await begun(session, len(body), **told)
    return place, await piece(session, place, 0, body, status)


def said(wanted):
    return {"size": str(len(wanted)), "sha256": digest(wanted)}


async def list_of(session, file_id, status=200):
    async with session.get(f"/files/{file_id}/chunks") as response:
        assert response.status == status
        return await response.read()


async def test_the_list_tells_how_the_content_is_cut(home, old):
    found = unpacked(await list_of(home.owner, old["id"]))
    assert found.digest == digest(OLD)
    assert found.chunks == cut([OLD])
    assert len(found.chunks) > 2


async def test_a_list_that_a_power_cut_broke_is_made_anew(home, old, tmp_path):
    whole = await list_of(home.owner, old["id"])
    (place,) = tmp_path.glob("**/chunk_lists/*/*")
    for broken in (b"", whole[:100], bytes(len(whole)), whole[:-36]):
        place.write_bytes(broken)
        assert await list_of(home.owner, old["id"]) == whole
    assert place.read_bytes() == whole


async def test_a_directory_and_what_is_not_there_have_no_list(home):
    folder = await Drive(home.owner).directory("dir")
    await list_of(home.owner, folder["id"], 409)
    await list_of(home.owner, "nobody", 404)


async def test_a_list_goes_with_its_content(home, old, tmp_path):
    await list_of(home.owner, old["id"])
    drive = Drive(home.owner)
    await drive.ask("DELETE", f"/files/{old['id']}", 200)
    await drive.ask("DELETE", f"/files/trash/{old['id']}", 204)
    async with instance_of(home) as instance:
        swept = await sweep_home(instance, home.app[keys.NOW]().timestamp() + 2 * 86_400)
    assert digest(OLD) in swept
    assert not list(tmp_path.glob("**/chunk_lists/*/*"))


async def test_a_change_sends_what_changed_and_the_file_is_whole(home, old):
    recipe = recipe_for(old, OLD, NEW)
    sent = sent_of(recipe, NEW)
    assert len(sent) < len(NEW) / 2
    told = {"file_id": old["id"], "revision": old["meta"]["rev"], **said(NEW)}
    _, headers = await upload(home.owner, recipe, sent, **told)
    assert headers["Foyer-File-Id"] == old["id"]
    assert await content(home.owner, old["id"]) == NEW


async def test_a_copy_sends_nothing_but_its_recipe(home, old):
    _, headers = await upload(home.owner, recipe_for(old, OLD, OLD), b"", **said(OLD))
    assert headers["Foyer-File-Id"] != old["id"]
    assert await content(home.owner, headers["Foyer-File-Id"]) == OLD


async def test_it_goes_on_where_it_was_cut_off(home, old):
    recipe = recipe_for(old, OLD, NEW)
    body = packed(recipe) + sent_of(recipe, NEW)
    told = {"filename": "new.bin", "recipe": str(len(packed(recipe))), **said(NEW)}
    place = await begun(home.owner, len(body), **told)
    await piece(home.owner, place, 0, body[:10])
    await piece(home.owner, place, 10, body[10:50_000])
    assert await stands_at(home.owner, place) == 50_000
    headers = await piece(home.owner, place, 50_000, body[50_000:])
    assert await content(home.owner, headers["Foyer-File-Id"]) == NEW


async def test_what_does_not_hash_to_the_whole_becomes_nothing(home, old):
    recipe = recipe_for(old, OLD, NEW)
    sent = bytearray(sent_of(recipe, NEW))
    sent[5] ^= 1
    place, _ = await upload(home.owner, recipe, bytes(sent), 460, **said(NEW))
    async with home.owner.head(place, headers={"Tus-Resumable": "1.0.0"}) as response:
        assert response.status == 404
    assert await names(home.owner) == ["old.bin"]


def changed(recipe, **to):
    return msgspec.json.encode({**msgspec.to_builtins(recipe), **to})


PART = {"size": len(OLD), "source": 0, "start": 0}


@pytest.mark.parametrize(
    "parts",
    [
        [{**PART, "start": 1}],
        [{**PART, "source": 1}],
        [{**PART, "source": -1}],
        [{**PART, "size": -1}],
        [{**PART, "start": -1}],
        [{**PART, "size": len(OLD) - 1}],
        [{"size": len(OLD)}],
        [{**PART, "secret": 1}],
        [{**PART, "size": 1 << 60}],
        [],
        {},
        None,
    ],
)
async def test_a_recipe_that_contradicts_itself_is_refused(home, old, parts):
    recipe = changed(recipe_for(old, OLD, OLD), parts=parts)
    await upload(home.owner, recipe, b"", 422, **said(OLD))
    assert await names(home.owner) == ["old.bin"]


@pytest.mark.parametrize("recipe", [b"x", b"{}", b"[]", b"\xff\xfe", b'{"sources": 1}'])
async def test_what_is_no_recipe_is_refused(home, recipe):
    await upload(home.owner, recipe, b"", 422, **said(OLD))


@pytest.mark.parametrize(
    "told",
    [
        {"recipe": "0"},
        {"recipe": "-1"},
        {"recipe": "11"},
        {"recipe": "x"},
        {"recipe": "9" * 30},
        {"size": ""},
        {"size": "x"},
        {"sha256": ""},
    ],
)
async def test_an_upload_says_how_long_its_recipe_is_and_what_the_whole_hashes_to(home, told):
    wanted = {"filename": "a", "recipe": "10", "size": "5", "sha256": "0" * 64}
    await begun(home.owner, 10, 422, **{**wanted, **told})


async def test_a_source_that_changed_meanwhile_is_not_taken_from(home, old):
    drive, recipe = Drive(home.owner), recipe_for(old, OLD, OLD)
    await drive.overwrite(old["id"], b"other")
    await upload(home.owner, recipe, b"", 412, **said(OLD))
    assert await names(home.owner) == ["old.bin"]


@pytest.mark.usefixtures("old")
async def test_a_hash_alone_leads_to_nothing(home):
    recipe = recipe_for({"id": "somebody-elses"}, OLD, OLD)
    await upload(home.owner, recipe, b"", 404, **said(OLD))
    folder = await Drive(home.owner).directory("dir")
    await upload(home.owner, recipe_for(folder, OLD, OLD), b"", 412, **said(OLD))


async def test_who_may_not_read_a_file_may_not_take_from_it(home, old):
    drive = Drive(home.owner)
    folder = await drive.directory("theirs")
    scope = f"io.cozy.files:ALL:{folder['id']}"
    await app_password(home.app, scope)
    async with asking(home, basic_of(APP_PASSWORD)) as session:
        await list_of(session, old["id"], 403)
        told = {"dir_id": folder["id"], **said(OLD)}
        await upload(session, recipe_for(old, OLD, OLD), b"", 403, **told)
        mine = await Drive(session).upload("mine.bin", OLD, folder["id"])
        await upload(session, recipe_for(mine, OLD, OLD), b"", **told)
    assert await names(home.owner, folder["id"]) == ["mine.bin", "new.bin"]


async def test_who_reads_may_ask_for_the_list_and_not_write(home, old):
    token = await oauth_token(home.app, "io.cozy.files:GET", client="c" * 32)
    async with asking(home, bearer(token)) as session:
        await list_of(session, old["id"])
        await begun(session, 10, 403, filename="a", recipe="10", **said(OLD))


async def test_room_is_asked_for_as_if_all_were_sent(home, old):
    async with instance_of(home) as instance:
        instance.files.quota = len(OLD) + 900_000
    length = len(packed(recipe_for(old, OLD, OLD)))
    told = {"filename": "new.bin", "recipe": str(length), **said(OLD)}
    await begun(home.owner, length, 413, **told)
