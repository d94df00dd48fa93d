"""Saves that go wrong on the way: what the Document Server may forget, and what it must keep."""

import asyncio

import pytest

from replication.core.errors import StorageFull
from server.office.session import State
from tests.support.document_server.desk import SECRET, desk_at
from tests.support.document_server.docx import new_docx
from tests.support.document_server.driver import document_server

STORED = '{"error":0}'
KEPT = '{"error":1}'


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
async def desk(address):
    async with desk_at(address) as ready:
        yield ready


async def edited(desk, text="One"):
    file = await desk.host.put("letter.docx", new_docx("Dear all,"))
    key = (await desk.double.open(desk.host.open_url(file)))["key"]
    await desk.double.edit(key, text)
    return file, key


async def saves(desk, key):
    answers = await desk.double.callbacks(key)
    return [(status, http) for status, http, _ in answers if status != 1]


TRANSIENT = [
    "not_found_page",
    "ok_page",
    "disguised_page",
    "empty",
    "wrong_status",
    "redirect",
    "truncated",
    "truncated_quietly",
    "400",
    "403",
    "410",
    "500",
    "503",
]


@pytest.mark.parametrize("fault", TRANSIENT)
async def test_a_download_that_fails_once_is_asked_for_again(desk, fault):
    _, key = await edited(desk)
    await desk.double.modes(faults=[fault])
    await desk.double.leave(key)
    assert await saves(desk, key) == [(2, 503), (2, 200)]
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


@pytest.mark.parametrize("fault", TRANSIENT)
async def test_a_download_that_keeps_failing_changes_nothing_and_loses_nothing(desk, fault):
    file, key = await edited(desk)
    await desk.double.modes(faults=[fault] * 4)
    await desk.double.leave(key)
    assert await saves(desk, key) == [(2, 503)] * 4
    assert await desk.host.revision(file) == str(file.revision)
    assert key in await desk.double.forgotten()
    await desk.check_nothing_is_lost(key, "One")


async def test_a_redirect_is_not_followed(desk):
    _, key = await edited(desk)
    await desk.double.modes(faults=["redirect"])
    await desk.double.leave(key)
    downloads = [
        path
        for path in (await desk.double.log())["downloads"]
        if key in path and path.endswith(".docx")
    ]
    assert len(downloads) == 2  # one for each callback


async def test_what_was_left_there_comes_with_the_next_opening(desk):
    file, key = await edited(desk)
    await desk.double.modes(faults=["503"] * 4)
    await desk.double.leave(key)
    again = await desk.double.open(desk.host.open_url(file))
    assert (again["key"], again["forgotten"]) == (key, True)
    await desk.double.leave(key)
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}
    assert key not in await desk.double.forgotten()


async def test_a_slow_download_is_waited_for(desk):
    _, key = await edited(desk)
    await desk.double.modes(faults=["slow"], drip=0.8)
    await desk.double.leave(key)
    assert await saves(desk, key) == [(2, 200)]
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_a_download_that_stalls_is_given_up(address):
    async with desk_at(address, stall_timeout=0.3) as desk:
        _, key = await edited(desk)
        await desk.double.modes(faults=["slow"], drip=16)
        await desk.double.leave(key)
        assert await saves(desk, key) == [(2, 503), (2, 200)]


@pytest.mark.parametrize("fault", ["compressed", "unannounced"])
async def test_a_download_may_come_in_another_coat(desk, fault):
    _, key = await edited(desk)
    await desk.double.modes(faults=[fault])
    await desk.double.leave(key)
    assert await saves(desk, key) == [(2, 200)]
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_a_web_page_is_not_taken_for_a_plain_text(desk):
    """Plain text has no magic number; a proxy's error page would pass for it."""
    file = await desk.host.put("notes.txt", b"Dear all,")
    config = (await desk.double.open(desk.host.open_url(file)))["config"]
    key, callback = config["document"]["key"], config["editorConfig"]["callbackUrl"]
    url = await desk.double.offer(f"/cache/{key}/output.txt", b"One")
    body = {"key": key, "status": 2, "url": url, "filetype": "txt"}
    await desk.double.modes(faults=["ok_page"])
    assert await desk.double.post(callback, body) == (503, {"error": 1})
    assert await desk.double.post(callback, body) == (200, {"error": 0})
    assert await desk.host.everything() == {"notes.txt": b"One"}


async def test_a_document_that_says_it_is_too_large_is_not_waited_for(address):
    async with desk_at(address, max_download=100) as desk, asyncio.timeout(3):
        _, key = await edited(desk)
        await desk.double.modes(faults=["slow"], drip=60)
        await desk.double.leave(key)
        assert (await desk.double.callbacks(key))[-1][2] == KEPT


