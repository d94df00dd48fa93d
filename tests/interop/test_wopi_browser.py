"""The page of a WOPI client's editor in a real browser: the frame, its token, and what they say."""

import json
from urllib.request import Request, urlopen

import pytest

from tests.interop.conftest import program
from tests.support.chromium import chromium
from tests.support.document_server.docx import new_docx
from tests.support.running_home import PASSWORD, RunningHome
from tests.support.wopi.client import wopi_client


def ask(home, method, path, body=None):
    headers = {"Authorization": home.authorization}
    with urlopen(Request(home.address + path, body, headers, method=method)) as response:
        return response.read()


@pytest.mark.parametrize("width", [390, 1200])
async def test_the_frame_gets_a_token_and_page_and_editor_talk(tmp_path, width):
    async with (
        wopi_client() as client,
        chromium(program("chromium"), tmp_path / "profile") as tab,
    ):
        with RunningHome(tmp_path / "home", env={"FOYER_WOPI_SERVER": client.address}) as home:
            ask(home, "PUT", "/dav/files/letter.docx", new_docx("Dear all,"))
            told = json.loads(ask(home, "GET", "/files/metadata?Path=/letter.docx"))
            path = f"/office/{told['data']['id']}/edit"
            await tab.shape(width, 800, "fr")
            await tab.go(f"http://localhost:{home.port}/auth/login?redirect={path}")
            await tab.type("#passphrase", PASSWORD)
            await tab.enter()
            await tab.until_at(path)
            await tab.until("document.body.dataset.status === 'Frame_Ready'")
            await tab.until("document.title.startsWith('● letter.docx')")
            assert set(client.posted) == {"access_token", "access_token_ttl"}
            box = await tab.run(
                "(() => { const r = document.querySelector('iframe').getBoundingClientRect();"
                "return [r.width, r.height]; })()"
            )
            assert box == [width, 800]
            assert [c for c in tab.complaints if "Content Security" in c["text"]] == []
