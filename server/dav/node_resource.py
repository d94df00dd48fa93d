"""A node of the file tree as WebDAV lists it."""

from doctypes.files.node import Directory, Node
from server.dav.node_properties import properties_of
from webdav.model.resource import Resource


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
    return Resource(
        name=node.name,
        id=node.id,
        is_collection=False,
        etag=f'"{node.blob[:32]}"',
        size=node.size,
        created=node.created_at,
        modified=node.updated_at,
        content_type=node.mime,
        properties=properties_of(node),
        handle=node,
    )
