"""Sessions that nothing can come for any more are taken away, and no others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server import keys
from server.office.commands import OfficeUnreachable
from server.office.office import OFFICE
from server.office.pruning import KEPT, Pruning
from server.office.session import after_alarm, with_editors
from server.office.session_store import SessionMissing
from tests.support.document_server.at_house import office_house
from tests.support.document_server.desk import SECRET
from tests.support.document_server.docx import new_docx
from tests.support.document_server.driver import document_server

LONG = KEPT + timedelta(hours=1)
HOME = "localhost"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def address():
    with document_server(SECRET) as running:
        yield running


@pytest.fixture
async def at(tmp_path, address):
    async with office_house(tmp_path, address) as running:
        yield running


def pruning_after(at, time):
    """Return what prunes when so much time has passed."""
    office = at.house.app[OFFICE]
    later = replace(office, clock=lambda: office.clock() + time)
    commands = office.commands(at.house.app[keys.HTTP_CLIENT])
    return Pruning(commands, at.house.app[keys.INSTANCES], later)


async def config_of(at, file_id):
    told = await at.get(f"/office/{file_id}/open")
    return told["data"]["attributes"]["onlyoffice"]


async def closed(at, name="letter.docx", text="One"):
    """Edit a document to its end; returns the key that this was under, and its callback address."""
    file_id = await at.put(name)
    config = await config_of(at, file_id)
    await at.edited(file_id, text)
    return config["document"]["key"], config["editor"]["callbackUrl"]


async def is_there(at, key):
    async with at.house.app[keys.INSTANCES].borrow(HOME) as home:
        sessions = await at.house.app[OFFICE].sessions(home)
        try:
            await sessions.get(key)
        except SessionMissing:
            return False
        return True


async def changed(at, key, change):
    async with at.house.app[keys.INSTANCES].borrow(HOME) as home:
        await (await at.house.app[OFFICE].sessions(home)).update(key, change)


async def test_a_session_goes_after_thirty_days(at):
    key, _ = await closed(at)
    await at.double.expire()
    assert await pruning_after(at, KEPT - timedelta(hours=1)).prune(HOME) == []
    assert await pruning_after(at, LONG).prune(HOME) == [key]
    assert not await is_there(at, key)
    assert await at.texts("letter.docx") == ["Dear all,", "One"]


async def test_one_that_was_opened_and_left_goes_too_and_the_next_gets_another(at):
    file_id = await at.put("letter.docx")
    key = (await config_of(at, file_id))["document"]["key"]
    assert await pruning_after(at, LONG).prune(HOME) == [key]
    assert (await config_of(at, file_id))["document"]["key"] != key


async def test_what_the_document_server_still_knows_stays(at):
    key, _ = await closed(at)
    assert await pruning_after(at, LONG).prune(HOME) == []
    assert await is_there(at, key)


async def test_what_the_document_server_put_aside_stays_until_it_is_home(at):
    file_id = await at.put("letter.docx")
    key = (await config_of(at, file_id))["document"]["key"]
    await at.double.modes(faults=["503"] * 4)
    assert (await at.left(file_id, "One"))["status"] == 503
    assert key in await at.double.forgotten()
    await changed(at, key, lambda kept: after_alarm(kept, ""))  # as if nobody had told the home
    assert await pruning_after(at, LONG).prune(HOME) == []
    assert await is_there(at, key)


@pytest.mark.parametrize(
    "change", [lambda kept: after_alarm(kept, "why"), lambda kept: with_editors(kept, ("alice",))]
)
async def test_what_somebody_waits_for_stays(at, change):
    file_id = await at.put("letter.docx")
    key = (await config_of(at, file_id))["document"]["key"]
    await changed(at, key, change)
    assert await pruning_after(at, LONG).prune(HOME) == []
    assert await is_there(at, key)


async def test_one_that_was_opened_lately_stays(at):
    file_id = await at.put("letter.docx")
    key = (await config_of(at, file_id))["document"]["key"]
    day = timedelta(days=1)
    await changed(at, key, lambda kept: replace(kept, opened_at=kept.created_at + 20 * day))
    assert await pruning_after(at, 40 * day).prune(HOME) == []
    assert await pruning_after(at, 51 * day).prune(HOME) == [key]


async def test_a_save_that_is_reported_again_before_that_is_known_again(at):
    key, callback = await closed(at)
    await at.double.expire()
    assert await pruning_after(at, KEPT - timedelta(hours=1)).prune(HOME) == []
    (sent,) = [
        each["body"]
        for each in (await at.double.log())["callbacks"]
        if each["body"]["key"] == key and each["body"]["status"] == 2
    ]
    await at.put("letter.docx", new_docx("Anew"))
    assert await at.double.post(callback, sent) == (200, {"error": 0})
    assert await at.names() == ["letter.docx"]


async def test_each_home_is_looked_at_once_a_day(at):
    first, _ = await closed(at, "first.docx")
    await at.double.expire()
    pruning = pruning_after(at, LONG)
    await pruning.prune_due()
    assert not await is_there(at, first)
    second, _ = await closed(at, "second.docx")
    await at.double.expire()
    await pruning.prune_due()
    assert await is_there(at, second)
    pruning.office = replace(pruning.office, clock=lambda: at.house.app[OFFICE].clock() + 2 * LONG)
    await pruning.prune_due()
    assert not await is_there(at, second)


async def test_nothing_goes_where_the_document_server_does_not_answer(tmp_path, address):
    async with office_house(tmp_path, address, server=NOWHERE) as alone:
        file_id = await alone.put("letter.docx")
        key = (await config_of(alone, file_id))["document"]["key"]
        with pytest.raises(OfficeUnreachable):
            await pruning_after(alone, LONG).prune_due()
        assert await is_there(alone, key)
