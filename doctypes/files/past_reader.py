"""Finding out what a folder held: one look at every document, and back where it has changed."""

import asyncio
from datetime import datetime

from doctypes.files.document import Fields, fields_of
from doctypes.files.errors import NotANode
from doctypes.files.node import Directory, File, Node, parse_node
from doctypes.files.past import (
    Past,
    PastNode,
    Place,
    born_at,
    by_depth,
    changed_at,
    content_then,
    past_paths,
    paths_to_ids,
    place_then,
    was_in_trash,
)
from doctypes.files.paths import TRASH_PATH, is_below, names_of
from doctypes.files.planner import PROTECTED
from doctypes.files.version_reader import VersionReader
from doctypes.files.whole_tree import every_node
from replication.core.errors import DocumentMissing
from replication.store.protocol import Database

_TURN = 50  # documents looked back at before others get their turn


class PastReader:
    """Reads the past of a tree's databases."""

    def __init__(self, database: Database, versions: VersionReader) -> None:
        self._database = database
        self._versions = versions

    async def read(self, folder: Directory, moment: datetime) -> Past:
        """Return what a folder held at a moment (aware), and what has come into it since."""
        nodes = await every_node(self._database)
        directories = [node for node in nodes.values() if isinstance(node, Directory)]
        places = await self._places(nodes, paths_to_ids(directories), moment)
        held = [
            await self._past_node(nodes[node_id], path, places[node_id], moment)
            for node_id, path in past_paths(places, folder.id, folder.path)
        ]
        paths = {directory.id: directory.path for directory in directories}
        coming_back = {past.node.id for past in held}
        newcomers = [
            node
            for node_id, node in nodes.items()
            if node_id not in {folder.id, *PROTECTED}
            if node_id not in places or was_in_trash(places, node_id)
            if node.dir_id in coming_back
            or (
                is_below(paths.get(node.dir_id, ""), folder.path)
                and not is_below(paths[node.dir_id], TRASH_PATH)
            )
        ]
        # The deepest first: what lies in a node of old must not go into the trash inside another.
        tops = sorted(_tops(newcomers), key=lambda node: -len(names_of(paths[node.dir_id])))
        return Past(tuple(by_depth(held)), tuple(tops))

    async def _places(
        self, nodes: dict[str, Node], directories: dict[str, str], moment: datetime
    ) -> dict[str, Place]:
        """Return where each node was that was there."""
        places: dict[str, Place] = {}
        for turn, (node_id, node) in enumerate(nodes.items()):
            if not turn % _TURN:
                await asyncio.sleep(0)
            if node_id in PROTECTED or born_at(node) > moment:
                continue
            fields = fields_of(node)
            changed = changed_at(fields)
            if changed is not None and changed <= moment:
                places[node_id] = place_then(node, fields, directories)
            else:
                body = await self._body_then(node, moment)
                places[node_id] = place_then(node, body, directories)
        return places

    async def _body_then(self, node: Node, moment: datetime) -> Fields | None:
        """Return the last body that a node's document had at a moment, if it is kept."""
        kept = await self._database.bodies_of(node.id)
        for revision in sorted(kept, key=lambda one: one.generation, reverse=True):
            try:
                body = parse_node(await self._database.get(node.id, revision))
            except (DocumentMissing, NotANode):
                continue
            fields = fields_of(body)
            changed = changed_at(fields)
            if changed is not None and changed <= moment:
                return fields
        return None

    async def _past_node(self, node: Node, path: str, place: Place, moment: datetime) -> PastNode:
        if not isinstance(node, File):
            return PastNode(node, path, place)
        if place.blob == node.blob:
            return PastNode(node, path, place)
        versions = await self._versions.of(node.id)
        version, lost = content_then(node, place.blob, versions, moment)
        return PastNode(node, path, place, version, lost)


def _tops(nodes: list[Node]) -> list[Node]:
    """Leave out what lies in another of these nodes."""
    ids = {node.id for node in nodes}
    return [node for node in nodes if node.dir_id not in ids]
