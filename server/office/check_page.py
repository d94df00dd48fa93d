"""The page that tells whoever runs a server which address of office editing fails, and why."""

import time

from aiohttp import web
from yarl import URL

from server import keys
from server.office.check_words import WORDS
from server.office.checking import API, Checking, Finding
from server.office.office import OFFICE
from server.office.opened import base_of
from server.pages.page import Sheet, page
from server.wopi.asked import base_of as wopi_base_of
from server.wopi.wopi import WOPI


async def show_check(request: web.Request) -> web.Response:
    """GET /office/check: each way, whether it works, and what to do where it does not."""
    office, wopi = request.app[OFFICE].settings, request.app[WOPI].settings
    client, random = request.app[keys.HTTP_CLIENT], request.app[OFFICE].new_key()
    findings: list[Finding] = []
    api = ""
    origins: tuple[str, ...] = ()
    if office is not None:
        checking = Checking(client, time.time, base_of(request, office), random)
        findings += await checking.office(office)
        api = f"{office.server.rstrip('/')}{API}"
        origins = (str(URL(office.server).origin()),)
    if wopi is not None:
        checking = Checking(client, time.time, wopi_base_of(request, wopi), random)
        findings += await checking.wopi(wopi)
    values = {"findings": findings, "api": api}
    return page(
        request, Sheet("office/check.html", WORDS, values, scripts=bool(api), embeds=origins)
    )
