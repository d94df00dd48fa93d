"""The routes of WOPI; each request shows an access token, and the client's proof (MS-WOPI)."""

from aiohttp import web

from server.http.receiving import no_continue_yet
from server.wopi.asked import wopi_door
from server.wopi.contents import check_file_info, get_file, put_file
from server.wopi.operations import operate


def routes() -> list[web.AbstractRouteDef]:
    """Return the routes of WOPI."""
    one = "/wopi/files/{id}"
    return [
        web.get(one, wopi_door(check_file_info), allow_head=False),
        web.post(one, wopi_door(operate), expect_handler=no_continue_yet),
        web.get(one + "/contents", wopi_door(get_file), allow_head=False),
        web.post(one + "/contents", wopi_door(put_file), expect_handler=no_continue_yet),
    ]
