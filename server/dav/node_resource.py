"""A node of the file tree as WebDAV lists it."""

from binascii import b2a_base64, unhexlify
from hashlib import sha256

from doctypes.files.node import Directory, Node
from server.dav.node_properties import properties_of
from webdav.model.resource import Resource

_DIGITS = 24
_FOR_URLS = bytes.maketrans(b"+/", b"-_")


def resource_of(node: Node, folder_tag: str = "") -> Resource:
    """Show a node; `folder_tag` is the ETag of a directory.

    That of a file is of the content alone, so that it is the same behind every door.
    """
    if isinstance(node, Directory):
        return Resource(
            name=node.name,
            id=node.id,
            is_collection=True,
            etag=folder_tag,
            size=0,
            created=node.created_at,
            modified=node.updated_at,
            content_type="",
            properties=properties_of(node),
            handle=node,
        )
    return Resource(  # by position, since listings make thousands
        node.name,
        node.id,
        False,
        content_tag(node.blob),
        node.size,
        node.created_at,
        node.updated_at,
        node.mime,
        properties_of(node),
        "",
        node,
    )


def content_tag(blob: str) -> str:
    """Return the ETag of content by its SHA-256 in hex: 96 bits of it, in base64url.

    A listing that is packed consists mostly of these. What others wrote as a hash, and is none,
    has a tag as well.
    """
    try:
        told = unhexlify(blob[:_DIGITS])
    except ValueError:
        told = sha256(blob.encode("utf-8", "surrogatepass")).digest()[: _DIGITS // 2]
    return f'"{b2a_base64(told, newline=False).translate(_FOR_URLS).decode()}"'