@pytest.mark.parametrize("fault", ["ok", "unannounced"])
async def test_a_document_that_is_too_large_stays_there_and_is_told(address, fault):
    async with desk_at(address, max_download=100) as desk:
        file, key = await edited(desk)
        await desk.double.modes(faults=[fault])
        await desk.double.leave(key)
        assert await saves(desk, key) == [(2, 200)]
        assert (await desk.double.callbacks(key))[-1][2] == KEPT
        session = await desk.host.session(key)
        assert session.state is State.OPEN
        assert "download failed" in session.alarm
        async with desk.double.client.get(desk.host.open_url(file)) as response:
            told = (await response.json(content_type=None))["data"]["attributes"]
        assert told["alarm"] == session.alarm
        await desk.check_nothing_is_lost(key, "One")


async def test_a_forced_save_that_fails_is_told_and_the_final_one_brings_it(desk):
    _, key = await edited(desk)
    await desk.double.modes(faults=["503"])
    assert (await desk.double.force_save(key))["status"] == 503
    await desk.double.leave(key)
    assert (await desk.double.log())["callbacks"][-1]["body"]["notmodified"] is False
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_without_room_the_save_is_asked_for_again(desk, monkeypatch):
    _, key = await edited(desk)
    stage, full = desk.host.files.stage, [True]

    async def staged(body, *, length=None):
        if full.pop() if full else False:
            raise StorageFull
        return await stage(body, length=length)

    monkeypatch.setattr(desk.host.files, "stage", staged)
    await desk.double.leave(key)
    assert await saves(desk, key) == [(2, 503), (2, 200)]
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_a_home_that_restarts_in_time_still_gets_the_save():
    with document_server(SECRET, scale=0.3) as patient:
        async with desk_at(patient) as desk:
            _, key = await edited(desk)
            port = desk.host.port
            await desk.host.stop()
            leaving = asyncio.create_task(desk.double.leave(key))
            # The first attempt at saving, made by another process:
            while len(await desk.double.callbacks(key)) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await desk.host.start(port)
            assert (await leaving)["text"] == STORED
            assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}
            assert (await saves(desk, key))[0] == (2, 0)


async def test_a_home_that_stays_away_loses_nothing(desk):
    file, key = await edited(desk)
    port = desk.host.port
    await desk.host.stop()
    await desk.double.leave(key)
    await desk.host.start(port)
    await desk.check_nothing_is_lost(key, "One")
    await desk.double.open(desk.host.open_url(file))
    await desk.double.leave(key)
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


async def test_when_it_cannot_convert_the_changes_stay_with_the_editor(desk):
    """Answering `error 0` here would make the Document Server delete what was typed."""
    file, key = await edited(desk)
    await desk.double.modes(conversion="crash")
    assert (await desk.double.leave(key))["text"] == KEPT
    assert (await desk.host.session(key)).alarm
    await desk.check_nothing_is_lost(key, "One")

    await desk.double.modes(conversion="ok")
    assert (await desk.double.open(desk.host.open_url(file)))["key"] == key
    await desk.double.leave(key)
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}
    assert not (await desk.host.session(key)).alarm


@pytest.mark.parametrize(("conversion", "status"), [("crash", 200), ("corrupt", 503)])
async def test_when_it_cannot_convert_a_forced_save_it_is_told(desk, conversion, status):
    _, key = await edited(desk)
    await desk.double.modes(conversion=conversion)
    assert await desk.double.force_save(key) == {"status": status, "text": KEPT}
    await desk.double.modes(conversion="ok")
    await desk.double.leave(key)
    assert await desk.texts() == {"letter.docx": ["Dear all,", "One"]}


@pytest.mark.parametrize("status", [3, 7])
async def test_what_it_saved_badly_but_can_be_read_goes_beside_the_file(desk, status):
    file, key = await edited(desk)
    url = await desk.double.offer(f"/cache/{key}/output.docx", new_docx("Half", "saved"))
    config = (await desk.double.open(desk.host.open_url(file), "bob"))["config"]
    callback = config["editorConfig"]["callbackUrl"]
    body = {"key": key, "status": status, "url": url, "filetype": "docx"}
    for _ in range(2):
        assert await desk.double.post(callback, body) == (200, {"error": 0})
    assert await desk.texts() == {
        "letter.docx": ["Dear all,"],
        "letter (2).docx": ["Half", "saved"],
    }
    assert (await desk.host.session(key)).target_file == file.id
