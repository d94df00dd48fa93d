"""Documents that the Document Server says it could not make properly: beside the file, and told."""

import pytest

from server.office.sweeping import forgotten_saves
from tests.support.document_server.at_house import office_house
from tests.support.document_server.desk import SECRET
from tests.support.document_server.driver import document_server

BESIDE = {"letter.docx": ["Dear all,"], "letter (2).docx": ["Dear all,", "One"]}


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
async def at(tmp_path, address):
    async with office_house(tmp_path, address) as running:
        yield running


async def doubted(at, conversion, faults):
    """Type something that no proper document comes of; returns the document's id."""
    file_id = await at.put("letter.docx")
    await at.double.modes(conversion=conversion, faults=faults)
    await at.left(file_id, "One")
    return file_id


async def answers(at):
    told = (await at.double.log())["callbacks"]
    key = told[-1]["body"]["key"]
    return [
        each["status"] for each in told if (each["body"]["key"], each["body"]["status"]) == (key, 3)
    ]


async def texts(at):
    return {name: await at.texts(name) for name in await at.names()}


async def alarms(at):
    told = await at.get("/office/sessions")
    return [one["attributes"]["alarm"] for one in told["data"]]


@pytest.mark.parametrize(("faults", "asked"), [([], [200]), (["503"], [503, 200])])
async def test_what_it_doubts_goes_beside_the_file(at, faults, asked):
    await doubted(at, "doubtful", faults)
    assert await answers(at) == asked
    assert await texts(at) == BESIDE
    assert await alarms(at) == []


async def test_what_it_doubts_and_put_aside_goes_beside_the_file_too(at):
    await doubted(at, "doubtful", ["503"] * 4)
    assert await texts(at) == {"letter.docx": ["Dear all,"]}
    (alarm,) = await alarms(at)
    assert "503" in alarm
    await forgotten_saves(at.house.app).sweep()
    assert await texts(at) == BESIDE
    assert await alarms(at) == []


async def test_what_it_loses_itself_is_told_as_long_as_nothing_better_comes(at):
    """It says that there is a document, and there is none; then it forgets what was typed."""
    file_id = await doubted(at, "corrupt", [])
    assert await answers(at) == [503] * 4
    await forgotten_saves(at.house.app).sweep()
    (alarm,) = await alarms(at)
    assert "DownloadUnavailable" in alarm
    await at.double.modes(conversion="ok")
    await at.edited(file_id, "Two")
    assert await texts(at) == {"letter.docx": ["Dear all,", "Two"]}
    assert await alarms(at) == []
