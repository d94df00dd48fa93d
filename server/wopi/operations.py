"""What a WOPI client does to a file besides its content: locks, names, copies, the end."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

import msgspec
from aiohttp import web

from doctypes.files.authors import Author
from doctypes.files.errors import NameTaken
from doctypes.files.names import ConflictNames, legal_name
from doctypes.files.node import File
from replication.blobs.protocol import StagedBlob
from server.http.receiving import body_of
from server.office.dav_locks import EditingLocks, HeldElsewhere
from server.office.formats import extension_of
from server.office.participants import author_of
from server.wopi.asked import Asked, Refusal
from server.wopi.file_info import version_of
from server.wopi.lock_rules import CONFLICT, OK, decide_lock
from server.wopi.locks import WopiLocks
from server.wopi.names import read_name, stem_of, suggested_name, write_name
from server.wopi.tokens import AccessTokens

OVERRIDE, LOCK, OLD_LOCK = "X-WOPI-Override", "X-WOPI-Lock", "X-WOPI-OldLock"
ITEM_VERSION, FAILURE = "X-WOPI-ItemVersion", "X-WOPI-LockFailureReason"
_LOCKS = frozenset({"LOCK", "UNLOCK", "REFRESH_LOCK", "GET_LOCK"})
_CLIENTS_WITH_423 = ("COOL", "LOOL")
"""Collabora takes 409 for a lock of its own, 423 for somebody else's (office.md 2.4)."""


async def operate(asked: Asked) -> web.Response:
    """Do what `X-WOPI-Override` names; requests about one file come in turn."""
    override = asked.request.headers.get(OVERRIDE, "").upper()
    async with asked.in_turn():
        if override in _LOCKS:
            return await _lock(asked, override)
        handler = _OTHERS.get(override)
        if handler is None:
            raise Refusal(501)
        return await handler(asked)


async def _lock(asked: Asked, override: str) -> web.Response:
    file, locks = asked.present, WopiLocks(asked.home)
    if override != "GET_LOCK":
        await asked.require_write()
    headers = asked.request.headers
    present = await locks.present(file.id, asked.now)
    answer = decide_lock(override, present, headers.get(LOCK, ""), headers.get(OLD_LOCK))
    if answer.status == OK and override != "GET_LOCK":
        try:
            await locks.settle(file, answer, asked.access.name, asked.now)
        except HeldElsewhere as held:
            raise _held(asked, held) from None
    told = {} if answer.told is None else {LOCK: answer.told}
    if answer.status == OK:
        told[ITEM_VERSION] = version_of(file)
    return web.Response(status=answer.status, headers=told)


def _held(asked: Asked, held: HeldElsewhere) -> Refusal:
    agent = asked.request.headers.get("User-Agent", "")
    is_collabora = any(mark in agent for mark in _CLIENTS_WITH_423)
    return Refusal(
        423 if is_collabora else CONFLICT, {LOCK: "", FAILURE: f"Locked by {write_name(held.who)}"}
    )


async def _rename(asked: Asked) -> web.Response:
    file = asked.present
    await asked.require_write()
    if not asked.access.renames:
        raise Refusal(401)
    await _require_lock(asked, file)
    wanted = _name(asked.request.headers.get("X-WOPI-RequestedName", ""))
    name = legal_name(f"{wanted}.{extension_of(file.name)}" if extension_of(file.name) else wanted)
    beside = EditingLocks(asked.home)
    await beside.let_go(file)  # it is on the path
    try:
        moved = await _moved(asked, file, name)
    finally:
        if await WopiLocks(asked.home).present(file.id, asked.now):
            await beside.hold(await asked.files.get(file.id), asked.access.name)  # type: ignore[arg-type]
    return _json({"Name": stem_of(moved.name)})


