"""The owner's browser at the page where devices are let in."""

import re
from contextlib import asynccontextmanager

from aiohttp import ClientSession, CookieJar

from tests.support.devices import signed_in


@asynccontextmanager
async def owners_browser(home):
    """Open a browser in which the owner is signed in."""
    headers = await signed_in(home.app)
    async with ClientSession(home.address, cookie_jar=CookieJar(unsafe=True)) as session:
        session.cookie_jar.update_cookies(
            {"cozysessid": headers["Cookie"].partition("=")[2]}, session._base_url
        )
        yield session


async def open_page(browser, path):
    async with browser.get(path) as response:
        return response.status, await response.text()


def fields(html):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


async def decide(browser, path, do="allow", **more):
    """Answer on the page at a path; returns the status and the page that follows."""
    status, html = await open_page(browser, path)
    assert status == 200, html
    form = {**fields(html), "do": do, **more}
    async with browser.post("/auth/device", data=form) as response:
        return response.status, await response.text()
