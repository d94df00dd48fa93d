"""Three trees without any side behind them: they are changed at will, and steps are done at once.

What a step would do to a real disk and a real home is done to the trees that tell of them, so a
plan can be followed to its end by its rules alone.
"""

from dataclasses import replace
from itertools import count

import apsw

from clients.desktop.disk.port import Entry, EntryKind, Identity
from clients.desktop.home.port import ROOT_ID, Gone, RemoteNode
from clients.desktop.model.content import Content
from clients.desktop.model.folding import Folding
from clients.desktop.model.kind import Kind
from clients.desktop.planner.draft import Rules
from clients.desktop.planner.operation import Aspect
from clients.desktop.planner.planner import plan
from clients.desktop.trees.local_tree import ROOT_KEY
from clients.desktop.trees.schema import prepare
from clients.desktop.trees.trees import Trees

RULES = Rules(device="ada", date="2026-11-27")


def content(number):
    return Content(f"{number:064x}", number)


class ThreeTrees:
    """`kept` are the contents that must be somewhere in the end; `old` is what the home keeps."""

    def __init__(self, folding=None):
        connection = apsw.Connection(":memory:")
        prepare(connection)
        self.trees = Trees(connection, folding or Folding())
        self._numbers = count(1)
        self.kept = set()
        self.old = set()

    # What either side did.

    def new_content(self):
        found = content(next(self._numbers))
        self.kept.add(found)
        return found

    def make_remote(self, parent_id, name, kind, held=None, *, executable=False):
        if kind is Kind.FILE and held is None:
            held = self.new_content()
        node = RemoteNode(
            *(f"n{next(self._numbers):04}", "1-a", parent_id, name, kind, held),
            executable=executable,
        )
        self.trees.remote.put(node)
        return node

    def change_remote(self, node, **changes):
        generation = int(node.revision.partition("-")[0]) + 1
        changed = replace(node, revision=f"{generation}-a", **changes)
        if node.content not in (None, changed.content):
            self.old.add(node.content)
        self.trees.remote.put(changed)
        return changed

    def remove_remote(self, node_id, *, trashed):
        for found in (*self.trees.remote.below(node_id), node_id):
            held = self.trees.remote.seen(found).content
            self.old.update({held} - {None})
        self.trees.gone(Gone(node_id, trashed))

    def make_local(self, parent, name, kind, held=None, *, executable=False):
        if kind is Kind.FILE and held is None:
            held = self.new_content()
        identity = Identity(1, next(self._numbers))
        entry = Entry(name, EntryKind(kind.value), identity, executable=executable)
        return self.trees.local.add(parent, entry, held)

    def change_local(self, node, *, parent=None, name=None, held=None):
        entry = replace(node.entry, name=node.name if name is None else name)
        place = node.parent if parent is None else parent
        changed = replace(node, parent=place, entry=entry, content=held or node.content)
        self.trees.local.put(changed)
        return changed

    def remove_local(self, key):
        """Take off the disk; who did it saw what was there."""
        for child in self.trees.local.children(key):
            self.remove_local(child.key)
        self.kept.discard(self.trees.local.get(key).content)
        self.trees.local.remove(key)

    def agree(self, parent_id, parent, name, kind):
        """Make a node that is the same on both sides."""
        remote = self.make_remote(parent_id, name, kind)
        local = self.make_local(parent, name, kind, remote.content)
        self.trees.join(remote, local)
        return remote, local

    # What a plan does.

    def follow(self, rounds=200):
        """Plan and do until nothing is left; returns the last plan and how many there were."""
        for number in range(rounds):
            found = plan(self.trees, RULES)
            self.trees.suspects.clear(set(found.equal_ids), set(found.equal_keys))
            if not found.steps:
                return found, number
            for step in found.steps:
                getattr(self, f"_{type(step.operation).__name__.lower()}")(step.operation)
        raise AssertionError(f"no end: {found.steps}")

    def _free_on_disk(self, parent, name, key=None):
        assert self.trees.local.is_directory(parent)
        found = self.trees.local.named(parent, name)
        assert found is None or found.key == key, found

    def _free_at_home(self, parent_id, name, node_id=None):
        if parent_id != ROOT_ID:
            assert self.trees.remote.seen(parent_id).kind is Kind.DIRECTORY
        found = self.trees.remote.named(parent_id, name)
        assert found is None or found.id == node_id, found

    def _join(self, step):
        self.trees.join(self.trees.remote.seen(step.id), self.trees.local.get(step.key))

    def _agree(self, step):
        remote = self.trees.remote.seen(step.id)
        local = self.trees.local.get(self.trees.key_of(step.id))
        if step.aspect is Aspect.PLACE:
            self.trees.agree_place(remote, local)
        elif step.aspect is Aspect.CONTENT:
            self.trees.agree_content(step.id, remote.content)
        else:
            self.trees.agree_mark(step.id, executable=remote.executable)

    def _forget(self, step):
        self.trees.forget(step.id)

    def _makeondisk(self, step):
        self._free_on_disk(step.parent, step.name)
        remote = self.trees.remote.seen(step.id)
        assert remote.kind is Kind.DIRECTORY
        self.trees.join(remote, self.make_local(step.parent, step.name, Kind.DIRECTORY))

    def _download(self, step):
        self._free_on_disk(step.parent, step.name)
        remote = self.trees.remote.seen(step.id)
        made = self.make_local(
            *(step.parent, step.name, Kind.FILE, remote.content), executable=remote.executable
        )
        self.trees.join(remote, made)

    def _overwrite(self, step):
        remote, local = self.trees.remote.seen(step.id), self.trees.local.get(step.key)
        known = self.trees.synced.get(step.id).content
        assert local.content == known, "a content that the home does not have is written over"
        self.change_local(local, held=remote.content)
        self.trees.agree_content(step.id, remote.content)

    def _moveondisk(self, step):
        self._free_on_disk(step.parent, step.name, step.key)
        assert step.key not in (step.parent, *self.trees.local.above(step.parent))
        node = self.trees.local.get(step.key)
        moved = self.change_local(node, parent=step.parent, name=step.name)
        if step.settles is not None:
            self.trees.agree_place(self.trees.remote.seen(step.settles), moved)

    def _setaside(self, step):
        self._free_on_disk(step.parent, step.name)
        node = self.trees.local.get(step.key)
        self.change_local(node, parent=step.parent, name=step.name)
        self.trees.forget(step.id)

    def mark_local(self, node, *, executable):
        self.trees.local.put(replace(node, entry=replace(node.entry, executable=executable)))

    def _markondisk(self, step):
        remote, node = self.trees.remote.seen(step.id), self.trees.local.get(step.key)
        self.mark_local(node, executable=remote.executable)
        self.trees.agree_mark(step.id, executable=remote.executable)

    def _removefromdisk(self, step):
        assert self.trees.local.children(step.key) == []
        held = self.trees.local.get(step.key).content
        assert held == self.trees.synced.get(step.id).content
        self.trees.local.remove(step.key)
        self.trees.forget(step.id)

    def _makeathome(self, step):
        self._free_at_home(step.parent_id, step.name)
        remote = self.make_remote(step.parent_id, step.name, Kind.DIRECTORY)
        self.trees.join(remote, self.trees.local.get(step.key))

    def _upload(self, step):
        self._free_at_home(step.parent_id, step.name)
        local = self.trees.local.get(step.key)
        remote = self.make_remote(
            *(step.parent_id, step.name, Kind.FILE, local.content),
            executable=local.entry.executable,
        )
        self.trees.join(remote, local)

    def _replace(self, step):
        local, remote = self.trees.local.get(step.key), self.trees.remote.seen(step.id)
        self.change_remote(remote, content=local.content)
        self.trees.agree_content(step.id, local.content)

    def _moveathome(self, step):
        self._free_at_home(step.parent_id, step.name, step.id)
        assert step.id not in self._above_at_home(step.parent_id)
        remote = self.trees.remote.seen(step.id)
        moved = self.change_remote(remote, parent_id=step.parent_id, name=step.name)
        if not step.parks:
            local = self.trees.local.get(self.trees.key_of(step.id))
            self.trees.agree_place(moved, local)

    def _above_at_home(self, node_id):
        found = []
        while node_id != ROOT_ID:
            found.append(node_id)
            node_id = self.trees.remote.seen(node_id).parent_id
        return found

    def _markathome(self, step):
        remote, local = self.trees.remote.seen(step.id), self.trees.local.get(step.key)
        self.change_remote(remote, executable=local.entry.executable)
        self.trees.agree_mark(step.id, executable=local.entry.executable)

    def _trash(self, step):
        self.remove_remote(step.id, trashed=True)

    # What there is in the end.

    def remote_paths(self, parent_id=ROOT_ID, above=""):
        found = {}
        for node in self.trees.remote.children(parent_id):
            path = f"{above}/{node.name}"
            found[path] = (node.kind.value, node.content, node.executable)
            found |= self.remote_paths(node.id, path)
        return found

    def local_paths(self, parent=ROOT_KEY, above=""):
        found = {}
        for node in self.trees.local.children(parent):
            path = f"{above}/{node.name}"
            found[path] = (node.kind.value, node.content, node.entry.executable)
            found |= self.local_paths(node.key, path)
        return found

    def contents(self):
        values = (*self.remote_paths().values(), *self.local_paths().values())
        return {held for _, held, _ in values} | self.old
