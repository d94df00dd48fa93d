"""What was thrown away is destroyed when its time has come, and not before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server import keys
from server.instances.context import Context, Contexts, read_contexts
from server.jobs.clean_trash import clean_trash
from tests.support.files import Drive
from tests.support.house import house


@pytest.mark.parametrize("told", [0, -1, "soon"])
def test_days_are_days(told):
    with pytest.raises(ValueError, match="trash_days"):
        read_contexts({"default": {"trash_days": told}})


async def test_old_trash_is_destroyed_where_the_context_says_so(tmp_path):
    async with house(tmp_path) as home:
        drive = Drive(home.owner)
        old, new, kept = [await drive.upload(name) for name in ("old", "new", "kept")]
        directory = home.app[keys.INSTANCES]
        async with directory.borrow("localhost") as instance:
            work = instance.files._work
            now = work.clock
            work.clock = lambda: now() - timedelta(days=31)
            await drive.ask("DELETE", f"/files/{old['id']}", 200)
            work.clock = now
        await drive.ask("DELETE", f"/files/{new['id']}", 200)
        month = Contexts({"default": Context(trash_days=30)})
        never = Contexts({"default": replace(month.of("default"), trash_days=None)})
        assert await clean_trash(directory, never, "localhost") == 0
        assert await clean_trash(directory, month, "localhost") == 1
        assert await clean_trash(directory, month, "localhost") == 0
        await drive.get(old["id"], 404)
        for node in (new, kept):
            await drive.get(node["id"])
