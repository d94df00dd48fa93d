"""What people ask that the Document Server has to do: converting, and telling its open editors."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from hashlib import sha256

from aiohttp import web

from replication.blobs.protocol import StagedBlob
from server import keys
from server.files.problem import FileRequestRefused
from server.office.commands import CommandRefused, OfficeUnreachable
from server.office.document_keys import mark_of
from server.office.download import Download, DownloadFailed, DownloadRefused
from server.office.formats import extension_of
from server.office.lending import PAST, lent
from server.office.links import Loan
from server.office.office import OFFICE
from server.office.opened import Document

_UNREADABLE = {-4: "It could not read the document from this home.", -5: "It has a password."}
_log = logging.getLogger(__name__)


@contextmanager
def spoken_of() -> Iterator[None]:
    """Say in words what went wrong at the Document Server. Raises FileRequestRefused."""
    try:
        yield
    except OfficeUnreachable as error:
        raise FileRequestRefused(503, f"The document server is not reachable: {error}") from error
    except CommandRefused as error:
        why = _UNREADABLE.get(error.error, f"It answered {error}.")
        raise FileRequestRefused(502, f"The document server could not do it. {why}") from error
    except DownloadRefused as error:
        raise FileRequestRefused(422, f"That is not to be fetched: {error}", "url") from error
    except DownloadFailed as error:
        raise FileRequestRefused(502, f"The document did not arrive: {error}") from error


async def converted(request: web.Request, document: Document, to: str) -> str:
    """Have a document converted, and return the address of the outcome. Raises as spoken_of."""
    home, file = request[keys.HOME], document.file
    told = f"{file.id} {file.blob} {to}".encode()
    with spoken_of():
        return (
            await request.app[OFFICE]
            .commands(request.app[keys.HTTP_CLIENT])
            .convert(
                filetype=extension_of(file.name),
                outputtype=to,
                key=f"{mark_of(home.domain)}c{sha256(told).hexdigest()[:40]}",
                url=lent(request, document.settings, Loan(PAST, file.id, file.blob)),
                title=f"{file.name}.{to}",
            )
        )


async def fetched(request: web.Request, document: Document, url: str, extension: str) -> StagedBlob:
    """Fetch what the Document Server offers into the home, not yet a file. Raises as spoken_of."""
    files = request[keys.HOME].files

    async def stage(body: AsyncIterator[bytes], length: int | None) -> StagedBlob:
        return await files.stage(body, length=length)

    with spoken_of():
        client = request.app[keys.HTTP_CLIENT]
        return await Download(client, document.settings).fetch(url, extension, stage)


async def tell_name(request: web.Request, key: str, name: str) -> None:
    """Show another name in open editors; those who cannot be told see it when they open again."""
    commands = request.app[OFFICE].commands(request.app[keys.HTTP_CLIENT])
    try:
        await commands.ask("meta", key=key, meta={"title": name})
    except (OfficeUnreachable, CommandRefused) as error:
        _log.info("open editors not told of a name", extra={"reason": str(error)})
