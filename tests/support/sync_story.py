"""What people do at random in folders that are kept the same, to be asked for afterwards."""

import contextlib
import random


class Story:
    """What two people do in their folders at random, and what they may expect to find again."""

    def __init__(self, seed, *, cases=False):
        self.seed = seed
        self.random = random.Random(seed)
        self.cases = cases
        self.written = {}
        self.gone = set()
        self.number = 0

    def act(self, device):
        """Do one thing in a folder, as its person sees it."""
        paths = [p for p in device.folder.rglob("*") if ".foyer" not in p.parts]
        found = [p for p in paths if p.is_file()]
        directories = [device.folder, *(p for p in paths if p.is_dir())]
        kinds = ["write"] * 5 + ["mkdir"] * 2 + ["edit"] * 3 + ["move"] * 3 + ["remove"]
        kind = self.random.choice(kinds)
        with contextlib.suppress(OSError):  # the program was quicker
            getattr(self, kind)(sorted(found), sorted(directories))

    def name(self, letter, many):
        """Return one of so many names; where cases count, in one of two spellings."""
        name = f"{letter}{self.random.randrange(many)}"
        return name.upper() if self.cases and self.random.random() < 0.5 else name

    def content(self):
        self.number += 1
        size = self.random.choice([0, 10, 1000, 100_000, 1_000_000])
        return b"%06d" % self.number + self.random.randbytes(size)

    def write(self, _found, directories):
        content = self.content()
        place = self.random.choice(directories) / self.name("f", 12)
        with place.open("xb") as file:
            file.write(content)
        self.written[content[:6]] = content

    def edit(self, found, _directories):
        if found:
            place = self.random.choice(found)
            content = self.content()
            seen = place.read_bytes()[:6]
            with place.open("r+b") as file:
                file.write(content)
                file.truncate()
            self.written[content[:6]] = content
            self.gone.add(seen)

    def mkdir(self, _found, directories):
        (self.random.choice(directories) / self.name("d", 5)).mkdir()

    def move(self, found, directories):
        nodes = [*found, *directories[1:]]
        if nodes:
            target = self.random.choice(directories) / self.name("m", 12)
            if not target.exists():
                self.random.choice(nodes).rename(target)

    def remove(self, found, _directories):
        if found:
            place = self.random.choice(found)
            self.gone.add(place.read_bytes()[:6])
            place.unlink()

    def strike(self, home, devices):
        """Kill one of the devices or the home now and then, and start it anew."""
        victim = self.random.randrange(12)
        if victim < len(devices) and devices[victim].is_running:
            devices[victim].kill()
            devices[victim].start()
        elif victim == len(devices):
            home.kill()
            home.start()

    def expect(self, found):
        """Require of what lies in a folder that all is there that was written, and whole."""
        there = {content[:6] for content in found.values()}
        assert set(self.written) - self.gone - there == set(), f"seed {self.seed}"
        assert [c for c in found.values() if self.written.get(c[:6], c) != c] == []
