"""Steps that carry a content, or read one through. They take long, and run beside each other.

So each looks at the trees again when the bytes are there: what it was about may have moved, been
written to, or gone. What the home answers is taken in as of when it was asked.
"""

from dataclasses import replace

from clients.desktop.disk.port import Staged
from clients.desktop.engine.incoming import receive
from clients.desktop.engine.outgoing import copy_at_home, outgoing
from clients.desktop.engine.sides import Outdated, Sides
from clients.desktop.home.port import Like, RemoteNode
from clients.desktop.model.content import Content
from clients.desktop.planner.operation import Digest, Download, Overwrite, Replace, Upload
from clients.desktop.trees.local_tree import LocalNode, Offer
from clients.desktop.trees.synced_tree import SyncedNode


async def digest(sides: Sides, step: Digest) -> None:
    """Find out what a file holds."""
    node = sides.local(step.key)
    content = await sides.disk.digest(sides.trees.local.path(step.key), node.entry)
    now = sides.local(step.key)
    if now.entry != node.entry:
        raise Outdated(str(step.key))
    with sides.trees.transaction():
        sides.trees.local.put(replace(now, content=content))


async def download(sides: Sides, step: Download) -> None:
    """Put a file on the disk where nothing is."""
    remote = sides.remote(step.id)
    if remote.name != step.name:
        raise Outdated(step.id)  # moved while it waited for its turn
    staged = await receive(sides, sides.path(step.parent, step.name), remote)
    try:
        async with sides.lock:
            if sides.remote(step.id) != remote or sides.trees.synced.get(step.id) is not None:
                raise Outdated(step.id)
            await _put_new(sides, step, staged, remote)
    finally:
        await staged.drop()


async def _put_new(sides: Sides, step: Download, staged: Staged, remote: RemoteNode) -> None:
    trees = sides.trees
    if trees.key_of(remote.parent_id) != step.parent or trees.local.named(step.parent, step.name):
        raise Outdated(step.id)
    entry = await sides.disk.place(
        *(staged, sides.path(step.parent, step.name), None),
        modified=remote.modified,
        executable=remote.executable,
    )
    with trees.transaction():
        trees.join(remote, trees.local.add(step.parent, entry, staged.content))


async def overwrite(sides: Sides, step: Overwrite) -> None:
    """Put a content on the disk over the one that both sides had."""
    remote, node = sides.remote(step.id), sides.local(step.key)
    agreed = sides.trees.synced.get(step.id)
    if agreed is None or node.content != agreed.content:
        raise Outdated(step.id)  # written to while this waited for its turn
    staged = await receive(sides, sides.trees.local.path(step.key), remote, node)
    try:
        async with sides.lock:
            now, synced = sides.local(step.key), sides.trees.synced.get(step.id)
            is_other = (now.entry.identity, now.content) != (node.entry.identity, node.content)
            if synced is None or is_other or sides.remote(step.id).content != remote.content:
                raise Outdated(step.id)
            await _put_over(sides, staged, now, remote, synced)
    finally:
        await staged.drop()


async def _put_over(
    sides: Sides, staged: Staged, now: LocalNode, remote: RemoteNode, synced: SyncedNode
) -> None:
    executable = _mark(sides, now, remote, synced)
    path = sides.trees.local.path(now.key)
    entry = await sides.disk.place(
        *(staged, path, now.entry), modified=remote.modified, executable=executable
    )
    with sides.trees.transaction():
        placed = LocalNode(now.key, now.parent, entry, staged.content)
        sides.trees.local.put(placed)
        sides.trees.agree_content(remote.id, staged.content)
        if entry.executable == remote.executable:
            sides.trees.agree_mark(remote.id, executable=executable)


async def upload(sides: Sides, step: Upload) -> None:
    """Make a file in the home."""
    node = sides.local(step.key)
    if (sides.trees.id_of(node.parent), sides.told(node.name)) != (step.parent_id, step.name):
        raise Outdated(str(step.key))  # moved while it waited for its turn
    content = _known(node)
    offer = Offer(step.parent_id, step.name, content)
    with sides.creation(offer), sides.offering(node, offer):
        with outgoing(sides, node, content) as sent:
            remote = await sides.home.create(
                *(step.parent_id, step.name, content, sent),
                modified=node.entry.modified,
                executable=node.entry.executable,
                like=copy_at_home(sides, node, content),
            )
        sides.note_created(remote, node)


async def replace_content(sides: Sides, step: Replace) -> None:
    """Give a file of the home the content that it has on the disk."""
    node, known = sides.local(step.key), sides.remote(step.id)
    synced = sides.trees.synced.get(step.id)
    if synced is None or known.content not in (synced.content, node.offered):
        raise Outdated(step.id)  # the home got another while this waited for its turn
    content, executable = _known(node), _mark(sides, node, known, synced)
    offer = Offer(known.parent_id, known.name, content)
    like = None if known.content is None else Like(known.id, known.content)
    with sides.offering(node, offer), outgoing(sides, node, content) as sent:
        remote = await sides.home.replace(
            *(step.id, known.revision, content, sent),
            modified=node.entry.modified,
            executable=executable,
            like=copy_at_home(sides, node, content) or like,
        )
    with sides.trees.transaction():
        if sides.trees.remote.seen(step.id) is not None:
            sides.trees.told(remote)
        sides.trees.agree_content(step.id, content)
        if executable == node.entry.executable:
            sides.trees.agree_mark(step.id, executable=executable)


def _known(node: LocalNode) -> Content:
    if node.content is None:
        raise Outdated(str(node.key))
    return node.content


def _mark(sides: Sides, local: LocalNode, remote: RemoteNode, synced: SyncedNode) -> bool:
    """Return whether a file may be run: who changed it since both agreed is right."""
    if not sides.disk.keeps_executable:
        return remote.executable
    mark = local.entry.executable
    return remote.executable if mark == synced.executable else mark
