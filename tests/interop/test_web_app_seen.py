"""Every page and state, in both themes, on a phone: axe, targets for fingers, nothing cut off."""

import pytest

from tests.interop.conftest import program
from tests.support.chromium import chromium
from tests.support.post_office import post_office
from tests.support.screens import app_states, homes, page_states
from tests.support.screens.inspector import AXE, Inspector
from tests.support.web_app import enter

LANGUAGE = "fr"
"""Of the two, the one whose words are longer."""


@pytest.fixture
async def inspector(tmp_path):
    if not AXE.is_file():
        pytest.skip("run `npm ci --ignore-scripts` in clients/web first")
    async with chromium(program("chromium"), tmp_path / "profile") as tab:
        yield Inspector(tab, LANGUAGE)


async def test_no_state_of_the_app_keeps_anybody_out(tmp_path, inspector):
    with homes.lived_in(tmp_path / "home", 25) as home:
        await enter(inspector.tab, home, LANGUAGE)
        for group in app_states.STATES:
            await group(app_states.Walk(inspector, home))
    assert not inspector.faults, "\n".join(inspector.faults)
    assert len(inspector.seen) > 40


async def test_no_page_of_the_server_keeps_anybody_out(tmp_path, inspector):
    async with post_office() as office:
        with (
            homes.lived_in(tmp_path / "home", office.port) as home,
            homes.not_set_up(tmp_path / "new") as set_up,
        ):
            for group in page_states.STATES:
                await group(page_states.Visit(inspector, home, office, set_up))
    assert not inspector.faults, "\n".join(inspector.faults)
    assert len(inspector.seen) > 35
