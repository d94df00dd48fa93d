"""COPY: a document written once more under another id, with its attachments."""

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from aiohttp import web

from replication.core.attachment import Attachment
from replication.core.document import LOCAL_PREFIX, Edit, check_document_id
from replication.core.errors import Invalid
from replication.core.revision import Revision
from replication.store.protocol import Database
from replication.wire.document_json import encode
from server.data import access, local_documents, reading
from server.data.answers import json_answer, location, sole_outcome
from server.data.dialect import DataDialect

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a copy goes, and the revision that it takes the place of."""

    document_id: str
    base: Revision | None = None


def parse_destination(header: str | None) -> Destination:
    """Read a Destination header: an id as URLs spell it, with `?rev=` where there is a document.

    Raises Invalid.
    """
    if header is None:
        raise Invalid("bad_request", "Destination header is mandatory for COPY.")
    if _ABSOLUTE.match(header):
        raise Invalid("bad_request", "Destination URL must be relative.")
    name, asked, parameter = header.partition("?")
    document_id = check_document_id(unquote(name))
    if not asked:
        return Destination(document_id)
    word, _, rev = parameter.partition("=")
    if word != "rev":
        raise Invalid("bad_request", "Destination takes no parameter but rev.")
    return Destination(document_id, Revision.parse(rev))


class CopyRoutes:
    """Copying documents within a database, in either dialect."""

    def __init__(self, dialect: DataDialect) -> None:
        self._dialect = dialect

    async def copy(self, request: web.Request) -> web.Response:
        """COPY /{database}/{id}."""
        return await self._copied(request, request.match_info["id"])

    async def copy_local(self, request: web.Request) -> web.Response:
        """COPY /{database}/_local/{name}."""
        return await self._copied(request, LOCAL_PREFIX + request.match_info["name"])

    async def _copied(self, request: web.Request, document_id: str) -> web.Response:
        destination = parse_destination(request.headers.get("Destination"))
        database = await access.writing(request, self._dialect)
        edit = await copy_of(database, document_id, reading.revision_parameter(request))
        edit = edit._replace(document_id=destination.document_id, base=destination.base)
        if edit.document_id.startswith(LOCAL_PREFIX):
            outcomes = [await local_documents.write(database, edit._replace(attachments={}))]
        else:
            outcomes = await database.write([edit])
        written = sole_outcome(outcomes)
        body = None if edit.deleted else edit.body
        place = location(request, self._dialect, database.name, edit.document_id)
        return json_answer(
            encode(self._dialect.written(database.name, written, body)),
            status=201,
            headers={"Location": place, "ETag": f'"{written.revision}"'},
        )

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of copying."""
        database = self._dialect.prefix + "/{database}"
        return [
            web.route("COPY", database + "/_local/{name}", self.copy_local),
            web.route("COPY", database + "/{id:_design/[^/]+}", self.copy),
            web.route("COPY", database + "/{id}", self.copy),
        ]


async def copy_of(database: Database, document_id: str, revision: Revision | None) -> Edit:
    """Return an edit that says what a document says. Raises DocumentMissing."""
    if document_id.startswith(LOCAL_PREFIX):
        return Edit(document_id, (await database.get_local(document_id)).body)
    stored = await database.get(document_id, revision)
    return Edit(
        document_id,
        stored.body,
        deleted=stored.deleted,
        attachments={name: _anew(found) for name, found in stored.attachments.items()},
    )


def _anew(attachment: Attachment) -> Attachment:
    """Return an attachment as the copy brings it: other documents' generations mean nothing."""
    return replace(attachment, revpos=0)
