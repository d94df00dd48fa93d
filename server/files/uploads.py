"""New files, new directories, new content."""

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from doctypes.files.facts import FileSaid, NodeSaid
from doctypes.files.node import ROOT_ID, SHARED_DRIVES_ID
from doctypes.files.paths import is_in_trash
from doctypes.permissions.rule import Verb
from replication.blobs.protocol import StagedBlob
from replication.core.errors import BlobMismatch
from server import keys
from server.files.answers import answer, node_answer
from server.files.asking import by, require, require_all, tree_of
from server.files.problem import FileRequestRefused
from server.files.reading import (
    claimed_md5,
    claimed_sha256,
    date_header,
    date_parameter,
    expected_revision,
    flag,
    json_body,
    json_parameter,
    member,
    number,
    tags,
)
from server.files.staging import dropped_on_failure
from server.files.upload_metadata import METADATA_TYPE, UploadMetadata, uploads_of
from server.http.receiving import body_of
from server.media.describing import describer
from server.media.media import MEDIA

_LARGEST = 1 << 62


async def make(request: web.Request) -> web.Response:
    """POST /files/, /files/{dir-id} ?Type=file|directory&Name=…: 201 with what was made.

    With `Distinct=true`, a name that differs from one there by case or width alone is taken: 409.
    """
    kind = request.query.get("Type", "")
    if kind not in ("file", "directory"):
        raise FileRequestRefused(422, "Type must be file or directory", "Type")
    tree = tree_of(request)
    if kind == "directory" and request.query.get("Path"):
        return await _make_path(request)
    parent = await tree.get(request.match_info.get("id") or ROOT_ID)
    await require(request, Verb.POST, parent)
    name = request.query.get("Name", "")
    distinct = flag(request.query, "Distinct") is True
    await tree.require_possible(parent.id, name, distinct=distinct)  # before a byte is taken in
    said = await _said(request)
    if kind == "directory":
        directory = await tree.make_directory(
            parent.id, name, distinct=distinct, by=by(request), **said
        )
        return await node_answer(request, directory, 201)
    staged = await _staged(request)
    async with dropped_on_failure(staged):
        facts = await _described(request, staged, name, _of_file(request, said))
        made = await tree.create(
            parent.id, name, staged, distinct=distinct, by=by(request), **facts
        )
    return await node_answer(request, made, 201)


async def _make_path(request: web.Request) -> web.Response:
    path = request.query["Path"]
    if not path.startswith("/"):
        raise FileRequestRefused(422, "Path must be absolute", "Path")
    tree, (above, _, name) = tree_of(request), path.rstrip("/").rpartition("/")
    if request.query.get("Recursive") == "true":
        await require(request, Verb.POST, await tree.get(ROOT_ID))
        return await node_answer(request, await tree.make_directories(path, by=by(request)), 201)
    parent = await tree.at(above or "/")
    await require(request, Verb.POST, parent)
    said = await _said(request)
    made = await tree.make_directory(parent.id, name, by=by(request), **said)
    return await node_answer(request, made, 201)


async def shared_drives(request: web.Request) -> web.Response:
    """POST /files/shared-drives: the directory of shared drives, made if there is none."""
    require_all(request, Verb.POST)
    tree = tree_of(request)
    found = await tree.ensure_directory(SHARED_DRIVES_ID, "Drives", by=by(request))
    if is_in_trash(found.path):
        return await node_answer(request, await tree.restore(found.id, by=by(request)))
    return await node_answer(request, found)


async def overwrite(request: web.Request) -> web.Response:
    """PUT /files/{id}: new content; what there was becomes a version. If-Match is heeded."""
    tree = tree_of(request)
    file = await tree.get(request.match_info["id"])
    await require(request, Verb.PUT, file)
    expected = expected_revision(request)
    if expected is not None and expected != file.revision:  # before a byte is taken in
        raise FileRequestRefused(412, "The file has another revision now", "If-Match")
    facts = _of_file(request, await _said(request))
    staged = await _staged(request)
    async with dropped_on_failure(staged):
        facts = await _described(request, staged, file.name, facts)
        changed = await tree.replace(file.id, staged, expected=expected, by=by(request), **facts)
    return await node_answer(request, changed)


