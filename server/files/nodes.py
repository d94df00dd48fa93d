"""Files and directories by id and by path: shown, changed, copied, thrown away."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from doctypes.files.amending import Amendment
from doctypes.files.node import Directory, File, Node
from doctypes.permissions.rule import Verb
from replication.core.errors import InvalidRevision
from replication.core.revision import Revision
from server.files.answers import answer, listed_of, node_answer, objects_of
from server.files.asking import by, require, tree_of
from server.files.problem import FileRequestRefused
from server.files.reading import expected_revision, flag, json_body, member, read_date, strings
from server.files.removal import destroy, throw
from server.files.sight import sees_whole, view_of
from server.http.dialects import JSONAPI
from server.http.errors import fault_of


async def named(request: web.Request) -> Node:
    """Return the node that the request is about, by id or by `?Path=`. Raises NodeMissing."""
    node_id = request.match_info.get("id")
    if node_id is not None:
        return await tree_of(request).get(node_id)
    path = request.query.get("Path", "")
    if not path.startswith("/"):
        raise FileRequestRefused(422, "Path must be absolute", "Path")
    return await tree_of(request).at(path)


async def show(request: web.Request) -> web.Response:
    """GET or HEAD /files/{id}, /files/metadata?Path=."""
    node = await named(request)
    await require(request, Verb.GET, node)
    return await node_answer(request, node)


async def contents(request: web.Request) -> web.Response:
    """GET /files/{id}/relationships/contents: the children, page by page."""
    node = await named(request)
    await require(request, Verb.GET, node)
    if not isinstance(node, Directory):
        raise FileRequestRefused(422, "Only directories have contents", "id")
    listed, link = await listed_of(request, node, request.path)
    told = {"data": objects_of(request, listed)}
    return answer({**told, "links": {"next": link}} if link else told)


async def size(request: web.Request) -> web.Response:
    """GET /files/{id}/size: bytes of all files below a directory."""
    node = await named(request)
    await require(request, Verb.GET, node)
    count = await _size(request, node)
    attributes = {"size": str(count)}
    return answer(
        {"data": {"type": "io.cozy.files.sizes", "id": node.id, "attributes": attributes}}
    )


async def _size(request: web.Request, node: Node) -> int:
    if isinstance(node, File):
        return node.size
    if await sees_whole(request, node):
        return await tree_of(request).size_of(node.id)
    return await tree_of(request).size_seen(await view_of(request), node.id)


async def copy(request: web.Request) -> web.Response:
    """POST /files/{id}/copy?Name=&DirID=: 201, under the first name that is free.

    Of a folder that holds what the caller does not see the rest is copied, and 409 where the name
    is taken.
    """
    node, tree = await named(request), tree_of(request)
    parent = await tree.get(request.query.get("DirID") or node.dir_id)
    await require(request, Verb.GET, node)
    await require(request, Verb.POST, parent)
    name = request.query.get("Name") or node.name
    if await sees_whole(request, node):
        copied = await tree.copy(node.id, parent.id, name, free=True, by=by(request))
    else:
        view = await view_of(request)
        copied = await tree.copy_seen_by(view, node.id, parent.id, name, by=by(request))
    return await node_answer(request, copied, 201)


async def throw_away(request: web.Request) -> web.Response:
    """DELETE /files/{id}: into the trash; who may change a node may do so (cozy.md B7)."""
    node = await named(request)
    await require(request, Verb.PATCH, node)
    expected = expected_revision(request)
    thrown = await throw(request, node, expected)
    return await node_answer(request, thrown)


async def change(request: web.Request) -> web.Response:
    """PATCH /files/{id}, /files/metadata?Path=: rename, move, amend, trash or destroy."""
    node = await named(request)
    body = await json_body(request)
    changed = await _change(request, node, body.get("data"), expected_revision(request))
    return web.Response(status=204) if changed is None else await node_answer(request, changed)


async def change_many(request: web.Request) -> web.Response:
    """PATCH /files/: each of a list by itself; 204, or what went wrong with some of them."""
    body = await json_body(request)
    items = body.get("data")
    if not isinstance(items, list):
        raise FileRequestRefused(422, "data must be a list of files", "data")
    wrong = []
    for item in items:
        try:
            node = await tree_of(request).get(str(member(item, "id")))
            await _change(request, node, item, _revision(member(item, "meta", "rev")))
        except Exception as error:
            fault = fault_of(error)
            if fault is None:
                raise
            wrong += _pointed(JSONAPI.render(fault), str(member(item, "id")))
    if not wrong:
        return web.Response(status=204)
    return answer({"errors": wrong}, int(wrong[0]["status"]))


def _pointed(rendered: bytes, node_id: str) -> list[dict[str, Any]]:
    """Return rendered errors with the node that they are of."""
    errors: list[dict[str, Any]] = msgspec.json.decode(rendered)["errors"]
    return [{**one, "source": {**one.get("source", {}), "pointer": node_id}} for one in errors]


def _revision(text: object) -> Revision | None:
    if not text:
        return None
    try:
        return Revision.parse(text)
    except InvalidRevision as error:
        raise FileRequestRefused(412, "meta.rev names no revision", "If-Match") from error


async def _change(
    request: web.Request, node: Node, data: object, expected: Revision | None
) -> Node | None:
    """Do what a PATCH says; None for a node that is gone by it."""
    tree, who = tree_of(request), by(request)
    told = member(data, "attributes") or {}
    if not isinstance(told, Mapping):
        raise FileRequestRefused(422, "attributes must be an object", "attributes")
    amendment = amendment_of(told)  # all of it makes sense, or nothing is done
    if told.get("permanent_delete"):
        await require(request, Verb.DELETE, node)
        await destroy(request, node, expected)
        return None
    await require(request, Verb.PATCH, node)
    if told.get("move_to_trash"):
        return await throw(request, node, expected)
    parent_id, name = _place(node, data, told)
    if (parent_id, name) == (node.dir_id, node.name):
        return await tree.amend(node.id, amendment, expected=expected, by=who)
    if parent_id != node.dir_id:
        await require(request, Verb.PATCH, await tree.get(parent_id))
    if not await sees_whole(request, node):
        view = await view_of(request)
        moved = await tree.move_seen_by(view, node.id, parent_id, name, expected=expected, by=who)
        if amendment == Amendment():
            return moved.node
        return await tree.amend(moved.node.id, amendment, by=who)
    return await tree.move(
        node.id,
        parent_id,
        name,
        distinct=flag(request.query, "Distinct") is True,
        change=amendment,
        expected=expected,
        by=who,
    )


def _place(node: Node, data: object, told: Mapping[str, Any]) -> tuple[str, str]:
    parent_id = told.get("dir_id") or member(data, "relationships", "parent", "data", "id")
    name = told.get("name")
    if name is not None and not isinstance(name, str):
        raise FileRequestRefused(422, "name must be a string", "name")
    if parent_id is not None and not isinstance(parent_id, str):
        raise FileRequestRefused(422, "dir_id must be a string", "dir_id")
    return parent_id or node.dir_id, node.name if name is None else name


def amendment_of(told: Mapping[str, Any]) -> Amendment:
    """Read what a PATCH says of a document. Raises FileRequestRefused 422 for wrong types."""
    for name, kind in _KINDS.items():
        if told.get(name) is not None and not isinstance(told[name], kind):
            raise FileRequestRefused(422, f"{name} is of another type", name)
    taken = told.get("cozyMetadata") or {}
    for name, kind in _TAKEN_KINDS.items():
        if taken.get(name) is not None and not isinstance(taken[name], kind):
            raise FileRequestRefused(422, f"{name} is of another type", name)
    return Amendment(
        tags=None if told.get("tags") is None else strings(told["tags"], "tags"),
        executable=told.get("executable"),
        encrypted=told.get("encrypted"),
        file_class=told.get("class"),
        created_at=_date(told, "created_at", "CreatedAt"),
        updated_at=_date(told, "updated_at", "UpdatedAt"),
        metadata_members=told.get("metadata") or {},
        cozy_metadata=taken,
    )


_TAKEN_KINDS: dict[str, type] = {
    "move_to_trash": bool,
    "permanent_delete": bool,
    "favorite": bool,
    "sourceAccount": str,
    "sourceAccountIdentifier": str,
}
_KINDS: dict[str, type] = {
    "executable": bool,
    "encrypted": bool,
    "class": str,
    "metadata": dict,
    "cozyMetadata": dict,
}


def _date(told: Mapping[str, Any], member_name: str, parameter: str) -> Any:  # noqa: ANN401
    text = told.get(member_name)
    return None if text is None else read_date(text, parameter)
