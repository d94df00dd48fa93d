"""Old contents of files: kept, tagged, reverted to, deleted."""

from collections.abc import Mapping

from aiohttp import web

from doctypes.files.node import File
from doctypes.permissions.rule import Verb
from doctypes.profiles.view import WHOLE
from server.audit.trail import audited
from server.files.answers import answer, node_answer
from server.files.asking import by, require, require_all, tree_of
from server.files.downloads import version_id
from server.files.jsonapi import version_object
from server.files.problem import FileRequestRefused
from server.files.reading import expected_revision, json_body, member, strings
from server.files.sight import view_of


async def _file(request: web.Request, verb: Verb) -> File:
    node = await tree_of(request).get(request.match_info["id"])
    await require(request, verb, node)
    if not isinstance(node, File):
        raise FileRequestRefused(422, "Only files have versions", "id")
    return node


async def make(request: web.Request) -> web.Response:
    """POST /files/{id}/versions: other metadata; what the file was is kept as a version."""
    file, body = await _file(request, Verb.PUT), await json_body(request)
    metadata = member(body, "data", "attributes", "metadata")
    if metadata is None:
        metadata = member(body, "data", "attributes") or {}
    if not isinstance(metadata, Mapping):
        raise FileRequestRefused(422, "metadata must be an object", "metadata")
    tags = member(body, "data", "attributes", "tags")
    tags = None if tags is None else strings(tags, "tags")
    changed = await tree_of(request).new_version(
        file.id, metadata, tags=tags, expected=expected_revision(request), by=by(request)
    )
    return await node_answer(request, changed)


async def revert(request: web.Request) -> web.Response:
    """POST /files/revert/{id}/{version}: what the file held then is what it holds now."""
    file = await _file(request, Verb.POST)
    expected = expected_revision(request)
    changed = await tree_of(request).revert(
        file.id, version_id(request), expected=expected, by=by(request)
    )
    return await node_answer(request, changed)


async def tag(request: web.Request) -> web.Response:
    """PATCH /files/{id}/{version}: other tags; one with any is kept for as long as it has them."""
    await _file(request, Verb.PATCH)
    tags = strings(member(await json_body(request), "data", "attributes", "tags"), "tags")
    version = await tree_of(request).tag_version(version_id(request), tags)
    return answer({"data": version_object(version)})


async def delete(request: web.Request) -> web.Response:
    """DELETE /files/{id}/{version}; 204."""
    await _file(request, Verb.DELETE)
    await tree_of(request).delete_version(version_id(request))
    return web.Response(status=204)


async def delete_all(request: web.Request) -> web.Response:
    """DELETE /files/versions: those of all files; 204."""
    require_all(request, Verb.DELETE)
    if await view_of(request) is not WHOLE:
        raise FileRequestRefused(403, "This device does not see all files, nor their versions")
    count = await tree_of(request).delete_versions()
    await audited(request, "versions.deleted", count=str(count))
    return web.Response(status=204)
