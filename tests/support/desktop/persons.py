"""What people do to the folders and in the home, and which bytes they let go of.

Everything that is written is unlike all else. What a person wrote over or threw away on a device
where it was to be seen is let go of; all else must be somewhere when the world is at rest.
"""

import unicodedata
from itertools import count

from clients.desktop.disk.port import EntryKind
from clients.desktop.home.port import ROOT_ID, HomeError
from clients.desktop.model.kind import Kind

NAMES = ("a", "b", "c", "A", "B.txt", "b.txt", "d.txt", "\u00e9", "e\u0301")
WAYS_OUT = ("..", ".", "a/b", "../a")
"""Names that a home may hold, and that no disk may be given."""
DEEPEST = 3

# The mix of Cozy's generator, with the rest that clients.md 1.4 asks for.
ON_DISK = {
    "mkdir": 5,
    "create": 4,
    "edit": 4,
    "save": 2,
    "move": 4,
    "move_over": 3,
    "swap": 2,
    "remove": 4,
    "recase": 1,
    "reform": 1,
    "turn": 1,
    "mark": 1,
    "link": 0.3,
}
AT_HOME = {
    "mkdir": 3,
    "create": 3,
    "edit": 3,
    "move": 4,
    "swap": 1,
    "trash": 4,
    "restore": 2,
    "mark": 1,
    "leave_out": 0.7,
    "take_in": 1,
}


