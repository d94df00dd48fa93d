"""What servers make up - revisions, sequences, identifiers, hosts - as variables in a recording.

A revision reads `2-$h7$` in a recording, the hash being the variable and the generation not; a
sequence `14-$s3$`. What a client made up itself stays as it is: it will be sent again.
"""

import re

HASH = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{32}(?![0-9a-zA-Z])")
SEQUENCE = re.compile(r"(?<![\w-])(?P<n>\d+)-(?P<opaque>g[12][\w-]{10,}|[0-9a-f]{8})(?![\w-])")
RUN = re.compile(r"(?<=-)1[78]\d{11}(?=-)")  # the milliseconds that keep runs of a script apart
VARIABLE = re.compile(r"\$(?:h\d+|s\d+|host|any)\$")

SHAPES = {"h": "[0-9a-f]{32}", "s": r"[\w-]+"}


class Namer:
    """Gives each value that a server made up one name, in the order in which they appear."""

    def __init__(self, hosts):
        self._hosts = re.compile("|".join(map(re.escape, hosts)))
        self._names = {}
        self._given = set()
        self.database = ""  # whose sequences these are: empty ones look the same everywhere

    def asked(self, text):
        """Name what a client sends; what nobody told it is its own, and stays."""
        text = self._plain(text)
        self._given.update(found for found in HASH.findall(text) if found not in self._names)
        return self._named(text)

    def told(self, text):
        """Name what a server answers."""
        return self._named(self._plain(text), learning=True)

    def _plain(self, text):
        return RUN.sub("0", self._hosts.sub("$host$", text))

    def _named(self, text, *, learning=False):
        def hashed(found):
            raw = found[0]
            if raw in self._given:
                return raw
            return self._name("h", raw, learning=learning)

        def counted(found):
            mark = (self.database, found["opaque"])
            return f"{found['n']}-{self._name('s', mark, learning=learning)}"

        return HASH.sub(hashed, SEQUENCE.sub(counted, text))

    def _name(self, kind, raw, *, learning):
        if raw not in self._names:
            if not learning:
                return raw[1] if kind == "s" else raw
            self._names[raw] = f"${kind}{len(self._names)}$"
        return self._names[raw]


class Bindings:
    """What the variables of a recording stand for in this run."""

    def __init__(self, host):
        self._values = {"$host$": host}

    def filled(self, text):
        """Return what to send; a variable that nothing was bound to stays as it is."""
        return VARIABLE.sub(lambda found: self._values.get(found[0], found[0]), text)

    def accepts(self, expected, actual):
        """Tell whether a text is what was recorded, and bind what is new in it.

        One hash never stands for two: revisions that differed then must differ now.
        """
        if expected == "$any$":
            return True
        found = re.fullmatch(self._pattern(expected), actual)
        if found is None:
            return False
        fresh = {f"${name}$": value for name, value in found.groupdict().items()}
        hashes = {value for name, value in self._values.items() if name.startswith("$h")}
        if any(name.startswith("$h") and value in hashes for name, value in fresh.items()):
            return False
        self._values.update(fresh)
        return True

    def copy(self):
        """Return bindings of their own, for a match that may turn out wrong."""
        made = Bindings(self._values["$host$"])
        made._values = dict(self._values)
        return made

    def take(self, other):
        """Keep what another match bound."""
        self._values = other._values

    def _pattern(self, expected):
        pattern, end, seen = "", 0, set()
        for found in VARIABLE.finditer(expected):
            pattern += re.escape(expected[end : found.start()])
            pattern += self._part(found[0].strip("$"), seen)
            end = found.end()
        return pattern + re.escape(expected[end:])

    def _part(self, name, seen):
        if name == "any":
            return ".*"
        if f"${name}$" in self._values:
            return re.escape(self._values[f"${name}$"])
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{SHAPES[name[0]]})"