async def describe(request: web.Request) -> web.Response:
    """POST /files/upload/metadata: what a file will be said to be, for ten minutes; 201."""
    body = await json_body(request)
    told = member(body, "data", "attributes")
    if not isinstance(told, Mapping):
        raise FileRequestRefused(422, "data.attributes must be an object", "data")
    _require_certified(request, told)
    kept = await uploads_of(request).keep(UploadMetadata(dict(told)))
    data = {"type": METADATA_TYPE, "id": kept, "attributes": told}
    return answer({"data": data}, 201)


def _require_certified(request: web.Request, told: Mapping[str, Any]) -> None:
    permissions = request[keys.PRINCIPAL].permissions
    for name, doctype in _CERTIFIED.items():
        if name in told:
            permissions.require_type(Verb.POST, doctype)


_CERTIFIED = {
    "carbonCopy": "io.cozy.certified.carbon_copy",
    "electronicSafe": "io.cozy.certified.electronic_safe",
}


async def _described(
    request: web.Request, staged: StagedBlob, name: str, said: FileSaid
) -> FileSaid:
    """Add what content says of itself: a photograph knows best when it was taken (cozy.md B7)."""
    describe = describer(request.app[MEDIA], request[keys.HOME])
    found = await describe(staged, name, said.get("mime"))
    metadata = {**found.get("metadata", {}), **said.get("metadata", {})}
    return {**said, **found, "metadata": metadata}


async def _staged(request: web.Request) -> StagedBlob:
    """Take the body in, held to its length and checksum. Raises FileRequestRefused 412."""
    claimed, digest = claimed_md5(request.headers), claimed_sha256(request.headers)
    length = _length(request)
    try:
        staged = await tree_of(request).stage(body_of(request), length=length)
    except BlobMismatch as error:
        raise FileRequestRefused(412, "Content length mismatch", "Content-Length") from error
    if claimed is not None and claimed != staged.md5:
        await staged.discard()
        raise FileRequestRefused(412, "Content-MD5 mismatch", "Content-MD5")
    if digest is not None and digest != staged.digest:
        await staged.discard()
        raise FileRequestRefused(412, "Content-Digest mismatch", "Content-Digest")
    return staged


def _length(request: web.Request) -> int | None:
    if request.content_length is not None:
        return request.content_length
    if not request.query.get("Size") or request.query["Size"] == "0":
        return None  # a chunked body: as long as it is
    return number(request.query, "Size", 0, _LARGEST)


async def _said(request: web.Request) -> NodeSaid:
    """Read what the request says of the node, with what was said before under a MetadataID."""
    query = request.query
    said: NodeSaid = {
        "created_at": date_parameter(query, "CreatedAt"),
        "modified_at": date_parameter(query, "UpdatedAt") or date_header(request.headers),
        "tags": tags(query),
        "cozy_metadata": {
            name: query[parameter] for parameter, name in _SOURCES.items() if query.get(parameter)
        },
    }
    if query.get("Metadata"):
        said["metadata"] = json_parameter(query, "Metadata")
    metadata_id = query.get("MetadataID")
    if metadata_id:
        kept = await uploads_of(request).get(metadata_id)
        if kept is None:
            raise FileRequestRefused(422, "MetadataID is unknown, or too old", "MetadataID")
        said["metadata"] = kept.attributes
    return said


_SOURCES = {
    "SourceAccount": "sourceAccount",
    "SourceAccountIdentifier": "sourceAccountIdentifier",
}


def _of_file(request: web.Request, said: NodeSaid) -> FileSaid:
    given = request.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip()
    facts: FileSaid = {
        **said,
        "executable": flag(request.query, "Executable"),
        "encrypted": flag(request.query, "Encrypted") or None,
        "mime": None if given.lower() in _SAYS_NOTHING else given,
    }
    return facts


_SAYS_NOTHING = ("", "application/octet-stream", "application/x-www-form-urlencoded")
"""What programs send when nobody told them what a content is, curl among them."""
