"""What comes into a device's sight, or goes out of it, though nobody writes it.

A feed tells of documents that are written. Where a directory goes elsewhere, the files below it are
not; but for a device whose profile goes by paths they may be seen no longer, or seen again. The
same holds for the directories on the way to a folder that a profile follows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from doctypes.files.amending import references
from doctypes.files.errors import NodeMissing
from doctypes.files.exclusions import DEVICES, NOT_SYNCHRONIZED_ON, Exclusions, devices_of
from doctypes.files.held_profiles import HeldProfiles
from doctypes.files.node import ROOT_ID, TRASH_ID, Directory, Node
from doctypes.files.node_reader import NodeReader
from doctypes.files.paths import ROOT_PATH, TRASH_PATH, is_below, is_in_trash, joined, parted
from doctypes.files.seen import item_of
from doctypes.profiles.profile import Profile
from doctypes.profiles.resolving import folders_of, resolved
from doctypes.profiles.view import Item, View
from replication.core.document import Edit

_DIRECTORY = b'"directory"'
_decode = msgspec.json.Decoder(dict[str, object]).decode


@dataclass(frozen=True, slots=True)
class _Directories:
    """What edits make of directories: paths, who excludes them, and ids of what is gone."""

    paths: dict[str, str] = field(default_factory=dict)
    excluding: dict[str, frozenset[str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def path_of(self, directory: Directory) -> str | None:
        """Return where a directory will be; None if nowhere."""
        if directory.id in self.gone:
            return None
        return self.paths.get(directory.id, directory.path)


@dataclass(frozen=True, slots=True)
class _Change:
    """A plan with what it moves: directories as they are, with the paths they will have."""

    ids: frozenset[str]
    after: _Directories
    moved: Sequence[tuple[Directory, str]]


class Borders:
    """Looks things up as they are before a plan is written; the caller holds the lock."""

    def __init__(self, nodes: NodeReader, exclusions: Exclusions, held: HeldProfiles) -> None:
        self._nodes = nodes
        self._exclusions = exclusions
        self._held = held

    async def view(self, profile: Profile, device: str = "") -> View:
        """Return what a profile shows now, less what the device left out by Cozy's list."""
        excluded = await self._exclusions.directories_of(device) if device else []
        return await self._view(profile, excluded, _Directories())

    async def crossed(self, edits: Sequence[Edit]) -> list[Node]:
        """Return what edits bring across a border of some device without writing it."""
        held = self._held.all()
        after = directories_in(edits) if held else _Directories()
        if not (after.paths or after.gone):
            return []
        before = await self._nodes.get_many([*after.paths])
        directories = [node for node in before if isinstance(node, Directory)]
        moved = [
            (one, after.paths[one.id]) for one in directories if after.paths[one.id] != one.path
        ]
        change = _Change(frozenset(edit.document_id for edit in edits), after, moved)
        found: dict[str, Node] = {}
        for device, profile in held.items():
            excluded = await self._exclusions.directories_of(device)
            now = await self._view(profile, excluded, _Directories())
            then = await self._view(profile, await self._excluded_after(device, change), after)
            found |= await self._between(now, then, change)
        return list(found.values())

    async def between(self, before: View, after: View) -> list[Node]:
        """Return what one of two views shows and the other does not."""
        found: list[Node] = []
        waiting: list[Directory] = [await self._nodes.directory(ROOT_ID)]
        while waiting:
            directory = waiting.pop()
            path = directory.path
            if before.fingerprint(path) == after.fingerprint(path):
                continue
            async for page in self._nodes.children(directory.id):
                items = [(node, item_of(node, joined(path, node.name))) for node in page]
                found += [node for node, item in items if before.shows(item) != after.shows(item)]
                waiting += [node for node in page if isinstance(node, Directory)]
        return found

    async def _view(
        self, profile: Profile, excluded: Iterable[Directory], after: _Directories
    ) -> View:
        named = await self._nodes.get_many(folders_of(profile))
        places = {
            node.id: path
            for node in named
            if isinstance(node, Directory) and (path := after.path_of(node)) is not None
        }
        paths = {one: path for one, path in places.items() if not is_below(path, TRASH_PATH)}
        hidden = [path for one in excluded if (path := after.path_of(one)) is not None]
        return resolved(profile, paths, hidden)

    async def _excluded_after(self, device: str, change: _Change) -> list[Directory]:
        excluding = change.after.excluding
        now = await self._exclusions.directories_of(device)
        kept = [one for one in now if device in excluding.get(one.id, devices_of(one))]
        new = [one for one, by in excluding.items() if device in by]
        found = await self._nodes.get_many([one for one in new if one not in {k.id for k in kept}])
        return [*kept, *(node for node in found if isinstance(node, Directory))]

    async def _between(self, now: View, then: View, change: _Change) -> Mapping[str, Node]:
        found: dict[str, Node] = {}
        for directory, path in change.moved:
            if is_in_trash(path) != is_in_trash(directory.path):
                continue  # then each file is written
            found |= await self._files_between(now, then, directory, path, change.ids)
        if now != then:
            for directory in await self._on_the_way((now, then)):
                item = Item(directory.path, is_directory=True)
                if directory.id not in change.ids and now.shows(item) != then.shows(item):
                    found[directory.id] = directory
        return found

    async def _files_between(
        self, now: View, then: View, directory: Directory, path: str, written: frozenset[str]
    ) -> dict[str, Node]:
        was, will_be = now.below(directory.path), then.below(path)
        if was is not None and was == will_be:
            return {}
        return {
            node.id: node
            async for page in self._nodes.children(directory.id)
            for node in page
            if not isinstance(node, Directory)
            and node.id not in written
            and now.shows(item_of(node, joined(directory.path, node.name)))
            != then.shows(item_of(node, joined(path, node.name)))
        }

    async def _on_the_way(self, views: Iterable[View]) -> list[Directory]:
        """Return the directories above the places that views speak of."""
        paths = {path for view in views for one in view.clauses for path in _above(one.place)}
        found = []
        for path in paths:
            try:
                node = await self._nodes.at(path)
            except NodeMissing:
                continue
            if isinstance(node, Directory):
                found.append(node)
        return found


def directories_in(edits: Iterable[Edit]) -> _Directories:
    """Return what edits make of directories that are there already."""
    found = _Directories()
    for edit in edits:
        if edit.deleted:
            found.gone.add(edit.document_id)
        elif edit.base is not None and _DIRECTORY in edit.body:
            fields = _decode(edit.body)
            if fields.get("type") == "directory" and isinstance(path := fields.get("path"), str):
                found.paths[edit.document_id] = path
                named = references(fields, NOT_SYNCHRONIZED_ON)
                by = frozenset(reference.id for reference in named if reference.type == DEVICES)
                found.excluding[edit.document_id] = by
    return found


def _above(path: str) -> Iterable[str]:
    while path != ROOT_PATH:
        path, _ = parted(path)
        if path != ROOT_PATH:
            yield path


def is_shown(view: View, node: Node, path: str) -> bool:
    """Tell whether a device is shown a node's document; the trash itself is every device's."""
    return node.id == TRASH_ID or view.shows(item_of(node, path))
