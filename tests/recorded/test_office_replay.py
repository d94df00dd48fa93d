"""Scenes that were played at the genuine Document Server, at its double: it tells the same.

What the genuine one told is in `office/`, and so is each answer of the home.
"""

from pathlib import Path

import pytest

from tests.support.document_server.desk import SECRET
from tests.support.document_server.driver import document_server, driver
from tests.support.document_server.play import SCENES, Play, file_name, from_lines
from tests.support.document_server.stage import Doubled, desk_before

RECORDED = Path(__file__).parent / "office"


@pytest.mark.parametrize("name", SCENES)
async def test_the_double_tells_what_the_genuine_one_told(tmp_path, name):
    recorded = from_lines((RECORDED / file_name(name)).read_text())
    with document_server(SECRET, scale=0.5) as address:
        async with (
            desk_before(tmp_path, address, SECRET) as desk,
            driver(address, SECRET) as double,
        ):
            told = await Play(Doubled(double), desk).run(SCENES[name])
    assert told == recorded
