"""The page that a browser gets for a folder: in the look and language of the home, no script."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from server.dav.words import WORDS
from server.link_page.listed import spoken_size
from server.pages.page import Sheet, page, page_language
from webdav.message import DavRequest, DavResponse
from webdav.model.extension import FolderPage
from webdav.model.path import href
from webdav.model.resource import Located, Resource
from webdav.wire.dates import iso_date

MOST = 2000
"""Rows of one page; what has more is looked at in a file manager."""


@dataclass(frozen=True, slots=True)
class Row:
    """A member in the list: `size` is empty for a folder, `moment` as RFC 3339 spells it."""

    name: str
    address: str
    size: str
    date: str
    moment: str


def folder_page(request: web.Request) -> FolderPage:
    """Return what shows folders to whoever makes this request."""

    async def show(
        asked: DavRequest, located: Located, members: AsyncIterator[Sequence[Resource]]
    ) -> DavResponse:
        language = page_language(request)
        rows, more = await _rows(asked, located, members, language)
        path = located.path
        values = {
            "name": path[-1] if path else "",
            "up": href(asked.mount, path[:-1], is_collection=True) if path else "",
            "rows": rows,
            "more": more,
            "most": MOST,
            "mount": f"{asked.origin}{asked.mount}/",
        }
        shown = page(request, Sheet("dav/folder.html", WORDS, values))
        body = shown.body if isinstance(shown.body, bytes) else b""
        headers = {**shown.headers, "Vary": "Accept, Accept-Language, Cookie"}
        return DavResponse(HTTPStatus(shown.status), headers, body)

    return show


async def _rows(
    asked: DavRequest, located: Located, pages: AsyncIterator[Sequence[Resource]], language: str
) -> tuple[list[Row], bool]:
    rows: list[Row] = []
    async for members in pages:
        rows += [_row(asked, located, member, language) for member in members]
        if len(rows) > MOST:
            return rows[:MOST], True
    return rows, False


def _row(asked: DavRequest, located: Located, member: Resource, language: str) -> Row:
    moment = iso_date(member.modified)
    return Row(
        member.name,
        href(asked.mount, (*located.path, member.name), is_collection=member.is_collection),
        "" if member.is_collection else spoken_size(member.size, language),
        moment[: len("2026-11-23")],
        moment,
    )
