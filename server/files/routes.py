"""All routes of files. Order matters: fixed names before `{id}`."""

from aiohttp import web

from server.auth.access import IN_HANDLER, Access
from server.files import (
    archives,
    changes,
    downloads,
    finding,
    nodes,
    past,
    relations,
    thumbnails,
    trash,
    uploads,
    versions,
)
from server.files.chunks import ChunkListDoor
from server.files.resumable.routes import routes as resumable_routes
from server.http.receiving import no_continue_yet

_ONE = "/files/{id}"
ARCHIVE = "/files/archive/{secret}/{name}"
THUMBNAIL = _ONE + "/thumbnails/{secret}/{size}"
LINK = "/files/downloads/{secret}/{name}"


def files_access(method: str, route: str) -> Access | None:
    """Return what a route takes: what may be done to a node is asked where it is known."""
    del method
    return IN_HANDLER if route == "/files" or route.startswith("/files/") else None


def routes() -> list[web.RouteDef]:
    """Return the routes of files."""
    upload = {"expect_handler": no_continue_yet}
    return [
        *resumable_routes(),
        web.get("/files/_changes", changes.show),
        web.post("/files/_find", finding.find),
        web.post("/files/_all_docs", finding.all_docs),
        web.get("/files/metadata", nodes.show),
        web.patch("/files/metadata", nodes.change),
        web.post("/files/shared-drives", uploads.shared_drives),
        web.post("/files/upload/metadata", uploads.describe),
        web.get("/files/download", downloads.download),
        web.get("/files/download/{id}", downloads.download),
        web.get("/files/download/{id}/{version}", downloads.download_version),
        web.post("/files/downloads", downloads.make_link),
        web.get(LINK, downloads.follow_link),
        web.post("/files/archive", archives.make),
        web.get(ARCHIVE, archives.follow),
        web.get("/files/trash", trash.show),
        web.delete("/files/trash", trash.empty),
        web.post("/files/trash/{id}", trash.restore),
        web.delete("/files/trash/{id}", trash.destroy),
        web.delete("/files/versions", versions.delete_all),
        web.post("/files/revert/{id}/{version}", versions.revert),
        web.patch("/files/", nodes.change_many),
        web.post("/files/", uploads.make, **upload),
        web.get(_ONE, nodes.show),
        web.post(_ONE, uploads.make, **upload),
        web.put(_ONE, uploads.overwrite, **upload),
        web.patch(_ONE, nodes.change),
        web.delete(_ONE, nodes.throw_away),
        web.get(_ONE + "/relationships/contents", nodes.contents),
        web.post(_ONE + "/relationships/referenced_by", relations.add_references),
        web.delete(_ONE + "/relationships/referenced_by", relations.remove_references),
        web.post(_ONE + "/relationships/not_synchronized_on", relations.exclude),
        web.delete(_ONE + "/relationships/not_synchronized_on", relations.include),
        web.get(THUMBNAIL, thumbnails.show),
        web.get(_ONE + "/chunks", ChunkListDoor().show),
        web.get(_ONE + "/past", past.show),
        web.post(_ONE + "/restore_at", past.bring_back),
        web.get(_ONE + "/size", nodes.size),
        web.post(_ONE + "/copy", nodes.copy),
        web.post(_ONE + "/versions", versions.make),
        web.patch(_ONE + "/{version}", versions.tag),
        web.delete(_ONE + "/{version}", versions.delete),
    ]
