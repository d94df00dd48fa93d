"""Files that somebody puts into a folder by its link, which may let them see nothing there."""

from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from doctypes.files.errors import IllegalName, QuotaExceeded
from doctypes.files.facts import FileSaid
from doctypes.files.names import legal_name
from doctypes.files.node import Directory
from replication.core.errors import StorageFull
from server import keys
from server.audit.trail import audited
from server.data.part_reader import parts_of
from server.files.asking import by
from server.files.staging import dropped_on_failure
from server.media.describing import describer
from server.media.media import MEDIA
from server.pages.forms import FIELD, check_form

FILES = "files"
"""The form's field with the files."""

_LONGEST_TOKEN = 200
_UNSAID = "application/octet-stream"
_CUT_OFF = (ConnectionError, ClientError, HttpProcessingError, ValueError)


class DroppedInPart(Exception):
    """Not all could be taken in: `put` files are here, and stay; `key` says why no more are."""

    def __init__(self, put: int, key: str) -> None:
        super().__init__(key)
        self.put = put
        self.key = key


async def take_in(request: web.Request, folder: Directory) -> int:
    """Put the files of a form into a folder, each as soon as it is here; tell how many.

    One whose name is taken gets another, so that nothing there changes, and nobody learns what is
    there. Raises FormForged, DroppedInPart.
    """
    put = 0
    try:
        async for part in _files(request):
            name = _name_of(part)
            if name:
                await _put(request, folder, part, name)
                put += 1
    except (QuotaExceeded, StorageFull) as full:
        raise DroppedInPart(put, "no_room") from full
    except _CUT_OFF as cut_off:
        raise DroppedInPart(put, "cut_off") from cut_off
    finally:
        if put:
            await audited(request, "link.received", folder.name, count=str(put))
    return put


async def _files(request: web.Request) -> AsyncIterator[BodyPartReader]:
    """Yield the parts that are files, once the first part has shown that the form is ours."""
    is_ours = False
    async for part in parts_of(request):
        if not isinstance(part, BodyPartReader):
            continue
        if not is_ours:
            check_form(request, await _token(part))
            is_ours = True
        elif part.name == FILES:
            yield part


async def _token(part: BodyPartReader) -> str:
    if part.name != FIELD:
        return ""
    return (await part.read_chunk(_LONGEST_TOKEN)).decode("ascii", "replace")


def _name_of(part: BodyPartReader) -> str:
    """Return a file's own name, without the folders that some browsers send; "" where none is."""
    name = (part.filename or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable())
    try:
        return legal_name(name)
    except IllegalName:
        return ""


async def _put(request: web.Request, folder: Directory, part: BodyPartReader, name: str) -> None:
    home = request[keys.HOME]
    staged = await home.files.stage(_pieces(part))
    async with dropped_on_failure(staged):
        kind = part.headers.get("Content-Type", _UNSAID).partition(";")[0].strip()
        mime = None if kind == _UNSAID else kind
        describe = describer(request.app[MEDIA], home)
        said: FileSaid = {"mime": mime, **await describe(staged, name, mime)}
        await home.files.create_copy(folder.id, name, staged, by=by(request), **said)


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while not part.at_eof():
        piece = await part.read_chunk(1 << 19)
        if piece:
            yield piece
