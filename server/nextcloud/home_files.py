"""The files of a home as the dialect lists them: favourites can be set."""

from dataclasses import replace

from doctypes.files.amending import Amendment
from doctypes.files.node import File, Node
from server.dav.file_resource import FileTreeBackend
from server.dav.node_properties import amendment
from server.nextcloud.identity import file_id
from server.nextcloud.properties import FAVORITE, checksums
from webdav.model.backend import PropertyChanges
from webdav.model.resource import Quota, Resource

_UNLIMITED = -3
"""What is left where nobody set a limit: their clients read negative numbers so."""


class DialectFiles(FileTreeBackend):
    """One person's files; what is left of room is told as their clients read it."""

    async def quota(self) -> Quota:
        """Count the bytes of all files."""
        found = await super().quota()
        return Quota(found.used, _UNLIMITED) if found.available is None else found

    def amendment(self, node: Node, changes: PropertyChanges) -> Amendment:
        """Return what is to be said anew; a favourite is marked as Cozy marks it."""
        favorite = changes.live.get(FAVORITE)
        said = amendment(node, changes.without(FAVORITE))
        return said if favorite is None else replace(said, cozy_metadata={"favorite": favorite})


def headers_of(instance: str, resource: Resource) -> dict[str, str]:
    """Return what goes with a resource in every answer: its number, and what it hashes to."""
    node = resource.handle
    told = {"OC-FileId": file_id(resource.id, instance)}
    if resource.etag:
        told["OC-ETag"] = resource.etag
    if isinstance(node, File) and (hashes := checksums(node)):
        told["OC-Checksum"] = hashes.partition(" ")[0]
    return told
