"""What PouchDB, nano and RxDB said to Apache CouchDB 3.5 and to us, asked again of this server."""

import re
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from tests.recorded.known import KNOWN
from tests.support.recording.exchanges import read_exchanges
from tests.support.recording.replay import Replay
from tests.support.served_couch import PASSWORD, ServedCouch, basic

SESSIONS = sorted((Path(__file__).parent / "sessions").glob("*.jsonl"))


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
async def test_a_recorded_session_goes_the_same_way(path, tmp_path):
    login = {"Authorization": basic("admin", PASSWORD)}
    exchanges = read_exchanges(path)
    async with (
        ServedCouch(tmp_path) as couch,
        ClientSession(
            headers=login,
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None),
            auto_decompress=False,
        ) as session,
    ):
        root = str(couch.server.make_url("")).rstrip("/")
        found = await Replay(exchanges, session, root).run()
    known = KNOWN.get(path.stem, {})
    unknown = [line for line in found if not any(re.search(why, line) for why in known)]
    assert "\n".join(unknown) == ""
    assert [why for why in known if not any(re.search(why, line) for line in found)] == []
    assert len(exchanges) > 20