class Persons:
    """Draws actions by weight and does them."""

    def __init__(self, random, server, *, names=NAMES, on_disk=ON_DISK, at_home=AT_HOME):
        self.random = random
        self.server = server
        self.names = names
        self.on_disk = on_disk
        self.at_home = at_home
        self.kept = {}
        self._numbers = count(1)

    def pick(self, weights):
        return self.random.choices(list(weights), list(weights.values()))[0]

    def bytes(self, who):
        data = f"{who}:{next(self._numbers)}".encode()
        self.kept[data] = who
        return data

    def let_go(self, data):
        self.kept.pop(data, None)

    # On the disk of a device.

    def act_on_disk(self, device):
        """Do something; returns what, and the directories in which something changed."""
        verb = self.pick(self.on_disk)
        touched = getattr(self, f"_disk_{verb}")(device.disk, device.name)
        return verb, touched or ()

    def _directories(self, disk):
        found = [path for path, node in disk.walk() if node.kind is EntryKind.DIRECTORY]
        return ["", *(path for path in found if path.count("/") < DEEPEST - 1)]

    def _files(self, disk):
        return [path for path, node in disk.walk() if node.kind is EntryKind.FILE]

    def _any(self, disk):
        return [path for path, _ in disk.walk()]

    def _free_place(self, disk):
        parent = self.random.choice(self._directories(disk))
        path = _under(parent, self.random.choice(self.names))
        return None if disk.find(path) is not None else path

    def _choose(self, found):
        return self.random.choice(found) if found else None

    def _disk_mkdir(self, disk, _who):
        path = self._free_place(disk)
        if path is not None:
            disk.make(path, EntryKind.DIRECTORY)
            return {_above(path)}
        return None

    def _disk_create(self, disk, who):
        path = self._free_place(disk)
        if path is not None:
            disk.make(path, EntryKind.FILE, self.bytes(who))
            return {_above(path)}
        return None

    def _disk_link(self, disk, _who):
        path = self._free_place(disk)
        if path is not None:
            disk.make(path, EntryKind.LINK)
            return {_above(path)}
        return None

    def _disk_edit(self, disk, who):
        path = self._choose(self._files(disk))
        if path is not None:
            node = disk.find(path)
            self.let_go(node.data)
            disk.write(node, self.bytes(who))
            return {_above(path)}
        return None

    def _disk_save(self, disk, who):
        """Save as editors do: write beside, move over."""
        path = self._choose(self._files(disk))
        beside = None if path is None else _under(_above(path), "new~")
        if path is None or disk.find(beside) is not None:
            return None
        disk.make(beside, EntryKind.FILE, self.bytes(who))
        self.let_go(disk.rename(beside, path).data)
        return {_above(path)}

    def _disk_move(self, disk, _who):
        path, to = self._choose(self._any(disk)), self._free_place(disk)
        if path is None or to is None or f"{to}/".startswith(f"{path}/"):
            return None
        disk.rename(path, to)
        return {_above(path), _above(to)}

    def _disk_move_over(self, disk, _who):
        path, to = self._choose(self._files(disk)), self._choose(self._files(disk))
        if path is None or path == to:
            return None
        self.let_go(disk.rename(path, to).data)
        return {_above(path), _above(to)}

    def _disk_swap(self, disk, _who):
        one, two = self._choose(self._any(disk)), self._choose(self._any(disk))
        if one is None or one == two or _is_within(one, two) or _is_within(two, one):
            return None
        if disk.find("swap~") is not None:
            return None
        disk.rename(one, "swap~")
        disk.rename(two, one)
        disk.rename("swap~", two)
        return {_above(one), _above(two)}

    def _disk_remove(self, disk, _who):
        path = self._choose(self._any(disk))
        if path is None:
            return None
        self._let_go_below(disk.unlink(path))
        return {_above(path)}

    def _let_go_below(self, node):
        if node.kind is EntryKind.FILE:
            self.let_go(node.data)
        for child in node.children.values():
            self._let_go_below(child)

    def _renamed(self, disk, change):
        path = self._choose(self._any(disk))
        if path is None:
            return None
        parent, _, name = path.rpartition("/")
        to = _under(parent, change(name))
        found = disk.find(to)
        if to == path or (found is not None and found is not disk.find(path)):
            return None
        disk.rename(path, to)
        return {parent}

    def _disk_recase(self, disk, _who):
        return self._renamed(disk, str.swapcase)

    def _disk_reform(self, disk, _who):
        form = self.random.choice(("NFC", "NFD"))
        return self._renamed(disk, lambda name: unicodedata.normalize(form, name))

    def _disk_turn(self, disk, who):
        """Put a file where a directory was, or a directory where a file was."""
        path = self._choose(self._any(disk))
        if path is None:
            return None
        node = disk.unlink(path)
        self._let_go_below(node)
        if node.kind is EntryKind.FILE:
            disk.make(path, EntryKind.DIRECTORY)
        else:
            disk.make(path, EntryKind.FILE, self.bytes(who))
        return {_above(path)}

    def _disk_mark(self, disk, _who):
        path = self._choose(self._files(disk))
        if path is None or not disk.keeps_executable:
            return None
        node = disk.find(path)
        disk.mark(node, executable=not node.executable)
        return {_above(path)}

    # In a browser.

    def act_at_home(self, devices):
        verb = self.pick(self.at_home)
        try:
            if verb in ("leave_out", "take_in"):
                self._profile(verb, self.random.choice(devices).name)
            else:
                getattr(self, f"_home_{verb}")()
        except HomeError:
            return f"{verb} refused"
        return verb

    def _alive(self, kind=None):
        return [
            node
            for node in self.server.nodes.values()
            if self.server.is_alive(node.id) and kind in (None, node.kind)
        ]

    def _home_place(self):
        directories = [ROOT_ID, *(node.id for node in self._alive(Kind.DIRECTORY))]
        names = WAYS_OUT if self.random.random() < 0.01 else self.names
        return self.random.choice(directories), self.random.choice(names)

    def _home_mkdir(self):
        self.server.make(*self._home_place(), Kind.DIRECTORY)

    def _home_create(self):
        data = self.bytes("home")
        try:
            self.server.make(*self._home_place(), Kind.FILE, data)
        except HomeError:
            self.let_go(data)
            raise

    def _home_edit(self):
        node = self._choose(self._alive(Kind.FILE))
        if node is not None:
            self.let_go(node.data)
            self.server.replace(node, self.bytes("home"))

    def _home_move(self):
        node = self._choose(self._alive())
        if node is not None:
            self.server.move(node, *self._home_place())

    def _home_swap(self):
        one, two = self._choose(self._alive()), self._choose(self._alive())
        if one is None or one is two or self.server.named(ROOT_ID, "swap~") is not None:
            return
        below = {node.id for node in (*self.server.below(one.id), *self.server.below(two.id))}
        if {one.id, two.id} & below:
            return
        first, second = (one.parent_id, one.name), (two.parent_id, two.name)
        self.server.move(one, ROOT_ID, "swap~")
        self.server.move(two, *first)
        self.server.move(one, *second)

    def _home_trash(self):
        node = self._choose(self._alive())
        if node is not None:
            self.server.trash(node)

    def _home_restore(self):
        node = self._choose([node for node in self.server.nodes.values() if node.is_trashed])
        if node is not None:
            self.server.restore(node)

    def _home_mark(self):
        node = self._choose(self._alive(Kind.FILE))
        if node is not None:
            self.server.mark(node, executable=not node.executable)

    def _profile(self, verb, device):
        out = self.server.left_out.setdefault(device, set())
        if verb == "leave_out":
            node = self._choose(self._alive(Kind.DIRECTORY))
            if node is not None:
                self.server.leave_out(device, node.id, is_left_out=True)
        elif out:
            node_id = self.random.choice(sorted(out))
            self.server.leave_out(device, node_id, is_left_out=False)


def _under(parent, name):
    return f"{parent}/{name}" if parent else name


def _above(path):
    return path.rpartition("/")[0]


def _is_within(path, directory):
    return f"{path}/".startswith(f"{directory}/")
