"""Steps that change the disk, without a content. All raise what the disk raises, and Outdated."""

from clients.desktop.disk.port import EntryKind
from clients.desktop.engine.sides import Outdated, Sides
from clients.desktop.planner.operation import (
    MakeOnDisk,
    MarkOnDisk,
    MoveOnDisk,
    RemoveFromDisk,
    SetAside,
)
from clients.desktop.trees.local_tree import LocalNode


async def make_on_disk(sides: Sides, step: MakeOnDisk) -> None:
    """Make a directory as the home has it."""
    async with sides.lock:
        remote = sides.remote(step.id)
        entry = await sides.disk.make_directory(sides.path(step.parent, step.name))
        with sides.trees.transaction():
            sides.trees.join(remote, sides.trees.local.add(step.parent, entry))


async def move_on_disk(sides: Sides, step: MoveOnDisk) -> None:
    """Give a node another place; where it is the home's, both have agreed."""
    async with sides.lock:
        moved = await _move(sides, step.key, step.parent, step.name)
        if step.settles is not None:
            with sides.trees.transaction():
                sides.trees.agree_place(sides.remote(step.settles), moved)


async def set_aside(sides: Sides, step: SetAside) -> None:
    """Move a content away from the name that it lost; it is a file of its own from now on."""
    async with sides.lock:
        await _move(sides, step.key, step.parent, step.name)
        with sides.trees.transaction():
            sides.trees.forget(step.id)


async def _move(sides: Sides, key: int, parent: int, name: str) -> LocalNode:
    node = sides.local(key)
    source, target = sides.trees.local.path(key), sides.path(parent, name)
    entry = await sides.disk.move(source, target, node.entry)
    with sides.trees.transaction():
        return sides.note_entry(node, parent, entry)


async def mark_on_disk(sides: Sides, step: MarkOnDisk) -> None:
    """Let a file be run, or not."""
    async with sides.lock:
        node, remote = sides.local(step.key), sides.remote(step.id)
        path = sides.trees.local.path(step.key)
        wanted = remote.executable
        entry = await sides.disk.set_executable(path, node.entry, executable=wanted)
        with sides.trees.transaction():
            sides.note_entry(node, node.parent, entry)
            sides.trees.agree_mark(step.id, executable=wanted)


async def remove_from_disk(sides: Sides, step: RemoveFromDisk) -> None:
    """Take off the disk what the home has no more."""
    async with sides.lock:
        node = sides.local(step.key)
        if sides.trees.remote.seen(step.id) is not None:
            raise Outdated(step.id)
        path = sides.trees.local.path(step.key)
        if node.kind is EntryKind.DIRECTORY:
            await sides.disk.remove_directory(path, node.entry)
        else:
            await sides.disk.remove_file(path, node.entry)
        with sides.trees.transaction():
            sides.trees.local.remove(step.key)
            sides.trees.forget(step.id)