async def _moved(asked: Asked, file: File, name: str) -> File:
    """Rename a file, to the first like `x (2)` that is free."""
    taken: set[str] = set()
    while True:
        try:
            moved = await asked.files.move(file.id, file.dir_id, name, by=_by(asked))
        except NameTaken:
            taken.add(name)
            name = ConflictNames(name, is_file=True).first_free(taken)
        else:
            return moved  # type: ignore[return-value]  # a file stays one


async def _put_relative(asked: Asked) -> web.Response:
    file, headers = asked.present, asked.request.headers
    if not asked.access.adds:
        raise Refusal(501)
    suggested, exact = headers.get("X-WOPI-SuggestedTarget"), headers.get("X-WOPI-RelativeTarget")
    if (suggested is None) == (exact is None):
        raise Refusal(400 if suggested is None else 501)
    staged = await asked.files.stage(body_of(asked.request), length=asked.request.content_length)
    try:
        if suggested is not None:
            name = legal_name(suggested_name(_name(suggested), file.name))
            made = await asked.files.create_copy(file.dir_id, name, staged, by=_by(asked))
        else:
            name = legal_name(_name(exact or ""))
            made = await _put_exact(asked, file, name, staged)
    finally:
        await staged.discard()
    return _json(_addresses(asked, made))


async def _put_exact(asked: Asked, file: File, name: str, staged: StagedBlob) -> File:
    there = await asked.files.child(file.dir_id, name)
    if there is None:
        return await asked.files.create(file.dir_id, name, staged, by=_by(asked))
    overwrites = asked.request.headers.get("X-WOPI-OverwriteRelativeTarget", "").lower() == "true"
    if not overwrites or not isinstance(there, File):
        free = ConflictNames(name, is_file=True).first_free({name})
        raise Refusal(CONFLICT, {"X-WOPI-ValidRelativeTarget": write_name(free), LOCK: ""})
    present = await WopiLocks(asked.home).present(there.id, asked.now)
    if present or await EditingLocks(asked.home).held_by(there):
        raise Refusal(CONFLICT, {LOCK: present})
    return await asked.files.replace(there.id, staged, by=_by(asked))


def _addresses(asked: Asked, made: File) -> dict[str, str]:
    token = AccessTokens(asked.home.secret).make(
        msgspec.structs.replace(asked.access, file_id=made.id)
    )
    request = asked.request
    page = f"{request.scheme}://{request.host}/office/{made.id}/edit"
    return {
        "Name": made.name,
        "Url": f"{asked.base}/wopi/files/{made.id}?access_token={quote(token, safe='')}",
        "HostEditUrl": page,
        "HostViewUrl": page,
    }


async def _delete(asked: Asked) -> web.Response:
    """Throw a file into the trash, unless somebody has it locked."""
    file = asked.present
    await asked.require_write()
    if not asked.access.renames:
        raise Refusal(401)
    present = await WopiLocks(asked.home).present(file.id, asked.now)
    if present or await EditingLocks(asked.home).held_by(file):
        raise Refusal(CONFLICT, {LOCK: present})
    await asked.files.trash(file.id, by=_by(asked))
    return web.Response()


async def _require_lock(asked: Asked, file: File) -> None:
    present = await WopiLocks(asked.home).present(file.id, asked.now)
    if present and asked.request.headers.get(LOCK, "") != present:
        raise Refusal(CONFLICT, {LOCK: present})


def _name(header: str) -> str:
    try:
        return read_name(header)
    except ValueError:
        raise Refusal(400, {"X-WOPI-InvalidFileNameError": "The name is not UTF-7"}) from None


def _by(asked: Asked) -> Author:
    return author_of(asked.access.user_id, asked.access.name)


def _json(told: Mapping[str, object]) -> web.Response:
    return web.Response(body=msgspec.json.encode(told), content_type="application/json")


_OTHERS: Mapping[str, Callable[[Asked], Awaitable[web.Response]]] = {
    "PUT_RELATIVE": _put_relative,
    "RENAME_FILE": _rename,
    "DELETE": _delete,
}
